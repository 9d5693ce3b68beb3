//! Tests of reading Excel workbooks. The files are made here, part by part, in the format of Office Open XML.

use std::io::{Cursor, Write};

use super::super::{Kind, Overrides, Table, Values};
use floorwalker_finding as finding;

/// A ZIP of stored parts (APPNOTE.TXT 4.3): enough for a workbook.
fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut directory = Vec::new();
    for (name, text) in parts {
        let offset = u32::try_from(out.position()).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let (size, length) = (u32::try_from(text.len()).unwrap(), u16::try_from(name.len()).unwrap());
        // Version, flags, method (stored), time, date (1980-01-01), checksum, sizes, length of the name, of extras.
        let mut common = Vec::new();
        for half in [20_u16, 0, 0, 0, 33] {
            common.extend(half.to_le_bytes());
        }
        for word in [crc.sum(), size, size] {
            common.extend(word.to_le_bytes());
        }
        common.extend(length.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        out.write_all(b"PK\x03\x04").unwrap();
        out.write_all(&common).unwrap();
        out.write_all(name.as_bytes()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(common);
        directory.extend([0_u8; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, n) = (u32::try_from(out.position()).unwrap(), u16::try_from(parts.len()).unwrap());
    out.write_all(&directory).unwrap();
    out.write_all(b"PK\x05\x06\x00\x00\x00\x00").unwrap();
    out.write_all(&n.to_le_bytes()).unwrap();
    out.write_all(&n.to_le_bytes()).unwrap();
    out.write_all(&u32::try_from(directory.len()).unwrap().to_le_bytes()).unwrap();
    out.write_all(&start.to_le_bytes()).unwrap();
    out.write_all(&[0, 0]).unwrap();
    out.into_inner()
}

/// A workbook with sheets, each a name and the XML of its rows. Style 1 is a date.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let named: String = sheets
        .iter()
        .enumerate()
        .map(|(at, (name, _))| format!("<sheet name=\"{name}\" sheetId=\"{0}\" r:id=\"r{0}\"/>", at + 1))
        .collect();
    let mut related: String = (1..=sheets.len()).map(|at| format!("<Relationship Id=\"r{at}\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>")).collect();
    related.push_str(&format!("<Relationship Id=\"s\" Type=\"{relation}/styles\" Target=\"styles.xml\"/>"));
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r0\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>{named}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{package}/relationships\">{related}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (at, (_, rows)) in sheets.iter().enumerate() {
        parts.push((
            format!("xl/worksheets/sheet{}.xml", at + 1),
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let parts: Vec<(&str, String)> = parts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    zip(&parts)
}

fn text(cell: &str, text: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn sheet() -> String {
    format!(
        "<row r=\"1\">{}</row><row r=\"3\">{}{}{}</row><row r=\"4\">{}<c r=\"B4\"><v>1.2</v></c><c r=\"C4\" \
         s=\"1\"><v>45350.5</v></c></row><row r=\"5\">{}<c r=\"B5\" t=\"e\"><v>#DIV/0!</v></c><c r=\"C5\" \
         s=\"1\"><v>45351</v></c></row>",
        text("A1", "Report of May"),
        text("A3", "note"),
        text("B3", "price"),
        text("C3", "at"),
        text("A4", "a, b"),
        text("A5", "c&#10;d"),
    )
}

fn read(bytes: &[u8], suffix: &str) -> anyhow::Result<Table> {
    let folder = tempfile::tempdir()?;
    // The extension does not matter.
    let path = folder.path().join("table.csv");
    std::fs::write(&path, bytes)?;
    Table::read(&folder.path().join(format!("table.csv{suffix}")), &Overrides::default())
}

#[test]
fn a_sheet_is_a_table_with_its_own_rows_dates_and_errors() {
    let table = read(&workbook(&[("May", &sheet()), ("Empty", "")]), "").unwrap();
    assert_eq!(table.line_of_row, [4, 5]);
    let Values::Number(prices) = &table.column("price").unwrap().values else { panic!() };
    assert!(prices[0] == 1.2 && prices[1].is_nan());
    // 45350.5 days after 1899-12-30 is noon of 2024-02-28.
    let Values::Time(at) = &table.column("at").unwrap().values else { panic!() };
    assert_eq!(at, &[Some(1_709_121_600_000), Some(1_709_164_800_000)]);
    assert_eq!(table.column("note").unwrap().kind(), Kind::Category);
    let notes: Vec<&finding::Kind> = table.notes.iter().map(|note| &note.kind).collect();
    let title = "Report of May".to_owned();
    assert_eq!(
        notes,
        [&finding::Kind::Sheet { sheet: "May".to_owned() }, &finding::Kind::TitleLines { line: 3, title }]
    );
}

#[test]
fn of_several_sheets_one_has_to_be_named() {
    let other = format!("<row r=\"1\">{}</row><row r=\"2\"><c r=\"A2\"><v>7</v></c></row>", text("A1", "n"));
    let book = workbook(&[("May", &sheet()), ("June", &other)]);
    let error = format!("{:#}", read(&book, "").unwrap_err());
    assert!(
        error.contains("2 sheets of the workbook are not empty: May, June; name one after a #"),
        "{error}"
    );
    let june = read(&book, "#June").unwrap();
    assert_eq!(june.columns[0].values, Values::Number(vec![7.0]));
    assert!(
        format!("{:#}", read(&book, "#July").unwrap_err()).contains("no sheet `July`; there is May, June")
    );
}

#[test]
fn a_damaged_workbook_is_refused() {
    let mut book = workbook(&[("May", &sheet())]);
    book.truncate(book.len() - 60);
    assert!(format!("{:#}", read(&book, "").unwrap_err()).contains("damaged"));
}

#[test]
fn a_cell_beyond_what_excel_holds_is_refused_and_makes_no_rows() {
    for far in ["A4000000000", "A1048577", "XFE1"] {
        let sheet = format!("<row r=\"1\">{}<c r=\"{far}\"><v>1</v></c></row>", text("A1", "a"));
        let error = format!("{:#}", read(&workbook(&[("s", &sheet)]), "").unwrap_err());
        assert!(error.contains("beyond the limits of Excel"), "{far}: {error}");
    }
}
