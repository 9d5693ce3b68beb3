//! The trainer.
pub mod read;
pub mod split;
