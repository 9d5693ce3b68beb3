//! Checks of the files that a command will write, made before it starts its work.
//!
//! Invariants
//! - A command never overwrites a file that it reads, and never writes two outputs to one file; no flag allows it.
//! - An existing file that this program did not write is overwritten only with `--force`. Its first bytes tell whether this program wrote
//!   it; an empty file may always be overwritten.
//!
//! Not here: the writing itself (`write`), and commands that never write over anything (`init`, `policy init`, `snapshot key`).

use anyhow::{Result, ensure};
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Number of bytes at the beginning of a file that are searched for the marks of this program.
const HEAD_BYTES: u64 = 1 << 16;

/// How a kind of file that this program writes is recognised.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// By its first bytes, the magic number of a bundle.
    Bundle,
    /// By its first bytes, the magic number of an index.
    Index,
    /// By texts that every file of the kind contains near its beginning.
    Holds(&'static [&'static str]),
    /// Never recognised, because other programs write the same format.
    Never,
}

/// An HTML report.
pub(super) const REPORT: Known =
    Known::Holds(&["<!DOCTYPE html>", "<meta name=\"color-scheme\" content=\"light dark\"/>"]);

impl Known {
    fn is_ours(self, head: &[u8]) -> bool {
        match self {
            Self::Bundle => head.starts_with(b"FWB\0"),
            Self::Index => head.starts_with(b"FWI\0"),
            Self::Holds(words) => {
                let text = String::from_utf8_lossy(head);
                words.iter().all(|word| text.contains(word))
            }
            Self::Never => false,
        }
    }
}

/// A file to write: the flag that names it, its path, and how an earlier file of this program is recognised there.
pub(super) type Output<'a> = (&'a str, &'a Path, Known);

/// The flag that lets a command write over what others wrote.
#[derive(Debug, Args)]
pub(crate) struct Force {
    /// Overwrite an existing file even if floorwalker did not write it
    #[arg(long)]
    force: bool,
}

impl Force {
    /// Checks the module's invariants, before anything is written.
    pub(crate) fn check(&self, inputs: &[&Path], outputs: &[Output<'_>]) -> Result<()> {
        for (at, &(flag, path, known)) in outputs.iter().enumerate() {
            spare(path, inputs, flag)?;
            for &(other, earlier, _) in outputs.iter().take(at) {
                let shown = path.display();
                ensure!(
                    place(path) != place(earlier),
                    "{other} and {flag} both name {shown}; name another file for one of them"
                );
            }
            ensure!(
                self.force || is_free(path, known),
                "{} is already there, and floorwalker did not write it; name another file with {flag}, or pass --force to overwrite it",
                path.display()
            );
        }
        Ok(())
    }
}

/// Refuses an output that is one of the inputs of the command.
pub(super) fn spare(out: &Path, inputs: &[&Path], flag: &str) -> Result<()> {
    let place = place(out);
    ensure!(
        !inputs.iter().any(|input| self::place(input) == place),
        "{} is read by this command and would be overwritten; name another file with {flag}",
        out.display()
    );
    Ok(())
}

/// Whether writing to the path loses nothing: no file, an empty one, one of this program, or a device such as `/dev/null`.
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
