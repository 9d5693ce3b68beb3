//! Clusters: groups of similar rows, by k-means over number columns. They only describe the data; nothing of them enters the bundle.
//!
//! The columns used are numbers with more than two values that are present in at least half of the rows. Each is clipped to its
//! 0.5–99.5 % quantiles and standardised; a missing value becomes the mean.
//!
//! Invariants
//! - Clusters are numbered from 1, the largest first.
//!
//! Not here: k-means, the number of clusters, merges (`kinds::clusters`).

use super::components::components;
use super::profile::learnt_from;
use crate::data::{ClusterColumn, Clusters, Merge, Point};
use anyhow::{Context, Result, ensure};
use floorwalker_learn::kinds::clusters::{
    AgglomerativeSettings, KMeansSettings, agglomerative, elbow, k_means,
};
use floorwalker_learn::prepare::FeatureColumn;
use floorwalker_learn::train::Trained;
use ndarray::{Array2, Axis};

/// Smallest number of columns for which clusters are made by default, and largest number of columns that is allowed.
const MIN_COLUMNS: usize = 3;
const MAX_COLUMNS: usize = 200;
/// Largest number of rows for which clusters are made by default.
const MAX_ROWS_UNASKED: usize = 50_000;
/// Largest number of rows that are clustered (evenly spaced), and of those that are merged into a dendrogram.
const MAX_ROWS: usize = 2_000;
const MAX_MERGED: usize = 200;
/// Numbers of clusters that are tried.
const KS: std::ops::RangeInclusive<usize> = 2..=8;
/// Share of the rows that is clipped at each end.
const CLIP: f64 = 0.005;

/// A column that is used for clustering.
struct Scaled {
    name: String,
    /// Original values; NaN where missing.
    values: Vec<f32>,
    /// Clipped and standardised values.
    scaled: Vec<f32>,
}

/// The clusters. `None` if the store declines them, or if it says nothing about them and there are too many rows, or too few columns
/// or distinct rows.
///
/// # Errors
///
/// The number of suitable columns is out of range; k-means, the dendrogram or the principal components cannot be computed.
pub(super) fn clusters(asked: Option<bool>, seed: u64, trained: &Trained) -> Result<Option<Clusters>> {
    let learnt = learnt_from(trained);
    if asked == Some(false) || asked.is_none() && learnt.len() > MAX_ROWS_UNASKED {
        return Ok(None);
    }
    let rows = evenly(&learnt, MAX_ROWS);
    let examples = &trained.examples;
    let columns: Vec<Scaled> = (0..examples.features.len())
        .filter_map(|feature| {
            let FeatureColumn::Number(numbers) = FeatureColumn::new(examples, feature) else { return None };
            scaled(&examples.features[feature].name, rows.iter().map(|&row| numbers[row]).collect())
        })
        .collect();
    if asked.is_none() && columns.len() < MIN_COLUMNS {
        return Ok(None);
    }
    ensure!(
        (2..=MAX_COLUMNS).contains(&columns.len()),
        "[report] clusters: {} number columns vary; from 2 to {MAX_COLUMNS} are needed",
        columns.len()
    );
    let x = Array2::from_shape_fn((rows.len(), columns.len()), |(row, column)| columns[column].scaled[row]);
    if asked.is_none() && n_different(&x) <= *KS.start() {
        return Ok(None);
    }
    found(seed, &x, &columns, learnt.len()).map(Some)
}

/// At most `most` of the rows, evenly spaced.
fn evenly(rows: &[usize], most: usize) -> Vec<usize> {
    let n = rows.len().min(most);
    (0..n).map(|i| rows[i * rows.len() / n]).collect()
}

/// Clips and standardises a column; `None` if it has at most two values, or is missing in more than half of the rows.
fn scaled(name: &str, values: Vec<f32>) -> Option<Scaled> {
    let mut present: Vec<f32> = values.iter().copied().filter(|value| value.is_finite()).collect();
    present.sort_unstable_by(f32::total_cmp);
    let mut distinct = present.clone();
    distinct.dedup();
    if 2 * present.len() < values.len() || distinct.len() <= 2 {
        return None;
    }
    let at = |share: f64| present[((present.len() - 1) as f64 * share).round() as usize];
    let (low, high) = (at(CLIP), at(1.0 - CLIP));
    // A column that is nearly always 0 must not be clipped to the constant 0.
    let (low, high) = if low < high { (low, high) } else { (present[0], *present.last()?) };
    let clipped = || present.iter().map(|value| f64::from(value.clamp(low, high)));
    let n = present.len() as f64;
    let mean = clipped().sum::<f64>() / n;
    let spread = (clipped().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
    let standard = |value: &f32| {
        if value.is_finite() { ((f64::from(value.clamp(low, high)) - mean) / spread) as f32 } else { 0.0 }
    };
    Some(Scaled { name: name.to_owned(), scaled: values.iter().map(standard).collect(), values })
}

fn found(seed: u64, x: &Array2<f32>, columns: &[Scaled], n_rows: usize) -> Result<Clusters> {
    let settings = KMeansSettings { seed, ..KMeansSettings::default() };
    let ks: Vec<usize> = KS.filter(|k| *k < n_different(x)).collect();
    let tried = elbow(x.view(), &ks, &settings)?;
    let clusters = k_means(x.view(), tried.suggested, &settings)?;
    let assignment: Vec<usize> = clusters.assignment.iter().map(|c| c.unwrap_or(0) as usize).collect();
    let number = by_size(&assignment, clusters.n);
    let on = components(x).context("the columns do not vary")?;
    let merged = x.select(Axis(0), &evenly(&(0..x.nrows()).collect::<Vec<_>>(), MAX_MERGED));
    let settings = AgglomerativeSettings { seed, ..AgglomerativeSettings::default() };
    let tree = agglomerative(merged.view(), 1, &settings)?;
    let means = |column: &Scaled| {
        let mean = |cluster: Option<usize>| {
            let rows = column.values.iter().zip(&assignment);
            let of = |(value, at): (&f32, &usize)| {
                (value.is_finite() && cluster.is_none_or(|c| number[*at] == c)).then_some(f64::from(*value))
            };
            let values: Vec<f64> = rows.filter_map(of).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        ClusterColumn {
            name: column.name.clone(),
            mean: mean(None),
            means: (1..=clusters.n).map(|cluster| mean(Some(cluster))).collect(),
        }
    };
    let point = |(&(x, y), at): (&(f64, f64), &usize)| Point { x, y, cluster: Some(number[*at] as u32) };
    Ok(Clusters {
        rows: n_rows as u64,
        columns: columns.iter().map(means).collect(),
        points: on.points.iter().zip(&assignment).map(point).collect(),
        explained: Some(on.explained),
        elbow: tried.tried.iter().map(|tried| (tried.k, tried.inertia)).collect(),
        silhouette: tried.tried.iter().filter_map(|tried| Some((tried.k, tried.silhouette?))).collect(),
        chosen: Some(tried.suggested),
        merges: tree
            .merges
            .iter()
            .map(|m| Merge { a: m.a as usize, b: m.b as usize, height: m.height, size: m.size as usize })
            .collect(),
    })
}

/// Number of distinct rows.
fn n_different(x: &Array2<f32>) -> usize {
    let mut rows: Vec<Vec<u32>> =
        x.outer_iter().map(|row| row.iter().map(|value| value.to_bits()).collect()).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.len()
}

/// The number of each cluster in the report: 1 for the largest; ties are in the original order.
fn by_size(assignment: &[usize], n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&cluster| std::cmp::Reverse(assignment.iter().filter(|&&at| at == cluster).count()));
    let mut number = vec![0; n];
    order.into_iter().zip(1..).for_each(|(cluster, at)| number[cluster] = at);
    number
}
