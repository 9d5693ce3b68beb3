//! Multilayer perceptron: one to three hidden layers of `ReLU` units over encoded columns, with one byte per weight.
//!
//! | target  | outputs                                   | loss                   |
//! |---------|-------------------------------------------|------------------------|
//! | classes | 1 logit for 2 classes, else one per class | cross-entropy, in nats |
//! | numbers | 1 number                                  | squared error          |
//!
//! | module     | contents                                                   |
//! |------------|------------------------------------------------------------|
//! | `net`      | forward and backward pass, loss                            |
//! | `descent`  | initial weights, Adam, passes                              |
//! | `quantise` | quantisation, its error, the network cut at a hidden layer |
//!
//! Invariants
//! - The same rows, settings and seed give a bit-identical model, whatever the number of threads and the processor.
//! - Validation rows are used for early stopping, which keeps the best pass, and for nothing else.
//! - A returned network is accepted by [`floorwalker_engine::head::layers::Layers::new`].
//!
//! Not here: encoding. Columns must have a common scale, like standardised or one-hot columns: all weights of a unit share one
//! quantisation scale, so a column with values a thousand times as large as another would make the other's weight imprecise.

mod descent;
mod kind;
mod net;
mod quantise;
#[cfg(test)]
mod tests;

pub use kind::PerceptronSettings;
pub use quantise::hidden;

use super::{Dense, Fit, Loss, Target};
use anyhow::{Result, ensure};
use descent::{Descent, drawn};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::layers::LayersDef;
use net::{Net, Sample, Truths};
use quantise::{floats, largest_change, quantised};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::borrow::Cow;

/// Most hidden layers.
pub const MAX_HIDDEN: usize = 3;
/// Most units of a hidden layer.
pub const MAX_UNITS: usize = 1_024;
/// Quantisation-aware training, used when the quantisation error is too large: number of passes, and factor on the learning rate.
const QUANTISED_PASSES: usize = 5;
const QUANTISED_RATE: f64 = 0.1;

/// Settings of a fit, not yet checked: [`fit`] checks every limit named here.
#[derive(Clone, Debug, PartialEq)]
pub struct MlpSettings {
    /// Number of units of each hidden layer: 1 to 3 layers of 1 to 1,024 units.
    pub hidden: Vec<usize>,
    /// Adam's learning rate, above 0 and at most 1.
    pub rate: f64,
    /// Weight decay: the share of each weight that a step subtracts, in units of the rate; 0 or more, and at most 1 / rate.
    pub decay: f64,
    /// Number of rows of a mini-batch, at least 1.
    pub batch: usize,
    /// Most passes over the rows, at least 1.
    pub passes: usize,
    /// Early stopping: stop after this many passes without a better validation loss. Without validation rows all passes are made.
    pub patience: usize,
    /// Largest change of a logit (of a number, in standard deviations of the target) by quantisation that is accepted without
    /// quantisation-aware training. Above 0.
    pub tolerance: f64,
    /// Seed of the first weights and of the order of rows.
    pub seed: u64,
}

impl Default for MlpSettings {
    /// `decay` was chosen on `online_shoppers`: .01, .1 and .5 are equal in AUC and log loss, but quantisation changes logits by
    /// up to .11, .07 and .04, and .5 takes more passes.
    fn default() -> Self {
        Self {
            hidden: vec![32],
            rate: 1e-3,
            decay: 0.1,
            batch: 64,
            passes: 100,
            patience: 8,
            tolerance: 0.1,
            seed: 0,
        }
    }
}

/// A fitted network.
#[derive(Clone, Debug)]
pub struct MlpFit {
    /// The model as the page runs it, and the loss after each pass.
    pub fit: Fit,
    /// The network inside `fit.body`.
    pub layers: LayersDef,
    /// Number of passes of the kept weights; a refit on more rows can use the same number.
    pub passes: usize,
    /// Largest change of an output by quantisation over the training rows: in logits, or in the number's unit.
    pub quantisation_error: f64,
    /// Whether quantisation-aware training was used.
    pub learnt_bytes: bool,
}

/// Fits a network.
///
/// - `valid`: validation rows with the same columns, which judge each pass. With `None` all passes are made and the last is kept.
/// - `progress`: called after each pass.
///
/// Cost: `O(passes * rows * weights)`, on one thread except for the losses.
///
/// # Errors
///
/// Fails for a setting out of range, no rows, lengths that do not match, a value that is not finite, a weight that is not
/// positive, a class that is not below the number of classes, or a loss that becomes infinite or NaN.
///
/// # Source
///
/// See `net`, `descent` and `quantise`. Early stopping: Prechelt, *Early Stopping, But When?* (1998).
pub fn fit(
    rows: &Dense<'_>,
    valid: Option<&Dense<'_>>,
    settings: &MlpSettings,
    progress: &mut dyn FnMut(Loss),
) -> Result<MlpFit> {
    check(settings)?;
    check_rows("training", rows, rows)?;
    if let Some(valid) = valid {
        check_rows("validation", valid, rows)?;
    }
    let unit = Unit::of(&rows.y);
    let train = Owned::of(rows, unit);
    let valid = valid.map(|valid| Owned::of(valid, unit));
    let mut draws = ChaCha8Rng::seed_from_u64(settings.seed);
    let mut widths = vec![rows.x.ncols()];
    widths.extend(&settings.hidden);
    widths.push(rows.y.n_outputs());
    let net = drawn(&widths, &mut draws);
    let mut run = Run {
        train: train.sample(),
        valid: valid.as_ref().map(Owned::sample),
        settings,
        unit,
        draws,
        losses: Vec::new(),
        progress,
    };
    let (net, passes) = run.passes(net, settings.passes, settings.rate, false)?;
    let mut def = quantised(&net);
    let mut error = largest_change(&net, &floats(&def), &run.train);
    let learnt_bytes = error > settings.tolerance;
    if learnt_bytes {
        let rate = QUANTISED_RATE * settings.rate;
        let (net, _) = run.passes(net, QUANTISED_PASSES, rate, true)?;
        def = quantised(&net);
        error = largest_change(&net, &floats(&def), &run.train);
    }
    let losses = run.losses;
    unit.fold(&mut def);
    let fit = Fit { body: BodyDef::Layers(def.clone()), losses };
    Ok(MlpFit { fit, layers: def, passes, quantisation_error: f64::from(unit.spread) * error, learnt_bytes })
}

/// The state of a training run.
struct Run<'a> {
    train: Sample<'a>,
    valid: Option<Sample<'a>>,
    settings: &'a MlpSettings,
    unit: Unit,
    draws: ChaCha8Rng,
    losses: Vec<Loss>,
    progress: &'a mut dyn FnMut(Loss),
}

impl Run<'_> {
    /// Makes passes; returns the network that was best on validation rows, or the last one, and its number of passes. With
    /// `bytes`, networks are judged after quantisation, and the initial network is a candidate too.
    fn passes(&mut self, mut net: Net, n: usize, rate: f64, bytes: bool) -> Result<(Net, usize)> {
        let mut descent = Descent::new(&net, self.train.n_rows(), self.settings, rate, bytes);
        let mut best: Option<(Net, usize, f64)> = None;
        if let Some(valid) = self.valid.as_ref().filter(|_| bytes) {
            best = Some((net.clone(), 0, judged(&net, bytes).mean_loss(valid)));
        }
        for pass in 1..=n {
            descent.pass(&mut net, &self.train, &mut self.draws);
            let shown = judged(&net, bytes);
            let (train, valid) =
                (shown.mean_loss(&self.train), self.valid.map(|valid| shown.mean_loss(&valid)));
            ensure!(
                train.is_finite(),
                "the loss stopped being finite in pass {pass}; lower `rate`, or standardise the columns"
            );
            let loss = self.unit.loss(self.losses.len() + 1, train, valid);
            self.losses.push(loss);
            (self.progress)(loss);
            let Some(valid) = valid else { continue };
            if best.as_ref().is_none_or(|best| valid < best.2) {
                best = Some((net.clone(), pass, valid));
            } else if best.as_ref().is_some_and(|best| pass - best.1 >= self.settings.patience) {
                break;
            }
        }
        Ok(best.map_or((net, n), |(net, pass, _)| (net, pass)))
    }
}

/// The network after quantisation if `bytes`, else the network itself.
fn judged(net: &Net, bytes: bool) -> Cow<'_, Net> {
    if bytes { Cow::Owned(floats(&quantised(net))) } else { Cow::Borrowed(net) }
}

/// The scale of the target: the network predicts numbers of mean 0 and standard deviation 1.
#[derive(Clone, Copy)]
struct Unit {
    mean: f64,
    spread: f32,
    number: bool,
}

impl Unit {
    fn of(target: &Target<'_>) -> Self {
        let Target::Numbers(y) = target else { return Self { mean: 0.0, spread: 1.0, number: false } };
        let n = y.len() as f64;
        let mean = y.iter().sum::<f64>() / n;
        let variance = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / n;
        let spread = variance.sqrt() as f32;
        Self { mean, spread: if spread > 0.0 && spread.is_finite() { spread } else { 1.0 }, number: true }
    }

    /// Converts the network's loss (half squared error, in standard deviations) to the target's squared units.
    fn loss(self, step: usize, train: f64, valid: Option<f64>) -> Loss {
        let factor = if self.number { 2.0 * f64::from(self.spread).powi(2) } else { 1.0 };
        Loss { step, train: factor * train, valid: valid.map(|loss| factor * loss) }
    }

    /// Folds the scale into the last layer, so that it outputs the target's unit.
    fn fold(self, def: &mut LayersDef) {
        let Some(last) = def.layers.last_mut().filter(|_| self.number) else { return };
        last.scale.iter_mut().for_each(|scale| *scale *= self.spread);
        let bias = |bias: f32| (f64::from(self.spread) * f64::from(bias) + self.mean) as f32;
        last.bias.iter_mut().for_each(|b| *b = bias(*b));
    }
}

/// Rows in the layout and scale of the network.
struct Owned<'a> {
    x: Cow<'a, [f32]>,
    n_columns: usize,
    target: Target<'a>,
    numbers: Vec<f32>,
    weights: Vec<f32>,
}

impl<'a> Owned<'a> {
    fn of(rows: &Dense<'a>, unit: Unit) -> Self {
        let x = match rows.x.to_slice() {
            Some(x) => Cow::Borrowed(x),
            None => Cow::Owned(rows.x.iter().copied().collect()),
        };
        let numbers = match rows.y {
            Target::Numbers(y) => {
                y.iter().map(|y| ((y - unit.mean) / f64::from(unit.spread)) as f32).collect()
            }
            Target::Classes { .. } => Vec::new(),
        };
        let weights = rows.weights.unwrap_or_default();
        let mean = weights.iter().map(|weight| f64::from(*weight)).sum::<f64>() / weights.len().max(1) as f64;
        let weights = weights.iter().map(|weight| (f64::from(*weight) / mean) as f32).collect();
        Self { x, n_columns: rows.x.ncols(), target: rows.y, numbers, weights }
    }

    fn sample(&self) -> Sample<'_> {
        let truths = match self.target {
            Target::Classes { ids, n: 2 } => Truths::Chance(ids),
            Target::Classes { ids, .. } => Truths::Classes(ids),
            Target::Numbers(_) => Truths::Numbers(&self.numbers),
        };
        Sample { x: &self.x, n_columns: self.n_columns, truths, weights: &self.weights }
    }
}

fn check(settings: &MlpSettings) -> Result<()> {
    let layers = &settings.hidden;
    let limits = [
        ("hidden", (1..=MAX_HIDDEN).contains(&layers.len()), "1 to 3 layers"),
        ("hidden", layers.iter().all(|units| (1..=MAX_UNITS).contains(units)), "layers of 1 to 1024 units"),
        ("rate", settings.rate > 0.0 && settings.rate <= 1.0, "above 0 and at most 1"),
        ("decay", settings.decay >= 0.0 && settings.decay * settings.rate <= 1.0, "0 to 1 / rate"),
        ("batch", settings.batch >= 1, "at least 1"),
        ("passes", settings.passes >= 1, "at least 1"),
        ("patience", settings.patience >= 1, "at least 1"),
        ("tolerance", settings.tolerance > 0.0, "above 0"),
    ];
    for (name, holds, range) in limits {
        ensure!(holds, "`{name}` must be {range}");
    }
    Ok(())
}

/// Fails for rows whose columns or targets differ in kind from `first`, or that hold values a network cannot be trained on.
fn check_rows(what: &str, rows: &Dense<'_>, first: &Dense<'_>) -> Result<()> {
    let (n, p) = rows.x.dim();
    ensure!(n > 0, "there are no {what} rows; give them a share");
    ensure!(
        p > 0 && p == first.x.ncols(),
        "{p} columns in {what} rows; give the same in all rows, at least 1"
    );
    let alike = std::mem::discriminant(&rows.y) == std::mem::discriminant(&first.y)
        && rows.y.n_outputs() == first.y.n_outputs();
    ensure!(
        alike,
        "the target of the {what} rows differs in kind; give classes in all rows, or numbers in all rows"
    );
    let found = rows.x.indexed_iter().find(|(_, x)| !x.is_finite());
    if let Some(((row, column), x)) = found {
        anyhow::bail!(
            "{what} row {}, column {} holds {x}; encode missing values before fitting",
            row + 1,
            column + 1
        );
    }
    let n_truths = match rows.y {
        Target::Classes { ids, n } => {
            ensure!(n >= 2, "the label has {n} classes; a classifier needs at least 2");
            ensure!(ids.iter().all(|id| (*id as usize) < n), "a class of the {what} rows is not below {n}");
            ids.len()
        }
        Target::Numbers(y) => {
            ensure!(
                y.iter().all(|y| y.is_finite()),
                "a target of the {what} rows is not finite; leave its row out"
            );
            y.len()
        }
    };
    ensure!(n_truths == n, "{n} {what} rows for {n_truths} targets");
    if let Some(weights) = rows.weights {
        ensure!(weights.len() == n, "{n} {what} rows for {} weights", weights.len());
        ensure!(
            weights.iter().all(|weight| weight.is_finite() && *weight > 0.0),
            "a weight of the {what} rows is not above 0; leave the row out"
        );
    }
    Ok(())
}
