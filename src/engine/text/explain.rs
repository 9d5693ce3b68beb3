//! Explanation of a text model's logit: the share of each token, that is, of each word and of each Chinese character.
//!
//! The weight of a character n-gram counts for its word. The weight of an n-gram of several tokens is divided equally among them.
//!
//! Invariant: shares plus bias add up to the logit, within `1e-5` of the sum of their absolute values.

use super::def::TextError;
use super::model::{TextModel, TextScratch};
use crate::list::list;
use alloc::vec;
use alloc::vec::Vec;
use serde::Serialize;

/// The contribution of one word of the message to one logit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// First byte of the word in the message as typed.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The contribution in logits; negative if the word speaks against the output.
    pub contribution: f32,
}

impl TextModel {
    /// The share of each word in the logit of `output`, in message order; words without a known n-gram have 0.
    ///
    /// Cost: that of [`logits`](Self::logits), and two allocations. A message without words has no shares.
    ///
    /// # Errors
    ///
    /// [`TextError::OutputIndex`] if the model has no such output.
    #[inline]
    pub fn explain(
        &self,
        message: &str,
        output: usize,
        scratch: &mut TextScratch,
    ) -> Result<Vec<Share>, TextError> {
        self.bias(output).ok_or(TextError::OutputIndex(output))?;
        let (factor, _) = self.look_up(message, scratch);
        let mut sums = vec![0.0_f32; scratch.grams.tokens().len()];
        for (&row, &(first, last)) in scratch.rows.iter().zip(&scratch.spans) {
            let Some(tokens) = sums.get_mut(usize::from(first)..=usize::from(last)) else {
                continue;
            };
            let part = f32::from(self.weight(row, output)) / tokens.len() as f32;
            tokens.iter_mut().for_each(|sum| *sum += part);
        }
        let shares = scratch.grams.tokens().iter().zip(&sums);
        Ok(list(shares.map(|(t, sum)| Share { start: t.start, end: t.end, contribution: factor * sum })))
    }
}
