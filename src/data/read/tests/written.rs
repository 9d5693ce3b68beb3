//! Tests of tables as people write them: dialects, dates, encodings, titles, codes, and the errors for ambiguous ones.

use std::io::Write;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tempfile::TempDir;

use super::super::{Kind, Kinds, Overrides, ReadAs, Table, Values};
use floorwalker_finding::{self as finding, Finding};

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn table(name: &str, bytes: &[u8]) -> Table {
    let (_folder, path) = file(name, bytes);
    Table::read(&path, &Overrides::default()).unwrap()
}

/// The error message of reading a file, without the path of the folder.
fn refused(name: &str, bytes: &[u8]) -> String {
    let (_folder, path) = file(name, bytes);
    let error = Table::read(&path, &Overrides::default()).unwrap_err();
    format!("{error:#}").replace(&format!("{}/", path.parent().unwrap().display()), "")
}

fn numbers<'a>(table: &'a Table, name: &str) -> &'a [f32] {
    match &table.column(name).unwrap().values {
        Values::Number(numbers) => numbers,
        other => panic!("{name}: {other:?}"),
    }
}

fn kind(table: &Table, name: &str) -> Kind {
    table.column(name).unwrap().kind()
}

#[test]
fn a_german_table_has_numbers_and_says_how_they_were_read() {
    let text = "\u{FEFF}Umsatz;Rabatt;Stück\r\n1.559,11;12,5;1.200\r\n610,59;4,3;950\r\n";
    let table = table("a.csv", text.as_bytes());
    assert_eq!(numbers(&table, "Umsatz"), [1559.11, 610.59]);
    assert_eq!(numbers(&table, "Rabatt"), [12.5, 4.3]);
    // The other columns have a decimal comma, so this point groups thousands.
    assert_eq!(numbers(&table, "Stück"), [1200.0, 950.0]);
    let how = finding::Kind::NumberForm { cell: "1.559,11".to_owned(), value: 1559.11 };
    assert_eq!(table.readings["Umsatz"].how, Some(Finding::new("Umsatz", how)));
}

#[test]
fn money_and_percentages_are_numbers() {
    let table = table("a.csv", b"price,share,gap\n\"$1,299.00\",12.5%,1\n$5,3%,\"2,000\"\n");
    assert_eq!(numbers(&table, "price"), [1299.0, 5.0]);
    assert_eq!(numbers(&table, "share"), [12.5, 3.0]);
    assert_eq!(numbers(&table, "gap"), [1.0, 2000.0]);
}

#[test]
fn currencies_by_their_letters_are_numbers_and_numbers_with_a_unit_are_names_of_which_that_is_said() {
    let text = "price;mass;size\nRs. 1,23,456.50;12.5 kg;38EU\nRs. 5.00;3 kg;L\n";
    let table = table("a.csv", text.as_bytes());
    assert_eq!(numbers(&table, "price"), [123_456.5, 5.0]);
    assert_eq!([kind(&table, "mass"), kind(&table, "size")], [Kind::Category; 2]);
    let how = finding::Kind::WithUnit { cell: "12.5 kg".to_owned(), unit: "kg".to_owned() };
    assert_eq!(table.readings["mass"].how, Some(Finding::new("mass", how)));
    assert_eq!(table.readings["size"].how, None);
}

#[test]
fn percentages_among_other_numbers_are_doubtful_in_any_order_and_0_is_both() {
    for order in [["0", "12%", "0.5"], ["0.5", "12%", "0"], ["12%", "0", "0.5"]] {
        let error = refused("a.csv", format!("share\n{}\n", order.join("\n")).as_bytes());
        assert!(error.contains("`12%` is a percentage and `0.5` is not"), "{error}");
    }
    assert_eq!(numbers(&table("a.csv", b"share\n0\n12%\n"), "share"), [0.0, 12.0]);
}

#[test]
fn a_number_that_may_be_two_is_a_question_with_both_and_the_answer_is_taken() {
    let text = b"Preis;x\n1.200;a\n3.400;b\n";
    let error = refused("a.csv", text);
    assert!(error.starts_with("a.csv:2:1: column `Preis`: `1.200` may be 1.2 or 1200"), "{error}");
    assert!(error.contains("--kind Preis=decimal_point or --kind Preis=decimal_comma"), "{error}");
    let error = refused("a.csv", b"Preis netto;x\n1.200;a\n");
    assert!(error.ends_with("--ignore 'Preis netto'"), "{error}");
    assert!(error.contains("--kind 'Preis netto=decimal_point' or --kind 'Preis netto="), "{error}");
    let (_folder, path) = file("a.csv", text);
    for (answer, first) in [(ReadAs::DecimalComma, 1200.0), (ReadAs::DecimalPoint, 1.2)] {
        let kinds = Kinds::from([("Preis".to_owned(), answer)]);
        let table = Table::read(&path, &kinds.into()).unwrap();
        assert_eq!(numbers(&table, "Preis")[0], first);
    }
    // In CSV with commas between cells, a point is a decimal point.
    assert_eq!(numbers(&table("a.csv", b"p,x\n1.200,a\n"), "p"), [1.2]);
}

#[test]
fn a_date_that_may_be_two_is_a_question_until_another_column_tells() {
    let error = refused("a.csv", b"when,x\n03/04/2024,1\n05/06/2024,2\n");
    assert!(
        error.starts_with(
            "a.csv:2:1: column `when`: `03/04/2024` may have the day before month or the month before day"
        ),
        "{error}"
    );
    let told = table("a.csv", b"when,paid\n03/04/2024,13/04/2024\n05/06/2024,05/07/2024\n");
    let Values::Time(at) = &told.column("when").unwrap().values else { panic!() };
    assert_eq!(at[0], Some(1_712_102_400_000)); // date -u -d 2024-04-03 +%s
}

#[test]
fn dates_are_found_and_slips_among_them_shown() {
    let rows: String = (1..=28).map(|day| format!("{day:02}.02.2024 10:00,x\n")).collect();
    let found = table("a.csv", format!("at,b\n{rows}").as_bytes());
    assert_eq!(kind(&found, "at"), Kind::Time);
    let many: String = (0..8).map(|_| rows.as_str()).collect();
    let error = refused("a.csv", format!("at,b\n{many}soon,x\n").as_bytes());
    assert!(error.starts_with("a.csv:226:1: column `at`: `soon` is among 224 dates"), "{error}");
    // A column of dates may have missing values, too.
    let gaps = table("a.csv", b"at\n2024-02-29\n-\nunknown\n");
    assert_eq!(gaps.column("at").unwrap().n_missing(), 2);
}

#[test]
fn unix_times_are_times_in_columns_that_say_so() {
    let text = b"created_at,amount,day\n1709164800,1709164800,20240229\n1709164860,1709164860,20240301\n1709164920,1709164920,20240302\n";
    let table = table("a.csv", text);
    let Values::Time(at) = &table.column("created_at").unwrap().values else { panic!() };
    assert_eq!(at[0], Some(1_709_164_800_000));
    let Values::Time(at) = &table.column("day").unwrap().values else { panic!() };
    assert_eq!(at[0], Some(1_709_164_800_000));
    // Without a name that suggests a time they are codes, because they would become equal in 32 bits.
    assert_eq!(kind(&table, "amount"), Kind::Category);
}

#[test]
fn codes_that_32_bits_merge_or_that_start_with_0_stay_apart() {
    let text = "id,sku,total\n2053013555631882609,00125,16777217\n2053013555631882604,00102,30000000\n2053013555631882609,00140,90000000\n";
    let table = table("a.csv", text.as_bytes());
    let Values::Category { names, codes } = &table.column("id").unwrap().values else { panic!() };
    assert_eq!((names.len(), &codes[..]), (2, &[1, 0, 1][..]));
    assert_eq!(table.readings["id"].how, Some(Finding::new("id", finding::Kind::Codes)));
    assert_eq!(kind(&table, "sku"), Kind::Category);
    // Large numbers that stay distinct in 32 bits are numbers.
    assert_eq!(kind(&table, "total"), Kind::Number);
}

#[test]
fn what_was_read_as_missing_is_counted_and_may_be_named() {
    let text = b"continent,rating,n\nNA,good,1\nEU,?,?\nAF,bad,NULL\nNA,?,3\n,none,4\n";
    let found = table("a.csv", text);
    let reading = |name: &str| &found.readings[name];
    assert_eq!(reading("continent").kept, [("NA".to_owned(), 2)]);
    assert_eq!(found.column("continent").unwrap().n_missing(), 1);
    assert_eq!(reading("rating").missing, [("?".to_owned(), 2)]);
    assert_eq!(reading("n").missing, [("?".to_owned(), 1), ("NULL".to_owned(), 1)]);
    let (_folder, path) = file("a.csv", text);
    let missing =
        [("continent".to_owned(), vec!["NA".to_owned()]), ("rating".to_owned(), vec!["none".to_owned()])];
    let asked = Overrides { missing: missing.into(), ..Overrides::default() };
    let asked = Table::read(&path, &asked).unwrap();
    assert_eq!(asked.column("continent").unwrap().n_missing(), 3);
    let Values::Category { names, .. } = &asked.column("rating").unwrap().values else { panic!() };
    assert_eq!(names, &["?", "bad", "good"]);
}

#[test]
fn titles_blank_rows_and_a_named_delimiter_are_passed_over_and_said() {
    let table = table("a.csv", b"sep=;\nUmsatzbericht, Mai\n\nname;wert\na;1\n;\nb;2\n");
    assert_eq!(numbers(&table, "wert"), [1.0, 2.0]);
    assert_eq!(table.line_of_row, [5, 7]);
    let title = "Umsatzbericht, Mai".to_owned();
    let notes: Vec<&finding::Kind> = table.notes.iter().map(|note| &note.kind).collect();
    assert_eq!(
        notes,
        [&finding::Kind::TitleLines { line: 4, title }, &finding::Kind::BlankRows { n_rows: 1 }]
    );
    assert!(table.notes.iter().all(|note| note.place.to_string().ends_with("a.csv")));
}

#[test]
fn delimiters_are_what_cuts_the_rows_alike() {
    for (delimiter, name) in [(',', "a.csv"), (';', "a.csv"), ('\t', "a.txt"), ('|', "a.csv")] {
        let text = format!(
            "name{delimiter}note{delimiter}n\nx{delimiter}\"a, b; c\"{delimiter}1\ny{delimiter}d{delimiter}2\n"
        );
        assert_eq!(numbers(&table(name, text.as_bytes()), "n"), [1.0, 2.0], "{delimiter:?}");
    }
}

#[test]
fn a_header_of_numbers_is_no_header() {
    assert!(
        refused("a.csv", b"1,2\n3,4\n")
            .starts_with("a.csv:1:1: the first line holds numbers, and column names are expected")
    );
}

#[test]
fn other_encodings_are_read_and_said() {
    let text = "城市,金额\n上海,1\n北京,2\n";
    let (gb, ..) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let plain = "city,n\nBonn,1\n";
    let bare: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode("Stadt;n\nKöln;1\nDüsseldorf;2\nMünchen;3\n");
    for (bytes, column, first, encoding) in [
        (&gb[..], "城市", "上海", "gb18030"),
        (&utf16, "城市", "上海", "UTF-16LE"),
        (&bare, "city", "Bonn", "UTF-16LE"),
        (&latin, "Stadt", "Köln", "windows-1252"),
    ] {
        let table = table("a.csv", bytes);
        let Values::Category { names, codes } = &table.column(column).unwrap().values else { panic!() };
        assert_eq!(names[codes[0] as usize], first);
        let (finding::Kind::Encoding { encoding: said }
        | finding::Kind::EncodingGuessed { encoding: said, .. }) = &table.notes[0].kind
        else {
            panic!("{:?}", table.notes)
        };
        assert_eq!(said, encoding);
    }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text).unwrap();
    gz.finish().unwrap()
}

/// Cells in any script, with whatever a table is cut by.
fn cells() -> impl Strategy<Value = String> {
    let special =
        select(&[',', ';', '\t', '|', '"', '\n', '\r', ' ', '\'', '#', '=', 'é', '客', '服', '🛒'][..]);
    let sign =
        prop_oneof![2 => special, 2 => select(&['a', 'Z', '0', '9', '.', '-'][..]), 1 => any::<char>()];
    let text = vec(sign.prop_filter("text has no zeros", |c| *c != '\0'), 0..10).prop_map(String::from_iter);
    prop_oneof![6 => text, 1 => select(&["NA", "?", "12.5%", "1,299.00", "2024-02-29", "{}"][..]).prop_map(str::to_owned)]
}

/// How a table is written.
#[derive(Clone, Debug)]
struct Dialect {
    delimiter: char,
    line_end: &'static str,
    ends_with_line_end: bool,
    quotes_all: bool,
    encode: fn(&str) -> Vec<u8>,
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let encodings: [fn(&str) -> Vec<u8>; 5] = [
        |text| text.as_bytes().to_vec(),
        |text| format!("\u{FEFF}{text}").into_bytes(),
        |text| format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        |text| format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        |text| packed(text.as_bytes()),
    ];
    let (delimiter, line_end) = (select(&[',', ';', '\t', '|'][..]), select(&["\n", "\r\n"][..]));
    (delimiter, line_end, any::<bool>(), any::<bool>(), select(encodings.to_vec())).prop_map(
        |(delimiter, line_end, ends_with_line_end, quotes_all, encode)| Dialect {
            delimiter,
            line_end,
            ends_with_line_end,
            quotes_all,
            encode,
        },
    )
}

impl Dialect {
    fn write(&self, rows: &[Vec<String>]) -> Vec<u8> {
        let cell = |cell: &String| {
            let must = cell.contains([',', ';', '\t', '|', '"', '\n', '\r']);
            if must || self.quotes_all { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        };
        let line =
            |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&self.delimiter.to_string());
        let text = rows.iter().map(line).collect::<Vec<_>>().join(self.line_end);
        (self.encode)(&format!("{text}{}", if self.ends_with_line_end { self.line_end } else { "" }))
    }
}

#[test]
fn any_table_reads_as_it_was_written_in_any_dialect_and_encoding() {
    let tables = (2..=4_usize).prop_flat_map(|n| vec(vec(cells(), n - 1), 1..8));
    let mut runner = TestRunner::new(Config {
        cases: 500,
        rng_seed: RngSeed::Fixed(42),
        failure_persistence: None,
        ..Config::default()
    });
    let held = runner.run(&(tables, dialects()), |(cells, dialect)| {
        let names: Vec<String> =
            ["id", "名", "note", "d"][..=cells[0].len()].iter().map(|&name| name.to_owned()).collect();
        // Every row has an id, since blank rows are left out.
        let mut rows = vec![names.clone()];
        rows.extend(cells.iter().enumerate().map(|(at, row)| [&[format!("r{at}")], &row[..]].concat()));
        let (_folder, path) = file("a.csv", &dialect.write(&rows));
        let asked = Overrides {
            kinds: names.iter().map(|name| (name.clone(), ReadAs::Text)).collect(),
            missing: names.iter().map(|name| (name.clone(), Vec::new())).collect(),
            ..Overrides::default()
        };
        let table = Table::read(&path, &asked).map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
        prop_assert_eq!(
            table.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
            names.iter().collect::<Vec<_>>()
        );
        for (at, column) in table.columns.iter().enumerate() {
            // A cell of blanks alone is missing.
            let wanted =
                rows[1..].iter().map(|row| Some(row[at].clone()).filter(|cell| !cell.trim().is_empty()));
            prop_assert_eq!(&column.values, &Values::Text(wanted.collect()));
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn gzip_is_unpacked_whatever_the_file_is_called() {
    assert_eq!(numbers(&table("a.csv.gz", &packed(b"n\n1\n2\n")), "n"), [1.0, 2.0]);
    assert_eq!(numbers(&table("a.jsonl.gz", &packed(b"{\"n\":1}\n{\"n\":2}\n")), "n"), [1.0, 2.0]);
    let mut cut = packed(b"n\n1\n2\n");
    cut.truncate(cut.len() - 6);
    assert!(refused("a.csv.gz", &cut).contains("damaged or incomplete"));
}

#[test]
fn what_is_no_table_is_named_and_never_quoted() {
    for (bytes, what) in [
        (&b"PAR1secret"[..], "a Parquet file"),
        (b"%PDF-1.4 secret", "a PDF document"),
        (b"PK\x03\x04secret", "a ZIP archive"),
        (b"\xD0\xCF\x11\xE0secret", "an old Excel workbook"),
        (b"\n<!DOCTYPE html><p>secret", "a web page"),
        (b"<?xml version='1.0'?><secret/>", "an XML document"),
    ] {
        let error = refused("a.csv", bytes);
        assert!(error.contains(what) && !error.contains("secret"), "{error}");
    }
    // A long single column name is not quoted either when a column is asked for that does not exist.
    let (_folder, path) = file("a.csv", b"secret:x:19000:0:99999:7:::secret:of:nobody\nroot:y\n");
    let error =
        Table::read(&path, &Kinds::from([("label".to_owned(), ReadAs::Category)]).into()).unwrap_err();
    assert!(!format!("{error:#}").contains("secret"), "{error:#}");
}

#[test]
fn json_lists_and_objects_over_several_lines_are_tables() {
    for text in
        ["[{\"n\":1,\"x\":\"a\"},\n {\"n\":2}]", "{\n  \"n\": 1,\n  \"x\": \"a\"\n}\n{\n  \"n\": 2\n}\n"]
    {
        let table = table("a.json", text.as_bytes());
        assert_eq!(numbers(&table, "n"), [1.0, 2.0], "{text}");
        assert_eq!(table.column("x").unwrap().n_missing(), 1);
    }
    assert_eq!(table("a.json", b"[{\"n\":1},\n {\"n\":2}]").line_of_row, [1, 2]);
    let error = refused("a.json", b"[{\"n\":1},\n {\"n\":[2]}]");
    assert!(
        error.starts_with("a.json:2:") && error.contains("a list, and a table has single values"),
        "{error}"
    );
}

#[test]
fn too_many_columns_are_refused_before_anything_is_read() {
    let names: Vec<String> = (0..100_000).map(|column| format!("c{column}")).collect();
    let error = refused("a.csv", format!("{}\n1\n", names.join(",")).as_bytes());
    assert!(error.starts_with("a.csv:1:1: 100000 columns, at most 16384"), "{error}");
}

#[test]
fn json_in_cells_is_recognised() {
    let table = table("a.csv", b"id,totals\n1,\"{\"\"hits\"\": 1}\"\n2,\"{\"\"hits\"\": 3}\"\n");
    assert!(table.readings["totals"].is_json);
}
