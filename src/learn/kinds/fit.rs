//! What every fit takes and gives: rows as columns, what turned out, and the model as the page will run it.
//!
//! A head of two classes has one output, the logit of class 1; a head of more classes one output each; a head of numbers one.

use floorwalker_engine::head::BodyDef;
use ndarray::{Array2, ArrayView2};

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

/// Groups of rows.
#[derive(Clone, Debug)]
pub struct Clusters {
    /// Cluster of each row, below `n`; none is noise, which only DBSCAN knows. `[n_rows]`.
    pub assignment: Vec<Option<u32>>,
    /// How many clusters.
    pub n: usize,
    /// `Σ ‖x − c‖²` over the rows that are in a cluster, squared column units.
    pub inertia: f64,
    /// Mean silhouette, −1 to 1, of at most [`MAX_SILHOUETTE_ROWS`](super::clusters::MAX_SILHOUETTE_ROWS) rows; none with fewer than 2 clusters.
    pub silhouette: Option<f64>,
    /// Mean of each cluster: `[n, n_columns]`.
    pub centres: Array2<f32>,
    /// One output a cluster, in order; DBSCAN has one more, for noise, at the end. The largest output is the cluster. Of the
    /// linear bodies, a softmax of the outputs divided by [`Clusters::variance`] is the share of each cluster in a mixture
    /// of equal spheres.
    pub body: BodyDef,
    /// Share of the rows (of at most 4,096 of them) that the body puts where `assignment` does.
    pub agreement: f64,
    /// Mean squared distance to the centre by iteration, for k-means.
    pub losses: Vec<Loss>,
    /// What the analyst should know.
    pub warnings: Vec<String>,
}
