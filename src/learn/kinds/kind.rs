//! The trait of every kind of model: its properties, its cost and its fit.

use super::bench::{Bench, Fitted, Parts, Tuned};
use super::fit::Clusters;
use anyhow::{Result, bail};
use ndarray::ArrayView2;
use std::fmt::Debug;

/// A kind of model with its settings.
pub trait Kind: Debug + Send + Sync {
    /// What the kind predicts.
    fn labels(&self) -> Labels {
        Labels::Classes
    }

    /// Whether it reads the message and no features.
    fn reads_message(&self) -> bool {
        false
    }

    /// Whether it is a fusion, which weights earlier heads by the kind of evidence.
    fn weighs_experts(&self) -> bool {
        false
    }

    /// Whether a head of two classes has an output for each; otherwise it has one logit.
    fn has_output_a_class(&self) -> bool {
        false
    }

    /// Whether its fit uses early stopping: it returns to the step with the least validation loss.
    fn stops_early(&self) -> bool {
        false
    }

    /// What its training losses measure, if that does not follow from the label.
    fn loss_measure(&self) -> Option<LossMeasure> {
        None
    }

    /// Estimated cost of one fit, in seconds on one core of 2020.
    ///
    /// Only the order of magnitude matters. An estimate keeps a race within its budget identically on every machine, whereas with
    /// measured time a busy machine could choose another model.
    fn seconds(&self, size: Size) -> f64;

    /// Fits a model.
    ///
    /// # Errors
    ///
    /// Fails for rows or settings that the kind cannot be fitted with.
    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted>;

    /// Clusters rows, `[n_rows, n_columns]`; also returns notes on how the clusters were found. `None` for a kind that does not cluster.
    ///
    /// # Errors
    ///
    /// Fails for rows or settings that the kind cannot cluster with.
    fn clusters(&self, _: ArrayView2<'_, f32>, _seed: u64) -> Result<Option<(Clusters, Vec<String>)>> {
        Ok(None)
    }
}

/// What a kind predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// Classes.
    Classes,
    /// Numbers.
    Numbers,
    /// Either classes or numbers.
    Both,
    /// No label: what it predicts is not in the data.
    None,
}

impl Labels {
    /// Whether the kind can predict numbers.
    #[must_use]
    pub const fn has_numbers(self) -> bool {
        matches!(self, Self::Numbers | Self::Both)
    }
}

/// What a training loss measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossMeasure {
    /// Hinge loss: how far rows are on the wrong side of the margin.
    Hinge,
}

/// The size of a fit, for estimating its cost.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Number of rows.
    pub rows: f64,
    /// Number of rows times number of inputs.
    pub cells: f64,
    /// Number of logits.
    pub outputs: f64,
}

/// The result of fitting a kind that has no label: always an error.
pub(super) fn unjudged() -> Result<Fitted> {
    bail!("without a label a model cannot be compared with others")
}
