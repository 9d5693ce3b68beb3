//! Simulate: strategies compared on the same requests.
//!
//! Each run has a seed of its own, and every strategy meets the requests of that seed: common random numbers. A figure's interval
//! is that of the mean over runs, by Student's t at 95 %; what two strategies differ by has an interval of its own, taken run by
//! run, and so far narrower than the two beside each other.
//!
//! Not here: events (`simulator`), formulas (`queueing`).

use crate::metrics::Interval;
use floorwalker_simulator::{Scenario, Strategy, Tally, Totals, run};
use rayon::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/// Most runs: past them an interval hardly narrows.
pub const MAX_RUNS: u32 = 1_000;

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Share of requests first answered in time.
    ServiceLevel,
    /// Mean seconds until the answered were so.
    Asa,
    /// Mean seconds until first answered or gone.
    MeanWait,
    /// Mean seconds in queues, those after a transfer included.
    Queued,
    /// Share that left unserved.
    Abandonment,
    /// Share sent to a wrong queue.
    Misroutes,
    /// Transfers a request.
    Transfers,
    /// Share of first contacts that needed no other.
    FirstContact,
    /// Mean seconds of work for a request that was served.
    Aht,
    /// Share of their time that agents were busy.
    Occupancy,
    /// Standard deviation of the agents' occupancy.
    OccupancySpread,
    /// Largest difference in mean wait between groups of shoppers, in seconds.
    GapWait,
    /// The same of the share answered in time.
    GapServiceLevel,
    /// The same of the share that left.
    GapAbandonment,
}

impl Figure {
    /// All of them, in the order that they are shown.
    pub const ALL: [Self; 14] = [
        Self::ServiceLevel,
        Self::Asa,
        Self::MeanWait,
        Self::Queued,
        Self::Abandonment,
        Self::Misroutes,
        Self::Transfers,
        Self::FirstContact,
        Self::Aht,
        Self::Occupancy,
        Self::OccupancySpread,
        Self::GapWait,
        Self::GapServiceLevel,
        Self::GapAbandonment,
    ];

    /// Its value in a run.
    #[must_use]
    pub fn of(self, totals: &Totals) -> f64 {
        match self {
            Self::ServiceLevel => totals.all().service_level(),
            Self::Asa => totals.all().asa(),
            Self::MeanWait => totals.all().mean_wait(),
            Self::Queued => totals.all().mean_queued(),
            Self::Abandonment => totals.all().abandonment(),
            Self::Misroutes => totals.all().misroute_rate(),
            Self::Transfers => totals.all().transfer_rate(),
            Self::FirstContact => totals.all().first_contact_resolution(),
            Self::Aht => totals.all().aht(),
            Self::Occupancy => totals.mean_occupancy(),
            Self::OccupancySpread => totals.occupancy_spread(),
            Self::GapWait => totals.gap(Tally::mean_wait),
            Self::GapServiceLevel => totals.gap(Tally::service_level),
            Self::GapAbandonment => totals.gap(Tally::abandonment),
        }
    }

    /// Whether it is in seconds, and not a share.
    #[must_use]
    pub fn is_seconds(self) -> bool {
        matches!(self, Self::Asa | Self::MeanWait | Self::Queued | Self::Aht | Self::GapWait)
    }
}

/// What a strategy came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Each figure's mean over the runs.
    pub figures: Vec<(Figure, Interval)>,
    /// By how much each is above that of the first strategy.
    pub above_first: Vec<(Figure, Interval)>,
}

/// Runs every strategy on the same requests, `runs` times, and at least twice.
///
/// Cost: that of [`run`] for each strategy and run, shared out over the threads.
///
/// - `done`: called after each run, from whatever thread it was on.
#[must_use]
pub fn compare(
    scenario: &Arc<Scenario>,
    strategies: &[Strategy],
    runs: u32,
    seed: u64,
    done: impl Fn() + Sync,
) -> Vec<Compared> {
    let runs = runs.max(2);
    let pairs: Vec<(usize, u64)> =
        (0..strategies.len()).flat_map(|at| (0..u64::from(runs)).map(move |n| (at, n))).collect();
    let simulate = |(at, n): (usize, u64)| {
        let totals = run(scenario, &strategies[at], seed.wrapping_add(n));
        done();
        totals
    };
    let totals: Vec<Totals> = pairs.into_par_iter().map(simulate).collect();
    let of_strategy: Vec<&[Totals]> = totals.chunks(runs as usize).collect();
    of_strategy.iter().map(|totals| beside(totals, of_strategy[0])).collect()
}

/// Figures of a strategy's runs, and by how much they are above another's of the same requests, run by run; two runs or more.
#[must_use]
pub fn beside(runs: &[Totals], first: &[Totals]) -> Compared {
    let each = |figure: Figure| (figure, mean(runs.iter().map(|run| figure.of(run))));
    let above = |figure: Figure| {
        let pairs = runs.iter().zip(first);
        (figure, mean(pairs.map(|(run, first)| figure.of(run) - figure.of(first))))
    };
    Compared { figures: Figure::ALL.map(each).into(), above_first: Figure::ALL.map(above).into() }
}

/// Mean of two values or more, and its interval: Student's t at 95 %.
#[must_use]
pub fn mean(values: impl Iterator<Item = f64>) -> Interval {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let value = values.iter().sum::<f64>() / n;
    let square: f64 = values.iter().map(|x| (x - value).powi(2)).sum();
    let t = T[values.len().saturating_sub(2).min(T.len() - 1)];
    let half = t * (square / (n - 1.0) / n).sqrt();
    Interval { value, low: value - half, high: value + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_four_values_is_right_by_hand() {
        // Mean 3, variance 20 / 3, standard error sqrt(5 / 3), t = 3.182.
        let found = mean([0.0, 2.0, 4.0, 6.0].into_iter());
        let half = 3.182 * (5.0_f64 / 3.0).sqrt();
        assert!((found.value - 3.0).abs() < 1e-12 && (found.high - 3.0 - half).abs() < 1e-12, "{found:?}");
    }
}
