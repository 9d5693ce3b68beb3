//! Bootstrap: confidence intervals for metrics without a closed-form interval, by resampling the rows with replacement.
//!
//! | symbol | shape      | unit                                                    |
//! |--------|------------|---------------------------------------------------------|
//! | `m`    | `[n_rows]` | how often each row is drawn; the counts sum to `n_rows` |
//! | `B`    | scalar     | number of resamples                                     |
//!
//! Invariants
//! - Resample `b` draws from stream `b` of the seed, so the interval does not depend on the number of threads.
//!
//! Not here: closed-form intervals of shares and means (`interval`).

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::{Interval, argmax};

/// How to resample.
#[derive(Clone, Copy, Debug)]
pub struct Resampling {
    /// Number of resamples, `B`. 1,000 is usual; below 40 the ends of the interval mean little.
    pub resamples: u32,
    /// Seed of the random draws.
    pub seed: u64,
}

/// Percentile bootstrap interval (95 %) of a statistic: the 2.5th and 97.5th percentiles over the resamples, widened to contain
/// the statistic itself. `None` when the statistic has no finite value on the original rows, or has none on any resample.
///
/// - `statistic`: maps the count of each row, `[n_rows]`, to the value; `None` where it is undefined (an AUC of one class).
///
/// Cost: `B` evaluations of the statistic, on all cores.
///
/// # Source
///
/// Efron & Tibshirani, *An Introduction to the Bootstrap* (1993), section 13.3; percentiles interpolated as by Hyndman & Fan,
/// *Sample Quantiles in Statistical Packages* (1996), definition 7.
pub fn bootstrap(
    n_rows: usize,
    how: Resampling,
    statistic: impl Fn(&[u32]) -> Option<f64> + Sync,
) -> Option<Interval> {
    bootstrap_all(n_rows, how, |times| vec![statistic(times)]).pop().flatten()
}

/// Bootstrap intervals of several statistics computed on the same resamples, each as by [`bootstrap`]. The difference of two
/// metrics can be passed as a statistic too: computed per resample (paired), its interval is far narrower than a comparison of
/// the two separate intervals would suggest.
///
/// - `statistics`: as in [`bootstrap`]; always returns the same number of values.
///
/// Cost: `B` evaluations of all statistics, on all cores.
pub fn bootstrap_all(
    n_rows: usize,
    how: Resampling,
    statistics: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<Interval>> {
    let draw = |b: u32| {
        let mut rng = ChaCha8Rng::seed_from_u64(how.seed);
        rng.set_stream(u64::from(b));
        let mut times = vec![0_u32; n_rows];
        for _ in 0..n_rows {
            times[rng.random_range(0..n_rows)] += 1;
        }
        statistics(&times)
    };
    let drawn: Vec<Vec<Option<f64>>> = (0..how.resamples).into_par_iter().map(draw).collect();
    let interval = |(at, value): (usize, Option<f64>)| {
        let value = value.filter(|v| v.is_finite())?;
        let figures = drawn.iter().filter_map(|figures| figures.get(at).copied().flatten());
        let mut sorted: Vec<f64> = figures.filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let low = percentile(&sorted, 0.025)?;
        let high = percentile(&sorted, 0.975)?;
        Some(Interval { value, low: low.min(value), high: high.max(value) })
    };
    statistics(&vec![1; n_rows]).into_iter().enumerate().map(interval).collect()
}

/// Bootstrap interval of the mean of a per-row value, such as the row's loss or whether its prediction is right.
///
/// - `values`: `[n_rows]`, finite.
pub fn bootstrap_mean(values: &[f64], how: Resampling) -> Option<Interval> {
    let n = values.len() as f64;
    bootstrap(values.len(), how, |times| {
        let sum: f64 = values.iter().zip(times).map(|(value, &m)| value * f64::from(m)).sum();
        (n > 0.0).then_some(sum / n)
    })
}

/// Log loss in nats per row, with its bootstrap interval; the same value as [`super::log_loss`].
///
/// - `y`: `[n_rows]`, below `n_classes`. `p`: `[n_rows, n_classes]`, row-major.
pub fn log_loss_interval(y: &[u32], p: &[f32], n_classes: usize, how: Resampling) -> Option<Interval> {
    let rows = y.iter().zip(p.chunks_exact(n_classes.max(1)));
    let losses: Vec<f64> = rows.map(|(class, row)| super::log_loss(&[*class], row, n_classes)).collect();
    bootstrap_mean(&losses, how)
}

/// Accuracy with its bootstrap interval. Shapes as in [`log_loss_interval`].
pub fn accuracy_interval(y: &[u32], p: &[f32], n_classes: usize, how: Resampling) -> Option<Interval> {
    let rows = y.iter().zip(p.chunks_exact(n_classes.max(1)));
    let right: Vec<f64> =
        rows.map(|(&class, row)| f64::from(u8::from(argmax(row) == class as usize))).collect();
    bootstrap_mean(&right, how)
}

/// AUC with its bootstrap interval; the same value as [`super::auc`]. `None` unless both classes occur.
///
/// - `positive`, `scores`: `[n_rows]`. Sorted once, so a resample costs `O(n)`.
pub fn auc_interval(positive: &[bool], scores: &[f32], how: Resampling) -> Option<Interval> {
    let n = positive.len().min(scores.len());
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    bootstrap(n, how, |times| weighted_auc(&order, positive, scores, times))
}

/// AUC with row weights: the probability that a positive scores above a negative, each row counted `times` times.
fn weighted_auc(order: &[usize], positive: &[bool], scores: &[f32], times: &[u32]) -> Option<f64> {
    let (mut positives, mut negatives, mut in_order) = (0.0, 0.0, 0.0);
    for tie in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let (mut up, mut down) = (0.0, 0.0);
        for &row in tie {
            let weight = f64::from(times[row]);
            if positive[row] { up += weight } else { down += weight }
        }
        in_order += up * (negatives + 0.5 * down);
        positives += up;
        negatives += down;
    }
    let pairs: f64 = positives * negatives;
    (pairs > 0.0).then(|| in_order / pairs)
}

/// The quantile of rank `share` of sorted values, linearly interpolated. `None` when there are no values.
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let below = *sorted.get(at.floor() as usize)?;
    let above = *sorted.get(at.ceil() as usize)?;
    Some(below + (at - at.floor()) * (above - below))
}
