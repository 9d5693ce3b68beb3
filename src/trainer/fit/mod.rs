//! Fit: from prepared examples to the raw models that a bundle holds.
pub mod text;
