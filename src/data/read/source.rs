//! Source: the whole text of one table file, and the line and column of any byte in it.
//!
//! The text is kept in memory, so lines and columns are counted only when there is an error to report.
//!
//! Invariants
//! - The text is UTF-8, has no byte-order mark and no NUL.
//! - Conversions of the bytes, such as unpacking or decoding, are listed in `notes`.
//!
//! Not here: event logs, which are streamed ([`super::read_log`]); encodings (`decode`); sheets (`workbook`).

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::decode::{self, Content};
use super::workbook;
use floorwalker_finding::{Kind, shown};

/// A file's text, with its path for messages.
pub(super) struct Source {
    /// The path as the analyst wrote it.
    pub(super) path: PathBuf,
    /// The text, without byte-order mark.
    pub(super) text: String,
    /// What the analyst should know about how the file was read.
    pub(super) notes: Vec<Kind>,
    /// Whether the text is a sheet that `workbook` wrote as CSV; its numbers have a decimal point.
    pub(super) is_sheet: bool,
}

impl Source {
    /// Reads a file: unpacks gzip, takes the sheet out of an Excel workbook, turns other encodings into UTF-8.
    ///
    /// One of several sheets of a workbook is named after a `#`: `demand.xlsx#May`.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is empty, is not a table, is in no known encoding, or contains a NUL.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let (file, sheet) = workbook::split(path);
        let bytes = std::fs::read(file)
            .with_context(|| format!("cannot read {}: check the path and its permissions", file.display()))?;
        let mut notes = Vec::new();
        let content = decode::content(bytes, &mut notes).with_context(|| file.display().to_string())?;
        let is_sheet = matches!(content, Content::Workbook(_));
        let text = match content {
            Content::Workbook(bytes) => {
                workbook::csv(bytes, sheet, &mut notes).with_context(|| file.display().to_string())?
            }
            Content::Text(_) if sheet.is_some() => {
                bail!(
                    "{}: this is not an Excel workbook, so it has no sheets; remove the # and what follows it",
                    file.display()
                )
            }
            Content::Text(bytes) => {
                decode::text(bytes, &mut notes).map_err(|error| anyhow!("{}:{error:#}", file.display()))?
            }
        };
        if let Some(at) = text.find('\0') {
            let (line, column) = shown::place(&text, at);
            bail!(
                "{}:{line}:{column}: byte 0x00, which text never holds; this is not a table, or it is incomplete: export it again as CSV",
                path.display()
            );
        }
        if text.trim().is_empty() {
            bail!("{}:1:1: the file is empty; it needs a header and at least one row", path.display());
        }
        Ok(Self { path: path.to_path_buf(), text, notes, is_sheet })
    }

    /// The line and column of the byte at `offset`, or of the end if it is past the end. Cost: `O(offset)`.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        shown::place(&self.text, end)
    }

    /// An error at the byte `offset`.
    pub(super) fn refuse(&self, offset: usize, message: impl Display) -> anyhow::Error {
        let (line, column) = self.place(offset);
        anyhow!("{}:{line}:{column}: {message}", self.path.display())
    }
}
