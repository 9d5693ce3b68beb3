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

#[cfg(test)]
mod tests;
