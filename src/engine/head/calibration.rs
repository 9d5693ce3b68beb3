//! Calibration: maps a model's raw logit to one whose probability matches observed frequencies.
//!
//! Invariants
//! - A calibrated logit is finite and within [`LOGIT_LIMIT`], whatever the raw one is.
//!
//! Not here: finding the numbers (`learn`).

use alloc::{vec, vec::Vec};
use serde::{Deserialize, Serialize};

/// Largest absolute logit that a head gives, far above any that a fit produces.
const LOGIT_LIMIT: f32 = 1e30;

/// Clamps `logit` to the limit; NaN becomes the lower limit.
#[expect(clippy::manual_clamp, reason = "clamp keeps NaN")]
#[inline]
pub(crate) fn bounded(logit: f32) -> f32 {
    logit.max(-LOGIT_LIMIT).min(LOGIT_LIMIT)
}

/// A raw calibration: `logit = curve(slope · raw + intercept[output])`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationDef {
    /// Factor of the raw logit, positive.
    pub slope: f32,
    /// Added to the scaled logit of each output: `[n_outputs]`, in logits.
    pub intercept: Vec<f32>,
    /// Knots `(from, to)` of a piecewise linear function that does not fall, in logits; it is constant beyond the first and last knot.
    /// Without knots it is the identity.
    pub curve: Vec<(f32, f32)>,
}

impl CalibrationDef {
    /// The identity: the calibrated logit is the raw one.
    #[must_use]
    pub fn identity(n_outputs: usize) -> Self {
        Self { slope: 1.0, intercept: vec![0.0; n_outputs], curve: Vec::new() }
    }

    pub(super) fn is_sane(&self, n_outputs: usize) -> bool {
        let numbers = self.curve.iter().flat_map(|&(from, to)| [from, to]);
        let finite = numbers.chain(self.intercept.iter().copied()).all(|logit| logit.abs() <= LOGIT_LIMIT);
        let rises = |pair: &[(f32, f32)]| matches!(pair, [a, b] if a.0 < b.0 && a.1 <= b.1);
        finite
            && self.slope.is_finite()
            && self.slope > 0.0
            && self.intercept.len() == n_outputs
            && self.curve.windows(2).all(rises)
    }

    /// The calibrated logit of `output` whose raw logit is `raw`; finite, whatever `raw` is.
    #[inline]
    #[must_use]
    pub fn apply(&self, output: usize, raw: f32) -> f32 {
        let logit = self.slope * raw + self.intercept.get(output).copied().unwrap_or(0.0);
        // Finite weights of a hostile bundle can give infinities and NaN; from here on the logit is finite.
        let logit = bounded(logit);
        if self.curve.is_empty() { logit } else { self.along_curve(logit) }
    }

    /// The value of the curve at `logit`.
    pub(super) fn along_curve(&self, logit: f32) -> f32 {
        let after = self.curve.partition_point(|&(from, _)| from < logit);
        let knot = |at: usize| self.curve.get(at).copied();
        match (after.checked_sub(1).and_then(knot), knot(after)) {
            (None, None) => logit,
            (Some((_, to)), None) | (None, Some((_, to))) => to,
            (Some((from, low)), Some((until, high))) => {
                low + (high - low) * ((logit - from) / (until - from))
            }
        }
    }
}
