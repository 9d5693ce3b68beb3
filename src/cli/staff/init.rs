//! `floorwalker staff init`.

use super::super::begin::begin;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// The demand file that `staff init` writes.
const STARTER: &str = include_str!("starter.csv");

/// Flags of `staff init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to write
    #[arg(default_value = "demand.csv", value_name = "FILE")]
    path: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self) -> Result<()> {
        let next = format!("floorwalker staff {}", self.path.display());
        begin(&self.path, STARTER, self.force, &next)
    }
}
