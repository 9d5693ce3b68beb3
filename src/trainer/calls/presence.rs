//! Presence: which agents were there when, and what they serve, from who served whom.
//!
//! The log names the server of a call and nothing of who sat idle. On a day an agent is there from the first service to the last;
//! a gap between two services is a break where the rule [`Away`] says so.
//!
//! - `Gap`: where it is long. Half an hour is more than nearly all gaps and less than a meal.
//! - `Waiting`: where a caller of a type that the agent serves waited through part of it: one who was there would have taken the
//!   call. It counts what the log does not show, as notes after a call, as being away.
//!
//! Not here: days as scenarios (`replay`).

use super::read::{CallLog, TYPES};

/// Seconds of waiting within a gap that are no sign of absence: a call takes a moment to be handed over.
const MOMENT: f64 = 5.0;
const DAY: f64 = 86_400.0;

/// Which gaps between two services are breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Away {
    /// Those longer than so many seconds.
    Gap(f64),
    /// Those, and any in which a caller whom the agent could have served waited.
    Waiting(f64),
}

/// Where an agent was on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Presence {
    /// The agent, as a place among the servers.
    pub server: usize,
    /// From and to, in seconds of the day; rising, apart.
    pub spans: Vec<[f64; 2]>,
}

/// What each server serves: types that make up a share of `least` of their calls or more, and three calls or more.
#[must_use]
pub fn skills(log: &CallLog, least: f64) -> Vec<Vec<usize>> {
    let mut counts = vec![[0_usize; TYPES.len()]; log.servers.len()];
    for call in &log.calls {
        if let Some(count) = call.service.and_then(|service| counts.get_mut(service.server?)) {
            count[call.kind] += 1;
        }
    }
    let served = |count: &[usize; TYPES.len()]| {
        let all: usize = count.iter().sum();
        (0..TYPES.len()).filter(|kind| count[*kind] >= 3 && count[*kind] as f64 >= least * all as f64).collect()
    };
    counts.iter().map(served).collect()
}

/// Who was there on each day. Cost: each gap of a server with each wait of its day.
#[must_use]
pub fn presence(log: &CallLog, skills: &[Vec<usize>], away: Away) -> Vec<Vec<Presence>> {
    let mut days = Vec::with_capacity(log.n_days);
    for calls in log.calls.chunk_by(|a, b| a.day == b.day) {
        // By server, when each service began and ended; and who waited from when to when.
        let mut served: Vec<Vec<[f64; 2]>> = vec![Vec::new(); log.servers.len()];
        let mut waits = Vec::new();
        for call in calls {
            let answered = call.came + call.waited;
            if call.waited > MOMENT {
                waits.push((call.kind, call.came, answered));
            }
            if let Some(service) = call.service
                && let Some(list) = service.server.and_then(|server| served.get_mut(server))
            {
                list.push([answered.min(DAY - 1.0), (answered + service.seconds).min(DAY)]);
            }
        }
        let is_break = |server: usize, [from, to]: [f64; 2]| match away {
            Away::Gap(most) => to - from > most,
            Away::Waiting(most) => {
                let theirs = |kind: &usize| skills.get(server).is_some_and(|kinds| kinds.contains(kind));
                let is_there = |wait: &(usize, f64, f64)| wait.2.min(to) - wait.1.max(from) > MOMENT;
                to - from > most || waits.iter().any(|wait| theirs(&wait.0) && is_there(wait))
            }
        };
        let mut day = Vec::new();
        for (server, mut list) in served.into_iter().enumerate() {
            list.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let mut spans: Vec<[f64; 2]> = Vec::new();
            for [from, to] in list {
                match spans.last_mut() {
                    Some(last) if from <= last[1] || !is_break(server, [last[1], from]) => last[1] = last[1].max(to),
                    _ => spans.push([from, to]),
                }
            }
            if !spans.is_empty() {
                day.push(Presence { server, spans });
            }
        }
        days.push(day);
    }
    days
}

#[cfg(test)]
mod tests {
    use super::super::read::{Call, Service};
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
        assert_eq!(presence(&log, &skills, away), [vec![Presence { server: 0, spans: spans.to_vec() }]]);
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
}
