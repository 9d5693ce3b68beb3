//! Fit of the text model: which message belongs to which class, in few bytes.
//!
//! | step     | what                                                                    | room      |
//! |----------|-------------------------------------------------------------------------|-----------|
//! | select   | grams of `min_frequency` messages or more, the `max_rows` most useful   | `corpus`  |
//! | weigh    | each gram by what it tells of the class                                 | `corpus`  |
//! | descend  | multinomial logistic regression over messages with words left out       | `descent` |
//! | prune    | the weights of least impact go until the packed bytes fit, then a refit | `prune`   |
//! | quantise | one scale, 255 steps                                                    | `prune`   |
//!
//! All of it ends in the weights: the page's work for a message is what it was for plain logistic regression.
//!
//! Invariants
//! - Chance is seeded and steps are in one order: same messages in the same order, same model, on any number of threads.
//! - The settings know nothing of languages: one set of defaults was chosen by cross-validation on the training files of
//!   BANKING77 (English), SMP2020 and waimai (Chinese).
//!
//! Not here: calibration (a temperature, fitted on validation data by whoever holds it), the choice of the penalty (also
//! theirs), scoring (`engine`).

mod corpus;
mod descent;
mod kind;
mod prune;
mod variants;
mod vectors;

use anyhow::{Result, ensure};
use corpus::Corpus;
use descent::Descent;
use floorwalker_bundle::text::pack;
use floorwalker_engine::text::{GramDef, MAX_OUTPUTS, MAX_ROWS, TextDef, Variants};
pub use kind::MessageSettings;
use serde::{Deserialize, Serialize};

pub use vectors::vectors;

/// Messages to a class below which no gram is rare.
const FEW: usize = 30;
/// Steps of a fit, at most: where messages are many, fewer passes do.
const MAX_STEPS: usize = 1_000_000;
/// A refit after pruning takes one pass for so many of the fit.
const REFIT_PART: usize = 3;
/// What a gram that the model does not know counts in the norm of a message, in sixteenths.
const UNKNOWN: u8 = 8;
/// Values of [`TextSettings::inverse_l2`] worth trying, the default first. Many classes with few messages each want the
/// first; two classes whose messages overlap, as good and bad reviews do, the last.
pub const INVERSE_L2: [f32; 3] = [60.0, 12.0, 2.4];

/// How a text model is fitted. The defaults fit any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextSettings {
    /// Which grams are read.
    pub grams: GramDef,
    /// Messages that a gram must occur in to be known; 0: 1 where there are fewer than `FEW` messages to a class, else 2.
    pub min_frequency: u32,
    /// Most grams that are fitted at all; bounds time and memory.
    pub max_rows: usize,
    /// Most bytes of the packed model.
    pub max_bytes: usize,
    /// One over the L2 penalty: larger trusts the messages more. Scikit-learn's `C`.
    pub inverse_l2: f32,
    /// Passes of the descent over the messages.
    pub passes: usize,
}

impl Default for TextSettings {
    fn default() -> Self {
        Self {
            grams: GramDef { words: 3, glyphs: 3, long: 5, char_min: 3, char_max: 4, bits: 18 },
            min_frequency: 0,
            max_rows: 60_000,
            max_bytes: 1_000_000,
            inverse_l2: INVERSE_L2[0],
            passes: 24,
        }
    }
}

impl TextSettings {
    fn least_frequency(&self, n_messages: usize, n_classes: usize) -> u32 {
        match self.min_frequency {
            0 => 1 + u32::from(n_messages >= FEW * n_classes),
            given => given,
        }
    }
}

/// Messages, and what each is taken for.
#[derive(Clone, Copy, Debug)]
pub struct Lesson<'a> {
    /// As typed. `[n_messages]`.
    pub messages: &'a [&'a str],
    /// The class of each, below the number of classes: its own, or the likeliest. `[n_messages]`.
    pub labels: &'a [usize],
    /// Share of each class in what each message is taken for, `[n_messages, n_classes]`, row-major, each row summing to 1; empty:
    /// all of its own.
    pub shares: &'a [f32],
    /// How much each counts, `[n_messages]`; empty: 1 each.
    pub weights: &'a [f32],
}

impl<'a> Lesson<'a> {
    /// Messages whose classes are known.
    #[must_use]
    pub fn labelled(messages: &'a [&'a str], labels: &'a [usize]) -> Self {
        Self { messages, labels, shares: &[], weights: &[] }
    }

    fn shares(&self, m: usize, n_classes: usize) -> Option<&'a [f32]> {
        self.shares.get(m * n_classes..(m + 1) * n_classes)
    }

    fn weight(&self, m: usize) -> f32 {
        self.weights.get(m).copied().unwrap_or(1.0)
    }
}

/// A fitted text model, and how it went.
#[derive(Clone, Debug)]
pub struct TextFit {
    /// The model, ready for `TextModel::new` and for `bundle::text::pack`.
    pub def: TextDef,
    /// Grams that were fitted before pruning.
    pub n_rows_fitted: usize,
    /// Length of the packed model.
    pub n_bytes: usize,
    /// Mean loss on the whole training messages before quantisation, the penalty included, in nats.
    pub loss: f64,
}

/// Fits a text model.
///
/// A class without messages gets a low bias and no weights. The logits are meant for a softmax. Cost: about
/// `passes · 4 · n_classes` operations per gram occurrence, twice, on two threads; reading the messages is on all threads of the
/// current rayon pool.
///
/// # Errors
///
/// No messages, lengths or labels that do not match, settings out of range, or a `max_bytes` that not even the bias fits.
pub fn fit(lesson: Lesson<'_>, n_classes: usize, settings: &TextSettings) -> Result<TextFit> {
    check(&lesson, n_classes, settings)?;
    let TextSettings { grams, max_bytes, .. } = *settings;
    let n = lesson.messages.len();
    let passes = settings.passes.min(MAX_STEPS.div_ceil(n));
    let pairs = variants::of(lesson.messages);
    let mut corpus = Corpus::read(lesson, n_classes, settings, &Variants::new(&pairs));
    let n_rows_fitted = corpus.buckets.len();
    let l2 = 1.0 / settings.inverse_l2;
    let descent = Descent { corpus: &corpus, lesson, n_classes, l2, pruned: false };
    let mut w = descent.fit(passes);
    let mut loss = descent.loss(&w);
    prune::centre(&mut w, n_classes);
    if let Some(kept) = prune::prune(&corpus, &w, n_classes, grams, &pairs, max_bytes) {
        corpus = corpus.restricted(&kept.rows);
        w = kept.w;
        let descent = Descent { corpus: &corpus, lesson, n_classes, l2, pruned: true };
        descent.refit(&mut w, passes.div_ceil(REFIT_PART));
        loss = descent.loss(&w);
        // The refit moved the weights, so the bytes may be a few more than before.
        if let Some(kept) = prune::prune(&corpus, &w, n_classes, grams, &pairs, max_bytes) {
            corpus = corpus.columns(&kept.rows);
            w = kept.w;
        }
    }
    let def = prune::quantised(&corpus, &w, n_classes, grams, &pairs);
    let n_bytes = pack(&def).len();
    ensure!(
        n_bytes <= max_bytes,
        "text: max_bytes is {max_bytes}, but {n_classes} classes alone need {n_bytes}"
    );
    Ok(TextFit { def, n_rows_fitted, n_bytes, loss: loss / n as f64 })
}

fn check(lesson: &Lesson<'_>, n_classes: usize, settings: &TextSettings) -> Result<()> {
    let Lesson { messages, labels, shares, weights } = *lesson;
    let (n, l) = (messages.len(), labels.len());
    ensure!(n > 0, "text: no messages to learn from");
    ensure!(n == l, "text: {n} messages but {l} labels");
    ensure!(
        (shares.is_empty() || shares.len() == n * n_classes) && (weights.is_empty() || weights.len() == n),
        "text: {n} messages, but {} shares of {n_classes} classes and {} weights",
        shares.len(),
        weights.len()
    );
    ensure!((1..=MAX_OUTPUTS).contains(&n_classes), "text: {n_classes} classes, must be 1 to {MAX_OUTPUTS}");
    if let Some(row) = labels.iter().position(|&label| label >= n_classes) {
        anyhow::bail!("text: message {row} has class {}, but there are {n_classes}", labels[row]);
    }
    let TextSettings { inverse_l2, max_rows, passes, .. } = *settings;
    ensure!(inverse_l2 > 0.0 && inverse_l2.is_finite(), "text: inverse_l2 is {inverse_l2}, must be above 0");
    ensure!(max_rows <= MAX_ROWS, "text: max_rows is {max_rows}, must be at most {MAX_ROWS}");
    ensure!(passes > 0, "text: passes is 0, must be at least 1");
    Ok(())
}

#[cfg(test)]
mod tests;
