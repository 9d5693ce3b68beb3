//! `floorwalker policy check` and `floorwalker policy schema`.

use super::{route, say};
use anyhow::{Result, bail};
use clap::Args;
use floorwalker_learn::store::{policy_file, policy_path};
use floorwalker_policy::Date;
use floorwalker_policy::{Examined, Known, PolicyFile, Proof, SCHEMA, date, examine, today};
use std::path::PathBuf;

/// A policy with everything in it.
const EXAMPLE_HELP: &str = concat!(
    "`floorwalker policy init` writes a policy that fits the store of `floorwalker init`. One with everything in it (the same in JSON):\n\n",
    include_str!("../../policy/example.toml")
);

/// Flags of `policy check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE_HELP)]
pub struct Check {
    /// The policy (TOML or JSON), or a store with a [policy] or a `policy_file`
    policy: PathBuf,
    /// The bundle that it is for: its heads and features are the names that may be used
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Fail on warnings, too
    #[arg(long)]
    strict: bool,
    /// The day from which on opening hours are looked at; today unless said
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
}

/// Flags of `policy schema`.
#[derive(Debug, Args)]
pub struct Schema {}

impl Check {
    pub(super) fn run(&self) -> Result<()> {
        let path = policy_path(&self.policy)?;
        let file = policy_file(&self.policy)?;
        let path = path.display();
        let model =
            self.bundle.as_ref().map(|bundle| route::read(bundle, None)).transpose()?.map(|(model, _)| model);
        let known = model.as_ref().map(Known::of);
        let Examined { findings, proof } = examine(&file, known.as_ref(), self.on.unwrap_or_else(today))?;
        for finding in &findings {
            say(format_args!("{path}:{finding}"))?;
        }
        let Some(proof) = proof else {
            let errors = findings.iter().filter(|finding| finding.is_error).count();
            bail!("{path}: {errors} of {} findings make it no policy", findings.len());
        };
        say(told(&proof, &file))?;
        if self.strict && !findings.is_empty() {
            bail!("{path}: {} findings", findings.len());
        }
        Ok(())
    }
}

/// What the check proved, in words.
fn told(proof: &Proof, file: &PolicyFile) -> String {
    let (first, last) = proof.days;
    let default = &file.def.default_queue;
    let Some(within) = proof.within else {
        return "not proven: some requests are left to the default queue, or sent to one that is shut, as said above".to_owned();
    };
    let slowest = proof.slowest.as_ref().map_or(String::new(), |case| format!("\n  slowest: {case}"));
    let overflowing =
        proof.overflowing.as_ref().map_or(String::new(), |case| format!("\n  by overflow alone: {case}"));
    let bounds = match &proof.bounds[..] {
        [] => "a message that is about none of the intents".to_owned(),
        set => format!(
            "what {} turns away, a message that is about none of the intents",
            set.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
        ),
    };
    format!(
        "proven: every request has a queue within {within} s, at every minute from {first} to {last} ({} cases decided by the engine){slowest}{overflowing}\n  \
         not claimed of: {bounds}, queues that a snapshot says are closed, full or without agents or whose numbers a `skip_if` reads; these go to `{default}`",
        proof.n_cases
    )
}

impl Schema {
    pub(super) fn run(&self) -> Result<()> {
        say(SCHEMA.trim_end())
    }
}
