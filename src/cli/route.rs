//! `floorwalker route`: the page's decisions on requests in a file.

use super::bundle_bytes;
use super::output::{Force, Known};
use anyhow::{Context, Result};
use clap::Args;
use floorwalker_bundle as bundle;
use floorwalker_data::write;
use floorwalker_engine::model::Model;
use floorwalker_engine::route::{Abstention, Change, Policy};
use floorwalker_learn::store::policy_file;
use floorwalker_offpolicy::replay::{Replayer, RequestDef};
use floorwalker_policy as policy;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

const FORMAT: &str = r#"The file has one request on each line, a JSON object with the page's keys in snake_case:

  {"now": 1795000000000, "requested_at": 1794999970000, "seed": [1, 2],
   "features": {"views": 3, "last_category": "phones"}, "message": "where is my parcel?",
   "snapshot": {"as_of": 1794999990000, "queues": [{"queue": "aftersale", "waiting": 3, "agents": 2}]}}

All keys are optional. Without `now` a request is decided at its `requested_at`, and without both at
this computer's time. Without a `seed` the number of the line is the seed. `heads` gives probabilities
where the message was not kept: {"heads": {"intent": [0.7, 0.2, 0.1]}}.

A line of a decision log is read too: the page's lines (`route({ record: true })`) have the request
under `request`; on lines with a `context` instead, the context gives the features, and probabilities
as `intent.returns`. Keys in camelCase, which earlier versions wrote, are read too."#;

/// Flags of `route`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT)]
pub struct Route {
    /// The bundle to decide with
    bundle: PathBuf,
    /// Requests, or a decision log (JSON Lines)
    requests: PathBuf,
    /// Decide by this policy instead of the bundle's
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where to write [default: standard output]
    #[arg(long, short)]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// Write each number as the hexadecimal bits of its f32, to compare with the page exactly
    #[arg(long)]
    bits: bool,
}

impl Route {
    pub(super) fn run(&self) -> Result<()> {
        if let Some(out) = &self.out {
            let inputs: Vec<&Path> = [Some(&self.bundle), Some(&self.requests), self.policy.as_ref()]
                .into_iter()
                .flatten()
                .map(PathBuf::as_path)
                .collect();
            let known = Known::Holds(&["\"standing\":", "\"propensity\":", "\"ewt\":"]);
            self.force.check(&inputs, &[("--out", out, known)])?;
        }
        let (model, other) = read(&self.bundle, self.policy.as_deref())?;
        let mut replayer = Replayer::new(&model, other.as_ref())?;
        match &self.out {
            Some(path) => write::stream(path, |out| self.write(&mut replayer, out)),
            None => self.write(&mut replayer, &mut std::io::stdout().lock()),
        }
    }

    fn write(&self, replayer: &mut Replayer<'_>, out: &mut dyn Write) -> Result<()> {
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as f64;
        let (mut timeless, mut seedless) = (0_usize, 0_usize);
        for_each(&self.requests, |line, request| {
            let (had_no_time, had_no_seed) = request.fill_in(now_ms, line);
            timeless += usize::from(had_no_time);
            seedless += usize::from(had_no_seed);
            replayer.replay(request)?;
            writeln!(out, "{}", self.told(replayer, request))?;
            Ok(())
        })?;
        let shown = self.requests.display();
        if timeless > 0 {
            eprintln!(
                "{shown}: {timeless} requests have no `now`; they were decided at {now_ms}, this computer's time in milliseconds since 1970"
            );
        }
        if seedless > 0 {
            eprintln!(
                "{shown}: {seedless} requests have no `seed`; the number of its line was the seed of each"
            );
        }
        Ok(())
    }

    /// A decision as the page returns it, as far as it consists of numbers and names.
    fn told(&self, replayer: &Replayer<'_>, request: &RequestDef) -> Value {
        let (decision, program) = (&replayer.decision, replayer.policy().program());
        let (queues, intents) = (&program.queues, replayer.intents());
        let rank = |&queue: &usize| {
            let wait = decision.waits[queue];
            let seconds = || [wait.low, wait.mean, wait.high].map(|seconds| self.number(seconds));
            let ewt = (!wait.mean.is_nan()).then(seconds);
            json!({
                "queue": queues[queue],
                "standing": decision.eligible.standings[queue].name(),
                "score": self.number(decision.scored.scores[queue]),
                "fit": self.number(decision.eligible.fits[queue]),
                "propensity": self.number(decision.drawn.propensities[queue]),
                "ewt": ewt,
            })
        };
        let agent = decision.drawn.agent.map(|asked| {
            json!({ "agent": request.agent(asked.name), "propensity": self.number(asked.propensity) })
        });
        let Change { intent, waiting } = decision.change;
        let intent = intent
            .map(|(from, to, by)| json!({ "from": intents[from], "to": intents[to], "by": self.number(by) }));
        let change =
            (intent.is_some() || waiting.is_some()).then(|| json!({ "intent": intent, "waiting": waiting }));
        json!({
            "queue": decision.drawn.queue.map(|queue| &queues[queue]),
            "abstain_reason": decision.drawn.abstention.map(Abstention::name),
            "goes_to": queues[decision.drawn.goes_to],
            "outcome": decision.drawn.outcome.name(),
            "filter": decision.eligible.filter.map(|filter| &program.filter_names[filter]),
            "priority": self.number(decision.eligible.priority),
            "agent": agent,
            "least_change": change,
            "intent_set": decision.intent_set.iter().map(|&intent| &intents[intent]).collect::<Vec<_>>(),
            "margin": self.number(decision.scored.margin),
            "freshness": self.number(decision.freshness),
            "expires_at": decision.expires_ms,
            "ranking": decision.scored.ranking.iter().map(rank).collect::<Vec<_>>(),
        })
    }

    fn number(&self, number: f32) -> Value {
        if self.bits { json!(format!("{:08x}", number.to_bits())) } else { json!(number) }
    }
}

/// The model of a bundle, and the policy in the file `other`, if given, compiled for it.
pub(super) fn read(path: &Path, other: Option<&Path>) -> Result<(Model, Option<Policy>)> {
    let shown = path.display();
    let bytes = bundle_bytes(path)?;
    let def = bundle::decode(&bytes).with_context(|| format!("{shown}"))?.model;
    let other = other
        .map(|other| {
            let file = policy_file(other)?;
            let program = policy::compile(&file.def, &def.heads, &def.features)
                .with_context(|| format!("{} for {shown}", other.display()))?;
            Ok::<_, anyhow::Error>(Policy::new(program)?)
        })
        .transpose()?;
    let model = Model::new(def).with_context(|| format!("{shown}"))?;
    Ok((model, other))
}

/// Calls `each` with the line number and the request of every line of a file. The request is the line itself, or its key `request`.
pub(super) fn for_each(
    path: &Path,
    mut each: impl FnMut(usize, &mut RequestDef) -> Result<()>,
) -> Result<()> {
    let shown = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
    for (at, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("{shown}:{}", at + 1))?;
        let line = line.strip_prefix('\u{feff}').filter(|_| at == 0).unwrap_or(&line);
        if line.trim().is_empty() {
            continue;
        }
        let request = serde_json::from_str::<Value>(line).map(|mut value| match value.get_mut("request") {
            Some(request) => request.take(),
            None => value,
        });
        let mut request: RequestDef = request.and_then(serde_json::from_value).with_context(|| {
            format!("{shown}:{}: this line is not a request; `floorwalker route --help` shows one", at + 1)
        })?;
        each(at + 1, &mut request).with_context(|| format!("{shown}:{}", at + 1))?;
    }
    Ok(())
}
