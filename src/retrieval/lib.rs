//! Retrieval: ranks items (products, services, articles, offers, experts) for a shopper, inside the page.
//!
//! ```text
//! index ─▶ candidates ─▶ signals ─▶ score ─▶ rules ─▶ list
//! ```
//!
//! An [`Index`] holds the items of a shop and what is known of them together. [`Trail`] is what one shopper did. [`Index::recommend`]
//! collects candidates, gives each one a few [`Signal`]s, sums them by the index's weights, applies the [`Rules`], and draws a list.
//! The weights are learnt by the trainer (`ranking`), which runs this same code.
//!
//! Invariants
//! - An [`Index`] that exists is valid: every item number is below the number of items.
//! - Any bytes give an index or an error with a code: never a panic, an endless loop, or memory out of proportion to their number.
//! - Same index, trail and request: the same list, to the bit, on every target. Scores are finite.
//! - A score is the sum of its contributions.
//!
//! Not here: counting and learning (`ranking`), events and consent (`engine`, the package), JavaScript (`wasm-retrieval`).

#![no_std]
extern crate alloc;

mod best;
mod bytes;
mod candidates;
mod error;
mod index;
mod item;
mod list;
mod neighbours;
mod pairs;
mod rules;
mod signal;
mod strengths;
mod taste;
#[cfg(test)]
mod tests;
mod trail;

pub use bytes::{MAX_BYTES, VERSION, decode, encode};
pub use candidates::{Candidate, Scratch};
pub use error::IndexError;
pub use index::{Index, IndexDef, MAX_ITEMS};
pub use item::{AttributeDef, ItemDef, Kind, NONE, level, of_level};
pub use list::{Asked, List, Reason, Recommended};
pub use neighbours::{Neighbourhood, SessionsDef};
pub use pairs::{PairsDef, WIDEST_ROW, of_share, share};
pub use rules::{Cap, Fairness, Rules};
pub use signal::{SIGNALS, Signal, Weights};
pub use strengths::Strengths;
pub use taste::{Evidence, Preference, preference};
pub use trail::{Act, Answer, MAX_STARS, MAX_TRAIL, Trail};
