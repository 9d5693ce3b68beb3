//! Races and prediction sets: how each head was chosen, and what its sets promise.
//!
//! Not here: choosing (`train`).

use crate::data::{Candidate, ConformalRow, ConformalSets, Family, Measure, Race};
use floorwalker_finding::text::Text;
use floorwalker_learn::store::{HeadPlan, KernelPlan, ModelKind, Solver, Store};
use floorwalker_learn::train::{Baseline, Entrant, Runner, Trained};
use floorwalker_metrics::{Interval, wilson};

/// One race a head that had rows to be judged by; baselines stand at its end.
pub(super) fn races(store: &Store, trained: &Trained) -> Vec<Race> {
    let with_trials = store.heads.iter().zip(&trained.choices).filter(|(_, choice)| choice.n_trials > 0);
    with_trials
        .map(|(plan, choice)| {
            let is_number = plan.is_number();
            let n_classes = trained.measured(plan).map_or(0, |measured| measured.report.classes.len());
            Race {
                head: plan.name.clone(),
                measure: if is_number { Measure::Rmse } else { Measure::LogLoss },
                candidates: choice
                    .entrants
                    .iter()
                    .map(|entrant| candidate(entrant, is_number, n_classes))
                    .collect(),
            }
        })
        .collect()
}

/// One row a head: what its sets were asked to hold, and what they held.
pub(super) fn sets(store: &Store, trained: &Trained) -> Vec<ConformalSets> {
    let heads = store.heads.iter().zip(&trained.sets);
    heads
        .filter_map(|(plan, tally)| {
            let tally = (*tally)?;
            let rows = tally.rows.max(1) as f64;
            let row = ConformalRow {
                asked: plan.choice.coverage,
                measured: wilson(tally.hits, tally.rows)?,
                mean_size: tally.classes as f64 / rows,
                single: Some(tally.single as f64 / rows),
            };
            Some(ConformalSets { head: plan.name.clone(), rows: vec![row] })
        })
        .collect()
}

fn candidate(entrant: &Entrant, is_number: bool, n_classes: usize) -> Candidate {
    let (family, settings) = match &entrant.runner {
        Runner::Model(plan) => (family(plan.model, n_classes), settings(plan)),
        Runner::Baseline(baseline) => (baseline_family(*baseline, is_number), Text::default()),
    };
    // Squared units are shown as units.
    let root = |loss: Interval| Interval {
        value: loss.value.max(0.0).sqrt(),
        low: loss.low.max(0.0).sqrt(),
        high: loss.high.max(0.0).sqrt(),
    };
    Candidate {
        family,
        settings,
        loss: entrant.loss.map(|loss| if is_number { root(loss) } else { loss }),
        auc: entrant.auc,
        accuracy: entrant.accuracy,
        bytes: entrant.bytes.map(|bytes| bytes as u64),
        verdict: entrant.verdict.clone(),
    }
}

fn baseline_family(baseline: Baseline, is_number: bool) -> Family {
    match baseline {
        Baseline::Majority if is_number => Family::Median,
        Baseline::Majority => Family::Majority,
        Baseline::Prior if is_number => Family::Mean,
        Baseline::Prior => Family::Prior,
        Baseline::LastValue => Family::LastValue,
    }
}

/// The family of a kind.
pub(super) fn family(kind: ModelKind, n_classes: usize) -> Family {
    match kind {
        ModelKind::Logistic if n_classes > 2 => Family::Softmax,
        ModelKind::Logistic | ModelKind::Auto => Family::Logistic,
        ModelKind::Linear => Family::LinearRegression,
        ModelKind::Ridge => Family::Ridge,
        ModelKind::Lasso => Family::Lasso,
        ModelKind::ElasticNet => Family::ElasticNet,
        ModelKind::Trees => Family::Boosting,
        ModelKind::Text => Family::Text,
        ModelKind::Fusion => Family::Other("fusion".to_owned()),
        ModelKind::Bayes => Family::Other("naive Bayes".to_owned()),
        ModelKind::Tree => Family::DecisionTree,
        ModelKind::Forest => Family::RandomForest,
        ModelKind::ExtraTrees => Family::ExtraTrees,
        ModelKind::Mlp => Family::Perceptron,
        ModelKind::LinearSvm => Family::LinearSvm,
        ModelKind::Svm => Family::KernelSvm,
        ModelKind::Neighbours => Family::Neighbours,
        ModelKind::KMeans => Family::KMeans,
        ModelKind::Dbscan => Family::Dbscan,
        ModelKind::Agglomerative => Family::Agglomerative,
        ModelKind::Hidden => Family::Perceptron,
    }
}

/// What sets one plan of a kind apart from another, in words.
pub fn settings(plan: &HeadPlan) -> Text {
    match plan.model {
        ModelKind::Trees => {
            let floorwalker_learn::store::TreesPlan { rounds, leaves, learning_rate, .. } = plan.trees;
            Text::new(
                format!("{leaves} leaves, rate {learning_rate}, at most {rounds} rounds"),
                format!("{leaves} 片叶，学习率 {learning_rate}，至多 {rounds} 轮"),
            )
        }
        ModelKind::Forest | ModelKind::ExtraTrees => {
            let floorwalker_learn::store::ForestPlan { trees, leaves } = plan.forest;
            Text::new(format!("{trees} trees, {leaves} leaves"), format!("{trees} 棵树，{leaves} 片叶"))
        }
        ModelKind::Mlp => {
            let units: Vec<String> = plan.mlp.hidden.iter().map(ToString::to_string).collect();
            let units = units.join(" – ");
            Text::new(format!("{units} units"), format!("{units} 个单元"))
        }
        ModelKind::Svm => match plan.svm.kernel {
            KernelPlan::Rbf => Text::new("Gaussian kernel", "高斯核"),
            KernelPlan::Polynomial(degree) => {
                Text::new(format!("polynomial kernel of degree {degree}"), format!("{degree} 次多项式核"))
            }
        },
        ModelKind::Logistic => match plan.solver {
            Solver::QuasiNewton => Text::default(),
            Solver::FullBatch => Text::new("full-batch descent", "全批量梯度下降"),
            Solver::Stochastic => Text::new("stochastic descent", "随机梯度下降"),
        },
        ModelKind::Text => {
            let bytes = plan.text.max_bytes;
            Text::new(format!("at most {bytes} bytes"), format!("至多 {bytes} 字节"))
        }
        _ => Text::default(),
    }
}
