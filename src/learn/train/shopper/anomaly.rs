//! How unusual a session is: the head `anomaly`. Its probability is the share of training sessions that are at most as unusual.
//!
//! | by                 | raw score                                                                     | as a head                     |
//! |--------------------|-------------------------------------------------------------------------------|-------------------------------|
//! | `isolation_forest` | minus the mean number of random splits that isolate the session                | trees, path lengths as leaves |
//! | `robust_distance`  | mean over features of `((x − median) / (1.4826 MAD))²`, each at most 100         | linear over squared columns   |
//!
//! The other measure is judged, too, where the log says what is unusual: by events with a parameter `planted`, as `floorwalker synth --plant`
//! writes them.
//!
//! # Source
//!
//! Liu, Ting and Zhou, *Isolation Forest*, ICDM 2008. Deviations: fewer trees (bytes in the page), a missing value goes to a random side, and the
//! score is told as a share of sessions. Median absolute deviation: Hampel, *The influence curve and its role in robust estimation*, 1974.

use super::early::probabilities;
use super::risk::{Alerts, Risk};
use super::states::States;
use super::{Made, Skipped};
use crate::store::{AnomalyBy, RiskPlan, is_read};
use anyhow::Result;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::trees::{MAX_COLUMNS, NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use rand::seq::index::sample;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Trees of the forest, sessions that each is grown on, and its depth: the binary logarithm of these.
const TREES: usize = 64;
const SAMPLE: usize = 128;
const DEPTH: u32 = 7;
/// Leaf units in one step of a path.
const UNITS: f64 = 1_000.0;
/// Normal consistency of the median absolute deviation.
const CONSISTENT: f64 = 1.4826;
/// The most deviations that one feature counts.
const FAR: f64 = 10.0;
/// Shares of sessions at which the calibration has knots.
const KNOTS: [f64; 13] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995];
/// Euler's constant.
const GAMMA: f64 = 0.577_215_664_901_532_9;

/// Learns the head from the ends of training sessions. `None` if none is asked for.
pub(super) fn learn(plan: &RiskPlan, states: &States, seed: u64) -> Result<Option<Made<Risk>>> {
    if plan.anomaly == AnomalyBy::None {
        return Ok(None);
    }
    let mut rows = states.where_(&states.split.train, |state| state.is_end);
    rows.extend(states.where_(&states.split.validation, |state| state.is_end));
    let columns = columns(states, &rows);
    if columns.is_empty() || rows.len() < 2 {
        return Ok(Some(Err(Skipped::NoFeature)));
    }
    let other = match plan.anomaly {
        AnomalyBy::RobustDistance => AnomalyBy::IsolationForest,
        _ => AnomalyBy::RobustDistance,
    };
    let head = head(plan.anomaly, states, &rows, &columns, seed)?;
    let mut risk = Risk {
        head: "anomaly",
        model: name(plan.anomaly).to_owned(),
        alerts: None,
        planted: Vec::new(),
        other: None,
    };
    let test = states.where_(&states.split.test, |state| state.is_end);
    let mut patterns: Vec<&String> =
        test.iter().filter_map(|row| states.kinds[*row].planted.as_ref()).collect();
    patterns.sort_unstable();
    patterns.dedup();
    if !patterns.is_empty() {
        let judged = |head: &HeadDef, pattern: Option<&String>| -> Result<Option<Alerts>> {
            let is = |row: &&usize| {
                let planted = states.kinds[**row].planted.as_ref();
                pattern.is_none() || planted.is_none() || planted == pattern
            };
            let rows: Vec<usize> = test.iter().filter(is).copied().collect();
            let positive: Vec<bool> = rows.iter().map(|row| states.kinds[*row].planted.is_some()).collect();
            let scores = probabilities(states, &super::model(states, head)?, &rows);
            Ok(Alerts::new(&positive, &scores, plan.alerts))
        };
        risk.alerts = judged(&head, None)?;
        for pattern in patterns {
            if let Some(alerts) = judged(&head, Some(pattern))? {
                risk.planted.push((pattern.clone(), alerts));
            }
        }
        let beside = self::head(other, states, &rows, &columns, seed)?;
        risk.other = judged(&beside, None)?.map(|alerts| (name(other).to_owned(), alerts));
    }
    Ok(Some(Ok((head, risk))))
}

const fn name(by: AnomalyBy) -> &'static str {
    match by {
        AnomalyBy::IsolationForest => "isolation_forest",
        AnomalyBy::RobustDistance => "robust_distance",
        AnomalyBy::None => "none",
    }
}

/// Features that say what a shopper likes and did in earlier sessions: a session is not unusual for that.
const OF_SHOPPER: [&str; 2] = ["likes.", "shopper."];

/// The features of the session that are numbers and vary.
fn columns(states: &States, rows: &[usize]) -> Vec<usize> {
    let reads = |at: &usize| {
        let def = &states.rows.features[*at];
        let is_context = matches!(def.op, Op::ContextNumber | Op::ContextCategory);
        let is_read = is_read(def) && !OF_SHOPPER.iter().any(|prefix| def.name.starts_with(prefix));
        let numbers = states.numbers(rows, *at);
        let mut known = numbers.iter().filter(|number| number.is_finite());
        let first = known.next();
        is_read && !is_context && first.is_some_and(|first| known.any(|number| number != first))
    };
    (0..states.rows.features.len()).filter(reads).take(MAX_COLUMNS).collect()
}

fn head(by: AnomalyBy, states: &States, rows: &[usize], columns: &[usize], seed: u64) -> Result<HeadDef> {
    let values: Vec<Vec<f32>> = columns.iter().map(|at| states.numbers(rows, *at)).collect();
    let (encodings, body) = match by {
        AnomalyBy::RobustDistance => robust(&values),
        _ => forest(&values, rows.len(), seed),
    };
    let mut head = HeadDef {
        name: "anomaly".to_owned(),
        outputs: vec!["unusual".to_owned()],
        link: Link::Sigmoid,
        inputs: columns.iter().map(|at| InputDef::Feature(*at as u16)).collect(),
        encodings,
        body,
        calibration: CalibrationDef::identity(1),
        scope: None,
    };
    head.calibration.curve = curve(states, &head, rows)?;
    Ok(head)
}

/// Knots from the raw score to the logit of the share of `rows` below it.
fn curve(states: &States, head: &HeadDef, rows: &[usize]) -> Result<Vec<(f32, f32)>> {
    let model = super::model(states, head)?;
    let mut scratch = floorwalker_engine::model::Scratch::default();
    let mut raw = |row: &usize| {
        let found = model.evaluate(states.rows.seen(*row), &mut scratch);
        found.scores.first().and_then(|scores| scores.logits.first()).copied().unwrap_or(0.0)
    };
    let mut scores: Vec<f32> = rows.iter().map(&mut raw).collect();
    scores.sort_by(f32::total_cmp);
    let mut curve: Vec<(f32, f32)> = Vec::new();
    for share in KNOTS {
        let Some(from) = scores.get((share * scores.len() as f64) as usize).copied() else { continue };
        let to = (share / (1.0 - share)).ln() as f32;
        match curve.last_mut() {
            Some(last) if last.0 >= from => last.1 = to,
            _ => curve.push((from, to)),
        }
    }
    Ok(curve)
}

/// The mean squared robust deviation, as a linear head over squared columns.
fn robust(values: &[Vec<f32>]) -> (Vec<EncodingDef>, BodyDef) {
    let median = |numbers: &mut Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
    };
    let mut encodings = Vec::new();
    for (input, values) in (0_u16..).zip(values) {
        let mut known: Vec<f64> =
            values.iter().filter(|value| value.is_finite()).map(|value| f64::from(*value)).collect();
        let middle = median(&mut known);
        let mut away: Vec<f64> = known.iter().map(|value| (value - middle).abs()).collect();
        // Where more than half of the sessions have one value, the mean deviation takes its place.
        let mean = away.iter().sum::<f64>() / away.len().max(1) as f64;
        let spread = match median(&mut away) * CONSISTENT {
            spread if spread > 0.0 => spread,
            _ => mean.max(f64::MIN_POSITIVE),
        };
        encodings.push(EncodingDef::Square {
            input,
            low: (middle - FAR * spread) as f32,
            high: (middle + FAR * spread) as f32,
            offset: middle as f32,
            factor: (1.0 / spread).min(1e6) as f32,
            impute: middle as f32,
        });
    }
    let weights = vec![1.0 / encodings.len() as f32; encodings.len()];
    (encodings, BodyDef::Linear(LinearDef { bias: vec![0.0], weights }))
}

/// An isolation forest, as trees whose leaves are path lengths.
fn forest(values: &[Vec<f32>], n_rows: usize, seed: u64) -> (Vec<EncodingDef>, BodyDef) {
    let tree = |at: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(at);
        let rows = sample(&mut rng, n_rows, SAMPLE.min(n_rows)).into_vec();
        let mut nodes = vec![NodeDef::Leaf { value: 0 }];
        grow(&mut nodes, 0, values, rows, 0, &mut rng);
        TreeDef { output: 0, nodes }
    };
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    let encoding =
        |input: u16| EncodingDef::Number { input, low, high, offset: 0.0, factor: 1.0, impute: f32::NAN };
    let body = BodyDef::Trees(TreesDef {
        n_columns: values.len() as u16,
        base: vec![0.0],
        scale: (1.0 / (UNITS * TREES as f64)) as f32,
        trees: (0..TREES as u64).map(tree).collect(),
    });
    ((0..values.len() as u16).map(encoding).collect(), body)
}

/// Grows the node at `at` over `rows`.
fn grow(
    nodes: &mut Vec<NodeDef>,
    at: usize,
    values: &[Vec<f32>],
    rows: Vec<usize>,
    depth: u32,
    rng: &mut ChaCha8Rng,
) {
    let length = f64::from(depth) + expected(rows.len());
    let leaf = NodeDef::Leaf { value: -(length * UNITS).min(f64::from(i16::MAX)) as i16 };
    let split = (depth < DEPTH && rows.len() > 1).then(|| choose(values, &rows, rng)).flatten();
    let Some((column, threshold, missing_left)) = split else {
        nodes[at] = leaf;
        return;
    };
    let goes_left = |row: &usize| {
        let value = values[column][*row];
        if value.is_finite() { value <= threshold } else { missing_left }
    };
    let n = rows.len();
    let (left_rows, right_rows): (Vec<usize>, Vec<usize>) = rows.into_iter().partition(goes_left);
    let left = nodes.len();
    nodes.extend([NodeDef::Leaf { value: 0 }; 2]);
    nodes[at] = NodeDef::Split {
        column: column as u8,
        threshold,
        missing_left,
        left: left as u8,
        left_share: ((left_rows.len() as f64 / n as f64 * 255.0) as u8).clamp(1, 254),
    };
    grow(nodes, left, values, left_rows, depth + 1, rng);
    grow(nodes, left + 1, values, right_rows, depth + 1, rng);
}

/// A random feature that varies among `rows`, and a random threshold between its least and largest value; `None` if none varies.
fn choose(values: &[Vec<f32>], rows: &[usize], rng: &mut ChaCha8Rng) -> Option<(usize, f32, bool)> {
    let range = |column: usize| {
        let known = rows.iter().map(|row| values[column][*row]).filter(|value| value.is_finite());
        known.fold(None, |range: Option<(f32, f32)>, value| {
            let (low, high) = range.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        })
    };
    let varying: Vec<(usize, f32, f32)> = (0..values.len())
        .filter_map(|column| range(column).map(|(low, high)| (column, low, high)))
        .filter(|(_, low, high)| low < high)
        .collect();
    let (column, low, high) = *varying.get(rng.random_range(0..varying.len().max(1)))?;
    // Below the largest value, so that both sides have rows.
    let threshold = low + (high - low) * rng.random_range(0.0..1.0_f32);
    Some((column, threshold.min(high.next_down()), rng.random()))
}

/// The expected number of splits that isolate one of `n` sessions: `2 (ln(n − 1) + γ) − 2 (n − 1) / n`.
fn expected(n: usize) -> f64 {
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        n => 2.0 * ((n as f64 - 1.0).ln() + GAMMA) - 2.0 * (n as f64 - 1.0) / n as f64,
    }
}
