//! Reads flat JSON into raw cells: JSON Lines, objects one after another, or a list of objects. The columns are the union of the
//! objects' keys.
//!
//! Invariants
//! - A key that an object lacks is a missing value. Nested values, and keys that an object has twice, are refused.
//!
//! Not here: event logs, whose lines are nested (`log`).

use std::collections::{HashMap, HashSet};
use std::fmt;

use anyhow::{Result, anyhow};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::raw::MAX_COLUMNS;
use super::raw::{Raw, RawColumn};
use super::source::Source;

/// Reads a table of raw cells; the columns are in the order in which their keys first occur.
pub(super) fn read(source: &Source) -> Result<Raw> {
    let mut rows = Rows::default();
    let text = source.text.trim_start();
    let start = source.text.len() - text.len();
    let first_line = text.lines().next().unwrap_or_default();
    let is_cut = |line: &str| serde_json::from_str::<IgnoredAny>(line).is_err_and(|error| error.is_eof());
    if text.starts_with('[') {
        let objects: Vec<&RawValue> = serde_json::from_str(&source.text)
            .map_err(|error| source.refuse(offset_of(&source.text, &error), what(&error)))?;
        for object in objects {
            let offset = (object.get().as_ptr() as usize).saturating_sub(source.text.as_ptr() as usize);
            rows.add_at(source, offset, object.get())?;
        }
    } else if is_cut(first_line) && !is_cut(text) {
        // An object that extends over several lines, perhaps followed by others.
        let mut objects = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        loop {
            let offset = start + objects.byte_offset();
            match objects.next() {
                None => break,
                Some(Ok(object)) => {
                    rows.add_at(source, start + objects.byte_offset() - object.get().len(), object.get())?;
                }
                Some(Err(error)) => return Err(source.refuse(offset, what(&error))),
            }
        }
    } else {
        let mut offset = 0;
        for (idx, line) in source.text.split_inclusive('\n').enumerate() {
            let from = offset;
            offset += line.len();
            let line = line.trim_end();
            if line.is_empty() {
                continue;
            }
            let object = serde_json::from_str(line)
                .map_err(|error| anyhow!("{}:{}", source.path.display(), message(&error, idx + 1, line)))?;
            rows.add(source, from, object)?;
        }
    }
    // Columns whose keys the last objects lack are filled up with missing values.
    let n_rows = rows.offset_of_row.len();
    rows.columns.iter_mut().for_each(|column| column.cells.resize(n_rows, None));
    Ok(Raw { columns: rows.columns, offset_of_row: rows.offset_of_row, delimiter: None })
}

/// The rows so far, column by column.
#[derive(Default)]
struct Rows {
    columns: Vec<RawColumn>,
    place_of: HashMap<String, usize>,
    offset_of_row: Vec<usize>,
}

impl Rows {
    /// Adds the object that is written as `text` at `offset` of the file.
    fn add_at(&mut self, source: &Source, offset: usize, text: &str) -> Result<()> {
        let object = serde_json::from_str(text)
            .map_err(|error| source.refuse(offset + offset_of(text, &error), what(&error)))?;
        self.add(source, offset, object)
    }

    fn add(&mut self, source: &Source, offset: usize, object: Object) -> Result<()> {
        let n_rows = self.offset_of_row.len();
        for (name, cell) in object.0 {
            let at = match self.place_of.get(&name) {
                Some(&at) => at,
                None => {
                    if self.columns.len() == MAX_COLUMNS {
                        return Err(source.refuse(
                            offset,
                            format!(
                                "the objects have more than {MAX_COLUMNS} different keys; a table \
                        has the same keys in every object, and an event log is named by `log` in a store.toml"
                            ),
                        ));
                    }
                    self.place_of.insert(name.clone(), self.columns.len());
                    self.columns.push(RawColumn { name, cells: Vec::new() });
                    self.columns.len() - 1
                }
            };
            let cells = &mut self.columns[at].cells;
            cells.resize(n_rows, None);
            cells.push(cell.0);
        }
        self.offset_of_row.push(offset);
        Ok(())
    }
}

/// The byte offset in `text` of a serde error.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let before = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    before + error.column().saturating_sub(1)
}

/// The message of a serde error, without serde's own place.
fn what(error: &serde_json::Error) -> String {
    let shown = error.to_string();
    shown.split(" at line ").next().unwrap_or(&shown).to_owned()
}

/// A message `line:column: what`, with the column in characters; serde counts it in bytes of `text`, which is one line of the file.
pub fn message(error: &serde_json::Error, line: usize, text: &str) -> String {
    let what = what(error);
    let hint = if error.is_eof() { "; a line must hold one whole JSON object" } else { "" };
    let before = text.bytes().take(error.column().saturating_sub(1));
    // Continuation bytes of UTF-8 do not count as columns.
    let column = before.filter(|b| b & 0b1100_0000 != 0b1000_0000).count() + 1;
    format!("{line}:{column}: {what}{hint}")
}

struct Object(Vec<(String, Cell)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one JSON object a line, such as {\"price\": 3, \"brand\": \"Acme\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut cells: Vec<(String, Cell)> = Vec::new();
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("key `{key}` is in this line twice; remove one")));
            }
            cells.push((key, map.next_value()?));
        }
        Ok(Object(cells))
    }
}

/// The text that a value would have in a CSV cell; `None` for `null`.
struct Cell(Option<String>);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false or null")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell(None))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell, E> {
        Ok(Cell(Some(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Cell, E> {
        Ok(Cell(Some(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Cell, E> {
        Ok(Cell(Some(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Cell, E> {
        Ok(Cell(Some(value.to_string())))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cell, E> {
        Ok(Cell(Some(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Cell, A::Error> {
        Err(A::Error::custom(
            "a list, and a table has single values; write one value for each key (an event log is named by `log` in a store.toml)",
        ))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Cell, A::Error> {
        Err(A::Error::custom(
            "an object, and a table has single values; write one value for each key (an event log is named by `log` in a store.toml)",
        ))
    }
}
