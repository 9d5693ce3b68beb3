//! The likelihood of one input, written as columns of a linear head.
//!
//! | symbol | shape                 | unit                                                                         |
//! |--------|-----------------------|------------------------------------------------------------------------------|
//! | `z`    | a cell                | the input, standardised around the mean of the class with the least variance |
//! | `μ, v` | `[n_classes]`         | mean and variance of `z` in a class                                          |
//! | `θ`    | `[n_classes]` a value | probability of a value in a class                                            |
//!
//! Why the class with the least variance: `(z − μ)²/2v` is expanded to `z²/2v − zμ/v + μ²/2v`, and when `v` is small, three large
//! numbers must cancel in `f32`. With `μ = 0` only one large number remains.
//!
//! Invariants
//! - When the input is missing, base plus columns times weights is 0: the input contributes nothing.
//!
//! Not here: priors, the sum over inputs (`export`).

use super::Column;
use floorwalker_engine::head::EncodingDef;
use std::f64::consts::PI;

/// A standard deviation below this share of the mean is rounding error: `f32` has 24 bits.
const ROUNDING: f64 = 1e-6;

/// The class and the weight of each row.
pub(super) struct Rows<'a> {
    /// Class of each row, `[n_rows]`, below `n_classes`.
    pub ids: &'a [u32],
    /// Number of classes, at least 2.
    pub n_classes: usize,
    /// Weight of each row, `[n_rows]`, positive.
    pub weights: &'a [f64],
}

impl Rows<'_> {
    /// Sum of `weight · f(row)` in each class, leaving out rows where `f` is `None`: `[n_classes]`.
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

/// The log likelihood of one input in each class: `base + columns · weights`.
pub(super) struct Terms {
    /// Encodings of the input as columns.
    pub encodings: Vec<EncodingDef>,
    /// Weights, `[n_columns, n_classes]`, row-major.
    pub weights: Vec<f64>,
    /// Constant part of each class, `[n_classes]`.
    pub base: Vec<f64>,
}

/// Terms of a normally distributed number. `None` when it is always missing or constant.
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
    // Exactly the `f32` numbers that the page computes.
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

/// Mean and variance over all rows and in each class; a class without values gets those over all rows.
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

/// Terms of multinomial counts; all columns must be numbers.
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

/// An encoding that is 1 above `threshold`, else 0.
pub(super) fn step(input: u16, threshold: f32) -> EncodingDef {
    // Near 0, adjacent `f32` numbers are so close that the reciprocal of their distance would be infinite.
    let high = threshold.next_up().max(threshold + f32::MIN_POSITIVE);
    let factor = 1.0 / (high - threshold);
    EncodingDef::Number { input, low: threshold, high, offset: threshold, factor, impute: threshold }
}

/// An encoding that leaves a number that is 0 or 1 unchanged.
pub(super) fn unit(input: u16) -> EncodingDef {
    EncodingDef::Number { input, low: 0.0, high: 1.0, offset: 0.0, factor: 1.0, impute: 0.0 }
}

/// Terms of a Bernoulli variable: whether `encoding`, a [`step`] or a [`unit()`], makes the number 1.
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

/// Terms of a category. `None` when there are no names.
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
