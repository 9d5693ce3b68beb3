//! `floorwalker policy`: write a starter policy, check a policy, teach its bandits from a log, estimate its value from the log of another
//! policy, and decide whether it may ship.
//!
//! Not here: findings and proofs (`policy`), learning, estimates and the gate (`offpolicy`).

mod check;
mod evaluate;
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
const FORMAT: &str = r#"The log is JSON Lines, one decision a line (broken here to be read):

  {"context": {"cart": 499, "lang": "zh", "vip": true},
   "action": "returns",          what was done
   "propensity": 0.25,           the probability with which it was done, above 0
   "reward": 1,                  what came of it; more is better
   "policy_version": "7",        which policy decided
   "target": {"returns": 0.9, "presale": 0.1}}

`shopper` says whose decision it is, where the log knows: intervals take the lines of one shopper
together. `id` tells decisions apart: one that is there again counts once, and is said. The page's
own lines are told apart by the `seed` and `now` of their `request`.

`target` is what the policy that is judged would do in this context: the probability of each
action, 1 together; those that are missing have 0. Other keys are ignored.

The page's own lines (`route({ record: true })`, with a `reward` added) have a `request` instead:
name the policy and the bundle (--policy new.toml --bundle store.fwb), and it is asked. Of a line
without a `request` it is then told the `context`: features, and probabilities as `intent.returns`.

Only a running policy that explores can be learnt from: where it always does the same, nothing
tells what else would have brought.

A reward model and weights make five estimates of what the policy would have been worth. `promote`
goes by `dr`; snips should not be far from it. `ess` is how many lines of its own would tell as much."#;

/// What can be done with a policy.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Write a commented policy to start from
    Init(init::Init),
    /// Find what a policy says and cannot mean, and prove that every request reaches a queue
    Check(check::Check),
    /// Print the JSON Schema of a policy file
    Schema(check::Schema),
    /// Teach a policy's bandits what each queue brings, from a log
    Learn(learn::Learn),
    /// Estimate what a policy would have been worth, from the log of another
    Evaluate(evaluate::Evaluate),
    /// Refuse a policy that may be worse than the running one (exit code 1)
    Promote(promote::Promote),
}

impl Policy {
    pub(super) fn run(&self) -> Result<()> {
        match self {
            Self::Init(init) => init.run(),
            Self::Check(check) => check.run(),
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
    /// The log of the running policy, with what the new one would do
    log: PathBuf,
    /// The policy that is judged; without it each line's `target` says what it would do
    #[arg(long, value_name = "FILE", requires = "bundle")]
    policy: Option<PathBuf>,
    /// The bundle that it is for: each line's `request` is decided with it
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Take the lines of this `policy_version` alone: the running policy's
    #[arg(long, value_name = "VERSION")]
    running: Option<String>,
    /// Which estimators
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES", default_values_t = Estimator::ALL.map(Flag))]
    estimators: Vec<Flag<Estimator>>,
    /// Weight above which `switch` trusts its model alone [default: that of 99 in 100 that are above 0]
    #[arg(long, value_name = "WEIGHT")]
    tau: Option<f64>,
    /// Same seed, same figures
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// How often lines are drawn anew for the intervals
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
                "{} lines of {shoppers} shoppers; intervals take those of one together",
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
            "\nweights: mean {:.3} (95 % {:.3} to {:.3}; 1 when the log supports the policy), largest {:.1}, {:.1} % of lines weigh nothing",
            found.mean_weight.value,
            found.mean_weight.low,
            found.mean_weight.high,
            support.largest_weight,
            100.0 * support.zero_weight
        ))?;
        for action in support.actions.iter().filter(|action| action.lines == 0) {
            say(format_args!(
                "no line logs `{}`, which the policy chooses in {:.1} % of its decisions",
                action.action,
                100.0 * action.target
            ))?;
        }
        if let Some(tau) = found.tau.filter(|tau| *tau < support.largest_weight) {
            say(format_args!("switch trusts its model where a line weighs more than {tau:.2}"))?;
        }
        if found.of(Estimator::Dm).is_some() {
            say("dm's interval leaves its model's own error out; dr's does not")?;
        }
        Ok(())
    }
}

/// Prints how many lines of a log repeat an earlier one.
fn say_repeats(log: &Path, Repeats { left_out, alike }: Repeats) -> Result<()> {
    let log = log.display();
    if left_out > 0 {
        say(format_args!(
            "{log}: {left_out} lines log a decision again that an earlier line logs, and were left out"
        ))?;
    }
    if alike > 0 {
        say(format_args!(
            "{log}: {alike} lines say the same as an earlier one, and each counts; if they are the same decisions, figures look more certain \
             than they are: give every decision an `id`"
        ))?;
    }
    Ok(())
}
