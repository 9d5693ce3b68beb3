//! Head: one named model with declared inputs and outputs, including its encodings, calibration, link and explanation.
//!
//! ```text
//! features, other heads' signals ─▶ encodings ─▶ linear | trees | layers | prototypes ─▶ logits ─▶ calibration ─▶ link ─▶ probabilities
//! message ─────────────────────────────────────▶ text ────────────────────────────────▲
//! other heads' logits ──────────────────────────▶ experts ────────────────────────────▲
//! ```
//!
//! | term        | meaning                                                                             |
//! |-------------|-------------------------------------------------------------------------------------|
//! | logit       | calibrated logit: `slope · raw + intercept[output]`, then the curve if there is one  |
//! | probability | the link function applied to the logits                                             |
//! | signal      | the value another head reads: the logit; for a softmax head `ln p`, which unlike its logits has no arbitrary offset |
//!
//! Invariants
//! - A [`Head`] is valid: its inputs exist, its columns match its body, every number is finite.
//! - A text head that knows no part of the message (or got none) is *silent*: its probabilities are its prior, and a head that
//!   reads its signals reads missing values.
//!
//! Not here: the order of heads (`model`), bytes (`bundle`), fitting (`learn`).

mod calibration;
mod cost;
mod encode;
pub mod experts;
pub mod layers;
pub mod linear;
mod link;
pub mod prototypes;
pub mod scope;
mod switching;
pub mod trees;

pub use calibration::CalibrationDef;
pub(crate) use calibration::bounded;
pub use encode::EncodingDef;
pub use link::Link;

use crate::event::Value;
use crate::list::{fill, list};
use crate::order;
use crate::plain::{self, digits};
use crate::text::{TextDef, TextModel, TextScratch};
use alloc::{string::String, vec, vec::Vec};
use core::fmt;
use encode::Encoding;
use experts::{Experts, ExpertsDef};
use layers::{Layers, LayersDef};
use linear::{Linear, LinearDef};
use prototypes::{Prototypes, PrototypesDef};
use scope::{ScopeDef, Signs};
use serde::{Deserialize, Serialize};
use trees::{Trees, TreesDef};

/// What a head may read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    /// Values of all features, in order.
    pub features: &'a [Value],
    /// How many events were observed.
    pub events: u32,
    /// The message; empty for none.
    pub message: &'a str,
}

/// One raw head: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadDef {
    /// Name of the head, unique in the model.
    pub name: String,
    /// Names of the outputs. For a sigmoid head each output names the event whose probability it is.
    pub outputs: Vec<String>,
    /// The link function, from logits to probabilities.
    pub link: Link,
    /// The inputs; a text head reads the message and declares none.
    pub inputs: Vec<InputDef>,
    /// Encodings from inputs to columns, in column order.
    pub encodings: Vec<EncodingDef>,
    /// The model itself.
    pub body: BodyDef,
    /// The calibration, from raw to calibrated logits.
    pub calibration: CalibrationDef,
    /// Out-of-scope detection; only text heads can have one.
    pub scope: Option<ScopeDef>,
}

/// The model inside a raw head.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyDef {
    /// Weighted sums of columns.
    Linear(LinearDef),
    /// Tree ensemble over columns.
    Trees(TreesDef),
    /// Sparse linear classifier over the message.
    Text(TextDef),
    /// Multilayer perceptron over columns.
    Layers(LayersDef),
    /// Stored rows of columns: kernel machines, nearest neighbours, clusters.
    Prototypes(PrototypesDef),
    /// Ensemble of the earlier heads among its inputs: at most 64 different ones, none of which is itself an ensemble of experts.
    Experts(ExpertsDef),
}

/// One input of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputDef {
    /// A feature, by its index in the program.
    Feature(u16),
    /// The signal of an output of an earlier head.
    Output {
        /// Index of that head; less than this head's.
        head: u16,
        /// Index of its output.
        output: u16,
    },
}

/// Why a head was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// There is no output, there are more than 65,535, or two have the same name.
    Outputs,
    /// The input with this index is not a feature or an output of an earlier head.
    Input(usize),
    /// The encoding with this index is invalid (see the table in `encode`), or passes missing values to a model other than trees.
    Encoding(usize),
    /// The body does not match the columns and outputs, or is invalid, for instance because a number is not finite.
    Body,
    /// The slope is not positive, a number is not finite or too large, the curve falls, or the number of intercepts is wrong.
    Calibration,
    /// The head has a scope but reads no message, or a number of the scope is not finite, or its reject output does not exist.
    Scope,
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outputs => f.write_str("give it 1 to 65535 outputs with different names"),
            Self::Input(at) => plain::write(
                f,
                &["input ", &digits(*at), " is not a feature or an output of an earlier head"],
            ),
            Self::Encoding(at) => plain::write(
                f,
                &["encoding ", &digits(*at), " makes no sense for its input or for this kind of model"],
            ),
            Self::Body => f.write_str("its model does not fit its columns and outputs"),
            Self::Calibration => {
                f.write_str("its calibration needs a positive slope and a finite intercept per output")
            }
            Self::Scope => f.write_str("its scope is not one of a text head, or refers to no output"),
        }
    }
}

impl core::error::Error for HeadError {}

#[derive(Clone, Debug)]
enum Body {
    Linear(Linear),
    Trees(Trees),
    Text(TextModel),
    Layers(Layers),
    Prototypes(Prototypes),
    Experts(Experts),
}

/// A checked head.
#[derive(Clone, Debug)]
pub struct Head {
    name: String,
    outputs: Vec<String>,
    link: Link,
    inputs: Vec<InputDef>,
    encodings: Vec<Encoding>,
    /// For each column the index of the input that it encodes: `[n_columns]`.
    sources: Vec<u16>,
    body: Body,
    calibration: CalibrationDef,
    scope: Option<ScopeDef>,
}

/// The scores of one head.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// Calibrated logits: `[n_outputs]`.
    pub logits: Vec<f32>,
    /// Probabilities: `[n_outputs]`.
    pub probabilities: Vec<f32>,
    /// Whether the head had no evidence: a text head that knows no part of the message, or experts none of whom has evidence.
    pub silent: bool,
    /// Probability that the message is out of scope, that is, about none of the outputs; 0 without a message or without a scope.
    pub outside: f32,
    /// Whether `outside` reaches the threshold of the scope.
    pub is_outside: bool,
    /// How much probability a prediction set must hold with this evidence; 0 if the policy's setting applies.
    pub mass: f32,
}

/// Buffers for scoring, created once and reused.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    inputs: Vec<Value>,
    columns: Vec<f32>,
    text: TextScratch,
    units: (Vec<f32>, Vec<f32>),
    nearest: Vec<(f32, u32)>,
}

impl Buffers {
    /// Overwrites with zeros what the buffers keep of messages.
    pub(crate) fn wipe(&mut self) {
        self.text.wipe();
    }
}

/// One cause of a logit, in an explanation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cause {
    /// Bytes `start..end` of the message as typed.
    Word {
        /// First byte.
        start: u32,
        /// First byte after it.
        end: u32,
    },
    /// A feature or another head's output.
    Input(InputDef),
}

/// A cause and its contribution to the logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// The cause.
    pub cause: Cause,
    /// The contribution, in calibrated logits.
    pub amount: f32,
}

impl Head {
    /// Checks `def` as the head that follows `earlier`, over `n_features` features.
    ///
    /// # Errors
    ///
    /// [`HeadError`] for the first fault found.
    pub fn new(def: HeadDef, n_features: usize, earlier: &[Self]) -> Result<Self, HeadError> {
        let HeadDef { name, outputs, link, inputs, encodings: defs, body, calibration, scope } = def;
        let n_outputs = outputs.len();
        let mut names = list(outputs.iter().map(String::as_str));
        if n_outputs == 0 || n_outputs > usize::from(u16::MAX) || order::twice(&mut names).is_some() {
            return Err(HeadError::Outputs);
        }
        for (at, input) in inputs.iter().enumerate() {
            let exists = match *input {
                InputDef::Feature(feature) => usize::from(feature) < n_features,
                InputDef::Output { head, output } => earlier
                    .get(usize::from(head))
                    .is_some_and(|head| usize::from(output) < head.outputs.len()),
            };
            if !exists {
                return Err(HeadError::Input(at));
            }
        }
        let mut encodings = Vec::with_capacity(defs.len());
        let mut sources = Vec::new();
        for (at, def) in defs.iter().enumerate() {
            let keeps_missing = matches!(def, EncodingDef::Member { .. })
                || matches!(def, EncodingDef::Number { impute, .. } if impute.is_nan());
            let encoding = Encoding::new(def, inputs.len())
                .filter(|_| !keeps_missing || matches!(body, BodyDef::Trees(_)))
                .ok_or(HeadError::Encoding(at))?;
            fill(&mut sources, core::iter::repeat_n(encoding.input, encoding.n_columns));
            encodings.push(encoding);
        }
        let n_columns = sources.len();
        let body = match body {
            BodyDef::Linear(def) => Linear::new(def, n_columns).map(Body::Linear),
            BodyDef::Trees(def) if usize::from(def.n_columns) == n_columns => {
                Trees::new(def).ok().map(Body::Trees)
            }
            BodyDef::Text(def) if inputs.is_empty() && n_columns == 0 => {
                TextModel::new(def).ok().map(Body::Text)
            }
            BodyDef::Layers(def) => Layers::new(def, n_columns).map(Body::Layers),
            BodyDef::Prototypes(def) => Prototypes::new(def, n_columns).map(Body::Prototypes),
            BodyDef::Experts(def) if n_columns == 0 => {
                let heads = experts_of(&inputs, &outputs, link, earlier);
                heads.and_then(|heads| Experts::new(def, heads)).map(Body::Experts)
            }
            _ => None,
        };
        let body = body.filter(|body| body.n_outputs() == n_outputs).ok_or(HeadError::Body)?;
        if !calibration.is_sane(n_outputs) {
            return Err(HeadError::Calibration);
        }
        let is_text = matches!(body, Body::Text(_));
        if scope.as_ref().is_some_and(|scope| !is_text || !scope.is_sane(n_outputs)) {
            return Err(HeadError::Scope);
        }
        Ok(Self { name, outputs, link, inputs, encodings, sources, body, calibration, scope })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names of its outputs.
    #[must_use]
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The inputs that the head reads.
    #[must_use]
    pub fn inputs(&self) -> &[InputDef] {
        &self.inputs
    }

    /// The link function, from logits to probabilities.
    #[must_use]
    pub fn link(&self) -> Link {
        self.link
    }

    /// Whether the head reads the message.
    #[must_use]
    pub fn reads_message(&self) -> bool {
        matches!(self.body, Body::Text(_))
    }

    /// Scores the head. `earlier` are the scores of the earlier heads for the same input.
    /// Allocates only the first time, while `out` and `buffers` grow to their size.
    #[inline(never)]
    pub fn score(
        &self,
        seen: &Seen<'_>,
        earlier: &[Scores],
        heads: &[Self],
        buffers: &mut Buffers,
        out: &mut Scores,
    ) {
        out.logits.resize(self.outputs.len(), 0.0);
        out.probabilities.resize(self.outputs.len(), 0.0);
        (out.silent, out.outside, out.is_outside, out.mass) = (false, 0.0, false, 0.0);
        let mut read = (0, 0);
        match &self.body {
            Body::Text(text) => {
                read = text.logits(seen.message, &mut buffers.text, &mut out.logits).unwrap_or_default();
                out.silent = read.0 == 0;
            }
            Body::Experts(experts) => {
                experts.score(seen.events, earlier, heads, out);
            }
            body => {
                self.encode(seen.features, earlier, heads, buffers);
                let Buffers { columns, units, nearest, .. } = buffers;
                body.logits(columns, units, nearest, &mut out.logits);
            }
        }
        for (output, logit) in out.logits.iter_mut().enumerate() {
            *logit = self.calibration.apply(output, *logit);
        }
        self.link.probabilities(&out.logits, &mut out.probabilities);
        if let Some(scope) = &self.scope {
            let (known, all) = read;
            let Scores { logits, probabilities, .. } = &*out;
            let reject = scope.reject.map(usize::from);
            let signs = Signs { logits, probabilities, known, all, reject };
            out.outside = match read {
                (_, 0) => 0.0,
                (0, _) => 1.0,
                _ => scope.outside(&signs.read()),
            };
            out.is_outside = read.1 > 0 && out.outside >= scope.threshold;
        }
    }

    /// The encoded columns, `[n_columns]`: the training data of a fit.
    pub fn columns<'a>(
        &self,
        features: &[Value],
        earlier: &[Scores],
        heads: &[Self],
        buffers: &'a mut Buffers,
    ) -> &'a [f32] {
        self.encode(features, earlier, heads, buffers);
        &buffers.columns
    }

    #[inline]
    fn encode(&self, features: &[Value], earlier: &[Scores], heads: &[Self], buffers: &mut Buffers) {
        buffers.inputs.clear();
        fill(&mut buffers.inputs, self.inputs.iter().map(|&input| input.value(features, earlier, heads)));
        buffers.columns.resize(self.sources.len(), 0.0);
        let mut rest = buffers.columns.as_mut_slice();
        for encoding in &self.encodings {
            let (columns, after) = rest.split_at_mut_checked(encoding.n_columns).unwrap_or_default();
            let value = buffers.inputs.get(usize::from(encoding.input)).copied().unwrap_or(Value::Missing);
            encoding.write(value, columns);
            rest = after;
        }
    }

    /// Explains the logit of `output`. The returned base and the contributions in `out`, in the order of inputs or words, add up to
    /// the logit within `1e-4` of the largest term. Contributions of exactly 0 are left out. Allocates.
    #[inline(never)]
    pub fn explain(
        &self,
        seen: &Seen<'_>,
        earlier: &[Scores],
        heads: &[Self],
        output: usize,
        out: &mut Vec<Contribution>,
    ) -> f32 {
        out.clear();
        let mut buffers = Buffers::default();
        let slope = self.calibration.slope;
        let mut shares = vec![0.0; self.inputs.len()];
        let base = match &self.body {
            Body::Text(text) => {
                let words = text.explain(seen.message, output, &mut buffers.text).unwrap_or_default();
                let words = words.iter().filter(|word| word.contribution != 0.0);
                fill(
                    out,
                    words.map(|word| Contribution {
                        cause: Cause::Word { start: word.start, end: word.end },
                        amount: slope * word.contribution,
                    }),
                );
                text.bias(output).unwrap_or(0.0)
            }
            Body::Experts(experts) => {
                return self.explain_experts(experts, seen, earlier, heads, output, out);
            }
            body => {
                self.encode(seen.features, earlier, heads, &mut buffers);
                let Buffers { columns, units, nearest, .. } = &mut buffers;
                match body {
                    Body::Linear(linear) => linear.explain(columns, output, &self.sources, &mut shares),
                    Body::Trees(trees) => {
                        trees.explain(columns, output, &self.sources, &mut shares).unwrap_or(0.0)
                    }
                    _ => {
                        let mut logits = vec![0.0; self.outputs.len()];
                        switching::explain(columns, &self.sources, &mut shares, |columns| {
                            body.logits(columns, units, nearest, &mut logits);
                            logits.get(output).copied().unwrap_or(0.0)
                        })
                    }
                }
            }
        };
        let inputs = self.inputs.iter().zip(shares).filter(|&(_, share)| share != 0.0);
        fill(
            out,
            inputs.map(|(&input, share)| Contribution { cause: Cause::Input(input), amount: slope * share }),
        );
        self.calibrated(slope * base + self.calibration.intercept.get(output).copied().unwrap_or(0.0), out)
    }

    /// Explains a logit of experts: the explanation of each expert, multiplied by the expert's weight.
    fn explain_experts(
        &self,
        experts: &Experts,
        seen: &Seen<'_>,
        earlier: &[Scores],
        heads: &[Self],
        output: usize,
        out: &mut Vec<Contribution>,
    ) -> f32 {
        let slope = self.calibration.slope;
        let mut base = experts.prior(output);
        let mut causes = Vec::new();
        let cell = experts.cell(seen.events, earlier, heads);
        for expert in 0..experts.len() {
            let Some((at, _, trust)) = experts.speaks(expert, cell, earlier, heads) else { continue };
            let Some(head) = heads.get(at) else { continue };
            let before = earlier.get(..at).unwrap_or(&[]);
            let own = head.explain(seen, before, heads, output, &mut causes);
            base += trust * (own - experts.prior(output));
            let causes = causes.iter();
            fill(out, causes.map(|one| Contribution { amount: slope * trust * one.amount, ..*one }));
        }
        self.calibrated(slope * base + self.calibration.intercept.get(output).copied().unwrap_or(0.0), out)
    }

    /// Applies the calibration's curve to base and contributions: all contributions are scaled by the same factor.
    fn calibrated(&self, base: f32, out: &mut [Contribution]) -> f32 {
        // Sums of finite numbers may overflow, as in a logit.
        let base = bounded(base);
        out.iter_mut().for_each(|contribution| contribution.amount = bounded(contribution.amount));
        if self.calibration.curve.is_empty() {
            return base;
        }
        let sum: f32 = out.iter().map(|contribution| contribution.amount).sum();
        let [from, to] = [base, base + sum].map(|logit| self.calibration.along_curve(logit));
        if sum == 0.0 {
            return to;
        }
        let grown = (to - from) / sum;
        out.iter_mut().for_each(|contribution| contribution.amount = bounded(contribution.amount * grown));
        from
    }
}

/// The experts among `inputs`, as head indices in order. `None` unless each head is listed with all its outputs, these are `outputs`,
/// and its link is `link`.
fn experts_of(inputs: &[InputDef], outputs: &[String], link: Link, earlier: &[Head]) -> Option<Vec<usize>> {
    let mut heads = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        let InputDef::Output { head, output } = *input else { return None };
        if Some(usize::from(output)) != at.checked_rem(outputs.len()) {
            return None;
        }
        let head = usize::from(head);
        if output == 0 {
            let expert = earlier.get(head)?;
            // Each head at most once, and no ensemble of experts, so that an explanation explains no head twice.
            let is_new = heads.len() < experts::MAX_EXPERTS && !heads.contains(&head);
            let is_expert = !matches!(expert.body, Body::Experts(_)) && expert.link == link;
            if !is_new || !is_expert || expert.outputs != outputs {
                return None;
            }
            heads.push(head);
        }
        if heads.last() != Some(&head) {
            return None;
        }
    }
    (inputs.len() == heads.len() * outputs.len()).then_some(heads)
}

impl Body {
    fn n_outputs(&self) -> usize {
        match self {
            Self::Linear(linear) => linear.n_outputs(),
            Self::Trees(trees) => trees.n_outputs(),
            Self::Text(text) => text.n_outputs(),
            Self::Layers(layers) => layers.n_outputs(),
            Self::Prototypes(prototypes) => prototypes.n_outputs(),
            Self::Experts(experts) => experts.n_outputs(),
        }
    }

    /// Writes the raw logits of `columns`; does nothing for text models and experts, which read no columns.
    #[inline]
    fn logits(
        &self,
        columns: &[f32],
        units: &mut (Vec<f32>, Vec<f32>),
        nearest: &mut Vec<(f32, u32)>,
        out: &mut [f32],
    ) {
        match self {
            Self::Linear(linear) => linear.logits(columns, out),
            Self::Trees(trees) => trees.logits(columns, out),
            Self::Layers(layers) => layers.logits(columns, units, out),
            Self::Prototypes(prototypes) => prototypes.logits(columns, nearest, out),
            Self::Text(_) | Self::Experts(_) => {}
        }
    }
}

impl InputDef {
    /// The value of this input, given the features and the scores of the `earlier` heads.
    #[must_use]
    #[inline]
    pub fn value(self, features: &[Value], earlier: &[Scores], heads: &[Head]) -> Value {
        match self {
            Self::Feature(feature) => features.get(usize::from(feature)).copied().unwrap_or(Value::Missing),
            Self::Output { head, output } => {
                let head = usize::from(head);
                match (earlier.get(head), heads.get(head)) {
                    (Some(scores), Some(head)) if !scores.silent => {
                        Value::number(head.link.signal(scores, usize::from(output)))
                    }
                    _ => Value::Missing,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
