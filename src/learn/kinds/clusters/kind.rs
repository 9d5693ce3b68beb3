//! Clusterings as kinds of model: k-means, DBSCAN and agglomerative.

use super::{
    AgglomerativeSettings, Clusters, DbscanSettings, KMeansSettings, agglomerative, dbscan, elbow, k_means,
};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned};
use crate::kinds::kind::{Kind, Labels, Size, unjudged};
use crate::kinds::settings::{Read, Settings};
use anyhow::{Result, ensure};
use ndarray::ArrayView2;
use serde::Deserialize;

/// Numbers of clusters that are tried when the store names none.
const TRIED: std::ops::RangeInclusive<usize> = 2..=10;

/// The `clusters` table of k-means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeansSettings(pub Number);

/// The `clusters` table of agglomerative clustering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergingSettings(pub Number);

/// The number of clusters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Number {
    /// Number of clusters. Default: the number from 2 to 10 with the best silhouette.
    pub k: Option<usize>,
}

/// The `clusters` table of DBSCAN, which finds the number of clusters itself.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DensitySettings {
    /// Largest distance between neighbouring rows, in standard deviations.
    pub eps: f32,
    /// Least number of rows within `eps` that make a row a core row.
    pub min_rows: usize,
    /// Most bytes of core rows, before compression.
    pub max_bytes: usize,
}

impl Default for DensitySettings {
    fn default() -> Self {
        let usual = DbscanSettings::default();
        Self { eps: usual.eps, min_rows: usual.min_rows, max_bytes: usual.max_bytes }
    }
}

impl Number {
    fn read(settings: &mut Settings) -> Result<Self> {
        let number: Self = settings.take_or("clusters")?;
        ensure!(number.k.is_none_or(|k| k >= 2), "`k` must be at least 2");
        Ok(number)
    }

    /// The number of clusters, and notes on how it was chosen.
    fn of(self, x: ArrayView2<'_, f32>, seed: u64) -> Result<(usize, Vec<String>)> {
        if let Some(k) = self.k {
            return Ok((k, Vec::new()));
        }
        let ks: Vec<usize> = TRIED.filter(|&k| k < x.nrows()).collect();
        let found = elbow(x, &ks, &KMeansSettings { seed, ..KMeansSettings::default() })?;
        let silhouettes: Vec<String> = found
            .tried
            .iter()
            .map(|tried| format!("{}: {:.3}", tried.k, tried.silhouette.unwrap_or(f64::NAN)))
            .collect();
        let note = format!("silhouette by number of clusters: {}", silhouettes.join(", "));
        Ok((found.suggested, vec![note]))
    }
}

impl Read for MeansSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        Number::read(settings).map(Self)
    }
}

impl Read for MergingSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        Number::read(settings).map(Self)
    }
}

impl Read for DensitySettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        let found: Self = settings.take_or("clusters")?;
        ensure!(found.eps > 0.0, "`eps` must be above 0");
        Ok(found)
    }
}

impl Kind for MeansSettings {
    fn labels(&self) -> Labels {
        Labels::None
    }

    fn seconds(&self, _: Size) -> f64 {
        0.0
    }

    fn fit(&self, _: &dyn Bench, _: Parts<'_>, _: Tuned) -> Result<Fitted> {
        unjudged()
    }

    fn clusters(&self, x: ArrayView2<'_, f32>, seed: u64) -> Result<Option<(Clusters, Vec<String>)>> {
        let (k, notes) = self.0.of(x, seed)?;
        Ok(Some((k_means(x, k, &KMeansSettings { seed, ..KMeansSettings::default() })?, notes)))
    }
}

impl Kind for MergingSettings {
    fn labels(&self) -> Labels {
        Labels::None
    }

    fn seconds(&self, _: Size) -> f64 {
        0.0
    }

    fn fit(&self, _: &dyn Bench, _: Parts<'_>, _: Tuned) -> Result<Fitted> {
        unjudged()
    }

    fn clusters(&self, x: ArrayView2<'_, f32>, seed: u64) -> Result<Option<(Clusters, Vec<String>)>> {
        let (k, notes) = self.0.of(x, seed)?;
        let settings = AgglomerativeSettings { seed, ..AgglomerativeSettings::default() };
        Ok(Some((agglomerative(x, k, &settings)?.clusters, notes)))
    }
}

impl Kind for DensitySettings {
    fn labels(&self) -> Labels {
        Labels::None
    }

    fn seconds(&self, _: Size) -> f64 {
        0.0
    }

    fn fit(&self, _: &dyn Bench, _: Parts<'_>, _: Tuned) -> Result<Fitted> {
        unjudged()
    }

    fn clusters(&self, x: ArrayView2<'_, f32>, seed: u64) -> Result<Option<(Clusters, Vec<String>)>> {
        let Self { eps, min_rows, max_bytes } = *self;
        Ok(Some((dbscan(x, &DbscanSettings { eps, min_rows, max_bytes, seed })?, Vec::new())))
    }
}
