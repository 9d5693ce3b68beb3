//! Grams: the hashed n-grams of a message, read in one pass.
//!
//! | kind       | of                                                  | length                   | example, `don't pay`     |
//! |------------|-----------------------------------------------------|--------------------------|--------------------------|
//! | token gram | words and glyphs, in message order                  | `1..=words`, `glyphs` or `long` | `dont`, `pay`, `dont pay` |
//! | character  | the letters of one word between two border marks    | `char_min..=char_max`    | `_do`, `don`, … `ay_`    |
//!
//! A run of letters and digits is a word. A glyph (a Han character, an emoji) is a token by itself and has no character grams. The
//! longest token gram is `long` for glyphs of scripts with longer words (katakana, Thai) alone, `glyphs` for glyphs of any kind alone,
//! and `words` if it contains a word. [`FIELD`] ends a field of the message, such as a subject. The same word gives different grams in
//! different fields, except for the character grams inside the word. An apostrophe ends a word after the French articles and
//! pronouns (`l’`, `qu’`), and is ignored elsewhere.
//!
//! Invariants
//! - Only the first [`MAX_CHARS`] characters are read, which bounds the time and memory of every message.
//! - A gram's bucket is a pure function of its folded characters and its kind; the trainer and the page share this code.
//! - No allocation once a [`Grams`] has grown to its longest message.
//!
//! Not here: which buckets a model knows ([`model`](super::TextModel)).

use super::fold::{Folded, fold, fold_ascii, joined, unjoined};
use super::variants::Variants;
use alloc::vec::Vec;
use floorwalker_lanes::{bucket, step, take_in};
use serde::{Deserialize, Serialize};

/// How many characters of a message are read; the rest is ignored. About 400 English words.
pub const MAX_CHARS: usize = 2_000;

/// The separator between the fields of a message, such as a subject and a description.
pub const FIELD: char = '\u{1f}';

/// Longest gram of any kind.
pub const MAX_ORDER: usize = 8;

/// Initial hash of a word and of a token gram. It is also the border mark at both ends of a word, because no folded letter has this
/// code. Each further field of a message has a seed of its own.
const WORD_SEED: u32 = 0x811c_9dc5;
/// Initial hash of a character gram. It differs from that of words, so that the word `pay` and the character gram `pay` are distinct.
const CHAR_SEED: u32 = 0x51ed_270b;
/// Which grams a model reads: raw, checked by [`TextModel::new`](super::TextModel::new).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GramDef {
    /// Longest token gram that contains a word, in tokens; 0 reads none.
    pub words: u8,
    /// Longest token gram that contains only glyphs, in tokens; 0 reads none.
    pub glyphs: u8,
    /// Longest token gram that contains only glyphs of scripts with long words, in tokens; 0 reads none.
    pub long: u8,
    /// Shortest character gram, border marks counted.
    pub char_min: u8,
    /// Longest character gram; below `char_min` reads none.
    pub char_max: u8,
    /// Buckets are `2^bits`: `1..=24`.
    pub bits: u8,
}

/// An n-gram: its bucket and the tokens it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gram {
    /// The hash bucket, below `2^bits`.
    pub bucket: u32,
    /// The first token covered, an index into [`Grams::tokens`].
    pub first: u16,
    /// The last token covered.
    pub last: u16,
}

/// A word or glyph of the message as typed: a range of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Extracts n-grams from messages, one message after another.
#[derive(Clone, Debug, Default)]
pub struct Grams {
    tokens: Vec<Token>,
    /// Hash and kind of each token.
    hashes: Vec<(u32, u8)>,
    /// The words' letters, each word between two border marks.
    letters: Vec<u32>,
    /// For each word the end of its letters in `letters`, and the index of its token.
    words: Vec<(u32, u16)>,
    /// For each letter, the hash of the character gram that starts there; `buckets` has its bucket.
    running: Vec<u32>,
    buckets: Vec<u32>,
    /// Code of the last glyph.
    last_glyph: u32,
    /// Initial hash of words and glyphs in the current field, and the code of the border mark of its words.
    seed: u32,
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    open: bool,
    hash: u32,
    token: Token,
    /// Index of its first letter, after the border mark.
    start: usize,
}

/// Kinds of tokens. The kind of a token gram is the largest of its tokens' kinds.
const LONG_GLYPH: u8 = 0;
const GLYPH: u8 = 1;
const WORD: u8 = 2;

impl Grams {
    /// The words and glyphs of the last message read.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Overwrites with zeros what is left of earlier messages.
    pub(super) fn wipe(&mut self) {
        self.tokens.clear();
        self.hashes.clear();
        self.hashes.resize(self.hashes.capacity(), (0, 0));
        for codes in [&mut self.letters, &mut self.running, &mut self.buckets] {
            codes.clear();
            codes.resize(codes.capacity(), 0);
        }
        self.last_glyph = 0;
    }

    /// Reads `message`, replacing the one before, and calls `emit` for each occurrence of an n-gram, token grams first.
    ///
    /// Lengths above [`MAX_ORDER`] count as [`MAX_ORDER`]; `bits` is clamped to `1..=24`. A message without
    /// a letter or glyph has no tokens and no n-grams.
    ///
    /// Cost: `O(characters * (char_max + words))`, at most [`MAX_CHARS`] characters.
    pub fn read(&mut self, message: &str, def: GramDef, variants: &Variants, mut emit: impl FnMut(Gram)) {
        self.read_runs(message, def, variants, |buckets, first, last| {
            buckets.iter().for_each(|&bucket| emit(Gram { bucket, first, last }));
        });
    }

    /// [`Self::read`] in runs: calls `emit` with the buckets of n-grams that cover the same tokens, and the first and last of these tokens.
    #[inline]
    pub(super) fn read_runs(
        &mut self,
        message: &str,
        def: GramDef,
        variants: &Variants,
        mut emit: impl FnMut(&[u32], u16, u16),
    ) {
        self.take_apart(message, variants);
        let shift = 32 - u32::from(def.bits.clamp(1, 24));
        self.token_grams(def, shift, &mut emit);
        self.character_grams(def, shift, &mut emit);
    }

    #[inline]
    fn take_apart(&mut self, message: &str, variants: &Variants) {
        self.tokens.clear();
        self.hashes.clear();
        self.letters.clear();
        self.words.clear();
        self.seed = WORD_SEED;
        let mut word = Word::default();
        let mut at = 0;
        for _ in 0..MAX_CHARS {
            let Some(&byte) = message.as_bytes().get(at) else { break };
            let mut token = Token { start: at as u32, end: at as u32 + 1 };
            if byte < 0x80 {
                at += 1;
                match fold_ascii(byte) {
                    Folded::Letter(code) => self.letter(&mut word, code, token),
                    Folded::Quote => self.quote(&mut word),
                    _ => {
                        self.end_word(&mut word);
                        if u32::from(byte) == u32::from(FIELD) {
                            self.seed = step(self.seed, byte.into());
                        }
                    }
                }
                continue;
            }
            let character = message.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            at += character.len_utf8();
            token.end = at as u32;
            self.wide(&mut word, fold(character), token, variants);
        }
        self.end_word(&mut word);
    }

    /// Handles a character outside ASCII.
    #[inline(never)]
    fn wide(&mut self, word: &mut Word, folded: Folded, token: Token, variants: &Variants) {
        match folded {
            Folded::Letter(code) => self.wide_letter(word, code, token),
            Folded::Pair([first, second]) => {
                self.wide_letter(word, first.into(), token);
                self.wide_letter(word, second.into(), token);
            }
            Folded::Glyph(code) => self.glyph(word, variants.of(code), GLYPH, token),
            Folded::LongGlyph(code) => self.glyph(word, code, LONG_GLYPH, token),
            Folded::Quote => self.quote(word),
            Folded::Gap => self.end_word(word),
            Folded::Skip => {}
            Folded::Mark(mark) => {
                if !self.join(word, mark, token.end) {
                    self.wide(word, unjoined(mark), token, variants);
                }
            }
        }
    }

    /// [`Self::letter`] for characters outside ASCII. It is not inlined: code size matters more than speed here.
    #[inline(never)]
    fn wide_letter(&mut self, word: &mut Word, code: u32, token: Token) {
        self.letter(word, code, token);
    }

    #[inline]
    fn letter(&mut self, word: &mut Word, code: u32, token: Token) {
        if !word.open {
            self.letters.push(self.seed);
            *word = Word { open: true, hash: self.seed, token, start: self.letters.len() };
        }
        word.token.end = token.end;
        word.hash = step(word.hash, code);
        self.letters.push(code);
    }

    #[inline(never)]
    fn glyph(&mut self, word: &mut Word, code: u32, kind: u8, token: Token) {
        self.end_word(word);
        self.tokens.push(token);
        self.hashes.push((step(self.seed, code), kind));
        self.last_glyph = code;
    }

    /// Joins `mark` to the letter or glyph before it. Returns `false` if it does not join.
    fn join(&mut self, word: &mut Word, mark: u32, end: u32) -> bool {
        if word.open {
            let both = self.letters.last().and_then(|&before| joined(before, mark));
            let Some((both, last)) = both.zip(self.letters.last_mut()) else { return false };
            *last = both;
            word.token.end = end;
            let letters = self.letters.get(word.start..).unwrap_or(&[]);
            word.hash = letters.iter().fold(self.seed, |hash, &code| step(hash, code));
            return true;
        }
        // Only the glyph directly before the mark joins it.
        let adjoins = |token: &&mut Token| message_adjoins(token.end, end, mark);
        let Some(token) = self.tokens.last_mut().filter(adjoins) else { return false };
        let Some((both, last)) = joined(self.last_glyph, mark).zip(self.hashes.last_mut()) else {
            return false;
        };
        last.0 = step(self.seed, both);
        (token.end, self.last_glyph) = (end, both);
        true
    }

    /// Handles an apostrophe: it ends a word that is `l`, `d`, `j`, `m`, `t`, `s`, `n`, `c` or `qu`, which are elided French words.
    #[inline(never)]
    fn quote(&mut self, word: &mut Word) {
        const ARTICLES: &[u8] = b"ldjmtsnc";
        let elided = match self.letters.get(word.start..) {
            Some(&[letter]) => ARTICLES.iter().any(|&article| u32::from(article) == letter),
            Some(&[q, u]) => q == u32::from(b'q') && u == u32::from(b'u'),
            _ => false,
        };
        if word.open && elided {
            self.end_word(word);
        }
    }

    /// Ends the current word, if there is one.
    #[inline]
    fn end_word(&mut self, word: &mut Word) {
        if word.open {
            self.letters.push(self.seed);
            self.words.push((self.letters.len() as u32, self.tokens.len() as u16));
            self.tokens.push(word.token);
            self.hashes.push((word.hash, WORD));
            word.open = false;
        }
    }

    /// Emits the token grams, by their last token.
    #[inline]
    fn token_grams(&self, def: GramDef, shift: u32, emit: &mut impl FnMut(&[u32], u16, u16)) {
        let longest = [def.long, def.glyphs, def.words];
        for last in 0..self.hashes.len() {
            let (mut gram, mut widest) = (WORD_SEED, LONG_GLYPH);
            let until = self.hashes.get(..=last).unwrap_or(&[]);
            for (n, &(hash, kind)) in until.iter().rev().take(MAX_ORDER).enumerate() {
                widest = widest.max(kind);
                let longest = longest.get(usize::from(widest)).copied().unwrap_or(0);
                if n >= usize::from(longest) {
                    break;
                }
                gram = step(gram, hash);
                emit(&[bucket(gram, shift)], (last - n) as u16, last as u16);
            }
        }
    }

    /// Emits the character grams of all words. In each round every hash is extended by one letter, even across word borders, and only
    /// the grams inside a word are emitted. Without branches this can use SIMD.
    #[inline]
    fn character_grams(&mut self, def: GramDef, shift: u32, emit: &mut impl FnMut(&[u32], u16, u16)) {
        let Self { letters, words, running, buckets, .. } = self;
        running.clear();
        running.resize(letters.len(), CHAR_SEED);
        buckets.resize(letters.len(), 0);
        for n in 1..=usize::from(def.char_max).min(MAX_ORDER) {
            let ends = letters.get(n - 1..).unwrap_or(&[]);
            take_in(running, ends, buckets, shift);
            if n < usize::from(def.char_min) {
                continue;
            }
            let mut start = 0;
            for &(end, token) in &*words {
                let end = end as usize;
                let inside = buckets.get(start..(end + 1).saturating_sub(n)).unwrap_or(&[]);
                emit(inside, token, token);
                start = end;
            }
        }
    }
}

/// Whether `mark`, which ends at byte `mark_end`, directly follows a token that ends at byte `end`. A mark below `U+0800` has two bytes
/// in UTF-8, any other three, also in its half-width form.
const fn message_adjoins(end: u32, mark_end: u32, mark: u32) -> bool {
    let length = if mark < 0x800 { 2 } else { 3 };
    end + length == mark_end
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    const DEF: GramDef = GramDef { words: 2, glyphs: 3, long: 4, char_min: 2, char_max: 3, bits: 20 };

    #[inline]
    fn read(message: &str, def: GramDef) -> (Vec<Token>, Vec<Gram>) {
        let (mut grams, mut found) = (Grams::default(), Vec::new());
        grams.read(message, def, &Variants::default(), |gram| found.push(gram));
        (grams.tokens, found)
    }

    fn check(message: &str, n_tokens: usize, n_grams: usize) {
        let (tokens, grams) = read(message, DEF);
        assert_eq!((tokens.len(), grams.len()), (n_tokens, n_grams), "{message}");
    }

    #[test]
    fn grams_are_counted_as_by_hand() {
        check("pay", 1, 4 + 3 + 1); // _p pa ay y_, _pa pay ay_, pay
        check("I pay", 2, (2 + 1 + 1) + (4 + 3 + 1 + 1)); // _i i_, _i_, i; as above, and "i pay"
        check("我的卡", 3, 3 + 2 + 1);
        check("我的卡丢了", 5, 5 + 4 + 3);
        check("キャンセル", 5, 5 + 4 + 3 + 2); // katakana has long words, so grams of up to four tokens
        check("カ的", 2, 2 + 1);
        check("我 pay", 2, 1 + (4 + 3 + 1 + 1)); // a gram that contains a word is at most `words` long
        check("", 0, 0);
        check(" ?!。 ", 0, 0);
    }

    #[test]
    fn the_same_words_in_other_clothes_are_the_same_grams() {
        let buckets = |message| read(message, DEF).1.iter().map(|gram| gram.bucket).collect::<Vec<_>>();
        assert_eq!(buckets("Don't  PAY!"), buckets("ｄｏｎ’ｔ\u{3000}pay"));
        assert_ne!(buckets("pay now"), buckets("now pay"));
    }

    #[test]
    fn composed_and_decomposed_text_have_the_same_grams() {
        let buckets = |message| read(message, DEF).1.iter().map(|gram| gram.bucket).collect::<Vec<_>>();
        assert_eq!(buckets("ﾊﾟｿｺﾝ が"), buckets("ハ\u{309a}ソコン か\u{3099}"));
        assert_eq!(
            buckets("한국어"),
            buckets("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}")
        );
        assert_eq!(buckets("мой"), buckets("мои\u{306}"));
        assert_ne!(buckets("か \u{3099}"), buckets("が"));
        let (tokens, _) = read("ハ\u{309a}", DEF);
        assert_eq!(tokens, [Token { start: 0, end: 6 }]);
    }

    #[test]
    fn a_french_article_is_a_word_and_an_english_ending_is_not() {
        let buckets = |message| read(message, DEF).1.iter().map(|gram| gram.bucket).collect::<Vec<_>>();
        assert_eq!(buckets("l’article qu'il"), buckets("l article qu il"));
        assert_eq!(buckets("don't i'm o'clock"), buckets("dont im oclock"));
    }

    #[test]
    fn fields_have_grams_of_their_own() {
        let buckets = |message: &str| read(message, DEF).1.iter().map(|gram| gram.bucket).collect::<Vec<_>>();
        let (first, second) = (buckets("pay 退"), buckets("\u{1f}pay 退"));
        // Of `_pay_` the fields share the grams inside the word: `pa`, `ay`, `pay`.
        let shared: Vec<_> = first.iter().filter(|bucket| second.contains(bucket)).collect();
        assert_eq!((first.len(), second.len(), shared.len()), (first.len(), first.len(), 3));
        assert_ne!(buckets("\u{1f}pay"), buckets("\u{1f}\u{1f}pay"));
        assert_eq!(read("a\u{1f}b", DEF).0.len(), 2);
    }

    #[test]
    fn traditional_characters_have_the_grams_of_simplified_ones() {
        let variants = Variants::new(&[(0x8CA8, 0x8D27), (0x9000, 0x9000)]);
        let mut buckets = [Vec::new(), Vec::new()];
        for (message, buckets) in ["退貨", "退货"].iter().zip(&mut buckets) {
            Grams::default().read(message, DEF, &variants, |gram| buckets.push(gram.bucket));
        }
        assert_eq!(buckets[0], buckets[1]);
    }

    #[test]
    fn a_message_after_a_longer_one_starts_afresh() {
        let (mut grams, mut found) = (Grams::default(), Vec::new());
        grams.read("one two three 我的卡", DEF, &Variants::default(), |_| ());
        grams.read("pay", DEF, &Variants::default(), |gram| found.push(gram));
        assert_eq!((grams.tokens, found), read("pay", DEF));
    }

    #[test]
    fn tokens_are_ranges_of_the_message_as_typed() {
        let message = "Can’t，ＰＡＹ 我的";
        let texts: Vec<&str> = read(message, DEF)
            .0
            .iter()
            .filter_map(|t| message.get(t.start as usize..t.end as usize))
            .collect();
        assert_eq!(texts, ["Can’t", "ＰＡＹ", "我", "的"]);
    }

    #[test]
    fn a_message_without_end_is_read_to_the_limit() {
        let long: String = "ab ".repeat(50_000);
        let cut: String = long.chars().take(MAX_CHARS).collect();
        assert_eq!(read(&long, DEF), read(&cut, DEF));
    }

    #[test]
    fn lengths_and_bits_out_of_range_are_still_safe() {
        for n in [0, 1, 9, 255] {
            let def = GramDef { words: n, glyphs: n, long: n, char_min: n, char_max: n, bits: n };
            let (_, grams) = read("a 我的卡丢了 longer words here", def);
            assert!(grams.iter().all(|g| g.bucket < 1 << 24 && g.first <= g.last));
        }
    }
}
