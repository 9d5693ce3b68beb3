//! Survival: how long callers would wait, from a log in which most were answered before they gave up.
//!
//! | symbol | meaning                                                             |
//! |--------|---------------------------------------------------------------------|
//! | `d`    | callers who left after exactly `t` seconds                          |
//! | `n`    | callers who still waited just before `t`                            |
//! | `S(t)` | `∏ (1 − d / n)` over the times up to `t`: share who would wait longer |
//!
//! A caller who was answered would have waited longer than they did: their patience is censored. A caller who did not have to wait gives no
//! information, and is in no `n` of a time above 0.
//!
//! Invariants
//! - Times rise, and shares fall within 0 and 1.
//!
//! # Source
//!
//! Kaplan and Meier, *Nonparametric estimation from incomplete observations* (1958). As in the paper, in a tie of times callers who left
//! are counted before callers who were answered.

/// A survival curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Survival {
    /// Times at which somebody left, in seconds, rising.
    pub(crate) seconds: Vec<f64>,
    /// For each time, the share of callers who would wait longer.
    pub(crate) alive: Vec<f64>,
}

impl Survival {
    /// Estimates the curve from waits: for each its seconds, and whether the caller left. Cost: `O(n log n)`.
    #[must_use]
    pub(crate) fn of(waits: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut waits: Vec<(f64, bool)> = waits.into_iter().filter(|(seconds, _)| *seconds > 0.0).collect();
        waits.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut curve, mut alive, mut at_risk) = (Self::default(), 1.0, waits.len());
        for same in waits.chunk_by(|a, b| a.0 == b.0) {
            let left = same.iter().filter(|(_, left)| *left).count();
            if let (Some((seconds, _)), true) = (same.first(), left > 0) {
                alive *= 1.0 - left as f64 / at_risk as f64;
                curve.seconds.push(*seconds);
                curve.alive.push(alive);
            }
            at_risk -= same.len();
        }
        curve
    }

    /// The share of callers who would wait longer than `seconds`.
    #[must_use]
    pub(crate) fn at(&self, seconds: f64) -> f64 {
        let n = self.seconds.partition_point(|time| *time <= seconds);
        n.checked_sub(1).and_then(|at| self.alive.get(at)).copied().unwrap_or(1.0)
    }

    /// The patience of a caller who has waited `waited` seconds already: the quantile `u`, from 0 up to 1, of the rest of the curve.
    /// `None`: longer than anybody is known to have waited.
    #[must_use]
    pub(crate) fn beyond(&self, waited: f64, u: f64) -> Option<f64> {
        let left = self.at(waited) * (1.0 - u);
        let from = self.seconds.partition_point(|time| *time <= waited);
        let at = self.alive.partition_point(|alive| *alive > left).max(from);
        self.seconds.get(at).copied()
    }

    /// The median patience, in seconds; `None` if the curve does not fall to one half.
    #[must_use]
    pub(crate) fn median(&self) -> Option<f64> {
        self.beyond(0.0, 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six waits above 0: left after 2, answered after 3, left after 5 (twice), answered after 5, left after 8. Six callers are at risk at
    /// 2, four at 5, and one at 8: the curve falls to 5/6, then to 5/6 · 2/4, then to 0.
    fn curve() -> Survival {
        let (left, answered) = (true, false);
        Survival::of([
            (5.0, left),
            (0.0, answered),
            (2.0, left),
            (3.0, answered),
            (5.0, answered),
            (8.0, left),
            (5.0, left),
        ])
    }

    #[track_caller]
    fn check(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn the_curve_is_right_by_hand() {
        let curve = curve();
        assert_eq!(curve.seconds, [2.0, 5.0, 8.0]);
        for (found, expected) in curve.alive.iter().zip([5.0 / 6.0, 5.0 / 12.0, 0.0]) {
            check(*found, expected);
        }
        check(curve.at(1.9), 1.0);
        check(curve.at(2.0), 5.0 / 6.0);
        check(curve.at(7.0), 5.0 / 12.0);
        assert_eq!(curve.median(), Some(5.0));
    }

    #[test]
    fn who_has_waited_draws_from_what_is_left_of_the_curve() {
        let curve = curve();
        // Of those who waited 3 seconds half leave at 5, the others at 8.
        assert_eq!([0.0, 0.49, 0.51, 0.99].map(|u| curve.beyond(3.0, u)), [5.0, 5.0, 8.0, 8.0].map(Some));
        assert_eq!(curve.beyond(8.0, 0.5), None);
        assert_eq!(Survival::of([(3.0, false)]).beyond(0.0, 0.9), None);
    }

    #[test]
    fn who_did_not_wait_says_nothing() {
        let with = Survival::of([(0.0, false), (0.0, false), (2.0, true), (4.0, false)]);
        assert_eq!(with, Survival::of([(2.0, true), (4.0, false)]));
    }
}
