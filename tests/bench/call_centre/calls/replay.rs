//! Replay: turns days of the log into scenarios, and computes the log's own figures.
//!
//! | part of a call | in the scenario                                                                                   |
//! |----------------|---------------------------------------------------------------------------------------------------|
//! | arrival        | its own                                                                                           |
//! | work           | its own and what was done after it; of a caller who left, that of a served call of the same type, drawn                      |
//! | patience       | of a caller who left, what they waited; of one who was answered, drawn from what is left of the type's curve beyond what they waited; past its end, the longest wait of the type |
//! | agents         | each a team of one, there when the log shows them, serving the types that they serve              |
//!
//! A type that none of a day's agents serves is given to all of them on that day. Drawn values depend on the seed, the type and the call,
//! so that every strategy meets the same calls. Ending the patience curve at the longest wait is Efron's rule (*The two sample problem
//! with censored data*, 1967): without it, a few callers of the night would wait until the morning.
//!
//! Not here: which agents are present (`presence`), strategies (`staffing`).

use super::presence::{Presence, Presences};
use super::read::{CallLog, TYPES};
use super::survival::Survival;
use anyhow::{Context, Result};
use floorwalker_simulator::{
    KindDef, Scenario, ScenarioDef, Strategy, Tally, TeamDef, TimeDef, Totals, run, run_seed,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// The shortest patience, in seconds.
const LEAST: f64 = 0.5;
const HOUR: f64 = 3_600.0;

/// The figures of a log or of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Calls in queue.
    pub(crate) calls: u64,
    /// Mean seconds until a caller was answered or left.
    pub(crate) mean_wait: f64,
    /// Share of the callers who had to wait.
    pub(crate) waits: f64,
    /// Share of the callers who left.
    pub(crate) abandonment: f64,
}

impl Figures {
    /// The figures of a tally of simulated requests.
    #[must_use]
    pub(crate) fn of(tally: &Tally) -> Self {
        Self {
            calls: tally.came,
            mean_wait: tally.mean_wait(),
            waits: tally.wait_chance(),
            abandonment: tally.abandonment(),
        }
    }
}

/// The log's own figures: those of one type, or of all.
#[must_use]
pub(crate) fn logged(log: &CallLog, kind: Option<usize>) -> Figures {
    let mut tally = Tally::default();
    for call in log.calls.iter().filter(|call| kind.is_none_or(|kind| call.kind == kind)) {
        tally.came += 1;
        tally.wait += call.waited;
        tally.waited += u64::from(call.waited > 0.0);
        tally.left += u64::from(call.service.is_none());
    }
    Figures::of(&tally)
}

/// Sums the totals of days; the occupancies are listed for each agent on each day. The numbers of waiting requests at a moment are left
/// out, because they belong to single days.
#[must_use]
pub(crate) fn month(days: &[Totals]) -> Totals {
    let mut month = Totals::default();
    for day in days {
        add(&mut month.kinds, &day.kinds);
        add(&mut month.groups, &day.groups);
        add(&mut month.queues, &day.queues);
        add(&mut month.hours, &day.hours);
        month.occupancy.extend(&day.occupancy);
        month.most = month.most.max(day.most);
    }
    month
}

fn add(sums: &mut Vec<Tally>, day: &[Tally]) {
    sums.resize(day.len(), Tally::default());
    sums.iter_mut().zip(day).for_each(|(sum, of)| sum.add(of));
}

/// A log ready to be replayed.
#[derive(Clone, Debug)]
pub(crate) struct Replay<'a> {
    log: &'a CallLog,
    skills: &'a [Vec<usize>],
    there: &'a Presences,
    /// For each type, the survival curve of patience.
    pub(crate) patience: Vec<Survival>,
    /// For each type, the durations of its services in seconds, rising.
    pub(crate) work: Vec<Vec<f64>>,
    /// For each type, the longest wait in seconds.
    longest: Vec<f64>,
}

impl<'a> Replay<'a> {
    /// Computes patience and work of each type from the log; `skills` and `there` are the results of [`skills`](super::skills) and
    /// [`presence`](fn@super::presence).
    #[must_use]
    pub(crate) fn new(log: &'a CallLog, skills: &'a [Vec<usize>], there: &'a Presences) -> Self {
        let of = |kind: usize| log.calls.iter().filter(move |call| call.kind == kind);
        let curve = |kind| Survival::of(of(kind).map(|call| (call.waited, call.service.is_none())));
        let times = |kind| {
            let all = log.calls.iter().zip(&there.notes).filter(|(call, _)| call.kind == kind);
            let mut times: Vec<f64> =
                all.filter_map(|(call, notes)| Some(call.service?.seconds + notes)).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let patience = (0..TYPES.len()).map(curve).collect();
        let longest = |kind| of(kind).map(|call| call.waited).fold(LEAST, f64::max);
        let (work, longest) =
            ((0..TYPES.len()).map(times).collect(), (0..TYPES.len()).map(longest).collect());
        Self { log, skills, there, patience, work, longest }
    }

    /// Makes a scenario of each day. Its kinds and its queues are the types, in order.
    ///
    /// - `misroute`: seconds until an agent of a wrong queue transfers a call.
    ///
    /// # Errors
    ///
    /// A day does not make a valid scenario.
    pub(crate) fn scenarios(&self, misroute: f64, seed: u64) -> Result<Vec<Arc<Scenario>>> {
        (0..self.log.n_days)
            .map(|day| {
                let def = self.day(day, misroute, seed);
                Scenario::new(def).map(Arc::new).with_context(|| format!("day {} of the log", day + 1))
            })
            .collect()
    }

    /// Runs each day under a strategy; `strategy` makes the strategy for a day's index.
    #[must_use]
    pub(crate) fn run(
        days: &[Arc<Scenario>],
        strategy: impl Fn(usize) -> Strategy,
        seed: u64,
    ) -> Vec<Totals> {
        let seed_of = |day: usize| run_seed(seed, day as u64);
        days.iter().enumerate().map(|(day, scenario)| run(scenario, &strategy(day), seed_of(day))).collect()
    }

    fn day(&self, day: usize, misroute: f64, seed: u64) -> ScenarioDef {
        let agents = self.there.days.get(day).map_or(&[][..], |agents| agents);
        let names: Vec<String> = TYPES.iter().map(|&name| name.to_owned()).collect();
        let serves = |agent: &Presence, kind: usize| {
            self.skills.get(agent.server).is_some_and(|kinds| kinds.contains(&kind))
        };
        let is_served: Vec<bool> =
            (0..TYPES.len()).map(|kind| agents.iter().any(|agent| serves(agent, kind))).collect();
        let team = |agent: &Presence| TeamDef {
            name: self.log.servers.get(agent.server).cloned().unwrap_or_default(),
            agents: 1,
            queues: (0..TYPES.len())
                .filter(|kind| serves(agent, *kind) || !is_served[*kind])
                .map(|kind| names[kind].clone())
                .collect(),
            novices: false,
            pace: vec![1.0],
            shifts: agent.spans.iter().map(|[from, to]| [from / HOUR, to / HOUR]).collect(),
            breaks: Vec::new(),
        };
        ScenarioDef {
            start: None,
            hours: 24.0,
            warm_up: 0.0,
            within: 20.0,
            misroute,
            queues: names.clone(),
            kinds: (0..TYPES.len()).map(|kind| self.kind(day, kind, seed)).collect(),
            teams: agents.iter().map(team).collect(),
            surges: Vec::new(),
            repeat: None,
        }
    }

    fn kind(&self, day: usize, kind: usize, seed: u64) -> KindDef {
        let mut chance = ChaCha8Rng::seed_from_u64(seed ^ ((day as u64) << 32) ^ ((kind as u64) << 48));
        let (mut arrivals, mut work, mut patience) = (Vec::new(), Vec::new(), Vec::new());
        let all = self.log.calls.iter().zip(&self.there.notes);
        for (call, notes) in all.filter(|(call, _)| call.day == day && call.kind == kind) {
            let [of_work, of_patience]: [f64; 2] = [chance.random(), chance.random()];
            arrivals.push(call.came);
            let drawn = || self.work[kind].get((of_work * self.work[kind].len() as f64) as usize);
            work.push(match call.service {
                Some(service) => service.seconds + notes,
                None => drawn().copied().unwrap_or(1.0),
            });
            patience.push(match call.service {
                Some(_) => self.patience[kind].beyond(call.waited, of_patience).unwrap_or(self.longest[kind]),
                None => call.waited.max(LEAST),
            });
        }
        let is_quiet = arrivals.is_empty();
        let each = |seconds: Vec<f64>| TimeDef::Each { seconds: if is_quiet { vec![1.0] } else { seconds } };
        KindDef {
            name: TYPES[kind].to_owned(),
            queue: TYPES[kind].to_owned(),
            group: TYPES[kind].to_owned(),
            per_hour: if is_quiet { vec![0.0] } else { Vec::new() },
            arrivals,
            work: each(work),
            patience: Some(each(patience)),
            taken_for: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::presence::{Away, presence, skills};
    use super::super::read::{Call, Service};
    use super::*;

    /// Two callers a minute apart, two minutes of service each, one agent: the second waits a minute, as in the log.
    fn log() -> CallLog {
        let call = |came, waited| Call {
            day: 0,
            kind: 0,
            came,
            waited,
            service: Some(Service { seconds: 120.0, server: Some(0) }),
        };
        let left = Call { service: None, ..call(36_030.0, 40.0) };
        let calls = vec![call(36_000.0, 0.0), left, call(36_060.0, 60.0)];
        CallLog { calls, servers: vec!["TOVA".to_owned()], n_days: 1, ..CallLog::default() }
    }

    #[test]
    fn a_replay_of_a_floor_that_is_known_is_the_log() {
        let mut log = log();
        // Three calls of a type make a skill.
        log.calls.push(Call { came: 40_000.0, waited: 0.0, ..log.calls[0].clone() });
        let skills = skills(&log, 0.01);
        let there = presence(&log, &skills, Away::Gap(36_000.0));
        let replay = Replay::new(&log, &skills, &there);
        let days = replay.scenarios(60.0, 1).unwrap();
        let totals = month(&Replay::run(&days, |_| Strategy::Right, 1));
        assert_eq!(Figures::of(&totals.all()), logged(&log, None));
        assert_eq!(
            logged(&log, Some(0)),
            Figures { calls: 4, mean_wait: 25.0, waits: 0.5, abandonment: 0.25 }
        );
    }
}
