//! The byte layout of a text model: a short header, then one section per field, so that similar bytes are next to each other.
//!
//! | part    | as                                                                                      |
//! |---------|-----------------------------------------------------------------------------------------|
//! | header  | `words glyphs long char_min char_max bits unknown` (a byte each), `n_outputs: u16`, `n_rows: u32`, `n_variants: u16`, `scale: f32` |
//! | bias    | `n_outputs × f32`                                                                       |
//! | variants | per variant two `u16`: the character, and the one that replaces it                      |
//! | idf     | `n_rows × u8`                                                                           |
//! | buckets | per row the gap to the previous row's bucket, as LEB128                                 |
//! | outputs | per row and group of 64 outputs: one byte whose bits say which octets (8 outputs) are not empty, then one byte per such octet |
//! | weights | one `i8` per cell, in the order of `outputs`                                            |
//!
//! Everything is little-endian, and the lowest bit of a set of outputs is its first output. A model of 16 outputs or fewer
//! leaves out the bytes that say which octets are present: all of its octets are written.
//!
//! The sections are not compressed here: files are served with Brotli, which makes them smaller than an adaptive range coder did
//! (banking77: 341 against 396 KB) and lets the page read them in a millisecond.
//!
//! Invariants
//! - Bytes are untrusted: reading past the end is an error, no memory is allocated on the word of a count alone, and no input
//!   makes this module panic.
//! - `unpack(pack(def)) == def` for every def that [`TextModel`](floorwalker_engine::text::TextModel) accepts.
//!
//! Not here: what the numbers mean and whether they are a valid model (`engine::text`), damage in transit (the checksum).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use alloc::vec::Vec;
use core::fmt;
use floorwalker_engine::list::list;
use floorwalker_engine::plain::{self, digits};
use floorwalker_engine::text::{GramDef, MAX_OUTPUTS, MAX_ROWS, TextDef};

/// Outputs that one byte of the first level covers: eight octets.
const GROUP: usize = 64;
/// Outputs that one byte of the second level covers.
const OCTET: usize = 8;

/// Largest number of cells (weights) of one model: 16 million, 48 MiB in memory.
pub const MAX_CELLS: usize = 1 << 24;

/// Largest memory per byte of a packed text model, in bytes: a row of 3 bytes becomes 9, a cell of 1 byte becomes 3, and the list of
/// outputs reserves two bytes more for each.
pub(crate) const UNPACKED: usize = 5;

/// Why unpacking a text model failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextBytesError {
    /// The bytes end too early.
    Truncated,
    /// So many bytes are left after the last weight.
    Trailing(usize),
    /// A count is above its limit.
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// The largest count allowed.
        limit: usize,
    },
}

impl fmt::Display for TextBytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated => f.write_str("text model: bytes end too early"),
            Self::Trailing(n) => plain::write(f, &["text model: ", &digits(n), " bytes after the last row"]),
            Self::TooLarge { what, limit } => {
                plain::write(f, &["text model: more than ", &digits(limit), " ", what])
            }
        }
    }
}

impl core::error::Error for TextBytesError {}

/// Packs a text model. Cost: `O(n_rows · n_outputs)`.
///
/// `def` is not checked: the bytes of one that [`TextModel`](floorwalker_engine::text::TextModel) would refuse are unspecified.
#[must_use]
pub fn pack(def: &TextDef) -> Vec<u8> {
    let g = def.grams;
    let mut bytes = [g.words, g.glyphs, g.long, g.char_min, g.char_max, g.bits, def.unknown].to_vec();
    bytes.extend((def.bias.len() as u16).to_le_bytes());
    bytes.extend((def.buckets.len() as u32).to_le_bytes());
    bytes.extend((def.variants.len() as u16).to_le_bytes());
    bytes.extend(def.scale.to_le_bytes());
    def.bias.iter().for_each(|b| bytes.extend(b.to_le_bytes()));
    bytes.extend(def.variants.iter().flat_map(|(from, to)| [from.to_le_bytes(), to.to_le_bytes()]).flatten());
    bytes.extend(&def.idf);
    let mut next = 0_u32;
    for &bucket in &def.buckets {
        let mut gap = bucket.wrapping_sub(next);
        next = bucket.wrapping_add(1);
        while gap >= 0x80 {
            bytes.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        bytes.push(gap as u8);
    }
    let unsaid = unsaid(def.bias.len());
    for bounds in def.starts.windows(2) {
        let &[start, end] = bounds else { continue };
        let mut outputs = def.outputs.get(start as usize..end as usize).unwrap_or(&[]);
        for first in (0..def.bias.len()).step_by(GROUP) {
            let mut octets = [0_u8; GROUP / OCTET];
            while let Some((&output, rest)) = outputs.split_first() {
                let at = usize::from(output).wrapping_sub(first);
                let Some(octet) = octets.get_mut(at / OCTET) else { break };
                *octet |= 1 << (at % OCTET);
                outputs = rest;
            }
            let mut said = unsaid;
            if said == 0 {
                said = (0..).zip(&octets).map(|(i, &octet)| u8::from(octet != 0) << i).sum();
                bytes.push(said);
            }
            bytes.extend((0..).zip(octets).filter(|(i, _)| said >> i & 1 == 1).map(|(_, octet)| octet));
        }
    }
    bytes.extend(def.weights.iter().map(|&w| w as u8));
    bytes
}

/// Unpacks a text model, which is still to be checked by [`TextModel::new`](floorwalker_engine::text::TextModel::new).
///
/// # Errors
///
/// [`TextBytesError`] if the bytes end too early, if bytes are left at the end, or if a count is above its limit.
pub fn unpack(bytes: &[u8]) -> Result<TextDef, TextBytesError> {
    let mut rest = bytes;
    let [words, glyphs, long, char_min, char_max, bits, unknown] = take(&mut rest)?;
    let n_outputs = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let n_rows = u32::from_le_bytes(take(&mut rest)?) as usize;
    let n_variants = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let scale = f32::from_le_bytes(take(&mut rest)?);
    limit("outputs", n_outputs, MAX_OUTPUTS)?;
    limit("rows", n_rows, MAX_ROWS)?;
    let mut bias = Vec::new();
    for _ in 0..n_outputs {
        bias.push(f32::from_le_bytes(take(&mut rest)?));
    }
    let mut variants = Vec::new();
    for _ in 0..n_variants {
        variants.push((u16::from_le_bytes(take(&mut rest)?), u16::from_le_bytes(take(&mut rest)?)));
    }
    let (idf, mut rest) = rest.split_at_checked(n_rows).ok_or(TextBytesError::Truncated)?;
    let buckets = buckets(&mut rest, n_rows)?;
    let (starts, outputs) = cells(&mut rest, n_rows, n_outputs)?;
    if let Some(n @ 1..) = rest.len().checked_sub(outputs.len()) {
        return Err(TextBytesError::Trailing(n));
    }
    let weights = list(rest.iter().map(|&w| w as i8));
    if weights.len() < outputs.len() {
        return Err(TextBytesError::Truncated);
    }
    let grams = GramDef { words, glyphs, long, char_min, char_max, bits };
    Ok(TextDef {
        grams,
        bias,
        scale,
        unknown,
        variants,
        buckets,
        idf: idf.to_vec(),
        starts,
        outputs,
        weights,
    })
}

fn buckets(rest: &mut &[u8], n_rows: usize) -> Result<Vec<u32>, TextBytesError> {
    let mut buckets = Vec::with_capacity(n_rows.min(rest.len()));
    let mut next = 0_u32;
    for _ in 0..n_rows {
        let (mut gap, mut shift) = (0, 0_u32);
        loop {
            let byte = byte(rest)?;
            gap |= u32::from(byte & 0x7F).wrapping_shl(shift);
            if byte < 0x80 {
                break;
            }
            shift = shift.wrapping_add(7);
        }
        let bucket = next.wrapping_add(gap);
        next = bucket.wrapping_add(1);
        buckets.push(bucket);
    }
    Ok(buckets)
}

/// Reads the index of each row's first cell (and the end), and the output of each cell.
fn cells(rest: &mut &[u8], n_rows: usize, n_outputs: usize) -> Result<(Vec<u32>, Vec<u16>), TextBytesError> {
    let mut starts = Vec::with_capacity(n_rows.saturating_add(1));
    let mut outputs: Vec<u16> = Vec::with_capacity(rest.len().min(MAX_CELLS)); // every cell has a weight byte that follows
    starts.push(0);
    let unsaid = unsaid(n_outputs);
    for _ in 0..n_rows {
        for first in (0..n_outputs).step_by(GROUP) {
            let mut said = unsaid;
            if said == 0 {
                said = byte(rest)?;
            }
            while said != 0 {
                let base = first as u16 | (said.trailing_zeros() as u16).wrapping_mul(OCTET as u16);
                let mut octet = byte(rest)?;
                while octet != 0 {
                    outputs.push(base | octet.trailing_zeros() as u16);
                    octet &= octet.wrapping_sub(1); // clears the lowest bit
                }
                said &= said.wrapping_sub(1);
            }
        }
        limit("cells", outputs.len(), MAX_CELLS)?;
        starts.push(outputs.len() as u32);
    }
    Ok((starts, outputs))
}

/// The first-level byte of a model of 16 outputs or fewer, which is not written; 0 for a larger model, which writes it.
const fn unsaid(n_outputs: usize) -> u8 {
    match n_outputs.div_ceil(OCTET) {
        1 => 0b1,
        2 => 0b11,
        _ => 0,
    }
}

fn byte(rest: &mut &[u8]) -> Result<u8, TextBytesError> {
    take(rest).map(|[byte]| byte)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], TextBytesError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(TextBytesError::Truncated)?;
    *rest = tail;
    Ok(*head)
}

fn limit(what: &'static str, n: usize, limit: usize) -> Result<(), TextBytesError> {
    if n > limit { Err(TextBytesError::TooLarge { what, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
