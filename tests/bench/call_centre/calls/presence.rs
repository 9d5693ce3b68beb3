//! Presence: which agents were present when, and which types they serve, inferred from who served which call.
//!
//! The log names the server of each call, but not which agents were idle. On each day an agent is taken to be present from the first
//! service to the last; a gap between two services is a break according to the rule [`Away`]:
//!
//! - `Gap`: if the gap is long. Half an hour is longer than nearly all gaps and shorter than a meal.
//! - `Waiting`: also if a caller of a type that the agent serves waited during part of the gap: a present agent would have taken the call.
//! - `Notes`: as `Waiting`, except that such a gap of up to [`NOTES`] is work after the previous call: in a replay it follows that call
//!   whenever the call ends, and not at its original time of day. Work after a call while nobody waits cannot be seen in the log.
//!
//! Not here: days as scenarios (`replay`).

use super::read::{Call, CallLog, TYPES};

/// Up to this many seconds of waiting within a gap are no sign of absence: handing over a call takes a moment.
const MOMENT: f64 = 5.0;
const DAY: f64 = 86_400.0;

/// Which gaps between two services are breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Away {
    /// Gaps longer than this many seconds.
    Gap(f64),
    /// Gaps longer than this many seconds, and any gap in which a caller whom the agent could have served waited.
    Waiting(f64),
    /// As `Waiting`, except for gaps short enough to be work after a call.
    Notes(f64),
}

/// The longest work after a call, in seconds.
pub(crate) const NOTES: f64 = 180.0;

/// Which agents were present, and the work after each call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Presences {
    /// For each day, the presence of each agent.
    pub(crate) days: Vec<Vec<Presence>>,
    /// For each call of the log, the work after it in seconds.
    pub(crate) notes: Vec<f64>,
}

/// When one agent was present on one day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Presence {
    /// The agent, as an index into the log's servers.
    pub(crate) server: usize,
    /// Start and end of each span, in seconds of the day; rising, not overlapping.
    pub(crate) spans: Vec<[f64; 2]>,
}

/// The types that each server serves: those with at least the share `least` of the server's calls, and at least three calls.
#[must_use]
pub(crate) fn skills(log: &CallLog, least: f64) -> Vec<Vec<usize>> {
    let mut counts = vec![[0_usize; TYPES.len()]; log.servers.len()];
    for call in &log.calls {
        if let Some(count) = call.service.and_then(|service| counts.get_mut(service.server?)) {
            count[call.kind] += 1;
        }
    }
    let served = |count: &[usize; TYPES.len()]| {
        let all: usize = count.iter().sum();
        (0..TYPES.len())
            .filter(|kind| count[*kind] >= 3 && count[*kind] as f64 >= least * all as f64)
            .collect()
    };
    counts.iter().map(served).collect()
}

/// The agents present on each day. Cost: for each day, the number of gaps times the number of waits.
#[must_use]
pub(crate) fn presence(log: &CallLog, skills: &[Vec<usize>], away: Away) -> Presences {
    let mut found = Presences { days: Vec::with_capacity(log.n_days), notes: vec![0.0; log.calls.len()] };
    let mut first = 0;
    for calls in log.calls.chunk_by(|a, b| a.day == b.day) {
        let day = Day::of(log, calls);
        let mut there = Vec::new();
        for (server, services) in day.services.iter().enumerate() {
            let theirs = skills.get(server).map_or(&[][..], |kinds| kinds);
            let mut spans: Vec<[f64; 2]> = Vec::new();
            let mut before = None;
            for &(call, [from, to]) in services {
                match (spans.last_mut(), before) {
                    (Some(last), Some(before)) => match day.gap([last[1], from], theirs, away) {
                        Gap::Idle => last[1] = last[1].max(to),
                        Gap::Notes => {
                            if let Some(notes) = found.notes.get_mut(first + before) {
                                *notes = from - last[1];
                            }
                            last[1] = last[1].max(to);
                        }
                        Gap::Break => spans.push([from, to]),
                    },
                    _ => spans.push([from, to]),
                }
                before = Some(call);
            }
            if !spans.is_empty() {
                there.push(Presence { server, spans });
            }
        }
        found.days.push(there);
        first += calls.len();
    }
    found
}

/// How an agent spent the time between two services.
enum Gap {
    Idle,
    Notes,
    Break,
}

/// One day of the log.
struct Day {
    /// For each server, in order of time: the call's index, and the start and end of its service.
    services: Vec<Vec<(usize, [f64; 2])>>,
    /// For each caller who waited: the type, and the start and end of the wait.
    waits: Vec<(usize, f64, f64)>,
}

impl Day {
    fn of(log: &CallLog, calls: &[Call]) -> Self {
        let mut day = Self { services: vec![Vec::new(); log.servers.len()], waits: Vec::new() };
        for (at, call) in calls.iter().enumerate() {
            let answered = call.came + call.waited;
            if call.waited > MOMENT {
                day.waits.push((call.kind, call.came, answered));
            }
            if let Some(service) = call.service
                && let Some(list) = service.server.and_then(|server| day.services.get_mut(server))
            {
                list.push((at, [answered.min(DAY - 1.0), (answered + service.seconds).min(DAY)]));
            }
        }
        day.services.iter_mut().for_each(|list| list.sort_by(|a, b| a.1[0].total_cmp(&b.1[0])));
        day
    }

    fn gap(&self, [from, to]: [f64; 2], theirs: &[usize], away: Away) -> Gap {
        let (Away::Gap(most) | Away::Waiting(most) | Away::Notes(most)) = away;
        let is_there = |wait: &(usize, f64, f64)| wait.2.min(to) - wait.1.max(from) > MOMENT;
        let somebody_waits = || self.waits.iter().any(|wait| theirs.contains(&wait.0) && is_there(wait));
        if to - from > most {
            Gap::Break
        } else if matches!(away, Away::Gap(_)) || !somebody_waits() {
            Gap::Idle
        } else if matches!(away, Away::Notes(_)) && to - from <= NOTES {
            Gap::Notes
        } else {
            Gap::Break
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::Service;
    use super::*;

    fn log() -> CallLog {
        let call = |came, waited, seconds: Option<f64>| Call {
            day: 0,
            kind: 0,
            came,
            waited,
            service: seconds.map(|seconds| Service { seconds, server: Some(0) }),
        };
        // The agent served from 100 to 200, 300 to 400 and 3,000 to 3,100; one caller waited from 220 to 240 and gave up.
        let calls = vec![
            call(100.0, 0.0, Some(100.0)),
            call(220.0, 20.0, None),
            call(300.0, 0.0, Some(100.0)),
            call(3_000.0, 0.0, Some(100.0)),
        ];
        CallLog { calls, servers: vec!["TOVA".to_owned()], n_days: 1, ..CallLog::default() }
    }

    #[track_caller]
    fn check(away: Away, spans: &[[f64; 2]]) {
        let log = log();
        let skills = skills(&log, 0.01);
        assert_eq!(skills, [vec![0]]);
        let days = presence(&log, &skills, away).days;
        assert_eq!(days, [vec![Presence { server: 0, spans: spans.to_vec() }]]);
    }

    #[test]
    fn a_long_gap_is_a_break() {
        check(Away::Gap(1_800.0), &[[100.0, 400.0], [3_000.0, 3_100.0]]);
        check(Away::Gap(3_600.0), &[[100.0, 3_100.0]]);
    }

    #[test]
    fn who_lets_a_caller_wait_was_away() {
        check(Away::Waiting(3_600.0), &[[100.0, 200.0], [300.0, 3_100.0]]);
    }

    #[test]
    fn a_short_gap_in_which_a_caller_waits_is_work_after_a_call() {
        check(Away::Notes(3_600.0), &[[100.0, 3_100.0]]);
        let log = log();
        assert_eq!(presence(&log, &skills(&log, 0.01), Away::Notes(3_600.0)).notes, [100.0, 0.0, 0.0, 0.0]);
    }
}
