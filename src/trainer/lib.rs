//! The trainer.
pub mod calibrate;
pub mod fit;
pub mod metrics;
pub mod read;
pub mod split;
pub mod synth;
