//! Experts: an ensemble of earlier heads with the same outputs, in which an expert without evidence has no influence.
//!
//! ```text
//! z_c = ln π_c + Σ_e τ_e · (z_ec − ln π_c)        e over the experts that have evidence
//! ```
//!
//! | symbol | field    | shape                    | unit                                                             |
//! |--------|----------|--------------------------|------------------------------------------------------------------|
//! | `ln π` | `prior`  | `[n_outputs]`            | logit of the prior: of a request of which nothing is known          |
//! | `z_e`  |          | `[n_experts, n_outputs]` | logit that an expert gives                                          |
//! | `τ`    | `trust`  | `[CELLS, n_experts]`     | weight of each expert, by the kind of evidence: see [`cell`]        |
//! | mass   | `masses` | `[CELLS]`                | probability that a prediction set holds, by the kind of evidence; or empty |
//!
//! An expert is an earlier head with the same outputs. An expert that reads the message has evidence if it knows any of the message;
//! any other expert has evidence if events were seen.
//!
//! Invariants
//! - An expert without evidence adds nothing to the score or to its explanation: if no expert has evidence, `z = ln π`; if one alone
//!   has evidence and `τ = 1`, `z` is its logit.
//! - Sums are computed in the order of experts.
//!
//! # Source
//!
//! Hinton, *Training Products of Experts by Minimizing Contrastive Divergence* (2002), eq. 1, for the product; Genest and Zidek,
//! *Combining Probability Distributions* (1986), section 3, for the weights (a logarithmic opinion pool). Deviation: the weights
//! depend on how much was seen, and the prior, which every expert contains, is not counted twice.
//!
//! Not here: finding the numbers (`learn`).

use super::{Head, Scores};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How many experts a head may have.
pub const MAX_EXPERTS: usize = 64;
/// How many kinds of evidence are distinguished: without and with a message, times [`EVENTS`].
pub const CELLS: usize = 2 * EVENTS.len();
/// Smallest number of events of each kind of evidence: none, 1, 2 or 3, 4 to 8, 9 or more.
pub const EVENTS: [u32; 5] = [0, 1, 2, 4, 9];

/// The kind of evidence, below [`CELLS`]. `message`: whether a part of the message is known; `events`: how many events were seen.
#[must_use]
pub fn cell(message: bool, events: u32) -> usize {
    let by_events = EVENTS.iter().rposition(|&least| least <= events).unwrap_or(0);
    if message { by_events + EVENTS.len() } else { by_events }
}

/// Raw experts: plain data, not yet checked. See the table at the head of this file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpertsDef {
    /// `ln π`.
    pub prior: Vec<f32>,
    /// `τ`, row-major.
    pub trust: Vec<f32>,
    /// How much probability a prediction set must hold, by kind of evidence: `[CELLS]`; empty if not known.
    pub masses: Vec<f32>,
}

/// Checked experts.
#[derive(Clone, Debug)]
pub(super) struct Experts {
    def: ExpertsDef,
    /// Indices of the heads that are the experts, in order.
    heads: Vec<usize>,
}

impl Experts {
    /// Checks `def` over `heads`. `None` where shapes differ or a number is not finite.
    pub(super) fn new(def: ExpertsDef, heads: Vec<usize>) -> Option<Self> {
        let n_outputs = def.prior.len();
        let shaped = !heads.is_empty()
            && n_outputs > 0
            && heads.len().checked_mul(CELLS) == Some(def.trust.len())
            && (def.masses.is_empty() || def.masses.len() == CELLS);
        let numbers = [&def.prior, &def.trust, &def.masses];
        let finite = numbers.into_iter().flatten().all(|number| number.is_finite());
        (shaped && finite).then_some(Self { def, heads })
    }

    pub(super) fn n_outputs(&self) -> usize {
        self.def.prior.len()
    }

    /// The kind of evidence that these scores are based on.
    pub(super) fn cell(&self, events: u32, earlier: &[Scores], heads: &[Head]) -> usize {
        let mut message = false;
        for &at in &self.heads {
            message |= heads.get(at).is_some_and(Head::reads_message)
                && earlier.get(at).is_some_and(|scores| !scores.silent);
        }
        cell(message, events)
    }

    /// The index of an expert's head, the head's scores, and the expert's weight; `None` if the expert has no evidence or does not exist.
    pub(super) fn speaks<'a>(
        &self,
        expert: usize,
        cell: usize,
        earlier: &'a [Scores],
        heads: &[Head],
    ) -> Option<(usize, &'a Scores, f32)> {
        let at = *self.heads.get(expert)?;
        let scores = earlier.get(at)?;
        let knows = if heads.get(at)?.reads_message() {
            !scores.silent
        } else {
            cell.checked_rem(EVENTS.len()) != Some(0)
        };
        let trust = *self.def.trust.get(cell * self.heads.len() + expert)?;
        knows.then_some((at, scores, trust))
    }

    /// How many experts there are.
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Writes `z` into the logits of `out`, and the largest probability by which an expert finds the message out of scope.
    pub(super) fn score(&self, events: u32, earlier: &[Scores], heads: &[Head], out: &mut Scores) {
        let cell = self.cell(events, earlier, heads);
        out.logits.iter_mut().zip(&self.def.prior).for_each(|(out, &prior)| *out = prior);
        out.silent = true;
        out.mass = self.def.masses.get(cell).copied().unwrap_or(0.0);
        for expert in 0..self.len() {
            if let Some(said) = self.heads.get(expert).and_then(|&at| earlier.get(at)) {
                out.outside = out.outside.max(said.outside);
                out.is_outside |= said.is_outside;
            }
            let Some((_, said, trust)) = self.speaks(expert, cell, earlier, heads) else { continue };
            out.silent = false;
            for ((out, logit), prior) in out.logits.iter_mut().zip(&said.logits).zip(&self.def.prior) {
                *out += trust * (logit - prior);
            }
        }
    }

    pub(super) fn prior(&self, output: usize) -> f32 {
        self.def.prior.get(output).copied().unwrap_or(0.0)
    }
}
