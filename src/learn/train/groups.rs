//! Cluster heads. They have no label, so their only quality measure is how well the clusters are separated.
//!
//! Invariants
//! - For k-means and hierarchical clustering the probability of a cluster is its posterior in a mixture of equal spherical
//!   Gaussians; for DBSCAN it is 1 for the cluster of the nearest core row.
//!
//! Not here: the fits (`kinds::clusters`).

use super::job::Job;
use super::made::{Choice, Made};
use super::rows::Rows;
use super::target::Target;
use crate::kinds::clusters::Clusters;
use crate::store::HeadPlan;
use anyhow::{Context, Result, ensure};
use floorwalker_engine::head::{BodyDef, CalibrationDef, Head, HeadDef, InputDef, Link, Scores};

/// Clusters the rows in `all`, and scores every row of the examples by the resulting head.
pub(super) fn fit(
    rows: &Rows<'_>,
    plan: &HeadPlan,
    inputs: &[InputDef],
    all: &[usize],
    seed: u64,
) -> Result<(Made, Vec<Scores>)> {
    ensure!(!inputs.is_empty(), "it reads no feature; name `inputs`, or declare [[features]]");
    let blank = vec![0.0; rows.examples.n_rows()];
    let target = Target { classes: Vec::new(), ids: Vec::new(), numbers: blank, has_two_outputs: false };
    let job = Job {
        rows,
        plan,
        inputs,
        target: &target,
        weights: None,
        seed,
        is_taught: false,
        has_two_outputs: false,
    };
    let encodings = job.encodings(all);
    let x = job.matrix(&encodings, all)?;
    ensure!(x.ncols() > 0, "every one of its features has a single value; add features that vary");
    let (clusters, mut notes) =
        plan.model.clusters(x.view(), seed)?.context("this kind makes no clusters")?;
    let n_outputs = match &clusters.body {
        BodyDef::Prototypes(def) => def.bias.len(),
        BodyDef::Linear(def) => def.bias.len(),
        _ => clusters.n,
    };
    let mut outputs: Vec<String> = (1..=clusters.n).map(|cluster| format!("cluster {cluster}")).collect();
    if n_outputs > clusters.n {
        outputs.push("noise".to_owned());
    }
    let slope = match clusters.body {
        BodyDef::Linear(_) => (1.0 / clusters.variance()) as f32,
        _ => 1.0,
    };
    let def = HeadDef {
        name: plan.name.clone(),
        outputs,
        link: Link::Softmax,
        inputs: inputs.to_vec(),
        encodings,
        body: clusters.body.clone(),
        calibration: CalibrationDef { slope, ..CalibrationDef::identity(n_outputs) },
        scope: None,
    };
    notes.insert(0, summary(&clusters));
    notes.extend(clusters.warnings);
    let head = Head::new(def.clone(), rows.examples.features.len(), &rows.heads)?;
    let everyone: Vec<usize> = (0..rows.examples.n_rows()).collect();
    let scores = rows.score(&head, &everyone);
    let choice = Choice { notes, losses: clusters.losses, ..Choice::unjudged(plan) };
    Ok((Made { on_train: def.clone(), def, choice }, scores))
}

fn summary(clusters: &Clusters) -> String {
    let mut sizes = vec![0_usize; clusters.n];
    let mut noise = 0;
    for cluster in &clusters.assignment {
        match cluster {
            Some(cluster) => sizes[*cluster as usize] += 1,
            None => noise += 1,
        }
    }
    let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    let noise = if noise > 0 { format!(", {noise} rows are noise") } else { String::new() };
    let apart = clusters.silhouette.map_or(String::new(), |mean| format!(", silhouette {mean:.3}"));
    format!(
        "{} clusters of {} rows{noise}{apart}; the page assigns {:.1} % of them to the same cluster as the fit",
        clusters.n,
        sizes.join(", "),
        100.0 * clusters.agreement
    )
}
