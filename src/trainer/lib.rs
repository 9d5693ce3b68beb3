//! The trainer.
pub mod metrics;
pub mod read;
pub mod split;
pub mod synth;
