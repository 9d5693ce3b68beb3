//! The raw text model: plain data, and everything that can be wrong with it.
//!
//! | symbol    | field               | shape                       | unit                                   |
//! |-----------|---------------------|-----------------------------|----------------------------------------|
//! | `b`       | `bias`              | `[n_outputs]`               | logit                                  |
//! | `s`       | `scale`             | one                         | logit per unit of weight, unit norm    |
//! | `u`       | `unknown`           | one                         | what an unknown gram counts in the norm, in sixteenths |
//! |           | `variants`          | pairs, rising strictly      | characters that stand for others       |
//! |           | `buckets`           | `[n_rows]`, rising strictly | the bucket that the row answers to     |
//! | `d`       | `idf`               | `[n_rows]`                  | importance of the gram, in sixteenths  |
//! |           | `starts`            | `[n_rows + 1]`              | where the row's cells start            |
//! |           | `outputs`           | `[n_cells]`, rising per row | output of the cell                     |
//! | `w`       | `weights`           | `[n_cells]`                 | `s` logits                             |
//!
//! Not here: scoring ([`TextModel`](super::TextModel)), bytes (`bundle`).

use super::gram::{GramDef, MAX_ORDER};
use super::variants::Variants;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Most outputs of one text model.
pub const MAX_OUTPUTS: usize = 4_096;
/// Most rows, so that a sum of weights stays far inside an `i32` and memory inside reason.
pub const MAX_ROWS: usize = 1 << 20;

/// A raw text model: plain data, not yet checked. See the table at the head of this file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextDef {
    /// Which grams are read.
    pub grams: GramDef,
    /// Logit of each output for a message without a known gram.
    pub bias: Vec<f32>,
    /// Logits per unit of weight at unit norm.
    pub scale: f32,
    /// What a gram that the model does not know counts in the norm of a message, in sixteenths: the more of a message is unknown, the
    /// nearer its logits are to the bias.
    pub unknown: u8,
    /// Characters, rising, and what stands for each: simplified for traditional Chinese ones.
    pub variants: Vec<(u16, u16)>,
    /// The known buckets, rising.
    pub buckets: Vec<u32>,
    /// What each row counts in the norm of a message, in sixteenths; at least 1.
    pub idf: Vec<u8>,
    /// Where each row's cells start in `outputs` and `weights`, and the end.
    pub starts: Vec<u32>,
    /// Which output each cell moves, rising within a row.
    pub outputs: Vec<u16>,
    /// How much, in units of `scale`.
    pub weights: Vec<i8>,
}

/// Why a text model was refused, or a call to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// A gram length or the number of bits is out of range.
    Grams,
    /// The number of outputs is 0 or above [`MAX_OUTPUTS`].
    OutputCount(usize),
    /// The number of rows is above [`MAX_ROWS`].
    RowCount(usize),
    /// Two columns of the model disagree in length.
    Length {
        /// The column at fault.
        what: &'static str,
        /// The length that the rest of the model asks for.
        expected: usize,
        /// The length found.
        actual: usize,
    },
    /// A bucket is not above the one before, or not below `2^bits`.
    Bucket {
        /// The row at fault.
        row: usize,
    },
    /// A row ends before it starts, or its outputs do not rise or do not exist.
    Row {
        /// The row at fault.
        row: usize,
    },
    /// A bias or the scale is not a finite number, an importance is 0, or variants do not rise or are not of Han characters.
    Value(&'static str),
    /// The caller's slice has another length than the model has outputs.
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
    /// Any [`TextError`] but those of a call.
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
        let mut floor = 0;
        for (row, (&bucket, bounds)) in self.buckets.iter().zip(self.starts.windows(2)).enumerate() {
            if bucket < floor || bucket >> self.grams.bits != 0 {
                return Err(TextError::Bucket { row });
            }
            floor = bucket + 1;
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
