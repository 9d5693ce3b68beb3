//! Stochastic gradient descent for multinomial logistic regression on messages, with dropout of words and grams.
//!
//! ```text
//! minimise  Σ_m v_m E[ -Σ_c q_mc ln softmax(b + Σ_f x_mf W_f)[c] ]  +  l2/2 · |W|²        E over what is left out
//! ```
//!
//! | symbol | shape                     | unit                                                                                       |
//! |--------|---------------------------|--------------------------------------------------------------------------------------------|
//! | `W`    | `[n_rows, n_classes]`     | logit per unit of x                                                                        |
//! | `b`    | `[n_classes]`             | logit, stored after `W`                                                                    |
//! | `x`    | `[n_messages, n_rows]`    | `count · u / sqrt(Σ count · d²)` over grams not dropped; unselected grams count in the sum |
//! | `q`    | `[n_messages, n_classes]` | soft label: probability of each class; for a labelled message 1 for its class              |
//! | `v`    | `[n_messages]`            | weight                                                                                     |
//!
//! A step uses one message. Each of its words or glyphs is dropped with probability 0.2, with all grams that cover it; then each
//! remaining gram is dropped with probability 0.2. The rest is normalised like a shorter message in the page. So no weight can
//! rely on a co-occurring gram: a shopper may say the same in fewer or other words.
//!
//! Margin: in each step the logit of the right class is reduced by `½ ln n_classes`, so it must exceed the others by that much,
//! which grows with the number of classes. In five-fold cross-validation on BANKING77's training file that adds 0.2 points of
//! accuracy at the same calibrated loss; twice the margin adds no more and increases the loss.
//!
//! [`Descent::fit`] is the mean of two descents with different seeds: the mean of linear models is a linear model, and random
//! variation partly cancels out.
//!
//! Invariants
//! - Results are bit-identical for any number of threads: steps are sequential, from one seed, and sums run over messages in order.
//! - Weights stay finite: a step is divided by the squared norm of the message when that is above 1.
//!
//! # Source
//!
//! Iyyer, Manjunatha, Boyd-Graber and Daumé, *Deep unordered composition rivals syntactic methods for text classification*
//! (2015), section 2.2, for leaving out words; Wager, Wang and Liang, *Dropout training as adaptive regularization* (2013), for
//! the effect of dropout on a linear model; Shalev-Shwartz, Singer, Srebro and Cotter, *Pegasos* (2011), for the penalty as one
//! factor on all weights; Wang, Cheng, Liu and Liu, *Additive margin softmax for face verification* (2018), for the margin;
//! Breiman, *Bagging predictors* (1996), for the mean. Deviations: the rate falls linearly to 0, and is divided by `|x|²` when
//! that is above 1; the averaged descents differ in their dropout and order, not in their messages.

use super::corpus::{Corpus, Occurrence};
use super::{Lesson, UNKNOWN};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Probability that a word is dropped in a step.
const WORDS_OUT: f32 = 0.2;
/// Probability that a gram is dropped whose words are kept.
const GRAMS_OUT: f32 = 0.2;
/// Mean share of the unselected grams that is kept.
const UNKNOWN_IN: f32 = (1.0 - WORDS_OUT) * (1.0 - GRAMS_OUT);
/// Learning rate of the first step of a fit, in logits per unit of error at `|x| = 1`.
const RATE: f32 = 2.5;
/// Learning rate of the first step of a refit, which starts close to the optimum.
const REFIT_RATE: f32 = 0.75;
/// Factor on the learning rate for the bias, which takes part in every message.
const BIAS_RATE: f32 = 0.1;
/// Least factor by which the penalty of one step shrinks the weights; reached only with few messages.
const LEAST_SHRINK: f32 = 0.5;
/// When the common factor of all weights falls below this, it is multiplied into them.
const LEAST_SIZE: f32 = 1e-3;
/// Seeds of the averaged descents.
const SEEDS: [u64; 2] = [77, 1_077];
/// Seed of a refit.
const REFIT_SEED: u64 = SEEDS[0];
/// The margin of the right class, as a share of `ln n_classes`.
const MARGIN: f32 = 0.5;

/// One classification problem.
pub(super) struct Descent<'c> {
    pub(super) corpus: &'c Corpus,
    pub(super) lesson: Lesson<'c>,
    pub(super) n_classes: usize,
    pub(super) l2: f32,
    /// Whether weights of 0 stay 0.
    pub(super) pruned: bool,
}

/// One message in a step, and buffers for it.
#[derive(Default)]
struct Step {
    /// Whether each token is dropped.
    out: Vec<bool>,
    /// The input `(row, x)`, each row once.
    x: Vec<(usize, f32)>,
    logits: Vec<f32>,
}

impl Descent<'_> {
    /// Weights after `n_passes` over all messages: `[(n_rows + 1) * n_classes]`, the last row being the bias.
    pub(super) fn fit(&self, n_passes: usize) -> Vec<f32> {
        let run = |seed: &u64| {
            let mut w = vec![0.0; (self.corpus.buckets.len() + 1) * self.n_classes];
            self.run(&mut w, n_passes, RATE, *seed);
            w
        };
        let mut runs = SEEDS.par_iter().map(run).collect::<Vec<_>>().into_iter();
        let mut mean = runs.next().unwrap_or_default();
        for run in runs {
            mean.iter_mut().zip(&run).for_each(|(sum, w)| *sum += w);
        }
        mean.iter_mut().for_each(|w| *w /= SEEDS.len() as f32);
        mean
    }

    /// Refits weights of which some were pruned.
    pub(super) fn refit(&self, w: &mut [f32], n_passes: usize) {
        self.run(w, n_passes, REFIT_RATE, REFIT_SEED);
    }

    /// Updates `w` in `n_passes` over all messages, starting at the learning rate `first_rate`.
    fn run(&self, w: &mut [f32], n_passes: usize, first_rate: f32, seed: u64) {
        let c = self.n_classes;
        let (weights, bias) = w.split_at_mut(self.corpus.buckets.len() * c);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..self.corpus.len()).collect();
        let n_steps = (n_passes * order.len()) as f32;
        let l2 = self.l2 / order.len() as f32;
        let margin = MARGIN * (c as f32).ln();
        let (mut step, mut n_done, mut size) = (Step::default(), 0_usize, 1.0_f32); // W is `size · weights`
        for _ in 0..n_passes {
            order.shuffle(&mut rng);
            for &m in &order {
                let rate = first_rate * (1.0 - n_done as f32 / n_steps);
                n_done += 1;
                let square = step.thin(self.corpus, m, &mut rng);
                if step.x.is_empty() {
                    continue;
                }
                step.score(weights, size, bias);
                step.learn(&self.lesson, m, margin);
                size *= (1.0 - rate * l2).max(LEAST_SHRINK);
                let length = rate * self.lesson.weight(m) / square.max(1.0);
                for &(row, x) in &step.x {
                    let (to, factor) = (&mut weights[row * c..(row + 1) * c], -length * x / size);
                    if self.pruned {
                        add_where_not_0(to, factor, &step.logits);
                    } else {
                        add_scaled(to, factor, &step.logits);
                    }
                }
                add_scaled(bias, -length * BIAS_RATE, &step.logits);
                if size < LEAST_SIZE {
                    weights.iter_mut().for_each(|w| *w *= size);
                    size = 1.0;
                }
            }
        }
        weights.iter_mut().for_each(|w| *w *= size);
    }

    /// The loss summed over whole messages (without dropout), plus the penalty.
    pub(super) fn loss(&self, w: &[f32]) -> f64 {
        let (weights, bias) = w.split_at(self.corpus.buckets.len() * self.n_classes);
        let of = |step: &mut Step, m: usize| {
            step.whole(self.corpus, m);
            step.score(weights, 1.0, bias);
            f64::from(self.lesson.weight(m)) * step.learn(&self.lesson, m, 0.0)
        };
        let losses: Vec<f64> = (0..self.corpus.len()).into_par_iter().map_init(Step::default, of).collect();
        let square: f64 = weights.iter().map(|&w| f64::from(w) * f64::from(w)).sum();
        losses.iter().sum::<f64>() + 0.5 * f64::from(self.l2) * square
    }
}

impl Step {
    /// Reads message `m` with dropout; returns `|x|²`.
    fn thin(&mut self, corpus: &Corpus, m: usize, rng: &mut ChaCha8Rng) -> f32 {
        let n_tokens = corpus.message(m).iter().map(|one| usize::from(one.last) + 1).max().unwrap_or(0);
        self.out.clear();
        self.out.extend((0..n_tokens).map(|_| rng.random::<f32>() < WORDS_OUT));
        let Self { out, x, .. } = self;
        let stays = |one: &Occurrence| {
            let gone = out[usize::from(one.first)..=usize::from(one.last)].contains(&true);
            !gone && rng.random::<f32>() >= GRAMS_OUT
        };
        read(x, corpus, m, UNKNOWN_IN, stays)
    }

    fn whole(&mut self, corpus: &Corpus, m: usize) {
        read(&mut self.x, corpus, m, 1.0, |_| true);
    }

    /// Turns logits into `softmax - q`, after reducing the logits of the true classes of message `m` by `margin`; returns the loss.
    fn learn(&mut self, lesson: &Lesson<'_>, m: usize, margin: f32) -> f64 {
        match lesson.shares(m, self.logits.len()) {
            None => {
                self.logits[lesson.labels[m]] -= margin;
                residual(&mut self.logits, |class| if class == lesson.labels[m] { 1.0 } else { 0.0 })
            }
            Some(q) => {
                self.logits.iter_mut().zip(q).for_each(|(z, q)| *z -= margin * q);
                residual(&mut self.logits, |class| q[class])
            }
        }
    }

    /// `b + Σ x W` into `logits`.
    fn score(&mut self, weights: &[f32], size: f32, bias: &[f32]) {
        let c = bias.len();
        self.logits.clear();
        self.logits.extend_from_slice(bias);
        for &(row, x) in &self.x {
            add_scaled(&mut self.logits, x * size, &weights[row * c..(row + 1) * c]);
        }
    }
}

/// Writes to `x` the occurrences of message `m` that are kept, and returns `|x|²`.
fn read(
    x: &mut Vec<(usize, f32)>,
    corpus: &Corpus,
    m: usize,
    unknown_in: f32,
    mut stays: impl FnMut(&Occurrence) -> bool,
) -> f32 {
    x.clear();
    let mut norm2 = f32::from(UNKNOWN).powi(2) * corpus.n_unknown(m) as f32 * unknown_in;
    for one in corpus.message(m).iter().filter(|one| stays(one)) {
        let row = one.row as usize;
        norm2 += f32::from(corpus.idf[row]) * f32::from(corpus.idf[row]);
        match x.last_mut() {
            Some(last) if last.0 == row => last.1 += corpus.reach[row],
            _ => x.push((row, corpus.reach[row])),
        }
    }
    let norm = norm2.sqrt().max(f32::MIN_POSITIVE);
    x.iter_mut().for_each(|cell| cell.1 /= norm);
    x.iter().map(|cell| cell.1 * cell.1).sum()
}

/// Turns logits into `softmax - q`; returns the cross-entropy.
fn residual(logits: &mut [f32], q: impl Fn(usize) -> f32) -> f64 {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let meant: f64 = logits.iter().enumerate().map(|(class, z)| f64::from(q(class) * (z - top))).sum();
    logits.iter_mut().for_each(|z| *z = (*z - top).exp());
    let sum: f32 = logits.iter().sum();
    for (class, z) in logits.iter_mut().enumerate() {
        *z = *z / sum - q(class);
    }
    f64::from(sum).ln() - meant
}

fn add_scaled(to: &mut [f32], factor: f32, from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

fn add_where_not_0(to: &mut [f32], factor: f32, from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += if *to == 0.0 { 0.0 } else { factor * from });
}
