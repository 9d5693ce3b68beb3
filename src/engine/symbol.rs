//! Symbol: a 32-bit hash that stands for a string, so that events and categories take four bytes and one comparison.
//!
//! The hash is FNV-1a over the UTF-8 bytes, then an avalanche step. Case matters: `Phones` and `phones` have different symbols.
//!
//! Invariants
//! - The same string has the same symbol in every build. Features and heads in a bundle hold strings, which are hashed at load; a
//!   policy program holds symbols as numbers.
//! - [`Symbol::NONE`] is the symbol of no string but the empty one.
//!
//! Not here: folding of typed text (`text`), which has its own hash.

/// The symbol of a string. Two different strings have the same symbol with probability 2⁻³²: harmless for counting, and symbols
/// never identify shoppers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    /// No symbol: the value of a field that the event did not have.
    pub const NONE: Self = Self(0);

    /// The symbol of `text`. Empty text is [`Symbol::NONE`]. Cost: `O(len)`.
    ///
    /// # Source
    ///
    /// Fowler–Noll–Vo hash 1a, 32 bit (RFC 9923), followed by the 32-bit finaliser of `MurmurHash3`, because FNV leaves
    /// its high bits weak for short strings.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self::NONE;
        }
        let hash = text.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
        Self(avalanche(hash).max(1))
    }

    /// The symbol with this number, for one that was passed as a number.
    #[must_use]
    #[inline]
    pub const fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    /// The number behind the symbol.
    #[must_use]
    #[inline]
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Whether this is [`Symbol::NONE`].
    #[must_use]
    #[inline]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Mixes the bits so that every input bit affects every output bit (`MurmurHash3`'s `fmix32`).
#[must_use]
#[inline]
pub const fn avalanche(mut h: u32) -> u32 {
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_the_symbol_of_no_string_but_the_empty_one() {
        assert!(Symbol::of("").is_none());
        assert!(!Symbol::of("a").is_none());
    }

    #[test]
    fn a_symbol_is_a_pure_function_of_the_bytes() {
        assert_eq!(Symbol::of("view_item"), Symbol::of("view_item"));
        assert_ne!(Symbol::of("view_item"), Symbol::of("View_item"));
        assert_eq!(Symbol::from_raw(Symbol::of("手机").raw()), Symbol::of("手机"));
    }
}
