//! The trainer.
pub mod fit;
