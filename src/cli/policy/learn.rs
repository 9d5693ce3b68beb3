//! `floorwalker policy learn`.

use super::{route, say, say_repeats};
use anyhow::{Context, Result, ensure};
use clap::Args;
use floorwalker_data::progress::Progress;
use floorwalker_data::write;
use floorwalker_engine::route::Policy;
use floorwalker_learn::store::{policy_file, policy_path};
use floorwalker_offpolicy::replay::Replayer;
use floorwalker_offpolicy::{DecisionLog, Learner, Learnt};
use floorwalker_policy::{BanditPlace, Names, version, with_arms};
use std::path::PathBuf;

const FORMAT: &str = r#"A bandit (epsilon_greedy, lin_ucb, thompson) is a strategy that scores a queue by the reward that it
learnt to expect of it. Name its inputs, and leave out what it has learnt:

  strategy = { by = "lin_ucb", alpha = 0.5, bandit = { inputs = ["views", "intent.complaint"] } }

For each bandit and queue, this command fits a ridge regression of the reward (LinUCB with disjoint
models, Li et al. 2010): A = ridge I + sum of x x', weights = A^-1 sum of reward x, over the lines
whose `action` is the queue. x is what the engine reads when it decides: the inputs in order, 0
where they are missing, then 1. It is computed from the `request` of each line (the page logs it
with `route({ record: true })`); without one, from the `context`: features, and probabilities as
`intent.complaint`. Heads that neither gives are scored from the features.

- Every line counts once, whatever its propensity, also for a bandit of a single filter: what a
  queue brings, given x, does not depend on how the request came there. So the inputs must hold
  everything that filters and the running policy decided by and that affects the reward.
- Rewards are used as they are. What is learnt is in their unit, per unit of the input; so are
  `alpha` and `spread`, for which the column `error` is a good start. Where strategies are summed,
  the others score from 0 to 1: keep rewards in that range too.
- What the policy's bandits had learnt before is replaced: give the whole log, not the last day's.
  A queue without a line learns nothing: lin_ucb and thompson then explore it, and epsilon_greedy
  expects a reward of 0.
- The output is the policy's own file with its comments; only `arms` and `version` are new. A JSON
  policy is formatted anew. The version gives the number of lines that it learnt from, and six
  digits of a hash of its content.

A policy looks better on the log that it learnt from than it is. Evaluate it on other lines:

  floorwalker policy promote later.jsonl --policy learnt.toml --bundle my-store.fwb --tolerate 0.03 -o next.fwb

A log to try it with: `floorwalker synth --decisions`."#;

/// Flags of `policy learn`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT)]
pub struct Learn {
    /// The log of the running policy (JSON Lines; `floorwalker policy evaluate --help` shows a line)
    log: PathBuf,
    /// The policy whose bandits learn (TOML or JSON), or a store with a [policy] or a `policy_file`
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The bundle that the policy is for
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
    /// Where to write the policy with what its bandits learnt; the file must not exist yet
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Overwrite an existing file, even the policy itself
    #[arg(long)]
    force: bool,
    /// Ridge penalty, above 0: it pulls weights towards 0 as strongly as this many lines would
    #[arg(long, value_name = "LINES", default_value_t = 1.0)]
    ridge: f64,
    /// Version of the learnt policy, by which later logs name it [default: the policy's version, then + and the number of lines that
    /// it learnt from]
    #[arg(long, value_name = "NAME")]
    version: Option<String>,
}

impl Learn {
    pub(super) fn run(&self) -> Result<()> {
        let policy = policy_path(&self.policy)?;
        let (shown, policy) = (self.log.display(), policy.display());
        let file = policy_file(&self.policy)?;
        // A device such as `/dev/null` may always be written to.
        ensure!(
            self.force || !self.out.is_file(),
            "{} is already there; name another file, or pass --force to overwrite it",
            self.out.display()
        );
        let ending = if file.is_json { "json" } else { "toml" };
        ensure!(
            self.out.extension().is_some_and(|found| found == "json") == file.is_json,
            "{} has another ending than {policy} needs; name a file that ends in .{ending}",
            self.out.display()
        );
        let mut learner = Learner::new(&file.def, self.ridge).with_context(|| format!("{policy}"))?;
        let stage = Progress::new().stage("read");
        let log = DecisionLog::read(&self.log)?;
        // The arms that the policy already has are ignored; they need not even fit its inputs.
        let (model, _) = route::read(&self.bundle, None)?;
        let program = with_arms(&file.def, "", &[]).compile(&Names::of(&model));
        let asked = Policy::new(program.with_context(|| format!("{policy} for {}", self.bundle.display()))?)?;
        let rows = learner.rows(asked.program())?;
        let mut replayer = Replayer::new(&model, Some(&asked))?;
        let mut lines = log.lines.iter().peekable();
        route::for_each(&self.log, |at, request| {
            let Some(line) = lines.next_if(|line| line.line == at) else { return Ok(()) };
            let x = replayer.inputs(request, &rows)?;
            learner.add(line, &x)
        })?;
        stage.done();
        say_repeats(&self.log, log.repeats)?;
        let learnt = learner.learnt().with_context(|| format!("{shown}"))?;

        let arms: Vec<_> = learnt.iter().map(Learnt::arms).collect();
        let name = match &self.version {
            None => version(&with_arms(&file.def, "", &arms), &file.def.version, learner.lines())?,
            Some(name) => {
                let is_taken = *name == file.def.version || log.versions().contains_key(name);
                ensure!(
                    !is_taken && !name.is_empty(),
                    "--version `{name}` is empty, or is already the version of {policy} or of a policy in the log; give another version"
                );
                name.clone()
            }
        };
        let text = file.rewritten(&with_arms(&file.def, &name, &arms))?;
        write::whole(&self.out, text.as_bytes())?;
        for learnt in &learnt {
            show(learnt, &asked)?;
        }
        say(format_args!(
            "wrote {} with policy {name}, learnt from {} lines; evaluate it on other lines",
            self.out.display(),
            learner.lines()
        ))
    }
}

/// Prints what a bandit learnt, one line for each queue.
fn show(learnt: &Learnt, policy: &Policy) -> Result<()> {
    let Learnt { place, inputs, queues } = learnt;
    say(format_args!("{}: by {}", heading(*place, policy), inputs.join(", ")))?;
    let width = policy.queues().iter().map(|queue| queue.chars().count()).max().unwrap_or(0).max(5);
    say(format_args!(
        "{:<width$}{:>9}{:>13}{:>11}{:>17}",
        "queue", "lines", "mean reward", "error", "if all go there"
    ))?;
    for queue in policy.queues() {
        match queues.iter().find(|learnt| learnt.arm.queue == *queue) {
            None => say(format_args!("{queue:<width$}{:>9}  no line to learn from", 0))?,
            Some(learnt) => say(format_args!(
                "{queue:<width$}{:>9}{:>13.4}{:>11.4}{:>17.4}",
                learnt.lines, learnt.mean, learnt.error, learnt.expected
            ))?,
        }
    }
    say("")
}

fn heading(place: BanditPlace, policy: &Policy) -> String {
    let names = &policy.program().filter_names;
    match place.filter.and_then(|filter| names.get(filter)) {
        None => format!("{place}"),
        Some(name) => format!("filter `{name}`, strategy {}", place.strategy + 1),
    }
}
