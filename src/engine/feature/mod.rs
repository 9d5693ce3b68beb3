//! Features: the declarative feature program of a bundle, and its streaming computation over one shopper's events.
//!
//! `def` has the definitions, `program` their checked form, `state` one shopper's aggregates, `window` sliding windows.
//!
//! Not here: when an event counts (`event::Timeline`), how a feature enters a model (`head::encode`).

mod cost;
mod def;
mod program;
mod state;
mod window;

pub use def::{Condition, FeatureDef, Op, Window};
pub use program::{FeatureError, FeatureProgram};
pub use state::FeatureState;
pub use window::MAX_WINDOW;

/// How many events' worth of what is usual an affinity assumes: little evidence says little.
pub const AFFINITY_PRIOR: f32 = 5.0;

#[cfg(test)]
mod tests;
