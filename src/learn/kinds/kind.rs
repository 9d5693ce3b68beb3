//! What every kind of model can say of itself, and do.

use super::bench::{Bench, Fitted, Parts, Tuned};
use super::fit::Clusters;
use anyhow::{Result, bail};
use ndarray::ArrayView2;
use std::fmt::Debug;

/// A kind of model with its settings.
pub trait Kind: Debug + Send + Sync {
    /// What it predicts.
    fn labels(&self) -> Labels {
        Labels::Classes
    }

    /// Whether it reads the message, and nothing else.
    fn reads_message(&self) -> bool {
        false
    }

    /// Whether it weighs earlier heads by how much each has to go by.
    fn weighs_experts(&self) -> bool {
        false
    }

    /// Whether each of two classes has an output of its own; else one logit tells them apart.
    fn has_output_a_class(&self) -> bool {
        false
    }

    /// Whether its fit goes back to the step at which validation rows were predicted best.
    fn stops_early(&self) -> bool {
        false
    }

    /// Of what its losses are, where that does not follow from the label.
    fn loss_measure(&self) -> Option<LossMeasure> {
        None
    }

    /// What one fit is reckoned at, in seconds of one core as of 2020.
    ///
    /// Only the order of magnitude matters: it keeps a race within its budget on every machine alike, where a clock would let a busy
    /// machine choose another model.
    fn seconds(&self, size: Size) -> f64;

    /// Fits it.
    ///
    /// # Errors
    ///
    /// Rows or settings that it cannot learn by.
    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted>;

    /// Groups rows, `[n_rows, n_columns]`, and says how the groups came about; `None` for a kind that makes none.
    ///
    /// # Errors
    ///
    /// Rows or settings that it cannot group by.
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
    /// Either.
    Both,
    /// Nothing that is in the data: it has no label.
    None,
}

impl Labels {
    /// Whether numbers are among them.
    #[must_use]
    pub const fn has_numbers(self) -> bool {
        matches!(self, Self::Numbers | Self::Both)
    }
}

/// What a loss measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossMeasure {
    /// Hinge loss: how far rows are on the wrong side of the margin.
    Hinge,
}

/// How large a fit is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Rows.
    pub rows: f64,
    /// Rows times inputs.
    pub cells: f64,
    /// Logits.
    pub outputs: f64,
}

/// A fit by a kind that has no label.
pub(super) fn unjudged() -> Result<Fitted> {
    bail!("without a label there is nothing to be judged by")
}
