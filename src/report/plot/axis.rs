//! Axes: a range that contains the drawn values, and round numbers along it.
//!
//! Invariants
//! - A value outside the range is drawn at the end of the range, never outside the plot.
//!
//! Not here: drawing them (`xy`, `rows`).

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// One axis.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// Name and unit of the axis.
    pub(crate) name: String,
    /// Smallest and largest value; the first is less than the second.
    pub(crate) range: (f64, f64),
    /// Values at which numbers are written.
    pub(crate) ticks: Vec<f64>,
    /// How these numbers are written.
    pub(crate) format: fn(f64) -> String,
}

impl Axis {
    /// An axis that contains the finite ones of `values` with a margin, and zero, too, if `with_zero`.
    pub(crate) fn around(name: &str, values: impl IntoIterator<Item = f64>, with_zero: bool) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|v| v.abs() < f64::MAX / 4.0).chain(with_zero.then_some(0.0)) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let air = if high > low { 0.04 * (high - low) } else { 0.5 * high.abs().max(1e-3) };
        let range = match with_zero {
            true if low == 0.0 => (0.0, high + air),
            true if high == 0.0 => (low - air, 0.0),
            _ => (low - air, high + air),
        };
        Self {
            name: name.to_owned(),
            range,
            ticks: round_steps(range, 5),
            format: super::super::number::tick,
        }
    }

    /// An axis from 0 to 1, labelled in percent.
    pub(crate) fn share(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            range: (0.0, 1.0),
            ticks: vec![0.0, 0.25, 0.5, 0.75, 1.0],
            format: super::super::number::tick_percent,
        }
    }

    /// The same axis with another number format.
    pub(crate) fn written(mut self, format: fn(f64) -> String) -> Self {
        self.format = format;
        self
    }

    /// An axis of decimal logarithms, with numbers at 1, 2 and 5 times each power of ten, or at fewer if these would be too many.
    pub(crate) fn logarithms(name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let mut axis = Self::around(name, values, false);
        let decades = || (axis.range.0.floor() as i32..=axis.range.1.ceil() as i32).map(f64::from);
        let within = |v: &f64| (axis.range.0..=axis.range.1).contains(v);
        let steps = [&[1.0, 2.0, 5.0][..], &[1.0, 3.0][..], &[1.0][..]];
        let tries = steps.map(|steps| {
            decades()
                .flat_map(|d| steps.iter().map(move |s| d + libm::log10(*s)))
                .filter(within)
                .collect::<Vec<f64>>()
        });
        let fits = tries.iter().find(|ticks| ticks.len() <= 5).cloned();
        axis.ticks = fits.unwrap_or_else(|| round_steps(axis.range, 5));
        axis
    }
}

/// How `plotters` places values and draws its mesh along the axis.
impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let (low, high) = self.range;
        from + (f64::from(to - from) * (value.clamp(low, high) - low) / (high - low)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.range.0..self.range.1
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        (self.format)(*value)
    }
}

/// At most `n + 1` multiples of 1, 2, 2.5 or 5 times a power of ten.
fn round_steps((low, high): (f64, f64), n: usize) -> Vec<f64> {
    let least = (high - low) / n as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(least)));
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|s| s * power)
        .into_iter()
        .find(|s| *s >= least)
        .unwrap_or(10.0 * power);
    let first = (low / step).ceil();
    let ticks = (0..=n).map(|i| (first + i as f64) * step).filter(|t| *t <= high + step * 1e-9);
    // Multiples of negative powers have rounding errors; near zero such an error would be shown as a tiny number.
    ticks.map(|t| if t.abs() < step * 1e-9 { 0.0 } else { t }).collect()
}
