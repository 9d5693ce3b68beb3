//! Ranks: the categories of an input, ordered by the mean target of their rows.
//!
//! | code           | rows                                                                 |
//! |----------------|----------------------------------------------------------------------|
//! | `0..n_ranked`  | groups of categories, in order                                       |
//! | `n_ranked`     | the rest: rare, or not in the training rows; never a member of a set |
//! | `n_ranked + 1` | missing                                                              |
//!
//! # Source
//!
//! Wright & König, *Splitting on categorical predictors in random forests* (`PeerJ` 2019): order once, before growing. For many
//! classes Coppersmith, Hong & Hosking, *Partitioning nominal attributes in decision trees* (1999): the first principal component
//! of the class shares. Deviation: shares are shrunk towards those of all rows, and rare categories are grouped.

use super::cuts::{Cut, Cuts};
use super::goal::{Goal, over};
use crate::kinds::trees::Target;
use crate::kinds::trees::bins::{BinnedInput, Meaning, thresholds};
use crate::kinds::trees::cut::{CodeSet, Test, insert};

/// Weight of the overall mean, towards which each category's mean is shrunk before ordering.
const SMOOTH: f64 = 10.0;
/// Steps of the power iteration that finds the principal component.
const POWER_STEPS: usize = 64;

/// Codes of the categories with at least `min_rows` training rows, ordered by their target.
pub(super) fn ranked(
    binned: &BinnedInput,
    n_categories: usize,
    train: &[u32],
    goal: &Goal<'_>,
    min_rows: u32,
) -> Vec<u8> {
    let k = goal.n_outputs();
    let mut rows = vec![0; n_categories];
    let mut weights = vec![0.0; n_categories];
    let mut sums = vec![0.0; n_categories * k];
    let mut all = vec![0.0; k];
    for &row in train {
        let item = goal.item(row, 1.0);
        let weight = f64::from(item.weight);
        let (output, value) = match goal.target {
            Target::Classes { .. } => (item.value as usize, weight),
            _ => (0, weight * f64::from(item.value)),
        };
        all[output] += value;
        let code = usize::from(binned.codes[row as usize]);
        if code < n_categories {
            rows[code] += 1;
            weights[code] += weight;
            sums[code * k + output] += value;
        }
    }
    let total: f64 = train.iter().map(|row| f64::from(goal.weights[*row as usize])).sum();
    all.iter_mut().for_each(|sum| *sum = over(*sum, total));
    let share = |code: usize, output: usize| {
        (sums[code * k + output] + SMOOTH * all[output]) / (weights[code] + SMOOTH) - all[output]
    };
    let mut kept: Vec<u8> =
        (0..n_categories).filter(|&code| rows[code] >= min_rows.max(1)).map(|code| code as u8).collect();
    let shares: Vec<Vec<f64>> =
        (0..n_categories).map(|code| (0..k).map(|output| share(code, output)).collect()).collect();
    let direction = principal(&shares, &weights, &kept, k);
    let place = |code: u8| dot(&shares[usize::from(code)], &direction);
    kept.sort_by(|a, b| place(*a).total_cmp(&place(*b)));
    kept
}

/// The first principal component of the `kept` shares, weighted; with one output the output itself.
fn principal(shares: &[Vec<f64>], weights: &[f64], kept: &[u8], k: usize) -> Vec<f64> {
    let mut direction: Vec<f64> = (0..k).map(|output| 1.0 / (1.0 + output as f64)).collect();
    for _ in 0..if k > 1 { POWER_STEPS } else { 0 } {
        let mut next = vec![0.0; k];
        for code in kept.iter().map(|code| usize::from(*code)) {
            let along = weights[code] * dot(&shares[code], &direction);
            next.iter_mut().zip(&shares[code]).for_each(|(next, share)| *next += along * share);
        }
        let length = dot(&next, &next).sqrt();
        if length <= 0.0 {
            break;
        }
        direction = next.iter().map(|next| next / length).collect();
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The input coded by rank, with at most `most` cuts: if there would be more, neighbours in `order` are grouped.
pub(super) fn cut(
    binned: &BinnedInput,
    categories: &[u16],
    order: &[u8],
    train: &[u32],
    most: usize,
) -> (BinnedInput, Cuts) {
    let mut rank_of = vec![None; usize::from(binned.missing) + 1];
    order.iter().enumerate().for_each(|(rank, &code)| rank_of[usize::from(code)] = Some(rank));
    let rank = |row: &u32| rank_of[usize::from(binned.codes[*row as usize])];
    // Rows without a rank can be separated from all others by a cut above the last group.
    let loose = train.iter().any(|row| rank(row).is_none());
    let mut held: Vec<f32> = train.iter().filter_map(rank).map(|rank| rank as f32).collect();
    held.sort_unstable_by(f32::total_cmp);
    let ends = thresholds(&held, most.saturating_add(usize::from(!loose)).clamp(1, order.len().max(1)));
    let group_of = |rank: usize| ends.partition_point(|end| *end < rank as f32);
    let n_ranked = if order.is_empty() { 0 } else { ends.len() + 1 };
    let mut groups = vec![Vec::new(); n_ranked];
    for (rank, &code) in order.iter().enumerate() {
        groups[group_of(rank)].push(categories[usize::from(code)]);
    }
    let new_code = |code: u8| match rank_of[usize::from(code)] {
        Some(rank) => group_of(rank) as u8,
        None => (n_ranked + usize::from(code == binned.missing)) as u8,
    };
    let codes = binned.codes.iter().map(|code| new_code(*code)).collect();
    let n_cuts = (n_ranked + usize::from(loose)).saturating_sub(1).min(n_ranked).min(most);
    let cuts = (0..n_cuts).map(|at| set_cut(at, &groups)).collect();
    let coded = BinnedInput {
        codes,
        meaning: Meaning::Category { categories: categories.to_vec() },
        missing: n_ranked as u8 + 1,
    };
    (coded, Cuts { n_ranked, cuts, groups, ..Cuts::default() })
}

/// The cut above group `at`: the side with fewer categories becomes the set of members, which go right.
fn set_cut(at: usize, groups: &[Vec<u16>]) -> Cut {
    let n_of = |groups: &[Vec<u16>]| groups.iter().map(Vec::len).sum::<usize>();
    let low_is_right = at + 1 == groups.len() || n_of(&groups[..=at]) <= n_of(&groups[at + 1..]);
    let members = if low_is_right { 0..at + 1 } else { at + 1..groups.len() };
    let mut set = CodeSet::default();
    members.for_each(|group| insert(&mut set, group));
    Cut { column: 0, test: Test::Member(set), low_is_right }
}
