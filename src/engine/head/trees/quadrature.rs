//! Gauss–Legendre quadrature on `[0, 1]`. It integrates polynomials exactly, which makes exact contributions possible.
//!
//! Not here: the integrand (`shap`).

use crate::list::list;
use alloc::vec::Vec;

/// A point of Gauss–Legendre quadrature on `[0, 1]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knot {
    /// Position of the knot in `[0, 1]`.
    pub(super) t: f64,
    /// Weight of the integrand at the knot.
    pub(super) weight: f64,
}

/// The knots that integrate the paths of up to `players` players exactly.
pub(super) fn knots(players: u32) -> Vec<Knot> {
    // The integrand is a polynomial of degree `players - 1`; n knots are exact up to degree 2n - 1.
    let n = players.div_ceil(2).max(1);
    list((0..n).map(|index| knot(index, n)))
}

/// A root of the Legendre polynomial of degree `n` and its weight, by Newton's method from the usual cosine guess.
fn knot(index: u32, n: u32) -> Knot {
    let n_real = f64::from(n);
    let mut x = cosine((f64::from(index) + 0.75) / (n_real + 0.5));
    let mut slope = 1.0;
    for _ in 0..8 {
        let (mut before, mut value) = (1.0, x);
        for k in 2..=n {
            let k = f64::from(k);
            (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
        }
        slope = n_real * (x * value - before) / (x * x - 1.0);
        x -= value / slope;
    }
    Knot { t: (1.0 + x) / 2.0, weight: 1.0 / ((1.0 - x * x) * slope * slope) }
}

/// `cos(π · half_turns)` for `half_turns` in `[0, 1]`, within 0.002: accurate enough for a first guess, and 6 KB smaller than
/// `libm`'s cosine.
///
/// # Source
///
/// Bhāskara I, *Mahābhāskarīya* (7th century), VII 17–19.
fn cosine(half_turns: f64) -> f64 {
    let part = if half_turns > 0.5 { 1.0 - half_turns } else { half_turns };
    let cosine = (1.0 - 4.0 * part * part) / (1.0 + part * part);
    if half_turns > 0.5 { -cosine } else { cosine }
}
