//! Boosting rounds: sampling, growing trees, updating scores, judging, early stopping.
use super::bins::bin;
use super::export::{export, rounding_error};
use super::grow::{Grower, Grown, Growth};
use super::histogram::MAX_ROWS;
use super::loss::Loss;
use super::reuse::Reuse;
use super::settings::BoostSettings;
use super::{BoostError, BoostFit, Column, RoundLoss, Target, Task};
use rand::RngExt;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Fits an ensemble.
///
/// If no split has a gain (a constant target, a single row), the ensemble has no trees and its base is the best constant.
/// Boosting ends early when no tree can be split any more.
///
/// Cost: `O(rounds * outputs * rows * inputs * depth)` at worst; memory `O(rows * inputs)` bytes.
///
/// # Errors
///
/// [`BoostError`]: for a setting, a length or a value out of range, no training row, or too many rows.
///
/// # Source
///
/// Friedman, *Greedy Function Approximation* (2001); Chen, Guestrin, *A Scalable Tree Boosting System* (KDD 2016); Ke et al.,
/// *LightGBM* (2017); Herrmann et al., *Boosted Trees on a Diet* (arXiv:2510.26557). For deviations see the modules.
pub fn fit(task: &Task<'_>, settings: &BoostSettings) -> Result<BoostFit, BoostError> {
    // Runs on a thread of the pool, from which work can be distributed without a system call.
    rayon::scope(|_| fit_here(task, settings))
}

fn fit_here(task: &Task<'_>, settings: &BoostSettings) -> Result<BoostFit, BoostError> {
    let n_rows = check(task)?;
    if n_rows > MAX_ROWS {
        return Err(BoostError::TooManyRows { found: n_rows, most: MAX_ROWS });
    }
    settings.check(!task.valid.is_empty())?;
    let train = training_rows(n_rows, task.valid)?;
    let mut is_valid = vec![false; n_rows];
    task.valid.iter().for_each(|row| is_valid[*row as usize] = true);
    let inputs = bin(task.columns, &train, settings.max_bins);
    let loss = Loss { target: task.target, weights: task.weights };
    let base = loss.start(&train);
    let k = base.len();
    let mut scores: Vec<f64> = (0..n_rows).flat_map(|_| &base).copied().collect();
    let mut slopes = vec![[0.0; 2]; n_rows * k];
    loss.judge(&scores, &is_valid, Some(&mut slopes));
    let mut reuse = Reuse::new(inputs.len());
    let mut grower = Grower::new(&inputs, settings, task.weights);
    let mut draws = ChaCha8Rng::seed_from_u64(settings.seed);
    let mut grown: Vec<Grown> = Vec::new();
    let mut curve: Vec<RoundLoss> = Vec::new();
    let mut best = 0;
    for round in 0..settings.rounds {
        let drawn = drawn_rows(&train, settings.row_share, &mut draws);
        let others = others(n_rows, &drawn);
        let mut split_any = false;
        for output in 0..k {
            let active = drawn_inputs(inputs.len(), settings.input_share, &mut draws);
            let mut rows = drawn.clone();
            let slope = |row: u32| slopes[row as usize * k + output];
            let Growth { tree, leaves } = grower.grow(output, &mut rows, slope, &active, &mut reuse);
            split_any |= tree.nodes.len() > 1;
            for (leaf, value) in leaves {
                rows[leaf].iter().for_each(|row| scores[*row as usize * k + output] += value);
            }
            for row in others.iter().map(|row| *row as usize) {
                scores[row * k + output] += tree.value(tree.leaf(&inputs, row));
            }
            grown.push(tree);
        }
        if !split_any && settings.row_share >= 1.0 && settings.input_share >= 1.0 {
            grown.truncate(curve.len() * k);
            break;
        }
        let losses = loss.judge(&scores, &is_valid, (!settings.independent).then_some(&mut slopes));
        curve
            .push(RoundLoss { train: losses.train, valid: (!task.valid.is_empty()).then_some(losses.valid) });
        let Some(patience) = settings.patience else { continue };
        if round == 0 || curve[round].valid < curve[best].valid {
            best = round;
        } else if round - best >= patience {
            break;
        }
    }
    let rounds = if settings.patience.is_some() && !curve.is_empty() { best + 1 } else { curve.len() };
    grown.truncate(rounds * k);
    let (trees, columns) = export(&grown, &inputs, reuse.into_columns(), &base, i16::MAX);
    let rounding_error = rounding_error(&grown, &trees, &inputs, &base, loss, n_rows);
    Ok(BoostFit { trees, columns, curve, rounds, rounding_error })
}

/// Checks that all parts have the same number of rows and all values are in range; returns the number of rows.
pub(in crate::kinds) fn check(task: &Task<'_>) -> Result<usize, BoostError> {
    let bad_value = |what, row: Option<usize>| row.map_or(Ok(()), |row| Err(BoostError::Value { what, row }));
    let n_rows = match task.target {
        Target::Chance(y) => {
            bad_value("chance", y.iter().position(|y| !(0.0..=1.0).contains(y)))?;
            y.len()
        }
        Target::Number(y) => {
            bad_value("target", y.iter().position(|y| !y.is_finite()))?;
            y.len()
        }
        Target::Classes { ids, n } => {
            bad_value("class", ids.iter().position(|id| *id >= n).or((n < 2).then_some(0)))?;
            ids.len()
        }
    };
    let same = |what, index, found| {
        if found == n_rows {
            Ok(())
        } else {
            Err(BoostError::Length { what, index, expected: n_rows, found })
        }
    };
    for (index, column) in task.columns.iter().enumerate() {
        match column {
            Column::Number(values) => same("input", index, values.len())?,
            Column::Category { codes, n } => {
                same("input", index, codes.len())?;
                bad_value("category", codes.iter().position(|code| *code >= *n && *code != u16::MAX))?;
            }
        }
    }
    if let Some(weights) = task.weights {
        same("weights", 0, weights.len())?;
        bad_value("weight", weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)))?;
    }
    Ok(n_rows)
}

/// The rows that are not in `valid`, ascending.
pub(in crate::kinds) fn training_rows(n_rows: usize, valid: &[u32]) -> Result<Vec<u32>, BoostError> {
    let mut is_valid = vec![false; n_rows];
    for row in valid {
        match is_valid.get_mut(*row as usize) {
            Some(flag) => *flag = true,
            None => return Err(BoostError::Value { what: "validation index", row: *row as usize }),
        }
    }
    let train: Vec<u32> = (0..n_rows as u32).filter(|row| !is_valid[*row as usize]).collect();
    if train.is_empty() { Err(BoostError::NoRows) } else { Ok(train) }
}

fn drawn_rows(train: &[u32], share: f64, draws: &mut ChaCha8Rng) -> Vec<u32> {
    if share >= 1.0 {
        return train.to_vec();
    }
    let mut rows: Vec<u32> = train.iter().copied().filter(|_| draws.random::<f64>() < share).collect();
    if rows.is_empty() {
        rows.push(train[draws.random_range(0..train.len())]);
    }
    rows
}

/// The rows that are not in `drawn`, which is ascending.
fn others(n_rows: usize, drawn: &[u32]) -> Vec<u32> {
    let mut drawn = drawn.iter().peekable();
    (0..n_rows as u32).filter(|row| drawn.next_if_eq(&row).is_none()).collect()
}

fn drawn_inputs(n: usize, share: f64, draws: &mut ChaCha8Rng) -> Vec<bool> {
    if share >= 1.0 {
        return vec![true; n];
    }
    let kept = ((n as f64 * share).round() as usize).clamp(1, n.max(1));
    let mut active: Vec<bool> = (0..n).map(|index| index < kept).collect();
    active.shuffle(draws);
    active
}
