//! Training cases of a fusion, and the mass of its prediction sets for each kind of evidence.
//!
//! Not here: the fit (`kinds::fusion`).

use super::job::Job;
use super::rows::Rows;
use crate::conformal;
use crate::kinds::bench::{Case, Evidence};
use anyhow::{Result, ensure};
use floorwalker_engine::head::experts::{CELLS, cell};
use floorwalker_engine::head::{Buffers, Head, InputDef, Scores, Seen};

/// The cases made from `own` rows and their prefixes: each state with and without the row's message.
fn cases(rows: &Rows<'_>, own: &[usize], ids: &[Option<u16>]) -> Vec<Case> {
    let mut versions = vec![Vec::new(); rows.examples.n_rows()];
    rows.origin.iter().enumerate().for_each(|(version, &row)| versions[row].push(version));
    let mut cases = Vec::new();
    for &row in own {
        let Some(y) = ids[row] else { continue };
        let texts: Vec<usize> =
            (0..rows.heads.len()).filter(|&head| rows.heads[head].reads_message()).collect();
        let is_known = texts.iter().any(|&head| !rows.scores[row][head].silent);
        for &version in &versions[row] {
            for message in [false, true] {
                let events = rows.examples.events[version];
                if message && !is_known {
                    continue;
                }
                let mut earlier = rows.scores[version].clone();
                for &head in &texts {
                    earlier[head] = if message {
                        rows.scores[row][head].clone()
                    } else {
                        Scores { silent: true, ..earlier[head].clone() }
                    };
                }
                cases.push(Case { y: usize::from(y), cell: cell(message, events), events, earlier });
            }
        }
    }
    cases
}

/// Probabilities by a fusion for each case, `[n_cases, n_outputs]`, row-major.
fn probabilities(head: &Head, heads: &[Head], cases: &[Case]) -> Vec<f32> {
    let (mut buffers, mut out) = (Buffers::default(), Scores::default());
    let of = |case: &Case| {
        head.score(
            &Seen { events: case.events, ..Seen::default() },
            &case.earlier,
            heads,
            &mut buffers,
            &mut out,
        );
        out.probabilities.clone()
    };
    cases.iter().flat_map(of).collect()
}

/// [`masses`] calibrated on the `valid` rows; empty without any.
pub(super) fn masses_of(job: &Job<'_>, head: &Head, valid: &[usize], coverage: f64) -> Vec<f32> {
    let cases = cases(job.rows, valid, &job.target.ids);
    if cases.is_empty() {
        return Vec::new();
    }
    let p = probabilities(head, &job.rows.heads, &cases);
    masses(&cases, &p, job.target.classes.len(), coverage)
}

/// The mass of prediction sets for each kind of evidence, `[CELLS]`; a kind with few cases uses the mass of all cases together.
fn masses(cases: &[Case], p: &[f32], n_outputs: usize, coverage: f64) -> Vec<f32> {
    let of = |kinds: &dyn Fn(usize) -> bool| {
        let picked = || cases.iter().zip(p.chunks_exact(n_outputs)).filter(|(case, _)| kinds(case.cell));
        let y: Vec<u32> = picked().map(|(case, _)| case.y as u32).collect();
        let p: Vec<f32> = picked().flat_map(|(_, p)| p.iter().copied()).collect();
        let mass = (y.len() >= FEW).then(|| conformal::mass(&y, &p, n_outputs, coverage)).flatten();
        mass.map(|mass| mass + SLACK)
    };
    let all = of(&|_| true).unwrap_or(coverage as f32);
    (0..CELLS).map(|kind| of(&|other| other == kind).unwrap_or(all)).collect()
}

/// Added to a calibrated mass: the fusion that ships was fitted on more rows than the one calibrated, and with little evidence
/// the same few probabilities occur again and again, so that a small difference changes many sets.
const SLACK: f32 = 0.005;
/// A kind of evidence with fewer cases than this uses the mass of all cases together.
const FEW: usize = 50;

/// The scores of the experts among a job's inputs for the `train` rows.
///
/// # Errors
///
/// Fails for an expert whose classes differ from those of the fusion.
pub(super) fn evidence(job: &Job<'_>, train: &[usize]) -> Result<Evidence> {
    let rows = job.rows;
    let experts = experts(job.inputs);
    for &expert in &experts {
        let head = &rows.heads[expert];
        ensure!(
            head.outputs() == job.target.classes,
            "a fusion must have the same label and classes as the heads that it reads; `{}` has {}",
            head.name(),
            head.outputs().join(", ")
        );
    }
    let own: Vec<usize> = train.iter().copied().filter(|&row| rows.origin[row] == row).collect();
    Ok(Evidence {
        cases: cases(rows, &own, &job.target.ids),
        ids: own.iter().filter_map(|&row| job.target.ids[row]).collect(),
        experts: experts.into_iter().map(|expert| (expert, rows.heads[expert].reads_message())).collect(),
        has_calibration: !rows.examples.calibration.messages.is_empty(),
    })
}

/// Indices of the heads that `inputs` read.
fn experts(inputs: &[InputDef]) -> Vec<usize> {
    let first = |input: &InputDef| match *input {
        InputDef::Output { head, output: 0 } => Some(usize::from(head)),
        _ => None,
    };
    inputs.iter().filter_map(first).collect()
}
