//! Variants: pairs of traditional and simplified Chinese characters, so that both forms are read as one.
//!
//! The pairs are those of `OpenCC`'s table of single characters (`ferrous-opencc`), and [`MORE`].
//!
//! Not here: applying them (`engine::text`).

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Pairs that `OpenCC` does not convert, because in some words both characters are in use; these words do not occur in questions
/// to shops.
const MORE: [(char, char); 4] = [('著', '着'), ('妳', '你'), ('甚', '什'), ('喫', '吃')];

/// Code points of the characters that may have a variant.
const HAN: std::ops::Range<u16> = 0x3400..0xA000;

/// The pairs `(traditional, simplified)` of which either form occurs in `messages`, ascending; empty without Chinese characters.
pub(super) fn of(messages: &[&str]) -> Vec<(u16, u16)> {
    let is_han = |c: &char| u16::try_from(u32::from(*c)).is_ok_and(|code| HAN.contains(&code));
    let mut known: BTreeSet<u16> =
        messages.iter().flat_map(|message| message.chars()).filter(is_han).map(|c| c as u16).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let all = table();
    let simplified: Vec<u16> =
        all.iter().filter(|(from, _)| known.contains(from)).map(|&(_, to)| to).collect();
    known.extend(simplified);
    all.iter().filter(|(_, to)| known.contains(to)).copied().collect()
}

/// All pairs, ascending.
fn table() -> &'static [(u16, u16)] {
    static TABLE: OnceLock<Vec<(u16, u16)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let Ok(converter) = OpenCC::from_config(BuiltinConfig::T2s) else { return Vec::new() };
        let simplified = |from: u16| {
            let from = char::from_u32(from.into())?;
            if let Some(&(_, to)) = MORE.iter().find(|(traditional, _)| *traditional == from) {
                return Some(to);
            }
            let text = converter.convert(from.encode_utf8(&mut [0; 4]));
            let mut characters = text.chars();
            characters.next().filter(|&to| characters.next().is_none() && to != from)
        };
        let pair = |from: u16| Some((from, u16::try_from(u32::from(simplified(from)?)).ok()?));
        HAN.filter_map(pair).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands_for(messages: &[&str], character: char) -> Option<char> {
        let found = of(messages).into_iter().find(|&(from, _)| u32::from(from) == u32::from(character));
        found.and_then(|(_, to)| char::from_u32(to.into()))
    }

    #[test]
    fn forms_of_the_characters_that_are_there_come_along_and_no_others() {
        assert_eq!(stands_for(&["我要退货"], '貨'), Some('货'));
        assert_eq!(stands_for(&["我要退貨"], '貨'), Some('货'));
        assert_eq!(stands_for(&["我要退货"], '訂'), None);
        assert_eq!(stands_for(&["看着"], '著'), Some('着'));
        assert_eq!(of(&["where is my parcel", "カ"]), []);
        assert!(table().len() > 2_500, "{}", table().len());
    }
}
