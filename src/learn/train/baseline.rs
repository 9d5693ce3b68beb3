//! Baselines: predictions that use no features, for comparison.
//!
//! | baseline   | prediction for a row                                                                                    |
//! |------------|---------------------------------------------------------------------------------------------------------|
//! | majority   | the most frequent class of the training rows; for numbers their median                                  |
//! | prior      | every class with its share of the training rows; for numbers their mean                                 |
//! | last value | the label of the shopper's previous row, with the share in which that was right; without one, the prior |
//!
//! When no shopper has two rows, the previous row in the order of time and file is used instead, which reveals a table sorted by
//! its label.
//!
//! Not here: models (`judge`).

use super::entrant::{Baseline, Entrant, Runner, Verdict, figures};
use super::judge::{Trial, row_losses};
use super::target::Target;
use crate::examples::Examples;
use floorwalker_metrics::grouped_interval;
use std::collections::BTreeMap;

/// All three baselines, judged on the rows that `trials` hold out.
pub(super) fn baselines(target: &Target, examples: &Examples, trials: &[Trial]) -> Vec<Entrant> {
    let last = last_rows(examples);
    [Baseline::Majority, Baseline::Prior, Baseline::LastValue]
        .map(|baseline| judge(baseline, target, examples, trials, &last))
        .into()
}

fn judge(
    baseline: Baseline,
    target: &Target,
    examples: &Examples,
    trials: &[Trial],
    last: &[Option<usize>],
) -> Entrant {
    let (mut rows, mut p, mut losses) = (Vec::new(), Vec::new(), Vec::new());
    for Trial { train, stop, held } in trials {
        let seen: Vec<usize> = train.iter().chain(stop).copied().collect();
        rows.extend_from_slice(held);
        if target.is_number() {
            let said = numbers(baseline, target, &seen, last);
            losses.extend(held.iter().map(|&row| (said(row) - f64::from(target.numbers[row])).powi(2)));
        } else {
            p.extend(chances(baseline, target, &seen, held, last));
        }
    }
    let y = target.ids(&rows);
    if !target.is_number() {
        losses = row_losses(&y, &p, target.classes.len());
    }
    let groups: Vec<u32> = rows.iter().map(|&row| examples.shoppers[row]).collect();
    let (accuracy, auc) = figures(&y, &p, target.classes.len());
    // Predicting one class with probability 1 has an unbounded log loss, so none is reported.
    let is_certain = baseline == Baseline::Majority && !target.is_number();
    Entrant {
        runner: Runner::Baseline(baseline),
        loss: if is_certain { None } else { grouped_interval(&losses, &groups) },
        accuracy,
        auc,
        bytes: None,
        rows: rows.len(),
        verdict: Verdict::Baseline,
    }
}

/// Class probabilities of the `held` rows, learnt from the `seen` rows: `[n_held, n_classes]`, row-major.
fn chances(
    baseline: Baseline,
    target: &Target,
    seen: &[usize],
    held: &[usize],
    last: &[Option<usize>],
) -> Vec<f32> {
    let n_classes = target.classes.len();
    let mut counts = vec![0_usize; n_classes];
    target.ids(seen).iter().for_each(|&id| counts[id as usize] += 1);
    // Laplace smoothing: one more row for each class, so that no class has probability 0.
    let total = (seen.len() + n_classes) as f64;
    let prior: Vec<f32> = counts.iter().map(|&count| ((count + 1) as f64 / total) as f32).collect();
    let before = |row: usize| last[row].and_then(|earlier| target.ids[earlier]);
    match baseline {
        Baseline::Prior => prior.repeat(held.len()),
        Baseline::Majority => {
            let most = floorwalker_metrics::argmax(&prior);
            let certain: Vec<f32> = (0..n_classes).map(|class| f32::from(u8::from(class == most))).collect();
            certain.repeat(held.len())
        }
        Baseline::LastValue => {
            let known = seen.iter().filter_map(|&row| Some((before(row)?, target.ids[row]?)));
            let (right, all) = known.fold((0_usize, 0_usize), |(right, all), (earlier, id)| {
                (right + usize::from(earlier == id), all + 1)
            });
            let trust = (right + 1) as f32 / (all + n_classes) as f32;
            let of_row = |&row: &usize| match before(row) {
                None => prior.clone(),
                Some(earlier) => {
                    // The remaining probability goes to the other classes in proportion to their priors.
                    let rest = (1.0 - trust) / (1.0 - prior[usize::from(earlier)]);
                    let mut p: Vec<f32> = prior.iter().map(|share| rest * share).collect();
                    p[usize::from(earlier)] = trust;
                    p
                }
            };
            held.iter().flat_map(of_row).collect()
        }
    }
}

/// The predicted number of a row, learnt from the `seen` rows.
fn numbers<'a>(
    baseline: Baseline,
    target: &'a Target,
    seen: &[usize],
    last: &'a [Option<usize>],
) -> impl Fn(usize) -> f64 + 'a {
    let mut sorted: Vec<f64> = seen.iter().map(|&row| f64::from(target.numbers[row])).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(mean);
    move |row| match baseline {
        Baseline::Majority => median,
        Baseline::Prior => mean,
        Baseline::LastValue => {
            let before = last[row].map(|earlier| f64::from(target.numbers[earlier]));
            before.filter(|number| !number.is_nan()).unwrap_or(mean)
        }
    }
}

/// The previous row of the same shopper, by time and then by position in the file; when no shopper has two rows, the previous row
/// of any shopper.
fn last_rows(examples: &Examples) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..examples.n_rows()).collect();
    order.sort_by_key(|&row| (examples.at_ms[row], row));
    let (mut latest, mut last) = (BTreeMap::new(), vec![None; examples.n_rows()]);
    for &row in &order {
        last[row] = latest.insert(examples.shoppers[row], row);
    }
    if last.iter().all(Option::is_none) {
        order.windows(2).for_each(|pair| last[pair[1]] = Some(pair[0]));
    }
    last
}
