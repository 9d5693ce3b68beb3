//! The trainer.
pub mod read;
