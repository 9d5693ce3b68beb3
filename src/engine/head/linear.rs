//! Linear head: one weighted sum of columns per output.
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A raw linear model: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearDef {
    /// Logit of each output at all-zero columns: `[n_outputs]`.
    pub bias: Vec<f32>,
    /// Logit per unit of column: `[n_columns, n_outputs]`, row-major.
    pub weights: Vec<f32>,
}
