//! `floorwalker init`.

use super::say;
use crate::write;
use anyhow::{Result, ensure};
use clap::Args;
use std::path::PathBuf;

/// The starter that `init` writes.
pub const STARTER: &str = include_str!("starter.toml");

/// Flags of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Where to write
    #[arg(default_value = "store.toml")]
    path: PathBuf,
    /// Overwrite a file that is already there
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self) -> Result<()> {
        let shown = self.path.display();
        ensure!(self.force || !self.path.exists(), "{shown} is already there; pass --force to overwrite it");
        write::whole(&self.path, STARTER.as_bytes())?;
        say(format_args!(
            "wrote {shown}\nnext: floorwalker synth --out log.jsonl     (or put your own log there)"
        ))?;
        say(format_args!("then: floorwalker train {shown}"))?;
        Ok(())
    }
}
