//! Writing files whole or not at all: beside the target first, then renamed over it.

use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;

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
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = || format!("cannot write {}: check that the folder exists and has room", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    let mut out = std::io::BufWriter::new(file.as_file_mut());
    fill(&mut out)?;
    out.flush().with_context(failed)?;
    drop(out);
    file.as_file().sync_all().with_context(failed)?;
    file.persist(path).with_context(failed)?;
    Ok(())
}
