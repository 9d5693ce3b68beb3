//! Files to begin with: what the four `init` have in common.

use super::say;
use anyhow::{Result, ensure};
use floorwalker_data::write;
use std::path::Path;

/// Writes `text` to `path`, over a file that is there only if `is_forced`, and says which command is `next`.
pub(super) fn begin(path: &Path, text: &str, is_forced: bool, next: &str) -> Result<()> {
    let shown = path.display();
    ensure!(is_forced || !path.exists(), "{shown} is already there; pass --force to overwrite it");
    write::whole(path, text.as_bytes())?;
    say(format_args!("wrote {shown}\nnext: {next}"))
}
