//! `floorwalker policy`: write a starter policy, check a policy, write the rules that a chat needs for it, teach its bandits from a log, estimate its value from the log of another
//! policy, and decide whether it may ship.
//!
//! Not here: findings and proofs (`policy`), learning, estimates and the gate (`offpolicy`).

mod check;
mod evaluate;
mod export;
mod init;
mod learn;
mod promote;

use super::{route, say};
use crate::flag::Flag;
use crate::output::{Force, Known, Output};
use anyhow::Result;
use clap::{Args, Subcommand};
use floorwalker_data::progress::Progress;
use floorwalker_data::write;
use floorwalker_metrics::{Interval, Resampling};
use floorwalker_offpolicy::replay::Replayer;
use floorwalker_offpolicy::{DecisionLog, Estimator, Evaluation, Logged, Repeats, Settings, evaluate};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The help text on the format of the log.
const FORMAT: &str = r#"The log is JSON Lines, one decision on each line (split here for reading):

  {"context": {"cart": 499, "lang": "zh", "vip": true},
   "action": "returns",          the queue that was chosen
   "propensity": 0.25,           the probability with which it was chosen, above 0
   "reward": 1,                  what the decision brought; more is better
   "policy_version": "7",        the policy that decided
   "target": {"returns": 0.9, "presale": 0.1}}

`target` says what the evaluated policy would do in this context: the probability of each action.
They sum to 1; an action that is missing has 0.

`shopper` (optional) says whose decision it was; intervals then resample whole shoppers. `id`
(optional) identifies a decision: a repeated one counts once, and is reported. Lines of the page
are identified by the `seed` and `now` of their `request`. Other keys are ignored.

Lines of the page (`route({ record: true })`, with a `reward` added) have a `request` instead of a
`target`: give --policy new.toml and --bundle store.fwb, and the policy decides on each `request`.
On a line without one it decides by the `context`: features, and probabilities as
`intent.returns`.

The running policy must explore: if it always chooses the same action, the log does not show what
another action would have brought.

Five estimators compute the mean reward that the policy would have had, from a reward model,
importance weights, or both. `promote` decides by `dr`; `snips` should be close to it. `ess` is the
effective sample size: the number of the policy's own lines that would tell as much."#;

/// What can be done with a policy.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Write a commented policy to start from
    Init(init::Init),
    /// Find the mistakes in a policy, and prove that every request reaches a queue
    Check(check::Check),
    /// Write the rules by which a chat sends requests to its groups: Zendesk, Intercom and others
    Export(export::Export),
    /// Print the JSON Schema of a policy file
    Schema(check::Schema),
    /// Train a policy's bandits on a log: which reward each queue brings
    Learn(learn::Learn),
    /// Estimate a policy's mean reward from the log of another policy
    Evaluate(evaluate::Evaluate),
    /// Promote a policy, or refuse it (exit code 1) if it may be worse than the running one
    Promote(promote::Promote),
}

impl Policy {
    pub(super) fn run(&self) -> Result<()> {
        match self {
            Self::Init(init) => init.run(),
            Self::Check(check) => check.run(),
            Self::Export(export) => export.run(),
            Self::Schema(schema) => schema.run(),
            Self::Learn(learn) => learn.run(),
            Self::Evaluate(evaluate) => evaluate.run(),
            Self::Promote(promote) => promote.run(),
        }
    }
}

/// Flags of both.
#[derive(Debug, Args)]
pub(super) struct Judged {
    /// The log of the running policy (JSON Lines, as below)
    log: PathBuf,
    /// The policy to evaluate; without it, each line's `target` says what the policy would do
    #[arg(long, value_name = "FILE", requires = "bundle")]
    policy: Option<PathBuf>,
    /// The bundle that the policy is for; each line's `request` is decided with it
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// The running policy's `policy_version`; lines of other versions are left out
    #[arg(long, value_name = "VERSION")]
    running: Option<String>,
    /// The estimators to compute
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES", default_values_t = Estimator::ALL.map(Flag))]
    estimators: Vec<Flag<Estimator>>,
    /// Weight above which `switch` uses its reward model alone [default: the 99th percentile of the weights above 0]
    #[arg(long, value_name = "WEIGHT")]
    tau: Option<f64>,
    /// Seed of the random draws; the same seed gives the same figures
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Number of bootstrap resamples for the intervals
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(40..=100_000))]
    resamples: u32,
    /// Also write every figure as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
}

impl Judged {
    /// Checks the output paths (`--json`, and `more` if given) before anything is read.
    fn check(&self, more: Option<Output<'_>>) -> Result<()> {
        let inputs = [Some(&self.log), self.policy.as_ref(), self.bundle.as_ref()];
        let inputs: Vec<&Path> = inputs.into_iter().flatten().map(PathBuf::as_path).collect();
        let json = self
            .json
            .as_deref()
            .map(|path| ("--json", path, Known::Holds(&["\"versions\":", "\"running\":"])));
        self.force.check(&inputs, &json.into_iter().chain(more).collect::<Vec<_>>())
    }

    /// Reads the log and computes the estimates. `gate`, if given, is estimated besides the named estimators, and requires that all lines
    /// come from one policy.
    fn evaluation(&self, gate: Option<Estimator>) -> Result<Evaluation> {
        let mut estimators: Vec<Estimator> = Vec::new();
        for estimator in self.estimators.iter().map(|flag| flag.0).chain(gate) {
            if !estimators.contains(&estimator) {
                estimators.push(estimator);
            }
        }
        let stage = Progress::new().stage("read");
        let mut log = DecisionLog::read(&self.log)?;
        if let Some(running) = &self.running {
            log.retain(running)?;
        }
        if let (Some(policy), Some(bundle)) = (&self.policy, &self.bundle) {
            self.aim(&mut log, policy, bundle)?;
        }
        let logged = Logged::of(&log)?;
        if gate.is_some() {
            log.check_alone()?;
        }
        stage.done();
        let stage = Progress::new().stage("estimate");
        let resampling = Resampling { resamples: self.resamples, seed: self.seed };
        let found = evaluate(&logged, &Settings { estimators, tau: self.tau, resampling })?;
        stage.done();
        Ok(found)
    }

    /// Sets the target probabilities of each line to those of the policy that is judged.
    fn aim(&self, log: &mut DecisionLog, policy: &Path, bundle: &Path) -> Result<()> {
        let (model, policy) = route::read(bundle, Some(policy))?;
        let mut replayer = Replayer::new(&model, policy.as_ref())?;
        let mut lines = log.lines.iter_mut().peekable();
        route::for_each(&self.log, |at, request| {
            // Lines of other policies, and repeated lines, were removed from the log and are skipped here.
            if let Some(line) = lines.next_if(|line| line.line == at) {
                replayer.replay(request)?;
                line.target = Some(replayer.target());
            }
            Ok(())
        })
    }

    fn write_json(&self, figures: &impl Serialize) -> Result<()> {
        let Some(path) = &self.json else { return Ok(()) };
        write::whole(path, format!("{}\n", serde_json::to_string_pretty(figures)?).as_bytes())
    }

    /// Prints the table of estimates, and under it how well the log supports them.
    fn show(&self, found: &Evaluation) -> Result<()> {
        let versions: Vec<String> =
            found.versions.iter().map(|(version, lines)| format!("{version} ({lines} lines)")).collect();
        say(format_args!("{}: policy_version {}", self.log.display(), versions.join(", ")))?;
        say_repeats(&self.log, found.repeats)?;
        if let Some(shoppers) = found.shoppers {
            say(format_args!(
                "{} lines of {shoppers} shoppers; intervals resample whole shoppers",
                found.lines
            ))?;
        }
        say("")?;
        // All rows show the same number of digits. The interval of `dm` does not count: it is too narrow.
        let told = found.estimates.iter().filter(|estimate| estimate.ess.is_some());
        let digits = told.map(|estimate| estimate.value.digits()).max().unwrap_or(found.running.digits());
        let interval = |Interval { low, high, .. }: Interval| format!("{low:.digits$} to {high:.digits$}");
        let width = 2 * digits + 12;
        say(format_args!(
            "{:<9}{:>11}  {:>width$}  {:>11}  {:>width$}  {:>9}",
            "", "value", "95 %", "to running", "95 %", "ess"
        ))?;
        say(format_args!(
            "{:<9}{:>11.digits$}  {:>width$}",
            "running",
            found.running.value,
            interval(found.running)
        ))?;
        for estimate in &found.estimates {
            let line = format!(
                "{:<9}{:>11.digits$}  {:>width$}  {:>+11.digits$}  {:>width$}  {:>9}",
                estimate.estimator.name(),
                estimate.value.value,
                interval(estimate.value),
                estimate.above_running.value,
                interval(estimate.above_running),
                estimate.ess.map_or_else(String::new, |ess| format!("{ess:.1}"))
            );
            say(line.trim_end())?;
        }
        let support = &found.support;
        say(format_args!(
            "\nweights: mean {:.3} (95 % {:.3} to {:.3}; 1 when the log supports the policy), largest {:.1}, {:.1} % of the lines have weight 0",
            found.mean_weight.value,
            found.mean_weight.low,
            found.mean_weight.high,
            support.largest_weight,
            100.0 * support.zero_weight
        ))?;
        for action in support.actions.iter().filter(|action| action.lines == 0) {
            say(format_args!(
                "no line has the action `{}`, which the policy chooses in {:.1} % of its decisions",
                action.action,
                100.0 * action.target
            ))?;
        }
        if let Some(tau) = found.tau.filter(|tau| *tau < support.largest_weight) {
            say(format_args!("switch uses its reward model alone where the weight is above {tau:.2}"))?;
        }
        if found.of(Estimator::Dm).is_some() {
            say("the interval of dm leaves out the error of its reward model; that of dr includes it")?;
        }
        Ok(())
    }
}

/// Prints how many lines of a log repeat an earlier one.
fn say_repeats(log: &Path, Repeats { left_out, alike }: Repeats) -> Result<()> {
    let log = log.display();
    if left_out > 0 {
        say(format_args!(
            "{log}: {left_out} lines repeat the decision of an earlier line, and were left out"
        ))?;
    }
    if alike > 0 {
        say(format_args!(
            "{log}: {alike} lines are equal to an earlier one, and each counts; if they repeat the same decisions, the intervals \
            are too narrow: give every decision an `id`"
        ))?;
    }
    Ok(())
}
