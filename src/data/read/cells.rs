//! Cells: a CSV file as plain text cells, for writing it back with all of its columns.
//!
//! Invariants
//! - Every row has a cell for each column; writing and reading again gives equal cells and the same delimiter.
//! - Written files begin with a byte-order mark, by which spreadsheets recognise UTF-8 and show Chinese correctly.
//!
//! Not here: what cells mean (`table`).

use super::source::Source;
use super::table::meant;
use crate::write;
use anyhow::{Result, bail};
use std::path::Path;

/// Names of columns, and rows of text cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// Names of the columns, from the header. `[n_columns]`.
    pub names: Vec<String>,
    /// The cells, `[n_rows][n_columns]`.
    pub rows: Vec<Vec<String>>,
    /// The delimiter between two cells, such as `,` `;` or tab.
    pub delimiter: u8,
}

impl Cells {
    /// Reads a CSV file; a file with a header alone is read as having no rows.
    ///
    /// # Errors
    ///
    /// Those of [`Table::read`](super::Table::read) on the form of the file, with their place.
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

    /// Writes the cells atomically.
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

    /// Index of the column called `name`; `path` is for the message.
    ///
    /// # Errors
    ///
    /// No column has this name; the message offers the nearest one.
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
