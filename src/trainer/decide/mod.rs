//! Decide: the page's decisions without a page, from what a decision log or a test says that was known.
//!
//! A request is a JSON object with the page's own keys:
//!
//! | key              | holds                                                                                   |
//! |------------------|-----------------------------------------------------------------------------------------|
//! | `now`            | milliseconds since 1970                                                                 |
//! | `requestedAt`    | when it was first made; missing: now                                                    |
//! | `seed`           | two whole numbers; missing: 0, 0                                                        |
//! | `turn`           | which turn it is; missing or below 0: none is counted                                   |
//! | `preferredAgent` | `{ agent, secondsAgo }`                                                                 |
//! | `features`       | by name; missing ones are missing                                                       |
//! | `message`        | what was typed                                                                          |
//! | `heads`          | probabilities by head, instead of scoring: a log does not keep what was typed           |
//! | `snapshot`       | queues and agents, as `setQueues` takes them                                            |
//!
//! Invariants
//! - The engine decides, and nothing here does: same request, same bits as in the page.
//!
//! Not here: what a decision is worth (`offpolicy`).

mod snapshot;

#[cfg(test)]
mod tests;

pub use snapshot::{AgentStateDef, QueueStateDef, SnapshotDef, WholeDef};

use anyhow::{Context, Result, bail};
use floorwalker_engine::event::Value;
use floorwalker_engine::model::{Evaluation, Model};
use floorwalker_engine::route::{Decision, Policy, Request, Snapshot};
use floorwalker_engine::symbol::Symbol;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A request as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestDef {
    now: f64,
    requested_at: Option<f64>,
    seed: [u32; 2],
    turn: Option<f64>,
    preferred_agent: Option<PreferredAgent>,
    features: BTreeMap<String, Option<FeatureValue>>,
    message: Option<String>,
    heads: BTreeMap<String, Vec<f32>>,
    snapshot: Option<SnapshotDef>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PreferredAgent {
    agent: String,
    seconds_ago: f32,
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
pub struct Desk<'a> {
    model: &'a Model,
    policy: &'a Policy,
    evaluation: Evaluation,
    /// What was decided last.
    pub decision: Decision,
}

impl<'a> Desk<'a> {
    /// A desk that decides by the model's policy, or by another that was compiled for it.
    ///
    /// # Errors
    ///
    /// Neither is there.
    pub fn new(model: &'a Model, policy: Option<&'a Policy>) -> Result<Self> {
        let policy = policy
            .or(model.policy())
            .context("this bundle has no policy; add a [policy] to its store, or name a file")?;
        Ok(Self { model, policy, evaluation: Evaluation::new(model), decision: Decision::default() })
    }

    /// The policy that decides.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// Decides on `request`; what was decided is in `decision`.
    ///
    /// # Errors
    ///
    /// A feature or a head that the model does not have; a snapshot that cannot be.
    pub fn decide(&mut self, request: &RequestDef) -> Result<()> {
        self.evaluation.features.fill(Value::Missing);
        for (name, value) in &request.features {
            let at = self
                .model
                .program()
                .index(name)
                .with_context(|| format!("the bundle has no feature `{name}`"))?;
            self.evaluation.features[usize::from(at)] = match value {
                None => Value::Missing,
                Some(FeatureValue::Number(number)) => Value::number(*number),
                Some(FeatureValue::Is(is)) => Value::number(f32::from(u8::from(*is))),
                Some(FeatureValue::Text(text)) => Value::category(Symbol::of(text)),
            };
        }
        self.model.score(request.message.as_deref().unwrap_or(""), &mut self.evaluation);
        for (name, p) in &request.heads {
            let head = self.model.head(name).with_context(|| format!("the bundle has no head `{name}`"))?;
            let scores = &mut self.evaluation.scores[head];
            if scores.probabilities.len() != p.len() {
                bail!("head `{name}` has {} outputs, and not {}", scores.probabilities.len(), p.len());
            }
            scores.probabilities.copy_from_slice(p);
        }
        let now_ms = request.now as i64;
        let snapshot = match &request.snapshot {
            None => Snapshot::default(),
            Some(def) => def.read(self.policy.queues(), now_ms)?,
        };
        let turn = request.turn.filter(|turn| *turn >= 0.0).map(|turn| turn as u32);
        let preferred = request
            .preferred_agent
            .as_ref()
            .map(|preferred| (Symbol::of(&preferred.agent), preferred.seconds_ago));
        let asked = Request {
            features: &self.evaluation.features,
            scores: &self.evaluation.scores,
            now_ms,
            age_s: ((request.now - request.requested_at.unwrap_or(request.now)) / 1e3) as f32,
            seed: request.seed,
            turn,
            preferred,
        };
        self.policy.route(&asked, &snapshot, &mut self.decision);
        Ok(())
    }

    /// The probability of each queue under the policy for the request decided last; those that have none are left out.
    #[must_use]
    pub fn target(&self) -> BTreeMap<String, f64> {
        let mut target: BTreeMap<String, f64> = BTreeMap::new();
        let p = |queue: usize| self.decision.propensities.get(queue).copied().map_or(0.0, f64::from);
        let total: f64 = (0..self.policy.queues().len()).map(p).sum();
        if self.decision.queue.is_none() || total == 0.0 {
            target.insert(self.policy.queues()[self.decision.goes_to].clone(), 1.0);
            return target;
        }
        for (queue, name) in self.policy.queues().iter().enumerate().filter(|(queue, _)| p(*queue) > 0.0) {
            target.insert(name.clone(), p(queue) / total);
        }
        target
    }
}
