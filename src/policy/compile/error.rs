//! Why a policy is none: where it says so, what stands there, and what may.
//!
//! Invariants
//! - Every error has a path of keys and places, as in `filters[2].targets[0].queues[1]`, places from 0.
//!
//! Not here: lines and columns, names that were perhaps meant (`lint`).

use floorwalker_engine::plain;
use std::fmt;

/// Most names that a message lists.
const MOST_NAMES: usize = 12;

/// Why a policy was refused. `at` is where: a path of keys and places.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// Nothing bears this name.
    Name {
        /// Where.
        at: String,
        /// What should.
        sort: &'static str,
        /// The name.
        name: String,
        /// Names that there are.
        known: Vec<String>,
    },
    /// This name is empty, or used a second time.
    Twice {
        /// Where.
        at: String,
        /// What bears it.
        sort: &'static str,
        /// The name.
        name: String,
    },
    /// A requirement names an intent and a condition, or neither.
    Requirement {
        /// Where.
        at: String,
    },
    /// No queue has this skill, which is needed.
    Skill {
        /// Where.
        at: String,
        /// The skill.
        name: String,
    },
    /// This is outside its range.
    Range {
        /// Where.
        at: String,
        /// What stands there.
        found: String,
        /// What may.
        range: &'static str,
    },
    /// A condition compares this, which makes no sense.
    Condition {
        /// Where.
        at: String,
        /// A name, or what it is compared with.
        name: String,
    },
    /// Nobody found the rule of this time zone.
    Zone {
        /// Where.
        at: String,
        /// The zone.
        name: String,
    },
    /// The parents of this queue form a circle.
    Circle {
        /// Where.
        at: String,
        /// The queue.
        name: String,
    },
    /// A step does not come after the one before it, or drops less.
    Steps {
        /// Where.
        at: String,
        /// What stands there.
        found: String,
        /// What the step before it has.
        before: String,
    },
    /// What a bandit knows of a queue has not as many numbers as its inputs and a constant want, or one that is none.
    Arm {
        /// Where.
        at: String,
        /// Numbers in `weights`; their square in `inverse`.
        wanted: usize,
    },
    /// There are too many of these.
    Many {
        /// Where.
        at: String,
        /// What.
        sort: &'static str,
        /// How many there may be.
        most: usize,
    },
}

impl PolicyError {
    /// Where in the policy: a path of keys and places, as in `queues[3].aht`.
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
                plain::write(f, &[": ", sort, " `", name, "` stands here a second time; keep one of them"])
            }
            Self::Requirement { .. } => {
                f.write_str(": name an intent or a condition (`when`), and not both; drop one, or add one")
            }
            Self::Skill { name, .. } => {
                plain::write(f, &[": no queue has skill `", name, "`; give it to one or drop the need"])
            }
            Self::Range { found, range, .. } => plain::write(f, &[" is ", found, "; write ", range]),
            Self::Condition { name, .. } => plain::write(
                f,
                &[": a condition makes no sense at `", name, "`; use names and outputs that the model has"],
            ),
            Self::Zone { name, .. } => {
                plain::write(f, &[": no rule is known of time zone `", name, "`; write UTC or an IANA name"])
            }
            Self::Circle { name, .. } => plain::write(
                f,
                &[": the parents of queue `", name, "` form a circle; end it with a queue that has none"],
            ),
            Self::Steps { at, found, before } => {
                let then = if at.ends_with("drop") {
                    "what was dropped stays so: write as much or more"
                } else {
                    "put steps in the order of their ages, one an age"
                };
                plain::write(f, &[" is ", found, " after ", before, " in the step before it; ", then])
            }
            Self::Arm { wanted, .. } => {
                let (rows, cells) = (plain::digits(*wanted), plain::digits(wanted.saturating_mul(*wanted)));
                plain::write(
                    f,
                    &[
                        ": an arm has a number for each input and 1 besides; write ",
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

/// What may be written instead of a name that nothing bears.
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
