//! A table whose cells are still strings, and where each stands in the file.
//!
//! Not here: reading it (`csv`, `json_table`, `blocks`), what its cells mean (`infer`).

/// Most columns of a file. Excel has as many.
pub(super) const MAX_COLUMNS: usize = 16_384;

/// A table whose cells are still strings.
pub(super) struct Raw {
    pub(super) columns: Vec<RawColumn>,
    /// Where each row starts, in bytes.
    pub(super) offset_of_row: Vec<usize>,
    /// Of a CSV file; `None` for JSON Lines.
    pub(super) delimiter: Option<u8>,
}

/// A column whose cells are still strings; `None` is a key that the line lacks.
pub(super) struct RawColumn {
    pub(super) name: String,
    pub(super) cells: Vec<Option<String>>,
}

/// The byte offset of field `idx` in the record that starts at `from`; the record's end when it has fewer.
pub(super) fn field_offset(text: &str, from: usize, idx: usize, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut field = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate().skip(from) {
        if field == idx {
            return at;
        }
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => return at,
            _ if byte == delimiter && !quoted => field += 1,
            _ => {}
        }
    }
    text.len()
}
