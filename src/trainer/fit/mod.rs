//! Fits: from rows to the engine's raw definitions. Each room one family.
//!
//! Not here: which rows, which family, calibration (`train`, `calibrate`).

pub mod boost;
mod lbfgs;
pub mod linear;
pub mod text;
