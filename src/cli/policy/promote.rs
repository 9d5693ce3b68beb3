//! `floorwalker policy promote`.

use super::{FORMAT, Judged, say};
use crate::bundle_bytes;
use crate::flag::Flag;
use crate::output::Known;
use anyhow::{Context, Result, bail};
use clap::Args;
use floorwalker_bundle as bundle;
use floorwalker_data::write;
use floorwalker_learn::store::policy_file;
use floorwalker_offpolicy::{Estimator, Gate, LEAST_ESS};
use floorwalker_policy as policy;
use serde_json::json;
use std::path::PathBuf;

/// Flags of `policy promote`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT)]
pub struct Promote {
    #[command(flatten)]
    judged: Judged,
    /// The estimator that decides: the lower bound of its difference to the running policy must not be below 0
    #[arg(long, value_enum, value_name = "NAME", default_value_t = Flag(Gate::default().estimator))]
    by: Flag<Estimator>,
    /// Loss of mean reward that is accepted
    #[arg(long, value_name = "REWARD", default_value_t = 0.0)]
    tolerate: f64,
    /// Where to write the bundle with the promoted policy; nothing is written if the policy is refused
    #[arg(long, short, value_name = "FILE", requires = "policy")]
    out: Option<PathBuf>,
    /// Least effective sample size, in lines
    #[arg(long, value_name = "LINES", default_value_t = LEAST_ESS)]
    least_ess: f64,
}

impl Promote {
    pub(super) fn run(&self) -> Result<()> {
        let gate = Gate { estimator: self.by.0, tolerate: self.tolerate, least_ess: self.least_ess };
        gate.check()?;
        self.judged.check(self.out.as_deref().map(|out| ("--out", out, Known::Bundle)))?;
        let found = self.judged.evaluation(Some(self.by.0))?;
        let verdict = gate.verdict(&found)?;
        self.judged
            .write_json(&json!({ "ships": verdict.ships(), "verdict": verdict, "evaluation": found }))?;
        self.judged.show(&found)?;
        if verdict.is_same {
            self.write_bundle()?;
            return say(
                "\nno difference: in every line of the log the policy gives the logged action the same probability as the running \
                policy; it may ship",
            );
        }
        if verdict.ships() {
            self.write_bundle()?;
            return say(format_args!(
                "\nmay ship: by {} the policy is no worse than the running one",
                self.by.name()
            ));
        }
        let reasons: String = verdict.reasons.iter().map(|reason| format!("\n- {reason}")).collect();
        bail!("{}: the policy is not promoted{reasons}", self.judged.log.display())
    }

    /// Writes the bundle with the promoted policy in place of its own.
    fn write_bundle(&self) -> Result<()> {
        let (Some(out), Some(bundle), Some(policy)) = (&self.out, &self.judged.bundle, &self.judged.policy)
        else {
            return Ok(());
        };
        let shown = bundle.display();
        let bytes = bundle_bytes(bundle)?;
        let mut promoted = bundle::decode(&bytes).with_context(|| format!("{shown}"))?;
        let file = policy_file(policy)?;
        let program = policy::compile(&file.def, &promoted.model.heads, &promoted.model.features)?;
        promoted.model.policy = Some(program);
        let bytes = bundle::encode(&promoted)?;
        bundle::load(&bytes)?;
        write::whole(out, &bytes)?;
        say(format_args!("\nwrote {} with policy {}", out.display(), file.def.version))
    }
}
