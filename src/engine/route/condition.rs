//! Conditions: what a filter, a requirement or a `skip_if` asks of a request.
//!
//! | name                       | is                                                                          |
//! |----------------------------|-----------------------------------------------------------------------------|
//! | `age`                      | seconds since the request was first made                                    |
//! | a feature                  | its number or category                                                      |
//! | a head                     | its most probable output                                                    |
//! | `head.output`              | that output's probability                                                   |
//! | `floor.waiting` `.agents` `.free` `.load` | of all queues together: requests that wait, agents present, chats that they could still take, requests that wait per agent |
//! | `queue.waiting` `.agents` `.free` `.load` `.wait` | the same of the queue in question, and its expected wait in seconds; in `skip_if` alone |
//!
//! Invariants
//! - A comparison with what is not known is false, whatever it compares: `x != 1` as well as `x = 1`.
//! - Evaluation is a loop over the terms in postfix order, with one bit a level: no recursion, no allocation.
//!
//! Not here: how conditions are written (`form`).

use super::snapshot::{Floor, Load};
use crate::event::Value;
use crate::head::Scores;
use crate::symbol::Symbol;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Most comparisons that may be pending inside a condition.
const MAX_DEPTH: u32 = 32;

/// A condition: terms in postfix order. In a policy file it is text, as in `intent = returns and cart_value > 100`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// The terms.
    pub terms: Vec<Term>,
}

/// One term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Term {
    /// A comparison.
    Compare {
        /// What is compared, by name.
        what: String,
        /// How.
        relation: Relation,
        /// With what.
        to: Operand,
    },
    /// Both of the two before it.
    And,
    /// One of the two before it.
    Or,
    /// Not the one before it.
    Not,
}

/// How two things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// What something is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Operand {
    /// A number.
    Number(f32),
    /// A category or the name of an output.
    Text(String),
}

/// The names that conditions may use: those of a model, or of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    /// Heads and their outputs, in order.
    pub heads: Vec<(&'a str, &'a [String])>,
    /// Features, in order.
    pub features: Vec<&'a str>,
}

/// Where a compared number or category comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    Age,
    Feature(usize),
    Probability { head: usize, output: usize },
    Top { head: usize },
    Floor(Load),
    Queue(Load),
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Compare { source: Source, relation: Relation, number: f32, symbol: Symbol },
    And,
    Or,
    Not,
}

/// A checked condition.
#[derive(Clone, Debug)]
pub(super) struct Test {
    ops: Vec<Op>,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) features: &'a [Value],
    pub(super) scores: &'a [Scores],
    pub(super) age_s: f32,
    pub(super) floor: Floor<'a>,
}

impl Names<'_> {
    pub(super) fn head(&self, name: &str) -> Option<usize> {
        self.heads.iter().position(|(head, _)| *head == name)
    }

    pub(super) fn outputs(&self, head: usize) -> &[String] {
        self.heads.get(head).map_or(&[], |(_, outputs)| outputs)
    }

    /// What `name` stands for; `of_queue` says whether there is a queue in question.
    pub(super) fn source(&self, name: &str, of_queue: bool) -> Option<Source> {
        if name == "age" {
            return Some(Source::Age);
        }
        if let Some(load) =
            name.strip_prefix("floor.").and_then(Load::named).filter(|load| *load != Load::Wait)
        {
            return Some(Source::Floor(load));
        }
        if let Some(load) = name.strip_prefix("queue.").and_then(Load::named).filter(|_| of_queue) {
            return Some(Source::Queue(load));
        }
        if let Some(feature) = self.features.iter().position(|feature| *feature == name) {
            return Some(Source::Feature(feature));
        }
        if let Some(head) = self.head(name) {
            return Some(Source::Top { head });
        }
        self.heads.iter().enumerate().find_map(|(head, (of, outputs))| {
            let output = name.strip_prefix(*of)?.strip_prefix('.')?;
            let output = outputs.iter().position(|known| known == output)?;
            Some(Source::Probability { head, output })
        })
    }
}

impl Test {
    /// Checks a condition; an error is the name or operand that makes no sense.
    pub(super) fn new(condition: &Condition, names: &Names<'_>, of_queue: bool) -> Result<Self, String> {
        let mut ops = Vec::new();
        let mut depth = 0_u32;
        for term in &condition.terms {
            let (needs, op) = match term {
                Term::And => (2, Op::And),
                Term::Or => (2, Op::Or),
                Term::Not => (1, Op::Not),
                Term::Compare { what, relation, to } => {
                    (0, compare(names.source(what, of_queue).ok_or(what)?, *relation, to, names)?)
                }
            };
            if depth < needs || depth - needs >= MAX_DEPTH {
                return Err("and, or, not".into());
            }
            depth = depth - needs + 1;
            ops.push(op);
        }
        if depth == 1 { Ok(Self { ops }) } else { Err("and, or, not".into()) }
    }

    /// Whether it holds; `queue` is the queue in question.
    pub(super) fn holds(&self, facts: &Facts<'_>, queue: usize) -> bool {
        // The lowest bit is the last result.
        let mut stack = 0_u64;
        for op in &self.ops {
            stack = match *op {
                Op::And => (stack >> 1) & (stack | !1),
                Op::Or => (stack >> 1) | (stack & 1),
                Op::Not => stack ^ 1,
                Op::Compare { source, relation, number, symbol } => {
                    stack << 1 | u64::from(facts.compare(source, queue, relation, number, symbol))
                }
            };
        }
        stack & 1 == 1
    }
}

fn compare(source: Source, relation: Relation, to: &Operand, names: &Names<'_>) -> Result<Op, String> {
    let (number, symbol) = match (to, source) {
        (Operand::Text(text), Source::Top { head }) => {
            let output = names.outputs(head).iter().position(|output| output == text);
            (output.ok_or_else(|| text.clone())? as f32, Symbol::NONE)
        }
        (Operand::Text(text), Source::Feature(_)) => (f32::NAN, Symbol::of(text)),
        (Operand::Text(text), _) => return Err(text.clone()),
        (Operand::Number(_), Source::Top { head }) => {
            return Err(names.heads.get(head).map_or("", |(name, _)| name).into());
        }
        (Operand::Number(number), _) => (*number, Symbol::NONE),
    };
    match (to, relation) {
        (Operand::Text(_), Relation::Equal | Relation::Unequal) | (Operand::Number(_), _) => {
            Ok(Op::Compare { source, relation, number, symbol })
        }
        (Operand::Text(text), _) => Err(text.clone()),
    }
}

impl Facts<'_> {
    /// What a source says: a number, or NaN where nothing is known.
    pub(super) fn number(&self, source: Source, queue: usize) -> f32 {
        match source {
            Source::Age => self.age_s,
            Source::Feature(at) => self.features.get(at).map_or(f32::NAN, |value| value.as_f32()),
            Source::Probability { head, output } => {
                let scores = self.scores.get(head).and_then(|scores| scores.probabilities.get(output));
                scores.copied().unwrap_or(f32::NAN)
            }
            Source::Top { head } => self
                .scores
                .get(head)
                .and_then(|scores| top(&scores.probabilities))
                .map_or(f32::NAN, |at| at as f32),
            Source::Floor(load) => self.floor.of_all(load),
            Source::Queue(load) => self.floor.of(queue, load),
        }
    }

    fn compare(&self, source: Source, queue: usize, relation: Relation, number: f32, symbol: Symbol) -> bool {
        if let (Source::Feature(at), false) = (source, symbol.is_none()) {
            return match self.features.get(at) {
                Some(Value::Category(category)) => (*category == symbol) == (relation == Relation::Equal),
                _ => false,
            };
        }
        let found = self.number(source, queue);
        match relation {
            Relation::Equal => found == number,
            Relation::Unequal => found < number || found > number,
            Relation::Below => found < number,
            Relation::AtMost => found <= number,
            Relation::Above => found > number,
            Relation::AtLeast => found >= number,
        }
    }
}

/// The first of the largest.
pub(super) fn top(p: &[f32]) -> Option<usize> {
    (0..p.len()).reduce(|best, at| if p.get(at) > p.get(best) { at } else { best })
}
