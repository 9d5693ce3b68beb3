//! Fusion: combines experts (earlier heads of the same label) with a trust in each expert for each kind of evidence.
//!
//! Every row and its earlier states in the session (its prefixes), each with and without its message, is a training case with one
//! kind of evidence (`engine::head::experts`). For each kind, the trust `τ` in the experts is fitted by penalised maximum
//! likelihood on its cases:
//!
//! ```text
//! minimise  Σ_cases -ln softmax(ln π + Σ_e τ_e (z_e − ln π))[y]  +  [`PULL`]/2 · Σ_e (τ_e − 1)²        τ_e ≥ 0
//! ```
//!
//! Invariants
//! - The scores of the experts are out-of-fold: from fits that did not see the row.
//! - A kind of evidence without cases has trust 1 in every expert.
//!
//! Not here: the experts, the cases and the mass of prediction sets (`train::fusion`), scoring by a fusion (`engine`).

use super::bench::{Bench, Case, Fitted, Parts, Tuned};
use super::kind::{Kind, Size};
use super::settings::{Read, Settings};
use anyhow::Result;
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::experts::{CELLS, EVENTS, ExpertsDef, cell};

/// Strength of the penalty that pulls the trust in an expert towards 1.
const PULL: f64 = 10.0;
/// Newton's method: most steps, and the step size at which it has converged.
const STEPS: usize = 50;
const DONE: f64 = 1e-6;

/// The settings of `fusion`: there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FusionSettings;

impl Read for FusionSettings {
    fn read(_: &mut Settings) -> Result<Self> {
        Ok(Self)
    }
}

impl Kind for FusionSettings {
    fn weighs_experts(&self) -> bool {
        true
    }

    fn has_output_a_class(&self) -> bool {
        true
    }

    fn seconds(&self, size: Size) -> f64 {
        1e-6 * size.rows * size.outputs
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        let evidence = bench.evidence(parts.train)?;
        let prior = prior(&evidence.ids, bench.classes().len());
        let experts: Vec<usize> = evidence.experts.iter().map(|(expert, _)| *expert).collect();
        let mut trust = Vec::new();
        for kind in 0..CELLS {
            let of_kind: Vec<&Case> = evidence.cases.iter().filter(|case| case.cell == kind).collect();
            let speaks = |reads_message: bool| {
                if reads_message { kind >= EVENTS.len() } else { kind % EVENTS.len() > 0 }
            };
            let speaking: Vec<bool> =
                evidence.experts.iter().map(|(_, reads_message)| speaks(*reads_message)).collect();
            let fitted = fitted(&of_kind, &experts, &speaking, &prior);
            trust.extend(fitted.into_iter().map(|trust| trust as f32));
        }
        if evidence.has_calibration {
            believe_messages(&evidence.experts, &mut trust);
        }
        let prior = prior.iter().map(|&logit| logit as f32).collect();
        Ok(Fitted {
            encodings: Vec::new(),
            body: BodyDef::Experts(ExpertsDef { prior, trust, masses: Vec::new() }),
            tuned: Tuned::default(),
            notes: Vec::new(),
            losses: Vec::new(),
        })
    }
}

/// For text heads calibrated on messages that people wrote: divides the trust in each by its trust for a message without events.
/// Then such a message has trust 1, and the relative trust across kinds of evidence is kept.
fn believe_messages(experts: &[(usize, bool)], trust: &mut [f32]) {
    for (at, &(_, reads_message)) in experts.iter().enumerate() {
        let alone = trust[cell(true, 0) * experts.len() + at];
        if reads_message && alone > 0.0 {
            trust.iter_mut().skip(at).step_by(experts.len()).for_each(|trust| *trust /= alone);
        }
    }
}

/// Log prior `ln π` of each output, with Laplace smoothing (one more row of each class).
fn prior(ids: &[u16], n_outputs: usize) -> Vec<f64> {
    let mut counts = vec![1.0; n_outputs];
    ids.iter().for_each(|&id| counts[usize::from(id)] += 1.0);
    let total: f64 = counts.iter().sum();
    counts.iter().map(|count: &f64| (count / total).ln()).collect()
}

/// The trust `τ` for one kind of evidence, by Newton's method: `[n_experts]`.
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

/// `A⁻¹ b` for a positive definite matrix, by Gaussian elimination; there is one unknown per expert.
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
    use floorwalker_engine::head::Scores;

    #[test]
    fn elimination_solves_what_it_is_given() {
        let x = solved(vec![vec![4.0, 1.0], vec![1.0, 3.0]], &[1.0, 2.0]);
        assert!((x[0] - 1.0 / 11.0).abs() < 1e-12 && (x[1] - 7.0 / 11.0).abs() < 1e-12, "{x:?}");
    }

    /// The fitted trust in one expert that gives the second of two outputs the logit `logit`, when that output is true in `right`
    /// of `n` cases.
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
        // Odds of 9 to 1 are a logit of ln 9; an expert that says twice as much gets a trust of one half.
        let said = 2.0 * 9.0_f32.ln();
        let found = trust(said, 9_000, 10_000);
        assert!((found - 0.5).abs() < 0.01, "{found}");
        assert!(trust(said, 5_000, 10_000) < 0.01, "of no use");
        assert!(trust(said, 1_000, 10_000) == 0.0, "wrong as a rule: not turned round");
        assert!((trust(said, 0, 0) - 1.0).abs() < 1e-9, "nothing is known");
    }
}
