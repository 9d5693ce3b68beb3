//! Model: everything a bundle decides with, checked once: features, heads in order, policy.
//!
//! Invariants
//! - A [`Model`] that exists is valid: heads read only features and earlier heads, so one pass in order scores them all.
//! - Scoring allocates only while an [`Evaluation`] grows to its size, the first time.
//!
//! Not here: a shopper's events (`visit`), bytes (`bundle`).

use crate::cost::Cost;
use crate::event::Value;
use crate::feature::{FeatureDef, FeatureError, FeatureProgram};
use crate::head::{Buffers, Cause, Contribution, Head, HeadDef, HeadError, InputDef, Scores, Seen};
use crate::list::list;
use crate::order;
use crate::plain;
use crate::route::{Decision, Policy, PolicyProgram, ProgramError, Request, Snapshot};
use crate::visit::Visit;
use alloc::{string::String, vec::Vec};
use core::fmt;

/// Longest gap inside a session unless a model says otherwise: 30 minutes, as in GA4.
pub const DEFAULT_IDLE_S: u32 = 30 * 60;

/// A raw model: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelDef {
    /// Its name.
    pub name: String,
    /// Longest gap inside a session, in seconds; at least 1.
    pub idle_s: u32,
    /// The feature program.
    pub features: Vec<FeatureDef>,
    /// Heads, each reading only earlier ones.
    pub heads: Vec<HeadDef>,
    /// How to route, if it does.
    pub policy: Option<PolicyProgram>,
}

impl ModelDef {
    /// What the model asks for. Cost: `O(definitions)`.
    #[must_use]
    pub fn cost(&self) -> Cost {
        let mut all = Cost::default();
        for feature in &self.features {
            feature.add_cost(&mut all);
        }
        for head in &self.heads {
            head.add_cost(&mut all);
        }
        if let Some(policy) = &self.policy {
            let outputs = self.heads.iter().map(|head| head.outputs.len()).max();
            policy.add_cost(outputs.unwrap_or(0), &mut all);
        }
        all
    }
}

/// Why a model was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The idle limit is 0.
    Idle,
    /// The feature program is wrong.
    Feature(FeatureError),
    /// Two heads share a name, or one has none.
    HeadName(String),
    /// A head, named, is wrong.
    Head(String, HeadError),
    /// The policy is wrong.
    Policy(ProgramError),
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Idle => f.write_str("the idle limit of a session is 0 s; use at least 1"),
            Self::Feature(error) => error.fmt(f),
            Self::HeadName(name) => {
                in_head(f, name)?;
                f.write_str("give every head a name of its own")
            }
            Self::Head(name, error) => {
                in_head(f, name)?;
                error.fmt(f)
            }
            Self::Policy(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ModelError {}

/// Begins a message about a head.
///
/// # Errors
///
/// The formatter's.
pub fn in_head(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    plain::write(f, &["head `", name, "`: "])
}

/// A checked model.
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    idle_s: u32,
    program: FeatureProgram,
    heads: Vec<Head>,
    policy: Option<Policy>,
    /// Features before anything is known of a shopper.
    nothing: Vec<Value>,
}

/// What a decision rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Whether a head knows anything of the message.
    pub message: bool,
    /// Events seen: see [`Visit::seen`](crate::visit::Visit::seen).
    pub events: u32,
    /// How far it moves the intents.
    pub strength: Strength,
}

/// How far evidence settles what is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// There is none: the intents are those of everybody who asks.
    #[default]
    None,
    /// No intent holds half of the probability.
    Weak,
    /// One does.
    Strong,
}

impl Strength {
    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weak => "weak",
            Self::Strong => "strong",
        }
    }
}

/// What a model made of one moment: every feature's value and every head's scores. Reused from moment to moment.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// `[n_features]`.
    pub features: Vec<Value>,
    /// How many events were seen: see [`Visit::seen`](crate::visit::Visit::seen).
    pub events: u32,
    /// `[n_heads]`.
    pub scores: Vec<Scores>,
    buffers: Buffers,
}

impl Model {
    /// Checks `def`.
    ///
    /// # Errors
    ///
    /// [`ModelError`], naming the first thing at fault.
    pub fn new(def: ModelDef) -> Result<Self, ModelError> {
        if def.idle_s == 0 {
            return Err(ModelError::Idle);
        }
        let program = FeatureProgram::new(def.features).map_err(ModelError::Feature)?;
        // A head without a name counts as one that is there twice.
        let mut names = list(def.heads.iter().map(|head| head.name.as_str()).chain([""]));
        if let Some(name) = order::twice(&mut names) {
            return Err(ModelError::HeadName(name.into()));
        }
        let mut heads: Vec<Head> = Vec::with_capacity(def.heads.len());
        for head in def.heads {
            let name = head.name.clone();
            heads
                .push(Head::new(head, program.len(), &heads).map_err(|error| ModelError::Head(name, error))?);
        }
        let policy = def.policy.map(Policy::new).transpose().map_err(ModelError::Policy)?;
        let is_there = |policy: &Policy| {
            let outputs = heads.get(policy.intent_head()).map(|head| head.outputs().len());
            outputs == Some(policy.program().intents.len())
        };
        if !policy.iter().all(is_there) {
            return Err(ModelError::Policy(ProgramError));
        }
        let mut nothing = alloc::vec![Value::Missing; program.len()];
        Visit::new(&program, def.idle_s).read(&program, 0, &mut nothing);
        Ok(Self { name: def.name, idle_s: def.idle_s, program, heads, policy, nothing })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Longest gap inside a session, in seconds.
    #[must_use]
    pub fn idle_s(&self) -> u32 {
        self.idle_s
    }

    /// The feature program.
    #[must_use]
    pub fn program(&self) -> &FeatureProgram {
        &self.program
    }

    /// Heads, in scoring order.
    #[must_use]
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// Index of the head called `name`.
    #[must_use]
    pub fn head(&self, name: &str) -> Option<usize> {
        self.heads.iter().position(|head| head.name() == name)
    }

    /// The policy, if it has one.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// Index of the head that gives intents, if there is a policy.
    #[must_use]
    pub fn intent_head(&self) -> Option<usize> {
        self.policy.as_ref().map(Policy::intent_head)
    }

    /// Scores every head over `out.features`, which the caller has filled, and `message`, empty where nothing was typed.
    #[inline(never)]
    pub fn score(&self, message: &str, out: &mut Evaluation) {
        let Evaluation { features, events, scores, buffers } = out;
        scores.resize_with(self.heads.len(), Scores::default);
        for (at, head) in self.heads.iter().enumerate() {
            if let Some((earlier, [out, ..])) = scores.split_at_mut_checked(at) {
                head.score(&Seen { features, events: *events, message }, earlier, &self.heads, buffers, out);
            }
        }
    }

    /// Decides on the features and scores in `evaluation`; of `request` the rest counts. Returns whether there is a policy to
    /// decide by.
    pub fn route(
        &self,
        evaluation: &Evaluation,
        request: Request<'_>,
        snapshot: &Snapshot,
        out: &mut Decision,
    ) -> bool {
        let Some(policy) = &self.policy else { return false };
        let Evaluation { features, scores, .. } = evaluation;
        policy.route(&Request { features, scores, ..request }, snapshot, out);
        true
    }

    /// What a decision on `evaluation` rests on.
    #[must_use]
    pub fn evidence(&self, evaluation: &Evaluation) -> Evidence {
        let knows = |(head, scores): (&Head, &Scores)| head.reads_message() && !scores.silent;
        let message = self.heads.iter().zip(&evaluation.scores).any(knows);
        let events = evaluation.events;
        let intents = self.intent_head().and_then(|head| evaluation.scores.get(head));
        let is_settled = intents.is_some_and(|scores| scores.probabilities.iter().any(|p| *p >= 0.5));
        let strength = match (message || events > 0, is_settled) {
            (false, _) => Strength::None,
            (true, false) => Strength::Weak,
            (true, true) => Strength::Strong,
        };
        Evidence { message, events, strength }
    }

    /// Why `output` of `head` got its logit, given the features and scores in `evaluation`: see [`Head::explain`]. A feature that is
    /// as it was before anything was known of the shopper is no cause: what it adds is in the base.
    pub fn explain(
        &self,
        evaluation: &Evaluation,
        message: &str,
        head: usize,
        output: usize,
        out: &mut Vec<Contribution>,
    ) -> f32 {
        out.clear();
        let Evaluation { features, events, scores, .. } = evaluation;
        let earlier = scores.get(..head).unwrap_or(&[]);
        let Some(found) = self.heads.get(head) else { return 0.0 };
        let mut base =
            found.explain(&Seen { features, events: *events, message }, earlier, &self.heads, output, out);
        out.retain(|one| {
            let Cause::Input(InputDef::Feature(at)) = one.cause else { return true };
            let happened = features.get(usize::from(at)) != self.nothing.get(usize::from(at));
            base += if happened { 0.0 } else { one.amount };
            happened
        });
        base
    }
}

impl Evaluation {
    /// Makes room for a model's features, all missing.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        Self { features: alloc::vec![Value::Missing; model.program.len()], ..Self::default() }
    }

    /// Writes zeros over what scoring left of messages: letters and what names them.
    pub fn wipe(&mut self) {
        self.buffers.wipe();
    }
}
