//! Cells: a CSV file as it stands, for writing it back with whatever else it holds.
//!
//! Invariants
//! - Every row has a cell for each column; what is written and read again is equal, the delimiter included.
//! - Written files begin with a byte-order mark: spreadsheets then know UTF-8, and show Chinese.
//!
//! Not here: what cells mean (`table`).

use super::source::Source;
use super::table::meant;
use crate::write;
use anyhow::{Result, bail};
use std::path::Path;

/// Columns by name, and rows of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// From the header. `[n_columns]`.
    pub names: Vec<String>,
    /// `[n_rows][n_columns]`.
    pub rows: Vec<Vec<String>>,
    /// Between two cells: `,` `;` or tab.
    pub delimiter: u8,
}

impl Cells {
    /// Reads a CSV file; one with a header and no rows has no rows.
    ///
    /// # Errors
    ///
    /// Those of [`Table::read`](super::Table::read) about cells, with their place.
    pub fn read(path: &Path) -> Result<Self> {
        let raw = super::csv::read(&mut Source::read(path)?)?;
        let row =
            |at: usize| raw.columns.iter().map(move |column| column.cells[at].clone().unwrap_or_default());
        Ok(Self {
            names: raw.columns.iter().map(|column| column.name.clone()).collect(),
            rows: (0..raw.offset_of_row.len()).map(|at| row(at).collect()).collect(),
            delimiter: raw.delimiter.unwrap_or(b','),
        })
    }

    /// Writes them, whole or not at all.
    ///
    /// # Errors
    ///
    /// Those of [`write::whole`].
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut out =
            csv::WriterBuilder::new().delimiter(self.delimiter).from_writer(b"\xEF\xBB\xBF".to_vec());
        out.write_record(&self.names)?;
        for row in &self.rows {
            out.write_record(row)?;
        }
        write::whole(path, &out.into_inner()?)
    }

    /// Where the column called `name` is; `path` is for the message.
    ///
    /// # Errors
    ///
    /// There is none; the nearest name is offered.
    pub fn column(&self, name: &str, path: &Path) -> Result<usize> {
        match self.names.iter().position(|other| other == name) {
            Some(at) => Ok(at),
            None => bail!(
                "{}: there is no column `{name}`; {}",
                path.display(),
                meant(name, self.names.iter().map(String::as_str))
            ),
        }
    }
}
