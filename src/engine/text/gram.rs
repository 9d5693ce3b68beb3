//! Grams: the hashed n-grams of a message, in one pass.
//!
//! | kind       | of                                                  | length                   | example, `don't pay`     |
//! |------------|-----------------------------------------------------|--------------------------|--------------------------|
//! | token gram | words and glyphs, in message order                  | `1..=words` or `glyphs`  | `dont`, `pay`, `dont pay` |
//! | character  | the letters of one word between two border marks    | `char_min..=char_max`    | `_do`, `don`, … `ay_`    |
//!
//! A run of letters and digits is a word; a glyph (a Han character, an emoji) is a word by itself and has no character
//! grams. A token gram that holds only glyphs may be `glyphs` long, any other `words`.
//!
//! Invariants
//! - Only the first [`MAX_CHARS`] characters are read, so no message costs more than a fixed time and memory.
//! - A gram's bucket is a pure function of its folded characters and its kind; the trainer and the page share this code.
//! - No allocation once a [`Grams`] has seen its longest message.
//!
//! Not here: which buckets a model knows ([`model`](super::TextModel)).

use super::fold::{Folded, fold};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Characters of a message that are read; what follows is ignored. About 400 English words.
pub const MAX_CHARS: usize = 2_000;

/// Longest gram of any kind.
pub const MAX_ORDER: usize = 8;

/// FNV-1a's prime and offset basis (RFC 9923), applied to whole codes instead of bytes.
const PRIME: u32 = 0x0100_0193;
/// Where a word's hash, and a gram of words, starts.
const WORD_SEED: u32 = 0x811c_9dc5;
/// Where a character gram starts: kept apart from words, or `pay` would be both.
const CHAR_SEED: u32 = 0x51ed_270b;
/// Knuth's multiplicative constant, 2³² / φ: its product's high bits depend on every input bit.
const SPREAD: u32 = 0x9e37_79b1;
/// The mark at both ends of a word. No folded letter has this code.
const BORDER: u32 = b'_' as u32;

/// Which grams a model reads: raw, checked by [`TextModel::new`](super::TextModel::new).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GramDef {
    /// Longest token gram that holds a word; 0 reads none.
    pub words: u8,
    /// Longest token gram of glyphs alone; 0 reads none.
    pub glyphs: u8,
    /// Shortest character gram, border marks counted.
    pub char_min: u8,
    /// Longest character gram; below `char_min` reads none.
    pub char_max: u8,
    /// Buckets are `2^bits`: `1..=24`.
    pub bits: u8,
}

/// A gram's bucket and the tokens it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gram {
    /// Below `2^bits`.
    pub bucket: u32,
    /// The first token covered, an index into [`Grams::tokens`].
    pub first: u16,
    /// The last token covered.
    pub last: u16,
}

/// A word or glyph of the message as typed: a range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A message taken apart. Reused from message to message.
#[derive(Clone, Debug, Default)]
pub struct Grams {
    tokens: Vec<Token>,
    grams: Vec<Gram>,
    word: Vec<u32>,
    recent: [(u32, bool); MAX_ORDER],
}

impl Grams {
    /// The words and glyphs of the last message read.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The grams of the last message read, one per occurrence, in message order.
    #[must_use]
    pub fn grams(&self) -> &[Gram] {
        &self.grams
    }

    /// Takes `message` apart, forgetting the one before.
    ///
    /// Lengths above [`MAX_ORDER`] read as [`MAX_ORDER`], `bits` outside `1..=24` as the nearer end. A message without
    /// a letter or glyph has no tokens and no grams.
    ///
    /// Cost: `O(characters * (char_max + words))`, at most [`MAX_CHARS`] characters.
    pub fn read(&mut self, message: &str, def: GramDef) {
        self.tokens.clear();
        self.grams.clear();
        self.word.clear();
        let shift = 32 - u32::from(def.bits.clamp(1, 24));
        let (mut start, mut end) = (0_u32, 0_u32);
        for (at, character) in message.char_indices().take(MAX_CHARS) {
            let at = at as u32;
            match fold(character) {
                Folded::Letter(code) => {
                    if self.word.is_empty() {
                        start = at;
                        self.word.push(BORDER);
                    }
                    self.word.push(code);
                    end = at + character.len_utf8() as u32;
                }
                Folded::Glyph(code) => {
                    self.end_word(Token { start, end }, def, shift);
                    let end = at + character.len_utf8() as u32;
                    self.push_token(Token { start: at, end }, step(WORD_SEED, code), true, def, shift);
                }
                Folded::Gap => self.end_word(Token { start, end }, def, shift),
                Folded::Skip => {}
            }
        }
        self.end_word(Token { start, end }, def, shift);
    }

    /// Emits the character grams and token grams of the word at hand, if there is one.
    fn end_word(&mut self, token: Token, def: GramDef, shift: u32) {
        let Some((_, letters)) = self.word.split_first() else { return };
        let hash = letters.iter().fold(WORD_SEED, |h, &code| step(h, code));
        self.word.push(BORDER);
        let (min, max) = (usize::from(def.char_min.max(1)), usize::from(def.char_max).min(MAX_ORDER));
        let index = self.tokens.len() as u16;
        let mut rest = self.word.as_slice();
        while rest.len() >= min && min <= max {
            let mut hash = CHAR_SEED;
            for (n, &code) in rest.iter().take(max).enumerate() {
                hash = step(hash, code);
                if n + 1 >= min {
                    self.grams.push(Gram { bucket: bucket(hash, shift), first: index, last: index });
                }
            }
            rest = rest.split_first().map_or(&[], |(_, rest)| rest);
        }
        self.word.clear();
        self.push_token(token, hash, false, def, shift);
    }

    /// Emits every token gram that ends in this token.
    fn push_token(&mut self, token: Token, hash: u32, is_glyph: bool, def: GramDef, shift: u32) {
        let last = self.tokens.len() as u16;
        self.tokens.push(token);
        self.recent.rotate_right(1);
        self.recent[0] = (hash, is_glyph);
        let (mut gram, mut glyphs_only) = (WORD_SEED, true);
        for (n, &(hash, is_glyph)) in self.recent.iter().enumerate().take(self.tokens.len()) {
            glyphs_only &= is_glyph;
            if n >= usize::from(if glyphs_only { def.glyphs } else { def.words }) {
                break;
            }
            gram = step(gram, hash);
            self.grams.push(Gram { bucket: bucket(gram, shift), first: last - n as u16, last });
        }
    }
}

const fn step(hash: u32, code: u32) -> u32 {
    (hash ^ code).wrapping_mul(PRIME).rotate_left(7)
}

const fn bucket(hash: u32, shift: u32) -> u32 {
    (hash ^ (hash >> 15)).wrapping_mul(SPREAD) >> shift
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    const DEF: GramDef = GramDef { words: 2, glyphs: 3, char_min: 2, char_max: 3, bits: 20 };

    fn read(message: &str, def: GramDef) -> Grams {
        let mut grams = Grams::default();
        grams.read(message, def);
        grams
    }

    fn check(message: &str, n_tokens: usize, n_grams: usize) {
        let grams = read(message, DEF);
        assert_eq!((grams.tokens().len(), grams.grams().len()), (n_tokens, n_grams), "{message}");
    }

    #[test]
    fn grams_are_counted_as_by_hand() {
        check("pay", 1, 4 + 3 + 1); // _p pa ay y_, _pa pay ay_, pay
        check("I pay", 2, (2 + 1 + 1) + (4 + 3 + 1 + 1)); // _i i_, _i_, i; as above, and "i pay"
        check("我的卡", 3, 3 + 2 + 1);
        check("我的卡丢了", 5, 5 + 4 + 3);
        check("我 pay", 2, 1 + (4 + 3 + 1 + 1)); // a gram with a word in it is a gram of words
        check("", 0, 0);
        check(" ?!。 ", 0, 0);
    }

    #[test]
    fn the_same_words_in_other_clothes_are_the_same_grams() {
        let buckets = |message| read(message, DEF).grams().iter().map(|g| g.bucket).collect::<Vec<_>>();
        assert_eq!(buckets("Don't  PAY!"), buckets("ｄｏｎ’ｔ\u{3000}pay"));
        assert_ne!(buckets("pay now"), buckets("now pay"));
    }

    #[test]
    fn a_message_after_a_longer_one_starts_afresh() {
        let mut grams = read("one two three 我的卡", DEF);
        grams.read("pay", DEF);
        assert_eq!(grams.grams(), read("pay", DEF).grams());
    }

    #[test]
    fn tokens_are_ranges_of_the_message_as_typed() {
        let message = "Can’t，ＰＡＹ 我的";
        let texts: Vec<&str> = read(message, DEF)
            .tokens()
            .iter()
            .filter_map(|t| message.get(t.start as usize..t.end as usize))
            .collect();
        assert_eq!(texts, ["Can’t", "ＰＡＹ", "我", "的"]);
    }

    #[test]
    fn a_message_without_end_is_read_to_the_limit() {
        let long: String = "ab ".repeat(50_000);
        let cut: String = long.chars().take(MAX_CHARS).collect();
        assert_eq!(read(&long, DEF).grams(), read(&cut, DEF).grams());
    }

    #[test]
    fn lengths_and_bits_out_of_range_are_still_safe() {
        for n in [0, 1, 9, 255] {
            let def = GramDef { words: n, glyphs: n, char_min: n, char_max: n, bits: n };
            let grams = read("a 我的卡丢了 longer words here", def);
            assert!(grams.grams().iter().all(|g| g.bucket < 1 << 24 && g.first <= g.last));
        }
    }
}
