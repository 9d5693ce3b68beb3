//! Fold: maps the different spellings of a character to one code, identically in every browser.
//!
//! | from                                                | to                          | why                                  |
//! |-----------------------------------------------------|-----------------------------|--------------------------------------|
//! | `U+FF01..=U+FF5E` (full width)                      | the ASCII character         | Chinese and Japanese input methods   |
//! | Latin letters with marks, of every block            | the bare ASCII letter       | people type `cafe` for `Café`, `dien` for `điện` |
//! | `ß`, `æ`, `œ` and their like                        | two letters                 | people type `strasse` for `Straße`   |
//! | Greek, Cyrillic, Armenian capitals                  | the small letter            |                                      |
//! | letters with accents, Arabic alefs, Indic dots      | the bare letter             | composed and decomposed text agree   |
//! | digits of every script                              | ASCII digits                |                                      |
//! | half-width katakana                                 | katakana                    |                                      |
//! | combining marks, vowel points, tatweel, joiners, selectors | nothing ([`Folded::Skip`]) |                              |
//! | apostrophes                                         | [`Folded::Quote`]           | `don’t` and `dont` are one word, `l’article` two |
//! | white space, control, punctuation, symbols          | [`Folded::Gap`]             | a run of them is one border          |
//! | Han, hiragana, emoji                                | [`Folded::Glyph`]           | written without spaces               |
//! | katakana, Thai, Lao, Khmer, Myanmar                 | [`Folded::LongGlyph`]       | so are these, in more characters to a word |
//! | jamo, sound marks of kana, vowel signs of two parts | [`Folded::Mark`]            | they join what stands before them    |
//! | every other character                               | [`Folded::Letter`]          | a letter of a spaced word            |
//!
//! Invariants
//! - Folding is a pure function of one character, and of the one before it for marks that join: it uses no locale, no JavaScript and no
//!   Unicode table of the host.
//! - A composed text and its canonical decomposition (NFC, NFD) fold to the same codes, except for ancient Greek, Tibetan and Balinese.
//! - Deviation from Unicode case folding, to save space: capitals of the rarer scripts with two cases are not folded.
//!
//! Not here: word borders and n-grams ([`gram`](super::gram)), traditional and simplified Chinese
//! ([`variants`](super::variants)).

mod tables;

use tables::{FORMS, HALF_WIDTH, JOINED, LATIN, LATIN_ADDITIONAL, PAIRS, ZEROS};

/// What one character of a message becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Part of a word: its folded code.
    Letter(u32),
    /// Two letters.
    Pair([u8; 2]),
    /// A word by itself: its code.
    Glyph(u32),
    /// A word by itself, of a script whose words have more characters: its code.
    LongGlyph(u32),
    /// A mark that joins the character before it if `joined` returns a code; else `unjoined` gives its meaning.
    Mark(u32),
    /// An apostrophe.
    Quote,
    /// A border between words.
    Gap,
    /// Ignored: neither part of a word nor a border.
    Skip,
}

/// Folds one character. See the table at the head of this file.
///
/// ```
/// use floorwalker_engine::text::{Folded, fold};
/// assert_eq!(fold('Ｅ'), fold('é'));
/// assert_eq!(fold('卡'), Folded::Glyph(0x5361));
/// assert_eq!(fold('\u{3000}'), Folded::Gap);
/// ```
#[must_use]
#[inline]
pub fn fold(character: char) -> Folded {
    if character.is_ascii() { fold_ascii(character as u8) } else { fold_wide(character as u32) }
}

/// Entries of [`ASCII`] for characters that are not letters or digits.
const GAP: u8 = 0;
const QUOTE: u8 = 1;

/// For each ASCII character its small letter or digit, or [`GAP`] or [`QUOTE`]. A table, because most messages are mostly ASCII.
static ASCII: [u8; 128] = {
    let mut table = [GAP; 128];
    let mut code = 0_u8;
    while code < 128 {
        table[code as usize] = match code {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => code.to_ascii_lowercase(),
            b'\'' | b'`' => QUOTE,
            _ => GAP,
        };
        code += 1;
    }
    table
};

/// Folds an ASCII character; any other byte is a gap.
#[inline]
pub(super) fn fold_ascii(byte: u8) -> Folded {
    match ASCII.get(usize::from(byte)).copied().unwrap_or(GAP) {
        GAP => Folded::Gap,
        QUOTE => Folded::Quote,
        letter => Folded::Letter(u32::from(letter)),
    }
}

#[inline(never)]
fn fold_wide(code: u32) -> Folded {
    match code {
        0x00C0..=0x024F => latin(LATIN.get((code - 0xC0) as usize), code),
        0x1E00..=0x1EFF => latin(LATIN_ADDITIONAL.get((code - 0x1E00) as usize), code),
        0x4E00..=0x9FFF | 0x3040..=0x3098 | 0x309D..=0x309F => Folded::Glyph(code),
        0xFF01..=0xFF5E => fold_ascii((code - 0xFEE0) as u8),
        0x02BC | 0x2018 | 0x2019 | 0x201B => Folded::Quote,
        0x0306 | 0x0308 | 0x3099 | 0x309A | 0x1161..=0x1175 | 0x11A8..=0x11C2 => Folded::Mark(code),
        0xFF9E | 0xFF9F => Folded::Mark(code - 0xFF9E + 0x3099),
        0xFF66..=0xFF9D => {
            let offset = HALF_WIDTH.get((code - 0xFF66) as usize).copied().unwrap_or(0);
            Folded::LongGlyph(0x3000 + u32::from(offset))
        }
        0x0300..=0x036F | 0x0483..=0x0489 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF => {
            Folded::Skip
        }
        // Hebrew points; Arabic vowel signs, superscript alef, Koranic marks, tatweel; dots below Indic letters
        0x0591..=0x05BD | 0x05BF | 0x05C1 | 0x05C2 | 0x05C4 | 0x05C5 | 0x05C7 => Folded::Skip,
        0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06ED | 0x0640 => {
            Folded::Skip
        }
        0x093C | 0x09BC | 0x0A3C | 0x0ABC | 0x0B3C | 0x0CBC => Folded::Skip,
        0x00AD | 0x200B..=0x200F | 0x2060 | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xFEFF => Folded::Skip,
        0x1F3FB..=0x1F3FF | 0xE0000.. => Folded::Skip, // skin tones, tags, private planes
        0x1D7CE..=0x1D7FF => Folded::Letter(0x30 + (code - 0x1D7CE) % 10),
        0x0080..=0x00BF | 0x02C2..=0x02DF | 0x2000..=0x25FF | 0x2900..=0x2BFF => Folded::Gap,
        0x0964 | 0x0965 | 0x060C | 0x061B | 0x061F | 0x06D4 => Folded::Gap, // Devanagari and Arabic stops
        0x05BE | 0x05C0 | 0x05C3 | 0x05F3 | 0x05F4 | 0x066A..=0x066D => Folded::Gap, // Hebrew and Arabic signs
        0x3000..=0x3004 | 0x3008..=0x3020 | 0x302A..=0x3030 | 0x303D..=0x303F | 0x30FB => Folded::Gap,
        0xD800..=0xF8FF | 0xFE10..=0xFE6F | 0xFF5F..=0xFF65 | 0xFFE0..=0xFFFF => Folded::Gap,
        0xFB2A..=0xFB2D => Folded::Letter(0x05E9),
        0xFB30..=0xFB4A => Folded::Letter(code - 0xFB30 + 0x05D0), // Hebrew letters with a point inside
        0x30A0..=0x30FF | 0x31F0..=0x31FF => Folded::LongGlyph(code),
        0x2600..=0x27BF | 0x2E80..=0xA4CF | 0xF900..=0xFAFF | 0x1F000.. => Folded::Glyph(code),
        _ => other(code),
    }
}

fn latin(entry: Option<&u8>, code: u32) -> Folded {
    match entry {
        Some(b' ') | None => Folded::Gap,
        Some(b'?') => Folded::Letter(small(code)),
        Some(letter) => match PAIRS.iter().find(|(mark, _)| mark == letter) {
            Some(&(_, pair)) => Folded::Pair(pair),
            None => fold_ascii(*letter),
        },
    }
}

/// Folds a character of a script whose block mixes letters, digits and signs.
fn other(code: u32) -> Folded {
    let digit = |&&zero: &&u16| (0..10).contains(&code.wrapping_sub(u32::from(zero)));
    if let Some(&zero) = ZEROS.iter().find(digit) {
        return Folded::Letter(0x30 + code - u32::from(zero));
    }
    if JOINED.iter().any(|&(_, mark, _)| u32::from(mark) == code) {
        return Folded::Mark(code);
    }
    if matches!(code, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF) {
        return Folded::LongGlyph(code);
    }
    let small = small(code);
    let form = FORMS.binary_search_by_key(&small, |&(form, _)| u32::from(form)).ok();
    Folded::Letter(form.and_then(|at| FORMS.get(at)).map_or(small, |&(_, letter)| u32::from(letter)))
}

/// The code of the character `before` joined with `mark`: `か` and a sound mark give `が`, two jamo give a syllable. `None` if they do
/// not join.
#[must_use]
pub(super) fn joined(before: u32, mark: u32) -> Option<u32> {
    match (before, mark) {
        (0x1100..=0x1112, 0x1161..=0x1175) => Some(0xAC00 + ((before - 0x1100) * 21 + mark - 0x1161) * 28),
        (0xAC00..=0xD7A3, 0x11A8..=0x11C2) => {
            (before - 0xAC00).is_multiple_of(28).then_some(before + mark - 0x11A7)
        }
        (0x3046 | 0x30A6, 0x3099) => Some(before + 0x4E),
        // Pairs such as `か が`, and the row of three `は ば ぱ`. Combinations that no keyboard produces are not distinguished.
        (0x304B..=0x307B | 0x30AB..=0x30DB, 0x3099 | 0x309A) => Some(before + mark - 0x3098),
        _ => {
            let found = JOINED
                .iter()
                .find(|&&(first, second, _)| (u32::from(first), u32::from(second)) == (before, mark));
            found.map(|&(_, _, both)| u32::from(both))
        }
    }
}

/// What a mark that joins nothing folds to.
#[must_use]
pub(super) fn unjoined(mark: u32) -> Folded {
    match mark {
        0x0306 | 0x0308 | 0x3099 | 0x309A => Folded::Skip,
        0x1000..=0x109F => Folded::LongGlyph(mark),
        _ => Folded::Letter(mark),
    }
}

/// The small letter of a capital outside ASCII and the Latin blocks.
const fn small(code: u32) -> u32 {
    match code {
        0x0186 | 0x018F | 0x0190 => code + 0xCA + (code == 0x0186) as u32 * 4 + (code == 0x0190) as u32, // Ɔ, Ə, Ɛ
        0x0386 => 0x03AC,
        0x0388..=0x038A => code + 37,
        0x038C => 0x03CC,
        0x038E | 0x038F => code + 63,
        0x0391..=0x03A1 | 0x03A3..=0x03AB | 0x0410..=0x042F => code + 0x20,
        0x0400..=0x040F => code + 0x50,
        0x0531..=0x0556 => code + 0x30,
        0x04C1..=0x04CE => (code + 1) & !1,
        0x0460..=0x0481 | 0x048A..=0x04BF | 0x04D0..=0x052F => code | 1,
        _ => code,
    }
}

#[cfg(test)]
mod tests;
