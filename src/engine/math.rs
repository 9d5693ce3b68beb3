//! Functions without branches and calls that give the same bits on every target: single additions and products, in a fixed order.
//!
//! Not here: functions that are accurate to the last bit but slow (`libm`).

/// `e^x` within 2 ulp for `x` from −87 to 88; other `x` are clamped to this range. It has no branches and calls, so that the
/// compiler can process four outputs of a softmax at a time; `libm::expf` took twice as long for 16.
///
/// # Source
///
/// Cody and Waite, *Software Manual for the Elementary Functions* (1980), chapter 6, for the reduction; the polynomial is
/// that of Moshier's Cephes library (`expf`).
#[inline]
pub(crate) fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it to a number and subtracting it again rounds the number to a whole one.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > 88.0 { 88.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    let rounded = x * core::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    let r = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4; // ln 2 in two parts
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 0.166_666_65;
    let p = p * r + 0.5;
    let power = (rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127)) << 23;
    (p * (r * r) + r + 1.0) * f32::from_bits(power)
}

/// `1 / √x` for positive normal `x`, within 2 ulp. A square root computed in software would cost as much as 20 n-grams of a message.
///
/// # Source
///
/// Lomont, *Fast inverse square root* (2003), for the initial guess, which three steps of Newton's method improve.
#[inline]
pub(crate) fn inverse_root(x: f32) -> f32 {
    let mut y = f32::from_bits(0x5f37_5a86 - (x.to_bits() >> 1));
    for _ in 0..3 {
        y *= 1.5 - 0.5 * x * y * y;
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: f32, got: f32, exact: f64) {
        let exact = exact as f32;
        assert!(got.to_bits().abs_diff(exact.to_bits()) <= 2, "{x}: {got}, exact {exact}");
    }

    #[test]
    fn exp_is_within_two_ulp() {
        for step in -87_000..=88_000_i32 {
            let x = step as f32 / 1_000.0;
            check(x, exp(x), libm::exp(f64::from(x)));
        }
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn inverse_root_is_within_two_ulp() {
        for step in 1..200_000_u32 {
            let x = step as f32 * 17.3e-3;
            check(x, inverse_root(x), 1.0 / libm::sqrt(f64::from(x)));
        }
    }
}
