//! Fitting: from encoded rows to raw definitions that the engine checks.

pub mod lbfgs;
pub mod linear;
