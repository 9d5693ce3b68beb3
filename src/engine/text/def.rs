//! The raw text model: plain data, and the errors that its check can find.
//!
//! | symbol    | field               | shape                       | unit                                   |
//! |-----------|---------------------|-----------------------------|----------------------------------------|
//! | `b`       | `bias`              | `[n_outputs]`               | logit                                  |
//! | `s`       | `scale`             | one                         | logit per unit of weight, unit norm    |
//! | `u`       | `unknown`           | one                         | weight of an unknown n-gram in the norm, in sixteenths |
//! |           | `variants`          | pairs, strictly increasing  | a character, and the one that replaces it |
//! |           | `buckets`           | `[n_rows]`, strictly increasing | hash bucket of the row's n-gram    |
//! | `d`       | `idf`               | `[n_rows]`                  | weight of the n-gram in the norm, in sixteenths |
//! |           | `starts`            | `[n_rows + 1]`              | index of the row's first cell          |
//! |           | `outputs`           | `[n_cells]`, rising per row | output of the cell                     |
//! | `w`       | `weights`           | `[n_cells]`                 | `s` logits                             |
//!
//! Not here: scoring ([`TextModel`](super::TextModel)), bytes (`bundle`).

use super::gram::{GramDef, MAX_ORDER};
use super::variants::Variants;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// How many outputs a text model may have.
pub const MAX_OUTPUTS: usize = 4_096;
/// How many rows a text model may have. It bounds memory.
pub const MAX_ROWS: usize = 1 << 20;

/// A raw text model: plain data, not yet checked. See the table at the head of this file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextDef {
    /// Which n-grams are read.
    pub grams: GramDef,
    /// Logit of each output for a message without a known n-gram.
    pub bias: Vec<f32>,
    /// Logits per unit of weight at unit norm.
    pub scale: f32,
    /// Weight in the message's norm of an n-gram that the model does not know, in sixteenths: the more of a message is unknown, the
    /// nearer its logits are to the bias.
    pub unknown: u8,
    /// Characters, strictly increasing, and what replaces each: for instance a simplified Chinese character for a traditional one.
    pub variants: Vec<(u16, u16)>,
    /// The buckets of the known n-grams, strictly increasing.
    pub buckets: Vec<u32>,
    /// Weight of each row's n-gram in the message's norm, in sixteenths; at least 1.
    pub idf: Vec<u8>,
    /// Index in `outputs` and `weights` of each row's first cell, and last the number of cells.
    pub starts: Vec<u32>,
    /// The output of each cell, strictly increasing within a row.
    pub outputs: Vec<u16>,
    /// The weight of each cell, in units of `scale`.
    pub weights: Vec<i8>,
}

/// Why a text model, or a call to one, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// An n-gram length or the number of bits is out of range.
    Grams,
    /// The number of outputs is 0 or above [`MAX_OUTPUTS`].
    OutputCount(usize),
    /// The number of rows is above [`MAX_ROWS`].
    RowCount(usize),
    /// A list of the model has the wrong length.
    Length {
        /// The list at fault.
        what: &'static str,
        /// The length that the other lists require.
        expected: usize,
        /// The length found.
        actual: usize,
    },
    /// The bucket is not above the one of the row before, or not below `2^bits`.
    Bucket {
        /// The row at fault.
        row: usize,
    },
    /// The row ends before it starts, or its outputs are not strictly increasing or do not exist.
    Row {
        /// The row at fault.
        row: usize,
    },
    /// A bias or the scale is not finite, an `idf` is 0, or the variants are not strictly increasing or not of Han characters.
    Value(&'static str),
    /// The length of the caller's slice is not the number of outputs.
    OutLength {
        /// Outputs of the model.
        expected: usize,
        /// Length of the slice.
        actual: usize,
    },
    /// The model has no such output.
    OutputIndex(usize),
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Grams => write!(f, "text model: gram lengths must be at most {MAX_ORDER}, bits 1 to 24"),
            Self::OutputCount(n) => write!(f, "text model: {n} outputs, must be 1 to {MAX_OUTPUTS}"),
            Self::RowCount(n) => write!(f, "text model: {n} rows, must be at most {MAX_ROWS}"),
            Self::Length { what, expected, actual } => {
                write!(f, "text model: {what} has {actual} entries, expected {expected}")
            }
            Self::Bucket { row } => {
                write!(f, "text model: bucket of row {row} does not rise or is out of range")
            }
            Self::Row { row } => write!(f, "text model: cells of row {row} are out of order or out of range"),
            Self::Value(what) => write!(f, "text model: {what} is not usable"),
            Self::OutLength { expected, actual } => {
                write!(f, "text model: {expected} outputs, but room for {actual}")
            }
            Self::OutputIndex(n) => write!(f, "text model: no output {n}"),
        }
    }
}

impl core::error::Error for TextError {}

impl TextDef {
    /// Checks everything that scoring relies on.
    ///
    /// # Errors
    ///
    /// Any [`TextError`] except [`TextError::OutLength`] and [`TextError::OutputIndex`], which are errors of a call.
    pub(super) fn check(&self) -> Result<(), TextError> {
        let orders =
            [self.grams.words, self.grams.glyphs, self.grams.long, self.grams.char_min, self.grams.char_max];
        if orders.iter().any(|&n| usize::from(n) > MAX_ORDER) || !(1..=24).contains(&self.grams.bits) {
            return Err(TextError::Grams);
        }
        if self.bias.is_empty() || self.bias.len() > MAX_OUTPUTS {
            return Err(TextError::OutputCount(self.bias.len()));
        }
        if self.buckets.len() > MAX_ROWS {
            return Err(TextError::RowCount(self.buckets.len()));
        }
        let length = |what, expected, actual| {
            if expected == actual { Ok(()) } else { Err(TextError::Length { what, expected, actual }) }
        };
        length("idf", self.buckets.len(), self.idf.len())?;
        length("starts", self.buckets.len() + 1, self.starts.len())?;
        length("weights", self.outputs.len(), self.weights.len())?;
        length("cells", self.outputs.len(), self.starts.last().map_or(0, |&n| n as usize))?;
        length("cells before the first row", 0, self.starts.first().map_or(0, |&n| n as usize))?;
        if !self.scale.is_finite() || self.bias.iter().any(|b| !b.is_finite()) {
            return Err(TextError::Value("bias or scale"));
        }
        if self.idf.contains(&0) {
            return Err(TextError::Value("idf of 0"));
        }
        if !Variants::are_sound(&self.variants) {
            return Err(TextError::Value("variants"));
        }
        self.check_rows()
    }

    fn check_rows(&self) -> Result<(), TextError> {
        let mut least = 0;
        for (row, (&bucket, bounds)) in self.buckets.iter().zip(self.starts.windows(2)).enumerate() {
            if bucket < least || bucket >> self.grams.bits != 0 {
                return Err(TextError::Bucket { row });
            }
            least = bucket + 1;
            let &[start, end] = bounds else { return Err(TextError::Row { row }) };
            let cells = self.outputs.get(start as usize..end as usize).ok_or(TextError::Row { row })?;
            let mut next = 0;
            for &output in cells {
                if output < next || usize::from(output) >= self.bias.len() {
                    return Err(TextError::Row { row });
                }
                next = output + 1;
            }
        }
        Ok(())
    }
}
