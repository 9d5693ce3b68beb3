//! Binning: each input as at most 255 one-byte codes, so that histograms are small and rows are short.
//!
//! | input    | codes                                                                                                      |
//! |----------|------------------------------------------------------------------------------------------------------------|
//! | number   | code `b` means `thresholds[b - 1] < x <= thresholds[b]`; the code after the last value bin is missing      |
//! | category | code `b` means `categories[b]`; then a code for the rest (rare, or not in the training rows); then missing |
//!
//! A threshold is the *roundest* float (most trailing zero bits) in the middle half of the gap between the two values it
//! separates: it compresses to one or two bytes, and separates new rows about as well as the midpoint.
//!
//! Invariants
//! - Bins are fitted on the training rows only; all rows are coded.
//! - `x <= threshold` in `f32` and the code agree for every row, so the engine takes the same branch.
use super::Column;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Most codes of an input, including those for missing and for the rest.
pub(in crate::kinds) const MAX_CODES: usize = 255;

/// The meaning of an input's codes.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::kinds) enum Meaning {
    /// Upper end of each value bin except the last: rows with `x <= thresholds[b]` have code at most `b`.
    Number { thresholds: Vec<f32> },
    /// Category of each code, ascending.
    Category { categories: Vec<u16> },
}

/// One binned input.
#[derive(Clone, Debug)]
pub(in crate::kinds) struct BinnedInput {
    /// Code of each row.
    pub(in crate::kinds) codes: Vec<u8>,
    /// The meaning of the codes.
    pub(in crate::kinds) meaning: Meaning,
    /// The code of a missing value, which is the largest code.
    pub(in crate::kinds) missing: u8,
}

/// Bins every input, in parallel over inputs.
pub(in crate::kinds) fn bin(columns: &[Column<'_>], train: &[u32], max_bins: usize) -> Vec<BinnedInput> {
    columns
        .par_iter()
        .map(|column| match column {
            Column::Number(values) => bin_number(values, train, max_bins),
            Column::Category { codes, .. } => bin_category(codes, train),
        })
        .collect()
}

fn bin_number(values: &[f32], train: &[u32], max_bins: usize) -> BinnedInput {
    // `+ 0.0` turns -0 into 0, which are equal for the engine.
    let mut seen: Vec<f32> =
        train.iter().map(|row| values[*row as usize] + 0.0).filter(|value| !value.is_nan()).collect();
    seen.sort_unstable_by(f32::total_cmp);
    let thresholds = thresholds(&seen, max_bins.min(MAX_CODES - 1));
    let missing = (thresholds.len() + 1) as u8;
    let code = |value: &f32| {
        if value.is_nan() { missing } else { thresholds.partition_point(|threshold| threshold < value) as u8 }
    };
    let codes = values.iter().map(code).collect();
    BinnedInput { codes, meaning: Meaning::Number { thresholds }, missing }
}

/// The thresholds that split sorted values into at most `max_bins` bins of about equal numbers of rows; equal values stay together.
pub(in crate::kinds) fn thresholds(sorted: &[f32], max_bins: usize) -> Vec<f32> {
    let runs: Vec<&[f32]> = sorted.chunk_by(|a, b| a == b).collect();
    let roomy = runs.len() <= max_bins;
    let mut thresholds = Vec::new();
    let (mut rows_left, mut bins_left, mut held) = (sorted.len(), max_bins, 0);
    for pair in runs.windows(2) {
        held += pair[0].len();
        let share = rows_left / bins_left.max(1);
        // A value with enough rows for a bin gets a bin of its own, so the bin before it is closed too.
        if roomy || (bins_left > 1 && (held >= share || pair[1].len() >= share)) {
            thresholds.extend(between(pair[0][0], pair[1][0]));
            rows_left -= held;
            bins_left -= 1;
            held = 0;
        }
    }
    thresholds
}

/// The threshold between two neighbouring values. `None` when no finite float separates them.
fn between(low: f32, high: f32) -> Option<f32> {
    let (from, to) = (f64::from(low), f64::from(high));
    let quarter = (to - from) / 4.0;
    let (inner_low, inner_high) = ((from + quarter) as f32, (to - quarter) as f32);
    let narrow = low <= inner_low && inner_low < inner_high && inner_high <= high;
    if narrow { roundest(inner_low, inner_high) } else { roundest(low, high) }
}

/// The finite float `t` with `low <= t < high` that has the most trailing zero bits. `None` when there is none, which happens
/// only with an infinite `low` or `high` next to the largest float.
fn roundest(low: f32, high: f32) -> Option<f32> {
    let (low, high) = (low.max(f32::MIN), high);
    if high <= low {
        return None;
    }
    if low <= 0.0 && high > 0.0 {
        return Some(0.0);
    }
    // Both have the same sign, so the bits of their magnitudes are ordered.
    let (first, last) = if low > 0.0 {
        (low.to_bits(), high.to_bits() - 1)
    } else {
        (high.abs().to_bits() + 1, low.abs().to_bits())
    };
    let magnitude = (0..32).rev().map(|zeros| last >> zeros << zeros).find(|bits| *bits >= first)?;
    Some(f32::from_bits(magnitude).copysign(low)).filter(|t| t.is_finite())
}

fn bin_category(values: &[u16], train: &[u32]) -> BinnedInput {
    let mut counts = BTreeMap::<u16, usize>::new();
    for row in train {
        *counts.entry(values[*row as usize]).or_default() += 1;
    }
    counts.remove(&u16::MAX);
    let mut common: Vec<(u16, usize)> = counts.into_iter().collect();
    // The sort is stable: of equally frequent categories the first are kept.
    common.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    common.truncate(MAX_CODES - 2);
    let mut categories: Vec<u16> = common.into_iter().map(|(category, _)| category).collect();
    categories.sort_unstable();
    let rest = categories.len() as u8;
    let code = |value: &u16| match categories.binary_search(value) {
        Ok(code) => code as u8,
        Err(_) if *value == u16::MAX => rest + 1,
        Err(_) => rest,
    };
    let codes = values.iter().map(code).collect();
    BinnedInput { codes, meaning: Meaning::Category { categories }, missing: rest + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[f32], max_bins: usize, thresholds: &[f32], codes: &[u8]) {
        let train: Vec<u32> = (0..values.len() as u32).collect();
        let binned = bin_number(values, &train, max_bins);
        assert_eq!(binned.meaning, Meaning::Number { thresholds: thresholds.to_vec() });
        assert_eq!(binned.codes, codes);
    }

    #[test]
    fn few_values_get_a_bin_each() {
        check(&[2.0, 1.0, f32::NAN, 3.0, 1.0], 8, &[1.5, 2.5], &[1, 0, 3, 2, 0]);
    }

    #[test]
    fn many_values_share_bins_of_equal_size() {
        check(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, &[2.5, 4.5], &[0, 0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_constant_or_missing_input_has_one_bin() {
        check(&[5.0, 5.0], 8, &[], &[0, 0]);
        check(&[f32::NAN, f32::NAN], 8, &[], &[1, 1]);
        check(&[-0.0, 0.0], 8, &[], &[0, 0]);
    }

    #[test]
    fn infinite_values_are_parted_by_finite_thresholds() {
        check(&[f32::NEG_INFINITY, 0.5, f32::INFINITY], 8, &[0.0, 2.0], &[0, 1, 2]);
    }

    #[test]
    fn a_threshold_is_the_roundest_float_between() {
        for (low, high, expected) in [
            (0.9, 1.7, Some(1.25)),
            (3.1, 3.9, Some(3.5)),
            (-1.7, -0.9, Some(-1.5)),
            (-1.0, 0.0, Some(-0.5)),
            (0.0, 1.0, Some(0.5)),
            (-3.0, 1.0, Some(-2.0)),
            (1.0, 1.000_000_1, Some(1.0)),
            (f32::MIN, f32::MAX, Some(0.0)),
            (f32::NEG_INFINITY, f32::MIN, None),
        ] {
            assert_eq!(between(low, high), expected, "between {low} and {high}");
        }
    }

    #[test]
    fn a_rare_category_and_a_new_one_are_the_rest() {
        let values: Vec<u16> = (0..300).chain(0..253).chain([900, u16::MAX]).collect();
        let train: Vec<u32> = (0..553).collect();
        let binned = bin_category(&values, &train);
        assert_eq!(
            (binned.codes[252], binned.codes[253], binned.codes[553], binned.codes[554]),
            (252, 253, 253, 254)
        );
    }
}
