//! One input's likelihood as columns of a linear head.
//!
//! | symbol  | shape                    | unit                                                         |
//! |---------|--------------------------|--------------------------------------------------------------|
//! | `z`     | a cell                   | deviations of the input from the mean of its narrowest class |
//! | `μ, v`  | `[n_classes]`            | mean and variance of `z` in a class                          |
//! | `θ`     | `[n_classes]` a value    | its chance in a class                                        |
//!
//! Why the narrowest class: `(z − μ)²/2v` is written out as `z²/2v − zμ/v + μ²/2v`, and where `v` is small three large
//! numbers must cancel in `f32`. With `μ = 0` there is but one.
//!
//! Invariants
//! - With the input missing the columns, times the weights, are minus the base: nothing is said.
//!
//! Not here: priors, the sum over inputs.

use super::Column;
use floorwalker_engine::head::EncodingDef;
use std::f64::consts::PI;

/// A spread below this share of the mean is rounding: `f32` has 24 bits.
const ROUNDING: f64 = 1e-6;

/// Who was what.
pub(super) struct Rows<'a> {
    /// `[n_rows]`, below `n_classes`.
    pub ids: &'a [u32],
    /// At least 2.
    pub n_classes: usize,
    /// `[n_rows]`, positive.
    pub weights: &'a [f64],
}

impl Rows<'_> {
    /// Sum of `weight · f(row)` in each class, rows of `None` left out: `[n_classes]`.
    pub(super) fn sums(&self, f: impl Fn(usize) -> Option<f64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.n_classes];
        for (row, (&class, weight)) in self.ids.iter().zip(self.weights).enumerate() {
            if let Some(value) = f(row) {
                sums[class as usize] += weight * value;
            }
        }
        sums
    }
}

/// What one input adds to each class: `base + columns · weights`.
pub(super) struct Terms {
    /// Of one input.
    pub encodings: Vec<EncodingDef>,
    /// `[n_columns, n_classes]`, row-major.
    pub weights: Vec<f64>,
    /// `[n_classes]`.
    pub base: Vec<f64>,
}

/// A number drawn from a bell curve. None where it is never known or never changes.
pub(super) fn gaussian(input: u16, x: &[f32], rows: &Rows<'_>, var_smoothing: f64) -> Option<Terms> {
    let (low, high) = x
        .iter()
        .filter(|x| !x.is_nan())
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    let cell = |row: usize| Some(f64::from(x[row])).filter(|x| !x.is_nan());
    let (mean, variance, means, variances) = moments(rows, cell)?;
    let deviation = variance.sqrt();
    let factor = (1.0 / deviation) as f32;
    if deviation <= ROUNDING * mean.abs() || !factor.is_finite() {
        return None;
    }
    let narrowest = (0..rows.n_classes).min_by(|&a, &b| variances[a].total_cmp(&variances[b]))?;
    let offset = (means[narrowest] as f32).max(low).min(high);
    // The very numbers that the page will see.
    let z = |row: usize| cell(row).map(|_| f64::from((x[row] - offset) * factor));
    let (_, variance, means, variances) = moments(rows, z)?;
    let wide = |v: &f64| v + var_smoothing * variance;
    let variances: Vec<f64> = variances.iter().map(wide).collect();
    let pairs = || means.iter().zip(&variances);
    let base: Vec<f64> = pairs().map(|(m, v)| -m * m / (2.0 * v) - 0.5 * libm::log(2.0 * PI * v)).collect();
    let mut weights: Vec<f64> = pairs().map(|(m, v)| m / v).collect();
    weights.extend(variances.iter().map(|v| -0.5 / v));
    weights.extend(&base);
    let encodings = vec![
        EncodingDef::Number { input, low, high, offset, factor, impute: offset },
        EncodingDef::Square { input, low, high, offset, factor, impute: offset },
        EncodingDef::Present { input },
    ];
    Some(Terms { encodings, weights, base: vec![0.0; rows.n_classes] })
}

/// Mean and variance over all rows and in each class, which takes the former where it knows nothing.
fn moments(rows: &Rows<'_>, cell: impl Fn(usize) -> Option<f64>) -> Option<(f64, f64, Vec<f64>, Vec<f64>)> {
    let known = rows.sums(|row| cell(row).map(|_| 1.0));
    let sums = rows.sums(&cell);
    let total = known.iter().sum::<f64>();
    let mean = sums.iter().sum::<f64>() / total;
    let means: Vec<f64> = sums.iter().zip(&known).map(|(s, n)| if *n > 0.0 { s / n } else { mean }).collect();
    let within = rows.sums(|row| cell(row).map(|x| (x - means[rows.ids[row] as usize]).powi(2)));
    let between = means.iter().zip(&known).map(|(m, n)| n * (m - mean) * (m - mean)).sum::<f64>();
    let variance = (within.iter().sum::<f64>() + between) / total;
    let variances = within.iter().zip(&known).map(|(s, n)| if *n > 0.0 { s / n } else { variance });
    (total > 0.0).then(|| (mean, variance, means, variances.collect()))
}

/// Counts from one urn; every column of them is a number.
pub(super) fn multinomial(columns: &[Column<'_>], rows: &Rows<'_>, smoothing: f64) -> Vec<Terms> {
    let of_column = |column: &Column<'_>| match column {
        Column::Number(x) => rows.sums(|row| Some(f64::from(x[row])).filter(|x| !x.is_nan())),
        Column::Category { .. } => vec![0.0; rows.n_classes],
    };
    let counts: Vec<Vec<f64>> = columns.iter().map(of_column).collect();
    let total = |class: usize| {
        counts.iter().map(|counts| counts[class]).sum::<f64>() + smoothing * columns.len() as f64
    };
    let totals: Vec<f64> = (0..rows.n_classes).map(total).collect();
    let of_counts = |(input, counts): (u16, &Vec<f64>)| Terms {
        encodings: vec![EncodingDef::Number {
            input,
            low: 0.0,
            high: f32::INFINITY,
            offset: 0.0,
            factor: 1.0,
            impute: 0.0,
        }],
        weights: counts.iter().zip(&totals).map(|(n, all)| libm::log((n + smoothing) / all)).collect(),
        base: vec![0.0; rows.n_classes],
    };
    (0..).zip(&counts).map(of_counts).collect()
}

/// 1 above `threshold`, else 0.
pub(super) fn step(input: u16, threshold: f32) -> EncodingDef {
    // Next to 0 the numbers are so close that one over their distance is infinite.
    let high = threshold.next_up().max(threshold + f32::MIN_POSITIVE);
    let factor = 1.0 / (high - threshold);
    EncodingDef::Number { input, low: threshold, high, offset: threshold, factor, impute: threshold }
}

/// A number that is 0 or 1, as it is.
pub(super) fn unit(input: u16) -> EncodingDef {
    EncodingDef::Number { input, low: 0.0, high: 1.0, offset: 0.0, factor: 1.0, impute: 0.0 }
}

/// A number of which only matters whether `encoding`, a [`step`] or a [`unit()`], makes it 1.
pub(super) fn bernoulli(
    input: u16,
    x: &[f32],
    encoding: EncodingDef,
    rows: &Rows<'_>,
    smoothing: f64,
) -> Terms {
    let one = if let EncodingDef::Number { high, .. } = encoding { high } else { 1.0 };
    let known = |row: usize| (!x[row].is_nan()).then_some(());
    let n = rows.sums(|row| known(row).map(|()| 1.0));
    let ones = rows.sums(|row| known(row).map(|()| f64::from(u8::from(x[row] >= one))));
    let odds = ones.iter().zip(&n).map(|(ones, n)| (ones + smoothing, n - ones + smoothing));
    let odds: Vec<(f64, f64)> = odds.collect();
    let base: Vec<f64> = odds.iter().map(|(yes, no)| libm::log(no / (yes + no))).collect();
    let mut weights: Vec<f64> = odds.iter().map(|(yes, no)| libm::log(yes / no)).collect();
    weights.extend(&base);
    Terms {
        encodings: vec![encoding, EncodingDef::Present { input }],
        weights,
        base: vec![0.0; rows.n_classes],
    }
}

/// A category. None where there are no names.
pub(super) fn categorical(
    input: u16,
    codes: &[u16],
    names: &[String],
    rows: &Rows<'_>,
    smoothing: f64,
) -> Option<Terms> {
    let k = rows.n_classes;
    let mut counts = vec![smoothing; names.len() * k];
    let mut totals = vec![smoothing * names.len() as f64; k];
    for ((&code, &class), weight) in codes.iter().zip(rows.ids).zip(rows.weights) {
        if code != u16::MAX {
            counts[usize::from(code) * k + class as usize] += weight;
            totals[class as usize] += weight;
        }
    }
    let weights = counts.chunks_exact(k).flat_map(|row| row.iter().zip(&totals));
    let weights = weights.map(|(n, total)| libm::log(n / total)).collect();
    let encodings = vec![EncodingDef::OneHot { input, categories: names.to_vec(), other: false }];
    (!names.is_empty()).then(|| Terms { encodings, weights, base: vec![0.0; k] })
}
