//! Writes files atomically: to a temporary file in the same folder, which is then renamed to the target.
//!
//! Invariants
//! - An unfinished temporary file is removed: on an error by the writer, on Ctrl-C by [`discard`].
//! - A device or a pipe (`/dev/stdout`, `/dev/null`) is written to directly, since a rename would replace it by a file.
//!
//! Not here: listening for Ctrl-C (`main`).

use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Temporary files that are being written.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A lock guard: as long as it is held, no writer can begin or finish a file.
#[must_use]
pub struct Discarded(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, BTreeSet<PathBuf>>);

/// Writes `bytes` to `path`; on any failure the file is as it was before.
///
/// # Errors
///
/// A folder that does not exist or cannot be written, a full disk.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<()> {
    stream(path, |out| Ok(out.write_all(bytes)?))
}

/// Lets `fill` write to `path`; on any failure the file is as it was before.
///
/// # Errors
///
/// Those of [`whole`], and of `fill`.
pub fn stream(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let failed =
        || format!("cannot write {}: check that the folder exists and the disk has room", path.display());
    // An I/O error of `fill` gets the same context as any other failure to write; its other errors are returned as they are.
    let fill = |out: &mut dyn Write| match fill(out) {
        Err(error) if error.is::<std::io::Error>() => Err(error.context(failed())),
        filled => filled,
    };
    match path.metadata() {
        Ok(there) if there.is_dir() => bail!("cannot write {}: it is a folder; name a file", path.display()),
        Ok(there) if !there.is_file() => {
            let mut out = std::fs::OpenOptions::new().write(true).open(path).with_context(failed)?;
            fill(&mut out)?;
            return out.flush().with_context(failed);
        }
        _ => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut unfinished = unfinished();
    let mut file = begun(folder).with_context(failed)?;
    let beside = file.path().to_path_buf();
    unfinished.insert(beside.clone());
    drop(unfinished);

    let written = (|| {
        let mut out = std::io::BufWriter::new(file.as_file_mut());
        fill(&mut out)?;
        out.flush().with_context(failed)?;
        drop(out);
        file.as_file().sync_all().with_context(failed)
    })();
    // The lock is held while the file is renamed or removed, so that Ctrl-C takes effect before or after, never in between.
    let mut unfinished = self::unfinished();
    unfinished.remove(&beside);
    written?;
    file.persist(path).with_context(failed)?;
    Ok(())
}

/// A new temporary file with the usual permissions of a new file, so that a web server can read it.
fn begun(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    file.tempfile_in(folder)
}

/// Removes every unfinished temporary file. No writer can begin or finish a file while the result is held: hold it until the
/// process ends.
pub fn discard() -> Discarded {
    let unfinished = unfinished();
    for path in unfinished.iter() {
        // A failure is ignored: the file is already gone, or nothing can be done about it.
        let _ = std::fs::remove_file(path);
    }
    Discarded(unfinished)
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A poisoned lock is safe to use: a panic cannot leave the set half-changed.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    /// Lets `fill` fail while an existing file is overwritten, and expects the file unchanged, no other file beside it, and this message.
    fn check(fill: impl FnOnce(&mut dyn Write) -> Result<()>, says: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.fwb");
        std::fs::write(&path, "before").unwrap();
        let error = format!("{:#}", stream(&path, fill).unwrap_err());
        assert!(error.contains(says), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_disk_that_fills_up_leaves_the_file_as_it_was_and_says_where() {
        check(
            |out| {
                out.write_all(&[0; 100_000])?;
                Err(Error::from(ErrorKind::StorageFull).into())
            },
            "model.fwb: check that the folder exists and the disk has room",
        );
    }

    #[test]
    fn a_failure_that_is_not_the_disks_is_told_as_it_is() {
        check(|_| bail!("line 3 is bad"), "line 3 is bad");
    }

    #[test]
    fn a_folder_is_no_file_to_write() {
        let folder = tempfile::tempdir().unwrap();
        assert!(whole(folder.path(), b"x").unwrap_err().to_string().ends_with("it is a folder; name a file"));
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        if !Path::new("/dev/null").exists() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        // The path is a link to the device, so that a wrong rename would only replace the link.
        #[cfg(unix)]
        std::os::unix::fs::symlink("/dev/null", &path).unwrap();
        whole(&path, b"x").unwrap();
        assert!(path.symlink_metadata().unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_may_be_read_by_whoever_may_read_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, usual) = (folder.path().join("ours"), folder.path().join("usual"));
        whole(&ours, b"1").unwrap();
        std::fs::write(&usual, b"1").unwrap();
        let mode = |path| std::fs::metadata(path).unwrap().permissions();
        assert_eq!(mode(&ours), mode(&usual));
    }
}
