//! Conditions as they are written, and the names that they may use.
//!
//! | name                       | is                                                                          |
//! |----------------------------|-----------------------------------------------------------------------------|
//! | `age`                      | seconds since the request was first made                                    |
//! | a feature                  | its number or category; `true` and `false` are the numbers 1 and 0, too     |
//! | a head                     | its most probable output; of a head with one output, that one where its probability is 0.5 or more |
//! | `head.output`              | that output's probability                                                   |
//! | `head.out_of_scope`        | the probability that the message is about none of its outputs; 0 without a message |
//! | `floor.waiting` `.agents` `.free` `.load` | of all queues together: requests that wait, agents present, chats that they could still take, requests that wait per agent |
//! | `queue.waiting` `.agents` `.free` `.load` `.wait` | the same of the queue in question, and its expected wait in seconds; in `skip_if` alone |
//!
//! Not here: the syntax of conditions (`text`), whether they hold for a request (`engine::route`).

use floorwalker_engine::model::Model;
use floorwalker_engine::route::{Load, Op, Relation, Source};
use floorwalker_engine::symbol::Symbol;
use serde::{Deserialize, Serialize};

/// Largest number of results that may be pending while a condition is evaluated.
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
        /// The relation.
        relation: Relation,
        /// What it is compared with.
        to: Operand,
    },
    /// Both of the two before it.
    And,
    /// At least one of the two before it.
    Or,
    /// Not the one before it.
    Not,
}

/// The right side of a comparison.
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

impl<'a> Names<'a> {
    /// The names of a model.
    #[must_use]
    pub fn of(model: &'a Model) -> Self {
        Self {
            heads: model.heads().iter().map(|head| (head.name(), head.outputs())).collect(),
            features: model.program().defs().map(|def| def.name.as_str()).collect(),
        }
    }
}

impl Names<'_> {
    pub(crate) fn head(&self, name: &str) -> Option<usize> {
        self.heads.iter().position(|(head, _)| *head == name)
    }

    pub(crate) fn outputs(&self, head: usize) -> &[String] {
        self.heads.get(head).map_or(&[], |(_, outputs)| outputs)
    }

    /// What `name` stands for; `of_queue`: whether the condition is about one queue (`skip_if`), and so may use `queue.…`.
    pub(crate) fn source(&self, name: &str, of_queue: bool) -> Option<Source> {
        if name == "age" {
            return Some(Source::Age);
        }
        if let Some(load) = name.strip_prefix("floor.").and_then(load).filter(|load| *load != Load::Wait) {
            return Some(Source::Floor(load));
        }
        if let Some(load) = name.strip_prefix("queue.").and_then(load).filter(|_| of_queue) {
            return Some(Source::Queue(load));
        }
        if let Some(feature) = self.features.iter().position(|feature| *feature == name) {
            return Some(Source::Feature(place(feature)?));
        }
        if let Some(head) = self.head(name) {
            return Some(Source::Top { head: place(head)? });
        }
        self.heads.iter().enumerate().find_map(|(head, (of, outputs))| {
            let output = name.strip_prefix(*of)?.strip_prefix('.')?;
            if output == "out_of_scope" {
                return Some(Source::Outside { head: place(head)? });
            }
            let output = outputs.iter().position(|known| known == output)?;
            Some(Source::Probability { head: place(head)?, output: place(output)? })
        })
    }
}

impl Condition {
    /// Its terms with every name resolved. An error is the name or operand that makes no sense; `of_queue`: whether the condition is
    /// about one queue (`skip_if`).
    pub(crate) fn resolve(&self, names: &Names<'_>, of_queue: bool) -> Result<Vec<Op>, String> {
        let mut ops = Vec::new();
        let mut depth = 0_u32;
        for term in &self.terms {
            let (needs, op) = match term {
                Term::And => (2, Op::And),
                Term::Or => (2, Op::Or),
                Term::Not => (1, Op::Not),
                Term::Compare { what, relation, to } => {
                    let source = names.source(what, of_queue).ok_or(what)?;
                    let op = compare(source, *relation, to, names)?;
                    if let Some(flag) = flag(op, to) {
                        ops.extend([op, flag]);
                        (0, Op::Or)
                    } else {
                        (0, op)
                    }
                }
            };
            if depth < needs || depth - needs >= MAX_DEPTH {
                return Err("and, or, not".into());
            }
            depth = depth - needs + 1;
            ops.push(op);
        }
        if depth == 1 { Ok(ops) } else { Err("and, or, not".into()) }
    }
}

fn compare(source: Source, relation: Relation, to: &Operand, names: &Names<'_>) -> Result<Op, String> {
    let (number, symbol) = match (to, source) {
        (Operand::Text(text), Source::Top { head }) => {
            let output = names.outputs(head.into()).iter().position(|output| output == text);
            (output.ok_or_else(|| text.clone())? as f32, 0)
        }
        (Operand::Text(text), Source::Feature(_)) => (0.0, Symbol::of(text).raw()),
        (Operand::Text(text), _) => return Err(text.clone()),
        (Operand::Number(_), Source::Top { head }) => {
            return Err(names.heads.get(usize::from(head)).map_or("", |(name, _)| name).into());
        }
        (Operand::Number(number), _) => (*number, 0),
    };
    // A head's only output would be the most probable one of every request.
    if let (Operand::Text(_), Source::Top { head }, Relation::Equal | Relation::Unequal) =
        (to, source, relation)
        && names.outputs(head.into()).len() == 1
    {
        let relation = if relation == Relation::Equal { Relation::AtLeast } else { Relation::Below };
        let source = Source::Probability { head, output: 0 };
        return Ok(Op::Compare { source, relation, number: 0.5, symbol: 0 });
    }
    match (to, relation) {
        (Operand::Text(_), Relation::Equal | Relation::Unequal) | (Operand::Number(_), _) => {
            Ok(Op::Compare { source, relation, number, symbol })
        }
        (Operand::Text(text), _) => Err(text.clone()),
    }
}

/// The second comparison where a feature is compared with `true` or `false`: a page's booleans are the numbers 1 and 0.
fn flag(op: Op, to: &Operand) -> Option<Op> {
    let Op::Compare { source: source @ Source::Feature(_), relation, .. } = op else { return None };
    let number = match to {
        Operand::Text(text) if text == "true" => 1.0,
        Operand::Text(text) if text == "false" => 0.0,
        _ => return None,
    };
    Some(Op::Compare { source, relation, number, symbol: 0 })
}

fn place(at: usize) -> Option<u16> {
    u16::try_from(at).ok()
}

/// The number of a queue, or of the floor, that a condition calls `name`.
fn load(name: &str) -> Option<Load> {
    Some(match name {
        "waiting" => Load::Waiting,
        "agents" => Load::Agents,
        "free" => Load::Free,
        "load" => Load::Ratio,
        "wait" => Load::Wait,
        _ => return None,
    })
}
