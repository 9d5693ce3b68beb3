//! The cost of a text model.

use super::def::TextDef;
use super::gram::{MAX_CHARS, MAX_ORDER};
use super::variants::Variants;
use crate::cost::Cost;
use floorwalker_lanes::LANES;

/// Work of an n-gram, in units: it is hashed, looked up and counted.
const GRAM: f32 = 24.0;
/// Bytes of an n-gram with its token and its letters in the buffers.
const BUFFERED: f32 = 48.0;

impl TextDef {
    /// The cost of the model for the longest message, without the memory of its definition.
    pub(crate) fn cost(&self) -> Cost {
        let g = self.grams;
        let most = |n: u8| f32::from(n).min(MAX_ORDER as f32);
        let tokens = most(g.words.max(g.glyphs).max(g.long));
        let letters = most(g.char_max.saturating_sub(g.char_min).saturating_add(1));
        let grams = MAX_CHARS as f32 * (tokens + letters);
        let (rows, outputs) = (self.buckets.len() as f32, self.bias.len() as f32);
        let dense = rows * (self.n_blocks() * LANES) as f32;
        let index = 0.25 * (1_u64 << self.grams.bits.min(63)) as f32;
        let variants = if self.variants.is_empty() { 0.0 } else { Variants::BYTES as f32 };
        let weights = if self.is_dense() { dense } else { 4.0 * (self.outputs.len() as f32 + rows) };
        let of_row = if self.is_dense() { outputs / 4.0 } else { 2.0 * outputs };
        Cost {
            bytes: index + weights + variants + BUFFERED * grams + 4.0 * outputs,
            decide: grams * (GRAM + of_row),
            explain: grams * (GRAM + of_row + most(MAX_ORDER as u8)),
        }
    }
}
