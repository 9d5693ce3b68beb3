//! Histograms: gradients, hessians and counts of a leaf's rows, summed by input and code.
//!
//! Sums are integers in a common unit, so they do not depend on the order of summation: a child's histogram is exactly its
//! parent's minus its sibling's, and inputs can be distributed over threads in any way.
//!
//! | part of a [`Bin`] | bits | unit                                                                 |
//! |-------------------|------|----------------------------------------------------------------------|
//! | gradient          | 64   | a power of two, such that the gradients of a tree sum to at most 2⁶⁰ |
//! | hessian           | 36   | a power of two, such that the hessians of a tree sum to at most 2³⁵  |
//! | rows              | 28   | 1                                                                    |
//!
//! With a million rows, the resolution of hessians is 15 bits below their mean. Rounding happens once per row, not in each sum.
//!
//! # Source
//!
//! Shi et al., *Quantized Training of Gradient Boosting Decision Trees* (2022), for sums of integers. Deviation: the resolution
//! is so fine that neither stochastic rounding nor a refit of the leaves is needed.
use super::bins::BinnedInput;
use super::loss::Slope;
use rayon::prelude::*;
use std::ops::{Add, AddAssign, Sub};

/// Most rows of a table: a count has 28 bits in a [`Bin`].
pub(super) const MAX_ROWS: usize = (1 << ROW_BITS) - 1;
const ROW_BITS: u32 = 28;
/// Bits for the sum of all gradients, and for the sum of all hessians.
const GRADIENT_BITS: i32 = 60;
const HESSIAN_BITS: i32 = 35;
/// Most bins of a block, because a cell has 16 bits.
const MAX_BINS: usize = 1 << 16;

/// The sums over a set of rows, such as those with one code: the gradient in the first word; the hessian and, in the lowest bits,
/// the number of rows in the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bin([u64; 2]);

impl Add for Bin {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self([self.0[0].wrapping_add(other.0[0]), self.0[1].wrapping_add(other.0[1])])
    }
}

impl Sub for Bin {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self([self.0[0].wrapping_sub(other.0[0]), self.0[1].wrapping_sub(other.0[1])])
    }
}

impl AddAssign for Bin {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Bin {
    pub(super) fn rows(self) -> u32 {
        (self.0[1] & ((1 << ROW_BITS) - 1)) as u32
    }
}

/// The values of one integer step of a [`Bin`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unit {
    gradient: f64,
    hessian: f64,
    /// Their reciprocals, which are exact.
    per_gradient: f64,
    per_hessian: f64,
}

impl Unit {
    /// The unit for a tree over `rows`; `slope` gives gradient and hessian of a row.
    pub(super) fn of(rows: &[u32], slope: impl Fn(u32) -> Slope) -> Self {
        let (mut gradients, mut hessians) = (0.0, 0.0);
        for row in rows {
            let [gradient, hessian] = slope(*row);
            gradients += f64::from(gradient.abs());
            hessians += f64::from(hessian);
        }
        let (gradient, hessian) = (step(gradients, GRADIENT_BITS), step(hessians, HESSIAN_BITS));
        Self { gradient, hessian, per_gradient: 1.0 / gradient, per_hessian: 1.0 / hessian }
    }

    /// The integer gradient and hessian of a row.
    pub(super) fn bin(self, [gradient, hessian]: Slope) -> Bin {
        let gradient = (f64::from(gradient) * self.per_gradient) as i64;
        let hessian = (f64::from(hessian) * self.per_hessian + 0.5) as i64;
        Bin([gradient as u64, (hessian as u64) << ROW_BITS | 1])
    }

    pub(super) fn gradient(self, bin: Bin) -> f64 {
        bin.0[0] as i64 as f64 * self.gradient
    }

    pub(super) fn hessian(self, bin: Bin) -> f64 {
        (bin.0[1] >> ROW_BITS) as i64 as f64 * self.hessian
    }
}

/// The smallest power of two of which `sum` is at most `2^bits` multiples.
fn step(sum: f64, bits: i32) -> f64 {
    // Computed from the bits of the float, because a logarithm's last digit depends on the platform. The bounds keep the step
    // from being 0 or infinite.
    let exponent = (sum.to_bits() >> 52) as i32 - 1_022;
    2.0_f64.powi(exponent.clamp(-900, 900) - bits)
}

/// A block of inputs, with the cells of a row adjacent in memory.
struct Block {
    /// `(input, first bin)`.
    inputs: Vec<(usize, usize)>,
    n_bins: usize,
    /// Bin index of each input for each row: `[n_rows, n_inputs]`.
    cells: Vec<u16>,
}

/// The inputs that a tree may use, in blocks. Each thread processes one block at a time.
pub(super) struct Layout {
    blocks: Vec<Block>,
    active: Vec<bool>,
}

/// The bins of a leaf, one list per block.
pub(super) type Histogram = Vec<Vec<Bin>>;

impl Layout {
    /// A layout without inputs.
    pub(super) fn none() -> Self {
        Self { blocks: Vec::new(), active: Vec::new() }
    }

    pub(super) fn is_of(&self, active: &[bool]) -> bool {
        self.active == active
    }

    /// Distributes the `active` inputs over blocks for `n_threads` threads.
    pub(super) fn new(inputs: &[BinnedInput], active: &[bool], n_threads: usize) -> Self {
        let used: Vec<usize> = (0..inputs.len()).filter(|input| active[*input]).collect();
        let width = |input: usize| usize::from(inputs[input].missing) + 1;
        let all: usize = used.iter().map(|input| width(*input)).sum();
        let n_blocks = n_threads.max(all.div_ceil(MAX_BINS / 2)).min(used.len());
        // The load of a block: the bins to search, and a constant per input for its cells.
        let mut parts = vec![(0_usize, Vec::new()); n_blocks];
        let mut by_width = used;
        by_width.sort_by_key(|input| std::cmp::Reverse(width(*input)));
        for input in by_width {
            let Some(least) = parts.iter_mut().min_by_key(|(load, _)| *load) else { break };
            least.0 += width(input) + CELL;
            least.1.push(input);
        }
        let blocks = parts.into_par_iter().map(|(_, part)| Block::new(inputs, part)).collect();
        Self { blocks, active: active.to_vec() }
    }

    pub(super) fn histogram(&self) -> Histogram {
        self.blocks.iter().map(|block| vec![Bin::default(); block.n_bins]).collect()
    }

    pub(super) fn n_bins(&self) -> usize {
        self.blocks.iter().map(|block| block.n_bins).sum()
    }

    pub(super) fn n_inputs(&self) -> usize {
        self.blocks.iter().map(|block| block.inputs.len()).sum()
    }

    /// Sums gradients and hessians of the rows into the bins of one block.
    pub(super) fn count(&self, block: usize, bins: &mut [Bin], rows: &[u32], slopes: &[Bin]) {
        let Block { inputs, cells, .. } = &self.blocks[block];
        let width = inputs.len();
        bins.fill(Bin::default());
        for row in rows {
            let row = *row as usize;
            let slope = slopes[row];
            for cell in &cells[row * width..][..width] {
                bins[usize::from(*cell)] += slope;
            }
        }
    }

    /// The inputs of a block, with the index of their first bin.
    pub(super) fn inputs(&self, block: usize) -> &[(usize, usize)] {
        &self.blocks[block].inputs
    }
}

/// Load of an input in addition to its bins, for balancing the blocks.
const CELL: usize = 64;

impl Block {
    fn new(inputs: &[BinnedInput], mut part: Vec<usize>) -> Self {
        part.sort_unstable();
        let mut n_bins = 0;
        let mut placed = Vec::with_capacity(part.len());
        for input in part {
            placed.push((input, n_bins));
            n_bins += usize::from(inputs[input].missing) + 1;
        }
        let n_rows = inputs.first().map_or(0, |input| input.codes.len());
        let mut cells = vec![0; n_rows * placed.len()];
        for (at, (input, first)) in placed.iter().enumerate() {
            let of_input = cells.iter_mut().skip(at).step_by(placed.len());
            for (cell, code) in of_input.zip(&inputs[*input].codes) {
                *cell = (first + usize::from(*code)) as u16;
            }
        }
        Self { inputs: placed, n_bins, cells }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::trees::Column;
    use crate::kinds::trees::bins::bin;

    #[test]
    fn a_bin_holds_what_was_put_in() {
        let slopes = [[0.5, 0.25], [-0.125, 0.1875], [1e-9, 1e-16]];
        let unit = Unit::of(&[0, 1, 2], |row| slopes[row as usize]);
        let sum = slopes.iter().fold(Bin::default(), |sum, slope| sum + unit.bin(*slope));
        assert_eq!(sum.rows(), 3);
        assert!((unit.gradient(sum) - (0.375 + 1e-9)).abs() < 1e-15, "{}", unit.gradient(sum));
        assert!((unit.hessian(sum) - 0.4375).abs() < 1e-9, "{}", unit.hessian(sum));
        assert_eq!(sum - unit.bin(slopes[2]) - unit.bin(slopes[0]), unit.bin(slopes[1]));
    }

    #[test]
    fn sums_stay_in_their_bits_whatever_the_slopes() {
        for slope in [[f32::MAX, f32::MAX], [-f32::MAX, 1e-30], [f32::MIN_POSITIVE, 0.0], [0.0, 0.0]] {
            let rows: Vec<u32> = (0..1_000).collect();
            let unit = Unit::of(&rows, |_| slope);
            let sum = rows.iter().fold(Bin::default(), |sum, _| sum + unit.bin(slope));
            assert_eq!(sum.rows(), 1_000, "{slope:?}");
            let close = |found: f64, one: f32| (found - 1e3 * f64::from(one)).abs() <= 1e-6 * found.abs();
            assert!(close(unit.gradient(sum), slope[0]) && close(unit.hessian(sum), slope[1]), "{slope:?}");
        }
    }

    #[test]
    fn every_block_counts_its_inputs() {
        let (x, kind) = ([1.0, 2.0, 2.0, f32::NAN], [0, 1, u16::MAX, 0]);
        let columns = [Column::Number(&x), Column::Category { codes: &kind, n: 2 }, Column::Number(&x)];
        let inputs = bin(&columns, &[0, 1, 2, 3], 8);
        let slopes: Vec<Bin> = {
            let unit = Unit::of(&[0, 1, 2, 3], |_| [1.0, 1.0]);
            (0..4).map(|row| unit.bin([row as f32, 1.0])).collect()
        };
        for n_threads in [1, 2, 9] {
            let layout = Layout::new(&inputs, &[true, true, false], n_threads);
            assert_eq!((layout.n_inputs(), layout.n_bins()), (2, 3 + 4), "{n_threads} threads");
            for (block, mut bins) in layout.histogram().into_iter().enumerate() {
                layout.count(block, &mut bins, &[1, 2, 3], &slopes);
                for (input, first) in layout.inputs(block) {
                    let counts: Vec<u32> = bins[*first..].iter().map(|bin| bin.rows()).collect();
                    let expected: &[u32] = if *input == 0 { &[0, 2, 1] } else { &[1, 1, 0, 1] };
                    assert_eq!(&counts[..expected.len()], expected, "input {input}");
                }
            }
        }
    }
}
