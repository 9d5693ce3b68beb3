//! `floorwalker staff init`.

use super::super::say;
use crate::write;
use anyhow::{Result, ensure};
use clap::Args;
use std::path::PathBuf;

/// The demand that it writes.
const STARTER: &str = include_str!("starter.csv");

/// Flags of `staff init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to write
    #[arg(default_value = "demand.csv", value_name = "FILE")]
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
        say(format_args!("wrote {shown}\nnext: floorwalker staff {shown}"))
    }
}
