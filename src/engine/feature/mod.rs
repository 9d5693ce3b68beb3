//! Features: the declarative program a bundle carries, and its streaming run over one shopper's events.
//!
//! `def` is the data, `program` the checked form, `state` one shopper's aggregates, `window` how they slide.
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
