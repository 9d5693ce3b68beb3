//! Cuts: what a split asks of a row, and how good that would be.
//!
//! Not here: looking for the best one (`split`).

use super::histogram::Bin;

/// Codes that go right, as bits.
pub(in crate::kinds) type CodeSet = [u64; 4];

/// How a split parts the rows that have a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::kinds) enum Test {
    /// Codes up to this one go left.
    Code(u8),
    /// Codes in this set go right.
    Member(CodeSet),
}

impl Test {
    pub(in crate::kinds) fn goes_left(&self, code: u8) -> bool {
        match self {
            Self::Code(last) => code <= *last,
            Self::Member(set) => !contains(set, code),
        }
    }

    /// Of each code whether it goes left.
    pub(super) fn ways(&self, missing: u8, missing_left: bool) -> [bool; 256] {
        let mut ways = [false; 256];
        for (code, way) in ways.iter_mut().enumerate() {
            let code = code as u8;
            *way = if code == missing { missing_left } else { self.goes_left(code) };
        }
        ways
    }
}

/// A split that could be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    pub(super) input: usize,
    pub(super) test: Test,
    pub(super) missing_left: bool,
    pub(super) gain: f64,
    pub(super) left: Bin,
    pub(super) right: Bin,
}

pub(super) fn contains(set: &CodeSet, code: u8) -> bool {
    set[usize::from(code >> 6)] >> (code & 63) & 1 == 1
}

pub(in crate::kinds) fn insert(set: &mut CodeSet, code: usize) {
    set[code >> 6] |= 1 << (code & 63);
}
