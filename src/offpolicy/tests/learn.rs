//! Bandits' arms against values worked out by hand, properties, refusals.

use super::super::learn::{Learner, Learnt};
use super::super::line::Line;
use anyhow::Result;
use floorwalker_policy::{BanditDef, By, PolicyDef, QueueDef, StrategyDef};

/// A policy with queues `a`, `b` and `c`, and a bandit with these inputs.
fn policy(inputs: &[&str]) -> PolicyDef {
    let bandit = BanditDef { inputs: inputs.iter().map(|&name| name.to_owned()).collect(), arms: Vec::new() };
    let mut def = PolicyDef::plain("intent", "a");
    def.queues.extend(["b", "c"].map(QueueDef::new));
    def.strategy = vec![StrategyDef::new(By::LinUcb { alpha: 1.0, bandit })];
    def
}

fn line(action: &str, reward: f64) -> Line {
    Line {
        line: 1,
        action: action.to_owned(),
        propensity: 0.5,
        reward,
        policy_version: "1".to_owned(),
        ..Line::default()
    }
}

/// What is learnt from lines, each an action, a reward and the inputs.
fn learnt<const N: usize>(lines: &[(&str, f64, [f32; N])], ridge: f64) -> Result<Learnt> {
    let names = ["cart", "vip"];
    let mut learner = Learner::new(&policy(&names[..N]), ridge)?;
    for (action, reward, inputs) in lines {
        learner.add(&line(action, *reward), &[[&inputs[..], &[1.0]].concat()])?;
    }
    Ok(learner.learnt()?.remove(0))
}

#[track_caller]
fn close(found: impl IntoIterator<Item = f64>, wanted: &[f64]) {
    let found: Vec<f64> = found.into_iter().collect();
    let is_close = found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-6);
    assert!(found.len() == wanted.len() && is_close, "{found:?} is not {wanted:?}");
}

/// Three log lines of `a` whose rewards are linear in the input, and one of `b`.
const FOUR: [(&str, f64, [f32; 1]); 4] =
    [("a", 1.0, [0.0]), ("a", 2.0, [1.0]), ("b", 7.0, [5.0]), ("a", 3.0, [2.0])];

#[test]
fn three_lines_teach_what_they_do_by_hand() {
    let learnt = learnt(&FOUR, 1.0).unwrap();
    let a = &learnt.queues[0];
    // A = [[1 + 5, 3], [3, 1 + 3]] has the determinant 15; b = (8, 6).
    close(a.arm.inverse.iter().copied().map(f64::from), &[4.0, -3.0, -3.0, 6.0].map(|x| x / 15.0));
    close(a.arm.weights.iter().copied().map(f64::from), &[14.0 / 15.0, 0.8]);
    // The errors are 0.2, 4/15 and 1/3; the sum of x over all four lines is (8, 4).
    close([a.mean, a.error, a.expected], &[2.0, (2.0_f64 / 27.0).sqrt(), (8.0 * 14.0 / 15.0 + 3.2) / 4.0]);
    assert_eq!((a.arm.queue.as_str(), a.lines), ("a", 3));
}

#[test]
fn a_queue_without_a_line_has_no_arm() {
    let learnt = learnt(&FOUR, 1.0).unwrap();
    let queues: Vec<&str> = learnt.queues.iter().map(|queue| queue.arm.queue.as_str()).collect();
    assert_eq!(queues, ["a", "b"]);
}

#[test]
fn the_ridge_pulls_towards_nothing() {
    let size = |ridge| {
        let learnt = learnt(&FOUR, ridge).unwrap();
        learnt.queues[0].arm.weights.iter().map(|weight| weight.abs()).fold(0.0, f32::max)
    };
    assert!(size(0.01) > size(1.0) && size(1.0) > size(100.0) && size(1e6) < 1e-4);
}

#[test]
fn units_change_what_is_learnt_of_an_input_and_nothing_else() {
    let cents = FOUR.map(|(action, reward, [x])| (action, reward, [x * 65_536.0]));
    // A ridge so small that it shrinks neither.
    let [learnt, in_cents] = [&FOUR, &cents].map(|lines| learnt(lines, 1e-9).unwrap());
    let [a, b] = [&learnt, &in_cents].map(|learnt| &learnt.queues[0].arm.weights);
    close([f64::from(b[0]) * 65_536.0, b[1].into()], &[a[0].into(), a[1].into()]);
}

#[test]
fn every_bandit_learns_from_every_line() {
    let mut def = policy(&["cart"]);
    def.filters.push(floorwalker_policy::FilterDef {
        name: "vip".to_owned(),
        strategy: Some(policy(&["vip"]).strategy),
        ..Default::default()
    });
    let mut learner = Learner::new(&def, 1.0).unwrap();
    for (action, reward, [cart]) in FOUR {
        learner.add(&line(action, reward), &[vec![2.0, 1.0], vec![cart, 1.0]]).unwrap();
    }
    let both = learner.learnt().unwrap();
    assert_eq!(both.iter().map(|learnt| learnt.place.filter).collect::<Vec<_>>(), [Some(0), None]);
    assert_eq!((both[0].queues[0].lines, &both[0].inputs[0][..]), (3, "vip"));
    assert_eq!(both[1], Learnt { place: both[1].place, ..learnt(&FOUR, 1.0).unwrap() });
}

#[track_caller]
fn check_refused<T: std::fmt::Debug>(result: Result<T>, says: &str) {
    let error = format!("{:#}", result.unwrap_err());
    assert!(error.contains(says), "{error}");
}

#[test]
fn what_teaches_nothing_is_refused() {
    check_refused(Learner::new(&PolicyDef::plain("intent", "a"), 1.0), "no bandit to train; add one");
    for ridge in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        check_refused(learnt(&FOUR, ridge), "must be above 0");
    }
    check_refused(learnt::<1>(&[], 1.0), "no line to learn from");
    check_refused(
        learnt(&[("sales", 1.0, [1.0])], 1.0),
        "`action` is `sales`, which is not a queue of the policy: it has `a`, `b`, `c`",
    );
    check_refused(
        learnt(&[("a", 1.0, [1.0, 0.0]), ("b", 1.0, [2.0, 0.0])], 1.0),
        "strategy 1: input `vip` is missing or 0 in every line",
    );
}

#[test]
fn what_is_no_number_is_refused_and_nothing_of_its_line_learnt() {
    check_refused(
        learnt(&[("a", 1.0, [f32::INFINITY])], 1.0),
        "`cart` is inf; write a finite number, or null",
    );
    check_refused(learnt(&[("a", f64::NAN, [1.0])], 1.0), "`reward` is NaN");
    let tiny = [("a", 1.0, [0.0]), ("a", 1.0, [1e-30])];
    check_refused(learnt(&tiny, 1e-300), "too large for the page (f32); raise --ridge");
    let mut learner = Learner::new(&policy(&["cart"]), 1.0).unwrap();
    learner.add(&line("a", 1.0), &[vec![1.0, 1.0]]).unwrap();
    let before = learner.learnt().unwrap();
    check_refused(learner.add(&line("a", 1.0), &[vec![f32::NAN, 1.0]]), "`cart` is NaN");
    check_refused(learner.add(&line("a", 1.0), &[vec![1.0]]), "1 inputs were given, and it has 2");
    check_refused(learner.add(&line("a", 1.0), &[]), "inputs of 0 bandits were given, and the policy has 1");
    assert_eq!((learner.lines(), learner.learnt().unwrap()), (1, before));
}

#[test]
fn inputs_that_say_the_same_share_their_weight_or_are_refused() {
    let twice = |size: f32| [("a", 1.0, [size; 2]), ("a", 3.0, [3.0 * size; 2]), ("a", 2.0, [2.0 * size; 2])];
    let weights = learnt(&twice(1.0), 1.0).unwrap().queues.remove(0).arm.weights;
    assert!(weights[0] > 0.3 && (weights[0] - weights[1]).abs() < 1e-6, "{weights:?}");
    check_refused(learnt(&twice(1e9), 1.0), "queue `a`: some inputs are combinations of others");
    assert!(learnt(&twice(1e9), 1e12).is_ok());
}
