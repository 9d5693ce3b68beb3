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
use floorwalker_finding::text::Text;
use floorwalker_finding::{Severity, Warning, WarningKind};
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
pub(super) fn column(name: &str, column: &FeatureColumn, rows: &[usize]) -> Option<Warning> {
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
    let warning = |severity, kind, reason, remedy| {
        Some(Warning { severity, kind, column: name.to_owned(), reason, remedy })
    };
    let leave_out = || Text::new("leave it out with [data] ignore", "用 [data] ignore 排除");
    if present.is_empty() {
        return warning(
            Severity::Caution,
            WarningKind::AllMissing,
            Text::new(
                format!("has no value in any of {} rows", rows.len()),
                format!("在全部 {} 行中都没有值", rows.len()),
            ),
            Text::new(
                "check how it is exported, or leave it out with [data] ignore",
                "请检查导出方式，或用 [data] ignore 排除",
            ),
        );
    }
    if n_distinct == 1 {
        return warning(
            Severity::Note,
            WarningKind::Constant,
            Text::new(
                format!("has one value in all of the {} rows that have any", present.len()),
                format!("在有值的 {} 行中只有一个取值", present.len()),
            ),
            leave_out(),
        );
    }
    let share = n_distinct as f64 / present.len() as f64;
    if present.len() >= ID_ROWS && is_whole && share >= ID_SHARE {
        return warning(
            Severity::Caution,
            WarningKind::Id,
            Text::new(
                format!("has {n_distinct} different values in {} rows: it looks like an id", present.len()),
                format!("在 {} 行中有 {n_distinct} 个不同取值：像是编号", present.len()),
            ),
            Text::new(
                "if it names rows or shoppers leave it out with [data] ignore; if it is a quantity, keep it",
                "若它标识行或顾客，请用 [data] ignore 排除；若它是数量，请保留",
            ),
        );
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
) -> Vec<Warning> {
    let name = |feature: usize| examples.features[feature].name.as_str();
    let n_pairs = columns.len() * columns.len().saturating_sub(1) / 2;
    let n_sample = (MAX_PRODUCTS / n_pairs.max(1)).clamp(MIN_ROWS, MAX_ROWS);
    let step = rows.len().div_ceil(n_sample).max(1);
    let sample: Vec<usize> = rows.iter().copied().step_by(step).collect();
    let varies = |column: &FeatureColumn| {
        let first = rows.first().copied().unwrap_or(0);
        rows.iter().any(|&row| !same(column, column, first, row))
    };
    let mut warnings = Vec::new();
    for (later, column) in columns.iter().enumerate().filter(|(_, column)| varies(column)) {
        let found = (0..later).find_map(|earlier| {
            let other = &columns[earlier];
            if equal(other, column, rows) {
                return Some(Text::new(
                    format!("is equal to `{}`", name(earlier)),
                    format!("与 `{}` 完全相同", name(earlier)),
                ));
            }
            let (FeatureColumn::Number(a), FeatureColumn::Number(b)) = (other, column) else { return None };
            let r = correlation(a, b, &sample).filter(|r| r.abs() >= SAME_R)?;
            Some(Text::new(
                format!("has a correlation of {r:.4} with `{}`", name(earlier)),
                format!("与 `{}` 的相关系数为 {r:.4}", name(earlier)),
            ))
        });
        if let Some(reason) = found {
            warnings.push(Warning {
                severity: Severity::Note,
                kind: WarningKind::NearDuplicate,
                column: name(later).to_owned(),
                reason,
                remedy: Text::new(
                    "leave one of the two out with [data] ignore: importance is shared between them",
                    "请用 [data] ignore 排除其中一列：否则重要性由两者分摊",
                ),
            });
        }
    }
    warnings
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
pub(super) fn duplicate_rows(examples: &Examples, rows: &[usize]) -> Option<Warning> {
    let twice = repeated(examples, rows);
    let (n_twice, n) = (twice.len(), rows.len());
    let line = twice.first().map_or(0, |&row| examples.lines[row]);
    (n_twice as f64 > REPEATED_SHARE * n as f64).then(|| Warning {
        severity: Severity::Note,
        kind: WarningKind::DuplicateRows,
        column: "rows".to_owned(),
        reason: Text::new(
            format!(
                "{n_twice} of {n} are equal to an earlier one in every value, message and label, the first on line {line}"
            ),
            format!("{n} 行中有 {n_twice} 行与之前某行的取值、消息和目标完全相同，首个在第 {line} 行"),
        ),
        remedy: Text::new(
            "if they are copies and not shoppers who did the same, set [prepare] duplicates = \"drop\"",
            "若它们是副本，而不是行为相同的不同顾客，请设置 [prepare] duplicates = \"drop\"",
        ),
    })
}

/// Warnings about a label's classes: typos, imbalance, too few rows.
pub(super) fn label(name: &str, classes: &Classes) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |severity, kind, reason, remedy| {
        warnings.push(Warning { severity, kind, column: name.to_owned(), reason, remedy });
    };
    let slips = slips(classes);
    for (&class, &meant) in &slips {
        let (class, n, meant) = (&classes.names[class], classes.counts[class], &classes.names[meant]);
        warn(
            Severity::Caution,
            WarningKind::LabelTypo,
            Text::new(
                format!("has class `{class}` ({n} rows), which looks like a slip for `{meant}`"),
                format!("有类别 `{class}`（{n} 行），像是 `{meant}` 的笔误"),
            ),
            Text::new(
                format!("if it is one, write [data] rename = {{ {class:?} = {meant:?} }}"),
                format!("若确是笔误，请写 [data] rename = {{ {class:?} = {meant:?} }}"),
            ),
        );
    }
    let total: usize = classes.counts.iter().sum();
    let whole = (0..classes.names.len()).filter(|class| !slips.contains_key(class));
    let rarest = whole.clone().min_by_key(|&class| classes.counts[class]);
    let least = IMBALANCE.min(EVEN_PART / classes.names.len().max(1) as f64) * total as f64;
    if let Some(rarest) = rarest.filter(|&class| (classes.counts[class] as f64) < least) {
        let (class, n) = (&classes.names[rarest], classes.counts[rarest]);
        let share = 100.0 * n as f64 / total as f64;
        warn(
            Severity::Caution,
            WarningKind::Imbalance,
            Text::new(
                format!("has class `{class}` in {n} of {total} rows, {share:.2} %"),
                format!("的类别 `{class}` 在 {total} 行中只有 {n} 行（{share:.2}%）"),
            ),
            Text::new(
                "set `weights = \"balanced\"` on the head, and look at precision and recall instead of accuracy",
                "请在该模型上设置 `weights = \"balanced\"`，并以精确率和召回率代替准确率",
            ),
        );
    }
    let few: Vec<String> = whole
        .filter(|&class| classes.counts[class] < FEW_ROWS)
        .map(|class| format!("`{}` ({})", classes.names[class], classes.counts[class]))
        .collect();
    if !few.is_empty() {
        let (shown, rest) = few.split_at(few.len().min(5));
        let more = match rest.len() {
            0 => Text::default(),
            n => Text::new(format!(" and {n} more"), format!("，另有 {n} 个")),
        };
        warn(
            Severity::Caution,
            WarningKind::FewRows,
            Text::new(
                format!("has classes of fewer than {FEW_ROWS} rows: {}{}", shown.join(", "), more.en),
                format!("有不足 {FEW_ROWS} 行的类别：{}{}", shown.join("、"), more.zh),
            ),
            Text::new(
                "a class of one or two is learnt from and measured on no row: bring more rows, merge such classes with [data] rename, or leave them out",
                "只有一两行的类别仅用于学习，不参与测量：请补充行，用 [data] rename 合并，或将其去掉",
            ),
        );
    }
    warnings
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
