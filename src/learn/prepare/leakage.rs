//! Label leakage: features that predict the label too well, because they were made from the label or after it was known.
//!
//! | rule          | warns when                                                                                                           |
//! |---------------|----------------------------------------------------------------------------------------------------------------------|
//! | too good      | AUC of a number for a class against the rest ≥ 0.98 (or ≤ 0.02), or mutual information ≥ 95 % of the label's entropy |
//! | missing tells | AUC of the presence of a value for a class against the rest ≥ 0.9 (or ≤ 0.1)                                         |
//! | after label   | a time in a row lies at or after the row's own (checked by `join`)                                                   |
//!
//! Nothing is concluded from a class, or from present or missing values, with fewer than [`MIN_ROWS`] rows.
//!
//! Not here: joins, which refuse values known only later (`join`).

use super::column::{Classes, FeatureColumn};
use super::relevance::relevance_of;
use floorwalker_finding::{Finding, Kind};
use floorwalker_metrics::auc;

/// From this AUC on, a single feature is too good to be true; legitimate features in shop data reach about 0.8 at most.
const TOO_GOOD_AUC: f64 = 0.98;

/// From this share of the label's entropy on, a single feature is too good to be true.
const TOO_GOOD_SHARE: f64 = 0.95;

/// From this AUC of the presence of a value on, the column may have been filled in after the label was known.
const MISSING_AUC: f64 = 0.9;

/// Nothing is concluded from a class with fewer rows than this.
const MIN_ROWS: usize = 10;

/// Most classes that are tested one-against-rest, the most frequent first; the others are judged by mutual information alone.
const MAX_CLASSES: usize = 32;

/// A warning when `column` alone predicts the label almost perfectly.
pub(super) fn too_good(
    name: &str,
    column: &FeatureColumn,
    classes: &Classes,
    rows: &[usize],
) -> Option<Finding> {
    if let FeatureColumn::Number(numbers) = column {
        let present: Vec<usize> = rows.iter().copied().filter(|&row| !numbers[row].is_nan()).collect();
        // A perfect AUC says little about a feature that is mostly missing.
        if present.len() * 2 >= rows.len() {
            let found = best_class(classes, &present, |row| numbers[row]);
            if let Some((class, area)) = found.filter(|&(_, area)| area.max(1.0 - area) >= TOO_GOOD_AUC) {
                return Some(Finding::new(name, Kind::TooGood { class: class.to_owned(), auc: area }));
            }
        }
    }
    let told = relevance_of(name, column, classes, rows);
    let enough = told.n_rows >= 2 * MIN_ROWS && told.normalised >= TOO_GOOD_SHARE;
    enough.then(|| Finding::new(name, Kind::TooInformative { share: told.normalised }))
}

/// A warning when the presence of a value in `column` predicts the label.
pub(super) fn missing_tells(
    name: &str,
    column: &FeatureColumn,
    classes: &Classes,
    rows: &[usize],
) -> Option<Finding> {
    let n_missing = rows.iter().filter(|&&row| column.is_missing(row)).count();
    if n_missing.min(rows.len() - n_missing) < MIN_ROWS {
        return None;
    }
    let is_there = |row| if column.is_missing(row) { 0.0 } else { 1.0 };
    let (class, area) = best_class(classes, rows, is_there)?;
    (area.max(1.0 - area) >= MISSING_AUC).then(|| {
        let kind = Kind::MissingTells { class: class.to_owned(), auc: area, has_value: area > 0.5 };
        Finding::new(name, kind)
    })
}

/// The class that `score` ranks best or worst against the rest, and its AUC.
fn best_class<'a>(
    classes: &'a Classes,
    rows: &[usize],
    score: impl Fn(usize) -> f32,
) -> Option<(&'a str, f64)> {
    let rows: Vec<usize> = rows.iter().copied().filter(|&row| classes.ids[row].is_some()).collect();
    let scores: Vec<f32> = rows.iter().map(|&row| score(row)).collect();
    let mut order: Vec<usize> = (0..classes.names.len()).collect();
    order.sort_by_key(|&class| (std::cmp::Reverse(classes.counts[class]), class));
    let mut best: Option<(&str, f64)> = None;
    for class in order.into_iter().take(MAX_CLASSES) {
        let positive: Vec<bool> =
            rows.iter().map(|&row| classes.ids[row].is_some_and(|id| id as usize == class)).collect();
        let n = positive.iter().filter(|&&is| is).count();
        if n < MIN_ROWS || rows.len() - n < MIN_ROWS {
            continue;
        }
        let Some(area) = auc(&positive, &scores) else { continue };
        if best.is_none_or(|(_, so_far)| (area - 0.5).abs() > (so_far - 0.5).abs()) {
            best = Some((&classes.names[class], area));
        }
    }
    best
}
