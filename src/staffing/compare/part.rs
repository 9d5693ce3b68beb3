//! Parts: figures of one queue, one kind of request, one hour of the day, one group of shoppers; and what waits at the end.
//!
//! Not here: the whole (the parent), sentences about it (`report::simulation`).

use super::figure::Figure;
use super::mean;
use floorwalker_metrics::Interval;
use floorwalker_simulator::{Scenario, Tally, Totals};
use serde::Serialize;

/// How many times as far from 0 as its interval reaches a difference must be for a group to be called worse off. Several figures of
/// several groups are looked at, and at 95 % each one in twenty would be called so by chance; at ten runs this is one in 700.
const SURE: f64 = 2.0;
/// Share of the requests that wait at the end from which it is told that lines grow: a floor that keeps up has fewer.
const MANY_UNSERVED: f64 = 0.01;

/// Figures of a part of the requests.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The queue, the kind, or the hour as it begins.
    pub name: String,
    /// Requests a run.
    pub came: f64,
    /// Of [`Figure::OF_PART`] those that two runs or more tell something of: means over the runs in which any came.
    pub figures: Vec<(Figure, Interval)>,
}

/// A group of shoppers against all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Its name; empty: those whose kind names none.
    pub name: String,
    /// Requests a run.
    pub came: f64,
    /// [`Figure::OF_GROUP`].
    pub figures: Vec<(Figure, Interval)>,
    /// How much each is above that of all others together, run by run.
    pub above_others: Vec<(Figure, Interval)>,
    /// Where it is worse off than the others, well beyond what chance explains: by twice what its interval reaches.
    pub worse_off: Vec<Figure>,
}

/// What waited while it ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backlog {
    /// Requests that waited halfway through the hours that count.
    pub halfway: Interval,
    /// Requests that waited when the last hour ended.
    pub at_end: Interval,
    /// The latter as a share of all that came.
    pub unserved: Interval,
    /// Whether there were more at the end than halfway, beyond what chance explains, and not just a few.
    pub is_growing: bool,
}

/// A set of teams that has more work than it can do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overload {
    /// The queues that nobody else serves.
    pub queues: Vec<String>,
    /// The teams.
    pub teams: Vec<String>,
    /// Work that comes for those queues, in agents' worth.
    pub work: f64,
    /// What the teams can do, likewise.
    pub room: f64,
    /// The first over the second, above 1.
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

/// Figures of each of `names`, whose tallies `of` finds in a run.
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

/// Groups against each other; none where there are fewer than two.
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

/// What waited in these runs.
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

/// Over the runs in which any came.
fn over_runs(tallies: &[&Tally], figure: Figure) -> Option<Interval> {
    let any = tallies.iter().filter(|tally| tally.came > 0);
    enough(any.map(|tally| figure.of_requests(tally)).collect())
}

fn enough(values: Vec<f64>) -> Option<Interval> {
    (values.len() >= 2).then(|| mean(values.into_iter()))
}
