//! Quantisation: rows as one-byte integers (cells), with a unit (scale) for each column.
//!
//! A column of whole numbers within ±127 has unit 1 and is exact. For any other column, [`UNITS`] units between `max|x| / 127`
//! and 1.5 times as much are tried, and the one with the least squared error is used. Then a value that most rows share, such as
//! the zero of a standardised count, is represented almost exactly. The rounding error is at most half a unit.
//!
//! Not here: the choice of rows.

use ndarray::Array2;

/// Largest magnitude of a cell.
const MOST: f32 = 127.0;
/// Number of units tried for a column.
const UNITS: u8 = 64;

/// Quantised rows.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::kinds) struct Cells {
    /// Unit of each column, by which its cells are multiplied: `[n_columns]`.
    pub(in crate::kinds) scale: Vec<f32>,
    /// The cells, `[n_rows, n_columns]`, row-major.
    pub(in crate::kinds) cells: Vec<i8>,
}

impl Cells {
    /// Quantises `x`, `[n_rows, n_columns]`, finite, rounding to nearest.
    pub(in crate::kinds) fn of(x: &Array2<f32>) -> Self {
        let unit = |column: ndarray::ArrayView1<'_, f32>| {
            let most = column.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            if most <= MOST && column.iter().all(|x| x.fract() == 0.0) {
                return 1.0;
            }
            let least = (most / MOST).max(f32::MIN_POSITIVE);
            let units = (0..UNITS).map(|step| least * (1.0 + 0.5 * f32::from(step) / f32::from(UNITS)));
            let lost = |unit: f32| -> f64 {
                column.iter().map(|&x| f64::from(x - unit * (x / unit).round()).powi(2)).sum()
            };
            let better = |a: (f32, f64), b: (f32, f64)| if b.1 < a.1 { b } else { a };
            units.map(|unit| (unit, lost(unit))).reduce(better).map_or(least, |(unit, _)| unit)
        };
        let scale: Vec<f32> = x.columns().into_iter().map(unit).collect();
        let cell = |((_, j), &x): ((usize, usize), &f32)| (x / scale[j]).round().clamp(-MOST, MOST) as i8;
        let cells = x.indexed_iter().map(cell).collect();
        Self { scale, cells }
    }

    /// The dequantised rows, as the page reads them: `[n_rows, n_columns]`.
    pub(in crate::kinds) fn read(&self) -> Array2<f32> {
        let p = self.scale.len();
        Array2::from_shape_fn((self.cells.len() / p.max(1), p), |(i, j)| {
            f32::from(self.cells[i * p + j]) * self.scale[j]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn whole_numbers_lose_nothing_and_others_half_a_unit_at_most() {
        let x = array![[1.0, 0.3, 0.0, -300.0], [0.0, -12.7, 0.0, 77.0], [-90.0, 5.04, 0.0, 1.0]];
        let cells = Cells::of(&x);
        assert_eq!(cells.scale[0], 1.0);
        let read = cells.read();
        assert_eq!(read.column(0), x.column(0));
        for ((i, j), &got) in read.indexed_iter() {
            assert!(cells.scale[j] <= 1.0_f32.max(x.column(j).fold(0.0_f32, |a, b| a.max(b.abs())) / 84.0));
            let bound = 0.500_01 * cells.scale[j];
            assert!((got - x[[i, j]]).abs() <= bound, "{got} for {}", x[[i, j]]);
        }
    }

    #[test]
    fn the_value_that_most_rows_share_falls_on_a_cell() {
        let x = Array2::from_shape_fn((50, 1), |(i, _)| if i == 0 { 30.0 } else { -0.3177 });
        let got = Cells::of(&x).read()[[1, 0]];
        assert!((got + 0.3177).abs() < 0.005, "{got}"); // a unit of 30/127 alone would give -0.236
    }
}
