//! Accuracy of a fusion for each kind of evidence, compared with each of its experts alone: whether the fusion is anywhere worse.
//!
//! Every held-out row is scored in its final state and in its earlier states (prefixes of its session), each with its message and
//! without. For each kind of evidence (`engine::head::experts`: message or none, number of events) this gives accuracy,
//! calibration error, coverage of the prediction sets, and the paired difference in accuracy to the better expert with its
//! interval.
//!
//! Not here: how it is shown (`report`), fitting the weights of the experts (`train::fusion`).

use crate::conformal;
use crate::examples::Examples;
use crate::store::HeadPlan;
use floorwalker_engine::head::Seen;
use floorwalker_engine::head::experts::{CELLS, EVENTS, cell};
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_metrics::{expected_calibration_error, grouped_interval};
use serde::Serialize;

/// A kind with fewer rows than this is shown but not judged.
pub const FEW: usize = 2_000;
/// How far a fusion's accuracy may be below the better expert's: one percentage point.
const TOLERATED: f64 = 0.01;
/// Standard errors of a one-sided 95 % bound, which is also an end of the two-sided 90 % interval.
const Z90: f64 = 1.644_853_6;
/// Standard errors on either side of a two-sided 95 % interval.
const Z95: f64 = 1.959_964;

/// The metrics of a fusion and its experts on the rows with one kind of evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kind {
    /// Whether the rows have a message.
    pub message: bool,
    /// Least number of events; the next kind begins where this one ends.
    pub events: u32,
    /// Number of rows.
    pub rows: usize,
    /// Accuracy of the fusion.
    pub accuracy: f64,
    /// Expected calibration error of the fusion.
    pub calibration_error: f64,
    /// Share of the fusion's prediction sets that contain the true class.
    pub coverage: f64,
    /// Mean number of classes in a prediction set.
    pub set_size: f64,
    /// Accuracy of each expert alone, in the order of the fusion's inputs.
    pub experts: Vec<f64>,
    /// Accuracy of the fusion minus that of the better expert, with its lower and upper one-sided 95 % bounds: `(value, low, high)`.
    pub difference: Option<(f64, f64, f64)>,
}

impl Kind {
    /// Whether the fusion is clearly worse than the better expert: the whole interval of the difference lies below −1 percentage
    /// point. False for kinds with fewer than [`FEW`] rows.
    #[must_use]
    pub fn unlearns(&self) -> bool {
        self.rows >= FEW && self.difference.is_some_and(|(_, _, high)| high < -TOLERATED)
    }
}

/// The metrics of one fusion by kind of evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ByEvidence {
    /// Name of the fusion.
    pub head: String,
    /// Names of its experts.
    pub experts: Vec<String>,
    /// The requested coverage: the share of prediction sets that should contain the true class.
    pub asked: f64,
    /// The kinds that have at least one row; those without a message first.
    pub kinds: Vec<Kind>,
}

/// The prediction of the fusion and of its experts for one row.
struct Said {
    y: u32,
    shopper: u32,
    p: Vec<f32>,
    right: bool,
    experts: Vec<bool>,
    in_set: bool,
    set_size: usize,
}

/// Measures every fusion among `heads` on those `rows` of `examples` that have its label, by kind of evidence.
#[must_use]
pub fn by_evidence(
    model: &Model,
    heads: &[HeadPlan],
    examples: &Examples,
    rows: &[usize],
) -> Vec<ByEvidence> {
    let fusions = heads.iter().filter(|plan| plan.model.weighs_experts());
    if fusions.clone().next().is_none() {
        return Vec::new();
    }
    let (all, origin) = examples.with_prefixes();
    let mut is_held = vec![false; examples.n_rows()];
    rows.iter().for_each(|&row| is_held[row] = true);
    let versions: Vec<usize> = (0..origin.len()).filter(|&version| is_held[origin[version]]).collect();
    let of = |plan: &HeadPlan| of(model, plan, &all, &origin, &versions);
    fusions.filter_map(of).collect()
}

fn of(
    model: &Model,
    plan: &HeadPlan,
    all: &Examples,
    origin: &[usize],
    versions: &[usize],
) -> Option<ByEvidence> {
    let fusion = model.head(&plan.name)?;
    let outputs = model.heads()[fusion].outputs();
    let names: Vec<&str> = plan.inputs.iter().filter_map(|input| input.strip_prefix("head:")).collect();
    let experts: Vec<usize> = names.iter().filter_map(|name| model.head(name)).collect();
    let mut said: Vec<Vec<Said>> = (0..CELLS).map(|_| Vec::new()).collect();
    let mut scratch = Scratch::default();
    for &version in versions {
        let row = origin[version];
        let Some(label) = &all.labels[&plan.label][row] else { continue };
        let Some(y) = outputs.iter().position(|output| output == label) else { continue };
        for with_message in [false, true] {
            let message = if with_message { all.messages[row].as_str() } else { "" };
            if with_message && message.is_empty() {
                continue;
            }
            let seen = Seen { features: all.row(version), events: all.events[version], message };
            let evaluation = model.evaluate(seen, &mut scratch);
            let scores = &evaluation.scores[fusion];
            let p = scores.probabilities.clone();
            let right = |p: &[f32]| top(p) == Some(y);
            let sets = conformal::tally(&[y as u32], &p, p.len(), scores.mass);
            said[cell(with_message, seen.events)].push(Said {
                y: y as u32,
                shopper: all.shoppers[row],
                right: right(&p),
                experts: experts
                    .iter()
                    .map(|&expert| right(&evaluation.scores[expert].probabilities))
                    .collect(),
                in_set: sets.hits > 0,
                set_size: sets.classes as usize,
                p,
            });
        }
    }
    let kinds = said.into_iter().enumerate().filter(|(_, said)| !said.is_empty());
    Some(ByEvidence {
        head: plan.name.clone(),
        experts: names.iter().map(|&name| name.to_owned()).collect(),
        asked: plan.choice.coverage,
        kinds: kinds.map(|(at, said)| kind(at, &said, outputs.len())).collect(),
    })
}

fn kind(at: usize, said: &[Said], n_outputs: usize) -> Kind {
    let n = said.len() as f64;
    let share = |is: &dyn Fn(&Said) -> bool| said.iter().filter(|one| is(one)).count() as f64 / n;
    let n_experts = said.first().map_or(0, |one| one.experts.len());
    let experts: Vec<f64> = (0..n_experts).map(|expert| share(&|one| one.experts[expert])).collect();
    let better = (0..n_experts).reduce(|a, b| if experts[b] > experts[a] { b } else { a });
    let difference = better.and_then(|expert| {
        let one = |is: bool| f64::from(u8::from(is));
        let values: Vec<f64> = said.iter().map(|said| one(said.right) - one(said.experts[expert])).collect();
        let groups: Vec<u32> = said.iter().map(|said| said.shopper).collect();
        let interval = grouped_interval(&values, &groups)?;
        let reach = (interval.high - interval.value) * Z90 / Z95;
        Some((interval.value, interval.value - reach, interval.value + reach))
    });
    let y: Vec<u32> = said.iter().map(|one| one.y).collect();
    let p: Vec<f32> = said.iter().flat_map(|one| one.p.iter().copied()).collect();
    Kind {
        message: at >= EVENTS.len(),
        events: EVENTS[at % EVENTS.len()],
        rows: said.len(),
        accuracy: share(&|one| one.right),
        calibration_error: expected_calibration_error(&y, &p, n_outputs),
        coverage: share(&|one| one.in_set),
        set_size: said.iter().map(|one| one.set_size as f64).sum::<f64>() / n,
        experts,
        difference,
    }
}

fn top(p: &[f32]) -> Option<usize> {
    (0..p.len()).reduce(|best, at| if p[at] > p[best] { at } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(rows: usize, difference: (f64, f64, f64)) -> Kind {
        Kind {
            message: true,
            events: 0,
            rows,
            accuracy: 0.9,
            calibration_error: 0.0,
            coverage: 0.9,
            set_size: 1.0,
            experts: vec![0.95],
            difference: Some(difference),
        }
    }

    #[test]
    fn a_fusion_unlearns_where_all_of_the_interval_is_below_a_point() {
        assert!(kind_of(FEW, (-0.05, -0.06, -0.04)).unlearns());
        assert!(!kind_of(FEW, (-0.05, -0.1, -0.005)).unlearns(), "it may be chance");
        assert!(!kind_of(FEW - 1, (-0.05, -0.06, -0.04)).unlearns(), "too few rows");
    }

    #[test]
    fn figures_of_a_kind_are_as_by_hand() {
        let said = |shopper: u32, right: bool, expert: bool| Said {
            y: 0,
            shopper,
            p: vec![0.75, 0.25],
            right,
            experts: vec![expert, false],
            in_set: right,
            set_size: 1,
        };
        let found = kind(
            5,
            &[said(0, true, true), said(1, true, false), said(2, false, true), said(3, true, true)],
            2,
        );
        assert!(found.message && found.events == 0 && found.rows == 4);
        assert_eq!((found.accuracy, found.coverage, found.set_size), (0.75, 0.75, 1.0));
        assert_eq!(found.experts, [0.75, 0.0]);
        let (value, low, high) = found.difference.unwrap();
        assert!(value == 0.0 && low < -0.3 && high > 0.3, "{low} {high}");
    }
}
