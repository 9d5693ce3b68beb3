//! Tests of splits, and candidate splits with their gain.
//!
//! Not here: searching the best split (`split`).

use super::histogram::Bin;

/// A set of codes, as a bit set.
pub(in crate::kinds) type CodeSet = [u64; 4];

/// The test of a split for rows that have a value.
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

    /// Whether each code goes left.
    pub(super) fn ways(&self, missing: u8, missing_left: bool) -> [bool; 256] {
        let mut ways = [false; 256];
        for (code, way) in ways.iter_mut().enumerate() {
            let code = code as u8;
            *way = if code == missing { missing_left } else { self.goes_left(code) };
        }
        ways
    }
}

/// A candidate split, with the sums of both sides.
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
