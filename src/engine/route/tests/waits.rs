//! Tests of the expected wait.

use super::*;
use crate::route::wait::{self, Line};

fn agents(name: &str, queues: &[u16], count: f32) -> Vec<AgentState> {
    let nan = f32::NAN;
    let row = |&queue: &u16| AgentState {
        name: Symbol::of(name),
        queue,
        holds: nan,
        room: nan,
        idle_s: nan,
        occupancy: nan,
        taken: nan,
        count,
        novice: false,
    };
    queues.iter().map(row).collect()
}

/// Mean waits of `queues` with these rows of agents.
fn means(queues: &[QueueState], agents: &[AgentState]) -> Vec<f32> {
    let mut lines = Vec::new();
    wait::lines(queues, agents, &mut lines);
    queues.iter().zip(lines).map(|(state, line)| state.wait(line, 0.0).mean).collect()
}

#[test]
fn a_wait_is_that_of_the_ends_before_it() {
    // Five agents with one request each are busy, and three requests wait: four must end, at 5 per 100 seconds.
    let wait = state(3.0, 5.0, 5.0).wait(Line::default(), 0.0);
    near(wait.mean, 80.0);
    // The 10 % and 90 % quantiles of the Gamma distribution of shape 4 and scale 20 are 34.9 and 133.6.
    assert!((wait.low - 34.9).abs() < 0.3 && (wait.high - 133.6).abs() < 0.3, "{wait:?}");
    assert_eq!(state(0.0, 5.0, 4.0).wait(Line::default(), 0.0), Wait { low: 0.0, mean: 0.0, high: 0.0 });
    assert_eq!(state(0.0, 0.0, 0.0).wait(Line::default(), 0.0).mean, f32::INFINITY);
    assert!(QueueState::default().wait(Line::default(), 0.0).mean.is_nan());
    assert!(
        QueueState { rate: [0.0; LEVELS], ..state(3.0, 5.0, 5.0) }.wait(Line::default(), 0.0).mean.is_nan()
    );
}

#[test]
fn chats_held_side_by_side_end_at_the_pace_of_the_last_level() {
    // Two agents hold two chats each and end 0.016 per second each; with six in service or waiting, three must end, at 0.032 per second.
    let queue = QueueState { rate: [0.01, 0.016, 0.0, 0.0], ..state(2.0, 2.0, 4.0) };
    near(queue.wait(Line::default(), 0.0).mean, 3.0 / 0.032);
    assert_eq!(QueueState { waiting: 0.0, in_service: 3.0, ..queue }.free(), 1.0);
}

#[test]
fn an_old_snapshot_widens_the_interval_and_keeps_the_mean() {
    let (fresh, old) =
        (state(3.0, 5.0, 5.0).wait(Line::default(), 0.0), state(3.0, 5.0, 5.0).wait(Line::default(), 60.0));
    assert_eq!(fresh.mean, old.mean);
    assert!(old.low < fresh.low && old.high > fresh.high);
    // An agent was free a minute ago, but may be busy now.
    assert!(state(0.0, 5.0, 4.0).wait(Line::default(), 60.0).high > 0.0);
}

#[test]
fn impatient_shoppers_shorten_a_wait_as_the_sum_of_its_steps_says() {
    // While j requests wait before it, a request moves up every 1 / (R + j θ) seconds; summed term by term in f64.
    for agents in [1_u8, 2, 10, 50] {
        for patience_s in [30.0_f32, 60.0, 300.0, 3_600.0] {
            for waiting in [0_u8, 1, 2, 5, 20, 100] {
                let n = f32::from(agents);
                let state = QueueState { patience_s, ..state(waiting.into(), n, n) };
                let (ends, leaves) = (f64::from(agents) * 0.01, 1.0 / f64::from(patience_s));
                let exact: f64 = (0..=waiting).map(|j| 1.0 / (ends + f64::from(j) * leaves)).sum();
                let found = f64::from(state.wait(Line::default(), 0.0).mean);
                assert!(
                    (found / exact - 1.0).abs() < 0.02,
                    "{agents}, {patience_s}, {waiting}: {found}, {exact}"
                );
            }
        }
    }
    // By hand: 1/0.02 + 1/0.03 + 1/0.04 is 108.3, and 150 if nobody leaves.
    let two = state(2.0, 2.0, 2.0);
    near(two.wait(Line::default(), 0.0).mean, 150.0);
    let impatient = QueueState { patience_s: 100.0, ..two }.wait(Line::default(), 0.0);
    assert!((impatient.mean - 108.3).abs() < 1.5, "{impatient:?}");
    // A patience of 0 counts as not known.
    near(QueueState { patience_s: 0.0, ..two }.wait(Line::default(), 0.0).mean, 150.0);
}

#[test]
fn a_wait_is_in_order_whatever_the_numbers() {
    let numbers = [0.0, 1e-30, 0.5, 1.0, 7.0, 1e6, 3e38];
    for waiting in numbers {
        for agents in numbers {
            for patience_s in numbers {
                for rate in [1e-38, 1e-9, 0.01, 1e30] {
                    for age_s in [0.0, 60.0, 1e9] {
                        let queue = QueueState {
                            patience_s,
                            rate: [rate, 0.0, 0.0, 0.0],
                            ..state(waiting, agents, agents)
                        };
                        let Wait { low, mean, high } = queue.wait(Line::default(), age_s);
                        let is_known = 0.0 <= low && low <= mean && mean <= high;
                        assert!(is_known || mean.is_nan(), "{queue:?}, {age_s}: {low}, {mean}, {high}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_pool_of_agents_is_one_line() {
    // Four agents serve both queues: eight requests wait before a new one in either queue, and 0.04 per second end.
    let queues = [state(3.0, 4.0, 4.0), state(5.0, 4.0, 4.0)];
    assert_eq!(means(&queues, &[]), [100.0, 150.0]);
    let one_by_one: Vec<AgentState> =
        ["a", "b", "c", "d"].iter().flat_map(|name| agents(name, &[0, 1], f32::NAN)).collect();
    for rows in [&one_by_one, &agents("team", &[0, 1], 4.0)] {
        for mean in means(&queues, rows) {
            assert!((mean - 225.0).abs() < 0.01, "{mean}");
        }
    }
    // With a known patience, requests leave the pool from either queue.
    let impatient = queues.map(|queue| QueueState { patience_s: 100.0, ..queue });
    let exact: f32 = (0_u8..=8).map(|j| 1.0 / (0.04 + f32::from(j) * 0.01)).sum();
    for mean in means(&impatient, &one_by_one) {
        assert!((mean / exact - 1.0).abs() < 0.01, "{mean}, {exact}");
    }
}

#[test]
fn agents_of_one_queue_bound_what_a_pool_makes_of_it() {
    // Two agents serve only the first queue, and two serve both. One request waits in the first queue, and four in the second.
    let queues = [state(1.0, 4.0, 4.0), state(4.0, 2.0, 2.0)];
    let found = means(&queues, &agents("both", &[0, 1], 2.0));
    // The pool gives (5 + 1) / 0.04 = 150. The two agents of the first queue alone give 2 / 0.02 = 100, which is an upper bound.
    near(found[0], 100.0);
    // The second queue's two agents working for it alone give 5 / 0.02 = 250, which is a lower bound.
    near(found[1], 250.0);
}

#[test]
fn pools_reach_as_far_as_agents_link_them() {
    let queues = [state(1.0, 1.0, 1.0), state(2.0, 2.0, 2.0), state(4.0, 1.0, 1.0), state(0.0, 1.0, 1.0)];
    let rows = [agents("a", &[0, 1], f32::NAN), agents("b", &[1, 2], f32::NAN)].concat();
    // Seven requests wait in the first three queues, which two agents serve: the pool gives 8 / 0.02 = 400, the lower bound is
    // (m + 1) / own rate.
    let found = means(&queues, &rows);
    for (mean, wanted) in found.iter().zip([400.0, 400.0, 500.0, 100.0]) {
        assert!((mean - wanted).abs() < 0.01, "{found:?}");
    }
    // The third queue's only agent, working for it alone, needs five times 100 seconds, which is more than the pool gives.
    // Many queues in a chain are also one pool.
    let n = 300_u16;
    let chain: Vec<AgentState> =
        (1..n).rev().flat_map(|at| agents(&digits(at), &[at, at - 1], f32::NAN)).collect();
    let states: Vec<QueueState> =
        (0..n).map(|at| state(1.0, if at == 0 || at == n - 1 { 1.0 } else { 2.0 }, 1.0)).collect();
    let busy: Vec<QueueState> =
        states.iter().map(|state| QueueState { in_service: state.agents, ..*state }).collect();
    // 300 requests wait for 299 agents: 301 / 2.99.
    assert!((means(&busy, &chain)[5] - 301.0 / 2.99).abs() < 0.05, "{:?}", means(&busy, &chain)[5]);
}

fn digits(number: u16) -> String {
    use alloc::string::ToString;
    crate::plain::digits(number.into()).to_string()
}

#[test]
fn a_queue_in_which_nobody_is_never_answers_whatever_else_is_known_of_it() {
    let empty = QueueState { agents: 0.0, ..QueueState::default() };
    assert_eq!(empty.wait(Line::default(), 0.0).mean, f32::INFINITY);
}
