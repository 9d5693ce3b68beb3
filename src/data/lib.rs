//! Data: reads, joins and splits the files of a shop, and writes result files atomically (whole or not at all).
//!
//! Invariants
//! - Bad input gives an error with file, line and column that says what to do.
//! - The result of reading depends only on the bytes of the files, not on locale, clock or the order of a hash table.
//!
//! Not here: which columns matter and what is learnt from them (`learn`).

pub mod join;
pub mod paths;
pub mod progress;
pub mod read;
pub mod split;
pub mod write;
