//! Features: permutation importance of a head's features, and partial dependence of the head's output on the most important ones.
//!
//! The message counts as a feature if the head, or an earlier head that it reads, reads it; it is shuffled as a whole.
//!
//! Not here: shuffling (`prepare::permutation`), scoring (`asked`).

use super::asked::Asked;
use crate::data::{Effect, EffectShape, Importance, Measure};
use crate::plain;
use anyhow::Result;
use floorwalker_engine::event::Value;
use floorwalker_engine::symbol::Symbol;
use floorwalker_learn::prepare::{FeatureColumn, permutation};
use floorwalker_learn::store::PermutationPlan;
use floorwalker_metrics::{Interval, log_loss};
use rayon::prelude::*;

/// Number of shuffles of each feature.
const REPEATS: usize = 5;
/// Largest number of features whose effect is drawn.
const MAX_EFFECTS: usize = 6;
/// Largest number of values at which the effect of a number is computed; quantiles if it has more distinct values.
const MAX_NUMBERS: usize = 20;
/// Largest number of categories whose effect is computed: the most frequent.
const MAX_CATEGORIES: usize = 12;
/// Share of the rows at each end of a number for which no effect is computed, because too few rows support it.
const TAIL: f64 = 0.01;

/// Importance and effects; `None` for a head that reads no feature.
///
/// # Errors
///
/// Fewer than 2 rows, a model whose score is not finite.
pub(super) fn features(
    message: &str,
    seed: u64,
    asked: &Asked<'_>,
) -> Result<Option<(Importance, Vec<Effect>)>> {
    let read = asked.features();
    if read.is_empty() {
        return Ok(None);
    }
    let n_rows = asked.rows.len();
    // The last column stands for the message: it holds the index of the row whose message is used.
    let with_message = asked.reads_message();
    let n_columns = read.len() + usize::from(with_message);
    let values: Vec<Value> = (0..n_rows)
        .flat_map(|at| {
            let row = asked.examples.row(asked.rows[at]);
            let message = with_message.then_some(Value::Number(at as f32));
            read.iter().map(|&feature| row[feature]).chain(message)
        })
        .collect();
    let score = |values: &[Value]| {
        let p = asked.probabilities(|at, features| {
            let row = &values[at * n_columns..(at + 1) * n_columns];
            read.iter().zip(row).for_each(|(&feature, value)| features[feature] = *value);
            if with_message { row[n_columns - 1].as_f32() as usize } else { at }
        });
        -log_loss(&asked.y, &p, asked.classes.len())
    };
    let plan = PermutationPlan { repeats: REPEATS, seed };
    let found = permutation(&values, n_columns, plan, score)?;
    let name = |column: usize| match read.get(column) {
        Some(&feature) => asked.examples.features[feature].name.clone(),
        None => message.to_owned(),
    };
    let mut strongest: Vec<(usize, f64)> = found
        .iter()
        .filter(|worth| worth.mean > 0.0)
        .filter_map(|worth| Some((*read.get(worth.feature)?, worth.mean)))
        .collect();
    strongest.sort_by(|a, b| b.1.total_cmp(&a.1));
    let drawn: Vec<usize> = strongest.into_iter().take(MAX_EFFECTS).map(|(feature, _)| feature).collect();
    let head = asked.model.heads()[asked.head].name().to_owned();
    let importance = Importance {
        head,
        measure: Measure::LogLoss,
        rows: n_rows as u64,
        learnt: asked.learnt,
        features: found
            .iter()
            .map(|worth| {
                (name(worth.feature), Interval { value: worth.mean, low: worth.low, high: worth.high })
            })
            .collect(),
    };
    let effects = drawn.into_par_iter().filter_map(|feature| effect(asked, feature)).collect();
    Ok(Some((importance, effects)))
}

/// Partial dependence on a feature: of the positive class if there are two, else of the class whose mean probability varies most.
fn effect(asked: &Asked<'_>, feature: usize) -> Option<Effect> {
    let (values, names) = looked_at(asked, feature);
    let n_classes = asked.classes.len();
    let mean = |value: &Value| -> Vec<f64> {
        let p = asked.probabilities(|at, features| {
            features[feature] = *value;
            at
        });
        let mut sums = vec![0.0_f64; n_classes];
        for row in p.chunks_exact(n_classes) {
            sums.iter_mut().zip(row).for_each(|(sum, p)| *sum += f64::from(*p));
        }
        sums.iter().map(|sum| sum / asked.rows.len() as f64).collect()
    };
    let means: Vec<Vec<f64>> = values.par_iter().map(mean).collect();
    let reach = |class: usize| {
        let of_class = || means.iter().map(|row| row[class]);
        of_class().fold(f64::NEG_INFINITY, f64::max) - of_class().fold(f64::INFINITY, f64::min)
    };
    let class = match n_classes {
        2 => 1,
        n => (0..n).reduce(|best, next| if reach(next) > reach(best) { next } else { best })?,
    };
    let shape = match names {
        Some(names) => EffectShape::Categorical(
            names.into_iter().zip(&means).map(|(name, row)| (name, row[class])).collect(),
        ),
        None => {
            let x = values.iter().map(|value| f64::from(value.as_f32()));
            EffectShape::Numeric(x.zip(&means).map(|(x, row)| (x, row[class])).collect())
        }
    };
    (values.len() > 1).then(|| Effect {
        head: asked.model.heads()[asked.head].name().to_owned(),
        output: asked.classes[class].clone(),
        rows: asked.rows.len() as u64,
        is_probability: true,
        feature: asked.examples.features[feature].name.clone(),
        shape,
    })
}

/// The values of a feature at which its effect is computed, with names if it is drawn by category.
fn looked_at(asked: &Asked<'_>, feature: usize) -> (Vec<Value>, Option<Vec<String>>) {
    match FeatureColumn::new(asked.examples, feature) {
        FeatureColumn::Number(numbers) => {
            let mut present: Vec<f32> =
                asked.rows.iter().map(|&row| numbers[row]).filter(|number| !number.is_nan()).collect();
            present.sort_unstable_by(f32::total_cmp);
            let mut distinct = present.clone();
            distinct.dedup();
            let mut shown = quantiles(&present);
            // If nearly every row has the same value, the quantiles are taken over distinct values instead.
            if distinct.len() <= MAX_NUMBERS {
                shown = distinct;
            } else if shown.len() < MAX_NUMBERS / 2 {
                shown = quantiles(&distinct);
            }
            // With at most two values the effect is drawn as categories, not as a line.
            let names = (shown.len() <= 2).then(|| shown.iter().map(|&x| plain(f64::from(x))).collect());
            (shown.into_iter().map(Value::Number).collect(), names)
        }
        FeatureColumn::Category { codes, names } => {
            let mut counts = vec![0_usize; names.len()];
            for &row in &asked.rows {
                if let Some(count) = counts.get_mut(codes[row] as usize) {
                    *count += 1;
                }
            }
            let mut order: Vec<usize> = (0..names.len()).filter(|&code| counts[code] > 0).collect();
            order.sort_by_key(|&code| std::cmp::Reverse(counts[code]));
            let kept: Vec<String> =
                order.into_iter().take(MAX_CATEGORIES).map(|code| names[code].clone()).collect();
            (kept.iter().map(|name| Value::category(Symbol::of(name))).collect(), Some(kept))
        }
    }
}

/// At most [`MAX_NUMBERS`] distinct quantiles of `sorted`, without the tails.
fn quantiles(sorted: &[f32]) -> Vec<f32> {
    let at = |i: usize| {
        let share = TAIL + (1.0 - 2.0 * TAIL) * i as f64 / (MAX_NUMBERS - 1) as f64;
        let place = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
        sorted.get(place).copied()
    };
    let mut found: Vec<f32> = (0..MAX_NUMBERS).filter_map(at).collect();
    found.dedup();
    found
}
