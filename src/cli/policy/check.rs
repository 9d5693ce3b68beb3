//! `floorwalker policy check` and `floorwalker policy schema`.

use super::export::{named, names};
use super::{route, say};
use anyhow::{Result, bail, ensure};
use clap::Args;
use floorwalker_finding::Severity;
use floorwalker_learn::store::{policy_file, policy_path};
use floorwalker_policy::Date;
use floorwalker_policy::handover;
use floorwalker_policy::{Examined, Known, PolicyFile, Proof, SCHEMA, date, examine, finding_line, today};
use std::path::PathBuf;

/// A policy with everything in it.
const EXAMPLE_HELP: &str = concat!(
    "`floorwalker policy init` writes a policy that fits the store of `floorwalker init`. A policy with every setting (JSON has the same keys):\n\n",
    include_str!("../../policy/example.toml")
);

/// Flags of `policy check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE_HELP)]
pub struct Check {
    /// The policy (TOML or JSON), or a store with a [policy] or a `policy_file`
    policy: PathBuf,
    /// The bundle that the policy is for; the policy may use the names of its heads and features
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Also check that every queue has a target in this chat, as `policy export` writes it
    #[arg(long = "for", value_name = "VENDOR", value_parser = names())]
    vendor: Option<String>,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// The first day whose opening hours are checked [default: today]
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
        let without_target = match &self.vendor {
            Some(vendor) => handover::check(&file, named(vendor)?),
            None => Vec::new(),
        };
        for finding in findings.iter().chain(&without_target) {
            say(format_args!("{path}:{}", finding_line(finding)))?;
        }
        let Some(proof) = proof else {
            let errors = findings.iter().filter(|finding| finding.severity == Severity::Serious).count();
            bail!(
                "{path}: {errors} of {} findings are errors, and the policy cannot be used; correct them",
                findings.len()
            );
        };
        say(told(&proof, &file))?;
        if let Some(vendor) = &self.vendor {
            ensure!(
                without_target.is_empty(),
                "{path}: {} of {} queues cannot be handed over to {vendor}; correct the targets reported above",
                without_target.len(),
                file.def.queues.len()
            );
            say(format_args!("every queue has a target in {vendor}"))?;
        }
        if self.strict && !findings.is_empty() {
            bail!("{path}: {} findings, and --strict accepts none", findings.len());
        }
        Ok(())
    }
}

/// What the check proved, in words.
fn told(proof: &Proof, file: &PolicyFile) -> String {
    let (first, last) = proof.days;
    let default = &file.def.default_queue;
    let Some(within) = proof.within else {
        return "not proven: some requests fall to the default queue, or go to a closed one, as reported above".to_owned();
    };
    let slowest = proof.slowest.as_ref().map_or(String::new(), |case| format!("\n  slowest: {case}"));
    let overflowing =
        proof.overflowing.as_ref().map_or(String::new(), |case| format!("\n  only by overflow: {case}"));
    let bounds = match &proof.bounds[..] {
        [] => "a message that is out of scope".to_owned(),
        set => format!(
            "requests that {} turns away, a message that is out of scope",
            set.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
        ),
    };
    format!(
        "proven: every request has a queue within {within} s, at every minute from {first} to {last} ({} cases decided by the engine){slowest}{overflowing}\n  \
         not proven for: {bounds}, and queues that a snapshot reports as closed, full or without agents or whose numbers a \
         `skip_if` reads; these requests go to `{default}`",
        proof.n_cases
    )
}

impl Schema {
    pub(super) fn run(&self) -> Result<()> {
        say(SCHEMA.trim_end())
    }
}
