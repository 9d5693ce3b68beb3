//! Cost-sensitive thresholds: which probability threshold to use when the two kinds of error cost different amounts.
//!
//! | symbol | shape      | unit                                                                                        |
//! |--------|------------|---------------------------------------------------------------------------------------------|
//! | `C`    | `[2, 2]`   | cost of one row, in any one unit: decision by row, true class by column; gains are negative |
//! | `t`    | `[n_cuts]` | probability threshold; a row is predicted positive at or above it                           |
//!
//! Not here: decisions among more than two classes (`engine`).

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::curves::{Cut, cuts};

/// What each outcome costs, all in the same unit. Only differences matter. By default an error of either kind costs 1 and a right
/// decision costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// Cost of a negative row predicted negative.
    pub true_negative: f64,
    /// Cost of a negative row predicted positive (a false alarm).
    pub false_positive: f64,
    /// Cost of a positive row predicted negative (a miss).
    pub false_negative: f64,
    /// Cost of a positive row predicted positive.
    pub true_positive: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { true_negative: 0.0, false_positive: 1.0, false_negative: 1.0, true_positive: 0.0 }
    }
}

impl Costs {
    /// The optimal threshold for calibrated probabilities, from the costs alone: `t*` of [`cost_curve`].
    ///
    /// # Errors
    ///
    /// Fails when an error of either kind does not cost more than the right decision, or when a cost is not finite.
    pub fn theory(self) -> Result<f64> {
        let Self { true_negative, false_positive, false_negative, true_positive } = self;
        let (alarm, miss) = (false_positive - true_negative, false_negative - true_positive);
        ensure!(
            alarm > 0.0 && miss > 0.0 && (alarm + miss).is_finite(),
            "a mistake must cost more than a correct prediction: write false_positive above true_negative, and false_negative above true_positive"
        );
        Ok(alarm / (alarm + miss))
    }
}

/// The mean cost at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CostPoint {
    /// A row is predicted positive when its probability is at least this.
    pub threshold: f64,
    /// Mean cost per row.
    pub cost: f64,
    /// Share of the rows predicted positive.
    pub taken: f64,
}

/// Cost by threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostCurve {
    /// One for each distinct probability, highest first.
    pub points: Vec<CostPoint>,
    /// Mean cost per row when no row is predicted positive.
    pub never: f64,
    /// The cheapest threshold; of several equally cheap ones, the highest. `None` when predicting no row positive is at least as
    /// cheap as every threshold.
    pub best: Option<CostPoint>,
    /// The optimal threshold for calibrated probabilities, from the costs alone.
    pub theory: f64,
}

/// Mean cost at every threshold.
///
/// - `positive`, `p`: `[n_rows]`.
///
/// The best threshold is the best *on these rows*: choose it on validation rows. Cost: `O(n log n)`.
///
/// # Errors
///
/// Fails for no rows, slices of different lengths, a `NaN` probability, or costs that [`Costs::theory`] refuses.
///
/// # Source
///
/// Elkan, *The Foundations of Cost-Sensitive Learning* (2001): `t* = (C₁₀ - C₀₀) / (C₁₀ - C₀₀ + C₀₁ - C₁₁)`, eq. 2, and the
/// conditions `C₁₀ > C₀₀`, `C₀₁ > C₁₁`.
pub fn cost_curve(positive: &[bool], p: &[f32], costs: Costs) -> Result<CostCurve> {
    ensure!(
        !positive.is_empty() && positive.len() == p.len(),
        "{} rows do not fit {} probabilities",
        positive.len(),
        p.len()
    );
    ensure!(p.iter().all(|p| !p.is_nan()), "a probability is not a number, so no threshold can be chosen");
    let theory = costs.theory()?;
    let Costs { true_negative, false_positive, false_negative, true_positive } = costs;
    let n = positive.len() as f64;
    let cuts = cuts(positive, p);
    let n_positive = cuts.last().map_or(0, |all| all.tp) as f64;
    let cost = |tp: f64, fp: f64| {
        let (missed, left) = (n_positive - tp, n - n_positive - fp);
        (tp * true_positive + fp * false_positive + missed * false_negative + left * true_negative) / n
    };
    let point = |cut: &Cut| CostPoint {
        threshold: f64::from(cut.threshold),
        cost: cost(cut.tp as f64, cut.fp as f64),
        taken: (cut.tp + cut.fp) as f64 / n,
    };
    let points: Vec<CostPoint> = cuts.iter().map(point).collect();
    let never = cost(0.0, 0.0);
    let mut best: Option<CostPoint> = None;
    for point in &points {
        if point.cost < best.map_or(never, |best| best.cost) {
            best = Some(*point);
        }
    }
    Ok(CostCurve { points, never, best, theory })
}
