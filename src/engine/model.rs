//! Model: the features, heads and policy of a bundle, checked once.
//!
//! Invariants
//! - A [`Model`] is valid: heads read only features and earlier heads, so one pass in order scores them all.
//! - Scoring allocates only the first time, while a [`Scratch`] grows to its size.
//! - An [`Evaluation`] is of one model, one shopper and one message: what was read, scored, routed and explained cannot be mixed.
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

/// Default of the longest gap between events of one session: 30 minutes, as in GA4.
pub const DEFAULT_IDLE_S: u32 = 30 * 60;

/// A raw model: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelDef {
    /// Its name.
    pub name: String,
    /// Longest gap between events of one session, in seconds; at least 1.
    pub idle_s: u32,
    /// The feature program.
    pub features: Vec<FeatureDef>,
    /// Heads, each reading only earlier ones.
    pub heads: Vec<HeadDef>,
    /// How requests are routed; `None` for a model that only scores.
    pub policy: Option<PolicyProgram>,
}

impl ModelDef {
    /// The memory and work that the model needs at most. Computing it takes `O(definitions)`.
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
    /// The feature program is invalid.
    Feature(FeatureError),
    /// Two heads share a name, or one has none.
    HeadName(String),
    /// The head with this name is invalid.
    Head(String, HeadError),
    /// The policy is invalid, or its intents are not the outputs of a head.
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

/// Writes the beginning of a message about a head.
///
/// # Errors
///
/// The error of the formatter, if it returns one.
pub fn in_head(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    plain::write(f, &["head `", name, "`: "])
}

/// A checked model.
///
/// ```
/// use floorwalker_engine::event::{Event, Value};
/// use floorwalker_engine::feature::{FeatureDef, Op, Window};
/// use floorwalker_engine::head::linear::LinearDef;
/// use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
/// use floorwalker_engine::model::{Model, ModelDef, Scratch};
/// use floorwalker_engine::symbol::Symbol;
/// use floorwalker_engine::visit::Visit;
///
/// // A feature that counts views, and a head for which each view is half a logit.
/// let views = FeatureDef {
///     name: "views".into(),
///     op: Op::Count,
///     events: vec!["view_item".into()],
///     field: None,
///     only: None,
///     window: Window::default(),
/// };
/// let (low, high) = (0.0, 100.0);
/// let buys = HeadDef {
///     name: "buys".into(),
///     outputs: vec!["buys".into()],
///     link: Link::Sigmoid,
///     inputs: vec![InputDef::Feature(0)],
///     encodings: vec![EncodingDef::Number { input: 0, low, high, offset: 0.0, factor: 1.0, impute: 0.0 }],
///     body: BodyDef::Linear(LinearDef { bias: vec![-1.0], weights: vec![0.5] }),
///     calibration: CalibrationDef::identity(1),
///     scope: None,
/// };
/// let def = ModelDef { name: "shop".into(), idle_s: 1_800, features: vec![views], heads: vec![buys], policy: None };
/// let model = Model::new(def).unwrap();
///
/// let mut visit = Visit::new(model.program(), model.idle_s());
/// let view = Event { name: Symbol::of("view_item"), at_ms: None, items: &[], params: &[] };
/// visit.observe(model.program(), &view, 1_000);
/// visit.observe(model.program(), &view, 3_000);
///
/// let (mut features, mut scratch) = ([Value::Missing], Scratch::default());
/// let seen = model.see(&mut visit, 4_000, "", &mut features);
/// let found = model.evaluate(seen, &mut scratch);
/// assert_eq!(found.scores[0].probabilities, [0.5]); // -1 + 2 · 0.5 logits
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    idle_s: u32,
    program: FeatureProgram,
    heads: Vec<Head>,
    policy: Option<Policy>,
    /// Values of the features of a shopper of whom nothing is known.
    nothing: Vec<Value>,
}

/// The evidence that a decision is based on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Whether any head that reads the message knows a part of it.
    pub message: bool,
    /// How many events were seen: see [`Visit::seen`](crate::visit::Visit::seen).
    pub events: u32,
    /// How far the evidence determines the intent.
    pub strength: Strength,
}

/// How far evidence determines the intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// There is no evidence: the probabilities of the intents are the prior.
    #[default]
    None,
    /// There is evidence, but no intent has a probability of at least one half.
    Weak,
    /// There is evidence, and an intent has a probability of at least one half.
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

/// Memory that evaluations use again: scores, and what is computed on the way to them.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    scores: Vec<Scores>,
    buffers: Buffers,
}

impl Scratch {
    /// Overwrites with zeros what scoring keeps of messages: letters, hashes and indices.
    pub fn wipe(&mut self) {
        self.buffers.wipe();
    }
}

/// What was seen of a shopper, and the scores that one model gives for it. Routes, evidence and explanations are made from these alone,
/// so they always belong together.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation<'a> {
    model: &'a Model,
    /// What was seen: values of the features, number of events, message.
    pub seen: Seen<'a>,
    /// Scores of the heads: `[n_heads]`.
    pub scores: &'a [Scores],
}

impl Model {
    /// Checks `def` and makes a model of it.
    ///
    /// # Errors
    ///
    /// [`ModelError`] for the first fault found.
    pub fn new(def: ModelDef) -> Result<Self, ModelError> {
        if def.idle_s == 0 {
            return Err(ModelError::Idle);
        }
        let program = FeatureProgram::new(def.features).map_err(ModelError::Feature)?;
        // The added empty name makes a head without a name count as a duplicate.
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

    /// Longest gap between events of one session, in seconds.
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

    /// The policy, if the model has one.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// Index of the head that gives intents, if there is a policy.
    #[must_use]
    pub fn intent_head(&self) -> Option<usize> {
        self.policy.as_ref().map(Policy::intent_head)
    }

    /// Reads `visit` at `now_ms` into `features`, `[n_features]`: what is seen of its shopper, who typed `message` (empty if nothing).
    pub fn see<'a>(
        &self,
        visit: &mut Visit,
        now_ms: i64,
        message: &'a str,
        features: &'a mut [Value],
    ) -> Seen<'a> {
        visit.read(&self.program, now_ms, features);
        Seen { features, events: visit.seen(&self.program), message }
    }

    /// Scores every head on what was seen of a shopper.
    #[inline(never)]
    pub fn evaluate<'a>(&'a self, seen: Seen<'a>, scratch: &'a mut Scratch) -> Evaluation<'a> {
        let Scratch { scores, buffers } = scratch;
        scores.resize_with(self.heads.len(), Scores::default);
        for (at, head) in self.heads.iter().enumerate() {
            if let Some((earlier, [out, ..])) = scores.split_at_mut_checked(at) {
                head.score(&seen, earlier, &self.heads, buffers, out);
            }
        }
        Evaluation { model: self, seen, scores }
    }
}

impl Evaluation<'_> {
    /// Routes a request by the features and scores at hand, which replace those of `request`. Returns `false` if the model has no policy.
    pub fn route(&self, request: Request<'_>, snapshot: &Snapshot, out: &mut Decision) -> bool {
        let Some(policy) = &self.model.policy else { return false };
        policy.route(
            &Request { features: self.seen.features, scores: self.scores, ..request },
            snapshot,
            out,
        );
        true
    }

    /// The evidence that a decision is based on.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let knows = |(head, scores): (&Head, &Scores)| head.reads_message() && !scores.silent;
        let message = self.model.heads.iter().zip(self.scores).any(knows);
        let events = self.seen.events;
        let intents = self.model.intent_head().and_then(|head| self.scores.get(head));
        let is_settled = intents.is_some_and(|scores| scores.probabilities.iter().any(|p| *p >= 0.5));
        let strength = match (message || events > 0, is_settled) {
            (false, _) => Strength::None,
            (true, false) => Strength::Weak,
            (true, true) => Strength::Strong,
        };
        Evidence { message, events, strength }
    }

    /// Explains the logit of `output` of `head`: see [`Head::explain`]. A feature whose value is that of an unknown shopper is not listed
    /// as a cause: its contribution is added to the base.
    pub fn explain(&self, head: usize, output: usize, out: &mut Vec<Contribution>) -> f32 {
        out.clear();
        let Self { model, seen, scores } = self;
        let earlier = scores.get(..head).unwrap_or(&[]);
        let Some(found) = model.heads.get(head) else { return 0.0 };
        let mut base = found.explain(seen, earlier, &model.heads, output, out);
        out.retain(|one| {
            let Cause::Input(InputDef::Feature(at)) = one.cause else { return true };
            let happened = seen.features.get(usize::from(at)) != model.nothing.get(usize::from(at));
            base += if happened { 0.0 } else { one.amount };
            happened
        });
        base
    }
}
