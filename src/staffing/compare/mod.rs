//! Comparison: strategies simulated on the same requests.
//!
//! | module   | what is there                                          |
//! |----------|--------------------------------------------------------|
//! | `figure` | the results of a run, each as one number               |
//! | `part`   | the same by queue, kind, hour and group; what waits    |
//!
//! Common random numbers: in each run, every strategy meets the same requests. Each run has a seed of its own, which shares no draw
//! with the others. A figure's interval is that of its mean over the runs (Student's t, 95 %). The difference between two strategies
//! has an interval of its own, from the differences within each run (paired): far narrower than the two separate intervals suggest.
//!
//! Not here: events (`simulator`), formulas (`erlang`).

mod figure;
mod part;
#[cfg(test)]
mod tests;

pub use figure::Figure;
pub use part::{Backlog, Group, Overload, Part, overloads};

use floorwalker_metrics::Interval;
use floorwalker_simulator::{Scenario, Strategy, Totals, run, run_seed};
use part::{backlog, groups, parts};
use rayon::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/// Largest number of runs: with more, an interval hardly narrows.
pub const MAX_RUNS: u32 = 1_000;

/// The results of one strategy over all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Each figure's mean over the runs.
    pub figures: Vec<(Figure, Interval)>,
    /// Difference of each figure from that of the first strategy: this strategy's minus the first's.
    pub above_first: Vec<(Figure, Interval)>,
    /// Results by queue. A request counts in every queue that it was in, with its time there: one that is transferred counts in both.
    pub queues: Vec<Part>,
    /// Results by kind of request.
    pub kinds: Vec<Part>,
    /// Results by hour of the day in which requests came; 24 entries.
    pub hours: Vec<Part>,
    /// Each group of shoppers against the others; empty where the kinds name fewer than two groups.
    pub groups: Vec<Group>,
    /// Requests that waited halfway and at the end of the runs.
    pub backlog: Backlog,
    /// Sets of teams with more work than capacity, whatever the strategy.
    pub overloads: Vec<Overload>,
    /// The seed of each run: a simulation with that seed repeats the run, in a page too.
    pub seeds: Vec<u64>,
}

/// Runs every strategy on the same requests, `runs` times, and at least twice.
///
/// Cost: that of [`run`] for each strategy and run, shared out over the threads.
///
/// - `done`: called after each run, on the thread that simulated it.
#[must_use]
pub fn compare(
    scenario: &Arc<Scenario>,
    strategies: &[Strategy],
    runs: u32,
    seed: u64,
    done: impl Fn() + Sync,
) -> Vec<Compared> {
    let seeds: Vec<u64> = (0..u64::from(runs.max(2))).map(|n| run_seed(seed, n)).collect();
    let pairs: Vec<(&Strategy, u64)> =
        strategies.iter().flat_map(|strategy| seeds.iter().map(move |seed| (strategy, *seed))).collect();
    let simulate = |(strategy, seed): (&Strategy, u64)| {
        let totals = run(scenario, strategy, seed);
        done();
        totals
    };
    let totals: Vec<Totals> = pairs.into_par_iter().map(simulate).collect();
    let of_strategy: Vec<&[Totals]> = totals.chunks(seeds.len()).collect();
    let overloads = overloads(scenario);
    let beside = |totals: &&[Totals]| Compared {
        seeds: seeds.clone(),
        overloads: overloads.clone(),
        ..beside(scenario, totals, of_strategy[0])
    };
    of_strategy.iter().map(beside).collect()
}

/// Figures of a strategy's runs, and their differences from the `first` strategy's runs on the same requests, paired by run. At least
/// two runs.
fn beside(scenario: &Scenario, runs: &[Totals], first: &[Totals]) -> Compared {
    let each = |figure: Figure| (figure, mean(runs.iter().map(|run| figure.of(run))));
    let above = |figure: Figure| {
        let pairs = runs.iter().zip(first);
        (figure, mean(pairs.map(|(run, first)| figure.of(run) - figure.of(first))))
    };
    let def = scenario.def();
    let hours = (0..24).map(|hour| format!("{hour:02}:00"));
    Compared {
        seeds: Vec::new(),
        figures: Figure::ALL.map(each).into(),
        above_first: Figure::ALL.map(above).into(),
        queues: parts(def.queues.iter().cloned(), runs, |run, at| run.queues.get(at)),
        kinds: parts(def.kinds.iter().map(|kind| kind.name.clone()), runs, |run, at| run.kinds.get(at)),
        hours: parts(hours, runs, |run, at| run.hours.get(at)),
        groups: groups(scenario, runs),
        backlog: backlog(runs),
        overloads: Vec::new(),
    }
}

/// Mean of two values or more, and its 95 % interval by Student's t.
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
