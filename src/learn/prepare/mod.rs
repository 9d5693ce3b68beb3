//! Data preparation: describes the data, finds what is wrong with them, and ranks features. Pure functions; no file is read and
//! no model fitted.
//!
//! | module        | contents                                                                      |
//! |---------------|-------------------------------------------------------------------------------|
//! | `column`      | one feature over all rows, one label as classes                               |
//! | `clean`       | duplicates, impossible values, outliers; what each rule did to which rows     |
//! | `fill`        | the value that replaces a missing number                                      |
//! | `bins`        | binning of values, and counts by bin and class                                |
//! | `relevance`   | entropy, mutual information, chi-squared, information gain; choosing features |
//! | `permutation` | how much worse a model scores when a feature is shuffled                      |
//! | `leakage`     | features that leak the label                                                  |
//! | `quality`     | suspicious columns and labels                                                 |
//! | `weights`     | class weights                                                                 |
//!
//! Invariants
//! - Functions take the rows that they may use: whatever is computed from training rows depends on no other row, and rows that
//!   are not passed in are neither changed nor dropped.
//! - The same rows and settings give bit-identical results. Sums run in row order in `f64`; logarithms are `libm`'s.
//!
//! Not here: parsing of values (`read`), encodings (`train`), joins (`join`).

mod bins;
mod chi_squared;
mod clean;
mod column;
mod fill;
mod leakage;
mod permutation;
mod quality;
mod relevance;
#[cfg(test)]
mod tests;
mod weights;

pub use clean::{Cleaned, Step, clean};
pub use column::{Classes, FeatureColumn};
pub use fill::fill;
pub use permutation::{Importance, permutation};
pub use relevance::{Relevance, relevance, relevance_of, select, select_by};
pub use weights::{balanced, weights};

use crate::examples::Examples;
use anyhow::Result;
use floorwalker_finding::Finding;

/// All warnings about `rows` that an analyst should see before trusting a model of `label`: most severe first, then in order of
/// rule, then of feature.
///
/// - `rows`: training rows, or all rows, since warnings change nothing.
///
/// Cost: `O(n_rows * n_features * log n_rows)`, and a comparison of every pair of number columns on at most 4,000 rows.
///
/// # Errors
///
/// Fails for a label that the examples do not have.
pub fn warnings(examples: &Examples, label: &str, rows: &[usize]) -> Result<Vec<Finding>> {
    let classes = Classes::new(examples, label, rows)?;
    let columns: Vec<FeatureColumn> =
        (0..examples.features.len()).map(|feature| FeatureColumn::new(examples, feature)).collect();
    let mut warnings = Vec::new();
    for (column, def) in columns.iter().zip(&examples.features) {
        warnings.extend(quality::column(&def.name, column, rows));
        // A feature whose missing values predict the label may also be too good; only the more specific warning is given.
        let missing = leakage::missing_tells(&def.name, column, &classes, rows);
        warnings.extend(missing.or_else(|| leakage::too_good(&def.name, column, &classes, rows)));
    }
    warnings.extend(quality::near_duplicates(examples, &columns, rows));
    warnings.extend(quality::duplicate_rows(examples, rows));
    warnings.extend(quality::label(label, &classes));
    warnings.sort_by_key(|warning| (std::cmp::Reverse(warning.severity), warning.kind.rank()));
    Ok(warnings)
}
