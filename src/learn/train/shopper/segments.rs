//! Segments of shoppers: the head `segment`.
//!
//! | by        | segments                                                                                             |
//! |-----------|------------------------------------------------------------------------------------------------------|
//! | `rfm`     | `ordinary`: no purchase yet; `at_risk`: the last purchase is longer ago than 8 of 10 shoppers who bought again waited; `high_value`: spent more than 4 of 5 buyers; `promising`: any other buyer |
//! | `k_means` | clusters, named after the two features in which they differ most from all shoppers                   |
//! | `dbscan`  | dense groups, named likewise, and `noise`                                                             |
//!
//! Shoppers are seen as at the end of the log. Stability: the adjusted Rand index of two heads that were learnt from two halves of the training
//! shoppers, over all of these: 1 if retraining would change nothing, 0 if segments were drawn at random.
//!
//! # Source
//!
//! RFM: Hughes, *Strategic Database Marketing*, 1994. Adjusted Rand index: Hubert and Arabie, *Comparing partitions*, 1985.

use super::states::States;
use super::{Made, Skipped};
use crate::kinds::bench::Parts;
use crate::store::{SegmentsBy, SegmentsPlan, SplitBy};
use crate::train::heads::Heads;
use anyhow::{Context, Result};
use floorwalker_data::progress::Progress;
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_metrics::adjusted_rand;
use std::collections::{BTreeMap, BTreeSet};

/// Recency, frequency, money.
const RFM: [&str; 3] = ["shopper.since_purchase", "shopper.purchases", "shopper.spent"];
/// What clusters are made of unless the store says otherwise.
const DEFAULT_INPUTS: [&str; 4] =
    ["shopper.purchases", "shopper.spent", "shopper.mean_price", "shopper.seen"];
/// Segments by recency, frequency and money, in the order of the head's outputs.
pub(super) const NAMES: [&str; 4] = ["ordinary", "at_risk", "promising", "high_value"];
/// Share of buyers who spent less than those of high value.
const HIGH: f64 = 0.8;
/// Share of the times between two purchases within which a buyer is not at risk.
const PATIENT: f64 = 0.8;
/// The fewest times between purchases by which that is told; with fewer, times since the last purchase are taken.
const MIN_GAPS: usize = 30;
/// Logit of a segment of recency, frequency and money.
const SURE: f32 = 6.0;
/// From how many standard deviations on a cluster is named after a feature.
const NAMED: f64 = 0.3;
/// The most shoppers of the scatter plot.
const MAX_POINTS: usize = 600;

/// A head, or why there is none.
type Fitted = std::result::Result<HeadDef, Skipped>;

/// The segments and how they look.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Segments {
    /// The method.
    pub by: SegmentsBy,
    /// Each segment, in the order of the head's outputs.
    pub profiles: Vec<Profile>,
    /// Names of the features that profiles have means of.
    pub features: Vec<String>,
    /// Adjusted Rand index of two heads learnt from two halves of the shoppers.
    pub stability: f64,
    /// Features of the two axes of the scatter plot.
    pub axes: [String; 2],
    /// Shoppers: two features, and the number of the segment.
    pub points: Vec<(f32, f32, usize)>,
}

/// One segment.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// How many shoppers are in it.
    pub n: usize,
    /// Mean of each feature over its shoppers; NaN where none has a value.
    pub means: Vec<f64>,
}

/// Learns the segments from the last states of training shoppers.
pub(super) fn learn(plan: &SegmentsPlan, states: &States, seed: u64) -> Result<Made<Segments>> {
    let of = |part: &[usize]| states.where_(part, |state| state.is_last);
    let mut rows = of(&states.split.train);
    rows.extend(of(&states.split.validation));
    rows.sort_unstable();
    let head = match fit(plan, states, &rows, seed)? {
        Ok(head) => head,
        Err(why) => return Ok(Err(why)),
    };
    // Shoppers are in the order of their first lines, so every second one is as good as a half at random.
    let half = |which: usize| -> Vec<usize> { rows.iter().copied().skip(which).step_by(2).collect() };
    // As many clusters as were found: their number is chosen once, and not again with every retraining.
    let n = (plan.by == SegmentsBy::KMeans).then_some(head.outputs.len());
    let again = SegmentsPlan { n, ..plan.clone() };
    let halves = [fit(&again, states, &half(0), seed)?, fit(&again, states, &half(1), seed)?];
    let stability = match &halves {
        [Ok(a), Ok(b)] => adjusted_rand(&assigned(states, a, &rows)?, &assigned(states, b, &rows)?),
        _ => f64::NAN,
    };
    let mut all = rows;
    all.extend(of(&states.split.test));
    all.sort_unstable();
    let segment = assigned(states, &head, &all)?;
    Ok(Ok((head.clone(), told(plan, states, &head, &all, &segment, stability))))
}

/// Fits the head on some rows.
fn fit(plan: &SegmentsPlan, states: &States, rows: &[usize], seed: u64) -> Result<Fitted> {
    match plan.by {
        SegmentsBy::Rfm => rfm(states, rows),
        by => clusters(plan, by, states, rows, seed),
    }
}

/// The value below which a share of the values lies.
fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(((values.len() as f64 * share) as usize).min(values.len().saturating_sub(1))).copied()
}

/// The head of recency, frequency and money: one small tree for each segment, whose leaf is reached by its shoppers alone.
fn rfm(states: &States, rows: &[usize]) -> Result<Fitted> {
    let mut columns = Vec::new();
    for name in RFM {
        columns.push(states.feature(name).with_context(|| format!("there is no feature {name}"))?);
    }
    let values = |at: usize, rows: &[usize]| -> Vec<f64> {
        states
            .numbers(rows, columns[at])
            .into_iter()
            .map(f64::from)
            .filter(|value| value.is_finite())
            .collect()
    };
    let bought = states.numbers(rows, columns[1]);
    let buyers: Vec<usize> =
        rows.iter().zip(&bought).filter(|(_, n)| **n > 0.0).map(|(row, _)| *row).collect();
    let shoppers: BTreeSet<u32> = rows.iter().map(|row| states.rows.shoppers[*row]).collect();
    let of_rows = states.gaps_s.iter().filter(|(shopper, _)| shoppers.contains(shopper));
    let mut gaps: Vec<f64> = of_rows.map(|(_, gap)| *gap).collect();
    if gaps.len() < MIN_GAPS {
        gaps = values(0, &buyers);
    }
    let Some((patience, high)) = quantile(&mut gaps, PATIENT).zip(quantile(&mut values(2, &buyers), HIGH))
    else {
        return Ok(Err(Skipped::NoPurchase));
    };
    let (patience, high) = (patience as f32, high as f32);
    // Shares of the rows that go left at each split, the background of explanations.
    let share = |is: &dyn Fn(usize) -> bool, rows: &[usize]| -> u8 {
        let left = rows.iter().filter(|row| is(**row)).count();
        ((left as f64 / rows.len().max(1) as f64 * 255.0) as u8).clamp(1, 254)
    };
    let number = |row: usize, at: usize| states.rows.row(row)[columns[at]].as_f32();
    let recent: Vec<usize> = buyers.iter().copied().filter(|row| number(*row, 0) <= patience).collect();
    let shares = [
        share(&|row| number(row, 1) <= 0.5, rows),
        share(&|row| number(row, 0) <= patience, &buyers),
        share(&|row| number(row, 2) <= high, &recent),
    ];
    let tree = |segment: usize| {
        let leaf = |at: usize| NodeDef::Leaf { value: i16::from(at == segment) };
        let split = |at: usize, column: u8, threshold: f32, left: u8| NodeDef::Split {
            column,
            threshold,
            missing_left: true,
            left,
            left_share: shares[at],
        };
        let nodes = vec![
            split(0, 1, 0.5, 1),
            leaf(0),
            split(1, 0, patience, 3),
            split(2, 2, high, 5),
            leaf(1),
            leaf(2),
            leaf(3),
        ];
        TreeDef { output: segment as u16, nodes }
    };
    let body = BodyDef::Trees(TreesDef {
        n_columns: 3,
        base: vec![0.0; NAMES.len()],
        scale: SURE,
        trees: (0..NAMES.len()).map(tree).collect(),
    });
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    let encoding =
        |input: u16| EncodingDef::Number { input, low, high, offset: 0.0, factor: 1.0, impute: f32::NAN };
    Ok(Ok(HeadDef {
        name: "segment".to_owned(),
        outputs: NAMES.map(str::to_owned).to_vec(),
        link: Link::Softmax,
        inputs: columns.iter().map(|at| InputDef::Feature(*at as u16)).collect(),
        encodings: (0..3).map(encoding).collect(),
        body,
        calibration: CalibrationDef::identity(NAMES.len()),
        scope: None,
    }))
}

/// The head of clusters.
fn clusters(
    plan: &SegmentsPlan,
    by: SegmentsBy,
    states: &States,
    rows: &[usize],
    seed: u64,
) -> Result<Fitted> {
    let inputs = inputs(plan);
    let varies = |name: &String| {
        let Some(at) = states.feature(name) else { return true };
        let mut values = states.rows.row(rows.first().copied().unwrap_or(0))[at..=at].to_vec();
        values.extend(rows.iter().map(|row| states.rows.row(*row)[at]));
        values.windows(2).any(|two| two[0] != two[1])
    };
    let inputs: Vec<String> = inputs.into_iter().filter(varies).collect();
    if inputs.is_empty() || rows.is_empty() {
        return Ok(Err(Skipped::NoFeature));
    }
    let number = |name: &str, value: Option<usize>| {
        value.map(|value| (name.to_owned(), toml::Value::Integer(value as i64)))
    };
    let eps = plan.eps.map(|eps| ("eps".to_owned(), toml::Value::Float(eps.into())));
    let table =
        [number("k", plan.n), number("min_rows", plan.min_shoppers), eps].into_iter().flatten().collect();
    let settings = BTreeMap::from([("clusters".to_owned(), toml::Value::Table(table))]);
    let model = if by == SegmentsBy::Dbscan { "dbscan" } else { "k_means" };
    let mut head = super::plan("segment", model, settings, inputs.clone())?;
    head.label = String::new();
    let heads = Heads { plans: std::slice::from_ref(&head), policy: None, by: SplitBy::Shopper, seed };
    let made = heads.fit(&states.rows, Parts { train: rows, valid: &[] }, Progress::silent())?;
    let mut def = made.into_iter().next().context("no head was fitted")?.def;
    let segment = assigned(states, &def, rows)?;
    def.outputs = names(states, &inputs, rows, &segment, &def.outputs);
    Ok(Ok(def))
}

fn inputs(plan: &SegmentsPlan) -> Vec<String> {
    if plan.inputs.is_empty() { DEFAULT_INPUTS.map(str::to_owned).to_vec() } else { plan.inputs.clone() }
}

/// Names of clusters: the two features in which each differs most from all, in standard deviations. `noise` stays `noise`.
fn names(
    states: &States,
    inputs: &[String],
    rows: &[usize],
    segment: &[usize],
    outputs: &[String],
) -> Vec<String> {
    let mut of_cluster: Vec<Vec<(f64, &str)>> = vec![Vec::new(); outputs.len()];
    for name in inputs {
        let Some(at) = states.feature(name) else { continue };
        let values = states.numbers(rows, at);
        let known: Vec<f64> =
            values.iter().copied().filter(|value| value.is_finite()).map(f64::from).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        let spread = (known.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
            / known.len().max(1) as f64)
            .sqrt();
        if spread <= 0.0 {
            continue;
        }
        let short = name.strip_prefix("shopper.").unwrap_or(name);
        for (cluster, found) in of_cluster.iter_mut().enumerate() {
            let own: Vec<f64> = values
                .iter()
                .zip(segment)
                .filter(|(value, of)| **of == cluster && value.is_finite())
                .map(|(value, _)| f64::from(*value))
                .collect();
            if !own.is_empty() {
                found.push(((own.iter().sum::<f64>() / own.len() as f64 - mean) / spread, short));
            }
        }
    }
    let mut names: Vec<String> = Vec::new();
    for (output, mut found) in outputs.iter().zip(of_cluster) {
        found.retain(|(z, _)| z.abs() >= NAMED);
        found.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(b.1)));
        let parts: Vec<String> = found.iter().take(2).map(|(z, name)| phrase(name, *z > 0.0)).collect();
        let name = match (output.as_str(), parts.is_empty()) {
            ("noise", _) => output.clone(),
            (_, true) => "like most".to_owned(),
            (_, false) => parts.join(", "),
        };
        let same = names.iter().filter(|known| known.split(" (").next() == Some(&name)).count();
        names.push(if same == 0 { name } else { format!("{name} ({})", same + 1) });
    }
    names
}

/// What shoppers of a cluster do more or less than others. The report has these phrases in its languages, too.
fn phrase(feature: &str, is_high: bool) -> String {
    let (high, low) = match feature {
        "purchases" => ("buys often", "buys rarely"),
        "spent" => ("spends much", "spends little"),
        "mean_price" => ("looks at dear items", "looks at cheap items"),
        "seen" => ("looks a lot", "looks little"),
        "weekend" => ("on weekends", "on workdays"),
        other => {
            let name = other.replace('_', " ");
            return format!("{} {name}", if is_high { "high" } else { "low" });
        }
    };
    if is_high { high } else { low }.to_owned()
}

/// The most probable segment of each row.
fn assigned(states: &States, head: &HeadDef, rows: &[usize]) -> Result<Vec<usize>> {
    let model: Model = super::model(states, head)?;
    let mut scratch = Scratch::default();
    let mut of = |row: &usize| {
        let found = model.evaluate(states.rows.seen(*row), &mut scratch);
        found.scores.first().map_or(0, |scores| floorwalker_metrics::argmax(&scores.probabilities))
    };
    Ok(rows.iter().map(&mut of).collect())
}

/// What is told of the segments.
fn told(
    plan: &SegmentsPlan,
    states: &States,
    head: &HeadDef,
    rows: &[usize],
    segment: &[usize],
    stability: f64,
) -> Segments {
    let mut features: Vec<String> = RFM.map(str::to_owned).to_vec();
    let others =
        if plan.by == SegmentsBy::Rfm { DEFAULT_INPUTS.map(str::to_owned).to_vec() } else { inputs(plan) };
    features.extend(others.into_iter().filter(|name| !RFM.contains(&name.as_str())));
    features.retain(|name| states.feature(name).is_some());
    let columns: Vec<Vec<f32>> =
        features.iter().filter_map(|name| states.feature(name)).map(|at| states.numbers(rows, at)).collect();
    let profile = |(at, name): (usize, &String)| {
        let mean = |values: &Vec<f32>| {
            let own: Vec<f64> = values
                .iter()
                .zip(segment)
                .filter(|(value, of)| **of == at && value.is_finite())
                .map(|(value, _)| f64::from(*value))
                .collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        let n = segment.iter().filter(|of| **of == at).count();
        Profile { name: name.clone(), n, means: columns.iter().map(mean).collect() }
    };
    // Money over looks: both are known of every shopper.
    let axes = if plan.by == SegmentsBy::Rfm {
        ["shopper.seen".to_owned(), "shopper.spent".to_owned()]
    } else {
        let named = inputs(plan);
        [named[0].clone(), named.get(1).unwrap_or(&named[0]).clone()]
    };
    let axis = |name: &String| states.feature(name).map(|at| states.numbers(rows, at)).unwrap_or_default();
    let (x, y) = (axis(&axes[0]), axis(&axes[1]));
    let every = rows.len().div_ceil(MAX_POINTS).max(1);
    let points = x.into_iter().zip(y).zip(segment).step_by(every);
    let points = points.map(|((x, y), of)| (x, y, *of)).filter(|(x, y, _)| x.is_finite() && y.is_finite());
    Segments {
        by: plan.by,
        profiles: head.outputs.iter().enumerate().map(profile).collect(),
        features,
        stability,
        axes,
        points: points.collect(),
    }
}
