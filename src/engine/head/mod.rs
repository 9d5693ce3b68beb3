//! Head: one named model with declared inputs and outputs, its calibration, and its explanation.
//!
//! ```text
//! features, other heads' signals ─▶ encodings ─▶ linear | trees | layers | prototypes ─▶ logits ─▶ calibration ─▶ link ─▶ probabilities
//! message ─────────────────────────────────────▶ text ────────────────────────────────▲
//! other heads' logits ──────────────────────────▶ experts ────────────────────────────▲
//! ```
//!
//! | word        | meaning                                                                             |
//! |-------------|-------------------------------------------------------------------------------------|
//! | logit       | calibrated: `slope · raw + intercept[output]`, then the curve if there is one        |
//! | probability | the link of the logits                                                              |
//! | signal      | what another head reads: the logit; for a softmax head `ln p`, which has no free shift |
//!
//! Invariants
//! - A [`Head`] that exists is valid: its inputs exist, its columns match its body, every number is finite.
//! - A text head that knows nothing of the message (or got none) is *silent*: its probabilities are its prior, its
//!   signals are missing, and a head that reads it sees that.
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

/// What a head may read of one visit.
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
    /// Its name, unique in the model.
    pub name: String,
    /// Names of its outputs. A sigmoid head names what each output's probability is of.
    pub outputs: Vec<String>,
    /// From logits to probabilities.
    pub link: Link,
    /// What it reads; a text head reads the message and declares none.
    pub inputs: Vec<InputDef>,
    /// How inputs become columns, in column order.
    pub encodings: Vec<EncodingDef>,
    /// The model itself.
    pub body: BodyDef,
    /// From raw to calibrated logits.
    pub calibration: CalibrationDef,
    /// Whether a message is about any of the outputs at all; of text heads alone.
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
    /// Kept rows of columns: kernel machines, nearest neighbours, clusters.
    Prototypes(PrototypesDef),
    /// What the earlier heads among its inputs say, put together: at most 64 different ones, none of experts itself.
    Experts(ExpertsDef),
}

/// What a head reads.
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
    /// No output, more than 65,535, or a name used twice.
    Outputs,
    /// An input that does not exist, or not yet.
    Input(usize),
    /// An encoding that makes no sense (see the table in `encode`), or hands a missing value to a linear model.
    Encoding(usize),
    /// The body's shape is not that of the columns and outputs, or holds a number that is not finite.
    Body,
    /// A slope that is not positive, a number that is not finite, or the wrong count of intercepts.
    Calibration,
    /// A scope of a head that reads no message, with a number that is not finite, or of an output that is none.
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
    /// For each column, the input it was made from.
    sources: Vec<u16>,
    body: Body,
    calibration: CalibrationDef,
    scope: Option<ScopeDef>,
}

/// What one head said.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// Calibrated, `[n_outputs]`.
    pub logits: Vec<f32>,
    /// `[n_outputs]`.
    pub probabilities: Vec<f32>,
    /// Whether it had nothing to go by: a text head without a known message, or experts that have nothing to go by.
    pub silent: bool,
    /// How probably the message is about none of the outputs; 0 where there is no message, or nothing that could tell.
    pub outside: f32,
    /// Whether that is as much as its scope allows.
    pub is_outside: bool,
    /// How much probability a prediction set must hold with this evidence; 0 where only the policy says.
    pub mass: f32,
}

/// Buffers that scoring needs; made once, then reused.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    inputs: Vec<Value>,
    columns: Vec<f32>,
    text: TextScratch,
    units: (Vec<f32>, Vec<f32>),
    nearest: Vec<(f32, u32)>,
}

impl Buffers {
    /// Writes zeros over what is left of messages.
    pub(crate) fn wipe(&mut self) {
        self.text.wipe();
    }
}

/// One cause of a logit.
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

/// A cause and how far it moved the logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// What moved it.
    pub cause: Cause,
    /// By how many (calibrated) logits.
    pub amount: f32,
}

impl Head {
    /// Checks `def` as the head that follows `earlier`, over `n_features` features.
    ///
    /// # Errors
    ///
    /// [`HeadError`].
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

    /// What it reads.
    #[must_use]
    pub fn inputs(&self) -> &[InputDef] {
        &self.inputs
    }

    /// From logits to probabilities.
    #[must_use]
    pub fn link(&self) -> Link {
        self.link
    }

    /// Whether it reads the message.
    #[must_use]
    pub fn reads_message(&self) -> bool {
        matches!(self.body, Body::Text(_))
    }

    /// Scores it. `earlier` is what earlier heads said of the same visit.
    /// Allocates only while `out` and `buffers` grow to their size, the first time.
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

    /// The columns that the head's encodings write of one moment, before any weight: what a fit learns from. `[n_columns]`.
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

    /// Why `output` got its logit: the base that is returned, and `out`, in the order of inputs or words, add up to it
    /// within `1e-4` of the largest term. Contributions of exactly 0 are left out. Allocates.
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

    /// The experts' own explanations, each as far as the expert is believed.
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

    /// Carries base and contributions through the calibration's curve: all contributions grow or shrink alike.
    fn calibrated(&self, base: f32, out: &mut [Contribution]) -> f32 {
        // Numbers that are finite can add up to some that are not, as in a logit.
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

/// The heads that `inputs` name, in order, if each is named with all its outputs, and these are `outputs` under the same link.
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
            // Each once, and none of experts itself: an explanation asks no head twice.
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

    /// Writes the raw logits of `columns`; a text model reads none and writes none.
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
    /// What this input holds at a moment with these features, after `earlier` heads said this.
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
