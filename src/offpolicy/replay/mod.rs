//! Replay: makes the decisions of the page without a page, from the requests in a decision log or a test.
//!
//! A request is a JSON object with the page's keys in `snake_case`. Keys in `camelCase`, which earlier versions wrote, are read too:
//!
//! | key              | holds                                                                                   |
//! |------------------|-----------------------------------------------------------------------------------------|
//! | `now`            | milliseconds since 1970; missing: refused where the policy has opening hours, unless [`RequestDef::fill_in`] gives it |
//! | `requested_at`   | when the request was first made, in milliseconds since 1970; missing: `now`             |
//! | `seed`           | two whole numbers; missing: 0, 0, unless [`RequestDef::fill_in`] gives one             |
//! | `turn`           | number of the turn in the conversation; missing or below 0: turns are not counted       |
//! | `preferred_agent` | `{ agent, seconds_ago }`                                                               |
//! | `features`       | values by name; those that are left out are missing values                              |
//! | `message`        | the text that was typed                                                                 |
//! | `heads`          | probabilities by head, used instead of scoring, since a log does not keep the message   |
//! | `snapshot`       | queues and agents, as `setQueues` takes them                                            |
//! | `context`        | from a log line without a request: features, and probabilities as `intent.returns`; unknown names are ignored |
//!
//! Invariants
//! - Only the engine decides, so that a request gives the same bits as in the page.
//!
//! Not here: the value of decisions (`offpolicy`).

mod snapshot;

#[cfg(test)]
mod tests;

pub use snapshot::{AgentStateDef, QueueStateDef, SnapshotDef, WholeDef};

use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Head, Scores, Seen};
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_engine::route::{Decision, Policy, Request, Snapshot};
use floorwalker_engine::symbol::Symbol;
use floorwalker_policy::Names;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A request as it is written in a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestDef {
    now: Option<f64>,
    #[serde(alias = "requestedAt")]
    requested_at: Option<f64>,
    seed: Option<[u32; 2]>,
    turn: Option<f64>,
    #[serde(alias = "preferredAgent")]
    preferred_agent: Option<PreferredAgent>,
    features: BTreeMap<String, Option<FeatureValue>>,
    message: Option<String>,
    heads: BTreeMap<String, Vec<f32>>,
    snapshot: Option<SnapshotDef>,
    context: BTreeMap<String, Option<FeatureValue>>,
    /// The evidence of the decision: the number of events behind the features.
    #[serde(default)]
    pub evidence: EvidenceDef,
    /// The page's out-of-scope result for a message that the request does not contain.
    #[serde(default)]
    pub scope: Option<ScopeDef>,
}

#[derive(Clone, Debug, Deserialize)]
struct PreferredAgent {
    agent: String,
    #[serde(alias = "secondsAgo")]
    seconds_ago: f32,
}

/// The evidence of a decision, as the page logs it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EvidenceDef {
    /// Number of events seen.
    pub events: u32,
}

/// The page's out-of-scope result for a message that is not logged.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ScopeDef {
    /// Probability that the message was out of scope: about none of the intents.
    #[serde(alias = "outOfScope")]
    pub out_of_scope: f32,
    /// Whether the page took it for out of scope.
    pub abstained: bool,
}

/// A feature's value.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum FeatureValue {
    Number(f32),
    Is(bool),
    Text(String),
}

/// Decides on requests, one after another.
#[derive(Debug)]
pub struct Replayer<'a> {
    model: &'a Model,
    policy: &'a Policy,
    features: Vec<Value>,
    /// The model's scores, or those that the request says.
    scores: Vec<Scores>,
    scratch: Scratch,
    /// The decision on the last request.
    pub decision: Decision,
}

impl RequestDef {
    /// The name of the agent in the request's snapshot that has this symbol.
    #[must_use]
    pub fn agent(&self, symbol: Symbol) -> Option<&str> {
        self.snapshot
            .as_ref()?
            .agents()
            .iter()
            .map(AgentStateDef::name)
            .find(|name| Symbol::of(name) == symbol)
    }

    /// Fills in a missing time and a missing seed. The time is that at which the request was made, if it says so, else `now_ms`; the
    /// seed comes from the number of its `line`. Returns whether both times, and whether the seed, were missing.
    pub fn fill_in(&mut self, now_ms: f64, line: usize) -> (bool, bool) {
        let missing = (self.now.is_none() && self.requested_at.is_none(), self.seed.is_none());
        self.now = self.now.or(self.requested_at).or(Some(now_ms));
        self.seed = self.seed.or(Some([line as u32, 0]));
        missing
    }

    /// The time of the decision in milliseconds since 1970; 0 where the request has none, which is allowed when nothing depends on it.
    fn now(&self) -> f64 {
        self.now.or(self.requested_at).unwrap_or(0.0)
    }

    /// The request in the engine's form, with the features and scores that were read from it.
    fn asked<'a>(&self, features: &'a [Value], scores: &'a [Scores]) -> Request<'a> {
        let preferred = self.preferred_agent.as_ref();
        Request {
            features,
            scores,
            now_ms: self.now() as i64,
            age_s: ((self.now() - self.requested_at.unwrap_or(self.now())) / 1e3) as f32,
            seed: self.seed.unwrap_or_default(),
            turn: self.turn.filter(|turn| *turn >= 0.0).map(|turn| turn as u32),
            preferred: preferred.map(|preferred| (Symbol::of(&preferred.agent), preferred.seconds_ago)),
        }
    }
}

fn feature(value: Option<&FeatureValue>) -> Value {
    match value {
        None => Value::Missing,
        Some(FeatureValue::Number(number)) => Value::number(*number),
        Some(FeatureValue::Is(is)) => Value::number(f32::from(u8::from(*is))),
        Some(FeatureValue::Text(text)) => Value::category(Symbol::of(text)),
    }
}

impl<'a> Replayer<'a> {
    /// A replayer that decides by the model's policy, or by another that was compiled for it.
    ///
    /// # Errors
    ///
    /// The model has no policy and none is given.
    pub fn new(model: &'a Model, policy: Option<&'a Policy>) -> Result<Self> {
        let policy = policy.or(model.policy()).context(
            "the bundle has no policy; name a policy file, or add [policy] to the store and train again",
        )?;
        let (features, scores, scratch) =
            (vec![Value::Missing; model.program().len()], Vec::new(), Scratch::default());
        Ok(Self { model, policy, features, scores, scratch, decision: Decision::default() })
    }

    /// Names of the intents: the outputs of the policy's intent head.
    #[must_use]
    pub fn intents(&self) -> &'a [String] {
        self.model.heads().get(self.policy.intent_head()).map_or(&[], Head::outputs)
    }

    /// The policy that decides.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// Decides on `request`; the result is in `decision`.
    ///
    /// # Errors
    ///
    /// A missing `now` where the policy has opening hours; a feature or a head that the model does not have; an invalid snapshot.
    pub fn replay(&mut self, request: &RequestDef) -> Result<()> {
        ensure!(
            request.now.is_some() || self.policy.program().hours.is_empty(),
            "`now` is missing, and the policy has opening hours; give the time of the decision in milliseconds since 1970"
        );
        self.read(request)?;
        let snapshot = match &request.snapshot {
            None => Snapshot::default(),
            Some(def) => def.read(self.policy.queues(), request.now() as i64)?,
        };
        let asked = request.asked(&self.features, &self.scores);
        self.policy.route(&asked, &snapshot, &mut self.decision);
        Ok(())
    }

    /// The inputs that the policy's bandits read from `request`, `[n_inputs + 1]` each; `rows` are their indices among the program's
    /// strategies.
    ///
    /// # Errors
    ///
    /// A feature or a head that the model does not have.
    pub fn inputs(&mut self, request: &RequestDef, rows: &[usize]) -> Result<Vec<Vec<f32>>> {
        self.read(request)?;
        let asked = request.asked(&self.features, &self.scores);
        Ok(rows.iter().map(|&row| self.policy.bandit_inputs(row, &asked)).collect())
    }

    /// Reads the features of `request` and computes its scores.
    fn read(&mut self, request: &RequestDef) -> Result<()> {
        let program = self.model.program();
        self.features.fill(Value::Missing);
        for (name, value) in &request.context {
            if let Some(at) = program.index(name) {
                self.features[usize::from(at)] = feature(value.as_ref());
            }
        }
        for (name, value) in &request.features {
            let at = program.index(name).with_context(|| format!("the bundle has no feature `{name}`"))?;
            self.features[usize::from(at)] = feature(value.as_ref());
        }
        let message = request.message.as_deref().unwrap_or("");
        let seen = Seen { features: &self.features, events: request.evidence.events, message };
        self.scores = self.model.evaluate(seen, &mut self.scratch).scores.to_vec();
        if !request.context.is_empty() {
            self.read_probabilities(&request.context);
        }
        for (name, p) in &request.heads {
            let head = self.model.head(name).with_context(|| format!("the bundle has no head `{name}`"))?;
            let scores = &mut self.scores[head];
            if scores.probabilities.len() != p.len() {
                bail!(
                    "head `{name}` has {} outputs, and {} probabilities are given",
                    scores.probabilities.len(),
                    p.len()
                );
            }
            ensure!(
                p.iter().all(|p| p.is_finite()),
                "head `{name}` has an output that is not a finite number"
            );
            scores.probabilities.copy_from_slice(p);
        }
        if let Some(ScopeDef { out_of_scope, abstained }) = request.scope {
            let intents = self.policy.intent_head();
            for (at, (head, scores)) in self.model.heads().iter().zip(&mut self.scores).enumerate() {
                if at == intents || head.reads_message() {
                    (scores.outside, scores.is_outside) = (out_of_scope, abstained);
                }
            }
        }
        Ok(())
    }

    /// For every head of which the context has at least one output, takes the probabilities from the context; missing outputs get 0.
    fn read_probabilities(&mut self, context: &BTreeMap<String, Option<FeatureValue>>) {
        for (scores, (head, outputs)) in self.scores.iter_mut().zip(Names::of(self.model).heads) {
            let told = |output: &String| match context.get(&format!("{head}.{output}")) {
                Some(Some(FeatureValue::Number(p))) if p.is_finite() => Some(*p),
                _ => None,
            };
            let told: Vec<Option<f32>> = outputs.iter().map(told).collect();
            if told.iter().any(Option::is_some) {
                scores.probabilities = told.into_iter().map(Option::unwrap_or_default).collect();
            }
        }
    }

    /// The probability of each queue for the last request under the policy; queues with probability 0 are left out.
    #[must_use]
    pub fn target(&self) -> BTreeMap<String, f64> {
        let mut target: BTreeMap<String, f64> = BTreeMap::new();
        let p = |queue: usize| self.decision.drawn.propensities.get(queue).copied().map_or(0.0, f64::from);
        let total: f64 = (0..self.policy.queues().len()).map(p).sum();
        if self.decision.drawn.queue.is_none() || total == 0.0 {
            target.insert(self.policy.queues()[self.decision.drawn.goes_to].clone(), 1.0);
            return target;
        }
        for (queue, name) in self.policy.queues().iter().enumerate().filter(|(queue, _)| p(*queue) > 0.0) {
            target.insert(name.clone(), p(queue) / total);
        }
        target
    }
}
