//! Estimates against values worked out by hand, properties, logs whose truth is known, and the gate.

mod drawn;
mod learn;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::estimate::Terms;
use super::*;
use floorwalker_data::read::ParamValue;
use floorwalker_metrics::{Interval, Resampling, mean_interval};

/// Action (0 is `a`, 1 is `b`), propensity, reward, and the target's probabilities of both.
pub(super) type Told = (usize, f64, f64, [f64; 2]);

fn of_lines(path: &str, lines: impl Iterator<Item = Line>) -> DecisionLog {
    DecisionLog { path: path.into(), lines: lines.collect(), repeats: Repeats::default() }
}

fn log(told: &[Told]) -> DecisionLog {
    let line = |(at, &(action, propensity, reward, target)): (usize, &Told)| Line {
        line: at + 1,
        context: [].into(),
        action: ["a", "b"][action].to_owned(),
        propensity,
        reward,
        policy_version: "1".to_owned(),
        target: Some([("a".to_owned(), target[0]), ("b".to_owned(), target[1])].into()),
        ..Line::default()
    };
    of_lines("log.jsonl", told.iter().enumerate().map(line))
}

/// Lines without a context, checked.
pub(super) fn logged(told: &[Told]) -> Logged {
    Logged::of(&log(told)).unwrap()
}

fn settings(estimators: &[Estimator], resamples: u32) -> Settings {
    Settings { estimators: estimators.into(), tau: None, resampling: Resampling { resamples, seed: 42 } }
}

fn all(told: &[Told]) -> Evaluation {
    evaluate(&logged(told), &settings(&Estimator::ALL, 200)).unwrap()
}

#[track_caller]
fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
}

/// Four lines with the weights 0.8 / 0.5 = 1.6, 0.2 / 0.5 = 0.4, 0.5 / 0.25 = 2 and 0.
const FOUR: [Told; 4] = [
    (0, 0.5, 1.0, [0.8, 0.2]),
    (1, 0.5, 2.0, [0.8, 0.2]),
    (0, 0.25, 3.0, [0.5, 0.5]),
    (1, 0.5, 4.0, [1.0, 0.0]),
];

#[test]
fn four_lines_are_worth_what_they_are_by_hand() {
    let found = all(&FOUR);
    let value = |which| found.of(which).unwrap().value.value;
    // 1.6 × 1 + 0.4 × 2 + 2 × 3 + 0 = 8.4, over 4 lines, and over 1.6 + 0.4 + 2 = 4.
    close(value(Estimator::Ips), 2.1);
    close(value(Estimator::Snips), 2.1);
    close(found.mean_weight.value, 1.0);
    close(found.running.value, 2.5);
    close(found.of(Estimator::Ips).unwrap().above_running.value, -0.4);
    // 4² / (2.56 + 0.16 + 4) = 16 / 6.72.
    close(found.support.ess, 16.0 / 6.72);
    close(found.support.largest_weight, 2.0);
    close(found.support.zero_weight, 0.25);
    assert_eq!(found.support.outcomes, 3);
    let a = &found.support.actions[0];
    // For `a`: mean target (0.8 + 0.8 + 0.5 + 1) / 4, seen (1.6 + 2) / 4.
    close(a.target, 0.775);
    close(a.seen, 0.9);
}

#[test]
fn model_and_correction_add_up_by_hand() {
    let logged = logged(&FOUR);
    // The model predicts 1 for `a` and 2 for `b`.
    let terms = Terms::of(&logged, &logged.weights(), &[1.0, 2.0].repeat(4));
    // `g` of the lines: 0.8 + 0.4, 0.8 + 0.4, 0.5 + 1, 1.
    terms.dm.iter().zip([1.2, 1.2, 1.5, 1.0]).for_each(|(found, wanted)| close(*found, wanted));
    // Errors are 0, 0, 2, 2 and their weights 1.6, 0.4, 2, 0.
    terms.dr.iter().zip([1.2, 1.2, 5.5, 1.0]).for_each(|(found, wanted)| close(*found, wanted));
    // Above a weight of 1.6 `switch` uses the model alone.
    let switched = terms.of_line(Estimator::Switch, &logged.weights(), Some(1.6));
    switched.iter().zip([1.2, 1.2, 1.5, 1.0]).for_each(|(found, wanted)| close(*found, wanted));
}

#[test]
fn one_line_in_a_hundred_is_left_to_the_model() {
    let mut told = vec![(0, 0.5, 0.5, [0.5, 0.5]); 200];
    (told[7].1, told[8].1) = (1e-6, 1e-3);
    assert_eq!(all(&told).tau, Some(1.0));
    (told[9].1, told[10].1) = (0.25, 0.2);
    // `tau` is the 198th of 200 sorted weights: 1, …, 1, 2, 2.5, 500, 500000.
    let found = all(&told);
    assert_eq!(found.tau, Some(2.5));
    assert!(found.of(Estimator::Switch).unwrap().ess > found.of(Estimator::Dr).unwrap().ess);
    let asked = Settings { tau: Some(0.5), ..Settings::default() };
    let found = evaluate(&logged(&told), &asked).unwrap();
    assert_eq!(found.of(Estimator::Switch).unwrap().value, found.of(Estimator::Dm).unwrap().value);
}

#[test]
fn a_policy_that_does_what_was_done_is_worth_the_mean_reward() {
    let certain: Vec<Told> = (0..60)
        .map(|at| {
            (at % 2, 1.0, f64::from(at as u8 % 7) / 3.0, if at % 2 == 0 { [1.0, 0.0] } else { [0.0, 1.0] })
        })
        .collect();
    let found = all(&certain);
    for which in [Estimator::Ips, Estimator::Snips, Estimator::Dr] {
        let estimate = found.of(which).unwrap();
        assert_eq!(estimate.value, found.running, "{}", which.name());
        assert_eq!((estimate.above_running.low, estimate.above_running.high), (0.0, 0.0));
    }
    let drawn: Vec<Told> = (0..60)
        .map(|at| (at % 2, if at % 2 == 0 { 0.3 } else { 0.7 }, f64::from(at as u8 % 7), [0.3, 0.7]))
        .collect();
    let found = all(&drawn);
    assert_eq!(found.of(Estimator::Ips).unwrap().value, found.running);
    assert_eq!(found.of(Estimator::Snips).unwrap().value, found.running);
    close(found.support.ess, 60.0);
}

#[test]
fn a_constant_on_every_reward_moves_snips_by_as_much() {
    let value = |told: &[Told]| all(told).of(Estimator::Snips).unwrap().value;
    let more = FOUR.map(|(action, propensity, reward, target)| (action, propensity, reward + 10.0, target));
    // The weights do not sum to the number of lines, so `ips` would not pass this test.
    let uneven = |told: &[Told]| {
        let mut told = told.to_vec();
        told[0].1 = 0.9;
        value(&told)
    };
    close(uneven(&more).value - uneven(&FOUR).value, 10.0);
    close(uneven(&more).low - uneven(&FOUR).low, 10.0);
}

#[test]
fn without_weight_doubly_robust_is_the_direct_method() {
    let never: Vec<Told> = (0..20).map(|at| (0, 0.5, f64::from(at as u8 % 3), [0.0, 1.0])).collect();
    let logged = logged(&never);
    let terms = Terms::of(&logged, &logged.weights(), &rewards(&logged, 1).unwrap());
    assert_eq!(terms.dr, terms.dm);
    let refused = evaluate(&logged, &Settings::default()).unwrap_err().to_string();
    assert!(refused.contains("the log says nothing about this policy"), "{refused}");
}

/// Two contexts, `u` and `v`. The expected reward of `b` is 0.7 in `u` and 0.2 in `v`, that of `a` is 0.4. The running policy chooses
/// `b` in 30 % of `u` and 60 % of `v`, the target in `share` of `u` and never in `v`. True value: 0.4 + 0.5 × 0.3 × share.
fn shop(n: usize, share: f64, seed: u64) -> DecisionLog {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let line = |at: usize| {
        let in_u = rng.random::<f64>() < 0.5;
        let of_b = if in_u { 0.3 } else { 0.6 };
        let is_b = rng.random::<f64>() < of_b;
        let pays = match (is_b, in_u) {
            (true, true) => 0.7,
            (true, false) => 0.2,
            (false, _) => 0.4,
        };
        let target = if in_u { share } else { 0.0 };
        Line {
            line: at + 1,
            context: [("kind".to_owned(), ParamValue::Text(if in_u { "u" } else { "v" }.to_owned()))].into(),
            action: if is_b { "b" } else { "a" }.to_owned(),
            propensity: if is_b { of_b } else { 1.0 - of_b },
            reward: f64::from(u8::from(rng.random::<f64>() < pays)),
            policy_version: "1".to_owned(),
            target: Some([("a".to_owned(), 1.0 - target), ("b".to_owned(), target)].into()),
            ..Line::default()
        }
    };
    of_lines("shop.jsonl", (0..n).map(line))
}

fn in_shop(n: usize, share: f64) -> Evaluation {
    evaluate(&Logged::of(&shop(n, share, 3)).unwrap(), &settings(&Estimator::ALL, 400)).unwrap()
}

#[test]
fn every_estimator_finds_a_worth_that_is_known() {
    let found = in_shop(4_000, 0.8);
    for estimate in &found.estimates {
        let truth = 0.4 + 0.5 * 0.3 * 0.8;
        assert!((estimate.value.value - truth).abs() < 0.03, "{estimate:?}");
        // The interval of the direct method ignores its model's error, so it need not contain the truth.
        let holds = estimate.value.low < truth && truth < estimate.value.high;
        assert!(holds || estimate.estimator == Estimator::Dm, "{estimate:?}");
    }
    let width = |which| {
        let found = found.of(which).unwrap().value;
        found.high - found.low
    };
    assert!(width(Estimator::Dr) < width(Estimator::Ips));
    assert!((found.mean_weight.value - 1.0).abs() < 0.05);
}

#[test]
fn doubly_robust_finds_it_though_the_model_is_wrong() {
    let logs: Vec<Logged> = (0..40).map(|seed| Logged::of(&shop(500, 0.8, seed)).unwrap()).collect();
    let mean = |logged: &Logged| {
        // A model whose predictions are the opposite of the truth.
        let terms = Terms::of(logged, &logged.weights(), &[0.9, 0.1].repeat(logged.n()));
        terms.dr.iter().sum::<f64>() / logged.n() as f64
    };
    let means: Vec<f64> = logs.iter().map(mean).collect();
    let (interval, error) = mean_interval(&means).unwrap();
    assert!((interval.value - 0.52).abs() < 3.0 * error && error < 0.01, "{interval:?}");
}

#[test]
fn intervals_hold_the_truth_in_about_19_of_20_logs() {
    let which = [Estimator::Ips, Estimator::Snips, Estimator::Dr, Estimator::Switch];
    let mut held = [0; 4];
    for seed in 0..200 {
        let logged = Logged::of(&shop(400, 0.8, 1_000 + seed)).unwrap();
        let found = evaluate(&logged, &settings(&which, 200)).unwrap();
        for (held, estimate) in held.iter_mut().zip(&found.estimates) {
            *held += usize::from(estimate.value.low <= 0.52 && 0.52 <= estimate.value.high);
        }
    }
    // 190 are expected; by chance, fewer than 180 or more than 198 happen about once in a hundred times.
    assert!(held.iter().all(|held| (180..=198).contains(held)), "{held:?}");
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let logged = Logged::of(&shop(300, 0.5, 9)).unwrap();
    let with = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| evaluate(&logged, &settings(&Estimator::ALL, 60)).unwrap())
    };
    assert_eq!(with(1), with(3));
}

fn reasons(found: &Evaluation) -> Vec<String> {
    Gate::default().verdict(found).unwrap().reasons.iter().map(ToString::to_string).collect()
}

#[test]
fn a_better_policy_ships_and_a_worse_one_does_not() {
    // The running policy's value is 0.5 (0.4 + 0.3 × 0.3) + 0.5 (0.4 − 0.6 × 0.2) = 0.385.
    assert!(Gate::default().verdict(&in_shop(4_000, 0.8)).unwrap().ships());
    let told: Vec<Told> = (0..2_000)
        .map(|at| (at % 2, 0.5, f64::from(u8::from(at % 2 == 0 && at % 3 > 0)), [0.3, 0.7]))
        .collect();
    let worse = reasons(&all(&told));
    assert_eq!(worse.len(), 1, "{worse:?}");
    assert!(worse[0].starts_with("it may be worse than the running policy: -0.13"), "{worse:?}");
    assert!(worse[0].ends_with("it is worse over the whole interval: keep the running policy"), "{worse:?}");
    let tolerant = Gate { tolerate: 0.2, ..Gate::default() };
    assert!(tolerant.verdict(&all(&told)).unwrap().ships());
}

#[test]
fn too_little_evidence_does_not_ship() {
    let few = reasons(&in_shop(60, 0.8));
    assert!(few.iter().any(|reason| reason.contains("at least 100 is required; log longer")), "{few:?}");
    let same: Vec<Told> = (0..500).map(|at| (at % 2, 0.5, 0.0, [0.6, 0.4])).collect();
    assert!(
        reasons(&all(&same))[0].starts_with("only 0 lines have another reward than the most frequent one")
    );
}

#[test]
fn what_the_log_never_saw_does_not_ship() {
    // `b` is never logged; the logged action has reward 1 in half of the lines.
    let told: Vec<Told> = (0..1_000).map(|at| (0, 1.0, f64::from(at as u8 % 2), [0.5, 0.5])).collect();
    let found = all(&told);
    close(found.of(Estimator::Snips).unwrap().above_running.value, 0.0);
    let reasons = reasons(&found);
    assert!(
        reasons[0].starts_with("50.0 % of its decisions are actions that the log never shows, such as `b`;"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].starts_with("the mean weight is 0.500 and not 1: the log covers about 50.0 %"),
        "{reasons:?}"
    );
}

#[test]
fn a_context_without_overlap_is_named() {
    let mut log = shop(2_000, 0.5, 5);
    // In `u` only `a` was ever chosen, with propensity 1.
    for line in &mut log.lines {
        if line.context["kind"] == ParamValue::Text("u".to_owned()) {
            (line.action, line.propensity) = ("a".to_owned(), 1.0);
        }
    }
    let found = evaluate(&Logged::of(&log).unwrap(), &settings(&[Estimator::Dr], 60)).unwrap();
    let reasons = reasons(&found);
    assert!(reasons[0].contains("least of `b`; 0.50 where `kind` is `u`"), "{reasons:?}");
}

#[test]
fn propensities_that_are_not_true_do_not_ship() {
    let told: Vec<Told> = (0..1_000).map(|at| (at % 2, 0.25, f64::from(at as u8 % 3), [0.5, 0.5])).collect();
    assert!(
        reasons(&all(&told))[0].contains(
            "the logged propensities differ from the probabilities that the actions were drawn with"
        )
    );
}

#[test]
fn settings_without_a_meaning_are_refused() {
    let found = in_shop(300, 0.8);
    let refused = |gate: Gate| gate.verdict(&found).unwrap_err().to_string();
    assert!(refused(Gate { tolerate: -1.0, ..Gate::default() }).starts_with("the tolerated loss is -1"));
    assert!(
        refused(Gate { estimator: Estimator::Dm, ..Gate::default() })
            .starts_with("dm cannot decide a promotion")
    );
    let logged = Logged::of(&shop(300, 0.8, 3)).unwrap();
    let ips = evaluate(&logged, &settings(&[Estimator::Ips], 60)).unwrap();
    let not_asked = Gate::default().verdict(&ips).unwrap_err().to_string();
    assert_eq!(not_asked, "dr was not estimated; name it among the estimators");
    assert!(evaluate(&logged, &settings(&[], 60)).unwrap_err().to_string().starts_with("no estimator"));
    assert!(
        evaluate(&logged, &settings(&Estimator::ALL, 5)).unwrap_err().to_string().contains("at least 40")
    );
}

/// The log of [`shop`], with a target that equals the running policy.
fn itself(n: usize, seed: u64, digits: f64) -> DecisionLog {
    let mut log = shop(n, 0.5, seed);
    for line in &mut log.lines {
        let of_b = if line.action == "b" { line.propensity } else { 1.0 - line.propensity };
        line.target = Some([("a".to_owned(), 1.0 - of_b), ("b".to_owned(), of_b)].into());
        line.propensity = (line.propensity * digits).round() / digits;
    }
    log
}

#[test]
fn the_running_policy_against_itself_makes_no_difference_by_any_estimator() {
    for seed in 0..200 {
        let found = evaluate(&Logged::of(&itself(300, seed, 1e4)).unwrap(), &settings(&Estimator::ALL, 60));
        let found = found.unwrap();
        for estimator in [Estimator::Ips, Estimator::Snips, Estimator::Dr, Estimator::Switch] {
            let verdict = Gate { estimator, ..Gate::default() }.verdict(&found).unwrap();
            assert!(verdict.is_same && verdict.ships(), "{seed}: {verdict:?}");
        }
        let above = found.of(Estimator::Dr).unwrap().above_running;
        assert_eq!((above.low, above.value, above.high), (0.0, 0.0, 0.0), "{seed}");
    }
    // Thirty lines are too few for anything else.
    let few = evaluate(&Logged::of(&itself(30, 1, 1e4)).unwrap(), &settings(&Estimator::ALL, 60)).unwrap();
    assert!(Gate::default().verdict(&few).unwrap().is_same);
}

#[test]
fn a_policy_that_moves_probability_to_what_was_never_done_is_not_the_same() {
    // The weights are 1 in every line, but the other half of the target's decisions is an action that no line logs.
    let told: Vec<Told> = (0..400).map(|at| (0, 0.5, f64::from(at as u8 % 2), [0.5, 0.5])).collect();
    let verdict = Gate::default().verdict(&all(&told)).unwrap();
    assert!(!verdict.is_same && !verdict.ships(), "{verdict:?}");
}

#[test]
fn a_policy_that_differs_in_few_decisions_is_told_by_those() {
    // The target chooses `b` in slightly more of `u` than the running policy's 0.3, so that its value is hardly different.
    let mut narrower = 0;
    for seed in 0..20 {
        let log = shop(2_000, 0.5, seed);
        let mut near = log.clone();
        for line in &mut near.lines {
            let in_u = line.context["kind"] == ParamValue::Text("u".to_owned());
            let of_b = if in_u { 0.32 } else { 0.6 };
            line.target = Some([("a".to_owned(), 1.0 - of_b), ("b".to_owned(), of_b)].into());
        }
        let found = evaluate(&Logged::of(&near).unwrap(), &settings(&Estimator::ALL, 200)).unwrap();
        let above = found.of(Estimator::Dr).unwrap().above_running;
        // 0.5 × 0.3 × 0.02 more.
        assert!(above.low <= 0.006 && above.high >= 0.0, "{seed}: {above:?}");
        // Without the fitted coefficient the interval would be as wide as that of the mean reward.
        narrower += usize::from(above.high - above.low < 0.01);
    }
    assert_eq!(narrower, 20);
}

#[test]
fn intervals_of_differences_hold_the_truth_in_about_19_of_20_logs() {
    // The running policy's value is 0.385, the target's 0.52.
    let mut held = 0;
    for seed in 0..200 {
        let logged = Logged::of(&shop(400, 0.8, 5_000 + seed)).unwrap();
        let above = evaluate(&logged, &settings(&[Estimator::Dr], 200)).unwrap().estimates[0].above_running;
        held += usize::from(above.low <= 0.135 && 0.135 <= above.high);
    }
    assert!((180..=198).contains(&held), "{held}");
}

/// `n_shoppers` shoppers with ten lines each; the rewards within a shopper are all equal.
fn regulars(n_shoppers: usize, seed: u64, is_said: bool) -> DecisionLog {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut lines = Vec::new();
    for shopper in 0..n_shoppers {
        let reward = f64::from(u8::from(rng.random::<f64>() < 0.5));
        for _ in 0..10 {
            let action = if rng.random::<f64>() < 0.5 { "a" } else { "b" };
            lines.push(Line {
                line: lines.len() + 1,
                action: action.to_owned(),
                propensity: 0.5,
                reward,
                policy_version: "1".to_owned(),
                target: Some([("a".to_owned(), 0.6), ("b".to_owned(), 0.4)].into()),
                shopper: is_said.then(|| format!("u{shopper}")),
                ..Line::default()
            });
        }
    }
    of_lines("regulars.jsonl", lines.into_iter())
}

#[test]
fn a_log_of_one_shopper_has_folds_of_lines() {
    let logged = Logged::of(&regulars(1, 5, true)).unwrap();
    let found = evaluate(&logged, &settings(&[Estimator::Dr], 200)).unwrap();
    assert!(found.estimates[0].value.value.is_finite());
}

#[test]
fn lines_of_one_shopper_are_taken_together() {
    let running = |is_said: bool, seed: u64| {
        let logged = Logged::of(&regulars(60, seed, is_said)).unwrap();
        evaluate(&logged, &settings(&[Estimator::Ips], 200)).unwrap()
    };
    let held = |is_said: bool| {
        let holds = |seed: &u64| {
            let Interval { low, high, .. } = running(is_said, *seed).running;
            (low..=high).contains(&0.5)
        };
        (0..100).filter(holds).count()
    };
    // Ten lines of a shopper carry no more information than one: without shoppers an interval is too narrow by a factor of √10, and
    // contains the truth in about 46 of 100 logs (2 Φ(1.96 / √10) − 1).
    let (with, without) = (held(true), held(false));
    assert!((88..=100).contains(&with) && (30..=62).contains(&without), "{with} with, {without} without");
    assert_eq!(running(true, 1).shoppers, Some(60));
    assert_eq!(running(false, 1).shoppers, None);
}

#[test]
fn a_log_of_few_shoppers_does_not_ship() {
    let found =
        evaluate(&Logged::of(&regulars(20, 1, true)).unwrap(), &settings(&[Estimator::Dr], 100)).unwrap();
    let reasons = reasons(&found);
    assert!(reasons[0].starts_with("the effective number of shoppers is 20"), "{reasons:?}");
}
