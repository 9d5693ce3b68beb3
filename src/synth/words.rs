//! Words: the messages that shoppers type, made from frames (templates with slots and alternatives) and typing errors.
//!
//! The frames were written by hand, more than a hundred for each label and language; `tests/data/messages` defines the labels.
//!
//! Invariants
//! - Every frame expands into text without a brace or bracket of the frame syntax; a test tries them all.
//!
//! Not here: why a shopper writes (`session`).

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::catalogue::Product;
use super::chance::Chance;

/// Probability that a message is ambiguous, so that only the behaviour tells the intent.
const AMBIGUOUS: f64 = 0.1;
/// Probability of an opener, and of a closer.
const FRAME: f64 = 0.3;
/// Probability of each kind of typing error in a message.
const SLIP: f64 = 0.12;

/// Typing errors of Chinese: right and wrong spelling, mostly two characters that sound alike, or a colloquial short form.
const SOUND_ALIKE: [(&str, &str); 8] = [
    ("吗", "嘛"),
    ("的", "得"),
    ("在", "再"),
    ("到", "道"),
    ("账号", "帐号"),
    ("怎么", "咋"),
    ("什么", "啥"),
    ("没有", "没"),
];
/// English words and the short forms that people type on a phone.
const SHORT: [(&str, &str); 9] = [
    ("you", "u"),
    ("please", "pls"),
    ("are", "r"),
    ("because", "cuz"),
    ("thanks", "tnx"),
    ("don't", "dont"),
    ("can't", "cant"),
    ("doesn't", "doesnt"),
    ("i'm", "im"),
];

/// A language of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

/// The frames of a label: `frames/en/LABEL.txt` and `frames/zh/LABEL.txt`.
macro_rules! frames {
    ($($label:literal),*) => {
        [$(($label, include_str!(concat!("frames/en/", $label, ".txt")), include_str!(concat!("frames/zh/", $label, ".txt")))),*]
    };
}

/// Every label with its frames in English and Chinese, one a line. The intents come first, in the order of `Aim`.
const FRAMES: [(&str, &str, &str); 14] = frames![
    "compatibility",
    "size_fit",
    "compare_products",
    "price_match",
    "stock_delivery",
    "order_status",
    "return_refund",
    "payment_problem",
    "warranty_repair",
    "gift_advice",
    "complaint",
    "account",
    "human",
    "none"
];

/// Index of the label `human` (asks for a person) in [`Words::intent`].
pub(super) const HUMAN: usize = 12;
/// Index of the label `none` (nothing that the shop could help with) in [`Words::intent`].
pub(super) const NONE: usize = 13;

/// All frames, read once.
pub(super) struct Words {
    en: Frames,
    zh: Frames,
    pub(super) intent: Vec<Templates>,
    ambiguous: Vec<Ambiguous>,
}

/// What `messages.toml` holds.
#[derive(Deserialize)]
struct File {
    en: Frames,
    zh: Frames,
    ambiguous: Vec<Ambiguous>,
}

#[derive(Deserialize)]
struct Frames {
    openers: Vec<String>,
    closers: Vec<String>,
    slots: BTreeMap<String, Vec<String>>,
}

/// The frames of one label.
pub(super) struct Templates {
    pub(super) name: &'static str,
    pub(super) en: Vec<&'static str>,
    pub(super) zh: Vec<&'static str>,
}

#[derive(Deserialize)]
struct Ambiguous {
    intents: Vec<String>,
    en: Vec<String>,
    zh: Vec<String>,
}

/// What the slots of a frame may refer to.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) product: &'a Product,
    pub(super) other: &'a Product,
    pub(super) order: &'a str,
}

impl Words {
    /// Reads `messages.toml` and the frames.
    pub(super) fn read() -> Result<Self> {
        let file: File = toml::from_str(include_str!("messages.toml")).context("src/synth/messages.toml")?;
        let is_known = |name: &String| FRAMES.iter().any(|(label, ..)| label == name);
        for name in file.ambiguous.iter().flat_map(|a| &a.intents) {
            ensure!(is_known(name), "src/synth/messages.toml: `{name}` under ambiguous is no intent");
        }
        let intent = FRAMES.iter().map(|&(name, en, zh)| Templates {
            name,
            en: en.lines().collect(),
            zh: zh.lines().collect(),
        });
        Ok(Self { en: file.en, zh: file.zh, intent: intent.collect(), ambiguous: file.ambiguous })
    }

    /// A message of the intent at `intent_idx`. `which` selects the frame, modulo the number of frames; without it the frame is drawn,
    /// and with probability [`AMBIGUOUS`] it is one that several intents share.
    pub(super) fn message(
        &self,
        intent_idx: usize,
        which: Option<usize>,
        language: Language,
        subject: Subject<'_>,
        chance: &mut Chance,
    ) -> String {
        let intent = &self.intent[intent_idx];
        let vague: Vec<&Ambiguous> =
            self.ambiguous.iter().filter(|a| a.intents.iter().any(|name| name == intent.name)).collect();
        let own = of2(language, &intent.en, &intent.zh);
        let template = match (which, chance.pick(&vague)) {
            (Some(which), _) => own[which % own.len()],
            (None, Some(vague)) if chance.is(AMBIGUOUS) => {
                let vague: &Vec<String> = of2(language, &vague.en, &vague.zh);
                chance.pick(vague).map_or("", String::as_str)
            }
            _ => chance.pick(own).copied().unwrap_or_default(),
        };
        // A message of no intent gets no opener and no closer: it is often a greeting itself.
        let frame = if intent_idx == NONE { 0.0 } else { FRAME };
        let frames = of2(language, &self.en, &self.zh);
        let mut text = String::new();
        if chance.is(frame) {
            text += chance.pick(&frames.openers).map_or("", String::as_str);
        }
        text += template;
        let closer = if chance.is(frame) { chance.pick(&frames.closers) } else { None };
        match (language, closer) {
            (_, Some(closer)) => text += closer,
            (Language::English, None) if chance.is(0.5) && !text.ends_with('?') => text += "?",
            (Language::Chinese, None) if chance.is(0.3) => text += "？",
            _ => {}
        }
        let text = self.open(&text, language, subject, chance);
        match language {
            Language::English => typed_english(&text, chance),
            Language::Chinese => typed_chinese(&text, chance),
        }
    }

    /// Expands a frame: chooses the alternatives and fills the slots.
    pub(super) fn open(
        &self,
        template: &str,
        language: Language,
        subject: Subject<'_>,
        chance: &mut Chance,
    ) -> String {
        let mut chosen = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('(') {
            chosen += before;
            // An opening bracket without a closing one is plain text, such as `:(`.
            let Some((inside, after)) = after.split_once(')') else {
                chosen.push('(');
                rest = after;
                continue;
            };
            let options: Vec<&str> = inside.split('|').collect();
            chosen += chance.pick(&options).copied().unwrap_or_default();
            rest = after;
        }
        chosen += rest;
        let mut out = String::new();
        let mut rest = chosen.as_str();
        while let Some((before, (slot, after))) =
            rest.split_once('{').and_then(|(b, a)| Some((b, a.split_once('}')?)))
        {
            out += before;
            out += &self.slot(slot, language, subject, chance);
            rest = after;
        }
        out + rest
    }

    fn slot(&self, slot: &str, language: Language, subject: Subject<'_>, chance: &mut Chance) -> String {
        let name = |p: &Product| of2(language, &p.name_en, &p.name_zh).clone();
        match slot {
            "product" => name(subject.product),
            "other" => name(subject.other),
            "brand" => subject.product.brand.clone(),
            "category" => of2(language, &subject.product.category, &subject.product.category_zh).clone(),
            "price" => subject.product.price.to_string(),
            "order" => subject.order.to_owned(),
            _ => {
                let frames = of2(language, &self.en, &self.zh);
                frames.slots.get(slot).and_then(|f| chance.pick(f)).cloned().unwrap_or_default()
            }
        }
    }
}

fn of2<'a, T>(language: Language, en: &'a T, zh: &'a T) -> &'a T {
    if language == Language::English { en } else { zh }
}

/// The text as people type it: with varying capitals, and at times without punctuation, with short forms or with typing errors.
fn typed_english(text: &str, chance: &mut Chance) -> String {
    let mut text = text.to_owned();
    if chance.is(0.4) {
        text = text.to_lowercase();
    } else if chance.is(0.06) {
        text = text.to_uppercase();
    } else if let Some(first) = text.chars().next() {
        text = first.to_uppercase().chain(text.chars().skip(1)).collect();
    }
    if chance.is(SLIP) {
        text = text.replace(['?', '!', ',', '.', '\''], "");
    }
    if chance.is(SLIP)
        && let Some((long, short)) = chance.pick(&SHORT)
    {
        let words: Vec<&str> = text.split(' ').map(|w| if w == *long { short } else { w }).collect();
        text = words.join(" ");
    }
    for _ in 0..2 {
        if chance.is(SLIP) {
            text = slipped(&text, chance);
        }
    }
    text
}

/// One letter dropped, doubled or swapped with the next.
fn slipped(text: &str, chance: &mut Chance) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = chance.below(chars.len());
    if chars.len() < 6 || !chars[at].is_alphabetic() {
        return text.to_owned();
    }
    match chance.below(3) {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, chars[at]),
        _ if at + 1 < chars.len() => chars.swap(at, at + 1),
        _ => {}
    }
    chars.into_iter().collect()
}

fn typed_chinese(text: &str, chance: &mut Chance) -> String {
    let mut text = text.to_owned();
    if chance.is(SLIP)
        && let Some((right, wrong)) = chance.pick(&SOUND_ALIKE)
    {
        text = text.replacen(right, wrong, 1);
    }
    if chance.is(SLIP) {
        text = text.replace('，', " ");
    }
    if chance.is(SLIP) {
        text = text.replace('？', "?").replace('，', ",");
    }
    if chance.is(SLIP) {
        text = text.replace(['？', '?', '！', '~'], "");
    }
    text
}
