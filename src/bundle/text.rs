//! The text model's bytes: a short head, then every number through one adaptive binary range coder.
//!
//! | part   | as                                                                                     |
//! |--------|----------------------------------------------------------------------------------------|
//! | head   | `words glyphs char_min char_max bits` (a byte each), `n_outputs: u16`, `n_rows: u32`, `scale: f32` |
//! | bias   | `n_outputs × f32`                                                                      |
//! | coded  | per row: gap to the bucket before, idf, number of cells, which outputs, the weights    |
//!
//! Everything is little-endian. Numbers above a small range are coded as their bit length and then their bits. Which
//! outputs a row has is coded output by output, in the context of how many are still to come; so a row that has none or all
//! of the rest costs nothing. A weight is a sign and a size, the size in the context of the row's number of cells.
//!
//! Invariants
//! - Bytes are untrusted: reading past the end is an error, counts are limits and never allocated ahead of the bytes that
//!   carry them, and no input makes this module panic. A coded bit costs at least 0.011 bits, so time is linear in length.
//! - `unpack(pack(def)) == def` for every def that [`TextModel`](floorwalker_engine::text::TextModel) accepts.
//!
//! Not here: what the numbers mean and whether they are a model (`engine::text`), damage in transit (the checksum).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod range;

use alloc::vec::Vec;
use core::fmt;
use floorwalker_engine::text::{GramDef, MAX_OUTPUTS, MAX_ROWS, TextDef};
use range::{Coder, Decoder, Encoder, Model};

/// Most cells of one model: 16 million, 48 MiB in memory.
pub const MAX_CELLS: usize = 1 << 24;

/// Why bytes are not a text model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextBytesError {
    /// The bytes end too early.
    Truncated,
    /// Bytes are left after the last row.
    Trailing(usize),
    /// A count is above what a text model may have.
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
    },
}

impl fmt::Display for TextBytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated => f.write_str("text model: bytes end too early"),
            Self::Trailing(n) => write!(f, "text model: {n} bytes after the last row"),
            Self::TooLarge { what, limit } => write!(f, "text model: more than {limit} {what}"),
        }
    }
}

impl core::error::Error for TextBytesError {}

/// The bytes of a text model. Cost: `O(n_rows · n_outputs)`.
///
/// Of a def that no [`TextModel`](floorwalker_engine::text::TextModel) would accept the result is some bytes or other.
#[must_use]
pub fn pack(def: &TextDef) -> Vec<u8> {
    let g = def.grams;
    let mut bytes = [g.words, g.glyphs, g.char_min, g.char_max, g.bits].to_vec();
    bytes.extend((def.bias.len() as u16).to_le_bytes());
    bytes.extend((def.buckets.len() as u32).to_le_bytes());
    bytes.extend(def.scale.to_le_bytes());
    def.bias.iter().for_each(|b| bytes.extend(b.to_le_bytes()));

    let mut coder = Encoder::new(bytes);
    let mut contexts = Contexts::new(def.bias.len());
    let mut floor = 0;
    let rows = def.buckets.iter().zip(&def.idf).zip(def.starts.windows(2));
    for ((&bucket, &idf), bounds) in rows {
        let &[start, end] = bounds else { continue };
        let range = start as usize..end as usize;
        let (outputs, weights) = (def.outputs.get(range.clone()), def.weights.get(range));
        let row = Row {
            gap: bucket.wrapping_sub(floor),
            idf,
            outputs: outputs.unwrap_or(&[]).to_vec(),
            weights: weights.unwrap_or(&[]).to_vec(),
        };
        floor = bucket.wrapping_add(1);
        // An encoder cannot fail: only a decoder runs out of bytes.
        let _ = contexts.row(&mut coder, &row);
    }
    coder.finish()
}

/// The text model in `bytes`: raw, still to be checked by [`TextModel::new`](floorwalker_engine::text::TextModel::new).
///
/// # Errors
///
/// [`TextBytesError`].
pub fn unpack(bytes: &[u8]) -> Result<TextDef, TextBytesError> {
    let mut rest = bytes;
    let [words, glyphs, char_min, char_max, bits] = take(&mut rest)?;
    let n_outputs = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let n_rows = u32::from_le_bytes(take(&mut rest)?) as usize;
    let scale = f32::from_le_bytes(take(&mut rest)?);
    limit("outputs", n_outputs, MAX_OUTPUTS)?;
    limit("rows", n_rows, MAX_ROWS)?;
    let mut def = TextDef {
        grams: GramDef { words, glyphs, char_min, char_max, bits },
        bias: Vec::new(),
        scale,
        buckets: Vec::new(),
        idf: Vec::new(),
        starts: [0].to_vec(),
        outputs: Vec::new(),
        weights: Vec::new(),
    };
    for _ in 0..n_outputs {
        def.bias.push(f32::from_le_bytes(take(&mut rest)?));
    }
    let mut coder = Decoder::new(rest).ok_or(TextBytesError::Truncated)?;
    let mut contexts = Contexts::new(n_outputs);
    let mut floor = 0_u32;
    for _ in 0..n_rows {
        let row = contexts.row(&mut coder, &Row::default()).ok_or(TextBytesError::Truncated)?;
        let bucket = floor.wrapping_add(row.gap);
        floor = bucket.wrapping_add(1);
        def.buckets.push(bucket);
        def.idf.push(row.idf);
        def.outputs.extend(row.outputs);
        def.weights.extend(row.weights);
        limit("cells", def.outputs.len(), MAX_CELLS)?;
        def.starts.push(def.outputs.len() as u32);
    }
    match coder.left() {
        0 => Ok(def),
        n => Err(TextBytesError::Trailing(n)),
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], TextBytesError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(TextBytesError::Truncated)?;
    *rest = tail;
    Ok(*head)
}

fn limit(what: &'static str, n: usize, limit: usize) -> Result<(), TextBytesError> {
    if n > limit { Err(TextBytesError::TooLarge { what, limit }) } else { Ok(()) }
}

/// One row: what is written, or room for what is read.
#[derive(Default)]
struct Row {
    gap: u32,
    idf: u8,
    outputs: Vec<u16>,
    weights: Vec<i8>,
}

/// Classes of rows by their number of cells, each with its own statistics of weights.
const SIZE_CLASSES: usize = 6;

/// What the coder has learned so far. One code path for both directions: [`Coder::bit`] writes the bit it is given, or
/// ignores it and returns the one it read.
struct Contexts {
    n_outputs: usize,
    gap: Number,
    idf: Vec<Model>,
    count: Number,
    present: [Model; 34],
    sign: [Model; SIZE_CLASSES],
    size: [Vec<Model>; SIZE_CLASSES],
}

impl Contexts {
    fn new(n_outputs: usize) -> Self {
        Self {
            n_outputs,
            gap: Number::new(),
            idf: [Model::EVEN; 256].to_vec(),
            count: Number::new(),
            present: [Model::EVEN; 34],
            sign: [Model::EVEN; SIZE_CLASSES],
            size: core::array::from_fn(|_| [Model::EVEN; 256].to_vec()),
        }
    }

    fn row(&mut self, coder: &mut impl Coder, given: &Row) -> Option<Row> {
        let gap = self.gap.code(coder, given.gap)?;
        let idf = tree(coder, &mut self.idf, given.idf)?;
        let n_cells = self.count.code(coder, given.outputs.len() as u32)? as usize;
        let mut row = Row { gap, idf, ..Row::default() };
        let class = n_cells.checked_ilog2().map_or(0, |n| n as usize).min(SIZE_CLASSES.saturating_sub(1));
        let (sign, size) = (self.sign.get_mut(class)?, self.size.get_mut(class)?);
        let mut to_come = n_cells.min(self.n_outputs);
        let mut cells = given.outputs.iter().zip(&given.weights).peekable();
        for output in 0..self.n_outputs {
            if to_come == 0 {
                break;
            }
            let left = self.n_outputs.saturating_sub(output);
            let here = cells.peek().is_some_and(|cell| usize::from(*cell.0) == output);
            let share = to_come.saturating_mul(32).checked_div(left)?;
            if to_come < left && !coder.bit(self.present.get_mut(share)?, here)? {
                continue;
            }
            let weight = cells.next().map_or(0, |cell| *cell.1);
            let negative = coder.bit(sign, weight < 0)?;
            let magnitude = tree(coder, size, weight.unsigned_abs())?;
            let value = if negative { 0_i8.wrapping_sub_unsigned(magnitude) } else { magnitude as i8 };
            row.outputs.push(output as u16);
            row.weights.push(value);
            to_come = to_come.saturating_sub(1);
        }
        Some(row)
    }
}

/// Codes a byte bit by bit from the top, each in the context of those above it.
fn tree(coder: &mut impl Coder, models: &mut [Model], value: u8) -> Option<u8> {
    let mut node = 1_usize;
    for shift in (0..8).rev() {
        let bit = coder.bit(models.get_mut(node)?, (value >> shift) & 1 == 1)?;
        node = (node << 1) | usize::from(bit);
    }
    Some((node & 0xFF) as u8)
}

/// A `u32` as its bit length, in unary, and its bits below the top one: the first of them learned, the rest plain.
struct Number {
    length: [Model; 33],
    first: [Model; 33],
}

impl Number {
    const fn new() -> Self {
        Self { length: [Model::EVEN; 33], first: [Model::EVEN; 33] }
    }

    fn code(&mut self, coder: &mut impl Coder, value: u32) -> Option<u32> {
        let length = 32_u32.saturating_sub(value.leading_zeros());
        let mut n = 0_u32;
        while n < 32 && coder.bit(self.length.get_mut(n as usize)?, n < length)? {
            n = n.saturating_add(1);
        }
        if n < 2 {
            return Some(n);
        }
        let mut read = 1_u32;
        for shift in (0..n.saturating_sub(1)).rev() {
            let mut plain = Model::EVEN;
            let model = if read == 1 { self.first.get_mut(n as usize)? } else { &mut plain };
            read = (read << 1) | u32::from(coder.bit(model, (value >> shift) & 1 == 1)?);
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests;
