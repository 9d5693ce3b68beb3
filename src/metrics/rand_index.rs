//! Agreement of two partitions of the same rows.

use std::collections::BTreeMap;

/// Adjusted Rand index of two partitions, `[n_rows]` each: 1 if they are the same up to names, 0 as for partitions drawn at random, below 0 if they
/// agree less than that. 1 where both have a single part, or as many as rows.
///
/// # Source
///
/// Hubert and Arabie, *Comparing partitions*, Journal of Classification 2 (1985), equation 5.
#[must_use]
pub fn adjusted_rand(a: &[usize], b: &[usize]) -> f64 {
    let (mut both, mut of_a, mut of_b) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (a, b) in a.iter().zip(b) {
        *both.entry((a, b)).or_insert(0_u64) += 1;
        *of_a.entry(a).or_insert(0_u64) += 1;
        *of_b.entry(b).or_insert(0_u64) += 1;
    }
    let pairs = |n: u64| n as f64 * (n as f64 - 1.0) / 2.0;
    let all = pairs(a.len().min(b.len()) as u64);
    let together: f64 = both.values().map(|n| pairs(*n)).sum();
    let (in_a, in_b): (f64, f64) =
        (of_a.values().map(|n| pairs(*n)).sum(), of_b.values().map(|n| pairs(*n)).sum());
    let expected = if all > 0.0 { in_a * in_b / all } else { 0.0 };
    let most = f64::midpoint(in_a, in_b);
    if most - expected == 0.0 { 1.0 } else { (together - expected) / (most - expected) }
}

#[cfg(test)]
mod tests {
    use super::adjusted_rand;

    #[test]
    fn partitions_worked_out_by_hand() {
        assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[5, 5, 2, 2]), 1.0);
        // Pairs together: 0 of 6; expected 2 · 2 / 6, at most 2.
        let crossed = adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]);
        assert!((crossed - (0.0 - 2.0 / 3.0) / (2.0 - 2.0 / 3.0)).abs() < 1e-12);
        // scikit-learn 1.7.2: adjusted_rand_score([0, 0, 1, 2], [0, 0, 1, 1]) = 0.5714285714285715.
        assert!((adjusted_rand(&[0, 0, 1, 2], &[0, 0, 1, 1]) - 0.571_428_571_428_571_5).abs() < 1e-12);
        assert_eq!(adjusted_rand(&[0, 0], &[0, 0]), 1.0);
        assert_eq!(adjusted_rand(&[], &[]), 1.0);
    }
}
