//! Curves: what every threshold of a score would yield, and two areas under them.
//!
//! | symbol    | shape         | unit                                                             |
//! |-----------|---------------|------------------------------------------------------------------|
//! | `tp`, `fp`| `[n_cuts]`    | positives and negatives that score at least the cut's threshold  |
//! | cut       | `[n_cuts]`    | one for each distinct score, highest first: ties are cut together|
//!
//! Invariants
//! - Both counts grow from cut to cut; the last cut takes every row.
//!
//! Not here: where to cut (`threshold`, `cost`), drawing (`report`).

use serde::Serialize;

/// What a threshold takes for positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cut {
    /// Rows that score at least this are taken.
    pub threshold: f32,
    /// Positives among them.
    pub tp: u64,
    /// Negatives among them.
    pub fp: u64,
}

/// A point of the ROC curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RocPoint {
    /// Rows that score at least this are taken; `None` at the origin, where none is.
    pub threshold: Option<f32>,
    /// Share of the negatives taken.
    pub fpr: f64,
    /// Share of the positives taken.
    pub tpr: f64,
}

/// A point of the precision–recall curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PrPoint {
    /// Rows that score at least this are taken.
    pub threshold: f32,
    /// Share of the positives taken.
    pub recall: f64,
    /// Share of what is taken that is positive.
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

/// The ROC curve, from the origin to (1, 1). Empty unless there are both classes.
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

/// Average precision, the area under the precision–recall steps: `Σ (R[i] - R[i-1]) P[i]`. `None` without positives. What
/// guessing reaches is the share of positives.
///
/// # Source
///
/// Manning, Raghavan & Schütze (2008), section 8.4; not the trapezoids, which are optimistic: Davis & Goadrich, *The
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
