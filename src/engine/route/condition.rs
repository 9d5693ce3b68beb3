//! Conditions as they are run: what filters, requirements and `skip_if`s say of a request.
//!
//! Invariants
//! - A comparison with what is not known is false, whatever it compares: `x != 1` as well as `x = 1`. What a model does not have
//!   is not known.
//! - Evaluation is a loop over the terms in postfix order, with one bit a level: no recursion, no allocation, and an answer for
//!   any terms in any order.
//!
//! Not here: names, and how conditions are written (`policy`).

use super::floor::Floor;
use super::snapshot::Load;
use crate::event::Value;
use crate::head::Scores;
use core::fmt;
use serde::{Deserialize, Serialize};

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

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        })
    }
}

/// Where a compared number or category comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Source {
    /// The request's age in seconds.
    Age,
    /// A feature.
    Feature(u16),
    /// The probability of a head's output.
    Probability {
        /// The head.
        head: u16,
        /// The output.
        output: u16,
    },
    /// A head's most probable output, by number.
    Top {
        /// The head.
        head: u16,
    },
    /// How probably the message is about none of a head's outputs.
    Outside {
        /// The head.
        head: u16,
    },
    /// Of all queues together.
    Floor(Load),
    /// Of the queue in question.
    Queue(Load),
}

/// One term, in postfix order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Op {
    /// A comparison.
    Compare {
        /// What is compared.
        source: Source,
        /// How.
        relation: Relation,
        /// With which number.
        number: f32,
        /// With which category, by symbol; 0: it is a number.
        symbol: u32,
    },
    /// Both of the two before it.
    And,
    /// One of the two before it.
    Or,
    /// Not the one before it.
    Not,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) features: &'a [Value],
    pub(super) scores: &'a [Scores],
    pub(super) age_s: f32,
    pub(super) floor: Floor<'a>,
}

/// Whether a condition holds; one without terms does. `queue` is the queue in question.
pub(super) fn holds(ops: &[Op], facts: &Facts<'_>, queue: usize) -> bool {
    // The lowest bit is the last result.
    let mut stack = 1_u64;
    for op in ops {
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

impl Facts<'_> {
    /// What a source says: a number, or NaN where nothing is known.
    #[inline(always)]
    pub(super) fn number(&self, source: Source, queue: usize) -> f32 {
        match source {
            Source::Age => self.age_s,
            Source::Feature(at) => {
                self.features.get(usize::from(at)).map_or(f32::NAN, |value| value.as_f32())
            }
            Source::Probability { head, output } => {
                let scores = self
                    .scores
                    .get(usize::from(head))
                    .and_then(|scores| scores.probabilities.get(usize::from(output)));
                scores.copied().unwrap_or(f32::NAN)
            }
            Source::Top { head } => self
                .scores
                .get(usize::from(head))
                .and_then(|scores| top(&scores.probabilities))
                .map_or(f32::NAN, |at| at as f32),
            Source::Outside { head } => {
                self.scores.get(usize::from(head)).map_or(f32::NAN, |scores| scores.outside)
            }
            Source::Floor(load) => self.floor.of_all(load),
            Source::Queue(load) => self.floor.of(queue, load),
        }
    }

    #[inline(always)]
    fn compare(&self, source: Source, queue: usize, relation: Relation, number: f32, symbol: u32) -> bool {
        if let (Source::Feature(at), false) = (source, symbol == 0) {
            return match self.features.get(usize::from(at)) {
                Some(Value::Category(category)) => {
                    (category.raw() == symbol) == (relation == Relation::Equal)
                }
                _ => false,
            };
        }
        let found = self.number(source, queue);
        match relation {
            Relation::Equal => found == number,
            Relation::Unequal => found != number && !found.is_nan(),
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
