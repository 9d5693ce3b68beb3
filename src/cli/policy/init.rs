//! `floorwalker policy init`.

use super::super::begin::begin;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// The policy that it writes: it fits the store of `floorwalker init`, and has a bandit that can learn.
const STARTER: &str = include_str!("starter.toml");

/// Flags of `policy init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Where to write
    #[arg(default_value = "policy.toml", value_name = "FILE")]
    path: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self) -> Result<()> {
        let next = format!("floorwalker policy check {}", self.path.display());
        begin(&self.path, STARTER, self.force, &next)
    }
}
