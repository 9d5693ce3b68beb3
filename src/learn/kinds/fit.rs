//! Input and output of every fit: rows as columns with their targets, and the model as the page runs it.
//!
//! A head of two classes has one output, the logit of class 1; a head of more classes one output per class; a head that predicts
//! a number one.

use floorwalker_engine::head::BodyDef;
use ndarray::{Array2, ArrayView2};

/// The target of a fit: a class or a number for each row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Class of each row, below `n`.
    Classes {
        /// Class of each row, `[n_rows]`.
        ids: &'a [u32],
        /// Number of classes, at least 2.
        n: usize,
    },
    /// Number of each row, `[n_rows]`, finite.
    Numbers(&'a [f64]),
}

impl Target<'_> {
    /// Number of outputs of a head that predicts this target.
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
    /// Columns, `[n_rows, n_columns]`, finite.
    pub x: ArrayView2<'a, f32>,
    /// Target of each row.
    pub y: Target<'a>,
    /// Weight of each row, positive; `None` means 1 for each. `[n_rows]`.
    pub weights: Option<&'a [f32]>,
}

/// A model before calibration.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The model as the page will run it.
    pub body: BodyDef,
    /// Training curve: the loss by step; empty for fits without steps.
    pub losses: Vec<Loss>,
}

/// One point of a training curve: the loss after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Steps taken: passes, rounds or iterations.
    pub step: usize,
    /// Mean loss on the rows fitted on, in nats, or squared units for numbers.
    pub train: f64,
    /// Mean loss on validation rows, if there are any.
    pub valid: Option<f64>,
}

/// A clustering of rows.
#[derive(Clone, Debug)]
pub struct Clusters {
    /// Cluster of each row, below `n`; `None` is noise, which occurs only with DBSCAN. `[n_rows]`.
    pub assignment: Vec<Option<u32>>,
    /// Number of clusters.
    pub n: usize,
    /// `Σ ‖x − c‖²` over the rows that are in a cluster, in squared column units.
    pub inertia: f64,
    /// Mean silhouette, −1 to 1, of at most [`MAX_SILHOUETTE_ROWS`](super::clusters::MAX_SILHOUETTE_ROWS) rows; `None` with fewer
    /// than 2 clusters.
    pub silhouette: Option<f64>,
    /// Mean of each cluster: `[n, n_columns]`.
    pub centres: Array2<f32>,
    /// The model that assigns rows to clusters: one output per cluster, in order; DBSCAN has one more, for noise, at the end. The
    /// largest output is the cluster. For linear bodies, a softmax of the outputs divided by [`Clusters::variance`] is the
    /// posterior of each cluster in a mixture of equal spherical Gaussians.
    pub body: BodyDef,
    /// Share of the rows (at most 4,096 of them) that `body` assigns to the same cluster as `assignment`.
    pub agreement: f64,
    /// Mean squared distance to the centre by iteration, for k-means.
    pub losses: Vec<Loss>,
    /// Warnings for the analyst.
    pub warnings: Vec<String>,
}
