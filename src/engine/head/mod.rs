//! Heads: named models with declared inputs and outputs.
pub mod linear;
pub mod trees;
