//! Presence: which agents were there when, and what they serve, from who served whom.
//!
//! The log names the server of a call and nothing of who sat idle. On a day an agent is there from the first service to the last;
//! a gap between two services is a break where the rule [`Away`] says so.
//!
//! - `Gap`: where it is long. Half an hour is more than nearly all gaps and less than a meal.
//! - `Waiting`: where a caller of a type that the agent serves waited through part of it: one who was there would have taken the
//!   call.
//! - `Notes`: as `Waiting`, except that such a gap of up to [`NOTES`] is work after the call before it: it comes after that call
//!   whenever a replay ends it, and not at its time of day. What is done after a call while nobody waits does not show.
//!
//! Not here: days as scenarios (`replay`).

use super::read::{Call, CallLog, TYPES};

/// Seconds of waiting within a gap that are no sign of absence: a call takes a moment to be handed over.
const MOMENT: f64 = 5.0;
const DAY: f64 = 86_400.0;

/// Which gaps between two services are breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Away {
    /// Those longer than so many seconds.
    Gap(f64),
    /// Those, and any in which a caller whom the agent could have served waited.
    Waiting(f64),
    /// Those, unless they are short enough to be work after a call.
    Notes(f64),
}

/// Most seconds of work after a call.
pub(crate) const NOTES: f64 = 180.0;

/// Who was there, and what their calls took besides talking.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Presences {
    /// By day.
    pub(crate) days: Vec<Vec<Presence>>,
    /// By call of the log, seconds of work after it.
    pub(crate) notes: Vec<f64>,
}

/// Where an agent was on a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Presence {
    /// The agent, as a place among the servers.
    pub(crate) server: usize,
    /// From and to, in seconds of the day; rising, apart.
    pub(crate) spans: Vec<[f64; 2]>,
}

/// What each server serves: types that make up a share of `least` of their calls or more, and three calls or more.
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

/// Who was there on each day. Cost: each gap of a server with each wait of its day.
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

/// What an agent did between two services.
enum Gap {
    Idle,
    Notes,
    Break,
}

/// A day of the log.
struct Day {
    /// By server: which call of the day, and from when to when it was served; by time.
    services: Vec<Vec<(usize, [f64; 2])>>,
    /// Type, and from when to when a caller waited.
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
        // Served 100 to 200, 300 to 400, 3,000 to 3,100; a caller gave up who waited from 220 to 240.
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
