//! Naive Bayes: the product of the prior and one likelihood per input, written as a linear head.
//!
//! ```text
//! ln p(c | x) = ln p(c) + Σ_j ln p(x_j | c) + the same for every class
//! ```
//!
//! | likelihood  | `ln p(x \| c)`                      | linear in                                    |
//! |-------------|-------------------------------------|----------------------------------------------|
//! | Gaussian    | `−(z − μ)²/2v − ½ ln 2πv`           | `z`, `z²`, whether it is missing             |
//! | Multinomial | `x ln θ`                            | `x`                                          |
//! | Bernoulli   | `b ln θ + (1 − b) ln(1 − θ)`        | `b`, whether it is missing                   |
//! | Categorical | `ln θ_x`                            | one column a category                        |
//!
//! Therefore this module also chooses the encodings. A missing input is left out of the product exactly: its columns are 0, and
//! the column `Missing` subtracts its part of the bias. The same holds for a category that did not occur in training.
//!
//! | module   | contents                                     |
//! |----------|----------------------------------------------|
//! | `terms`  | one input: its likelihood as linear terms    |
//! | `export` | all inputs: the head, and its rounding error |
//!
//! Not smartcore's implementation: its four models support no missing values, row weights or mixed inputs, and their parameters
//! would have to be converted to encodings anyway.
//!
//! Invariants
//! - The head computes the product. With Gaussian inputs the variance smoothing grows until no probability of a training row has
//!   a rounding error above `export::MAX_ROUNDING`, or until it equals the input's own variance. Other likelihoods round like any
//!   linear head.
//! - The same columns and settings give a bit-identical head.
//!
//! Not here: the kind of each input beyond the rule of [`Likelihood::Mixed`]; calibration, which naive Bayes needs with dependent
//! inputs.

mod export;
mod kind;
mod terms;
#[cfg(test)]
mod tests;

use super::{Fit, Target, rows};
use anyhow::{Result, bail, ensure};
use floorwalker_engine::head::EncodingDef;
pub use kind::NaiveSettings;
use terms::{Rows, Terms};

/// One input, a value for each row.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// Numbers; NaN is missing.
    Number(&'a [f32]),
    /// Categories.
    Category {
        /// Category of each row, an index into `names`; [`u16::MAX`] is missing.
        codes: &'a [u16],
        /// Names of the categories.
        names: &'a [String],
    },
}

/// The likelihood: the assumed distribution of an input given the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Normally distributed numbers.
    Gaussian,
    /// Counts from one multinomial distribution over all inputs; not negative.
    Multinomial,
    /// Numbers of which only matters whether they exceed a threshold (Bernoulli distribution).
    Bernoulli {
        /// The threshold, in the inputs' unit.
        threshold: f32,
    },
    /// Categories.
    Categorical,
    #[default]
    /// By the kind of each input: categories are categorical, numbers that are only ever 0 or 1 Bernoulli, other numbers Gaussian.
    Mixed,
}

/// Settings of a naive Bayes fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BayesSettings {
    /// The likelihood of the inputs.
    pub likelihood: Likelihood,
    /// Laplace smoothing: rows (or counts, for the multinomial) added to each value of an input in each class; above 0.
    pub smoothing: f64,
    /// Variance smoothing: added to the Gaussian variances, as a share of the input's own variance; above 0. scikit-learn adds a
    /// share of the largest variance of all inputs, which dominates every input of smaller scale.
    pub var_smoothing: f64,
}

impl Default for BayesSettings {
    /// scikit-learn's defaults, with the mixed likelihood.
    fn default() -> Self {
        Self { likelihood: Likelihood::Mixed, smoothing: 1.0, var_smoothing: 1e-9 }
    }
}

/// Fits naive Bayes and writes it as a linear head: its encodings, whose `input` is the index of a column, and its body. Two
/// classes have one output, `ln p(1 | x) / p(0 | x)`; more have one each, up to a common term. `weights` are row weights. Cost:
/// one pass over the values, and one through the engine's head.
///
/// An input that is always missing or constant gets no encoding (except for counts). Numbers outside the training range are
/// clipped to it. A class in which an input is always missing uses the distribution over all rows for it.
///
/// # Errors
///
/// Fails for a target of numbers, a class without rows, lengths that differ, an input that does not suit the likelihood, a value
/// out of range, or a setting out of range.
///
/// # Source
///
/// Bishop, *Pattern Recognition and Machine Learning* (2006), section 8.2.2 and eqs. 4.81 to 4.83; Manning, Raghavan &
/// Schütze, *Introduction to Information Retrieval* (2008), eqs. 13.7 and 13.14 for the smoothing.
pub fn fit(
    columns: &[Column<'_>],
    y: Target<'_>,
    weights: Option<&[f32]>,
    settings: &BayesSettings,
) -> Result<(Vec<EncodingDef>, Fit)> {
    let Target::Classes { ids, n } = y else {
        bail!("naive Bayes predicts classes, and the label is a number; choose a regression");
    };
    let BayesSettings { likelihood, smoothing, var_smoothing } = *settings;
    ensure!(smoothing > 0.0 && smoothing.is_finite(), "smoothing is {smoothing}; give a number above 0");
    ensure!(
        var_smoothing > 0.0 && var_smoothing.is_finite(),
        "var_smoothing is {var_smoothing}; give a number above 0"
    );
    if let Likelihood::Bernoulli { threshold } = likelihood {
        ensure!(threshold.abs() < f32::MAX, "threshold is {threshold}; give a finite number");
    }
    ensure!(
        columns.len() < usize::from(u16::MAX),
        "the head has {} inputs; give it fewer than 65535",
        columns.len()
    );
    rows::check_classes(ids, n)?;
    rows::check_weights("train", weights, ids.len())?;
    for (at, column) in columns.iter().enumerate() {
        check_column(at, column, ids.len(), likelihood)?;
    }
    let (weights, total) = rows::weights(weights, ids.len());
    let rows = Rows { ids, n_classes: n, weights: &weights };
    let prior: Vec<f64> = rows.sums(|_| Some(1.0)).iter().map(|weight| libm::log(weight / total)).collect();
    let terms = |var_smoothing: f64| -> Vec<Terms> {
        if likelihood == Likelihood::Multinomial {
            return terms::multinomial(columns, &rows, smoothing);
        }
        let of_column = |(input, column): (u16, &Column<'_>)| match (*column, likelihood) {
            (Column::Category { codes, names }, _) => {
                terms::categorical(input, codes, names, &rows, smoothing)
            }
            (Column::Number(x), Likelihood::Bernoulli { threshold }) => {
                Some(terms::bernoulli(input, x, terms::step(input, threshold), &rows, smoothing))
            }
            (Column::Number(x), Likelihood::Mixed) if is_binary(x) => {
                Some(terms::bernoulli(input, x, terms::unit(input), &rows, smoothing))
            }
            (Column::Number(x), _) => terms::gaussian(input, x, &rows, var_smoothing),
        };
        (0..).zip(columns).filter_map(of_column).collect()
    };
    export::head(columns, &rows, &prior, var_smoothing, terms)
}

/// Whether only 0 and 1 occur, and at least one of them.
fn is_binary(x: &[f32]) -> bool {
    let mut known = x.iter().filter(|x| !x.is_nan()).peekable();
    known.peek().is_some() && known.all(|&x| x == 0.0 || x == 1.0)
}

fn check_column(at: usize, column: &Column<'_>, n_rows: usize, likelihood: Likelihood) -> Result<()> {
    let found = match column {
        Column::Number(x) => x.len(),
        Column::Category { codes, .. } => codes.len(),
    };
    ensure!(found == n_rows, "input {at} has {found} values for {n_rows} rows");
    match (column, likelihood) {
        (Column::Number(_), Likelihood::Categorical) => {
            bail!("input {at} is a number; make it a category, or choose the mixed likelihood")
        }
        (Column::Category { .. }, Likelihood::Categorical | Likelihood::Mixed) => {}
        (Column::Category { .. }, _) => {
            bail!("input {at} is a category; leave it out, or choose the mixed likelihood")
        }
        (Column::Number(x), _) => {
            let counts = likelihood == Likelihood::Multinomial;
            let wrong = |x: &f32| x.is_infinite() || (counts && *x < 0.0);
            if let Some(row) = x.iter().position(wrong) {
                let need = if counts { "counts must be finite and not negative" } else { "clip it" };
                bail!("input {at} is {} in row {}; {need}", x[row], row + 1);
            }
        }
    }
    if let Column::Category { codes, names } = column {
        let wrong = |&code: &u16| code != u16::MAX && usize::from(code) >= names.len();
        if let Some(row) = codes.iter().position(wrong) {
            bail!(
                "input {at} has category {} in row {}, but only {} names",
                codes[row],
                row + 1,
                names.len()
            );
        }
    }
    Ok(())
}
