//! `floorwalker policy promote`.

use super::{FORMAT, Judged, say};
use crate::offpolicy::{Estimator, Gate, LEAST_ESS};
use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

/// Flags of `policy promote`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT)]
pub struct Promote {
    #[command(flatten)]
    judged: Judged,
    /// Whose lower bound must not be below the running policy's
    #[arg(long, value_enum, value_name = "NAME", default_value_t = Gate::default().estimator)]
    by: Estimator,
    /// Loss of mean reward that is tolerated
    #[arg(long, value_name = "REWARD", default_value_t = 0.0)]
    tolerate: f64,
    /// Fewest effective lines
    #[arg(long, value_name = "LINES", default_value_t = LEAST_ESS)]
    least_ess: f64,
}

impl Promote {
    pub(super) fn run(&self) -> Result<()> {
        let gate = Gate { estimator: self.by, tolerate: self.tolerate, least_ess: self.least_ess };
        gate.check()?;
        let found = self.judged.evaluation(Some(self.by))?;
        let verdict = gate.verdict(&found)?;
        self.judged
            .write_json(&json!({ "ships": verdict.ships(), "verdict": verdict, "evaluation": found }))?;
        self.judged.show(&found)?;
        if verdict.ships() {
            return say(format_args!(
                "\nmay ship: by {} it is no worse than the running policy",
                self.by.name()
            ));
        }
        let reasons: String = verdict.reasons.iter().map(|reason| format!("\n- {reason}")).collect();
        bail!("{}: the policy is not promoted{reasons}", self.judged.log.display())
    }
}
