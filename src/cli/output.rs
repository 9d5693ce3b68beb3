//! What a command may write: looked at before it works.
//!
//! Invariants
//! - A file that the command reads is never written over, and no two of its files are one: with no flag.
//! - A file that is there and was not written by this program stays, unless `--force` says otherwise. What it was written by is seen in its
//!   first bytes; an empty file is nobody's.
//!
//! Not here: the writing itself (`write`), and commands that never write over anything (`init`, `policy init`, `snapshot key`).

use anyhow::{Result, ensure};
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a file that tell who wrote it.
const HEAD_BYTES: u64 = 1 << 16;

/// How one sort of our files is known again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// By its first bytes: a bundle.
    Bundle,
    /// By words that all of them hold near their beginning.
    Holds(&'static [&'static str]),
    /// Not at all: others write the same.
    Never,
}

/// A report.
pub(super) const REPORT: Known =
    Known::Holds(&["<!DOCTYPE html>", "<meta name=\"color-scheme\" content=\"light dark\"/>"]);

impl Known {
    fn is_ours(self, head: &[u8]) -> bool {
        match self {
            Self::Bundle => head.starts_with(b"FWB\0"),
            Self::Holds(words) => {
                let text = String::from_utf8_lossy(head);
                words.iter().all(|word| text.contains(word))
            }
            Self::Never => false,
        }
    }
}

/// A file to write: the flag that names it, where, and how ours are known.
pub(super) type Output<'a> = (&'a str, &'a Path, Known);

/// The flag that lets a command write over what others wrote.
#[derive(Debug, Args)]
pub(crate) struct Force {
    /// Write over a file that is already there, and that floorwalker did not write
    #[arg(long)]
    force: bool,
}

impl Force {
    /// Refuses what the invariants refuse.
    pub(crate) fn check(&self, inputs: &[&Path], outputs: &[Output<'_>]) -> Result<()> {
        for (at, &(flag, path, known)) in outputs.iter().enumerate() {
            spare(path, inputs, flag)?;
            for &(other, earlier, _) in outputs.iter().take(at) {
                let shown = path.display();
                ensure!(
                    place(path) != place(earlier),
                    "{other} and {flag} would both be {shown}; name another file"
                );
            }
            ensure!(
                self.force || is_free(path, known),
                "{} is already there, and floorwalker did not write it; name another file with {flag}, or pass --force to write over it",
                path.display()
            );
        }
        Ok(())
    }
}

/// Refuses to write over what the command reads.
pub(super) fn spare(out: &Path, inputs: &[&Path], flag: &str) -> Result<()> {
    let place = place(out);
    ensure!(
        !inputs.iter().any(|input| self::place(input) == place),
        "{} is read by this command and would be written over; name another file with {flag}",
        out.display()
    );
    Ok(())
}

/// Whether nothing is lost there. A device may be written to as often as one likes.
fn is_free(path: &Path, known: Known) -> bool {
    let Ok(there) = path.metadata() else { return true };
    if !there.is_file() || there.len() == 0 {
        return true;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    read.is_ok() && known.is_ours(&head)
}

/// The file that a path names, whether it is there yet or not.
fn place(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (folder.canonicalize(), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_path_buf(),
        }
    })
}
