//! Groups: selection and error rates for each group of shoppers, by the attributes that the store names.
//!
//! | values of the attribute          | groups                                |
//! |----------------------------------|---------------------------------------|
//! | categories, classes of a label   | one for each                          |
//! | at most [`MAX_NUMBERS`] distinct numbers | one for each                  |
//! | more distinct numbers            | four, by quartile                     |
//! | missing                          | one, without a name                   |
//!
//! Groups of fewer than [`MIN_ROWS`] rows are counted and left out: with many small groups, the one with the highest rate has it by
//! chance.
//!
//! Not here: the rates, and the rule by which a difference is reported (`metrics::fairness`).

use super::measured::{against, shown, threshold};
use crate::data::Fairness;
use crate::plain;
use anyhow::{Context, Result, bail, ensure};
use floorwalker_learn::examples::Examples;
use floorwalker_learn::prepare::FeatureColumn;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::Trained;
use floorwalker_metrics::{Grouped, group_rates};

/// Smallest number of rows for which a group is compared.
const MIN_ROWS: u64 = 30;
/// Largest number of distinct numbers that are groups of their own.
const MAX_NUMBERS: usize = 10;
/// Threshold with more than two classes: a row is selected for a class that is more probable than all others together.
const HALF: f64 = 0.5;

/// The comparisons that the store asks for, for the head at index `at`.
///
/// # Errors
///
/// A head that was not measured; costs from which no threshold follows; an attribute that the examples do not have, or that gives
/// fewer than two large enough groups.
pub(super) fn groups(
    heads: &[HeadPlan],
    attributes: &[String],
    trained: &Trained,
    at: usize,
) -> Result<Vec<Fairness>> {
    let (plan, choice) = heads.get(at).zip(trained.choices.get(at)).context("there is no such head")?;
    let head = trained.measured(plan).context("the head was not measured")?;
    let threshold = if head.report.classes.len() == 2 { threshold(plan, choice)? } else { HALF };
    let mut found = Vec::new();
    for attribute in attributes {
        let (group, names) = grouped(trained.held(), head.rows(), attribute)?;
        for class in shown(head) {
            let (positive, p) = against(head, class);
            let rows = Grouped {
                group: &group,
                names: &names,
                positive: &positive,
                p: &p,
                threshold: threshold as f32,
            };
            let (mut large, small): (Vec<_>, Vec<_>) = group_rates(&rows)
                .into_iter()
                .filter(|group| group.n > 0)
                .partition(|group| group.n >= MIN_ROWS);
            ensure!(
                large.len() > 1,
                "[report] groups: `{attribute}` has fewer than two groups of {MIN_ROWS} rows"
            );
            large.sort_by_key(|group| std::cmp::Reverse(group.n));
            found.push(Fairness {
                head: head.head.clone(),
                attribute: attribute.clone(),
                positive: head.report.classes[class].clone(),
                threshold,
                small: small.len() as u64,
                groups: large,
            });
        }
    }
    Ok(found)
}

/// The group's index of each of `rows`, and the groups' names; rows without a value form a group with an empty name.
fn grouped(examples: &Examples, rows: &[usize], attribute: &str) -> Result<(Vec<u32>, Vec<String>)> {
    let values: Vec<Option<String>> = if let Some(at) =
        examples.features.iter().position(|f| f.name == attribute)
    {
        match FeatureColumn::new(examples, at) {
            FeatureColumn::Category { codes, names } => {
                rows.iter().map(|&row| names.get(codes[row] as usize).cloned()).collect()
            }
            FeatureColumn::Number(numbers) => {
                by_number(&rows.iter().map(|&row| numbers[row]).collect::<Vec<_>>())
            }
        }
    } else if let Some(label) = examples.labels.get(attribute) {
        rows.iter().map(|&row| label[row].clone()).collect()
    } else {
        bail!(
            "[report] groups: `{attribute}` is neither a feature nor a label; for a column that no model may use, write `exclude` \
             in each head instead of [data] ignore"
        );
    };
    let mut names: Vec<String> = values.iter().map(|value| value.clone().unwrap_or_default()).collect();
    names.sort_unstable();
    names.dedup();
    let id = |value: &Option<String>| {
        names.binary_search_by(|name| name.as_str().cmp(value.as_deref().unwrap_or_default())).unwrap_or(0)
            as u32
    };
    Ok((values.iter().map(id).collect(), names))
}

/// The name of each number's group; `None` where the number is missing.
fn by_number(numbers: &[f32]) -> Vec<Option<String>> {
    let mut present: Vec<f32> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    present.sort_unstable_by(f32::total_cmp);
    let mut distinct = present.clone();
    distinct.dedup();
    let say = |number: f32| plain(f64::from(number));
    let name = |number: f32| {
        if distinct.len() <= MAX_NUMBERS {
            return say(number);
        }
        let mut cuts: Vec<f32> = (1..4).map(|i| present[(present.len() - 1) * i / 4]).collect();
        cuts.dedup();
        match cuts.partition_point(|&cut| cut < number) {
            0 => format!("≤ {}", say(cuts[0])),
            at if at == cuts.len() => format!("> {}", say(cuts[at - 1])),
            at => format!("> {}, ≤ {}", say(cuts[at - 1]), say(cuts[at])),
        }
    };
    numbers.iter().map(|&number| (!number.is_nan()).then(|| name(number))).collect()
}
