//! Nearest neighbours as a kind of model.

use super::{Distance, NeighboursSettings, neighbours};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned, over_columns};
use crate::kinds::kind::{Kind, Labels, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::Result;
use serde::Deserialize;

/// The `neighbours` table: settings of nearest neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NearestSettings {
    /// Number of nearest rows that vote.
    pub k: u16,
    /// The distance between rows.
    pub distance: Distance,
    /// Most bytes of kept rows, before compression.
    pub max_bytes: usize,
}

impl Default for NearestSettings {
    fn default() -> Self {
        let usual = NeighboursSettings::default();
        Self { k: usual.k, distance: usual.distance, max_bytes: usual.max_bytes }
    }
}

impl Read for NearestSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("neighbours")
    }
}

impl Kind for NearestSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn seconds(&self, size: Size) -> f64 {
        5e-6 * size.cells
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        over_columns(bench, parts, |rows| {
            let settings = NeighboursSettings {
                k: self.k,
                distance: self.distance,
                max_bytes: self.max_bytes,
                seed: bench.seed(),
            };
            let kept = neighbours(rows, &settings)?;
            Ok((kept.fit, kept.warnings))
        })
    }
}
