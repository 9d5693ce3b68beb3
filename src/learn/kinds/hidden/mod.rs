//! A perceptron's last hidden layer as a head of its own: an embedding of the shopper for the page or a later head.
//!
//! Not here: copying the layer (`train::hidden`), the perceptron (`mlp`).

use super::bench::{Bench, Fitted, Parts, Tuned};
use super::kind::{Kind, Labels, Size, unjudged};
use super::settings::{Read, Settings};
use anyhow::Result;

/// The settings of `hidden`: there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HiddenSettings;

impl Read for HiddenSettings {
    fn read(_: &mut Settings) -> Result<Self> {
        Ok(Self)
    }
}

impl Kind for HiddenSettings {
    fn labels(&self) -> Labels {
        Labels::None
    }

    fn seconds(&self, _: Size) -> f64 {
        0.0
    }

    fn fit(&self, _: &dyn Bench, _: Parts<'_>, _: Tuned) -> Result<Fitted> {
        unjudged()
    }
}
