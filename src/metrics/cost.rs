//! Cost: where to cut a probability when mistakes do not cost the same.
//!
//! | symbol | shape      | unit                                                                        |
//! |--------|------------|-----------------------------------------------------------------------------|
//! | `C`    | `[2, 2]`   | cost of a row, any one unit: decided by row, true by column; gains negative  |
//! | `t`    | `[n_cuts]` | probability; a row is taken for positive from there on                      |
//!
//! Not here: routing among more than two (`engine`).

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::curves::{Cut, cuts};

/// What each outcome costs, in one unit. Only differences matter. Unless something else is said a mistake of either kind costs 1,
/// and being right nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// Rightly left alone.
    pub true_negative: f64,
    /// Taken, wrongly.
    pub false_positive: f64,
    /// Missed.
    pub false_negative: f64,
    /// Rightly taken.
    pub true_positive: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { true_negative: 0.0, false_positive: 1.0, false_negative: 1.0, true_positive: 0.0 }
    }
}

impl Costs {
    /// The threshold that calibrated probabilities call for: `t*` of [`cost_curve`].
    ///
    /// # Errors
    ///
    /// A mistake of either kind that is not dearer than being right, or a cost that is not finite.
    pub fn theory(self) -> Result<f64> {
        let Self { true_negative, false_positive, false_negative, true_positive } = self;
        let (alarm, miss) = (false_positive - true_negative, false_negative - true_positive);
        ensure!(
            alarm > 0.0 && miss > 0.0 && (alarm + miss).is_finite(),
            "a mistake must cost more than being right: false_positive above true_negative, false_negative above true_positive"
        );
        Ok(alarm / (alarm + miss))
    }
}

/// What a threshold would cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CostPoint {
    /// A row is taken for positive when its probability is at least this.
    pub threshold: f64,
    /// Mean cost of a row.
    pub cost: f64,
    /// Share of the rows taken.
    pub taken: f64,
}

/// Cost by threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostCurve {
    /// One for each distinct probability, highest first.
    pub points: Vec<CostPoint>,
    /// Mean cost of never taking a row.
    pub never: f64,
    /// The cheapest threshold; the highest of several. `None` where never taking a row is cheaper than any.
    pub best: Option<CostPoint>,
    /// The threshold that calibrated probabilities call for, from the costs alone.
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
/// No rows, a `NaN`, or costs by which a mistake of either kind is not dearer than being right.
///
/// # Source
///
/// Elkan, *The Foundations of Cost-Sensitive Learning* (2001): `t* = (C₁₀ - C₀₀) / (C₁₀ - C₀₀ + C₀₁ - C₁₁)`, eq. 2, and the
/// conditions `C₁₀ > C₀₀`, `C₀₁ > C₁₁`.
pub fn cost_curve(positive: &[bool], p: &[f32], costs: Costs) -> Result<CostCurve> {
    ensure!(
        !positive.is_empty() && positive.len() == p.len(),
        "{} rows and {} probabilities",
        positive.len(),
        p.len()
    );
    ensure!(p.iter().all(|p| !p.is_nan()), "a probability is not a number; there is no threshold to choose");
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
