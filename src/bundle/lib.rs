//! The model file.
pub mod trees;
