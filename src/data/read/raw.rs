//! A table whose cells are still strings, with the places of its rows in the file.
//!
//! Not here: reading it (`csv`, `json_table`, `blocks`), what its cells mean (`infer`).

/// Largest number of columns of a file, the same as Excel's.
pub(super) const MAX_COLUMNS: usize = 16_384;

/// A table whose cells are still strings.
pub(super) struct Raw {
    pub(super) columns: Vec<RawColumn>,
    /// Byte offset at which each row starts.
    pub(super) offset_of_row: Vec<usize>,
    /// The delimiter of a CSV file; `None` for JSON.
    pub(super) delimiter: Option<u8>,
}

/// A column whose cells are still strings; `None` is a JSON key that is missing or `null`.
pub(super) struct RawColumn {
    pub(super) name: String,
    pub(super) cells: Vec<Option<String>>,
}

/// The byte offset of field `idx` in the record that starts at `from`; the record's end if it has fewer fields.
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
