//! Space: the plans that `auto` lets run against each other, and what each is reckoned to cost.
//!
//! Invariants
//! - Cheap plans come first. The space depends on the rows' shape alone.
//!
//! Not here: running them (`race`).

use super::body::Job;
use crate::store::{ForestPlan, HeadPlan, MlpPlan, ModelKind, Predicts, TextPlan, TreesPlan};

/// Leaves, learning rate and rounds of the boosted trees that run: from what a small table can bear to what a large one asks for.
const BOOSTED: [(usize, f64, usize); 5] =
    [(4, 0.1, 100), (4, 0.1, 400), (8, 0.06, 300), (15, 0.05, 300), (31, 0.05, 300)];

/// Classes above which kinds that fit a model a class are left out, but for the linear ones.
const MANY_CLASSES: usize = 20;

/// Most bytes of a head that reads columns, unless the store says otherwise.
const MAX_BYTES: usize = 50_000;

/// Every plan that suits `job`.
pub(super) fn plans(job: &Job<'_>) -> Vec<HeadPlan> {
    let base = job.plan;
    let n_classes = job.target.classes.len();
    let of = |model: ModelKind| HeadPlan {
        model,
        predicts: if job.target.is_number() { Predicts::Number } else { Predicts::Class },
        ..base.clone()
    };
    let mut plans = Vec::new();
    if job.rows.examples.messages.iter().any(|message| !message.is_empty()) && n_classes > 0 {
        // A byte in the bundle is about a byte to fetch: a text model hardly compresses.
        let max_bytes = base.text.max_bytes.min(max_bytes(job));
        plans.push(HeadPlan { text: TextPlan { max_bytes }, ..of(ModelKind::Text) });
    }
    if job.inputs.is_empty() {
        return plans;
    }
    let simple: &[ModelKind] = match n_classes {
        0 => &[ModelKind::Ridge, ModelKind::Lasso, ModelKind::ElasticNet, ModelKind::Tree],
        _ => &[ModelKind::Bayes, ModelKind::Logistic, ModelKind::LinearSvm, ModelKind::Tree],
    };
    plans.extend(simple.iter().map(|&kind| of(kind)));
    if n_classes > MANY_CLASSES {
        return plans;
    }
    for (leaves, learning_rate, rounds) in BOOSTED {
        let trees = TreesPlan { leaves, learning_rate, rounds, early_stopping: true };
        plans.push(HeadPlan { trees, ..of(ModelKind::Trees) });
    }
    for kind in [ModelKind::Forest, ModelKind::ExtraTrees] {
        plans.push(HeadPlan { forest: ForestPlan { trees: 60, ..base.forest }, ..of(kind) });
    }
    plans.push(of(ModelKind::Neighbours));
    for hidden in [vec![16], vec![32, 16]] {
        plans.push(HeadPlan { mlp: MlpPlan { hidden }, ..of(ModelKind::Mlp) });
    }
    if n_classes > 0 {
        plans.push(of(ModelKind::Svm));
    }
    plans
}

/// Most bytes that a plan of `job` may take in the page, compressed.
pub(super) fn max_bytes(job: &Job<'_>) -> usize {
    let usual = if job.inputs.is_empty() { job.plan.text.max_bytes } else { MAX_BYTES };
    job.plan.choice.max_bytes.unwrap_or(usual)
}

/// What one fit of `job` on `n_rows` is reckoned at, in seconds of one core as of 2020.
///
/// Only the order of magnitude matters: it keeps a race within its budget on every machine alike, where a clock would let a busy
/// machine choose another model.
pub(super) fn seconds(job: &Job<'_>, n_rows: usize) -> f64 {
    let rows = n_rows as f64;
    let cells = rows * job.inputs.len().max(1) as f64;
    let outputs = job.n_outputs() as f64;
    let plan = job.plan;
    match plan.model {
        ModelKind::Bayes => 1e-7 * cells * outputs,
        ModelKind::Linear | ModelKind::Ridge | ModelKind::Lasso | ModelKind::ElasticNet => 5e-7 * cells,
        ModelKind::Logistic | ModelKind::LinearSvm => 4e-6 * cells * outputs,
        ModelKind::Tree => 3e-7 * cells * outputs,
        ModelKind::Trees => 2.5e-9 * cells * outputs * (plan.trees.rounds * plan.trees.leaves) as f64,
        ModelKind::Forest | ModelKind::ExtraTrees => 1e-7 * cells * outputs * plan.forest.trees as f64,
        ModelKind::Neighbours => 5e-6 * cells,
        ModelKind::Mlp => 1e-6 * cells * plan.mlp.hidden.iter().sum::<usize>() as f64,
        ModelKind::Svm => 2e-8 * cells * rows.min(5e3) * outputs,
        ModelKind::Fusion => 1e-6 * rows * outputs,
        ModelKind::Text => 2e-4 * rows * outputs.sqrt(),
        ModelKind::Auto
        | ModelKind::KMeans
        | ModelKind::Dbscan
        | ModelKind::Agglomerative
        | ModelKind::Hidden => 0.0,
    }
}
