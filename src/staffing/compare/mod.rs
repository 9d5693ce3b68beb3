//! Simulate: strategies compared on the same requests.
//!
//! | room     | what is there                                          |
//! |----------|--------------------------------------------------------|
//! | `figure` | what a run came to, each as one number                 |
//! | `part`   | the same by queue, kind, hour and group; what waits    |
//!
//! Each run has a seed of its own, which shares no draw with the others, and every strategy meets the requests of that seed: common random numbers. A figure's interval
//! is that of the mean over runs, by Student's t at 95 %; what two strategies differ by has an interval of its own, taken run by
//! run, and so far narrower than the two beside each other.
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
/// Most runs: past them an interval hardly narrows.
pub const MAX_RUNS: u32 = 1_000;

/// What a strategy came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Each figure's mean over the runs.
    pub figures: Vec<(Figure, Interval)>,
    /// By how much each is above that of the first strategy.
    pub above_first: Vec<(Figure, Interval)>,
    /// Each queue, with everybody who was in it and the time in it: a request that is handed on counts in both.
    pub queues: Vec<Part>,
    /// Each kind of request.
    pub kinds: Vec<Part>,
    /// Each hour of the day, by when requests came; 24.
    pub hours: Vec<Part>,
    /// Groups of shoppers against each other; none where kinds name fewer than two.
    pub groups: Vec<Group>,
    /// What waited while it ran.
    pub backlog: Backlog,
    /// Teams that have more work than they can do, wherever requests are sent.
    pub overloads: Vec<Overload>,
    /// The seed of each run: a simulation of it, in a page too, is that run.
    pub seeds: Vec<u64>,
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

/// Figures of a strategy's runs, and by how much they are above another's of the same requests, run by run; two runs or more.
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
