//! Data: the files of a shop, read, joined and split; results written whole or not at all.
//!
//! Invariants
//! - Bad input is an error with file, line and column, and what to do.
//! - What is read depends on the bytes of the files alone: no locale, no clock, no order of a hash table.
//!
//! Not here: which columns matter and what is learnt from them (`learn`).

pub mod join;
pub mod paths;
pub mod progress;
pub mod read;
pub mod split;
pub mod write;
