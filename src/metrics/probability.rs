//! Quality of probabilities: log loss, Brier score, expected calibration error.
//!
//! Not here: correcting probabilities (`calibrate`).

/// Probabilities are kept this far from 0 and 1 in the log loss: the resolution of `f64` around 1, as scikit-learn does for
/// `f64`, so that one wrong prediction with probability 1 costs 36 nats and not infinity.
const EPS: f64 = f64::EPSILON;

/// Number of bins of the expected calibration error.
pub const N_BINS: usize = 15;

/// Mean negative log probability of the true class: `-1/n Σ ln p[i, y[i]]`, in nats. `p` is clipped to
/// `[2⁻⁵², 1 - 2⁻⁵²]`. 0 without rows.
///
/// - `y`: `[n_rows]`, below `n_classes`. `p`: `[n_rows, n_classes]`.
///
/// # Source
///
/// Bishop, *Pattern Recognition and Machine Learning* (2006), eq. 4.108, divided by `n`.
pub fn log_loss(y: &[u32], p: &[f32], n_classes: usize) -> f64 {
    let loss = |(&class, row): (&u32, &[f32])| -f64::from(row[class as usize]).clamp(EPS, 1.0 - EPS).ln();
    mean(y.iter().zip(p.chunks_exact(n_classes.max(1))).map(loss))
}

/// Mean squared error of the probabilities. Two classes: `1/n Σ (p[i, 1] - y[i])²`, in `[0, 1]`. More:
/// `1/n Σ Σ_c (p[i, c] - [y[i] = c])²`, in `[0, 2]`. 0 without rows.
///
/// # Source
///
/// Brier, *Verification of forecasts expressed in terms of probability* (1950), eq. 2. Deviation: with two classes his sum counts
/// the same error twice; half of it is the value commonly reported.
pub fn brier(y: &[u32], p: &[f32], n_classes: usize) -> f64 {
    let error = |(&class, row): (&u32, &[f32])| {
        let squares =
            row.iter().zip(0_u32..).map(|(&p, c)| (f64::from(p) - f64::from(u8::from(c == class))).powi(2));
        squares.sum::<f64>() / if n_classes == 2 { 2.0 } else { 1.0 }
    };
    mean(y.iter().zip(p.chunks_exact(n_classes.max(1))).map(error))
}

/// Expected calibration error (ECE), how far confidence is from accuracy: rows are put in [`N_BINS`] equally wide bins
/// `(m/15, (m+1)/15]` by the probability of the predicted class; the result is `Σ n_bin / n · |accuracy - mean confidence|`. 0 without
/// rows.
///
/// # Source
///
/// Guo, Pleiss, Sun & Weinberger, *On Calibration of Modern Neural Networks* (2017), eq. 5, with their 15 bins.
pub fn expected_calibration_error(y: &[u32], p: &[f32], n_classes: usize) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64); N_BINS]; // (rows right, sum of confidence)
    for (&class, row) in y.iter().zip(p.chunks_exact(n_classes.max(1))) {
        let predicted = super::argmax(row);
        let confidence = f64::from(row[predicted]);
        let bin = ((confidence * N_BINS as f64).ceil() as usize).clamp(1, N_BINS) - 1;
        bins[bin].0 += f64::from(u8::from(predicted == class as usize));
        bins[bin].1 += confidence;
    }
    // n_bin / n · |right / n_bin - confidence / n_bin|: `n_bin` cancels.
    let gap: f64 = bins.iter().map(|(right, confidence)| (right - confidence).abs()).sum();
    gap / y.len().max(1) as f64
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0_f64), |(sum, n), value| (sum + value, n + 1.0));
    sum / n.max(1.0)
}
