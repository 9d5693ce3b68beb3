//! Threshold: the score threshold that maximises F1.
//!
//! Not here: thresholds from costs.

use serde::Serialize;

/// A threshold and the scores it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BestF1 {
    /// A row is predicted positive when its score is at least this.
    pub threshold: f32,
    /// F1 at the threshold.
    pub f1: f64,
    /// Precision at the threshold.
    pub precision: f64,
    /// Recall at the threshold.
    pub recall: f64,
}

/// The threshold with the best F1 among the scores that occur; the highest one in a tie. `None` without positives.
///
/// Choose it on validation rows: on test rows it is optimistic. Cost: `O(n log n)`.
///
/// # Source
///
/// Lipton, Elkan & Naryanaswamy, *Thresholding Classifiers to Maximize F1 Score* (2014): the optimal decision is a threshold on
/// the score, so trying every distinct score finds it.
pub fn best_f1(positive: &[bool], scores: &[f32]) -> Option<BestF1> {
    let n_positive = positive.iter().filter(|&&p| p).count() as f64;
    if n_positive == 0.0 {
        return None;
    }
    let mut order: Vec<usize> = (0..positive.len().min(scores.len())).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut best: Option<BestF1> = None;
    let mut right = 0.0_f64;
    for (i, &row) in order.iter().enumerate() {
        right += f64::from(u8::from(positive[row]));
        let last_of_tie = order.get(i + 1).is_none_or(|&next| scores[next] != scores[row]);
        let said = (i + 1) as f64;
        let f1 = 2.0 * right / (said + n_positive);
        if last_of_tie && best.is_none_or(|b| f1 > b.f1) {
            best = Some(BestF1 {
                threshold: scores[row],
                f1,
                precision: right / said,
                recall: right / n_positive,
            });
        }
    }
    best
}
