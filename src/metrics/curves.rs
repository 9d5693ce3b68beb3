//! ROC and precision–recall curves over all thresholds of a score, and average precision.
//!
//! | symbol     | shape      | unit                                                              |
//! |------------|------------|-------------------------------------------------------------------|
//! | `tp`, `fp` | `[n_cuts]` | positives and negatives that score at least the cut's threshold   |
//! | cuts       | `[n_cuts]` | one for each distinct score, highest first: ties are cut together |
//!
//! Invariants
//! - Both counts never fall from cut to cut; at the last cut every row is predicted positive.
//!
//! Not here: choosing a threshold (`threshold`, `cost`), drawing (`report`).

use serde::Serialize;

/// The rows that one threshold predicts as positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cut {
    /// Rows that score at least this are predicted positive.
    pub threshold: f32,
    /// True positives: positives that score at least the threshold.
    pub tp: u64,
    /// False positives: negatives that score at least the threshold.
    pub fp: u64,
}

/// A point of the ROC curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RocPoint {
    /// Rows that score at least this are predicted positive; `None` at the origin, where no row is.
    pub threshold: Option<f32>,
    /// False positive rate: the share of the negatives predicted positive.
    pub fpr: f64,
    /// True positive rate: the share of the positives predicted positive.
    pub tpr: f64,
}

/// A point of the precision–recall curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PrPoint {
    /// Rows that score at least this are predicted positive.
    pub threshold: f32,
    /// Recall: the share of the positives predicted positive.
    pub recall: f64,
    /// Precision: the share of the rows predicted positive that are positive.
    pub precision: f64,
}

/// One cut for each distinct score, highest first. Scores must not be `NaN`. Empty without rows. Cost: `O(n log n)`.
///
/// # Source
///
/// Fawcett, *An introduction to ROC analysis* (2006), algorithm 1.
#[must_use]
pub fn cuts(positive: &[bool], scores: &[f32]) -> Vec<Cut> {
    let mut order: Vec<usize> = (0..positive.len().min(scores.len())).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let (mut tp, mut fp) = (0, 0);
    let tied = order.chunk_by(|&a, &b| scores[a] == scores[b]);
    let cut = |tie: &[usize]| {
        for &row in tie {
            if positive[row] { tp += 1 } else { fp += 1 }
        }
        Cut { threshold: scores[tie[0]], tp, fp }
    };
    tied.map(cut).collect()
}

/// The ROC curve, from the origin to (1, 1). Empty unless both classes occur.
///
/// # Source
///
/// Fawcett (2006), section 4. The area under its straight lines is [`super::auc`].
#[must_use]
pub fn roc_points(positive: &[bool], scores: &[f32]) -> Vec<RocPoint> {
    let cuts = cuts(positive, scores);
    let Some(all) = cuts.last().filter(|all| all.tp > 0 && all.fp > 0) else { return Vec::new() };
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    let point = |cut: &Cut| RocPoint {
        threshold: Some(cut.threshold),
        fpr: share(cut.fp, all.fp),
        tpr: share(cut.tp, all.tp),
    };
    let origin = RocPoint { threshold: None, fpr: 0.0, tpr: 0.0 };
    std::iter::once(origin).chain(cuts.iter().map(point)).collect()
}

/// The precision–recall curve, recall rising to 1. Empty without positives.
///
/// # Source
///
/// Manning, Raghavan & Schütze, *Introduction to Information Retrieval* (2008), section 8.4, not interpolated.
#[must_use]
pub fn pr_points(positive: &[bool], scores: &[f32]) -> Vec<PrPoint> {
    let cuts = cuts(positive, scores);
    let Some(n) = cuts.last().map(|all| all.tp).filter(|&tp| tp > 0) else { return Vec::new() };
    let point = |cut: &Cut| PrPoint {
        threshold: cut.threshold,
        recall: cut.tp as f64 / n as f64,
        precision: cut.tp as f64 / (cut.tp + cut.fp) as f64,
    };
    cuts.iter().map(point).collect()
}

/// Average precision, the area under the precision–recall steps: `Σ (R[i] - R[i-1]) P[i]`. `None` without positives. A random
/// ranking reaches the share of positives.
///
/// # Source
///
/// Manning, Raghavan & Schütze (2008), section 8.4; not the trapezoid rule, which is optimistic here: Davis & Goadrich, *The
/// Relationship Between Precision-Recall and ROC Curves* (2006).
#[must_use]
pub fn average_precision(positive: &[bool], scores: &[f32]) -> Option<f64> {
    let points = pr_points(positive, scores);
    let mut reached = 0.0;
    let mut area = 0.0;
    for point in &points {
        area += (point.recall - reached) * point.precision;
        reached = point.recall;
    }
    (!points.is_empty()).then_some(area)
}
