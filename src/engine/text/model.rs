//! Text model: a sparse linear classifier over the n-grams of a message.
//!
//! ```text
//! logit_c = b_c + s · Σ_g w_gc / sqrt(Σ_g d_g² + n u²)   g: occurrences of known n-grams, n: number of unknown ones
//! ```
//!
//! Symbols as in [`TextDef`]. Both sums are of integers, so their order does not matter: dense and sparse storage, with and without
//! SIMD, native and wasm give the same bits. The weights `w` already include the idf; `d` is used only in the norm.
//!
//! | part     | layout                                              | for banking77  |
//! |----------|-----------------------------------------------------|----------------|
//! | `index`  | `2^bits` bits; a cell has 32 of them and the number of bits set before | 64 KiB |
//! | `blocks` | `[n_rows, n_blocks]` of 16 weights, zero padded     | `n_rows` · 80  |
//!
//! Invariants
//! - A [`TextModel`] is valid: [`TextModel::new`] is the only check, and scoring relies on it.
//! - Scoring does not allocate once its [`TextScratch`] has grown to the longest message.
//!
//! Not here: n-grams ([`gram`](super::Grams)), probabilities and calibration (the head that reads these logits).

use super::def::{TextDef, TextError};
use super::gram::{GramDef, Grams};
use super::variants::Variants;
use crate::list::list;
use crate::math::inverse_root;
use alloc::vec;
use alloc::vec::Vec;
use floorwalker_lanes::{LANES, add_rows};

/// Weights that would take more bytes than this as a dense table are stored as sparse cells instead.
pub const MAX_DENSE_BYTES: usize = 8 << 20;

/// A checked text model. `Send + Sync`; scoring reads only.
#[derive(Clone, Debug)]
pub struct TextModel {
    grams: GramDef,
    bias: Vec<f32>,
    scale: f32,
    /// `u²`.
    unknown: u32,
    variants: Variants,
    index: Vec<Cell>,
    idf: Vec<u8>,
    weights: Weights,
}

/// 32 buckets of the index: a bit set of the known ones and, if any is known, how many are known before this cell.
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

impl TextScratch {
    /// Overwrites with zeros what is left of earlier messages.
    pub(crate) fn wipe(&mut self) {
        self.grams.wipe();
        self.rows.clear();
        self.rows.resize(self.rows.capacity(), 0);
    }
}

/// Buffers for scoring one message at a time. Reused for all messages and models.
#[derive(Clone, Debug, Default)]
pub struct TextScratch {
    pub(super) grams: Grams,
    /// The row of each known n-gram of the message.
    pub(super) rows: Vec<u32>,
    /// The first and the last token that each known n-gram covers.
    pub(super) spans: Vec<(u16, u16)>,
    sums: Vec<i32>,
}

impl TextModel {
    /// Checks a raw model and lays it out for scoring.
    ///
    /// # Errors
    ///
    /// [`TextError`] for the first fault found.
    pub fn new(def: TextDef) -> Result<Self, TextError> {
        def.check()?;
        let mut index = vec![Cell::default(); (1_usize << def.grams.bits).div_ceil(32)];
        for (row, &bucket) in def.buckets.iter().enumerate() {
            if let Some(cell) = index.get_mut(bucket as usize / 32) {
                if cell.known == 0 {
                    cell.before = row as u32;
                }
                cell.known |= 1 << (bucket % 32);
            }
        }
        let n_blocks = def.n_blocks();
        let weights = if def.is_dense() { Weights::dense(&def, n_blocks) } else { Weights::sparse(&def) };
        Ok(Self {
            grams: def.grams,
            bias: def.bias,
            scale: def.scale,
            unknown: u32::from(def.unknown).pow(2),
            variants: Variants::new(&def.variants),
            index,
            idf: def.idf,
            weights,
        })
    }

    /// Number of outputs.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.bias.len()
    }

    /// Number of n-grams that the model knows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.idf.len()
    }

    /// Writes the logit of each output into `out`. Returns how many n-grams of the message are known, and how many it has in total.
    ///
    /// - `message`: as typed. Its first [`MAX_CHARS`](super::MAX_CHARS) characters are read.
    /// - `out`: `[n_outputs]`. The bias if no n-gram is known. Unchanged on error.
    ///
    /// Cost: `O(n-grams read + n-grams known * n_outputs)`, no allocation once `scratch` has grown.
    ///
    /// # Errors
    ///
    /// [`TextError::OutLength`] if the length of `out` is not the number of outputs.
    ///
    /// # Source
    ///
    /// Salton and Buckley, *Term-weighting approaches in automatic text retrieval* (1988), weighting `tfc`, for the
    /// features. Deviation: the norm adds `idf²` for each occurrence of an n-gram (`tf · idf²`, not `tf² · idf²`), so that it is
    /// a running integer sum.
    #[inline]
    pub fn logits(
        &self,
        message: &str,
        scratch: &mut TextScratch,
        out: &mut [f32],
    ) -> Result<(usize, usize), TextError> {
        if out.len() != self.bias.len() {
            return Err(TextError::OutLength { expected: self.bias.len(), actual: out.len() });
        }
        let (factor, n_grams) = self.look_up(message, scratch);
        let sums = self.weights.sums(self.bias.len(), scratch);
        for ((out, bias), &sum) in out.iter_mut().zip(&self.bias).zip(sums) {
            *out = bias + factor * sum as f32;
        }
        Ok((scratch.rows.len(), n_grams))
    }

    /// Fills `scratch.rows` and `scratch.spans`. Returns the logits per unit of weight in this message, and the number of its n-grams.
    #[inline]
    pub(super) fn look_up(&self, message: &str, scratch: &mut TextScratch) -> (f32, usize) {
        let TextScratch { grams, rows, spans, .. } = scratch;
        rows.clear();
        spans.clear();
        let (mut norm2, mut n_unknown) = (0_u32, 0_usize);
        grams.read_runs(message, self.grams, &self.variants, |buckets, first, last| {
            for &bucket in buckets {
                // The norm fits a `u32`: fewer than 2^16 n-grams (see MAX_CHARS and MAX_ORDER) of less than 2^16 each.
                if let Some(row) = self.row(bucket)
                    && let Some(&idf) = self.idf.get(row as usize)
                {
                    norm2 += u32::from(idf) * u32::from(idf);
                    rows.push(row);
                    spans.push((first, last));
                } else {
                    n_unknown += 1;
                }
            }
        });
        norm2 += self.unknown * n_unknown as u32;
        let factor = if rows.is_empty() { 0.0 } else { self.scale * inverse_root(norm2 as f32) };
        (factor, rows.len() + n_unknown)
    }

    #[inline]
    fn row(&self, bucket: u32) -> Option<u32> {
        let cell = self.index.get(bucket as usize / 32)?;
        let bit = 1 << (bucket % 32);
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

impl TextDef {
    /// How many blocks of [`LANES`] weights a dense row has.
    pub(super) fn n_blocks(&self) -> usize {
        self.bias.len().div_ceil(LANES)
    }

    /// Whether weights are stored as a dense table. The product does not overflow, because both counts are far below 2^32.
    pub(super) fn is_dense(&self) -> bool {
        self.buckets.len() as u64 * (self.n_blocks() * LANES) as u64 <= MAX_DENSE_BYTES as u64
    }
}

impl Weights {
    fn dense(def: &TextDef, n_blocks: usize) -> Self {
        let mut blocks = vec![[0; LANES]; def.buckets.len() * n_blocks];
        for (row, bounds) in blocks.chunks_exact_mut(n_blocks).zip(def.starts.windows(2)) {
            let &[start, end] = bounds else { continue };
            let range = start as usize..end as usize;
            let (Some(outputs), Some(weights)) = (def.outputs.get(range.clone()), def.weights.get(range))
            else {
                continue;
            };
            let row = row.as_flattened_mut();
            for (&output, &weight) in outputs.iter().zip(weights) {
                if let Some(slot) = row.get_mut(usize::from(output)) {
                    *slot = weight;
                }
            }
        }
        Self::Dense { n_blocks, blocks }
    }

    fn sparse(def: &TextDef) -> Self {
        let cells = list(def.outputs.iter().copied().zip(def.weights.iter().copied()));
        Self::Sparse { starts: def.starts.clone(), cells }
    }

    /// The sum of the weights of all known n-grams, for each output.
    #[inline]
    fn sums<'s>(&self, n_outputs: usize, scratch: &'s mut TextScratch) -> &'s [i32] {
        scratch.sums.clear();
        scratch.sums.resize(n_outputs.div_ceil(LANES) * LANES, 0);
        match self {
            Self::Dense { n_blocks, blocks } => add_rows(blocks, *n_blocks, &scratch.rows, &mut scratch.sums),
            Self::Sparse { starts, cells } => {
                for &row in &scratch.rows {
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

#[inline]
fn row_cells<'c>(starts: &[u32], cells: &'c [(u16, i8)], row: u32) -> &'c [(u16, i8)] {
    match starts.get(row as usize..) {
        Some(&[start, end, ..]) => cells.get(start as usize..end as usize).unwrap_or(&[]),
        _ => &[],
    }
}
