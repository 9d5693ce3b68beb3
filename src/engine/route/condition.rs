//! Conditions in compiled form: filters, requirements and `skip_if` evaluate them for a request.
//!
//! Invariants
//! - A comparison with a value that is not known is false: `x != 1` as well as `x = 1`. A feature or head that the model does not
//!   have is not known.
//! - Evaluation is a loop over the terms in postfix order, with a stack of one bit per level: no recursion, no allocation, and a result
//!   for any terms in any order.
//!
//! Not here: names, and the syntax of conditions (`policy`).

use super::floor::Floor;
use super::snapshot::Load;
use crate::event::Value;
use crate::head::Scores;
use core::fmt;
use serde::{Deserialize, Serialize};

/// A relational operator.
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

/// The source of the value that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Source {
    /// The age of the request, in seconds.
    Age,
    /// The value of a feature, by its index.
    Feature(u16),
    /// The probability of a head's output.
    Probability {
        /// The head.
        head: u16,
        /// The output.
        output: u16,
    },
    /// The index of a head's most probable output.
    Top {
        /// The head.
        head: u16,
    },
    /// The probability that the message is out of scope for a head.
    Outside {
        /// The head.
        head: u16,
    },
    /// A load summed over all queues.
    Floor(Load),
    /// A load of the queue for which the condition is evaluated.
    Queue(Load),
}

/// One term, in postfix order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Op {
    /// A comparison.
    Compare {
        /// The value that is compared.
        source: Source,
        /// The operator.
        relation: Relation,
        /// The number to compare with, unless `symbol` is set.
        number: f32,
        /// The category to compare with, as a symbol; 0 if a number is compared.
        symbol: u32,
    },
    /// Conjunction of the two results before it.
    And,
    /// Disjunction of the two results before it.
    Or,
    /// Negation of the result before it.
    Not,
}

/// The values that conditions and strategies read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) features: &'a [Value],
    pub(super) scores: &'a [Scores],
    pub(super) age_s: f32,
    pub(super) floor: Floor<'a>,
}

/// Evaluates a condition; one without terms is true. `queue` is the queue that [`Source::Queue`] refers to.
pub(super) fn holds(ops: &[Op], facts: &Facts<'_>, queue: usize) -> bool {
    // A stack of bits; the lowest bit is the last result.
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
    /// The value of a source as a number, or NaN if it is not known.
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

/// The index of the largest number; of equal ones the first.
pub(super) fn top(p: &[f32]) -> Option<usize> {
    (0..p.len()).reduce(|best, at| if p.get(at) > p.get(best) { at } else { best })
}
