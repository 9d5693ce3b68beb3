//! Choosing the number of clusters: by silhouette or by elbow.
//!
//! ```text
//! silhouette of a row   (b − a) / max(a, b)     a: mean distance to its own cluster, b: to the nearest other
//! elbow                 the k whose inertia lies farthest below the line between the first and the last
//! ```
//!
//! Not here: the clusters themselves.

use super::k_means::partition;
use super::silhouette::silhouette;
use super::{Clusters, KMeansSettings};
use crate::kinds::distances::rows::finite;
use anyhow::{Result, ensure};
use ndarray::ArrayView2;

/// One number of clusters that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    /// Number of clusters.
    pub k: usize,
    /// Inertia, `Σ ‖x − c‖²`, in squared column units.
    pub inertia: f64,
    /// Mean silhouette; `None` for 1 cluster.
    pub silhouette: Option<f64>,
}

/// Inertia and silhouette by number of clusters, and the suggested number.
#[derive(Clone, Debug, PartialEq)]
pub struct Elbow {
    /// The numbers tried, in ascending order of `k`.
    pub tried: Vec<Tried>,
    /// The elbow of the inertia; `None` with fewer than 3 tried, or when the inertia never lies below the line.
    pub by_inertia: Option<usize>,
    /// The number with the largest silhouette, in a tie the smaller one; `None` when no silhouette could be measured.
    pub by_silhouette: Option<usize>,
    /// The number to suggest: by silhouette if it can be measured, else by inertia, else the smallest number tried.
    pub suggested: usize,
}

/// k-means for every number of clusters in `ks`, ascending, and the number to suggest.
///
/// # Errors
///
/// Fails for no `ks`, for `ks` that do not ascend, and like [`k_means`](fn@super::k_means).
///
/// # Source
///
/// The bend: Satopää, Albrecht, Irwin & Raghavan, *Finding a "Kneedle" in a Haystack* (2011), section 3, without their
/// smoothing. The silhouette: see [`silhouette`].
pub fn elbow(x: ArrayView2<'_, f32>, ks: &[usize], settings: &KMeansSettings) -> Result<Elbow> {
    ensure!(!ks.is_empty() && ks.windows(2).all(|pair| pair[0] < pair[1]), "numbers of clusters must ascend");
    let x = finite(&x)?;
    let try_one = |&k: &usize| -> Result<Tried> {
        let Clusters { assignment, inertia, .. } = partition(&x, k, settings)?;
        Ok(Tried { k, inertia, silhouette: silhouette(x.view(), &assignment, settings.seed) })
    };
    let tried = ks.iter().map(try_one).collect::<Result<Vec<_>>>()?;
    let by_silhouette = tried
        .iter()
        .filter_map(|tried| tried.silhouette.map(|s| (tried.k, s)))
        .fold(
            None,
            |best: Option<(usize, f64)>, new| if best.is_none_or(|b| new.1 > b.1) { Some(new) } else { best },
        )
        .map(|(k, _)| k);
    let by_inertia = knee(&tried);
    let suggested = by_silhouette.or(by_inertia).unwrap_or(ks[0]);
    Ok(Elbow { tried, by_inertia, by_silhouette, suggested })
}

/// The `k` that lies farthest below the line from the first to the last point.
pub(super) fn knee(tried: &[Tried]) -> Option<usize> {
    let (first, last) = (tried.first()?, tried.last()?);
    let width = (last.k - first.k) as f64;
    let below = |t: &Tried| {
        let share = (t.k - first.k) as f64 / width;
        first.inertia + share * (last.inertia - first.inertia) - t.inertia
    };
    let inner = tried.get(1..tried.len() - 1).unwrap_or(&[]);
    let best = inner
        .iter()
        .fold((None, 0.0), |best, t| if below(t) > best.1 { (Some(t.k), below(t)) } else { best });
    best.0
}
