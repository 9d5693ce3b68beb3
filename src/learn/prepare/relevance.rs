//! Univariate relevance: how much each feature alone says about a label; and feature selection by it.
//!
//! | symbol         | what it is                                                                                    | unit |
//! |----------------|-----------------------------------------------------------------------------------------------|------|
//! | `H(X)`         | entropy of the binned feature, `-Σ p ln p`                                                    | nats |
//! | `I(X; Y)`      | mutual information of bins and classes, corrected for chance                                  | nats |
//! | `I / H(Y)`     | mutual information as a share of the label's entropy                                          | 1    |
//! | `χ²`, `p`, `V` | Pearson's test, its p-value, Cramér's V                                                       | 1    |
//! | gain           | information gain: decrease of `H(Y)` by the best split, at a threshold or into all categories | nats |
//!
//! For binning see `bins`. Entropies estimated from counts are biased downwards, by about `1 / 2N` for each bin that is used. The
//! Miller–Madow correction removes this bias, so that the mutual information of an irrelevant feature with many bins is near 0.
//!
//! Invariants
//! - Every measure is finite; shares are in `[0, 1]`; a feature without any value, or a label of one class, gives 0.
//!
//! Not here: the importance of features to a model that reads all of them (`permutation`).

use super::bins::Counts;
use super::chi_squared;
use super::column::{Classes, FeatureColumn};
use crate::examples::Examples;
use crate::store::{Measure, SelectPlan};
use anyhow::{Result, bail, ensure};
use rayon::prelude::*;
use serde::Serialize;

/// The measures of one feature's relevance to a label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relevance {
    /// Name of the feature.
    pub feature: String,
    /// Number of rows that have a class.
    pub n_rows: usize,
    /// Number of bins that are used, including that of missing values.
    pub n_bins: usize,
    /// Entropy of the feature, in nats.
    pub entropy: f64,
    /// Mutual information with the label, in nats.
    pub mutual_information: f64,
    /// Mutual information over the label's entropy, 0 to 1.
    pub normalised: f64,
    /// Pearson's chi-squared statistic.
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub degrees: usize,
    /// p-value: the probability of a statistic at least as large if feature and label were independent.
    pub p_value: f64,
    /// Share of cells with an expected count below 5; above 0.2 `p_value` is only approximate.
    pub sparse: f64,
    /// Cramér's V, 0 to 1.
    pub cramers_v: f64,
    /// Information gain of the best split, in nats.
    pub information_gain: f64,
}

impl Relevance {
    /// The value of one measure; NaN for permutation importance, which needs a model.
    #[must_use]
    pub fn by(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Entropy => self.entropy,
            Measure::MutualInformation => self.mutual_information,
            Measure::ChiSquared => self.cramers_v,
            Measure::InformationGain => self.information_gain,
            // Needs a model: `select_by` takes the importances computed elsewhere.
            Measure::Permutation => f64::NAN,
        }
    }
}

/// Relevance of every feature to `label` on `rows`, in the order of the features. Cost: `O(n_features * n_rows log n_rows)`.
///
/// # Errors
///
/// Fails for a label that the examples do not have.
pub fn relevance(examples: &Examples, label: &str, rows: &[usize]) -> Result<Vec<Relevance>> {
    let classes = Classes::new(examples, label, rows)?;
    let of_feature = |feature: usize| {
        let column = FeatureColumn::new(examples, feature);
        relevance_of(&examples.features[feature].name, &column, &classes, rows)
    };
    Ok((0..examples.features.len()).into_par_iter().map(of_feature).collect())
}

/// Relevance of one column to `classes` on `rows`.
///
/// # Source
///
/// Shannon (1948); Miller, *Note on the bias of information estimates* (1955), `H + (m - 1) / 2N` for `m` used bins, in each of
/// the three entropies of `I = H(X) + H(Y) - H(X, Y)`, clipped at 0; Cramér, *Mathematical Methods of Statistics* (1946), section
/// 21.9; Quinlan, *Induction of Decision Trees* (1986), and for thresholds Fayyad & Irani (1992).
#[must_use]
pub fn relevance_of(feature: &str, column: &FeatureColumn, classes: &Classes, rows: &[usize]) -> Relevance {
    let counts = Counts::new(column, classes, rows);
    let (n, n_bins, n_classes) = (counts.n_rows, counts.bins.len(), counts.classes.len());
    let h_feature = corrected(counts.bins.iter().copied(), n);
    let h_label = corrected(counts.classes.iter().copied(), n);
    let tells = n_bins > 1 && n_classes > 1;
    let mutual = h_feature + h_label - corrected(counts.cells.iter().map(|cell| cell.2), n);
    let mutual_information = if tells { mutual.clamp(0.0, h_label) } else { 0.0 };
    let test = chi_squared::test(&counts);
    let most = n as f64 * (n_bins.min(n_classes).max(2) - 1) as f64;
    let gain = match column {
        FeatureColumn::Number(numbers) => threshold_gain(numbers, classes, rows),
        FeatureColumn::Category { .. } => {
            let known = |counts: &[usize]| xlogx_sum(counts.iter().copied());
            let left = known(&counts.bins) - xlogx_sum(counts.cells.iter().map(|cell| cell.2));
            (xlogx(n) - known(&counts.classes) - left) / n.max(1) as f64
        }
    };
    Relevance {
        feature: feature.to_owned(),
        n_rows: n,
        n_bins,
        entropy: if n_bins > 1 { h_feature } else { 0.0 },
        mutual_information,
        normalised: if h_label > 0.0 { mutual_information / h_label } else { 0.0 },
        chi_squared: test.statistic,
        degrees: test.degrees,
        p_value: test.p_value,
        sparse: test.sparse,
        cramers_v: if most > 0.0 { (test.statistic / most).sqrt().min(1.0) } else { 0.0 },
        information_gain: gain.max(0.0),
    }
}

/// Indices of the features that `plan` keeps, ascending. In a tie the first one is kept.
///
/// # Errors
///
/// Fails for permutation importance, for a plan with neither or both of `top` and `above`, and for one that keeps no feature.
pub fn select(relevance: &[Relevance], plan: SelectPlan) -> Result<Vec<usize>> {
    ensure!(plan.by != Measure::Permutation, "permutation importance needs a model");
    select_by(&relevance.iter().map(|feature| feature.by(plan.by)).collect::<Vec<_>>(), plan)
}

/// Like [`select`], but by scores computed elsewhere, `[n_features]`.
///
/// # Errors
///
/// Fails for a plan with neither or both of `top` and `above`, and for one that keeps no feature.
pub fn select_by(scores: &[f64], plan: SelectPlan) -> Result<Vec<usize>> {
    let score = |at: &usize| scores[*at];
    let mut kept: Vec<usize> = (0..scores.len()).collect();
    match (plan.top, plan.above) {
        (Some(top), None) => {
            ensure!(top > 0, "select: top = 0 keeps no feature; keep at least 1");
            kept.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
            kept.truncate(top);
            kept.sort_unstable();
        }
        (None, Some(above)) => {
            let most = kept.iter().map(score).fold(0.0, f64::max);
            kept.retain(|at| score(at) > above);
            ensure!(
                !kept.is_empty(),
                "select: no feature is above {above}; the best has {most:.4}; lower `above`"
            );
        }
        _ => bail!("select: `top` and `above` are both given, or neither is; give one of them"),
    }
    Ok(kept)
}

/// `x ln x`, 0 for 0.
fn xlogx(x: usize) -> f64 {
    let x = x as f64;
    if x > 0.0 { x * libm::log(x) } else { 0.0 }
}

fn xlogx_sum(counts: impl Iterator<Item = usize>) -> f64 {
    counts.map(xlogx).sum()
}

/// Entropy of positive counts that sum to `n`, with the Miller–Madow correction.
fn corrected(counts: impl Iterator<Item = usize> + Clone, n: usize) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let (used, total) = (counts.clone().count() as f64, n as f64);
    (libm::log(total) - xlogx_sum(counts) / total) + (used - 1.0) / (2.0 * total)
}

/// The largest decrease of the label's entropy by one threshold, over rows that have a number. It is averaged over all rows, so
/// that a mostly missing feature gains little. Entropies are uncorrected, since a single threshold makes only two bins.
fn threshold_gain(numbers: &[f32], classes: &Classes, rows: &[usize]) -> f64 {
    let mut sorted: Vec<(f32, usize)> = Vec::with_capacity(rows.len());
    let mut n_rows = 0_usize;
    for &row in rows {
        let Some(id) = classes.ids[row] else { continue };
        n_rows += 1;
        if !numbers[row].is_nan() {
            sorted.push((numbers[row], id as usize));
        }
    }
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut above = vec![0_usize; classes.names.len()];
    sorted.iter().for_each(|&(_, id)| above[id] += 1);
    let mut below = vec![0_usize; above.len()];
    let (mut sum_below, mut sum_above) = (0.0, xlogx_sum(above.iter().copied()));
    let whole = xlogx(sorted.len()) - sum_above;
    let mut best = 0.0_f64;
    for (at, &(number, id)) in sorted.iter().enumerate() {
        sum_below += xlogx(below[id] + 1) - xlogx(below[id]);
        sum_above += xlogx(above[id] - 1) - xlogx(above[id]);
        below[id] += 1;
        above[id] -= 1;
        let (n_below, n_above) = (at + 1, sorted.len() - at - 1);
        if sorted.get(at + 1).is_some_and(|&(next, _)| next > number) {
            let left = xlogx(n_below) - sum_below + xlogx(n_above) - sum_above;
            best = best.max(whole - left);
        }
    }
    best / n_rows.max(1) as f64
}
