//! Data quality: columns that carry no information or repeat another; classes that look like typos or are too rare.
//!
//! | rule           | warns when                                                                              |
//! |----------------|-----------------------------------------------------------------------------------------|
//! | id             | at least 95 % of at least 50 present values differ, and they are whole numbers or names |
//! | constant       | one distinct value, not counting missing                                                |
//! | all missing    | no value                                                                                |
//! | near duplicate | two columns are equal, or two numbers have a correlation of at least 0.999              |
//! | duplicate rows | more than 1 % of the rows equal an earlier row                                          |
//! | label typo     | the name of a rare class is almost that of a frequent one                               |
//! | imbalance      | the rarest class has less than 1 % of the rows and less than a tenth of an even share   |
//! | few rows       | a class has fewer than 10 rows                                                          |
//!
//! Not here: features that are too good to be true (`leakage`).

use super::clean::repeated;
use super::column::{Classes, FeatureColumn};
use crate::examples::Examples;
use floorwalker_finding::{Finding, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// A column with at least this share of distinct values looks like an identifier; with fewer values than `ID_ROWS` nothing is concluded.
const ID_SHARE: f64 = 0.95;
const ID_ROWS: usize = 50;

/// Absolute correlation from which two numbers are near duplicates, and most rows on which it is computed.
const SAME_R: f64 = 0.999;
const MAX_ROWS: usize = 4000;
/// Fewest rows of that sample, however many columns there are, and most products of two values over all pairs of columns.
const MIN_ROWS: usize = 200;
const MAX_PRODUCTS: usize = 400_000_000;

/// Share of duplicate rows above which there is a warning.
const REPEATED_SHARE: f64 = 0.01;

/// How many times rarer than the other class a class must be to count as its typo.
const TYPO_RARER: usize = 20;

/// Least number of letters in a name for one edit to count as a typo, and for two edits.
const ONE_EDIT: usize = 4;
const TWO_EDITS: usize = 8;

const IMBALANCE: f64 = 0.01;
/// With many classes, a class is rare when it has less than this part of an even share of the rows.
const EVEN_PART: f64 = 0.1;
const FEW_ROWS: usize = 10;

/// The warning about one column, if any: no values, one value, or an identifier.
pub(super) fn column(name: &str, column: &FeatureColumn, rows: &[usize]) -> Option<Finding> {
    let present: Vec<usize> = rows.iter().copied().filter(|&row| !column.is_missing(row)).collect();
    let (n_distinct, is_whole) = match column {
        FeatureColumn::Number(numbers) => {
            let distinct: BTreeSet<u32> = present.iter().map(|&row| numbers[row].to_bits()).collect();
            (distinct.len(), present.iter().all(|&row| numbers[row].fract() == 0.0))
        }
        FeatureColumn::Category { codes, .. } => {
            (present.iter().map(|&row| codes[row]).collect::<BTreeSet<_>>().len(), true)
        }
    };
    let found = |kind| Some(Finding::new(name, kind));
    if present.is_empty() {
        return found(Kind::AllMissing { n_rows: rows.len() });
    }
    if n_distinct == 1 {
        return found(Kind::Constant);
    }
    let share = n_distinct as f64 / present.len() as f64;
    if present.len() >= ID_ROWS && is_whole && share >= ID_SHARE {
        return found(Kind::Id { n_distinct, n_rows: present.len() });
    }
    None
}

/// Columns that repeat another: each is reported once, with the first column that it repeats.
///
/// Equality is checked on all rows. Correlation is computed on a sample of at most [`MAX_ROWS`] evenly spaced rows (fewer with
/// more than about 400 columns, to limit the time), of which at least half must have both values.
pub(super) fn near_duplicates(
    examples: &Examples,
    columns: &[FeatureColumn],
    rows: &[usize],
) -> Vec<Finding> {
    let name = |feature: usize| examples.features[feature].name.as_str();
    let n_pairs = columns.len() * columns.len().saturating_sub(1) / 2;
    let n_sample = (MAX_PRODUCTS / n_pairs.max(1)).clamp(MIN_ROWS, MAX_ROWS);
    let step = rows.len().div_ceil(n_sample).max(1);
    let sample: Vec<usize> = rows.iter().copied().step_by(step).collect();
    let varies = |column: &FeatureColumn| {
        let first = rows.first().copied().unwrap_or(0);
        rows.iter().any(|&row| !same(column, column, first, row))
    };
    let mut findings = Vec::new();
    for (later, column) in columns.iter().enumerate().filter(|(_, column)| varies(column)) {
        let found = (0..later).find_map(|earlier| {
            let other = &columns[earlier];
            if equal(other, column, rows) {
                return Some(Kind::Equal { other: name(earlier).to_owned() });
            }
            let (FeatureColumn::Number(a), FeatureColumn::Number(b)) = (other, column) else { return None };
            let r = correlation(a, b, &sample).filter(|r| r.abs() >= SAME_R)?;
            Some(Kind::Correlated { other: name(earlier).to_owned(), r })
        });
        findings.extend(found.map(|kind| Finding::new(name(later), kind)));
    }
    findings
}

/// Whether two cells hold the same value; categories are compared by name.
fn same(a: &FeatureColumn, b: &FeatureColumn, row_a: usize, row_b: usize) -> bool {
    match (a, b) {
        (FeatureColumn::Number(a), FeatureColumn::Number(b)) => {
            a[row_a] == b[row_b] || a[row_a].is_nan() && b[row_b].is_nan()
        }
        (
            FeatureColumn::Category { codes: a, names: a_names },
            FeatureColumn::Category { codes: b, names: b_names },
        ) => a_names.get(a[row_a] as usize) == b_names.get(b[row_b] as usize),
        _ => false,
    }
}

fn equal(a: &FeatureColumn, b: &FeatureColumn, rows: &[usize]) -> bool {
    rows.iter().all(|&row| same(a, b, row, row))
}

/// Pearson's correlation over the rows that have both values; `None` when fewer than 3 or fewer than half have both, or when a
/// column is constant.
fn correlation(a: &[f32], b: &[f32], rows: &[usize]) -> Option<f64> {
    let both = || {
        let pairs = rows.iter().map(|&row| (f64::from(a[row]), f64::from(b[row])));
        pairs.filter(|(x, y)| !x.is_nan() && !y.is_nan())
    };
    let n = both().count();
    if n < 3 || n * 2 < rows.len() {
        return None;
    }
    let (sum_x, sum_y) = both().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
    let (mean_x, mean_y) = (sum_x / n as f64, sum_y / n as f64);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in both() {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// A warning when many rows are duplicates: the same row in training and test data is leakage.
pub(super) fn duplicate_rows(examples: &Examples, rows: &[usize]) -> Option<Finding> {
    let twice = repeated(examples, rows);
    let (n_repeated, n_rows) = (twice.len(), rows.len());
    let line = twice.first().map_or(0, |&row| examples.lines[row]);
    (n_repeated as f64 > REPEATED_SHARE * n_rows as f64)
        .then(|| Finding::new("rows", Kind::DuplicateRows { n_repeated, n_rows, line }))
}

/// Warnings about a label's classes: typos, imbalance, too few rows.
pub(super) fn label(name: &str, classes: &Classes) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut found = |kind| findings.push(Finding::new(name, kind));
    let slips = slips(classes);
    for (&class, &meant) in &slips {
        found(Kind::LabelTypo {
            class: classes.names[class].clone(),
            n_rows: classes.counts[class],
            meant: classes.names[meant].clone(),
        });
    }
    let n_rows: usize = classes.counts.iter().sum();
    let whole = (0..classes.names.len()).filter(|class| !slips.contains_key(class));
    let rarest = whole.clone().min_by_key(|&class| classes.counts[class]);
    let least = IMBALANCE.min(EVEN_PART / classes.names.len().max(1) as f64) * n_rows as f64;
    if let Some(rarest) = rarest.filter(|&class| (classes.counts[class] as f64) < least) {
        let class = classes.names[rarest].clone();
        found(Kind::Imbalance { class, n_class: classes.counts[rarest], n_rows });
    }
    let few: Vec<(String, usize)> = whole
        .map(|class| (classes.names[class].clone(), classes.counts[class]))
        .filter(|&(_, n)| n < FEW_ROWS)
        .collect();
    if !few.is_empty() {
        found(Kind::FewRows { least: FEW_ROWS, classes: few });
    }
    findings
}

/// Classes that look like typos of another class: a map from the class to the class that is meant.
///
/// Letter case, spaces, `-` and `_` are ignored; names that are then equal are typos of the more frequent one. Otherwise the
/// other class must be at least [`TYPO_RARER`] times as frequent, and the names may differ by one edit (insertion, deletion,
/// substitution or transposition) from [`ONE_EDIT`] letters on, by two from [`TWO_EDITS`] on. Names whose digits differ are not
/// typos: `size_38` and `size_39`.
fn slips(classes: &Classes) -> BTreeMap<usize, usize> {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|c| !c.is_whitespace() && *c != '-' && *c != '_')
            .flat_map(char::to_lowercase)
            .collect()
    };
    let digits = |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
    let names: Vec<String> = classes.names.iter().map(|name| plain(name)).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&class| (std::cmp::Reverse(classes.counts[class]), class));
    let mut slips = BTreeMap::new();
    for (at, &class) in order.iter().enumerate() {
        let is_slip = |&&other: &&usize| {
            if classes.counts[other] < TYPO_RARER * classes.counts[class] {
                return names[other] == names[class];
            }
            let n_letters = names[class].chars().count();
            let edits = usize::from(n_letters >= ONE_EDIT) + usize::from(n_letters >= TWO_EDITS);
            let near = names[other].chars().count().abs_diff(n_letters) <= edits
                && digits(&names[other]) == digits(&names[class])
                && strsim::osa_distance(&names[other], &names[class]) <= edits;
            near && !slips.contains_key(&other)
        };
        if let Some(&meant) = order[..at].iter().find(is_slip) {
            slips.insert(class, meant);
        }
    }
    slips
}
