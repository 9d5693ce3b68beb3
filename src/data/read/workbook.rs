//! Workbook: converts one sheet of an Excel file (`.xlsx`) to CSV text.
//!
//! Row `n` of the sheet is line `n` of the text, so that lines in messages are the rows that Excel shows. Dates become
//! `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`; numbers have a decimal point; a cell with an error (`#DIV/0!`) becomes empty.
//!
//! Invariants
//! - The text is limited to [`super::decode::MAX_BYTES`], whatever size the file declares.
//! - If there are several sheets, a note says which was read.
//!
//! Not here: formulas (their saved values are read), older Office files.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::decode::MAX_BYTES;
use floorwalker_finding::Kind;

/// Splits a path such as `demand.xlsx#May` into the file and the sheet. A `#` in the name of an existing file is part of the name.
pub(super) fn split(path: &Path) -> (&Path, Option<&str>) {
    match path.to_str().and_then(|text| text.rsplit_once('#')) {
        Some((file, sheet)) if !path.exists() && Path::new(file).exists() => (Path::new(file), Some(sheet)),
        _ => (path, None),
    }
}

/// The sheet called `sheet` as CSV; without a name, the only visible sheet that is not empty.
///
/// # Errors
///
/// A damaged file; no sheet of this name; several sheets and no name; too much text.
pub(super) fn csv(bytes: Vec<u8>, sheet: Option<&str>, notes: &mut Vec<Kind>) -> Result<String> {
    let damaged = |error: calamine::XlsxError| {
        anyhow!(
            "the Excel workbook is damaged or protected ({error}); save it again, or export the sheet as CSV"
        )
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let named: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let listed = || named.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = sheet {
        ensure!(
            named.iter().any(|(name, _)| name == wanted),
            "there is no sheet `{wanted}`; there is {}",
            listed()
        );
        return text(&mut book, wanted);
    }
    let mut found: Vec<(&str, String)> = Vec::new();
    for (name, _) in named.iter().filter(|(_, is_visible)| *is_visible) {
        let text = text(&mut book, name)?;
        if !text.trim().is_empty() {
            found.push((name, text));
        }
    }
    match found.len() {
        0 => bail!("all visible sheets of the workbook are empty; there is {}", listed()),
        1 => {}
        n => bail!(
            "{n} sheets of the workbook are not empty: {}; name one after a #, such as FILE.xlsx#{}",
            found.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            found[0].0
        ),
    }
    let (name, text) = found.remove(0);
    notes.push(Kind::Sheet { sheet: name.to_owned() });
    Ok(text)
}

/// Largest numbers of rows and columns of a sheet: Excel's own limits.
const MAX_ROWS: u32 = 1 << 20;
const MAX_COLUMNS: u32 = 1 << 14;

/// Converts a sheet to CSV.
fn text(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<String> {
    let broken =
        || format!("sheet `{sheet}` is damaged; save the workbook again, or export the sheet as CSV");
    let mut cells = book.worksheet_cells_reader(sheet).with_context(broken)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut n_bytes, mut n_columns) = (0_u64, 0);
    while let Some(cell) = cells.next_cell().with_context(broken)? {
        let (row, column) = cell.get_position();
        ensure!(
            row < MAX_ROWS && column < MAX_COLUMNS,
            "sheet `{sheet}` has a cell in row {} and column {}, which is beyond the limits of Excel; save the workbook again, or \
             export the sheet as CSV",
            u64::from(row) + 1,
            u64::from(column) + 1
        );
        let (row, column) = (row as usize, column as usize);
        let shown = shown(cell.get_value());
        if shown.is_empty() {
            continue;
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut rows[row];
        n_bytes += shown.len() as u64 + 1 + (column + 1).saturating_sub(cells.len()) as u64;
        if cells.len() <= column {
            cells.resize_with(column + 1, String::new);
        }
        cells[column] = shown;
        n_columns = n_columns.max(column + 1);
        // The limit counts the padding, because all rows are padded to the widest below.
        ensure!(
            n_bytes + (rows.len() as u64) * (n_columns as u64) <= MAX_BYTES,
            "sheet `{sheet}` holds more than {} MB; split it",
            MAX_BYTES >> 20
        );
    }
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut line = Vec::new();
    for row in &rows {
        if row.is_empty() {
            line.extend(out.into_inner()?);
            line.push(b'\n');
            out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            continue;
        }
        out.write_record(
            row.iter().map(String::as_str).chain(std::iter::repeat_n("", n_columns - row.len())),
        )?;
    }
    line.extend(out.into_inner()?);
    Ok(String::from_utf8(line)?)
}

/// The value of a cell as text on one line.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        // A duration, in days as in Excel.
        DataRef::DateTime(span) => span.as_f64().to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
    }
}

/// Replaces line ends by blanks, so that a row of the sheet is one line of the text.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
