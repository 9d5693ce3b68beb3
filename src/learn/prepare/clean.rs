//! Cleaning: removes or changes rows and values by the rules of the store, only in the given rows, and records what each rule did.
//!
//! | rule       | applies to a value (or row) when                                                 |
//! |------------|----------------------------------------------------------------------------------|
//! | duplicates | row: every value, the message and every label equal those of an earlier row      |
//! | limits     | it is infinite, below `min` or above `max`                                       |
//! | `iqr`      | `x < Q1 - b (Q3 - Q1)` or `x > Q3 + b (Q3 - Q1)`                                 |
//! | `mad`      | `0.6745 · abs(x - median) / MAD > b`, with `MAD` the median of `abs(x - median)` |
//!
//! Rules run in that order, each on the result of those before it. Quartiles and medians are interpolated linearly.
//!
//! Invariants
//! - Rows that are not passed in are neither changed nor dropped. So metrics on test rows are those of uncleaned data, which is
//!   what the page sees.
//! - When the interquartile range or the MAD is 0, at least half of the rows are equal and every other value would be an outlier.
//!   Then nothing is changed, and the step says so.
//!
//! Not here: clipping that the page applies too (`[heads.encode] clip`).

use crate::examples::Examples;
use crate::store::{Duplicates, LimitAction, Limits, OutlierAction, OutlierPlan, OutlierRule, PreparePlan};
use anyhow::{Context, Result, ensure};
use floorwalker_engine::event::Value;
use serde::Serialize;
use std::collections::HashSet;

/// Most line numbers that a step lists.
const LINES: usize = 5;

/// Default thresholds: interquartile ranges beyond the quartiles, and the modified z-score.
///
/// Tukey, *Exploratory Data Analysis* (1977), section 2D: 1.5 is "outside", 3 is "far out". Iglewicz & Hoaglin, *How to Detect
/// and Handle Outliers* (1993), section 3.3: 3.5.
const BEYOND_IQR: f64 = 1.5;
const BEYOND_MAD: f64 = 3.5;

/// The MAD of the standard normal distribution: Iglewicz & Hoaglin's constant.
const NORMAL_MAD: f64 = 0.6745;

/// What one cleaning rule did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The rule in words, with its bounds.
    pub rule: String,
    /// The feature; `None` for whole rows.
    pub column: Option<String>,
    /// What was done: `dropped`, `clipped`, `missing`.
    pub action: &'static str,
    /// Number of rows it was done to.
    pub n_rows: usize,
    /// Line numbers of the first of these rows, ascending.
    pub first_lines: Vec<usize>,
}

/// The result of cleaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cleaned {
    /// The given rows that remain for training, in their order.
    pub rows: Vec<usize>,
    /// What each rule did, in order; a rule that found nothing is listed with 0 rows.
    pub steps: Vec<Step>,
}

/// Cleans `rows` of `examples`: values are changed in place, and dropped rows are absent from [`Cleaned::rows`].
///
/// # Errors
///
/// Fails for a plan that names a feature that does not exist, for a `min` above its `max`, for a `beyond` that is not above 0,
/// and for rules that would drop every row.
pub fn clean(examples: &mut Examples, rows: &[usize], plan: &PreparePlan) -> Result<Cleaned> {
    let mut cleaned = Cleaned { rows: rows.to_vec(), steps: Vec::new() };
    if plan.duplicates == Duplicates::Drop {
        let twice = repeated(examples, &cleaned.rows);
        cleaned.note(examples, "equal to an earlier row".to_owned(), None, "dropped", &twice);
        cleaned.leave_out(&twice);
    }
    for (name, limits) in &plan.limits {
        let feature = index(examples, name).with_context(|| format!("[prepare.limits] {name}"))?;
        let (low, high) = checked(limits).with_context(|| format!("[prepare.limits] {name}"))?;
        let action = match limits.action {
            LimitAction::Missing => OutlierAction::Missing,
            LimitAction::Clip => OutlierAction::Clip,
            LimitAction::Drop => OutlierAction::Drop,
        };
        let rule = format!("allowed from {low} to {high}");
        cleaned.bound(examples, feature, (low, high), rule, action);
    }
    if plan.outliers.action != OutlierAction::Keep {
        for feature in outlier_features(examples, &plan.outliers)? {
            let numbers = numbers(examples, feature, &cleaned.rows);
            if numbers.is_empty() {
                continue;
            }
            let (bounds, rule) = fences(&numbers, &plan.outliers)?;
            cleaned.bound(examples, feature, bounds, rule, plan.outliers.action);
        }
    }
    ensure!(
        !cleaned.rows.is_empty() || rows.is_empty(),
        "cleaning drops every row; widen [prepare] limits or outliers, or clip instead of dropping"
    );
    Ok(cleaned)
}

/// The rows that are equal to an earlier one of `rows`, in order.
pub(super) fn repeated(examples: &Examples, rows: &[usize]) -> Vec<usize> {
    let bits = |value: &Value| match value {
        Value::Missing => (0_u8, 0),
        Value::Number(number) => (1, number.to_bits()),
        Value::Category(symbol) => (2, symbol.raw()),
    };
    let mut seen = HashSet::new();
    let mut is_new = |row: usize| {
        let values: Vec<(u8, u32)> = examples.row(row).iter().map(bits).collect();
        let labels: Vec<&Option<String>> = examples.labels.values().map(|label| &label[row]).collect();
        seen.insert((values, examples.messages[row].as_str(), labels))
    };
    rows.iter().copied().filter(|&row| !is_new(row)).collect()
}

impl Cleaned {
    fn note(
        &mut self,
        examples: &Examples,
        rule: String,
        feature: Option<usize>,
        action: &'static str,
        touched: &[usize],
    ) {
        let mut lines: Vec<usize> = touched.iter().map(|&row| examples.lines[row]).collect();
        lines.sort_unstable();
        lines.truncate(LINES);
        let column = feature.map(|feature| examples.features[feature].name.clone());
        self.steps.push(Step { rule, column, action, n_rows: touched.len(), first_lines: lines });
    }

    /// Removes the rows `out` from `rows`; both are in the same order.
    fn leave_out(&mut self, out: &[usize]) {
        let mut out = out.iter().peekable();
        self.rows.retain(|row| out.next_if_eq(&row).is_none());
    }

    /// Applies `action` to numbers outside `bounds` and to infinite ones.
    fn bound(
        &mut self,
        examples: &mut Examples,
        feature: usize,
        bounds: (f64, f64),
        rule: String,
        action: OutlierAction,
    ) {
        let place = |row: usize| row * examples.features.len() + feature;
        let outside = |row: usize| match examples.values[place(row)] {
            Value::Number(x) => !x.is_finite() || f64::from(x) < bounds.0 || f64::from(x) > bounds.1,
            _ => false,
        };
        let touched: Vec<usize> = self.rows.iter().copied().filter(|&row| outside(row)).collect();
        let done = match action {
            OutlierAction::Keep => "kept",
            OutlierAction::Clip => {
                for &row in &touched {
                    let at = place(row);
                    let x = f64::from(examples.values[at].as_f32());
                    // Without a bound on its side an infinite value stays infinite, and `Value::number` makes it missing.
                    examples.values[at] = Value::number(x.clamp(bounds.0, bounds.1) as f32);
                }
                "clipped"
            }
            OutlierAction::Missing => {
                for &row in &touched {
                    let at = place(row);
                    examples.values[at] = Value::Missing;
                }
                "missing"
            }
            OutlierAction::Drop => "dropped",
        };
        self.note(examples, rule, Some(feature), done, &touched);
        if action == OutlierAction::Drop {
            self.leave_out(&touched);
        }
    }
}

fn index(examples: &Examples, name: &str) -> Result<usize> {
    let known = || {
        let names: Vec<&str> = examples.features.iter().map(|def| def.name.as_str()).take(12).collect();
        format!("there is no feature `{name}`; name one of {}", names.join(", "))
    };
    examples.features.iter().position(|def| def.name == name).with_context(known)
}

fn checked(limits: &Limits) -> Result<(f64, f64)> {
    let (low, high) = (limits.min.unwrap_or(f64::NEG_INFINITY), limits.max.unwrap_or(f64::INFINITY));
    ensure!(low <= high, "min {low} is above max {high}; exchange them");
    Ok((low, high))
}

fn outlier_features(examples: &Examples, plan: &OutlierPlan) -> Result<Vec<usize>> {
    if plan.columns.is_empty() {
        return Ok((0..examples.features.len()).collect());
    }
    plan.columns.iter().map(|name| index(examples, name).context("[prepare] outliers")).collect()
}

/// The finite numbers of a feature, sorted.
fn numbers(examples: &Examples, feature: usize, rows: &[usize]) -> Vec<f64> {
    let number = |&row: &usize| f64::from(examples.row(row)[feature].as_f32());
    let mut numbers: Vec<f64> = rows.iter().map(number).filter(|x| x.is_finite()).collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers
}

/// The bounds outside of which values are outliers, and the rule in words. `sorted` holds at least one number.
fn fences(sorted: &[f64], plan: &OutlierPlan) -> Result<((f64, f64), String)> {
    let beyond = plan.beyond.unwrap_or(match plan.rule {
        OutlierRule::Iqr => BEYOND_IQR,
        OutlierRule::Mad => BEYOND_MAD,
    });
    ensure!(beyond > 0.0, "[prepare] outliers: beyond is {beyond}; give a number above 0");
    let (spread, fences) = match plan.rule {
        OutlierRule::Iqr => {
            let (q1, q3) = (quantile(sorted, 0.25), quantile(sorted, 0.75));
            let reach = beyond * (q3 - q1);
            (q3 - q1, (q1 - reach, q3 + reach))
        }
        OutlierRule::Mad => {
            let median = quantile(sorted, 0.5);
            let mut apart: Vec<f64> = sorted.iter().map(|x| (x - median).abs()).collect();
            apart.sort_unstable_by(f64::total_cmp);
            let mad = quantile(&apart, 0.5);
            let reach = beyond * mad / NORMAL_MAD;
            (mad, (median - reach, median + reach))
        }
    };
    let name = match plan.rule {
        OutlierRule::Iqr => "quartile range",
        OutlierRule::Mad => "MAD",
    };
    if spread <= 0.0 {
        let all = (f64::NEG_INFINITY, f64::INFINITY);
        return Ok((all, format!("the {name} is 0, so no value counts as an outlier")));
    }
    Ok((fences, format!("within {beyond} of the {name}: {:.6} to {:.6}", fences.0, fences.1)))
}

/// The quantile of sorted numbers, at least one, by linear interpolation.
///
/// # Source
///
/// Hyndman & Fan, *Sample Quantiles in Statistical Packages* (1996), definition 7.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}
