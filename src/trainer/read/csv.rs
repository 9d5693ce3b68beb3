//! CSV into raw cells, with the place of everything that is wrong.
//!
//! Fields are split by the `csv` crate (RFC 4180: quotes, doubled quotes, line ends inside quotes, `\n` or `\r\n`).
//! The delimiter is the one of `,` `;` tab that the header holds most of outside quotes.
//!
//! Invariants
//! - Every record has as many fields as the header; header names are distinct and not empty.
//!
//! Not here: what the cells mean (`infer`).

use anyhow::{Result, anyhow};
use csv::{ByteRecord, ReaderBuilder};

use super::infer::{Raw, RawColumn};
use super::source::Source;

/// Delimiters tried, in order of preference.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A table of raw cells, column by column.
pub(super) fn read(source: &Source) -> Result<Raw> {
    let delimiter = delimiter(&source.text);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(source.text.as_bytes());
    let mut record = ByteRecord::new();
    let mut columns: Vec<RawColumn> = Vec::new();
    let mut offset_of_row = Vec::new();
    let mut first = true;
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| anyhow!("{}: {error}", source.path.display()))?
    {
        // The crate's position may still be on the line end before the record.
        let from = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let from = from + line_ends(source.text.as_bytes().get(from..).unwrap_or_default());
        if first {
            columns = header(source, &record, from, delimiter)?;
            first = false;
            continue;
        }
        if record.len() != columns.len() {
            return Err(ragged(source, &record, from, columns.len(), delimiter));
        }
        for (column, field) in columns.iter_mut().zip(&record) {
            // The source is UTF-8 and fields are cut at ASCII bytes, so nothing is ever replaced here.
            column.cells.push(Some(String::from_utf8_lossy(field).into_owned()));
        }
        offset_of_row.push(from);
    }
    // The crate ends an open quote at the end of the file: every row after it would be one cell.
    let last = offset_of_row.last().copied().unwrap_or(0);
    if let Some(at) = open_quote(&source.text, last, delimiter) {
        return Err(
            source.refuse(at, "this quote is never closed; close it, or double it if it is part of the text")
        );
    }
    Ok(Raw { columns, offset_of_row, delimiter: Some(delimiter) })
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

/// The byte offset of a quote that is still open at the end of the text; `from` is where the last record starts.
fn open_quote(text: &str, from: usize, delimiter: u8) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(from).peekable();
    let mut at_start = true;
    let mut opened = None;
    while let Some((at, byte)) = bytes.next() {
        match (byte, opened) {
            (b'"', None) if at_start => opened = Some(at),
            // A doubled quote stands for one and closes nothing.
            (b'"', Some(_)) if bytes.next_if(|&(_, next)| next == b'"').is_none() => opened = None,
            _ => {}
        }
        at_start = opened.is_none() && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    opened
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&b| b == b'\n' || b == b'\r').count()
}

/// Most frequent candidate outside quotes in the first record; a comma when there is none (one column).
fn delimiter(text: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (count, &candidate) in counts.iter_mut().zip(&DELIMITERS) {
                    *count += usize::from(byte == candidate);
                }
            }
        }
    }
    let mut best = 0;
    for (i, &count) in counts.iter().enumerate() {
        if count > counts[best] {
            best = i;
        }
    }
    DELIMITERS[best]
}

fn header(source: &Source, record: &ByteRecord, from: usize, delimiter: u8) -> Result<Vec<RawColumn>> {
    let mut columns: Vec<RawColumn> = Vec::with_capacity(record.len());
    for (idx, field) in record.iter().enumerate() {
        let name = String::from_utf8_lossy(field).trim().to_owned();
        let at = field_offset(&source.text, from, idx, delimiter);
        if name.is_empty() {
            return Err(
                source.refuse(at, format!("column {} has no name; give every column a name", idx + 1))
            );
        }
        if columns.iter().any(|c| c.name == name) {
            return Err(
                source.refuse(at, format!("a second column is called `{name}`; rename one of the two"))
            );
        }
        columns.push(RawColumn { name, cells: Vec::new() });
    }
    Ok(columns)
}

fn ragged(
    source: &Source,
    record: &ByteRecord,
    from: usize,
    n_columns: usize,
    delimiter: u8,
) -> anyhow::Error {
    let at = field_offset(&source.text, from, n_columns, delimiter);
    let quotes = source.text.as_bytes()[from..].iter().filter(|&&b| b == b'"').count();
    let hint = if record.iter().any(|f| f.contains(&b'\n')) || quotes % 2 == 1 {
        "a quote may be left open"
    } else if record.len() > n_columns {
        "quote fields that hold the delimiter"
    } else {
        "keep a delimiter for every empty field"
    };
    let n = record.len();
    let shown = if delimiter == b'\t' { "a tab".to_owned() } else { format!("`{}`", char::from(delimiter)) };
    source.refuse(
        at,
        format!("this row has {n} fields where the header has {n_columns} (delimiter {shown}); {hint}"),
    )
}
