//! Losses: what a round of trees makes smaller.
//!
//! | target  | outputs     | loss of a row                  | gradient           | hessian                        |
//! |---------|-------------|--------------------------------|--------------------|--------------------------------|
//! | chance  | 1 logit     | `-y ln p - (1 - y) ln (1 - p)` | `p - y`            | `p (1 - p)`                    |
//! | classes | `k` logits  | `-ln p[y]`                     | `p[c] - (y == c)`  | `p[c] (1 - p[c]) * k / (k - 1)` |
//! | number  | 1 value     | `(s - y)² / 2`                 | `s - y`            | `1`                            |
//!
//! Each times the weight of the row.
//!
//! # Source
//!
//! Friedman, *Greedy Function Approximation* (2001), for the losses; the factor of the softmax hessian is LightGBM's and
//! corrects for the outputs being moved one at a time.
use super::Target;
use rayon::prelude::*;

/// Gradient and hessian of a row.
pub(super) type Slope = [f32; 2];

/// Rows that one task handles; a constant, so that sums have one order whatever the number of threads.
const CHUNK: usize = 4_096;
/// Bound of a probability inside a logarithm.
const TINY: f64 = 1e-12;
/// Bound of a share before it becomes a starting logit: a class that no row has.
const RARE: f64 = 1e-6;
/// Smallest hessian, against division by zero once a row is certain.
const FLAT: f64 = 1e-16;

/// A target and the weight of each row.
#[derive(Clone, Copy)]
pub(super) struct Loss<'a> {
    pub(super) target: Target<'a>,
    pub(super) weights: Option<&'a [f32]>,
}

impl Loss<'_> {
    pub(super) fn n_outputs(&self) -> usize {
        if let Target::Classes { n, .. } = self.target { usize::from(n) } else { 1 }
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| f64::from(weights[row]))
    }

    /// The constant score of each output that fits the rows best.
    pub(super) fn start(&self, rows: &[u32]) -> Vec<f64> {
        let mut sums = vec![0.0; self.n_outputs()];
        let mut total = 0.0;
        for row in rows.iter().map(|row| *row as usize) {
            let weight = self.weight(row);
            total += weight;
            match self.target {
                Target::Chance(y) | Target::Number(y) => sums[0] += weight * f64::from(y[row]),
                Target::Classes { ids, .. } => sums[usize::from(ids[row])] += weight,
            }
        }
        let share = |sum: &f64| if total > 0.0 { sum / total } else { 0.5 };
        match self.target {
            Target::Number(_) => sums.iter().map(|sum| if total > 0.0 { sum / total } else { 0.0 }).collect(),
            Target::Chance(_) => sums.iter().map(|sum| logit(share(sum).clamp(RARE, 1.0 - RARE))).collect(),
            Target::Classes { .. } => sums.iter().map(|sum| share(sum).max(RARE).ln()).collect(),
        }
    }

    /// Writes the slope of every row in each output. `scores` is `[n_rows, n_outputs]`, `slopes` `[n_outputs][n_rows]`.
    pub(super) fn slopes(&self, scores: &[f64], slopes: &mut [Vec<Slope>]) {
        let k = slopes.len();
        let factor = if k > 1 { k as f64 / (k as f64 - 1.0) } else { 1.0 };
        let classes = matches!(self.target, Target::Classes { .. });
        let totals: Vec<f64> =
            if classes { scores.par_chunks(k).map(log_total).collect() } else { Vec::new() };
        for (output, slopes) in slopes.iter_mut().enumerate() {
            slopes.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, slopes)| {
                for (at, slope) in slopes.iter_mut().enumerate() {
                    let row = chunk * CHUNK + at;
                    let score = &scores[row * k..][..k];
                    let (gradient, hessian) = match self.target {
                        Target::Chance(y) => {
                            let p = sigmoid(score[0]);
                            (p - f64::from(y[row]), p * (1.0 - p))
                        }
                        Target::Classes { ids, .. } => {
                            let p = (score[output] - totals[row]).exp();
                            (p - f64::from(u8::from(usize::from(ids[row]) == output)), factor * p * (1.0 - p))
                        }
                        Target::Number(y) => (score[0] - f64::from(y[row]), 1.0),
                    };
                    let weight = self.weight(row);
                    *slope = [(weight * gradient) as f32, (weight * hessian.max(FLAT)) as f32];
                }
            });
        }
    }

    /// Mean loss of the rows, by weight; 0 when they have none.
    pub(super) fn mean(&self, scores: &[f64], rows: &[u32]) -> f64 {
        let k = self.n_outputs();
        let sums: Vec<(f64, f64)> = (rows.par_chunks(CHUNK))
            .map(|rows| {
                rows.iter().map(|row| *row as usize).fold((0.0, 0.0), |(loss, total), row| {
                    let weight = self.weight(row);
                    (loss + weight * self.of_row(row, &scores[row * k..][..k]), total + weight)
                })
            })
            .collect();
        let (loss, total) = sums.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        if total > 0.0 { loss / total } else { 0.0 }
    }

    fn of_row(&self, row: usize, score: &[f64]) -> f64 {
        match self.target {
            Target::Chance(y) => {
                let (y, p) = (f64::from(y[row]), sigmoid(score[0]).clamp(TINY, 1.0 - TINY));
                -y * p.ln() - (1.0 - y) * (1.0 - p).ln()
            }
            Target::Classes { ids, .. } => -softmax(score, usize::from(ids[row])).max(TINY).ln(),
            Target::Number(y) => (score[0] - f64::from(y[row])).powi(2) / 2.0,
        }
    }

    /// What the page shows of the scores: probabilities, or the number itself.
    pub(super) fn shown(&self, score: &[f64], output: usize) -> f64 {
        match self.target {
            Target::Chance(_) => sigmoid(score[output]),
            Target::Classes { .. } => softmax(score, output),
            Target::Number(_) => score[output],
        }
    }
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

fn sigmoid(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

/// `ln Σ exp(score)`.
fn log_total(scores: &[f64]) -> f64 {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    highest + scores.iter().map(|score| (score - highest).exp()).sum::<f64>().ln()
}

fn softmax(scores: &[f64], output: usize) -> f64 {
    (scores[output] - log_total(scores)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: Target<'_>, start: &[f64], mean: f64, slope_of_row_0: Slope) {
        let loss = Loss { target, weights: Some(&[1.0, 3.0]) };
        let found = loss.start(&[0, 1]);
        assert!(found.iter().zip(start).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} is not {start:?}");
        let scores: Vec<f64> = found.iter().chain(&found).copied().collect();
        assert!((loss.mean(&scores, &[0, 1]) - mean).abs() < 1e-12, "{}", loss.mean(&scores, &[0, 1]));
        let mut slopes = vec![vec![[0.0; 2]; 2]; found.len()];
        loss.slopes(&scores, &mut slopes);
        let close = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(close(slopes[0][0][0], slope_of_row_0[0]) && close(slopes[0][0][1], slope_of_row_0[1]));
    }

    #[test]
    fn a_chance_starts_at_the_log_odds() {
        let entropy = -(0.25 * 0.25_f64.ln() + 0.75 * 0.75_f64.ln());
        check(Target::Chance(&[0.0, 1.0]), &[3.0_f64.ln()], entropy, [0.75, 0.1875]);
    }

    #[test]
    fn classes_start_at_their_log_shares() {
        let entropy = -(0.25 * 0.25_f64.ln() + 0.75 * 0.75_f64.ln());
        let start = [0.25_f64.ln(), 0.75_f64.ln()];
        check(Target::Classes { ids: &[0, 1], n: 2 }, &start, entropy, [-0.75, 0.375]);
    }

    #[test]
    fn a_number_starts_at_the_mean() {
        check(Target::Number(&[4.0, 8.0]), &[7.0], (9.0 + 3.0) / 8.0, [3.0, 1.0]);
    }
}
