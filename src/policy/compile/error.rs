//! Errors that make a policy invalid: where, what is written there, and what may be.
//!
//! Invariants
//! - Every error has a path of keys and indices from 0, as in `filters[2].targets[0].queues[1]`.
//!
//! Not here: lines and columns, suggestions of names (`lint`).

use floorwalker_engine::plain;
use std::fmt;

/// Largest number of names that a message lists.
const MOST_NAMES: usize = 12;

/// Why a policy was refused. `at` is the path of keys and indices that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// Nothing has this name.
    Name {
        /// The path.
        at: String,
        /// What should have it: a queue, a head and so on.
        sort: &'static str,
        /// The name.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// This name is empty, or used a second time.
    Twice {
        /// The path.
        at: String,
        /// What has it: a queue, a filter and so on.
        sort: &'static str,
        /// The name.
        name: String,
    },
    /// A requirement names an intent and a condition, or neither.
    Requirement {
        /// The path.
        at: String,
    },
    /// No queue has this skill, which is needed.
    Skill {
        /// The path.
        at: String,
        /// The skill.
        name: String,
    },
    /// A value is outside its range.
    Range {
        /// The path.
        at: String,
        /// What is written there.
        found: String,
        /// What may be written.
        range: &'static str,
    },
    /// A condition makes a comparison that is not possible.
    Condition {
        /// The path.
        at: String,
        /// The name, or what it is compared with.
        name: String,
    },
    /// The rule of this time zone is not known.
    Zone {
        /// The path.
        at: String,
        /// The zone.
        name: String,
    },
    /// The parents of this queue form a circle.
    Circle {
        /// The path.
        at: String,
        /// The queue.
        name: String,
    },
    /// A step does not come after the one before it, or drops less.
    Steps {
        /// The path.
        at: String,
        /// What is written there.
        found: String,
        /// What the step before it has.
        before: String,
    },
    /// An arm of a bandit has another count of numbers than its inputs and a constant require, or a number that is not finite.
    Arm {
        /// The path.
        at: String,
        /// Numbers in `weights`; their square in `inverse`.
        wanted: usize,
    },
    /// There are too many of these.
    Many {
        /// The path.
        at: String,
        /// What there are too many of.
        sort: &'static str,
        /// How many there may be.
        most: usize,
    },
}

impl PolicyError {
    /// The path of keys and indices that is at fault, as in `queues[3].aht`.
    #[must_use]
    pub fn at(&self) -> &str {
        match self {
            Self::Name { at, .. }
            | Self::Twice { at, .. }
            | Self::Requirement { at }
            | Self::Skill { at, .. }
            | Self::Range { at, .. }
            | Self::Condition { at, .. }
            | Self::Zone { at, .. }
            | Self::Circle { at, .. }
            | Self::Steps { at, .. }
            | Self::Arm { at, .. }
            | Self::Many { at, .. } => at,
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        plain::write(f, &["policy: ", self.at()])?;
        match self {
            Self::Name { sort, name, known, .. } => {
                plain::write(f, &[": there is no ", sort, " `", name, "`; "])?;
                list(f, known)
            }
            Self::Twice { sort, name, .. } if name.is_empty() => {
                plain::write(f, &[": this ", sort, " has no name; give it one"])
            }
            Self::Twice { sort, name, .. } => {
                plain::write(f, &[": ", sort, " `", name, "` is listed twice; remove one"])
            }
            Self::Requirement { .. } => f.write_str(
                ": a requirement has an intent or a condition (`when`), and not both; remove one, or add one",
            ),
            Self::Skill { name, .. } => plain::write(
                f,
                &[": no queue has skill `", name, "`; give the skill to a queue, or remove the need"],
            ),
            Self::Range { found, range, .. } => plain::write(f, &[" is ", found, "; write ", range]),
            Self::Condition { name, .. } => plain::write(
                f,
                &[": a condition is not valid at `", name, "`; use names and outputs that the model has"],
            ),
            Self::Zone { name, .. } => plain::write(
                f,
                &[": time zone `", name, "` is unknown; write UTC or a name of the IANA database"],
            ),
            Self::Circle { name, .. } => plain::write(
                f,
                &[
                    ": the parents of queue `",
                    name,
                    "` form a circle; remove the parent of one of its queues",
                ],
            ),
            Self::Steps { at, found, before } => {
                let then = if at.ends_with("drop") {
                    "a step cannot undo an earlier one: write as much or more"
                } else {
                    "sort the steps by age, one step for each age"
                };
                plain::write(f, &[" is ", found, " after ", before, " in the step before it; ", then])
            }
            Self::Arm { wanted, .. } => {
                let (rows, cells) = (plain::digits(*wanted), plain::digits(wanted.saturating_mul(*wanted)));
                plain::write(
                    f,
                    &[
                        ": an arm has one number for each input and one for the constant; write ",
                        &*rows,
                        " finite `weights` and ",
                        &*cells,
                        " finite numbers in `inverse`",
                    ],
                )
            }
            Self::Many { sort, most, .. } => {
                plain::write(f, &[": too many ", sort, "; at most ", &*plain::digits(*most), " may be"])
            }
        }
    }
}

impl std::error::Error for PolicyError {}

/// Writes the names that may stand instead of an unknown one.
fn list(f: &mut fmt::Formatter<'_>, known: &[String]) -> fmt::Result {
    if known.is_empty() {
        return f.write_str("declare one, or leave it out");
    }
    f.write_str("name one of ")?;
    for (at, name) in known.iter().take(MOST_NAMES).enumerate() {
        plain::write(f, &[if at > 0 { ", `" } else { "`" }, name, "`"])?;
    }
    if known.len() > MOST_NAMES {
        let more = plain::digits(known.len() - MOST_NAMES);
        plain::write(f, &[" and ", &*more, " more"])?;
    }
    Ok(())
}
