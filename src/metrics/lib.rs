//! Metrics: how good predictions are, each computed by a published formula that its comment cites.
//!
//! | symbol | shape                    | unit                                              |
//! |--------|--------------------------|---------------------------------------------------|
//! | `y`    | `[n_rows]`               | true class, below `n_classes`                     |
//! | `p`    | `[n_rows, n_classes]`    | probability, row-major; rows sum to 1             |
//! | `M`    | `[n_classes, n_classes]` | rows of true class `i` that were predicted as `j` |
//!
//! With two classes the second one is the positive class.
//!
//! Invariants
//! - Sums run in row order in `f64`: the same rows give the same value, whatever the number of threads.
//! - 0/0 is 0 for precision, recall and F1 (as scikit-learn does), and an undefined metric is `None`.
//!
//! Not here: which rows are measured (`split`), plots.

mod bootstrap;
mod confusion;
mod cost;
mod curves;
mod fairness;
mod histogram;
mod interval;
mod paired;
mod probability;
mod rand_index;
mod ranking;
mod regression;
mod reliability;
mod report;
#[cfg(test)]
mod tests;
mod threshold;

pub use bootstrap::{
    Resampling, accuracy_interval, auc_interval, bootstrap, bootstrap_all, bootstrap_mean, log_loss_interval,
};
pub use confusion::{ClassScores, Confusion, Means};
pub use cost::{CostCurve, CostPoint, Costs, cost_curve};
pub use curves::{Cut, PrPoint, RocPoint, average_precision, cuts, pr_points, roc_points};
pub use fairness::{Disparity, FOUR_FIFTHS, GroupRates, Grouped, disparities, group_rates};
pub use histogram::{Histogram, histogram, histogram_in};
pub use interval::{Interval, Z95, mean_interval, wilson};
pub use paired::{grouped_interval, is_as_good};
pub use probability::{N_BINS, brier, expected_calibration_error, log_loss};
pub use rand_index::adjusted_rand;
pub use ranking::{auc, auc_one_vs_rest};
pub use regression::{Regression, regression};
pub use reliability::{ReliabilityBin, reliability};
pub use report::Report;
pub use threshold::{BestF1, best_f1};

/// The most probable class of one row; the first one in a tie. 0 for an empty row.
pub fn argmax(row: &[f32]) -> usize {
    let mut best = 0;
    for (class, p) in row.iter().enumerate() {
        if *p > row[best] {
            best = class;
        }
    }
    best
}
