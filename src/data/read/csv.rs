//! Reads CSV into raw cells, and reports errors with their place.
//!
//! Fields are split by the `csv` crate (RFC 4180: quotes, doubled quotes, line ends inside quotes, `\n` or `\r\n`).
//! The delimiter is the one that a first line such as `sep=;` names, else the one of `,` `;` tab `|` with which the largest share of the
//! first records has the same number of fields.
//!
//! Invariants
//! - Every record has as many fields as the header; header names are distinct and not empty.
//! - Lines before the header, and columns without name and values, are left out with a note.
//!
//! Not here: what the cells mean (`infer`).

use std::collections::HashSet;

use anyhow::{Result, anyhow};
use csv::{ByteRecord, ReaderBuilder};

use super::raw::{MAX_COLUMNS, Raw, RawColumn, field_offset};
use super::source::Source;
use floorwalker_finding::Kind;

/// Delimiters tried, in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Number of records at the beginning from which the delimiter and the header are found.
const SAMPLE: usize = 50;

/// Largest number of lines before a header that are taken for titles.
const MAX_TITLES: usize = 20;

/// Reads a table of raw cells, column by column.
pub(super) fn read(source: &mut Source) -> Result<Raw> {
    let (delimiter, start) = delimiter(&source.text);
    let start = header_start(source, delimiter, start)?;
    let mut reader = reader(&source.text[start..], delimiter);
    let mut record = ByteRecord::new();
    let mut columns: Vec<RawColumn> = Vec::new();
    let mut offset_of_row = Vec::new();
    let (mut first, mut n_blank) = (true, 0_usize);
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| anyhow!("{}: {error}", source.path.display()))?
    {
        // The crate's position may still be on the line end before the record.
        let from = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let from = start.saturating_add(from);
        let from = from + line_ends(source.text.as_bytes().get(from..).unwrap_or_default());
        if first {
            columns = header(source, &record, from, delimiter)?;
            first = false;
            continue;
        }
        // Blank records, which spreadsheets write for empty rows between and below the others, are skipped.
        if columns.len() > 1 && record.iter().all(|field| field.trim_ascii().is_empty()) {
            n_blank += 1;
            continue;
        }
        if record.len() != columns.len() {
            return Err(ragged(source, &record, from, columns.len(), delimiter));
        }
        for (column, field) in columns.iter_mut().zip(&record) {
            // The source is UTF-8 and fields are cut at ASCII bytes, so the conversion never replaces a character.
            column.cells.push(Some(String::from_utf8_lossy(field).into_owned()));
        }
        offset_of_row.push(from);
    }
    // The crate accepts a quote that is never closed, and reads everything after it as one cell.
    let last = offset_of_row.last().copied().unwrap_or(start);
    if let Some(at) = open_quote(&source.text, last, delimiter) {
        return Err(
            source.refuse(at, "this quote is never closed; close it, or double it if it is part of the text")
        );
    }
    if n_blank > 0 {
        source.notes.push(Kind::BlankRows { n_rows: n_blank });
    }
    let columns = without_nameless(source, columns, start, delimiter)?;
    Ok(Raw { columns, offset_of_row, delimiter: Some(delimiter) })
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// For each of the first records, its number of fields, and how many of these are not blank.
fn sample(text: &str, delimiter: u8) -> Vec<(usize, usize)> {
    let mut reader = reader(text, delimiter);
    let mut record = ByteRecord::new();
    let mut sample = Vec::new();
    while sample.len() < SAMPLE && reader.read_byte_record(&mut record).unwrap_or(false) {
        let filled = record.iter().filter(|field| !field.trim_ascii().is_empty()).count();
        sample.push((record.len(), filled));
    }
    sample
}

/// The most frequent number of fields (of equally frequent ones the largest), and how many records have it.
fn usual(sample: &[(usize, usize)]) -> (usize, usize) {
    let count = |n: usize| sample.iter().filter(|(len, _)| *len == n).count();
    sample.iter().map(|&(len, _)| (len, count(len))).max_by_key(|&(len, n)| (n, len)).unwrap_or((1, 0))
}

/// The delimiter, and the byte offset of the first line after one that names it, else 0.
fn delimiter(text: &str) -> (u8, usize) {
    if let Some(named) = text.strip_prefix("sep=").and_then(|rest| rest.bytes().next()).filter(u8::is_ascii) {
        let start = text.find('\n').map_or(text.len(), |at| at + 1);
        return (named, start);
    }
    let mut best = (DELIMITERS[0], 0.0, 0);
    for candidate in DELIMITERS {
        let sample = sample(text, candidate);
        let (fields, n) = usual(&sample);
        let share = n as f64 / sample.len().max(1) as f64;
        // A delimiter that occurs in no record does not score.
        let score = if fields > 1 { share } else { 0.0 };
        if score > best.1 || score == best.1 && score > 0.0 && fields > best.2 {
            best = (candidate, score, fields);
        }
    }
    (best.0, 0)
}

/// Byte offset at which the header starts, after title lines, which have at most one filled cell. These are left out with a note.
fn header_start(source: &mut Source, delimiter: u8, start: usize) -> Result<usize> {
    let text = &source.text[start..];
    let sample = sample(text, delimiter);
    let (fields, n) = usual(&sample);
    let is_title = |&(len, filled): &(usize, usize)| filled <= 1 && (len == 1 || len == fields);
    let titles = sample.iter().take_while(|record| is_title(record)).count();
    // A table may have a single column, and lines that look like most records are not titles.
    if fields < 2 || n < 2 || titles == 0 || titles > MAX_TITLES || titles == sample.len() {
        return Ok(start);
    }
    let mut reader = reader(text, delimiter);
    let mut record = ByteRecord::new();
    let mut at = 0;
    for _ in 0..=titles {
        if !reader.read_byte_record(&mut record)? {
            return Ok(start);
        }
        at = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
    }
    at += line_ends(text.as_bytes().get(at..).unwrap_or_default());
    let (line, _) = source.place(start + at);
    let title: String =
        text.trim().chars().take_while(|c| !c.is_control() && *c != char::from(delimiter)).take(40).collect();
    source.notes.push(Kind::TitleLines { line, title });
    Ok(start + at)
}

/// The columns that have a name. A column without name and values, as a delimiter at the end of each line makes, is left out.
fn without_nameless(
    source: &mut Source,
    columns: Vec<RawColumn>,
    header: usize,
    delimiter: u8,
) -> Result<Vec<RawColumn>> {
    let is_empty = |column: &RawColumn| column.cells.iter().flatten().all(|cell| cell.trim().is_empty());
    if let Some(idx) = columns.iter().position(|column| column.name.is_empty() && !is_empty(column)) {
        let at = field_offset(&source.text, header, idx, delimiter);
        return Err(source.refuse(at, format!("column {} has no name; give every column a name", idx + 1)));
    }
    let n_columns = columns.iter().filter(|column| column.name.is_empty()).count();
    if n_columns > 0 {
        source.notes.push(Kind::NamelessColumns { n_columns });
    }
    Ok(columns.into_iter().filter(|column| !column.name.is_empty()).collect())
}

/// The byte offset of a quote that is still open at the end of the text; `from` is where the last record starts.
fn open_quote(text: &str, from: usize, delimiter: u8) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(from).peekable();
    let mut at_start = true;
    let mut opened = None;
    while let Some((at, byte)) = bytes.next() {
        match (byte, opened) {
            (b'"', None) if at_start => opened = Some(at),
            // A doubled quote inside quotes stands for a quote, and does not close the field.
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

fn header(source: &Source, record: &ByteRecord, from: usize, delimiter: u8) -> Result<Vec<RawColumn>> {
    if record.len() > MAX_COLUMNS {
        return Err(source.refuse(
            from,
            format!(
                "{} columns, at most {MAX_COLUMNS} are read; leave columns out when you export",
                record.len()
            ),
        ));
    }
    let names: Vec<String> =
        record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
    if names.len() > 1 && names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(source.refuse(
            from,
            "the first line holds numbers, and column names are expected; write a header line above it",
        ));
    }
    let mut seen = HashSet::new();
    for (idx, name) in names.iter().enumerate() {
        if !name.is_empty() && !seen.insert(name) {
            let at = field_offset(&source.text, from, idx, delimiter);
            return Err(source.refuse(at, format!("two columns are called `{name}`; rename one of them")));
        }
    }
    Ok(names.into_iter().map(|name| RawColumn { name, cells: Vec::new() }).collect())
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
        "close a quote that may be left open"
    } else if record.len() > n_columns {
        "quote fields that hold the delimiter"
    } else {
        "write a delimiter for every empty field"
    };
    let n = record.len();
    let shown = if delimiter == b'\t' { "a tab".to_owned() } else { format!("`{}`", char::from(delimiter)) };
    source.refuse(
        at,
        format!("this row has {n} fields, and the header has {n_columns} (delimiter {shown}); {hint}"),
    )
}
