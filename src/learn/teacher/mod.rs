//! Teacher: semi-supervised class probabilities for many unlabelled messages, from a few labelled ones and the sentence
//! embeddings of all.
//!
//! | symbol | shape            | unit                                                                                    |
//! |--------|------------------|-----------------------------------------------------------------------------------------|
//! | `v`    | `[n, n_dims]`    | embeddings of all messages, centred and scaled to length 1                              |
//! | `A`    | `[n, n]`, sparse | similarity of two messages; 0 unless one is among the `NEIGHBOURS` nearest of the other |
//! | `F`    | `[n, n_classes]` | class probabilities by label spreading over `A`                                         |
//! | `P`    | `[n, n_classes]` | class probabilities by a logistic regression on `v`, fitted to the labelled messages    |
//! | `q`    | `[n, n_classes]` | `F^0.9 · P^0.6`, scaled so that rows sum to 1: the soft labels a student learns         |
//!
//! `F` and `P` complement each other: labels spread along chains of similar messages, and a linear boundary separates classes. On
//! BANKING77's training messages with 1, 3, 5, 10, 30 labels per class (embeddings by multilingual-e5-small), the accuracy of `F`
//! alone is .59, .72, .77, .82, .87, that of `P` alone .45, .66, .74, .81, .88, and that of both together .59, .73, .78, .84,
//! .90.
//!
//! Invariants
//! - The same vectors and labels give bit-identical results on any number of threads.
//! - Nothing of the teacher is in the bundle: the student, a text head, reads n-grams only.
//!
//! # Source
//!
//! Zhou, Bousquet, Lal, Weston and Schölkopf, *Learning with Local and Global Consistency* (2003), for `F`; Zhu, Ghahramani and
//! Lafferty, *Semi-Supervised Learning Using Gaussian Fields and Harmonic Functions* (2003), section 4, for giving all classes
//! the same total mass in it (class mass normalisation); Hinton, Vinyals and Dean, *Distilling the Knowledge in a Neural Network*
//! (2015), for learning from `q`.
//!
//! Not here: files (`read`), whether a student improves by it (`train`).

mod graph;
mod telling;

use crate::kinds::logistic::linear::{self, Rows};
use anyhow::{Result, ensure};
use graph::Graph;
use ndarray::{Array2, Axis};

pub use telling::margins;

/// Number of nearest neighbours that each message is connected with.
const NEIGHBOURS: usize = 15;
/// How fast edge weights fall with the cosine: `exp(10 · (cosine − 1))`.
const SHARPNESS: f32 = 10.0;
/// Label spreading: the share of a message's label that comes from its neighbours in each step, and the number of steps.
const SPREAD: f32 = 0.9;
const STEPS: usize = 30;
/// Exponents of `F` and `P` in `q`. Their sum is above 1, which sharpens `q`, because a student is less certain than its soft labels.
const POWERS: [f32; 2] = [0.9, 0.6];
/// Added to `F` and `P` before they are multiplied, so that neither is 0.
const LEAST: f32 = 1e-3;
/// Regularisation penalty of the regression, on dimensions of unit variance.
const ALPHA: f64 = 10.0;

/// The embeddings of all messages, and their nearest-neighbour graph.
#[derive(Clone, Debug)]
pub struct Teacher {
    vectors: Array2<f32>,
    graph: Graph,
}

impl Teacher {
    /// Centres and normalises `vectors`, `[n, n_dims]`, and builds their graph. Cost: `O(n² · n_dims)`.
    ///
    /// # Errors
    ///
    /// Fails for fewer than two rows, no dimension, a value that is not finite, or rows that are all equal.
    pub fn new(mut vectors: Array2<f32>) -> Result<Self> {
        let (n, n_dims) = vectors.dim();
        ensure!(
            n >= 2 && n_dims >= 1,
            "teacher: there are {n} vectors of {n_dims} numbers; give at least 2 vectors"
        );
        if let Some(((row, _), value)) = vectors.indexed_iter().find(|(_, value)| !value.is_finite()) {
            anyhow::bail!("teacher: vector {row} holds {value}; every number must be finite");
        }
        if let Some(mean) = vectors.mean_axis(Axis(0)) {
            vectors -= &mean;
        }
        for mut row in vectors.outer_iter_mut() {
            let length = row.dot(&row).sqrt();
            row.mapv_inplace(|x| x / length.max(f32::MIN_POSITIVE));
        }
        ensure!(
            vectors.iter().any(|&x| x != 0.0),
            "teacher: all vectors are equal; check the file of vectors"
        );
        let graph = Graph::nearest(&vectors, NEIGHBOURS, SHARPNESS);
        Ok(Self { vectors, graph })
    }

    /// Number of messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vectors.nrows()
    }

    /// Always false: a teacher has at least two messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vectors.nrows() == 0
    }

    /// Soft labels `q` of every message, `[n, n_classes]`, row-major, learnt from `labelled` messages, given as pairs of index
    /// and class. A class without any label gets almost no probability.
    ///
    /// # Errors
    ///
    /// Fails when there is no label, or when the regression fails.
    pub fn shares(&self, labelled: &[(usize, usize)], n_classes: usize) -> Result<Vec<f32>> {
        ensure!(
            !labelled.is_empty(),
            "teacher: no labelled message has a vector; give their vectors with --teacher-labelled FILE"
        );
        let spread = self.spread(labelled, n_classes);
        let regression = self.regression(labelled, n_classes)?;
        let mut q: Vec<f32> = spread
            .iter()
            .zip(&regression)
            .map(|(f, p)| (f + LEAST).powf(POWERS[0]) * (p + LEAST).powf(POWERS[1]))
            .collect();
        q.chunks_exact_mut(n_classes).for_each(to_shares);
        Ok(q)
    }

    /// Class probabilities `F`, by label spreading: `[n, n_classes]`, row-major.
    fn spread(&self, labelled: &[(usize, usize)], n_classes: usize) -> Vec<f32> {
        let mut counts = vec![0.0_f32; n_classes];
        labelled.iter().for_each(|&(_, class)| counts[class] += 1.0);
        let mut given = vec![0.0; self.len() * n_classes];
        labelled.iter().for_each(|&(row, class)| given[row * n_classes + class] = 1.0 / counts[class]);
        let mut f = given.clone();
        for _ in 0..STEPS {
            f = self.graph.step(&f, &given, n_classes, SPREAD);
        }
        // Class mass normalisation: every class gets the same total, so that a class does not win by having more labels.
        let mut sums = vec![0.0_f32; n_classes];
        f.chunks_exact(n_classes).for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, f)| *sum += f));
        for row in f.chunks_exact_mut(n_classes) {
            row.iter_mut().zip(&sums).for_each(|(f, sum)| *f /= sum.max(f32::MIN_POSITIVE));
            to_shares(row);
        }
        f
    }

    /// Class probabilities `P`, by logistic regression: `[n, n_classes]`, row-major.
    fn regression(&self, labelled: &[(usize, usize)], n_classes: usize) -> Result<Vec<f32>> {
        // The regression needs at least one row of every class, so classes without a label are left out.
        let mut present: Vec<usize> = labelled.iter().map(|&(_, class)| class).collect();
        present.sort_unstable();
        present.dedup();
        let mut p = vec![0.0; self.len() * n_classes];
        if let &[class] = present.as_slice() {
            p.chunks_exact_mut(n_classes).for_each(|row| row[class] = 1.0);
            return Ok(p);
        }
        let rows: Vec<usize> = labelled.iter().map(|&(row, _)| row).collect();
        let x = self.vectors.select(Axis(0), &rows);
        let place = |class: usize| present.binary_search(&class).unwrap_or(0);
        let y: Vec<u32> = labelled.iter().map(|&(_, class)| place(class) as u32).collect();
        let none = Array2::zeros((0, x.ncols()));
        let fit =
            linear::logistic(Rows { x: &x, y: &y }, Rows { x: &none, y: &[] }, present.len(), &[ALPHA])?;
        let logits = fit.outputs(&self.vectors);
        for (row, logits) in p.chunks_exact_mut(n_classes).zip(logits.outer_iter()) {
            if let (&[first, second], Some(logit)) = (present.as_slice(), logits.first()) {
                row[second] = 1.0 / (1.0 + (-logit).exp());
                row[first] = 1.0 - row[second];
            } else {
                let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                present.iter().zip(logits).for_each(|(&class, z)| row[class] = (z - top).exp());
                to_shares(row);
            }
        }
        Ok(p)
    }
}

/// Scales a row to sum to 1; a row of zeros becomes uniform.
fn to_shares(row: &mut [f32]) {
    let sum: f32 = row.iter().sum();
    let even = 1.0 / row.len() as f32;
    row.iter_mut().for_each(|x| *x = if sum > 0.0 { *x / sum } else { even });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rings of messages around two poles; each message is similar to its neighbours on the ring.
    fn rings() -> Array2<f32> {
        Array2::from_shape_fn((200, 8), |(row, dim)| {
            let (pole, angle) = (row % 2, (row / 2) as f32 * 0.0628);
            match dim {
                0 => pole as f32 * 2.0 - 1.0,
                1 => angle.sin(),
                2 => angle.cos(),
                _ => ((row * 31 + dim * 17) % 13) as f32 * 0.01,
            }
        })
    }

    fn right(q: &[f32]) -> usize {
        q.chunks_exact(2).enumerate().filter(|(row, q)| (q[1] > q[0]) == (row % 2 == 1)).count()
    }

    #[test]
    fn one_label_a_class_reaches_all_that_hang_together() {
        let teacher = Teacher::new(rings()).unwrap();
        let q = teacher.shares(&[(0, 0), (1, 1)], 2).unwrap();
        assert_eq!(right(&q), 200);
        assert!(q.chunks_exact(2).all(|q| (q[0] + q[1] - 1.0).abs() < 1e-5 && q[0] > 0.0 && q[1] > 0.0));
    }

    #[test]
    fn a_class_without_a_label_is_next_to_nothing() {
        let q = Teacher::new(rings()).unwrap().shares(&[(0, 0), (1, 1)], 3).unwrap();
        assert!(q.chunks_exact(3).all(|q| q[2] < 0.05), "{:?}", &q[..3]);
        let q = Teacher::new(rings()).unwrap().shares(&[(4, 1)], 2).unwrap();
        assert!(q.chunks_exact(2).all(|q| q[1] > q[0]));
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let with = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| Teacher::new(rings()).unwrap().shares(&[(0, 0), (3, 1), (8, 0)], 2).unwrap())
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn vectors_that_say_nothing_are_refused() {
        let refused = |vectors| Teacher::new(vectors).unwrap_err().to_string();
        assert!(refused(Array2::zeros((1, 4))).contains("1 vectors"));
        assert!(refused(Array2::ones((5, 4))).contains("equal"));
        let mut broken = rings();
        broken[[7, 3]] = f32::NAN;
        assert!(refused(broken).contains("vector 7 holds NaN"));
        assert!(Teacher::new(rings()).unwrap().shares(&[], 2).is_err());
    }
}
