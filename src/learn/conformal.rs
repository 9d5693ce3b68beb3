//! Conformal prediction sets: the most probable classes, as many as are needed to contain the true class in a stated share of requests.
//!
//! | symbol | shape                 | unit                                                                              |
//! |--------|-----------------------|-----------------------------------------------------------------------------------|
//! | `p`    | `[n_rows, n_classes]` | out-of-fold probability, row-major: by models that did not see the row            |
//! | `y`    | `[n_rows]`            | true class                                                                        |
//! | `s`    | `[n_rows]`            | score: total probability of the classes ranked before the true one                |
//! | mass   | scalar                | classes join a set, most probable first, until their total probability reaches it |
//!
//! Invariants
//! - A set contains at least one class and at least half of the probability. A larger mass never makes a set smaller.
//!
//! Not here: the set of one request (`engine::route`), which uses the same rule.

use serde::Serialize;

/// The least mass. A set with less than half of the probability would claim more than the model itself believes, however often
/// the first class is right.
const LEAST: f32 = 0.5;
/// A mass that no set reaches, so that the set is all classes.
const ALL: f32 = 2.0;

/// The mass with which prediction sets contain the true class for at least a share `coverage` of exchangeable requests.
///
/// A class is in a row's set exactly when the classes ranked before it have a total probability below the mass. So the conformity
/// score of a row is the total probability before its true class, and the mass lies just above the `⌈(n + 1) coverage⌉`-th
/// smallest score. The guarantee is marginal: it holds on average over draws of the calibration rows. With too few rows the set
/// is every class. `None` without rows.
///
/// # Source
///
/// Romano, Sesia & Candès, *Classification with Valid and Adaptive Coverage* (2020), eq. 4 and algorithm 1, without their
/// randomisation: a set must not depend on a random draw. Deviation: the score leaves out the probability of the true class
/// itself, as the engine's rule in the page does. For out-of-fold scores from several folds the guarantee is that of Barber et
/// al., *Predictive Inference with the Jackknife+* (2021), in practice the same.
#[must_use]
pub fn mass(y: &[u32], p: &[f32], n_classes: usize, coverage: f64) -> Option<f32> {
    let mut scores: Vec<f32> = y
        .iter()
        .zip(p.chunks_exact(n_classes.max(1)))
        .map(|(&class, row)| before(row, class as usize))
        .collect();
    scores.sort_unstable_by(f32::total_cmp);
    let rank = ((scores.len() as f64 + 1.0) * coverage).ceil() as usize;
    if scores.is_empty() {
        return None;
    }
    Some(scores.get(rank.max(1) - 1).map_or(ALL, |score| score.next_up().max(LEAST)))
}

/// Coverage and size of the prediction sets of one mass, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Number of rows, and so of sets.
    pub rows: u64,
    /// Number of sets that contain the true class.
    pub hits: u64,
    /// Number of classes in all sets together.
    pub classes: u64,
    /// Number of sets of exactly one class.
    pub single: u64,
}

/// Counts coverage and size of the prediction sets of the rows of `p`.
#[must_use]
pub fn tally(y: &[u32], p: &[f32], n_classes: usize, mass: f32) -> Tally {
    let mut tally = Tally::default();
    for (&class, row) in y.iter().zip(p.chunks_exact(n_classes.max(1))) {
        let size = (0..row.len()).filter(|&other| before(row, other) < mass).count() as u64;
        tally.rows += 1;
        tally.hits += u64::from(before(row, class as usize) < mass);
        tally.classes += size;
        tally.single += u64::from(size == 1);
    }
    tally
}

impl Tally {
    /// The sum of both tallies.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            hits: self.hits + other.hits,
            classes: self.classes + other.classes,
            single: self.single + other.single,
        }
    }
}

/// Total probability of the classes ranked before `class`: the more probable ones, and in a tie those with a lower index. Summed
/// in that order, as the page does, so that rounding agrees.
fn before(row: &[f32], class: usize) -> f32 {
    let own = row.get(class).copied().unwrap_or(0.0);
    let mut ahead: Vec<(f32, usize)> =
        row.iter().copied().zip(0..).filter(|&(p, other)| p > own || (p == own && other < class)).collect();
    ahead.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ahead.iter().map(|(p, _)| p).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_of_ten_right_needs_sets_of_one() {
        // 19 rows, 18 right at once: the 18th of 19 scores is 0, so 0.9 of 20 = 18 is reached by the first class alone.
        let y: Vec<u32> = (0..19).map(|i| u32::from(i == 0)).collect();
        let p = [0.6, 0.4].repeat(19);
        let found = mass(&y, &p, 2, 0.9).unwrap();
        assert!(found > 0.0 && found < 0.6);
        assert_eq!(tally(&y, &p, 2, found), Tally { rows: 19, hits: 18, classes: 19, single: 19 });
    }

    #[test]
    fn one_more_miss_needs_a_second_class() {
        let y: Vec<u32> = (0..19).map(|i| u32::from(i < 2)).collect();
        let p = [0.6, 0.4].repeat(19);
        let found = mass(&y, &p, 2, 0.9).unwrap();
        assert!(found > 0.6, "{found}");
        assert_eq!(tally(&y, &p, 2, found), Tally { rows: 19, hits: 19, classes: 38, single: 0 });
    }

    #[test]
    fn too_few_rows_promise_nothing_but_every_class() {
        let found = mass(&[0], &[0.9, 0.1], 2, 0.9).unwrap();
        assert_eq!(tally(&[1], &[1.0, 0.0], 2, found).classes, 2);
        assert_eq!(mass(&[], &[], 2, 0.9), None);
    }

    #[test]
    fn coverage_holds_on_rows_that_were_not_calibrated_on() {
        // The true class is drawn from the row's own probabilities, by a low-discrepancy sequence.
        let draw = |i: usize| (i as f64 * 0.618_033_988_749_895).fract() as f32;
        let row = |i: usize| {
            let a = 0.4 + 0.5 * (i as f64 * 0.414_213_562_373_095).fract() as f32;
            [a, (1.0 - a) * 0.7, (1.0 - a) * 0.3]
        };
        let class = |i: usize| {
            let [a, b, _] = row(i);
            if draw(i) < a { 0 } else { u32::from(draw(i) < a + b) + 2 * u32::from(draw(i) >= a + b) }
        };
        let part = |from: usize| -> (Vec<u32>, Vec<f32>) {
            let rows = from..from + 5000;
            (rows.clone().map(class).collect(), rows.flat_map(row).collect())
        };
        let ((y, p), (y_new, p_new)) = (part(0), part(5000));
        for coverage in [0.8, 0.9, 0.95] {
            let found = mass(&y, &p, 3, coverage).unwrap();
            let held = tally(&y_new, &p_new, 3, found);
            let share = held.hits as f64 / held.rows as f64;
            assert!((share - coverage).abs() < 0.015, "{share} for {coverage}");
        }
    }
}
