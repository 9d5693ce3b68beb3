//! Variants: replaces traditional Chinese characters by simplified ones, so that both count as the same.
//!
//! The table is part of the model, which holds only the pairs whose simplified character it knows, so a page in another language
//! does not load it.
//!
//! Not here: where the pairs come from (`learn`).

use alloc::vec::Vec;

/// The first character that may have a variant: the first of CJK extension A.
const FIRST: usize = 0x3400;
/// One past the last character that may have a variant.
const END: usize = 0xA000;

/// A table of the replacement of each character, 0 if it is not replaced; empty if the model has no variants.
#[derive(Clone, Debug, Default)]
pub struct Variants(Vec<u16>);

impl Variants {
    /// Memory of a table, in bytes.
    pub(super) const BYTES: usize = 2 * (END - FIRST);

    /// Whether `pairs` are valid: strictly increasing, and of characters that may have a variant.
    #[must_use]
    pub fn are_sound(pairs: &[(u16, u16)]) -> bool {
        let within = |&(from, _): &(u16, u16)| (FIRST..END).contains(&usize::from(from));
        pairs.iter().all(within) && pairs.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0))
    }

    /// Makes the table from pairs of a character and its replacement. Pairs of characters outside the table's range are ignored.
    #[must_use]
    pub fn new(pairs: &[(u16, u16)]) -> Self {
        if pairs.is_empty() {
            return Self::default();
        }
        let mut table = alloc::vec![0; END - FIRST];
        for &(from, to) in pairs {
            if let Some(slot) = usize::from(from).checked_sub(FIRST).and_then(|at| table.get_mut(at)) {
                *slot = to;
            }
        }
        Self(table)
    }

    /// The replacement of `code`, or `code` itself if it has none.
    #[inline]
    #[must_use]
    pub fn of(&self, code: u32) -> u32 {
        let found = (code as usize).checked_sub(FIRST).and_then(|at| self.0.get(at));
        found.filter(|to| **to != 0).map_or(code, |&to| u32::from(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_what_stands_for_it_and_anything_else_itself() {
        let variants = Variants::new(&[(0x8CA8, 0x8D27), (0x9000, 0x9000)]);
        for (code, to) in [(0x8CA8, 0x8D27), (0x8D27, 0x8D27), (0x61, 0x61), (0x1_F600, 0x1_F600)] {
            assert_eq!(variants.of(code), to);
            assert_eq!(Variants::default().of(code), code);
        }
    }

    #[test]
    fn pairs_rise_and_are_of_han_characters() {
        assert!(Variants::are_sound(&[]) && Variants::are_sound(&[(0x3400, 0x4E00), (0x9FFF, 0x61)]));
        for pairs in [&[(0x33FF, 1)][..], &[(0xA000, 1)], &[(0x5000, 1), (0x5000, 2)]] {
            assert!(!Variants::are_sound(pairs), "{pairs:x?}");
            assert_eq!(Variants::new(pairs).of(0x61), 0x61);
        }
    }
}
