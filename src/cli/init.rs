//! `floorwalker init`.

use super::begin::begin;
use super::say;
use anyhow::Result;
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
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self) -> Result<()> {
        let next = "floorwalker synth --out log.jsonl     (or put your own log there)";
        begin(&self.path, STARTER, self.force, next)?;
        say(format_args!("then: floorwalker train {}", self.path.display()))
    }
}
