//! Hidden: a perceptron's last hidden layer as a head of its own, so that a page, or a later head, has a profile as a vector.
//!
//! Not here: the copy (`train::hidden`), the perceptron (`mlp`).

use super::bench::{Bench, Fitted, Parts, Tuned};
use super::kind::{Kind, Labels, Size, unjudged};
use super::settings::{Read, Settings};
use anyhow::Result;

/// A hidden layer has no settings.
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
