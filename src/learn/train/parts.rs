//! Parts: which rows train, validate and test, as `[data] split` says.
//!
//! Not here: the algorithms (`data::split`), the trials among training and validation rows (`trials`).

use crate::examples::Examples;
use crate::store::{HeadPlan, SplitBy, SplitPlan};
use anyhow::{Result, bail};
use floorwalker_data::split::{self, Folds, Shares, Split};

/// Splits `rows` as `plan` says; its folds are not used. The returned indices refer to all examples.
pub(super) fn split(
    plan: SplitPlan,
    heads: &[HeadPlan],
    examples: &Examples,
    rows: &[usize],
    seed: u64,
) -> Result<Split> {
    let shares = Shares { validation: plan.validation, test: plan.test };
    let local = match plan.by {
        SplitBy::Stratified => {
            let (ids, names) = strata(heads, examples, rows);
            split::stratified(&ids, &names, shares, seed)?
        }
        SplitBy::Shopper => {
            let shoppers: Vec<u32> = rows.iter().map(|&row| examples.shoppers[row]).collect();
            split::grouped(&shoppers, shares, seed)?
        }
        SplitBy::Time => {
            split::by_time(&rows.iter().map(|&row| examples.at_ms[row]).collect::<Vec<_>>(), shares)?
        }
    };
    let of = |part: Vec<usize>| part.into_iter().map(|at| rows[at]).collect();
    Ok(Split { train: of(local.train), validation: of(local.validation), test: of(local.test) })
}

/// The folds of a cross-validation over all rows.
pub(super) fn folds(
    by: SplitBy,
    n_folds: usize,
    heads: &[HeadPlan],
    examples: &Examples,
    seed: u64,
) -> Result<Folds> {
    let rows: Vec<usize> = (0..examples.n_rows()).collect();
    let (ids, names) = strata(heads, examples, &rows);
    match by {
        SplitBy::Stratified => split::stratified_folds(&ids, &names, n_folds, seed),
        SplitBy::Shopper => split::grouped_folds(&examples.shoppers, &ids, &names, n_folds, seed),
        SplitBy::Time => bail!("folds cannot be by time; use `test` and `validation` shares instead"),
    }
}

/// The stratum of each row: its class by the label of the first head that predicts classes. Rows without that label form a
/// stratum of their own. Without such a head all rows are in one stratum.
fn strata(heads: &[HeadPlan], examples: &Examples, rows: &[usize]) -> (Vec<u32>, Vec<String>) {
    let Some(plan) = heads.iter().find(|plan| plan.is_class()) else {
        return (vec![0; rows.len()], vec!["rows".to_owned()]);
    };
    let labels = &examples.labels[&plan.label];
    let name = |row: usize| labels[row].clone().unwrap_or_default();
    let mut names: Vec<String> = rows.iter().map(|&row| name(row)).collect();
    names.sort_unstable();
    names.dedup();
    let ids = rows.iter().map(|&row| names.binary_search(&name(row)).unwrap_or(0) as u32).collect();
    (ids, names)
}
