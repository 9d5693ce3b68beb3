//! Source: the whole text of one small file, and the place of any byte in it.
//!
//! Tables are held in memory, so the text is read once and places are counted only when there is something to report.
//!
//! Invariants
//! - The text is UTF-8, has no byte-order mark and no NUL.
//!
//! Not here: event logs, which are streamed ([`super::read_log`]).

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

/// A file's text, with its path for messages.
pub(super) struct Source {
    /// As the analyst wrote it.
    pub(super) path: PathBuf,
    /// Without byte-order mark.
    pub(super) text: String,
}

/// A place in a file, as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is empty, is not UTF-8 or holds a NUL; the last two name the first bad place.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path)
            .with_context(|| format!("cannot read {}: check the path and its permissions", path.display()))?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes);
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            bail!("{}:1:1: the file is UTF-16; save it as UTF-8", path.display());
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let place = place_in(&String::from_utf8_lossy(&bytes[..good]));
                let bad = bytes.get(good).copied().unwrap_or_default();
                bail!(
                    "{}:{}:{}: byte 0x{bad:02X} is not UTF-8; save the file as UTF-8 (it may be Latin-1 or GB18030)",
                    path.display(),
                    place.line,
                    place.column
                );
            }
        };
        if let Some(at) = text.find('\0') {
            let Place { line, column } = place_in(&text[..at]);
            bail!(
                "{}:{line}:{column}: byte 0x00, which no text holds; save the file as UTF-8 (it may be UTF-16 without a mark, or no text at all)",
                path.display()
            );
        }
        if text.trim().is_empty() {
            bail!("{}:1:1: the file is empty; it needs a header and at least one row", path.display());
        }
        Ok(Self { path: path.to_path_buf(), text })
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

/// The place just after `before`.
fn place_in(before: &str) -> Place {
    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Place { line, column: before[start..].chars().count() + 1 }
}
