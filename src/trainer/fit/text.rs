//! Fit of the text model: which message belongs to which class, in few bytes.
//!
//! | step     | what                                                                    | room      |
//! |----------|-------------------------------------------------------------------------|-----------|
//! | select   | grams of `min_frequency` messages or more, the `max_rows` most telling  | `corpus`  |
//! | descend  | multinomial logistic regression, to convergence                         | `descent` |
//! | prune    | the weights of least impact go until the packed bytes fit, then a refit | `prune`   |
//! | quantise | one scale, 255 steps                                                    | `prune`   |
//!
//! Invariants
//! - No randomness: the problem is convex, the start is 0, and sums do not depend on the number of threads. Same messages in
//!   the same order, same model.
//! - The settings know nothing of languages: one set of defaults was chosen on BANKING77 (English) and SMP2020 (Chinese).
//!
//! Not here: calibration (a temperature, fitted on validation data by whoever holds it), scoring (`engine`).

mod corpus;
mod descent;
mod prune;

use anyhow::{Result, ensure};
use corpus::Corpus;
use descent::Descent;
use floorwalker_bundle::text::pack;
use floorwalker_engine::text::{GramDef, MAX_OUTPUTS, MAX_ROWS, TextDef};
use serde::{Deserialize, Serialize};

/// Steps of the refit after pruning; it starts close to its end.
const REFIT_STEPS: usize = 15;
/// A step that gains less than this part of the loss is the last.
const TOLERANCE: f64 = 1e-4;

/// How a text model is fitted. The defaults fit any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextSettings {
    /// Which grams are read.
    pub grams: GramDef,
    /// Messages that a gram must occur in to be known.
    pub min_frequency: u32,
    /// Most grams that are fitted at all; bounds time and memory.
    pub max_rows: usize,
    /// Most bytes of the packed model.
    pub max_bytes: usize,
    /// One over the L2 penalty: larger trusts the messages more. Scikit-learn's `C`.
    pub inverse_l2: f32,
    /// Most steps of the descent.
    pub max_steps: usize,
}

impl Default for TextSettings {
    fn default() -> Self {
        Self {
            grams: GramDef { words: 3, glyphs: 4, char_min: 3, char_max: 4, bits: 18 },
            min_frequency: 2,
            max_rows: 60_000,
            max_bytes: 1_000_000,
            inverse_l2: 60.0,
            max_steps: 60,
        }
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
    /// Mean loss on the training messages before quantisation, the penalty included, in nats.
    pub loss: f64,
}

/// Fits a text model.
///
/// - `labels`: the class of each message, below `n_classes`. A class without messages gets a low bias and no weights.
///
/// The logits are meant for a softmax. Cost: about `max_steps · 4 · n_classes` operations per gram occurrence, on all threads of the
/// current rayon pool.
///
/// # Errors
///
/// No messages, lengths or labels that do not match, settings out of range, or a `max_bytes` that not even the bias fits.
pub fn fit(
    messages: &[&str],
    labels: &[usize],
    n_classes: usize,
    settings: &TextSettings,
) -> Result<TextFit> {
    check(messages, labels, n_classes, settings)?;
    let TextSettings { grams, max_bytes, .. } = *settings;
    let mut corpus = Corpus::read(messages, labels, n_classes, settings);
    let n_rows_fitted = corpus.buckets.len();
    let l2 = 1.0 / settings.inverse_l2;
    let mut w = vec![0.0; (n_rows_fitted + 1) * n_classes];
    let mut loss = Descent { corpus: &corpus, labels, n_classes, l2, pruned: Vec::new() }.run(
        &mut w,
        settings.max_steps,
        TOLERANCE,
    );
    prune::centre(&mut w, n_classes);
    if let Some(kept) = prune::prune(&corpus, &w, n_classes, grams, max_bytes) {
        corpus = corpus.restricted(&kept.rows);
        w = kept.w;
        let pruned = w.iter().map(|&w| w == 0.0).collect();
        loss = Descent { corpus: &corpus, labels, n_classes, l2, pruned }.run(&mut w, REFIT_STEPS, TOLERANCE);
        // The refit moved the weights, so the bytes may be a few more than before.
        if let Some(kept) = prune::prune(&corpus, &w, n_classes, grams, max_bytes) {
            corpus = corpus.columns(&kept.rows);
            w = kept.w;
        }
    }
    let def = prune::quantised(&corpus, &w, n_classes, grams);
    let n_bytes = pack(&def).len();
    ensure!(
        n_bytes <= max_bytes,
        "text: max_bytes is {max_bytes}, but {n_classes} classes alone need {n_bytes}"
    );
    Ok(TextFit { def, n_rows_fitted, n_bytes, loss: loss / messages.len() as f64 })
}

fn check(messages: &[&str], labels: &[usize], n_classes: usize, settings: &TextSettings) -> Result<()> {
    let (n, l) = (messages.len(), labels.len());
    ensure!(n > 0, "text: no messages to learn from");
    ensure!(n == l, "text: {n} messages but {l} labels");
    ensure!((1..=MAX_OUTPUTS).contains(&n_classes), "text: {n_classes} classes, must be 1 to {MAX_OUTPUTS}");
    if let Some(row) = labels.iter().position(|&label| label >= n_classes) {
        anyhow::bail!("text: message {row} has class {}, but there are {n_classes}", labels[row]);
    }
    let TextSettings { inverse_l2, max_rows, .. } = *settings;
    ensure!(inverse_l2 > 0.0 && inverse_l2.is_finite(), "text: inverse_l2 is {inverse_l2}, must be above 0");
    ensure!(max_rows <= MAX_ROWS, "text: max_rows is {max_rows}, must be at most {MAX_ROWS}");
    Ok(())
}

#[cfg(test)]
mod tests;
