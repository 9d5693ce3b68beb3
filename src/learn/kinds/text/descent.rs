//! Descent: multinomial logistic regression over messages with words left out.
//!
//! ```text
//! minimise  Σ_m v_m E[ -Σ_c q_mc ln softmax(b + Σ_f x_mf W_f)[c] ]  +  l2/2 · |W|²        E over what is left out
//! ```
//!
//! | symbol | shape                 | unit                                                                 |
//! |--------|-----------------------|----------------------------------------------------------------------|
//! | `W`    | `[n_rows, n_classes]` | logit per unit of x                                                  |
//! | `b`    | `[n_classes]`         | logit, behind `W`                                                    |
//! | `x`    | `[n_messages, n_rows]`| `count · u`, divided by `sqrt(Σ count · d²)`, over what is not left out; grams that are no rows count in the sum, too |
//! | `q`    | `[n_messages, n_classes]` | share of each class in what the message is taken for; of a labelled message 1 for its class |
//! | `v`    | `[n_messages]`        | weight                                                               |
//!
//! A step is one message: each of its words or glyphs goes with one chance in five, and all grams that cover it go along;
//! then each gram left goes with one in five. What is left has a norm of its own, as a shorter message in the page has. So
//! no weight can lean on a neighbour that will not always be there: a shopper says the same in fewer and in other words.
//!
//! The right class takes its step with `½ ln n_classes` less than its logit: it has to win by that much before a message is left
//! alone, and by more the more others there are. In five-fold cross-validation on BANKING77's training file that is worth .2 points
//! of accuracy at the same calibrated loss; twice the margin is worth no more and costs loss.
//!
//! [`Descent::fit`] is the mean of two descents whose chances differ: the mean of linear models is a linear model, and what only
//! chance taught cancels out.
//!
//! Invariants
//! - The same bits for any number of threads: the steps are one after another, from one seed; a sum is over messages in order.
//! - Weights stay finite: a step is no longer than the message allows, whatever it repeats.
//!
//! # Source
//!
//! Iyyer, Manjunatha, Boyd-Graber and Daumé, *Deep unordered composition rivals syntactic methods for text classification*
//! (2015), section 2.2, for leaving out words; Wager, Wang and Liang, *Dropout training as adaptive regularization* (2013),
//! for what leaving out features does to a linear model; Shalev-Shwartz, Singer, Srebro and Cotter, *Pegasos* (2011), for
//! the penalty as one factor on all weights; Wang, Cheng, Liu and Liu, *Additive margin softmax for face verification*
//! (2018), for the margin; Breiman, *Bagging predictors* (1996), for the mean. Deviations: the rate falls in a straight line to
//! 0, and is divided by `|x|²` where that is above 1; descents differ in what they leave out, not in their messages.

use super::corpus::{Corpus, Occurrence};
use super::{Lesson, UNKNOWN};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Chance that a word is left out of a step.
const WORDS_OUT: f32 = 0.2;
/// Chance that a gram is, whose words are there.
const GRAMS_OUT: f32 = 0.2;
/// What is left of grams that are no rows, on average.
const UNKNOWN_IN: f32 = (1.0 - WORDS_OUT) * (1.0 - GRAMS_OUT);
/// The first step of a fit, in logits per unit of error at `|x| = 1`.
const RATE: f32 = 2.5;
/// That of a refit, which starts close to its end.
const REFIT_RATE: f32 = 0.75;
/// The bias's part of it: the bias is in every message.
const BIAS_RATE: f32 = 0.1;
/// What is left of the weights after the penalty of one step, at least; met where messages are few.
const LEAST_SHRINK: f32 = 0.5;
/// Below this, the common factor of all weights is worked into them.
const LEAST_SIZE: f32 = 1e-3;
/// Where the steps' chances come from, a descent each.
const SEEDS: [u64; 2] = [77, 1_077];
/// Where those of a refit do.
const REFIT_SEED: u64 = SEEDS[0];
/// The part of `ln n_classes` that the right class has to win by.
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

/// One message of a step.
#[derive(Default)]
struct Step {
    /// Of each token whether it is left out.
    out: Vec<bool>,
    /// `(row, x)`, each row once.
    x: Vec<(usize, f32)>,
    logits: Vec<f32>,
}

impl Descent<'_> {
    /// Weights for all messages, after `n_passes` over them: `[(n_rows + 1) * n_classes]`, the last row being the bias.
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

    /// Improves the weights of a fit that lost some of them.
    pub(super) fn refit(&self, w: &mut [f32], n_passes: usize) {
        self.run(w, n_passes, REFIT_RATE, REFIT_SEED);
    }

    /// Improves `w` in `n_passes` over all messages, the first step being of `first_rate`.
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

    /// The sum over whole messages, and the penalty.
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
    /// Reads what chance leaves of message `m`; returns `|x|²`.
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

    /// Turns logits into `softmax - q`, the classes of message `m` being held back by `margin`; returns the loss.
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

/// Writes the `x` of those occurrences of message `m` that stay, and returns `|x|²`.
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
