//! Fit of the text model: a message classifier that takes few bytes.
//!
//! | step     | what                                                                                | module    |
//! |----------|-------------------------------------------------------------------------------------|-----------|
//! | select   | n-grams that occur in at least `min_frequency` messages, the `max_rows` most useful | `corpus`  |
//! | weigh    | each gram by what it says about the class                                           | `corpus`  |
//! | descend  | multinomial logistic regression with dropout of words                               | `descent` |
//! | prune    | removes the weights of least impact until the packed bytes fit, then refits         | `prune`   |
//! | quantise | one scale, 255 levels                                                               | `prune`   |
//!
//! All of this only affects the weights: scoring a message costs the page no more than with plain logistic regression.
//!
//! Invariants
//! - Random draws are seeded and steps are in a fixed order: the same messages in the same order give the same model on any
//!   number of threads.
//! - The settings do not depend on the language: one set of defaults was chosen by cross-validation on the training files of
//!   BANKING77 (English), SMP2020 and waimai (Chinese).
//!
//! Not here: calibration (a temperature, fitted on validation data by the caller), the choice of the penalty (`kind`), scoring
//! (`engine`).

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

/// With fewer messages per class than this, grams that occur in a single message are kept too.
const FEW: usize = 30;
/// Most steps of a fit: with many messages fewer passes are enough.
const MAX_STEPS: usize = 1_000_000;
/// A refit after pruning takes this many times fewer passes than the fit.
const REFIT_PART: usize = 3;
/// Weight of a gram unknown to the model in the norm of a message, in sixteenths.
const UNKNOWN: u8 = 8;
/// Values of [`TextSettings::inverse_l2`] worth trying, the default first. The first suits many classes with few messages each;
/// the last suits two classes whose messages overlap, such as good and bad reviews.
pub const INVERSE_L2: [f32; 3] = [60.0, 12.0, 2.4];

/// Settings of a text model's fit. The defaults suit any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextSettings {
    /// Which n-grams are read.
    pub grams: GramDef,
    /// Least number of messages in which a gram must occur. 0 means 1 with fewer than `FEW` messages per class, else 2.
    pub min_frequency: u32,
    /// Most grams that are fitted; limits time and memory.
    pub max_rows: usize,
    /// Most bytes of the packed model.
    pub max_bytes: usize,
    /// Reciprocal of the L2 penalty, scikit-learn's `C`: larger fits the messages more closely.
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

/// Training messages and their labels.
#[derive(Clone, Copy, Debug)]
pub struct Lesson<'a> {
    /// The messages as typed, `[n_messages]`.
    pub messages: &'a [&'a str],
    /// The class of each message, below the number of classes: the labelled one, or the likeliest. `[n_messages]`.
    pub labels: &'a [usize],
    /// Soft labels, `[n_messages, n_classes]`, row-major, each row summing to 1; empty when `labels` are hard labels.
    pub shares: &'a [f32],
    /// Weight of each message, `[n_messages]`; empty means 1 for each.
    pub weights: &'a [f32],
}

impl<'a> Lesson<'a> {
    /// Messages with hard labels and equal weights.
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

/// A fitted text model, and statistics of the fit.
#[derive(Clone, Debug)]
pub struct TextFit {
    /// The model, ready for `TextModel::new` and for `bundle::text::pack`.
    pub def: TextDef,
    /// Number of grams that were fitted before pruning.
    pub n_rows_fitted: usize,
    /// Length of the packed model in bytes.
    pub n_bytes: usize,
    /// Mean training loss in nats, on messages without dropout, before quantisation, including the penalty.
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
/// Fails for no messages, lengths or labels that do not match, settings out of range, or a `max_bytes` too small even for the bias.
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
        // The refit changed the weights, so the model may take a few more bytes than before.
        if let Some(kept) = prune::prune(&corpus, &w, n_classes, grams, &pairs, max_bytes) {
            corpus = corpus.columns(&kept.rows);
            w = kept.w;
        }
    }
    let def = prune::quantised(&corpus, &w, n_classes, grams, &pairs);
    let n_bytes = pack(&def).len();
    ensure!(
        n_bytes <= max_bytes,
        "text: max_bytes is {max_bytes}, but {n_classes} classes need at least {n_bytes}; raise it"
    );
    Ok(TextFit { def, n_rows_fitted, n_bytes, loss: loss / n as f64 })
}

fn check(lesson: &Lesson<'_>, n_classes: usize, settings: &TextSettings) -> Result<()> {
    let Lesson { messages, labels, shares, weights } = *lesson;
    let (n, l) = (messages.len(), labels.len());
    ensure!(n > 0, "text: there are no messages to train on; name the column of messages");
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
