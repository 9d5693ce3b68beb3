//! Fusion: how far each expert is believed, by what there is to go by.
//!
//! A row is looked at as it is, and as it was earlier in its session (its prefixes), each with its message and without it: so many
//! cases, each of one kind of evidence (`engine::head::experts`). Of each kind the trust in the experts is what makes its cases most
//! likely:
//!
//! ```text
//! minimise  Σ_cases -ln softmax(ln π + Σ_e τ_e (z_e − ln π))[y]  +  [`PULL`]/2 · Σ_e (τ_e − 1)²        τ_e ≥ 0
//! ```
//!
//! Invariants
//! - What an expert says of a row comes from a fit that did not see the row (`rows`).
//! - A kind without cases trusts every expert as it is.
//!
//! Not here: the experts (`text`, kinds that read columns), what they say together (`engine`).

use super::body::{Fitted, Job, Settled};
use super::rows::Rows;
use crate::conformal;
use anyhow::{Result, ensure};
use floorwalker_engine::head::experts::{CELLS, EVENTS, ExpertsDef, cell};
use floorwalker_engine::head::{BodyDef, Buffers, Head, InputDef, Scores, Seen};

/// How many cases the belief weighs that an expert is right as it is.
const PULL: f64 = 10.0;
/// Steps of Newton's method, at most, and the step at which it is done.
const STEPS: usize = 50;
const DONE: f64 = 1e-6;

/// One row as it is or was, with its message or without.
struct Case {
    /// What turned out: an output.
    y: usize,
    /// The kind of evidence.
    cell: usize,
    /// Events seen.
    events: u32,
    /// What every earlier head says of it.
    earlier: Vec<Scores>,
}

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

impl Job<'_> {
    pub(super) fn fit_fusion(&self, train: &[usize]) -> Result<Fitted> {
        let rows = self.rows;
        let n_outputs = self.target.classes.len();
        let experts = experts(self.inputs);
        for &expert in &experts {
            let head = &rows.heads[expert];
            ensure!(
                head.outputs() == self.target.classes,
                "a fusion and the heads that it reads have the same label and classes; `{}` has {}",
                head.name(),
                head.outputs().join(", ")
            );
        }
        let own: Vec<usize> = train.iter().copied().filter(|&row| rows.origin[row] == row).collect();
        let prior = prior(&own, &self.target.ids, n_outputs);
        let cases = cases(rows, &own, &self.target.ids);
        let mut trust = Vec::new();
        for kind in 0..CELLS {
            let of_kind: Vec<&Case> = cases.iter().filter(|case| case.cell == kind).collect();
            let speaks = |expert: usize| {
                if rows.heads[expert].reads_message() {
                    kind >= EVENTS.len()
                } else {
                    kind % EVENTS.len() > 0
                }
            };
            let speaking: Vec<bool> = experts.iter().map(|&expert| speaks(expert)).collect();
            let fitted = fitted(&of_kind, &experts, &speaking, &prior);
            trust.extend(fitted.into_iter().map(|trust| trust as f32));
        }
        self.believe_spoken(&experts, &mut trust);
        let def = ExpertsDef {
            prior: prior.iter().map(|&logit| logit as f32).collect(),
            trust,
            masses: Vec::new(),
        };
        Ok(Fitted {
            encodings: Vec::new(),
            body: BodyDef::Experts(def),
            settled: Settled::default(),
            notes: Vec::new(),
            losses: Vec::new(),
        })
    }
}

impl Job<'_> {
    /// Where text heads were calibrated on messages that people wrote, a message alone is believed as it is, and beside events less by
    /// as much as rows of the log would have it believed more.
    fn believe_spoken(&self, experts: &[usize], trust: &mut [f32]) {
        if self.rows.examples.spoken.messages.is_empty() {
            return;
        }
        for (at, &expert) in experts.iter().enumerate() {
            let alone = trust[cell(true, 0) * experts.len() + at];
            if self.rows.heads[expert].reads_message() && alone > 0.0 {
                trust.iter_mut().skip(at).step_by(experts.len()).for_each(|trust| *trust /= alone);
            }
        }
    }
}

/// The heads that `inputs` name.
fn experts(inputs: &[InputDef]) -> Vec<usize> {
    let first = |input: &InputDef| match *input {
        InputDef::Output { head, output: 0 } => Some(usize::from(head)),
        _ => None,
    };
    inputs.iter().filter_map(first).collect()
}

/// `ln π`: how frequent each output is among those who ask, one more of each than there are.
fn prior(own: &[usize], ids: &[Option<u16>], n_outputs: usize) -> Vec<f64> {
    let mut counts = vec![1.0; n_outputs];
    own.iter().filter_map(|&row| ids[row]).for_each(|id| counts[usize::from(id)] += 1.0);
    let total: f64 = counts.iter().sum();
    counts.iter().map(|count: &f64| (count / total).ln()).collect()
}

/// `τ` of one kind of evidence, by Newton's method.
fn fitted(cases: &[&Case], experts: &[usize], speaking: &[bool], prior: &[f64]) -> Vec<f64> {
    let n = experts.len();
    let mut trust = vec![1.0_f64; n];
    let evidence = |case: &Case, e: usize, c: usize| f64::from(case.earlier[experts[e]].logits[c]) - prior[c];
    for _ in 0..STEPS {
        let mut gradient: Vec<f64> = trust.iter().map(|trust| PULL * (trust - 1.0)).collect();
        let mut curvature = vec![vec![0.0; n]; n];
        (0..n).for_each(|e| curvature[e][e] = PULL);
        for case in cases {
            let x: Vec<Vec<f64>> = (0..n)
                .map(|e| {
                    let of = |c| if speaking[e] { evidence(case, e, c) } else { 0.0 };
                    (0..prior.len()).map(of).collect()
                })
                .collect();
            let logit = |c: usize| prior[c] + (0..n).map(|e| trust[e] * x[e][c]).sum::<f64>();
            let mut p: Vec<f64> = (0..prior.len()).map(logit).collect();
            let top = p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            p.iter_mut().for_each(|z| *z = (*z - top).exp());
            let sum: f64 = p.iter().sum();
            p.iter_mut().for_each(|z| *z /= sum);
            let mean: Vec<f64> = x.iter().map(|x| x.iter().zip(&p).map(|(x, p)| x * p).sum()).collect();
            for e in 0..n {
                gradient[e] += mean[e] - x[e][case.y];
                for f in 0..n {
                    let product: f64 = x[e].iter().zip(&x[f]).zip(&p).map(|((a, b), p)| a * b * p).sum();
                    curvature[e][f] += product - mean[e] * mean[f];
                }
            }
        }
        let step = solved(curvature, &gradient);
        let mut largest = 0.0_f64;
        for (trust, step) in trust.iter_mut().zip(step) {
            let next = (*trust - step.clamp(-0.5, 0.5)).max(0.0);
            largest = largest.max((next - *trust).abs());
            *trust = next;
        }
        if largest < DONE {
            break;
        }
    }
    trust
}

/// `A⁻¹ b` of a positive definite matrix, by elimination: as many unknowns as experts.
fn solved(mut a: Vec<Vec<f64>>, b: &[f64]) -> Vec<f64> {
    let (n, mut x) = (b.len(), b.to_vec());
    for pivot in 0..n {
        for row in pivot + 1..n {
            let factor = a[row][pivot] / a[pivot][pivot];
            let of_pivot = a[pivot].clone();
            a[row].iter_mut().zip(of_pivot).for_each(|(x, y)| *x -= factor * y);
            x[row] -= factor * x[pivot];
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|column| a[row][column] * x[column]).sum();
        x[row] = (x[row] - known) / a[row][row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elimination_solves_what_it_is_given() {
        let x = solved(vec![vec![4.0, 1.0], vec![1.0, 3.0]], &[1.0, 2.0]);
        assert!((x[0] - 1.0 / 11.0).abs() < 1e-12 && (x[1] - 7.0 / 11.0).abs() < 1e-12, "{x:?}");
    }

    /// Cases of one expert that says `logit` for the second of two outputs, which is right in `right` of `n`.
    fn trust(logit: f32, right: usize, n: usize) -> f64 {
        let case = |at: usize| Case {
            y: usize::from(at < right),
            cell: 1,
            events: 1,
            earlier: vec![Scores { logits: vec![0.0, logit], ..Scores::default() }],
        };
        let cases: Vec<Case> = (0..n).map(case).collect();
        let even = [0.5_f64.ln(); 2];
        fitted(&cases.iter().collect::<Vec<_>>(), &[0], &[true], &even)[0]
    }

    #[test]
    fn an_expert_is_believed_as_far_as_it_is_right() {
        // Odds of 9 to 1 are a logit of ln 9; whoever says twice as much is believed by half.
        let said = 2.0 * 9.0_f32.ln();
        let found = trust(said, 9_000, 10_000);
        assert!((found - 0.5).abs() < 0.01, "{found}");
        assert!(trust(said, 5_000, 10_000) < 0.01, "of no use");
        assert!(trust(said, 1_000, 10_000) == 0.0, "wrong as a rule: not turned round");
        assert!((trust(said, 0, 0) - 1.0).abs() < 1e-9, "nothing is known");
    }
}
