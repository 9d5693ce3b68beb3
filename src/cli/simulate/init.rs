//! `floorwalker simulate init`.

use super::super::begin::begin;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// The scenario that `simulate init` writes.
const STARTER: &str = include_str!("starter.toml");

/// Flags of `simulate init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to write
    #[arg(default_value = "scenario.toml", value_name = "FILE")]
    path: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self) -> Result<()> {
        let next = format!("floorwalker simulate {}", self.path.display());
        begin(&self.path, STARTER, self.force, &next)
    }
}
