//! Starter files: what the four `init` commands have in common.

use super::say;
use anyhow::{Result, ensure};
use floorwalker_data::write;
use std::path::Path;

/// Writes `text` to `path` and prints which command is `next`. An existing file is overwritten only if `is_forced`.
pub(super) fn begin(path: &Path, text: &str, is_forced: bool, next: &str) -> Result<()> {
    let shown = path.display();
    ensure!(is_forced || !path.exists(), "{shown} is already there; pass --force to overwrite it");
    write::whole(path, text.as_bytes())?;
    say(format_args!("wrote {shown}\nnext: {next}"))
}
