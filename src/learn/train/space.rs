//! The search space of `auto`: the plans that race against each other, and the estimated cost of each for a given number of rows
//! and inputs.
//!
//! Invariants
//! - Cheap plans come first. The space depends only on the shape of the data, not on its values.
//!
//! Not here: running them (`race`).

use super::job::Job;
use crate::kinds::auto::AutoSettings;
use crate::kinds::forest::{ExtraSettings, ForestTable, RandomSettings, TreeSettings};
use crate::kinds::margin::LinearMachine;
use crate::kinds::mlp::PerceptronSettings;
use crate::kinds::regression::{ElasticNetSettings, LassoSettings, RidgeSettings};
use crate::kinds::text::MessageSettings;
use crate::kinds::trees::TreesSettings;
use crate::kinds::{Model, Size};
use crate::store::{HeadPlan, Predicts};

/// Hyperparameters of the boosted trees that race, as leaves, learning rate and rounds: from ones for small tables to ones for
/// large tables.
const BOOSTED: [(usize, f64, usize); 5] =
    [(4, 0.1, 100), (4, 0.1, 400), (8, 0.06, 300), (15, 0.05, 300), (31, 0.05, 300)];

/// With more classes than this, only linear models, Bayes and a single tree race: the other kinds fit one model per class.
const MANY_CLASSES: usize = 20;

/// Most compressed bytes of a head that reads columns, unless the store says otherwise.
const MAX_BYTES: usize = 50_000;

/// Number of trees of a forest in the race.
const FOREST: usize = 60;

/// Every plan that suits `job`, whose own plan is `auto`.
pub(super) fn plans(job: &Job<'_>, auto: &AutoSettings) -> Vec<HeadPlan> {
    let n_classes = job.target.classes.len();
    let plan = |model: Model| HeadPlan {
        model,
        predicts: if job.target.is_number() { Predicts::Number } else { Predicts::Class },
        ..job.plan.clone()
    };
    let mut models = Vec::new();
    if job.rows.examples.messages.iter().any(|message| !message.is_empty()) && n_classes > 0 {
        // A text model hardly compresses, so its bytes in the bundle count as compressed bytes.
        let max_bytes = auto.text.max_bytes.min(max_bytes(job));
        models.push(Model::Text(MessageSettings { max_bytes, ..auto.text.clone() }));
    }
    if job.inputs.is_empty() {
        return models.into_iter().map(plan).collect();
    }
    let alpha = auto.alpha;
    models.extend(match n_classes {
        0 => [
            Model::Ridge(RidgeSettings { alpha }),
            Model::Lasso(LassoSettings { alpha }),
            Model::ElasticNet(ElasticNetSettings { alpha }),
            Model::Tree(TreeSettings),
        ],
        _ => [
            Model::Bayes(auto.bayes),
            Model::Logistic(auto.logistic),
            Model::LinearSvm(LinearMachine { c: auto.svm.c }),
            Model::Tree(TreeSettings),
        ],
    });
    if n_classes > MANY_CLASSES {
        return models.into_iter().map(plan).collect();
    }
    models.extend(BOOSTED.map(|(leaves, learning_rate, rounds)| {
        Model::Trees(TreesSettings { leaves, learning_rate, rounds, early_stopping: true })
    }));
    let forest = ForestTable { trees: FOREST, leaves: auto.forest.leaves };
    models.push(Model::Forest(RandomSettings(forest)));
    models.push(Model::ExtraTrees(ExtraSettings(forest)));
    models.push(Model::Neighbours(auto.neighbours));
    models.extend([vec![16], vec![32, 16]].map(|hidden| Model::Mlp(PerceptronSettings { hidden })));
    if n_classes > 0 {
        models.push(Model::Svm(auto.svm));
    }
    models.into_iter().map(plan).collect()
}

/// Most compressed bytes that a plan of `job` may take in the bundle.
pub(super) fn max_bytes(job: &Job<'_>) -> usize {
    let of_text = job.plan.model.text().map_or(MAX_BYTES, |text| text.max_bytes);
    let usual = if job.inputs.is_empty() { of_text } else { MAX_BYTES };
    job.plan.choice.max_bytes.unwrap_or(usual)
}

/// Estimated seconds of one fit of `job` on `n_rows` rows.
pub(super) fn seconds(job: &Job<'_>, n_rows: usize) -> f64 {
    let rows = n_rows as f64;
    let cells = rows * job.inputs.len().max(1) as f64;
    job.plan.model.seconds(Size { rows, cells, outputs: job.n_outputs() as f64 })
}
