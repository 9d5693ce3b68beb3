//! Pearson's chi-squared test: whether bins and classes are independent, with its p-value.
//!
//! Not here: binning (`bins`).

use super::bins::Counts;

/// The series and the continued fraction end when a term is relatively smaller than this, or after `MAX_TERMS` terms.
const ENOUGH: f64 = 1e-15;
const MAX_TERMS: u32 = 10_000;

/// The result of a test of independence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) statistic: f64,
    pub(super) degrees: usize,
    pub(super) p_value: f64,
    /// Share of cells with an expected count below 5; above 0.2 the p-value is only approximate.
    pub(super) sparse: f64,
}

/// Pearson's chi-squared test. With one bin or one class the statistic is 0 and the p-value 1.
///
/// # Source
///
/// Pearson (1900), `Σ (O - E)² / E` with `E` the product of the margins over `N`, as `N (Σ O² / (row · column) - 1)`, which needs
/// only the non-empty cells; Cochran, *Some Methods for Strengthening the Common χ² Tests* (1954), for the least expected counts.
/// No continuity correction.
pub(super) fn test(counts: &Counts) -> Test {
    let (n_bins, n_classes) = (counts.bins.len(), counts.classes.len());
    let degrees = n_bins.saturating_sub(1) * n_classes.saturating_sub(1);
    if degrees == 0 {
        return Test { statistic: 0.0, degrees, p_value: 1.0, sparse: 0.0 };
    }
    let share = |&(bin, class, n): &(usize, usize, usize)| {
        (n as f64).powi(2) / (counts.bins[bin] as f64 * counts.classes[class] as f64)
    };
    let shares: f64 = counts.cells.iter().map(share).sum();
    let statistic = (counts.n_rows as f64 * (shares - 1.0)).max(0.0);
    let mut classes = counts.classes.clone();
    classes.sort_unstable();
    let few = |&bin: &usize| {
        classes.partition_point(|&class| bin as f64 * (class as f64) < 5.0 * counts.n_rows as f64)
    };
    let n_sparse: usize = counts.bins.iter().map(few).sum();
    let p_value = upper_gamma(degrees as f64 / 2.0, statistic / 2.0);
    Test { statistic, degrees, p_value, sparse: n_sparse as f64 / (n_bins as f64 * n_classes as f64) }
}

/// The regularised upper incomplete gamma function `Q(a, x)`, `a > 0`, `x >= 0`.
///
/// # Source
///
/// Press et al., *Numerical Recipes* (3rd ed., 2007), section 6.2: the series (6.2.5) below `a + 1`, Lentz's continued fraction
/// (6.2.7) above.
fn upper_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let scale = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_TERMS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * ENOUGH {
                break;
            }
        }
        return (1.0 - scale * sum).clamp(0.0, 1.0);
    }
    let tiny = f64::MIN_POSITIVE / f64::EPSILON;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..=MAX_TERMS {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d.abs() < tiny { tiny } else { d };
        c = b + an / c;
        c = if c.abs() < tiny { tiny } else { c };
        fraction *= d * c;
        if (d * c - 1.0).abs() < ENOUGH {
            break;
        }
    }
    (scale * fraction).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(statistic: f64, degrees: f64, p_value: f64) {
        let got = upper_gamma(degrees / 2.0, statistic / 2.0);
        assert!((got - p_value).abs() < 1e-9 * p_value.max(1e-3), "{statistic} {degrees}: {got}");
    }

    /// Closed forms of the p-value: for one degree of freedom `erfc(√(x/2))`, for two `e^(-x/2)`, for four `e^(-x/2) (1 + x/2)`.
    #[test]
    fn chances_are_those_of_the_closed_forms() {
        for x in [0.01, 0.5, 1.0, 2.5, 3.84, 10.0, 40.0, 200.0] {
            check(x, 1.0, libm::erfc((x / 2.0).sqrt()));
            check(x, 2.0, libm::exp(-x / 2.0));
            check(x, 4.0, libm::exp(-x / 2.0) * (1.0 + x / 2.0));
        }
        check(0.0, 3.0, 1.0);
    }

    #[test]
    fn a_two_by_two_table_worked_by_hand() {
        // [[10, 20], [30, 40]]: expected [[12, 18], [28, 42]], 4/12 + 4/18 + 4/28 + 4/42 = 0.793650…
        let bins: Vec<usize> = (0..100).map(|row| usize::from(row >= 30)).collect();
        let ids: Vec<usize> = (0..100).map(|row| usize::from((10..30).contains(&row) || row >= 60)).collect();
        let test = test(&Counts::of(&bins, &ids));
        assert!((test.statistic - 0.793_650_793_650_793_6).abs() < 1e-12);
        assert_eq!((test.degrees, test.sparse), (1, 0.0));
        assert!((test.p_value - libm::erfc((test.statistic / 2.0).sqrt())).abs() < 1e-12);
    }

    #[test]
    fn one_class_tells_nothing() {
        let test = test(&Counts::of(&[0, 1, 2], &[7, 7, 7]));
        assert_eq!((test.statistic, test.p_value), (0.0, 1.0));
    }
}
