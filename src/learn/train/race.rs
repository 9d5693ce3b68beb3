//! The race behind `auto`: model selection by successive halving. Many plans start on few rows and the better third goes on to
//! more rows, judged by cross-validation. Of the plans on all rows that are as good as the best by the one-standard-error rule,
//! the smallest is chosen.
//!
//! ```text
//! plans ─▶ n / 9 rows ─▶ better third ─▶ n / 3 rows ─▶ better third ─▶ all rows ─▶ one-standard-error rule
//! ```
//!
//! Invariants
//! - Only the rows passed in are used; reported metrics come from other rows.
//! - Plans run in a fixed order and are charged their estimated cost, so the same rows give the same winner on every machine.
//!
//! Not here: judging one plan (`judge`), the list of plans (`space`).

use super::entrant::{Entrant, Verdict, groups};
use super::job::Job;
use super::judge::{Judged, Trial, judge};
use super::{space, trials};
use crate::kinds::auto::AutoSettings;
use crate::store::{HeadPlan, SplitBy};
use anyhow::{Result, bail};
use floorwalker_metrics::is_as_good;
use std::cmp::Ordering;

/// Factor of successive halving: one in this many plans goes on, and the number of rows grows by this factor.
const ETA: usize = 3;
/// Fewest plans that go on to the next rung.
const FINALISTS: usize = 4;
/// Fewest rows of a rung except the last, in total and per class.
const LEAST_ROWS: usize = 1_500;
const LEAST_CLASS_ROWS: usize = 30;
/// A plan that is smaller than all better ones goes on when its loss is at most this multiple of the best loss.
const NEAR: f64 = 1.1;

/// The result of a race: the chosen plan, and all entrants.
pub(super) struct Raced {
    pub(super) plan: HeadPlan,
    pub(super) judged: Judged,
    /// All models, in the order of the search space.
    pub(super) entrants: Vec<Entrant>,
    /// The trials of the last rung.
    pub(super) trials: Vec<Trial>,
}

/// A plan in the race, with its latest result and its verdict.
struct Lane {
    plan: HeadPlan,
    judged: Option<Judged>,
    verdict: Option<Verdict>,
}

impl Lane {
    fn loss(&self) -> f64 {
        let Some(judged) = &self.judged else { return f64::INFINITY };
        judged.losses.iter().sum::<f64>() / judged.losses.len().max(1) as f64
    }

    fn bytes(&self) -> usize {
        self.judged.as_ref().map_or(usize::MAX, |judged| judged.bytes)
    }
}

/// The plan to use when no rows can be held out to judge plans, as with one row per class: the first suitable plan. `None` when
/// plans can be judged.
pub(super) fn without_choice(
    job: &Job<'_>,
    auto: &AutoSettings,
    by: SplitBy,
    train: &[usize],
    valid: &[usize],
) -> Option<HeadPlan> {
    let can_judge = !valid.is_empty() || trials::folds(job, by, train, job.plan.choice.folds).is_some();
    if can_judge { None } else { space::plans(job, auto).into_iter().next() }
}

/// Runs the race over every plan that suits `job`, on `train` and `valid` together. With too few rows of a class for
/// cross-validation, plans are fitted on `train` and judged on `valid`.
///
/// # Errors
///
/// Fails when no plan can be fitted within the budget of bytes.
pub(super) fn race(
    job: &Job<'_>,
    auto: &AutoSettings,
    by: SplitBy,
    train: &[usize],
    valid: &[usize],
) -> Result<Raced> {
    let choice = job.plan.choice;
    let mut all: Vec<usize> = train.iter().chain(valid).copied().collect();
    all.sort_unstable();
    let mut lanes: Vec<Lane> =
        space::plans(job, auto).into_iter().map(|plan| Lane { plan, judged: None, verdict: None }).collect();
    let mut running: Vec<usize> = (0..lanes.len()).collect();
    let mut spent = 0.0;
    let mut held = Vec::new();
    let rungs = rungs(job, all.len());
    for (at, &n_rows) in rungs.iter().enumerate() {
        let is_last = at + 1 == rungs.len();
        let rows = trials::sample(job, by, &all, n_rows);
        held = trials::folds(job, by, &rows, choice.folds).unwrap_or_else(|| {
            vec![Trial { train: train.to_vec(), stop: valid.to_vec(), held: valid.to_vec() }]
        });
        let cost = |plan: &HeadPlan| -> f64 {
            held.iter().map(|trial| space::seconds(&job.with(plan), trial.train.len())).sum()
        };
        // At least one plan must finish, so the first plan of the last rung always runs, and that of a rung that no plan fits into.
        let first_runs =
            is_last || running.iter().all(|&lane| spent + cost(&lanes[lane].plan) > choice.seconds);
        for (place, &lane) in running.iter().enumerate() {
            let lane = &mut lanes[lane];
            let cost = cost(&lane.plan);
            if spent + cost > choice.seconds && !(first_runs && place == 0) {
                lane.verdict = Some(Verdict::Stopped);
                continue;
            }
            spent += cost;
            match judge(&job.with(&lane.plan), &held) {
                Ok(judged) => lane.judged = Some(judged),
                Err(error) => lane.verdict = Some(Verdict::Failed(format!("{error:#}"))),
            }
            if lane.verdict.is_none() && lane.bytes() > space::max_bytes(job) {
                lane.verdict = Some(Verdict::OverBudget);
            }
        }
        running.retain(|&lane| lanes[lane].verdict.is_none());
        running.sort_by(|&a, &b| lanes[a].loss().total_cmp(&lanes[b].loss()).then(a.cmp(&b)));
        if !is_last {
            let left = survivors(&lanes, &running);
            for &lane in running.iter().filter(|lane| !left.contains(lane)) {
                lanes[lane].verdict = Some(Verdict::Stopped);
            }
            running = left;
        }
    }
    finish(job, lanes, &running, held)
}

/// Applies the one-standard-error rule to the lanes that reached the last rung; `arrived` is sorted, best first.
fn finish(job: &Job<'_>, mut lanes: Vec<Lane>, arrived: &[usize], trials: Vec<Trial>) -> Result<Raced> {
    let Some(&best) = arrived.first() else { bail!("{}", nobody(&lanes, space::max_bytes(job))) };
    let good: Vec<usize> = match &lanes[best].judged {
        None => Vec::new(),
        Some(least) => {
            let groups = groups(job, least);
            let is_good = |lane: &&usize| {
                let judged = lanes[**lane].judged.as_ref();
                judged.is_some_and(|judged| is_as_good(&judged.losses, &least.losses, &groups))
            };
            arrived.iter().filter(is_good).copied().collect()
        }
    };
    let chosen = good.iter().copied().min_by_key(|&lane| (lanes[lane].bytes(), lane)).unwrap_or(best);
    for &lane in arrived {
        lanes[lane].verdict = Some(match (lane == chosen, lane == best, good.contains(&lane)) {
            (true, true, _) => Verdict::Best,
            (true, false, _) => Verdict::Smallest,
            (false, _, true) => Verdict::Larger,
            (false, _, false) => Verdict::Worse,
        });
    }
    let entrant = |lane: &Lane| {
        Entrant::of(job, &lane.plan, lane.judged.as_ref(), lane.verdict.clone().unwrap_or(Verdict::Stopped))
    };
    let entrants = lanes.iter().map(entrant).collect();
    let Lane { plan, judged, .. } = lanes.swap_remove(chosen);
    match judged {
        Some(judged) => Ok(Raced { plan, judged, entrants, trials }),
        None => bail!("no model could be measured"),
    }
}

/// Number of rows of each rung; the last rung has all rows.
fn rungs(job: &Job<'_>, n_rows: usize) -> Vec<usize> {
    let least = LEAST_ROWS.max(LEAST_CLASS_ROWS * job.target.classes.len());
    let mut rungs = vec![n_rows];
    for _ in 0..2 {
        let fewer = rungs[0] / ETA;
        if fewer >= least {
            rungs.insert(0, fewer);
        }
    }
    rungs
}

/// The better third of `running`, which is sorted, and every plan that is close to the best and smaller than all better plans.
fn survivors(lanes: &[Lane], running: &[usize]) -> Vec<usize> {
    let n = running.len().div_ceil(ETA).max(FINALISTS);
    let limit = running.first().map_or(0.0, |&best| lanes[best].loss() * NEAR);
    let mut smallest = usize::MAX;
    let goes_on = |(place, &lane): (usize, &usize)| {
        let bytes = lanes[lane].bytes();
        let is_smaller = bytes.cmp(&smallest) == Ordering::Less;
        smallest = smallest.min(bytes);
        (place < n || (is_smaller && lanes[lane].loss() <= limit)).then_some(lane)
    };
    running.iter().enumerate().filter_map(goes_on).collect()
}

fn nobody(lanes: &[Lane], max_bytes: usize) -> String {
    let failure = lanes.iter().find_map(|lane| match &lane.verdict {
        Some(Verdict::Failed(why)) => Some(why.clone()),
        _ => None,
    });
    if lanes.iter().any(|lane| lane.verdict == Some(Verdict::OverBudget)) {
        return format!("no candidate fits into {max_bytes} bytes; raise choice.max_bytes, or name a model");
    }
    let why = failure.unwrap_or_else(|| {
        "the rows have neither features nor messages; declare [[features]], or name the column of \
    messages"
            .to_owned()
    });
    format!("no kind of model could be fitted: {why}")
}
