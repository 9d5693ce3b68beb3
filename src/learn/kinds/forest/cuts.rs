//! Cuts: the candidate splits of an input, in the order of its codes.
//!
//! Not here: ordering categories (`ranks`), columns of the ensemble (`inputs`), choosing a cut (`split`).

use crate::kinds::trees::cut::Test;

/// A candidate split of an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    /// Column of the ensemble that the split reads.
    pub(super) column: u8,
    pub(super) test: Test,
    /// Whether the codes up to the cut go right, because they are the members of the set.
    pub(super) low_is_right: bool,
}

/// The cuts of one input; cut `c` is between code `c` and the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Cuts {
    /// Number of codes that are ordered; the others are rare categories and missing.
    pub(super) n_ranked: usize,
    pub(super) cuts: Vec<Cut>,
    /// Upper ends of a number's bins, except the last.
    pub(super) thresholds: Vec<f32>,
    /// Least and largest training value of each bin of a number.
    pub(super) spans: Vec<(f32, f32)>,
    /// For a category, the categories of each rank.
    pub(super) groups: Vec<Vec<u16>>,
}

impl Cuts {
    /// Whether the input is a number without missing values in the training rows.
    pub(super) fn is_plain(&self) -> bool {
        self.groups.is_empty() && self.cuts.len() + 1 == self.n_ranked
    }

    /// The cut nearest to the midpoint between the values of two codes that are adjacent in some leaf.
    pub(super) fn middle(&self, low: usize, high: usize) -> usize {
        let (Some(from), Some(to)) = (self.spans.get(low), self.spans.get(high)) else { return low };
        let middle = from.1 / 2.0 + to.0 / 2.0;
        (low + self.thresholds[low..high].partition_point(|at| *at < middle)).min(high - 1)
    }

    /// The cut at `share` of the way from the least value of code `first` to the largest of code `last`; `None` when no cut lies between.
    pub(super) fn between(&self, first: usize, last: usize, share: f64) -> Option<usize> {
        if first == last {
            // Only rows with unordered codes can be separated from these.
            return (first < self.cuts.len()).then_some(first);
        }
        let by_code = first + (share * (last - first) as f64) as usize;
        let (low, high) = match (self.spans.get(first), self.spans.get(last)) {
            (Some(first), Some(last)) => (f64::from(first.0), f64::from(last.1)),
            _ => return Some(by_code.min(last - 1)),
        };
        let value = low + share * (high - low);
        if !value.is_finite() {
            return Some(by_code.min(last - 1));
        }
        let code = self.thresholds.partition_point(|at| f64::from(*at) < value);
        let (from, to) = self.spans[code];
        let nearest = if value < (f64::from(from) + f64::from(to)) / 2.0 { code.max(1) - 1 } else { code };
        Some(nearest.clamp(first, last - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values 0, 1, 2, 10 and missing.
    fn number() -> Cuts {
        let cut = |code| Cut { column: 0, test: Test::Code(code), low_is_right: false };
        Cuts {
            n_ranked: 4,
            cuts: (0..4).map(cut).collect(),
            thresholds: vec![0.5, 1.5, 6.0],
            spans: vec![(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (10.0, 10.0)],
            groups: Vec::new(),
        }
    }

    #[test]
    fn the_middle_of_a_gap_is_a_middle_of_values() {
        assert_eq!(number().middle(0, 2), 1); // 1: past 0.5
        assert_eq!(number().middle(0, 3), 2); // 5: past 1.5
        assert_eq!(number().middle(2, 3), 2);
    }

    #[test]
    fn a_drawn_cut_is_uniform_in_value() {
        let drawn = |share| number().between(0, 3, share);
        assert_eq!([0.0, 0.049, 0.11, 0.19, 0.3, 0.99].map(drawn), [0, 0, 1, 1, 2, 2].map(Some));
    }

    #[test]
    fn a_single_code_is_cut_from_what_is_missing_only() {
        assert_eq!(number().between(3, 3, 0.5), Some(3));
        let known = Cuts { cuts: number().cuts[..3].to_vec(), ..number() };
        assert_eq!(known.between(3, 3, 0.5), None);
    }
}
