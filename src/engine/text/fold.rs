//! Fold: many spellings of one character to one code, the same in every browser.
//!
//! | from                                              | to                          | why                                  |
//! |---------------------------------------------------|-----------------------------|--------------------------------------|
//! | `U+FF01..=U+FF5E` (full width)                    | the ASCII character         | Chinese and Japanese input methods   |
//! | `A..=Z`                                           | `a..=z`                     |                                      |
//! | `U+00C0..=U+017F` (Latin-1, Extended-A)           | the bare ASCII letter       | people type `cafe` for `Café`        |
//! | Greek, Cyrillic, Armenian, other Latin capitals   | the small letter            |                                      |
//! | apostrophes, joiners, combining marks, selectors  | nothing ([`Folded::Skip`])  | `don’t`, `don't` and `dont` are one  |
//! | white space, control, punctuation, symbols        | [`Folded::Gap`]             | a run of them is one border          |
//! | Han, kana, Thai, Lao, Khmer, Myanmar, emoji       | [`Folded::Glyph`]           | written without spaces               |
//! | every other character                             | [`Folded::Letter`]          | a letter or digit of a spaced word   |
//!
//! Invariants
//! - A pure function of one character: no locale, no JavaScript, no Unicode table of the host.
//! - Deviation from Unicode case folding, for size (45 KB hold the whole package): one character yields at most one
//!   code (`ß` is `s`, `æ` is `a`), and capitals of the rarer bicameral scripts stay as they are.
//!
//! Not here: word borders and n-grams ([`gram`](super::gram)).

/// What one character of a message becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Part of a word: its folded code.
    Letter(u32),
    /// A word by itself: its code.
    Glyph(u32),
    /// A border between words.
    Gap,
    /// Not there: neither part of a word nor a border.
    Skip,
}

/// The bare small letters of `U+00C0..=U+017F`; a space is a symbol (`×`, `÷`).
const LATIN: &[u8; 192] = b"aaaaaaaceeeeiiiidnooooo ouuuuyts\
aaaaaaaceeeeiiiidnooooo ouuuuyty\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll\
nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

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

/// Marks in [`ASCII`] of what is no letter.
const GAP: u8 = 0;
const SKIP: u8 = 1;

/// The small letter, or a mark, of each ASCII character: most messages are made of them.
static ASCII: [u8; 128] = {
    let mut table = [GAP; 128];
    let mut code = 0_u8;
    while code < 128 {
        table[code as usize] = match code {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => code.to_ascii_lowercase(),
            b'\'' | b'`' => SKIP,
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
        SKIP => Folded::Skip,
        letter => Folded::Letter(u32::from(letter)),
    }
}

#[inline(never)]
fn fold_wide(code: u32) -> Folded {
    match code {
        0x00C0..=0x017F => match LATIN.get((code - 0xC0) as usize) {
            Some(b' ') | None => Folded::Gap,
            Some(&letter) => fold_ascii(letter),
        },
        0xFF01..=0xFF5E => fold_ascii((code - 0xFEE0) as u8),
        0x0300..=0x036F | 0x02BC | 0x2018 | 0x2019 | 0x201B => Folded::Skip, // combining marks; apostrophes
        0x00AD | 0x200B..=0x200F | 0x2060 | 0xFE00..=0xFE0F | 0xFEFF => Folded::Skip, // soft hyphen, joiners
        0x1F3FB..=0x1F3FF | 0xE0000.. => Folded::Skip, // skin tones, tags, private planes
        0x0080..=0x00BF | 0x02C2..=0x02DF | 0x2000..=0x25FF | 0x2900..=0x2BFF => Folded::Gap,
        0x0964 | 0x0965 | 0x060C | 0x061B | 0x061F | 0x06D4 => Folded::Gap, // Devanagari and Arabic stops
        0x3000..=0x3004 | 0x3008..=0x3020 | 0x302A..=0x3030 | 0x303D..=0x303F | 0x30FB => Folded::Gap,
        0xD800..=0xF8FF | 0xFE10..=0xFE6F | 0xFF5F..=0xFF65 | 0xFFE0..=0xFFFF => Folded::Gap,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2600..=0x27BF => Folded::Glyph(code),
        0x2E80..=0xA4CF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x1F000.. => Folded::Glyph(code),
        _ => Folded::Letter(small(code)),
    }
}

/// The small letter of a capital outside ASCII and [`LATIN`].
const fn small(code: u32) -> u32 {
    match code {
        0x0386 => 0x03AC,
        0x0388..=0x038A => code + 37,
        0x038C => 0x03CC,
        0x038E | 0x038F => code + 63,
        0x0391..=0x03A1 | 0x03A3..=0x03AB | 0x0410..=0x042F => code + 0x20,
        0x03C2 => 0x03C3, // final sigma
        0x0400..=0x040F => code + 0x50,
        0x0531..=0x0556 => code + 0x30,
        0x0460..=0x0481 | 0x048A..=0x04BF | 0x04D0..=0x052F | 0x1E00..=0x1E95 | 0x1EA0..=0x1EFF => code | 1,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    /// The message as folded text: gaps as one space each, glyphs in brackets.
    fn check(message: &str, expected: &str) {
        let mut text = String::new();
        for c in message.chars() {
            match fold(c) {
                Folded::Letter(code) => text.extend(char::from_u32(code)),
                Folded::Glyph(code) => {
                    text.extend(['['].into_iter().chain(char::from_u32(code)).chain([']']));
                }
                Folded::Gap => text.push(' '),
                Folded::Skip => {}
            }
        }
        assert_eq!(text, expected, "{message}");
    }

    #[test]
    fn case_width_and_accents_fold_to_one_spelling() {
        check("Café CAFÉ ｃａｆｅ cafe\u{301}", "cafe cafe cafe cafe");
        check("Łódź Ångström Œuvre ÿ Ž ſ", "lodz angstrom ouvre y z s");
    }

    #[test]
    fn an_apostrophe_of_any_shape_vanishes() {
        check("don't don’t don＇t dont", "dont dont dont dont");
    }

    #[test]
    fn every_kind_of_white_space_and_punctuation_is_a_gap() {
        check("a\tb\nc\u{3000}d\u{a0}e，f。g？h×i", "a b c d e f g h i");
    }

    #[test]
    fn chinese_kana_and_emoji_are_words_by_themselves() {
        check("我的卡カ👍", "[我][的][卡][カ][👍]");
        check("👍🏽\u{fe0f}", "[👍]");
    }

    #[test]
    fn other_alphabets_lose_their_capitals() {
        check("ΆΣΟΣ ΈΏ ЁЖИК Ѡ Հ Ạ", "άσοσ έώ ёжик ѡ հ ạ");
        check("안녕 नमस्ते", "안녕 नमस्ते");
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in '\0'..=char::MAX {
            if let Folded::Letter(code) | Folded::Glyph(code) = fold(c) {
                let again = char::from_u32(code).map(fold);
                assert!(matches!(again, Some(Folded::Letter(x) | Folded::Glyph(x)) if x == code), "{c:?}");
            }
        }
    }
}
