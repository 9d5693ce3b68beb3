//! `floorwalker policy evaluate`.

use super::{FORMAT, Judged};
use anyhow::Result;
use clap::Args;

/// Flags of `policy evaluate`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT)]
pub struct Evaluate {
    #[command(flatten)]
    judged: Judged,
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<()> {
        self.judged.check(None)?;
        let found = self.judged.evaluation(None)?;
        self.judged.write_json(&found)?;
        self.judged.show(&found)
    }
}
