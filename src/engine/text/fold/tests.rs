//! Folding, character by character.
use super::*;
use alloc::string::String;
use alloc::vec::Vec;

/// The folded codes of a message, with marks joined to the characters before them.
fn codes(message: &str) -> Vec<u32> {
    let mut codes: Vec<u32> = Vec::new();
    let put = |folded, codes: &mut Vec<u32>| match folded {
        Folded::Letter(code) | Folded::Glyph(code) | Folded::LongGlyph(code) => codes.push(code),
        Folded::Pair(pair) => codes.extend(pair.map(u32::from)),
        Folded::Gap => codes.push(u32::from(' ')),
        Folded::Quote => codes.push(u32::from('\'')),
        Folded::Skip | Folded::Mark(_) => {}
    };
    for c in message.chars() {
        match fold(c) {
            Folded::Mark(mark) => match codes.last().and_then(|&before| joined(before, mark)) {
                Some(both) => *codes.last_mut().unwrap() = both,
                None => put(unjoined(mark), &mut codes),
            },
            folded => put(folded, &mut codes),
        }
    }
    codes
}

fn check(message: &str, expected: &str) {
    let text: String = codes(message).into_iter().filter_map(char::from_u32).collect();
    assert_eq!(text, expected, "{message}");
}

#[test]
fn case_width_and_accents_fold_to_one_spelling() {
    check("Café CAFÉ ｃａｆｅ cafe\u{301}", "cafe cafe cafe cafe");
    check("Łódź Ångström ÿ Ž ſ İstanbul ığdır", "lodz angstrom y z s istanbul igdir");
    check("điện thoại ĐIỆN THOẠI dien thoai", "dien thoai dien thoai dien thoai");
}

#[test]
fn one_letter_may_stand_for_two() {
    check("Straße STRASSE œuvre Æon ĳs", "strasse strasse oeuvre aeon ijs");
}

#[test]
fn composed_and_decomposed_text_agree() {
    check("й и\u{306} ї і\u{308} ё е\u{308}", "й й ї ї е е");
    check("ά α\u{301} ϊ ι\u{308} ΐ", "α α ι ι ι");
    check("ệ e\u{323}\u{302} ữ u\u{31b}\u{303}", "e e u u");
    check("한국 \u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}", "한국 한국");
    check(
        "ガ カ\u{3099} ｶﾞ ば は\u{3099} ぱ は\u{309a} ﾊﾟ づ つ\u{3099} ヴ ウ\u{3099}",
        "ガ ガ ガ ば ば ぱ ぱ パ づ づ ヴ ヴ",
    );
    check("ো \u{9c7}\u{9be} ொ \u{bc6}\u{bbe} ೋ \u{cc6}\u{cc2}\u{cd5} क़ क\u{93c}", "ো ো ொ ொ ೋ ೋ क क");
}

#[test]
fn vowel_points_and_letter_forms_do_not_count() {
    check("مُحَمَّد محمد كتـــاب أإآٱا", "محمد محمد كتاب \u{627}\u{627}\u{627}\u{627}\u{627}");
    check("مكتبة مكتبه على علي کی كي", "مكتبه مكتبه علي علي كي كي");
    check("שָׁלוֹם שלום בּ", "שלום שלום ב");
}

#[test]
fn digits_of_every_script_are_digits() {
    check("345 ٣٤٥ ۳۴۵ ३४५ ๓๔๕ ３４５ 𝟛𝟜𝟝 ৩৪৫ ၃၄၅", "345 345 345 345 345 345 345 345 345");
}

#[test]
fn half_width_katakana_is_katakana() {
    check("ｷｬﾝｾﾙ ﾎﾟｲﾝﾄ ｰ", "キャンセル ポイント ー");
}

#[test]
fn an_apostrophe_of_any_shape_is_one() {
    check("don't don’t don＇t donʼt", "don't don't don't don't");
}

#[test]
fn every_kind_of_white_space_and_punctuation_is_a_gap() {
    check("a\tb\nc\u{3000}d\u{a0}e，f。g？h×i", "a b c d e f g h i");
}

#[test]
fn scripts_without_spaces_are_glyphs_and_some_of_them_long() {
    for c in "我の👍".chars() {
        assert_eq!(fold(c), Folded::Glyph(c.into()));
    }
    for c in "カーทກក".chars() {
        assert_eq!(fold(c), Folded::LongGlyph(c.into()));
    }
    check("👍🏽\u{fe0f}", "👍");
}

#[test]
fn other_alphabets_lose_their_capitals() {
    check("ΑΣΟΣ ΣΟΦΊΑ ЁЖИК Ѡ Հ Ə", "ασοσ σοφια ежик ѡ հ ə");
    check("안녕 नमस्ते", "안녕 नमस्ते");
}

#[test]
fn folding_twice_changes_nothing() {
    for c in '\0'..=char::MAX {
        if let Folded::Letter(code) | Folded::Glyph(code) | Folded::LongGlyph(code) = fold(c) {
            let again = char::from_u32(code).map(fold);
            assert!(
                matches!(again, Some(Folded::Letter(x) | Folded::Glyph(x) | Folded::LongGlyph(x)) if x == code),
                "{c:?}"
            );
        }
    }
}

#[test]
fn a_mark_that_joins_nothing_is_what_it_is_by_itself() {
    assert_eq!(joined(u32::from('a'), 0x3099), None);
    assert_eq!(joined(u32::from('ん'), 0x3099), None);
    assert_eq!(joined(0xAC01, 0x11A8), None, "a syllable that is complete");
    for mark in 0..0x1_0000 {
        if char::from_u32(mark).is_some_and(|c| matches!(fold(c), Folded::Mark(_))) {
            assert!(!matches!(unjoined(mark), Folded::Mark(_) | Folded::Gap), "{mark:x}");
        }
    }
}
