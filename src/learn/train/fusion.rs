//! Fusion: the cases that a fusion learns from, and how much probability its prediction sets must hold.
//!
//! Not here: the fit (`kinds::fusion`).

use super::job::Job;
use super::rows::Rows;
use crate::conformal;
use crate::kinds::bench::{Case, Evidence};
use anyhow::{Result, ensure};
use floorwalker_engine::head::experts::{CELLS, cell};
use floorwalker_engine::head::{Buffers, Head, InputDef, Scores, Seen};

/// The cases that `own` rows and their prefixes give.
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

/// Probability of each output in each case, row-major, by a fusion.
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

/// [`masses`] by `valid` rows; empty without any.
pub(super) fn masses_of(job: &Job<'_>, head: &Head, valid: &[usize], coverage: f64) -> Vec<f32> {
    let cases = cases(job.rows, valid, &job.target.ids);
    if cases.is_empty() {
        return Vec::new();
    }
    let p = probabilities(head, &job.rows.heads, &cases);
    masses(&cases, &p, job.target.classes.len(), coverage)
}

/// Of each kind of evidence how much probability a prediction set must hold; of a kind with few cases that of all together.
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

/// What a mass is above what the judged fit asks for: the one that ships has learnt from more rows, and where nothing or little is
/// known the same few probabilities come again and again.
const SLACK: f32 = 0.005;
/// Cases of a kind below which its prediction sets go by all kinds together.
const FEW: usize = 50;

/// What the experts among a job's inputs say of `train` rows.
///
/// # Errors
///
/// An expert of other classes.
pub(super) fn evidence(job: &Job<'_>, train: &[usize]) -> Result<Evidence> {
    let rows = job.rows;
    let experts = experts(job.inputs);
    for &expert in &experts {
        let head = &rows.heads[expert];
        ensure!(
            head.outputs() == job.target.classes,
            "a fusion and the heads that it reads have the same label and classes; `{}` has {}",
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

/// The heads that `inputs` name.
fn experts(inputs: &[InputDef]) -> Vec<usize> {
    let first = |input: &InputDef| match *input {
        InputDef::Output { head, output: 0 } => Some(usize::from(head)),
        _ => None,
    };
    inputs.iter().filter_map(first).collect()
}
