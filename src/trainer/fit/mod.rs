//! Fitting: from a table to the raw definition of a head.
pub mod boost;
