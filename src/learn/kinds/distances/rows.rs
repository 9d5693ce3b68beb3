//! Checks of rows, and distances between them: shared by `margin`, `neighbours` and `clusters`.
//!
//! Invariants
//! - `lanes` sums in eight fixed lanes, so that a distance is bit-identical on every processor and thread.
//!
//! Not here: the fits.

use crate::kinds::{Dense, Target};
use anyhow::{Result, bail, ensure};
use ndarray::{Array2, ArrayView2};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Number of columns after which [`square_within`] compares the sum with its limit.
const PART: usize = 16;

/// Copies `x` row-major; fails when there are no rows or columns, or a value is not finite.
pub(in crate::kinds) fn finite(x: &ArrayView2<'_, f32>) -> Result<Array2<f32>> {
    ensure!(x.nrows() > 0, "there are no rows to train on; check the split and the cleaning before it");
    ensure!(x.ncols() > 0, "there are no columns to train on; give the model at least one input");
    if let Some(((row, column), x)) = x.indexed_iter().find(|(_, x)| !x.is_finite()) {
        bail!(
            "row {}, column {} holds {x}; encode missing values and clip infinities before fitting",
            row + 1,
            column + 1
        );
    }
    Ok(x.as_standard_layout().into_owned())
}

/// The class of each row, and the number of classes.
///
/// # Errors
///
/// Fails for numbers instead of classes, fewer than 2 classes, a class out of range or without rows, lengths that do not match,
/// or a weight that is not positive and finite.
pub(in crate::kinds) fn classes<'a>(rows: &Dense<'a>) -> Result<(&'a [u32], usize)> {
    let Target::Classes { ids, n } = rows.y else {
        bail!(
            "the target is a number, and this model predicts classes; choose a regression, or divide the target into classes"
        );
    };
    ensure!(n >= 2, "the label has {n} classes; a classifier needs at least 2");
    ensure!(ids.len() == rows.x.nrows(), "{} rows for {} labels", rows.x.nrows(), ids.len());
    check_weights(rows)?;
    let mut n_of_class = vec![0_usize; n];
    for &class in ids {
        match n_of_class.get_mut(class as usize) {
            Some(count) => *count += 1,
            None => bail!("class {class} is not below {n}"),
        }
    }
    if let Some(class) = n_of_class.iter().position(|&count| count == 0) {
        bail!("class {class} has no training rows; split so that every class has some, or leave it out");
    }
    Ok((ids, n))
}

/// Fails unless there is one weight per row and every weight is positive and finite.
pub(in crate::kinds) fn check_weights(rows: &Dense<'_>) -> Result<()> {
    let Some(weights) = rows.weights else { return Ok(()) };
    ensure!(weights.len() == rows.x.nrows(), "{} rows for {} weights", rows.x.nrows(), weights.len());
    if let Some(row) = weights.iter().position(|&w| !(w > 0.0 && w.is_finite())) {
        bail!("row {} weighs {}; weights must be positive and finite", row + 1, weights[row]);
    }
    Ok(())
}

/// A stratified random sample of `n` rows, ascending: every class has its share, rounded down but at least 1; the remaining rows
/// are drawn from all classes.
pub(in crate::kinds) fn stratified_sample(ids: &[u32], n_classes: usize, n: usize, seed: u64) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.shuffle(&mut rng);
    let mut n_of_class = vec![0_usize; n_classes];
    ids.iter().for_each(|&class| n_of_class[class as usize] += 1);
    let mut room: Vec<usize> = n_of_class.iter().map(|&count| (count * n / ids.len()).max(1)).collect();
    let mut spare = n.saturating_sub(room.iter().sum());
    let mut taken: Vec<usize> = Vec::with_capacity(n);
    let mut left = Vec::new();
    for row in order {
        let room = &mut room[ids[row] as usize];
        if *room > 0 {
            *room -= 1;
            taken.push(row);
        } else {
            left.push(row);
        }
    }
    for row in left {
        if spare == 0 {
            break;
        }
        spare -= 1;
        taken.push(row);
    }
    taken.sort_unstable();
    taken
}

/// Row `i` of a row-major matrix.
pub(in crate::kinds) fn row(x: &Array2<f32>, i: usize) -> &[f32] {
    let p = x.ncols();
    x.as_slice().and_then(|cells| cells.get(i * p..(i + 1) * p)).unwrap_or(&[])
}

/// `Σ a·b`.
pub(in crate::kinds) fn dot(a: &[f32], b: &[f32]) -> f32 {
    lanes(a, b, |a, b| a * b)
}

/// `Σ (a − b)²`.
pub(in crate::kinds) fn square(a: &[f32], b: &[f32]) -> f32 {
    lanes(a, b, |a, b| (a - b) * (a - b))
}

/// `Σ (a − b)²` if it is at most `limit`, else `None`. Stops early, since most distant rows exceed the limit within their first columns.
pub(in crate::kinds) fn square_within(a: &[f32], b: &[f32], limit: f32) -> Option<f32> {
    let parts = a.chunks(PART).zip(b.chunks(PART));
    let mut sum = 0.0;
    for (a, b) in parts {
        sum += square(a, b);
        if sum > limit {
            return None;
        }
    }
    Some(sum)
}

/// Sum of `term` over pairs, in eight fixed lanes.
#[inline(always)]
fn lanes(a: &[f32], b: &[f32], term: impl Fn(f32, f32) -> f32) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a_blocks, a_rest) = a.as_chunks::<8>();
    let (b_blocks, b_rest) = b.as_chunks::<8>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..8 {
            sums[lane] += term(a[lane], b[lane]);
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(&a, &b)| term(a, b)).sum();
    let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
    ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_lanes_are_the_sums() {
        let a: Vec<f32> = (0..19_i16).map(f32::from).collect();
        let b: Vec<f32> = (0..19_i16).map(|i| f32::from(i * i % 7)).collect();
        let naive = |term: fn(f32, f32) -> f32| a.iter().zip(&b).map(|(&a, &b)| term(a, b)).sum::<f32>();
        assert_eq!(dot(&a, &b), naive(|a, b| a * b)); // whole numbers: exact in any order
        assert_eq!(square(&a, &b), naive(|a, b| (a - b) * (a - b)));
        let whole = naive(|a, b| (a - b) * (a - b));
        assert_eq!(square_within(&a, &b, whole), Some(whole));
        assert_eq!(square_within(&a, &b, whole - 1.0), None);
    }

    #[test]
    fn a_sample_keeps_shares_and_the_rarest_class() {
        let ids: Vec<u32> = (0..1000).map(|i| if i == 7 { 2 } else { u32::from(i % 4 == 0) }).collect();
        let sample = stratified_sample(&ids, 3, 100, 5);
        assert_eq!(sample.len(), 100);
        assert!(sample.is_sorted() && sample.windows(2).all(|pair| pair[0] < pair[1]) && sample.contains(&7));
        let ones = sample.iter().filter(|&&i| ids[i] == 1).count();
        assert!((25..=27).contains(&ones), "{ones}");
        assert_eq!(sample, stratified_sample(&ids, 3, 100, 5));
    }
}
