//! Losses of boosting, with their gradients and hessians.
//!
//! | target  | outputs     | loss of a row                  | gradient           | hessian                        |
//! |---------|-------------|--------------------------------|--------------------|--------------------------------|
//! | chance  | 1 logit     | `-y ln p - (1 - y) ln (1 - p)` | `p - y`            | `p (1 - p)`                    |
//! | classes | `k` logits  | `-ln p[y]`                     | `p[c] - (y == c)`  | `p[c] (1 - p[c]) * k / (k - 1)` |
//! | number  | 1 value     | `(s - y)² / 2`                 | `s - y`            | `1`                            |
//!
//! Loss, gradient and hessian are multiplied by the weight of the row.
//!
//! # Source
//!
//! Friedman, *Greedy Function Approximation* (2001), for the losses; the factor of the softmax hessian is LightGBM's and corrects
//! for updating one output at a time.
use super::Target;
use rayon::prelude::*;

/// Gradient and hessian of a row.
pub(super) type Slope = [f32; 2];

/// Number of rows per task; a constant, so that sums have a fixed order whatever the number of threads.
const CHUNK: usize = 1_024;
/// Least share of a class when starting logits are computed, for classes without rows.
const RARE: f64 = 1e-6;
/// When the product of arguments of logarithms exceeds this, its logarithm is added to the loss; far below the largest float.
const LARGE: f64 = 1e200;
/// Smallest hessian, against division by zero for rows with probability 0 or 1.
const FLAT: f64 = 1e-16;

/// Mean losses, in nats (for a number half the mean squared error).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Losses {
    pub(super) train: f64,
    pub(super) valid: f64,
}

/// Sum of the losses of some rows.
#[derive(Clone, Copy)]
struct Sum {
    loss: f64,
    weight: f64,
    /// The product whose logarithm is added at the end: one logarithm instead of many.
    product: f64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { loss: 0.0, weight: 0.0, product: 1.0 }
    }
}

impl Sum {
    /// Adds `weight · ln x`, where `x` is 1 to 65,536. `None` means a weight of 1.
    fn add_log(&mut self, x: f64, weight: Option<f64>) {
        if let Some(weight) = weight {
            self.loss += weight * x.ln();
            return;
        }
        self.product *= x;
        if self.product > LARGE {
            self.loss += self.product.ln();
            self.product = 1.0;
        }
    }
}

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

    /// The starting score of each output: the constant with the least loss.
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

    /// Weighted mean loss of the training and of the validation rows; 0 without rows. If `slopes` is given, writes gradient and
    /// hessian of every row to it: `[n_rows, n_outputs]`, like `scores`.
    pub(super) fn judge(&self, scores: &[f64], is_valid: &[bool], slopes: Option<&mut [Slope]>) -> Losses {
        let k = self.n_outputs();
        let size = CHUNK * k;
        let scores = scores.par_chunks(size).enumerate();
        let parts: Vec<[[f64; 2]; 2]> = match slopes {
            Some(slopes) => (scores.zip(slopes.par_chunks_mut(size)))
                .map(|((chunk, scores), slopes)| {
                    self.judge_chunk(CHUNK * chunk, scores, is_valid, Some(slopes))
                })
                .collect(),
            None => scores
                .map(|(chunk, scores)| self.judge_chunk(CHUNK * chunk, scores, is_valid, None))
                .collect(),
        };
        let mean = |side: usize| {
            let [loss, weight] = parts
                .iter()
                .fold([0.0; 2], |[loss, weight], part| [loss + part[side][0], weight + part[side][1]]);
            if weight > 0.0 { loss / weight } else { 0.0 }
        };
        Losses { train: mean(0), valid: mean(1) }
    }

    /// Loss and weight of the training rows and of the validation rows in a chunk that starts at `first`.
    fn judge_chunk(
        &self,
        first: usize,
        scores: &[f64],
        is_valid: &[bool],
        mut slopes: Option<&mut [Slope]>,
    ) -> [[f64; 2]; 2] {
        let k = self.n_outputs();
        let factor = if k > 1 { k as f64 / (k as f64 - 1.0) } else { 1.0 };
        let mut sums = [Sum::default(); 2];
        let mut powers = vec![0.0; k];
        for (at, score) in scores.chunks_exact(k).enumerate() {
            let row = first + at;
            let weight = self.weight(row);
            let mut slope = |output: usize, gradient: f64, hessian: f64| {
                if let Some(slopes) = &mut slopes {
                    slopes[at * k + output] =
                        [(weight * gradient) as f32, (weight * hessian.max(FLAT)) as f32];
                }
            };
            let sum = &mut sums[usize::from(is_valid[row])];
            sum.weight += weight;
            match self.target {
                Target::Chance(y) => {
                    let (y, s) = (f64::from(y[row]), score[0]);
                    let small = (-s.abs()).exp();
                    let p = if s >= 0.0 { 1.0 } else { small } / (1.0 + small);
                    slope(0, p - y, p * (1.0 - p));
                    sum.loss += weight * (s.max(0.0) - s * y);
                    sum.add_log(1.0 + small, self.weights.map(|_| weight));
                }
                Target::Classes { ids, .. } => {
                    let highest = score.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    powers.iter_mut().zip(score).for_each(|(power, score)| *power = (score - highest).exp());
                    let (class, total) = (usize::from(ids[row]), powers.iter().sum::<f64>());
                    for (output, power) in powers.iter().enumerate() {
                        let p = power / total;
                        slope(output, p - f64::from(u8::from(output == class)), factor * p * (1.0 - p));
                    }
                    sum.loss += weight * (highest - score[class]);
                    sum.add_log(total, self.weights.map(|_| weight));
                }
                Target::Number(y) => {
                    let gradient = score[0] - f64::from(y[row]);
                    slope(0, gradient, 1.0);
                    sum.loss += weight * gradient * gradient / 2.0;
                }
            }
        }
        sums.map(|sum| [sum.loss + sum.product.ln(), sum.weight])
    }

    /// Output of the model as the page shows it: a probability, or the number itself.
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
        let mut slopes = vec![[0.0; 2]; scores.len()];
        let found = loss.judge(&scores, &[false, false], Some(&mut slopes));
        assert!((found.train - mean).abs() < 1e-12 && found.valid == 0.0, "{found:?}");
        assert_eq!(loss.judge(&scores, &[true, true], None), Losses { train: 0.0, valid: found.train });
        let close = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(close(slopes[0][0], slope_of_row_0[0]) && close(slopes[0][1], slope_of_row_0[1]));
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
