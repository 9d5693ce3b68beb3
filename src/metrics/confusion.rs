//! Confusion matrix, and the scores computed from its counts.
//!
//! Not here: anything that needs probabilities.

use serde::Serialize;

/// Confusion matrix: the number of rows for each pair of true and predicted class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// How many classes there are.
    pub n_classes: usize,
    /// `[n_classes, n_classes]`, row-major: true class by row, predicted class by column.
    pub counts: Vec<u64>,
}

/// Scores of one class, or their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ClassScores {
    /// Precision, `tp / (tp + fp)`: the share of rows predicted as this class that belong to it.
    pub precision: f64,
    /// Recall, `tp / (tp + fn)`: the share of rows of this class that are predicted as it.
    pub recall: f64,
    /// F1, `2 tp / (2 tp + fp + fn)`: the harmonic mean of precision and recall.
    pub f1: f64,
    /// Support: the number of rows whose true class is this one.
    pub support: u64,
}

/// Means over classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Means {
    /// Macro mean: every class counts the same. Classes that are neither true nor predicted for any row are left out, as in scikit-learn.
    #[serde(rename = "macro")]
    pub macro_: ClassScores,
    /// Micro mean: every row counts the same. With one class per row, precision, recall and F1 all equal the accuracy.
    pub micro: ClassScores,
}

impl Confusion {
    /// Counts pairs of true and predicted class. Pairs with a class not below `n_classes` are not counted.
    ///
    /// # Source
    ///
    /// Manning, Raghavan & Schütze, *Introduction to Information Retrieval* (2008), section 8.3 and 13.6.
    pub fn new(n_classes: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut counts = vec![0; n_classes * n_classes];
        for (truth, predicted) in pairs {
            if truth < n_classes && predicted < n_classes {
                counts[truth * n_classes + predicted] += 1;
            }
        }
        Self { n_classes, counts }
    }

    /// Number of rows of true class `truth` that were predicted as `predicted`. Both must be below `n_classes`.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[truth * self.n_classes + predicted]
    }

    /// Accuracy: the share of rows whose predicted class is the true one; 0 without rows.
    pub fn accuracy(&self) -> f64 {
        ratio(self.n_right(), self.counts.iter().sum())
    }

    /// Precision, recall and F1 of one class. `class` is below `n_classes`.
    pub fn class(&self, class: usize) -> ClassScores {
        let right = self.count(class, class);
        let truly: u64 = (0..self.n_classes).map(|other| self.count(class, other)).sum();
        let said: u64 = (0..self.n_classes).map(|other| self.count(other, class)).sum();
        scores(right, said, truly)
    }

    /// Macro and micro means over all classes.
    pub fn means(&self) -> Means {
        let mut mean = ClassScores::default();
        let mut n = 0.0_f64;
        for class in 0..self.n_classes {
            let of = self.class(class);
            let said: u64 = (0..self.n_classes).map(|other| self.count(other, class)).sum();
            if of.support + said == 0 {
                continue;
            }
            n += 1.0;
            mean.precision += of.precision;
            mean.recall += of.recall;
            mean.f1 += of.f1;
            mean.support += of.support;
        }
        let n = n.max(1.0);
        mean.precision /= n;
        mean.recall /= n;
        mean.f1 /= n;
        let all = self.counts.iter().sum();
        Means { macro_: mean, micro: scores(self.n_right(), all, all) }
    }

    /// The most frequent mistakes, `(true, predicted, rows)`: most rows first, then by class.
    pub fn worst(&self, n: usize) -> Vec<(usize, usize, u64)> {
        let mut mistakes: Vec<(usize, usize, u64)> = (0..self.n_classes)
            .flat_map(|t| (0..self.n_classes).map(move |p| (t, p)))
            .filter(|(t, p)| t != p)
            .map(|(t, p)| (t, p, self.count(t, p)))
            .filter(|(_, _, rows)| *rows > 0)
            .collect();
        mistakes.sort_by_key(|&(t, p, rows)| (std::cmp::Reverse(rows), t, p));
        mistakes.truncate(n);
        mistakes
    }

    fn n_right(&self) -> u64 {
        (0..self.n_classes).map(|class| self.count(class, class)).sum()
    }
}

fn scores(right: u64, said: u64, truly: u64) -> ClassScores {
    ClassScores {
        precision: ratio(right, said),
        recall: ratio(right, truly),
        f1: ratio(2 * right, said + truly),
        support: truly,
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
