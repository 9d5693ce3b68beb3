//! Flat JSON Lines into raw cells: an object a line, the union of their keys as columns.
//!
//! Invariants
//! - A key that a line lacks is missing there. Nested values and keys that a line holds twice are refused.
//!
//! Not here: event logs, whose lines are nested (`log`).

use std::fmt;

use anyhow::{Result, anyhow};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::infer::{Raw, RawColumn};
use super::source::Source;

/// A table of raw cells; columns in the order in which keys are first met.
pub(super) fn read(source: &Source) -> Result<Raw> {
    let mut columns: Vec<RawColumn> = Vec::new();
    let mut offset_of_row = Vec::new();
    let mut offset = 0;
    for (idx, line) in source.text.split_inclusive('\n').enumerate() {
        let from = offset;
        offset += line.len();
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let object: Object = serde_json::from_str(line)
            .map_err(|error| anyhow!("{}:{}", source.path.display(), message(&error, idx + 1, line)))?;
        let n_rows = offset_of_row.len();
        for (name, cell) in object.0 {
            let column = match columns.iter_mut().position(|c| c.name == name) {
                Some(at) => &mut columns[at],
                None => {
                    columns.push(RawColumn { name, cells: vec![None; n_rows] });
                    let last = columns.len() - 1;
                    &mut columns[last]
                }
            };
            column.cells.push(cell.0);
        }
        for column in &mut columns {
            column.cells.resize(n_rows + 1, None);
        }
        offset_of_row.push(from);
    }
    Ok(Raw { columns, offset_of_row, delimiter: None })
}

/// `line:column: what`: serde's own place is in bytes of the `text` it was given, ours in characters of the file.
pub(crate) fn message(error: &serde_json::Error, line: usize, text: &str) -> String {
    let shown = error.to_string();
    let what = shown.split(" at line ").next().unwrap_or(&shown);
    let hint = if error.is_eof() { "; a line must hold one whole JSON object" } else { "" };
    let before = text.bytes().take(error.column().saturating_sub(1));
    // A byte that continues a character starts no column.
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
        while let Some(key) = map.next_key::<String>()? {
            if cells.iter().any(|(name, _)| *name == key) {
                return Err(A::Error::custom(format!("key `{key}` twice in one line; keep one")));
            }
            cells.push((key, map.next_value()?));
        }
        Ok(Object(cells))
    }
}

/// The text a value would have in a CSV cell; `None` is `null`.
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
            "a list in a table; flatten it to one value a key (event logs have their own reader)",
        ))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Cell, A::Error> {
        Err(A::Error::custom(
            "an object in a table; flatten it to one value a key (event logs have their own reader)",
        ))
    }
}
