//! Ranking: from the sessions of a shop and its catalogue to an index that recommends (`retrieval`).
//!
//! ```text
//! sessions ─▶ count ─┐
//! baskets  ─▶ rules ─┼▶ index ─▶ learn the weights on later sessions ─▶ measure on still later ones
//! catalogue ─▶ alike ─┤
//! sessions ─▶ factors ─┘
//! ```
//!
//! Counting is here; what is counted is scored by `retrieval`, the same code as in the page, also while the weights are learnt.
//!
//! Invariants
//! - Same sessions, catalogue and plan: the same index, byte for byte, whatever the number of threads.
//! - Sessions by which weights are learnt are later than those that are counted; sessions by which methods are measured are later still.
//! - Rules of baskets are counted from the baskets of the counted sessions. Details of items are of all sessions.
//! - A pair of items is in the index only if at least `min_sessions` sessions have it; a likeness by factors is of items that at least so many have.
//!
//! - A choice from a list counts by how often its place is looked at (`places`).
//!
//! Not here: `store.toml` (`learn::store`), the report's words (`report`).

pub mod alike;
pub mod baskets;
pub mod blend;
pub mod catalogue;
pub mod count;
pub mod details;
pub mod evaluate;
mod factors;
pub mod make;
pub mod places;
pub mod plan;
pub mod shards;
pub mod shop;
mod strengths;
#[cfg(test)]
mod tests;
pub mod visits;

pub use catalogue::{Catalogue, CataloguePlan};
pub use details::Details;
pub use evaluate::{Method, Score};
pub use floorwalker_retrieval::Act;
pub use make::Built;
pub use plan::RecommendPlan;
pub use shards::Shards;
pub use shop::{Basket, Shop, act_of};
pub use visits::{Visit, Visits};
