//! The trainer.
pub mod metrics;
pub mod read;
pub mod split;
