//! Parts: figures by queue, kind of request, hour of the day and group of shoppers; and the backlog.
//!
//! Not here: figures of all requests (the parent), sentences about them (`report::simulation`).

use super::figure::Figure;
use super::mean;
use floorwalker_metrics::Interval;
use floorwalker_simulator::{Scenario, Tally, Totals};
use serde::Serialize;

/// A group is called worse off where its difference exceeds this many half-widths of the 95 % interval. Several figures of several
/// groups are compared: at one half-width, one in twenty would be called so by chance; at two, with ten runs, one in 700.
const SURE: f64 = 2.0;
/// The backlog counts as growing only where more than this share of all requests waits at the end: a floor that keeps up has fewer.
const MANY_UNSERVED: f64 = 0.01;

/// Figures of a part of the requests.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The queue, the kind, or the time at which the hour begins.
    pub name: String,
    /// Mean number of requests per run.
    pub came: f64,
    /// [`Figure::OF_PART`], as means over the runs in which such requests came; empty where there are fewer than two of those runs.
    pub figures: Vec<(Figure, Interval)>,
}

/// A group of shoppers compared with all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Its name; empty for requests whose kind names no group.
    pub name: String,
    /// Mean number of requests per run.
    pub came: f64,
    /// [`Figure::OF_GROUP`].
    pub figures: Vec<(Figure, Interval)>,
    /// Difference of each figure from that of all others together, paired by run.
    pub above_others: Vec<(Figure, Interval)>,
    /// The figures in which it is worse off than the others, well beyond chance: by more than twice the half-width of the interval.
    pub worse_off: Vec<Figure>,
}

/// Requests that waited halfway and at the end of the runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backlog {
    /// Requests that waited halfway through the counted hours, those after the warm-up.
    pub halfway: Interval,
    /// Requests that waited when the last hour ended.
    pub at_end: Interval,
    /// `at_end` as a share of all requests that came.
    pub unserved: Interval,
    /// Whether significantly more waited at the end than halfway, and not just a few.
    pub is_growing: bool,
}

/// A set of teams with more work than capacity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overload {
    /// The queues that only these teams serve.
    pub queues: Vec<String>,
    /// The teams.
    pub teams: Vec<String>,
    /// Work that comes for those queues, in Erlang: the number of agents that it keeps busy.
    pub work: f64,
    /// Capacity of the teams, in Erlang.
    pub room: f64,
    /// `work` over `room`, above 1.
    pub load: f64,
}

/// Sets of teams whose load is above 1, the highest first.
#[must_use]
pub fn overloads(scenario: &Scenario) -> Vec<Overload> {
    let def = scenario.def();
    let mut found: Vec<Overload> = scenario
        .loads()
        .into_iter()
        .filter(|load| load.share() > 1.0)
        .map(|load| Overload {
            queues: load.queues.iter().map(|queue| def.queues[*queue].clone()).collect(),
            teams: load.teams.iter().map(|team| def.teams[*team].name.clone()).collect(),
            work: load.work,
            room: load.room,
            load: load.share(),
        })
        .collect();
    found.sort_by(|a, b| b.load.total_cmp(&a.load));
    found
}

/// Figures for each of `names`; `of` finds the tally of a name, by its index, in a run.
pub(super) fn parts(
    names: impl Iterator<Item = String>,
    runs: &[Totals],
    of: impl Fn(&Totals, usize) -> Option<&Tally>,
) -> Vec<Part> {
    names
        .enumerate()
        .map(|(at, name)| {
            let tallies: Vec<&Tally> = runs.iter().filter_map(|run| of(run, at)).collect();
            let figure = |figure: Figure| Some((figure, over_runs(&tallies, figure)?));
            Part {
                name,
                came: came(&tallies),
                figures: Figure::OF_PART.into_iter().filter_map(figure).collect(),
            }
        })
        .collect()
}

/// Each group against the others; empty where there are fewer than two groups.
pub(super) fn groups(scenario: &Scenario, runs: &[Totals]) -> Vec<Group> {
    let names = scenario.groups();
    if names.len() < 2 {
        return Vec::new();
    }
    let group = |(at, name): (usize, &String)| {
        let tallies: Vec<&Tally> = runs.iter().filter_map(|run| run.groups.get(at)).collect();
        let figure = |figure: Figure| Some((figure, over_runs(&tallies, figure)?));
        let above = |figure: Figure| {
            let apart = runs.iter().filter_map(|run| run.apart(at, |tally| figure.of_requests(tally)));
            Some((figure, enough(apart.collect())?))
        };
        let above_others: Vec<(Figure, Interval)> = Figure::OF_GROUP.into_iter().filter_map(above).collect();
        let is_worse = |(figure, by): &&(Figure, Interval)| {
            let worse = if figure.is_better_high() { -by.value } else { by.value };
            worse > 0.0 && worse > SURE * (by.high - by.low) / 2.0
        };
        Group {
            name: name.clone(),
            came: came(&tallies),
            figures: Figure::OF_GROUP.into_iter().filter_map(figure).collect(),
            worse_off: above_others.iter().filter(is_worse).map(|(figure, _)| *figure).collect(),
            above_others,
        }
    };
    names.iter().enumerate().map(group).collect()
}

/// The backlog of these runs.
pub(super) fn backlog(runs: &[Totals]) -> Backlog {
    let waiting = |run: &Totals, moment: usize| run.waiting[moment].iter().sum::<usize>() as f64;
    let over = |figure: &dyn Fn(&Totals) -> f64| mean(runs.iter().map(figure));
    let unserved = over(&|run| waiting(run, 1) / (run.all().came as f64).max(1.0));
    let growth = over(&|run| waiting(run, 1) - waiting(run, 0));
    Backlog {
        halfway: over(&|run| waiting(run, 0)),
        at_end: over(&|run| waiting(run, 1)),
        unserved,
        is_growing: growth.low > 0.0 && unserved.value > MANY_UNSERVED,
    }
}

fn came(tallies: &[&Tally]) -> f64 {
    tallies.iter().map(|tally| tally.came as f64).sum::<f64>() / tallies.len().max(1) as f64
}

/// Mean of a figure over the runs in which any request came; none for fewer than two such runs.
fn over_runs(tallies: &[&Tally], figure: Figure) -> Option<Interval> {
    let any = tallies.iter().filter(|tally| tally.came > 0);
    enough(any.map(|tally| figure.of_requests(tally)).collect())
}

fn enough(values: Vec<f64>) -> Option<Interval> {
    (values.len() >= 2).then(|| mean(values.into_iter()))
}
