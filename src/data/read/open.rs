//! Opening: reads a typed table from a file in any supported format.
//!
//! Not here: the formats (`csv`, `json_table`, `blocks`, `workbook`), how columns are typed (`infer`).

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, bail};

use super::reading::{Kind, Overrides, Reading};
use super::source::Source;
use super::table::{Column, Table};
use super::{blocks, csv, infer, json_table};
use floorwalker_finding::Finding;

impl Table {
    /// Reads a table: JSON when the path ends in `.jsonl`, `.ndjson` or `.json`; CoNLL-style intents when it ends in `.txt` or
    /// `.conll` and looks like them; a sheet of an Excel workbook; else CSV. Any of them may be packed by gzip.
    ///
    /// `overrides` give the kinds of columns by name; the others are inferred.
    /// Cost: while it is read, the file takes about three times its size in memory.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is empty, is not a table or has no rows; a row with too few or too many fields; a cell
    /// that does not fit its column; an override for a column that does not exist. All but the last have their place.
    pub fn read(path: &Path, overrides: &Overrides) -> Result<Self> {
        Self::read_some(path, overrides, None)
    }

    /// Reads as [`Table::read`] does, but types only the columns called `names`: the others stay text, whatever they contain.
    ///
    /// # Errors
    ///
    /// Those of [`Table::read`]; a name that no column has.
    pub fn read_columns(path: &Path, overrides: &Overrides, names: &BTreeSet<String>) -> Result<Self> {
        Self::read_some(path, overrides, Some(names))
    }

    fn read_some(path: &Path, overrides: &Overrides, wanted: Option<&BTreeSet<String>>) -> Result<Self> {
        let mut source = Source::read(path)?;
        let raw = match ending(path).as_deref() {
            _ if source.is_sheet => csv::read(&mut source)?,
            Some("jsonl" | "ndjson" | "json") => json_table::read(&source)?,
            Some("txt" | "conll") if blocks::are(&source) => blocks::read(&source)?,
            _ => csv::read(&mut source)?,
        };
        if raw.offset_of_row.is_empty() {
            return Err(
                source.refuse(source.text.len(), "the file has a header and no rows; add at least one row")
            );
        }
        let mut line = 1;
        let mut seen = 0;
        let line_of_row = raw.offset_of_row.iter().map(|&offset| {
            line += source.text.as_bytes()[seen..offset].iter().filter(|&&b| b == b'\n').count();
            seen = offset;
            line
        });
        let line_of_row = line_of_row.collect();
        let n_rows = raw.offset_of_row.len();
        let (columns, readings): (Vec<Column>, Vec<Reading>) =
            infer::columns(&source, raw, overrides, wanted)?.into_iter().unzip();
        let readings = columns.iter().map(|column| column.name.clone()).zip(readings).collect();
        let notes = source.notes.into_iter().map(|kind| Finding::new(path.display().to_string(), kind));
        let notes = notes.collect();
        Ok(Self { path: path.to_path_buf(), columns, n_rows, line_of_row, readings, notes })
    }

    /// The name of a table's only column of text. If there is none, the name of its only column of categories, since messages that
    /// repeat look like categories.
    ///
    /// # Errors
    ///
    /// Those of [`Table::read`]; no such column, or several.
    pub fn only_text(path: &Path) -> Result<String> {
        let table = Self::read(path, &Overrides::default())?;
        let named = |kind: Kind| -> Vec<&str> {
            let of_kind = table.columns.iter().filter(|column| column.kind() == kind);
            of_kind.map(|column| column.name.as_str()).collect()
        };
        let mut texts = named(Kind::Text);
        if texts.is_empty() {
            texts = named(Kind::Category);
        }
        match texts.as_slice() {
            [name] => Ok((*name).to_owned()),
            [] => bail!(
                "{}: no column looks like text; name the column of messages with --message, one of {}",
                path.display(),
                table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
            ),
            several => bail!(
                "{}: {} columns look like text; name the column of messages with --message: {}",
                path.display(),
                several.len(),
                several.join(", ")
            ),
        }
    }
}

/// The extension of a file's name in lower case; for `.gz` the one before it.
fn ending(path: &Path) -> Option<String> {
    let of = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match of(path) {
        Some(gz) if gz == "gz" => path.file_stem().map(Path::new).and_then(of),
        other => other,
    }
}
