//! Files that are packed: gzip (RFC 1952) and workbooks (Office Open XML in a ZIP), their content stored as it is.

/// CRC-32 of ISO 3309, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| bit(crc)))
}

/// `bytes` packed by gzip, as one stored block (RFC 1951, 3.2.4).
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut packed = b"\x1F\x8B\x08\0\0\0\0\0\0\xFF\x01".to_vec();
    packed.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
    packed.extend(bytes);
    packed.extend([crc(bytes).to_le_bytes(), u32::from(length).to_le_bytes()].concat());
    packed
}

/// A workbook whose only sheet is called `name` and holds the cells of `table`, numbers and texts separated by commas.
pub(super) fn workbook(name: &str, table: &str) -> Vec<u8> {
    let cell = |text: &str| match text.parse::<f64>() {
        Ok(number) => format!("<c><v>{number}</v></c>"),
        Err(_) => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let row = |line: &str| format!("<row>{}</row>", line.split(',').map(cell).collect::<String>());
    let rows: String = table.lines().map(row).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    zip(&[
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets><sheet name=\"{name}\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A ZIP of stored parts (APPNOTE.TXT 4.3).
fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        // Version, flags, method (stored), time, date (1980-01-01), checksum, sizes, length of the name, of extras.
        let mut common = b"\x14\0\0\0\0\0\0\0\x21\0".to_vec();
        common.extend(crc(text.as_bytes()).to_le_bytes());
        common.extend([size(text.as_bytes()), size(text.as_bytes()), size(name.as_bytes())].concat());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(size(&zip));
        directory.extend(name.as_bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(common);
        zip.extend(name.as_bytes());
        zip.extend(text.as_bytes());
    }
    let (start, n) = (size(&zip), u16::try_from(parts.len()).unwrap().to_le_bytes());
    let end = [b"PK\x05\x06\0\0\0\0".to_vec(), n.to_vec(), n.to_vec(), size(&directory).to_vec()].concat();
    zip.extend(directory);
    zip.extend(end);
    zip.extend(start);
    zip.extend([0, 0]);
    zip
}
