//! Text model: a sparse linear classifier over the grams of a message.
//!
//! ```text
//! logit_c = b_c + s · Σ_g w_gc / sqrt(Σ_g d_g²)        g over the occurrences of known grams
//! ```
//!
//! Symbols as in [`TextDef`]. Both sums are of integers, so their order cannot matter: dense and sparse storage, lanes or
//! no lanes, native or wasm give the same bits. The idf is inside `w` already; `d` is only the norm.
//!
//! | part     | layout                                              | for banking77  |
//! |----------|-----------------------------------------------------|----------------|
//! | `index`  | `2^bits` bits, 32 to a cell beside the rank before  | 256 KiB        |
//! | `blocks` | `[n_rows, n_blocks]` of 16 weights, zero padded     | `n_rows` · 80  |
//!
//! Invariants
//! - A [`TextModel`] that exists is valid: [`TextModel::new`] is the only check, and scoring relies on it.
//! - Scoring does not allocate once its [`TextScratch`] has seen the longest message.
//!
//! Not here: grams ([`gram`](super::Grams)), probabilities and calibration (the head that reads these logits).

use super::def::{TextDef, TextError};
use super::gram::{Gram, GramDef, Grams};
use alloc::vec;
use alloc::vec::Vec;

/// Weights that are summed at once: one 128-bit register of bytes.
const LANES: usize = 16;
/// Dense weights above this many bytes are kept as sparse cells instead.
pub const MAX_DENSE_BYTES: usize = 8 << 20;

/// A checked text model. `Send + Sync`; scoring reads only.
#[derive(Clone, Debug)]
pub struct TextModel {
    grams: GramDef,
    bias: Vec<f32>,
    scale: f32,
    index: Vec<Cell>,
    idf: Vec<u8>,
    weights: Weights,
}

/// 32 buckets: which are known, and how many are known before them.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    known: u32,
    before: u32,
}

#[derive(Clone, Debug)]
enum Weights {
    /// `[n_rows, n_blocks]`, row-major.
    Dense {
        n_blocks: usize,
        blocks: Vec<[i8; LANES]>,
    },
    Sparse {
        starts: Vec<u32>,
        cells: Vec<(u16, i8)>,
    },
}

/// Room for one message at a time. Reused from message to message and from model to model.
#[derive(Clone, Debug, Default)]
pub struct TextScratch {
    pub(super) grams: Grams,
    /// The known grams of the message: row, and position in `grams`.
    pub(super) known: Vec<(u32, u32)>,
    sums: Vec<i32>,
}

impl TextModel {
    /// Checks a raw model and lays it out for scoring.
    ///
    /// # Errors
    ///
    /// [`TextError`], naming the first thing found wrong.
    pub fn new(def: TextDef) -> Result<Self, TextError> {
        def.check()?;
        let mut index = vec![Cell::default(); (1_usize << def.grams.bits).div_ceil(32)];
        for &bucket in &def.buckets {
            if let Some(cell) = index.get_mut(bucket as usize / 32) {
                cell.known |= 1 << (bucket % 32);
            }
        }
        let mut before = 0;
        for cell in &mut index {
            cell.before = before;
            before += cell.known.count_ones();
        }
        let n_blocks = def.bias.len().div_ceil(LANES);
        let dense = def.buckets.len() * n_blocks * LANES <= MAX_DENSE_BYTES;
        let weights = if dense { Weights::dense(&def, n_blocks) } else { Weights::sparse(&def) };
        Ok(Self { grams: def.grams, bias: def.bias, scale: def.scale, index, idf: def.idf, weights })
    }

    /// Number of outputs.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.bias.len()
    }

    /// Number of grams that the model knows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.idf.len()
    }

    /// Writes the logit of each output into `out` and returns how many grams of the message were known.
    ///
    /// - `message`: as typed. Its first [`MAX_CHARS`](super::MAX_CHARS) characters are read.
    /// - `out`: `[n_outputs]`. With no gram known, the bias. Untouched on error.
    ///
    /// Cost: `O(grams read + grams known * n_outputs)`, no allocation once `scratch` has grown.
    ///
    /// # Errors
    ///
    /// [`TextError::OutLength`].
    ///
    /// # Source
    ///
    /// Salton and Buckley, *Term-weighting approaches in automatic text retrieval* (1988), weighting `tfc`, for the
    /// features. Deviation: the norm counts a repeated gram by occurrence (`tf · idf²`, not `tf² · idf²`), so that it is
    /// a running integer sum.
    pub fn logits(
        &self,
        message: &str,
        scratch: &mut TextScratch,
        out: &mut [f32],
    ) -> Result<usize, TextError> {
        if out.len() != self.bias.len() {
            return Err(TextError::OutLength { expected: self.bias.len(), actual: out.len() });
        }
        let factor = self.look_up(message, scratch);
        let sums = self.weights.sums(self.bias.len(), scratch);
        for ((out, bias), &sum) in out.iter_mut().zip(&self.bias).zip(sums) {
            *out = bias + factor * sum as f32;
        }
        Ok(scratch.known.len())
    }

    /// Fills `scratch.known`; returns the logits that one unit of weight is worth in this message.
    pub(super) fn look_up(&self, message: &str, scratch: &mut TextScratch) -> f32 {
        scratch.grams.read(message, self.grams);
        scratch.known.clear();
        let mut norm2 = 0_u32;
        for (at, gram) in scratch.grams.grams().iter().enumerate() {
            if let Some(row) = self.row(*gram) {
                let idf = u32::from(self.idf.get(row as usize).copied().unwrap_or(0));
                norm2 += idf * idf; // at most 2^16 · 2^16 grams, see MAX_CHARS and MAX_ORDER
                scratch.known.push((row, at as u32));
            }
        }
        if norm2 == 0 { 0.0 } else { self.scale / libm::sqrtf(norm2 as f32) }
    }

    fn row(&self, gram: Gram) -> Option<u32> {
        let cell = self.index.get(gram.bucket as usize / 32)?;
        let bit = 1 << (gram.bucket % 32);
        (cell.known & bit != 0).then(|| cell.before + (cell.known & (bit - 1)).count_ones())
    }

    /// The bias of one output.
    pub(crate) fn bias(&self, output: usize) -> Option<f32> {
        self.bias.get(output).copied()
    }

    /// The weight of one row for one output.
    pub(super) fn weight(&self, row: u32, output: usize) -> i8 {
        match &self.weights {
            Weights::Dense { n_blocks, blocks } => {
                let block = blocks.get(row as usize * n_blocks + output / LANES);
                block.and_then(|block| block.get(output % LANES)).copied().unwrap_or(0)
            }
            Weights::Sparse { starts, cells } => {
                let cell = row_cells(starts, cells, row).iter().find(|cell| usize::from(cell.0) == output);
                cell.map_or(0, |cell| cell.1)
            }
        }
    }
}

impl Weights {
    fn dense(def: &TextDef, n_blocks: usize) -> Self {
        let mut blocks = vec![[0; LANES]; def.buckets.len() * n_blocks];
        for (row, bounds) in blocks.chunks_exact_mut(n_blocks).zip(def.starts.windows(2)) {
            let &[start, end] = bounds else { continue };
            for at in start as usize..end as usize {
                let (Some(&output), Some(&weight)) = (def.outputs.get(at), def.weights.get(at)) else {
                    continue;
                };
                let block = row.get_mut(usize::from(output) / LANES);
                if let Some(slot) = block.and_then(|block| block.get_mut(usize::from(output) % LANES)) {
                    *slot = weight;
                }
            }
        }
        Self::Dense { n_blocks, blocks }
    }

    fn sparse(def: &TextDef) -> Self {
        let cells = def.outputs.iter().copied().zip(def.weights.iter().copied()).collect();
        Self::Sparse { starts: def.starts.clone(), cells }
    }

    /// The sum of weights of each output over the known grams.
    fn sums<'s>(&self, n_outputs: usize, scratch: &'s mut TextScratch) -> &'s [i32] {
        scratch.sums.clear();
        scratch.sums.resize(n_outputs.div_ceil(LANES) * LANES, 0);
        match self {
            Self::Dense { n_blocks, blocks } => {
                let (chunks, _) = scratch.sums.as_chunks_mut::<LANES>();
                for (column, sums) in chunks.iter_mut().enumerate() {
                    let mut lanes = [0_i32; LANES]; // stays in registers over the whole message
                    for &(row, _) in &scratch.known {
                        if let Some(block) = blocks.get(row as usize * n_blocks + column) {
                            for (lane, &weight) in lanes.iter_mut().zip(block) {
                                *lane += i32::from(weight);
                            }
                        }
                    }
                    *sums = lanes;
                }
            }
            Self::Sparse { starts, cells } => {
                for &(row, _) in &scratch.known {
                    for &(output, weight) in row_cells(starts, cells, row) {
                        if let Some(sum) = scratch.sums.get_mut(usize::from(output)) {
                            *sum += i32::from(weight);
                        }
                    }
                }
            }
        }
        &scratch.sums
    }
}

fn row_cells<'c>(starts: &[u32], cells: &'c [(u16, i8)], row: u32) -> &'c [(u16, i8)] {
    match starts.get(row as usize..) {
        Some(&[start, end, ..]) => cells.get(start as usize..end as usize).unwrap_or(&[]),
        _ => &[],
    }
}
