//! Source: the whole text of one table file, and the place of any byte in it.
//!
//! Tables are held in memory, so the text is read once and places are counted only when there is something to report.
//!
//! Invariants
//! - The text is UTF-8, has no byte-order mark and no NUL.
//! - Whatever was done to the bytes besides reading them is in `notes`.
//!
//! Not here: event logs, which are streamed ([`super::read_log`]); encodings (`decode`); sheets (`workbook`).

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::decode::{self, Content};
use super::place::{Place, place_in};
use super::workbook;
use floorwalker_finding::text::Text;

/// A file's text, with its path for messages.
pub(super) struct Source {
    /// As the analyst wrote it.
    pub(super) path: PathBuf,
    /// Without byte-order mark.
    pub(super) text: String,
    /// What the analyst should know of how it was read.
    pub(super) notes: Vec<Text>,
    /// A sheet of a workbook, written as CSV by us: numbers in it have a decimal point.
    pub(super) is_sheet: bool,
}

impl Source {
    /// Reads a file: unpacks gzip, takes the sheet out of an Excel workbook, turns other encodings into UTF-8.
    ///
    /// A sheet of a workbook that has several is named behind a `#`: `demand.xlsx#May`.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is empty, is no table or is in no encoding that is read, or holds a NUL.
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
                    "{}: this is no Excel workbook, so it has no sheets; leave out the # and what follows",
                    file.display()
                )
            }
            Content::Text(bytes) => {
                decode::text(bytes, &mut notes).map_err(|error| anyhow!("{}:{error:#}", file.display()))?
            }
        };
        if let Some(at) = text.find('\0') {
            let Place { line, column } = place_in(&text[..at]);
            bail!(
                "{}:{line}:{column}: byte 0x00, which no text holds; this is no table, or it was cut: export it again as CSV",
                path.display()
            );
        }
        if text.trim().is_empty() {
            bail!("{}:1:1: the file is empty; it needs a header and at least one row", path.display());
        }
        Ok(Self { path: path.to_path_buf(), text, notes, is_sheet })
    }

    /// The place of the byte at `offset`; past the end is the end. Cost: `O(offset)`.
    pub(super) fn place(&self, offset: usize) -> Place {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        place_in(&self.text[..end])
    }

    /// An error at the byte `offset`.
    pub(super) fn refuse(&self, offset: usize, message: impl Display) -> anyhow::Error {
        let Place { line, column } = self.place(offset);
        anyhow!("{}:{line}:{column}: {message}", self.path.display())
    }
}
