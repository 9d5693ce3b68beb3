//! Proof: the age from which on every request has a queue, whatever it is and whenever it comes; or an example that has none.
//!
//! A request *has a queue* where the policy chooses one for it: one of its filter's queues, the bot's, the one for when nothing is
//! open (`closed`), or an overflow. It has none where it is left to the default queue, or sent to a queue that is shut. A filter none of
//! whose requests is ever taken by a queue of its own prevents the proof, and is reported.
//!
//! The engine that decides in the page is asked about one request of every kind that the policy can tell apart (`space`), at every age
//! at which something changes, in every state that opening hours ever have (`moments`), without a snapshot and with one in which every
//! queue has agents and nobody waits.
//!
//! | module   | what is there                                                        |
//! |----------|----------------------------------------------------------------------|
//! | here     | what is proven, and what is not                                      |
//! | `walk`   | the kinds of requests, one after another, filter by filter           |
//! | `case`   | a request, described in words                                        |
//! | `refute` | random requests, to refute what was proven                           |
//!
//! Not claimed: that a queue takes a request although a snapshot says that it is closed, full, without agents or late, or although its
//! `skip_if` passes it over for the numbers of a snapshot; and that `certainty`, `threshold` and `margin` turn away no request. Only
//! where they turn away a request whose intent is certain, it is reported.
//!
//! Invariants
//! - What is called proven holds for every request, age and moment of the stated days: `refute` never finds a counterexample.
//! - What is not proven has an example, and the engine itself leaves that example to the default queue.
//!
//! Not here: findings about what a policy says and cannot mean (`lint`).

mod case;
mod refute;
mod walk;

#[cfg(test)]
mod tests;

pub use case::Case;
pub use refute::refute;

use super::known::Known;
use super::moments::{Span, moments};
use super::space::{Space, TooMany};
use super::vocabulary::{ANY_OTHER, vocabulary};
use crate::{By, Date, PolicyDef};
use anyhow::Result;
use floorwalker_engine::route::Abstention;
use walk::{Walk, World};

/// What is proven of a policy.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Age in seconds from which on every request has a queue; `None`: it is not proven for any age.
    pub within: Option<f32>,
    /// A request that has no queue until that age; `None` where all have one at once.
    pub slowest: Option<Case>,
    /// Requests that are left to the default queue until they end: one of each filter and reason.
    pub left: Vec<Left>,
    /// A request that none of its filter's queues takes before it ends, but an overflow does.
    pub overflowing: Option<Case>,
    /// Filters, by index, none of whose requests is ever taken by a queue of its own or the bot's: all go to `closed`, to an overflow or
    /// to the default queue. `None` is the policy itself, where it has no filters.
    pub never_taken: Vec<Option<usize>>,
    /// Settings of the policy that may turn away a request: those of `certainty`, `threshold` and `margin` that have an effect.
    pub bounds: Vec<&'static str>,
    /// Number of decisions that the engine was asked for: kinds of requests × moments × snapshots.
    pub n_cases: usize,
    /// The first and the last day that are checked.
    pub days: (Date, Date),
    /// What tells too many kinds of requests apart to check all of them, if anything does.
    pub too_many: Option<String>,
}

/// Requests that are left to the default queue until they end.
#[derive(Clone, Debug)]
pub struct Left {
    /// The filter, by index; `None`: no filter matches, or there is none.
    pub filter: Option<usize>,
    /// Why the engine chooses no queue.
    pub why: Abstention,
    /// Where they go: the default queue, or another that is shut.
    pub goes_to: usize,
    /// One of them, at the age from which on it has no queue.
    pub example: Case,
}

impl Proof {
    /// Whether every request has a queue from some age on.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.within.is_some()
    }
}

/// Proves what can be proven of `def`, from the day `first` on. `known` has the names of the model that it is for; without it, names
/// are those that the policy uses.
///
/// Cost: a decision for each kind of request, moment and snapshot; past a limit it gives up, and sets `too_many`.
///
/// # Errors
///
/// A policy that cannot be compiled.
pub fn prove(def: &PolicyDef, known: Option<&Known<'_>>, first: Date) -> Result<Proof> {
    let own = vocabulary(def);
    let guessed = own.names();
    let names = known.map_or(&guessed, |known| &known.names);
    let links = known.map_or(&[][..], |known| &known.links);
    let program = def.compile(names)?;
    let span = Span::of(&def.hours, first);
    let mut proof = Proof {
        within: None,
        slowest: None,
        left: Vec::new(),
        overflowing: None,
        never_taken: Vec::new(),
        bounds: bounds(def),
        n_cases: 0,
        days: (span.first, span.last),
        too_many: None,
    };
    let space = match Space::new(&program, names, links) {
        Ok(space) => space,
        Err(TooMany(what)) => {
            proof.too_many = Some(what);
            return Ok(proof);
        }
    };
    let Some(moments) = moments(&def.hours, span) else {
        proof.too_many = Some("hours".to_owned());
        return Ok(proof);
    };
    let guess = known.is_none().then_some(ANY_OTHER);
    let world = World::new(def, names, &space, &moments, guess)?;
    Walk::new(&world).over_all(&mut proof);
    Ok(proof)
}

/// Settings that turn requests away whose intent is not certain.
fn bounds(def: &PolicyDef) -> Vec<&'static str> {
    let of_filters = def.filters.iter().filter_map(|filter| filter.strategy.as_ref());
    let mut strategies = of_filters.chain([&def.strategy]).flatten();
    // What a model or a bandit says of a queue may be below 0, and is then behind any margin.
    let may_be_below_0 =
        strategies.any(|one| matches!(one.by, By::Model { .. }) || one.by.bandit().is_some());
    let set = [
        ("certainty", def.certainty > 0.0),
        ("threshold", def.threshold > 0.0),
        ("margin", def.margin > 0.0 || may_be_below_0),
    ];
    set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect()
}
