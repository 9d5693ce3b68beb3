//! Paths in settings files.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// The file that `path` names in a settings file of `folder`: relative to that folder, or behind an environment variable (`$DATA/orders.csv`).
///
/// # Errors
///
/// An environment variable that is not set.
pub fn resolve(folder: &Path, path: &Path) -> Result<PathBuf> {
    let text = path.to_string_lossy();
    let Some(rest) = text.strip_prefix('$') else { return Ok(folder.join(path)) };
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match std::env::var(name) {
        Ok(value) => Ok(Path::new(&value).join(rest)),
        Err(_) => {
            bail!(
                "{text}: the environment variable {name} is not set; set it to the folder that holds the data"
            )
        }
    }
}
