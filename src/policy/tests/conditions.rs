//! Conditions drawn at random, as trees: each has a text, the terms that the text means, and a result that follows from its facts.

use crate::{Condition, Operand, Term};
use floorwalker_engine::route::Relation;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) const RELATIONS: [Relation; 6] = [
    Relation::Equal,
    Relation::Unequal,
    Relation::Below,
    Relation::AtMost,
    Relation::Above,
    Relation::AtLeast,
];

/// A comparison.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) what: String,
    pub(crate) relation: Relation,
    pub(crate) to: Operand,
    /// Whether it is written without blanks, and without quotation marks where they may be left out.
    pub(crate) is_short: bool,
}

/// A condition as it is written.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Fact(Fact),
    Not(Box<Self>),
    /// Joined by `and`, from the left.
    All(Vec<Self>),
    /// Joined by `or`, from the left.
    Any(Vec<Self>),
    /// In brackets that change nothing.
    Bracketed(Box<Self>),
}

/// Signs that end a word.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || "()\"=!<>".contains(c)
}

impl Fact {
    fn text(&self) -> String {
        let Self { what, relation, to, is_short } = self;
        match to {
            Operand::Number(number) if *is_short => format!("{what}{relation}{number:e}"),
            Operand::Number(number) => format!("{what} {relation} {number}"),
            Operand::Text(text) => {
                let is_number = text.parse::<f32>().is_ok_and(f32::is_finite);
                let is_bare = *is_short && !text.is_empty() && !text.contains(ends_word) && !is_number;
                let quote = if is_bare { "" } else { "\"" };
                format!("{what} {relation} {quote}{text}{quote}")
            }
        }
    }
}

impl Tree {
    /// The condition as text, with no more brackets than its meaning needs and those that are drawn.
    pub(crate) fn text(&self) -> String {
        let in_brackets = |part: &Self| format!("({})", part.text());
        match self {
            Self::Fact(fact) => fact.text(),
            Self::Not(part) if matches!(**part, Self::All(_) | Self::Any(_)) => {
                format!("not {}", in_brackets(part))
            }
            Self::Not(part) => format!("not {}", part.text()),
            Self::Bracketed(part) => in_brackets(part),
            Self::All(parts) | Self::Any(parts) => {
                let is_all = matches!(self, Self::All(_));
                let text = |(at, part): (usize, &Self)| match part {
                    Self::All(_) if is_all && at > 0 => in_brackets(part),
                    Self::Any(_) if is_all || at > 0 => in_brackets(part),
                    _ => part.text(),
                };
                let texts: Vec<String> = parts.iter().enumerate().map(text).collect();
                texts.join(if is_all { " and " } else { " or " })
            }
        }
    }

    /// The condition that [`Tree::text`] writes.
    pub(crate) fn condition(&self) -> Condition {
        let mut terms = Vec::new();
        self.add_to(&mut terms);
        Condition { terms }
    }

    fn add_to(&self, terms: &mut Vec<Term>) {
        match self {
            Self::Fact(Fact { what, relation, to, .. }) => {
                terms.push(Term::Compare { what: what.clone(), relation: *relation, to: to.clone() });
            }
            Self::Not(part) => {
                part.add_to(terms);
                terms.push(Term::Not);
            }
            Self::Bracketed(part) => part.add_to(terms),
            Self::All(parts) | Self::Any(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    part.add_to(terms);
                    let joint = if matches!(self, Self::All(_)) { Term::And } else { Term::Or };
                    terms.extend((at > 0).then_some(joint));
                }
            }
        }
    }

    /// Whether the condition holds, where `fact` says so of its facts.
    pub(crate) fn holds(&self, fact: &impl Fn(&Fact) -> bool) -> bool {
        match self {
            Self::Fact(own) => fact(own),
            Self::Not(part) => !part.holds(fact),
            Self::Bracketed(part) => part.holds(fact),
            Self::All(parts) => parts.iter().all(|part| part.holds(fact)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(fact)),
        }
    }
}

/// Conditions of these facts: alone, nested, and up to fifty in a row.
pub(crate) fn trees(facts: impl Strategy<Value = Fact> + 'static) -> impl Strategy<Value = Tree> {
    let nested = facts.prop_map(Tree::Fact).prop_recursive(3, 12, 3, |part| {
        prop_oneof![
            part.clone().prop_map(|part| Tree::Not(part.into())),
            part.clone().prop_map(|part| Tree::Bracketed(part.into())),
            vec(part.clone(), 2..=3).prop_map(Tree::All),
            vec(part, 2..=3).prop_map(Tree::Any),
        ]
    });
    let rows = vec(nested.clone(), 2..=50);
    prop_oneof![18 => nested, 1 => rows.clone().prop_map(Tree::All), 1 => rows.prop_map(Tree::Any)]
}

/// Any fact that can be written, of names and words in any script.
pub(crate) fn any_facts() -> impl Strategy<Value = Fact> {
    let written = prop_oneof![3 => select(&[
        'a', 'T', '7', '.', '_', '-', '\'', '#', '`', ',', ' ', '\n', '\u{3000}', '(', ')', '=', '!', '<',
        'é', '客', '服', '\u{301}', '\u{200d}', '🛒',
    ][..]), 1 => any::<char>()];
    let texts = |most| vec(written.clone(), 0..=most).prop_map(String::from_iter);
    let word = texts(8).prop_map(|text: String| text.replace(ends_word, ""));
    let keyword = select(&["and", "or", "not", "true", "nan", "inf", "1e39", "12", "-0"][..]);
    let what = prop_oneof![
        6 => word.prop_map(|word| if word.is_empty() || word == "not" { "age".to_owned() } else { word }),
        1 => select(&["and", "or", "12"][..]).prop_map(str::to_owned),
    ];
    let text = prop_oneof![
        6 => texts(8).prop_map(|text: String| text.replace('"', "”")),
        1 => keyword.prop_map(str::to_owned),
    ];
    let number = prop_oneof![
        select(&[0.0, -0.0, 1.0, 30.0, 0.1, 16_777_216.0, f32::MAX, f32::MIN, f32::MIN_POSITIVE][..]),
        (-1_000..1_000_i16).prop_map(|hundredths| f32::from(hundredths) / 100.0),
        any::<u32>().prop_map(f32::from_bits).prop_filter("a number", |number| number.is_finite()),
    ];
    let to = prop_oneof![number.prop_map(Operand::Number), text.prop_map(Operand::Text)];
    let parts = (what, select(&RELATIONS[..]), to, any::<bool>());
    parts.prop_map(|(what, relation, to, is_short)| Fact { what, relation, to, is_short })
}
