//! Pairs: for each item, other items with a weight of a byte. Compressed sparse rows.
//!
//! A share `p` between 0 and 1 is kept in 4 bits, on a logarithmic scale: `level = 15 · ln(1 + 100 p) / ln 101`, rounded. Level 0 is 0,
//! level 1 is 0.4 %, level 15 is 100 %. Measured on two click logs (`docs/benchmarks.md`), 4 bits rank as well as full floats.

use crate::error::IndexError;
use alloc::vec::Vec;

/// The most items in a row.
pub const WIDEST_ROW: usize = 64;

/// Rows of pairs: plain data, not yet checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairsDef {
    /// For each item, `(other item, weight)`, by rising item. Empty: no item has any.
    pub rows: Vec<Vec<(u32, u8)>>,
}

/// Checked rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pairs {
    /// Where each row begins, and where the last one ends.
    starts: Vec<u32>,
    entries: Vec<(u32, u8)>,
}

impl Pairs {
    /// Checks that every row is sorted, has no item twice, and names only other items.
    pub(crate) fn new(def: &PairsDef, n_items: usize) -> Result<Self, IndexError> {
        if def.rows.is_empty() {
            return Ok(Self::default());
        }
        if def.rows.len() != n_items {
            return Err(IndexError::Invalid("pairs have a row for each item, or none"));
        }
        let mut pairs = Self { starts: Vec::with_capacity(n_items + 1), entries: Vec::new() };
        pairs.starts.push(0);
        for (item, row) in (0_u32..).zip(&def.rows) {
            let is_sorted = row.windows(2).all(|two| matches!(two, [a, b] if a.0 < b.0));
            if !is_sorted || row.iter().any(|(other, _)| *other == item || *other as usize >= n_items) {
                return Err(IndexError::Invalid("a row of pairs names other items, in rising order"));
            }
            if row.len() > WIDEST_ROW {
                return Err(IndexError::Invalid("a row of pairs is too wide"));
            }
            pairs.entries.extend(row);
            pairs.starts.push(pairs.entries.len() as u32);
        }
        Ok(pairs)
    }

    /// The row of an item.
    pub(crate) fn of(&self, item: u32) -> &[(u32, u8)] {
        let at = item as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => self.entries.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The weight of one pair; 0 if it is not there.
    pub(crate) fn weight(&self, item: u32, other: u32) -> u8 {
        let row = self.of(item);
        row.binary_search_by_key(&other, |(other, _)| *other)
            .map_or(0, |at| row.get(at).map_or(0, |pair| pair.1))
    }
}

/// The 16 shares that a level of 4 bits means.
pub(crate) fn shares() -> [f32; 16] {
    let mut level = 0_u8;
    [0.0; 16].map(|_: f32| {
        level += 1;
        of_share(level - 1)
    })
}

/// The level, 0 to 15, of a share. A positive share is at least 1.
#[must_use]
pub fn share(share: f32) -> u8 {
    if share <= 0.0 {
        return 0;
    }
    let level = 15.0 * libm::logf(1.0 + 100.0 * share.min(1.0)) / libm::logf(101.0);
    (level + 0.5).clamp(1.0, 15.0) as u8
}

/// The share that a level means.
#[must_use]
pub fn of_share(level: u8) -> f32 {
    (libm::expf(f32::from(level.min(15)) / 15.0 * libm::logf(101.0)) - 1.0) / 100.0
}
