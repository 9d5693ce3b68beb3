//! Naive Bayes: the product of what each input says of the class, as the linear head that it is.
//!
//! ```text
//! ln p(c | x) = ln p(c) + Σ_j ln p(x_j | c) + the same for every class
//! ```
//!
//! | likelihood  | `ln p(x | c)`                       | linear in                                    |
//! |-------------|-------------------------------------|----------------------------------------------|
//! | Gaussian    | `−(z − μ)²/2v − ½ ln 2πv`           | `z`, `z²`, whether it is missing             |
//! | Multinomial | `x ln θ`                            | `x`                                          |
//! | Bernoulli   | `b ln θ + (1 − b) ln(1 − θ)`        | `b`, whether it is missing                   |
//! | Categorical | `ln θ_x`                            | one column a category                        |
//!
//! So this room chooses encodings, too. A missing input is left out of the product exactly: its columns are 0, and the
//! column `Missing` takes back what the bias holds of it. So is a category that training never saw.
//!
//! | room     | what is there                            |
//! |----------|------------------------------------------|
//! | `terms`  | one input: its likelihood as columns     |
//! | `export` | all inputs: the head, and its rounding   |
//!
//! Ours, not smartcore's: its four models take no missing value, no row weights and no mixture of kinds, and what they
//! learn would have to be written as encodings all the same.
//!
//! Invariants
//! - The head says what the product says. With Gaussian inputs the least variance grows until no probability of a training
//!   row is off by more than `export::MAX_ROUNDING`, or it is the input's own; other likelihoods round as any linear head.
//! - Same columns, same settings: same bits.
//!
//! Not here: which input is of which kind beyond the rule of [`Likelihood::Mixed`], calibration (which products of dependent
//! inputs need badly).

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
        /// Categories there are.
        names: &'a [String],
    },
}

/// What an input's values are taken to be drawn from, given the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Numbers from a bell curve.
    Gaussian,
    /// Numbers that count things, all from one urn; not negative.
    Multinomial,
    /// Numbers of which only matters whether they exceed a threshold.
    Bernoulli {
        /// In the inputs' unit.
        threshold: f32,
    },
    /// Categories.
    Categorical,
    #[default]
    /// To each input its own: categories are categorical, numbers that are only ever 0 or 1 Bernoulli, other numbers Gaussian.
    Mixed,
}

/// How to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BayesSettings {
    /// What inputs are drawn from.
    pub likelihood: Likelihood,
    /// Rows (counts, for the multinomial) added to each value of an input in each class, after Laplace; above 0.
    pub smoothing: f64,
    /// Added to the Gaussian's variances, as a share of the input's own variance; above 0. scikit-learn adds a share of the
    /// largest variance of all inputs, which drowns every input of a smaller unit.
    pub var_smoothing: f64,
}

impl Default for BayesSettings {
    /// scikit-learn's.
    fn default() -> Self {
        Self { likelihood: Likelihood::Mixed, smoothing: 1.0, var_smoothing: 1e-9 }
    }
}

/// Fits naive Bayes and writes it as a linear head: its encodings, whose `input` is the index of a column, and its body. Two
/// classes have one output, `ln p(1 | x) / p(0 | x)`; more have one each, up to what they share. `weights` are of rows.
/// Cost: a pass over the values, and one through the page's head.
///
/// An input that is never known or never changes says nothing and gets no encoding (of counts it does). Numbers outside
/// those seen count as the nearest seen. A class that never knows an input is given the values of all rows for it.
///
/// # Errors
///
/// A target of numbers, a class without rows, lengths that differ, an input that does not suit the likelihood, a value out
/// of range, or a setting out of range.
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
        bail!("naive Bayes predicts classes and was given numbers; fit a regression instead");
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
    ensure!(columns.len() < usize::from(u16::MAX), "{} inputs; give a head fewer than 65535", columns.len());
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
            bail!("input {at} has category {} in row {}, of {} names", codes[row], row + 1, names.len());
        }
    }
    Ok(())
}
