//! Preparation: what the data are like, what is wrong with them, what of them matters. Pure functions; nothing is read or fitted.
//!
//! | room          | what is there                                                                    |
//! |---------------|----------------------------------------------------------------------------------|
//! | `column`      | one feature over all rows, one label as classes                                   |
//! | `clean`       | duplicates, impossible values, outliers; what each rule did to which rows         |
//! | `fill`        | what stands for a missing number                                                  |
//! | `bins`        | values as few bins, and counts of bins by class                                   |
//! | `relevance`   | entropy, mutual information, chi-squared, information gain; choosing features     |
//! | `permutation` | how much worse a model scores when a feature is shuffled                          |
//! | `leakage`     | features that know too much                                                       |
//! | `quality`     | columns and labels that look wrong                                                |
//! | `weights`     | class weights                                                                     |
//!
//! Invariants
//! - Functions take the rows that they may look at: what is learnt from training rows is learnt from them alone, and rows that
//!   are not named are neither changed nor dropped.
//! - Same rows, same settings: same bits. Sums run in row order in `f64`; logarithms are `libm`'s.
//!
//! Not here: what a value may be (`read`), encodings (`train`), joins (`join`).

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
use floorwalker_finding::Warning;

/// Everything about `rows` that an analyst should look at before believing a model of `label`, gravest first; of equal
/// severity in order of rule, then of feature.
///
/// - `rows`: training rows, or all of them: warnings change nothing.
///
/// Cost: `O(n_rows * n_features * log n_rows)`, and a comparison of every two number columns on at most 4,000 rows.
///
/// # Errors
///
/// A label that the examples do not have.
pub fn warnings(examples: &Examples, label: &str, rows: &[usize]) -> Result<Vec<Warning>> {
    let classes = Classes::new(examples, label, rows)?;
    let columns: Vec<FeatureColumn> =
        (0..examples.features.len()).map(|feature| FeatureColumn::new(examples, feature)).collect();
    let mut warnings = Vec::new();
    for (column, def) in columns.iter().zip(&examples.features) {
        warnings.extend(quality::column(&def.name, column, rows));
        // What is missing is part of what a feature tells: the narrower reason is given alone.
        let missing = leakage::missing_tells(&def.name, column, &classes, rows);
        warnings.extend(missing.or_else(|| leakage::too_good(&def.name, column, &classes, rows)));
    }
    warnings.extend(quality::near_duplicates(examples, &columns, rows));
    warnings.extend(quality::duplicate_rows(examples, rows));
    warnings.extend(quality::label(label, &classes));
    warnings.sort_by_key(|warning| (std::cmp::Reverse(warning.severity), warning.kind));
    Ok(warnings)
}
