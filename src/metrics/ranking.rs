//! Ranking quality: the area under the ROC curve (AUC).
//!
//! Not here: choosing a threshold (`threshold`).

/// Area under the ROC curve: the probability that a positive scores above a negative, ties counting half. `None` unless both
/// classes occur. Scores must not be `NaN` (they sort last here). Cost: `O(n log n)`.
///
/// # Source
///
/// Hand & Till, *A Simple Generalisation of the Area Under the ROC Curve for Multiple Class Classification Problems*
/// (2001), eq. 3: `(S - n₁(n₁+1)/2) / (n₁ n₀)` with `S` the sum of the positives' ranks; ties take the mean rank.
///
/// # Examples
///
/// ```
/// // Of the four pairs of a positive and a negative row, three are ranked rightly.
/// let auc = floorwalker_metrics::auc(&[true, false, true, false], &[0.9, 0.6, 0.4, 0.1]);
/// assert_eq!(auc, Some(0.75));
/// ```
pub fn auc(positive: &[bool], scores: &[f32]) -> Option<f64> {
    let mut order: Vec<usize> = (0..positive.len().min(scores.len())).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let n = order.len();
    let n_positive = order.iter().filter(|&&row| positive[row]).count();
    if n_positive == 0 || n_positive == n {
        return None;
    }
    let mut rank_sum = 0.0;
    let mut from = 0;
    while from < n {
        let mut to = from + 1;
        while to < n && scores[order[to]] == scores[order[from]] {
            to += 1;
        }
        let midrank = (from + to + 1) as f64 / 2.0; // the mean of ranks from+1 ..= to
        rank_sum += midrank * order[from..to].iter().filter(|&&row| positive[row]).count() as f64;
        from = to;
    }
    let (n1, n0) = (n_positive as f64, (n - n_positive) as f64);
    Some((rank_sum - n1 * (n1 + 1.0) / 2.0) / (n1 * n0))
}

/// AUC of a classifier. With two classes: the AUC of the second. With more: the one-against-rest macro mean, every class counting
/// the same. A class that has no rows, or has all rows, is left out; `None` when none is left.
///
/// - `y`: `[n_rows]`, below `n_classes`. `p`: `[n_rows, n_classes]`.
///
/// # Source
///
/// One-against-rest: Fawcett, *An introduction to ROC analysis* (2006), section 10.2. Deviation: he weights by class frequency,
/// we do not, so that small classes show (scikit-learn's `multi_class="ovr", average="macro"`).
pub fn auc_one_vs_rest(y: &[u32], p: &[f32], n_classes: usize) -> Option<f64> {
    let of_class = |class: usize| {
        let positive: Vec<bool> = y.iter().map(|&c| c as usize == class).collect();
        let scores: Vec<f32> = p.chunks_exact(n_classes).map(|row| row[class]).collect();
        auc(&positive, &scores)
    };
    if n_classes == 2 {
        return of_class(1);
    }
    let areas: Vec<f64> = (0..n_classes).filter_map(of_class).collect();
    if areas.is_empty() { None } else { Some(areas.iter().sum::<f64>() / areas.len() as f64) }
}
