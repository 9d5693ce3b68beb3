//! Class weights: rows of rare classes weigh more.
//!
//! Not here: decision thresholds, the alternative for imbalanced classes (`metrics`).

use super::column::Classes;
use crate::store::WeightPlan;
use anyhow::{Context, Result, ensure};

/// Weight of each row by its class: `n / (k n_c)`, so that every class has the same total weight and the weights sum to `n`.
///
/// - `ids`: `[n_rows]`, below `n_classes`. Classes without rows do not count towards `k`.
///
/// # Source
///
/// King & Zeng, *Logistic Regression in Rare Events Data* (2001), section 3.2; scikit-learn's `class_weight="balanced"`.
#[must_use]
pub fn balanced(ids: &[u32], n_classes: usize) -> Vec<f32> {
    let mut counts = vec![0_usize; n_classes];
    ids.iter().for_each(|&id| counts[id as usize] += 1);
    let k = counts.iter().filter(|&&count| count > 0).count();
    let weight = |&id: &u32| (ids.len() as f64 / (k as f64 * counts[id as usize] as f64)) as f32;
    ids.iter().map(weight).collect()
}

/// Weight of each of `rows`, which all have a class. `[rows.len()]`, positive.
///
/// # Errors
///
/// Fails for a row without a class, and for given weights that name an unknown class, leave one out, or are not positive.
pub fn weights(classes: &Classes, rows: &[usize], plan: &WeightPlan) -> Result<Vec<f32>> {
    let id = |&row: &usize| {
        classes.ids[row]
            .with_context(|| format!("row {} has no label; leave it out before weighting", row + 1))
    };
    let ids: Vec<u32> = rows.iter().map(id).collect::<Result<_>>()?;
    match plan {
        WeightPlan::Equal => Ok(vec![1.0; ids.len()]),
        WeightPlan::Balanced => Ok(balanced(&ids, classes.names.len())),
        WeightPlan::Given(given) => {
            let names = classes.names.join(", ");
            for (name, weight) in given {
                ensure!(
                    classes.names.contains(name),
                    "a weight is given for class `{name}`, which does not exist; the classes are {names}"
                );
                ensure!(
                    weight.is_finite() && *weight > 0.0 && *weight as f32 > 0.0,
                    "class `{name}` has weight {weight}; give a number above 0"
                );
            }
            let of_class = |name: &String| {
                let weight = given
                    .get(name)
                    .with_context(|| format!("class `{name}` has no weight; give one for every class"))?;
                Ok(*weight as f32)
            };
            let by_class: Vec<f32> = classes.names.iter().map(of_class).collect::<Result<_>>()?;
            Ok(ids.iter().map(|&id| by_class[id as usize]).collect())
        }
    }
}
