//! Fits: from rows to the engine's raw definitions. Each room one family.
//!
//! | word     | meaning                                                                             |
//! |----------|-------------------------------------------------------------------------------------|
//! | [`Dense`]  | rows as the columns that a head's encodings write, with what turned out             |
//! | [`Target`] | classes, or numbers                                                                 |
//! | [`Fit`]    | the model as the page will run it, and how its loss fell                            |
//!
//! A head of two classes has one output, the logit of class 1; a head of more classes one output each; a head of numbers one.
//!
//! Invariants
//! - Same rows, settings and seed: same bits, whatever the number of threads.
//!
//! Not here: which rows, which family, calibration (`train`, `calibrate`).

pub mod bayes;
pub mod boost;
pub mod clusters;
mod distances;
pub mod forest;
pub mod gradient;
mod lbfgs;
pub mod linear;
pub mod margin;
pub mod mlp;
pub mod neighbours;
pub mod regression;
mod rows;
pub mod teacher;
pub mod text;

use floorwalker_engine::head::BodyDef;
use ndarray::ArrayView2;

/// What is to be predicted, a value for each row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Class of each row, below `n`.
    Classes {
        /// `[n_rows]`.
        ids: &'a [u32],
        /// Classes there are, at least 2.
        n: usize,
    },
    /// `[n_rows]`, finite.
    Numbers(&'a [f64]),
}

impl Target<'_> {
    /// Outputs of a head that predicts it.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        match self {
            Self::Classes { n, .. } if *n > 2 => *n,
            Self::Classes { .. } | Self::Numbers(_) => 1,
        }
    }
}

/// Rows to fit on.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a> {
    /// `[n_rows, n_columns]`, finite.
    pub x: ArrayView2<'a, f32>,
    /// What turned out.
    pub y: Target<'a>,
    /// Weight of each row, positive; none means 1 each. `[n_rows]`.
    pub weights: Option<&'a [f32]>,
}

/// A model before calibration.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The model as the page will run it.
    pub body: BodyDef,
    /// Loss by step, for fits that have steps worth looking at.
    pub losses: Vec<Loss>,
}

/// How far a fit had come after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Steps taken: passes, rounds or iterations.
    pub step: usize,
    /// Mean loss on the rows fitted on, in nats, or squared units for numbers.
    pub train: f64,
    /// The same on validation rows, where there are some.
    pub valid: Option<f64>,
}
