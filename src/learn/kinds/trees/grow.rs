//! Growing one tree best-first: the leaf whose split has the largest gain is split next.
//!
//! Invariants
//! - Inputs are distributed over threads, and sums are exact ([`histogram`](super::histogram)), so the tree does not depend on
//!   the number of threads.
//! - Rows of a leaf keep their order.
//!
//! # Source
//!
//! Ke et al., *LightGBM* (2017): histograms, best-first growth, the larger child's histogram by subtraction.
use super::bins::BinnedInput;
use super::cut::{Split, Test};
use super::histogram::{Bin, Histogram, Layout, Unit};
use super::loss::Slope;
use super::reuse::Reuse;
use super::settings::BoostSettings;
use super::split::{Search, Terms};
use rayon::prelude::*;
use std::ops::Range;

/// With fewer cells than this, threads cost more than they save. A cell is one input of one row to count, or one bin to search.
/// The value is so low that in larger tables every split uses the threads: an idle thread soon goes to sleep, and waking it takes
/// longer than most splits.
const CELLS_FOR_THREADS: usize = 1 << 11;

/// A grown tree: its root is node 0.
#[derive(Clone, Debug)]
pub(in crate::kinds) struct Grown {
    pub(in crate::kinds) output: usize,
    pub(in crate::kinds) nodes: Vec<GrownNode>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::kinds) enum GrownNode {
    Split {
        input: usize,
        column: u8,
        test: Test,
        missing_left: bool,
        /// Index of the left child; the right child follows it.
        left: usize,
        /// Share of the training weight that went left.
        left_share: f64,
    },
    Leaf {
        value: f64,
    },
}

impl Grown {
    /// Index of the leaf that a row reaches.
    pub(in crate::kinds) fn leaf(&self, inputs: &[BinnedInput], row: usize) -> usize {
        let mut at = 0;
        while let GrownNode::Split { input, test, missing_left, left, .. } = &self.nodes[at] {
            let input = &inputs[*input];
            let code = input.codes[row];
            let goes_left = if code == input.missing { *missing_left } else { test.goes_left(code) };
            at = left + usize::from(!goes_left);
        }
        at
    }

    pub(in crate::kinds) fn value(&self, node: usize) -> f64 {
        if let GrownNode::Leaf { value } = self.nodes[node] { value } else { 0.0 }
    }
}

/// A tree, and the rows of each leaf.
pub(super) struct Growth {
    pub(super) tree: Grown,
    /// The rows of each leaf, as a range of the rows that the tree was grown on, and the leaf's value.
    pub(super) leaves: Vec<(Range<usize>, f64)>,
}

/// A leaf that may still be split.
struct Leaf {
    node: usize,
    rows: Range<usize>,
    depth: usize,
    total: Bin,
    /// Empty when the leaf cannot be split.
    histogram: Histogram,
    best: Option<Split>,
}

/// Grows trees on one table.
pub(super) struct Grower<'a> {
    pub(super) inputs: &'a [BinnedInput],
    pub(super) settings: &'a BoostSettings,
    pub(super) weights: Option<&'a [f32]>,
    /// The inputs of the current tree.
    layout: Layout,
    /// Gradient and hessian of each row, in the unit of the current tree.
    slopes: Vec<Bin>,
    unit: Unit,
    /// Histograms that are free for reuse.
    spare: Vec<Histogram>,
    /// Buffer for rows that go right.
    moved: Vec<u32>,
}

impl<'a> Grower<'a> {
    pub(super) fn new(
        inputs: &'a [BinnedInput],
        settings: &'a BoostSettings,
        weights: Option<&'a [f32]>,
    ) -> Self {
        Self {
            inputs,
            settings,
            weights,
            layout: Layout::none(),
            slopes: Vec::new(),
            unit: Unit::default(),
            spare: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// Grows a tree on `rows`, which are then sorted by leaf. `active` says which inputs it may use; `slope` gives gradient and
    /// hessian of a row.
    pub(super) fn grow(
        &mut self,
        output: usize,
        rows: &mut [u32],
        slope: impl Fn(u32) -> Slope,
        active: &[bool],
        reuse: &mut Reuse,
    ) -> Growth {
        let root = self.root(rows, slope, active, reuse);
        let mut nodes = vec![GrownNode::Leaf { value: self.leaf_value(root.total) }];
        let mut leaves = vec![root];
        while leaves.len() < self.settings.max_leaves {
            let Some((at, split)) = most_gain(&leaves) else { break };
            let Some(column) = reuse.take(&split, &self.inputs[split.input]) else {
                // The split was found while a column was still available; search again without a new column.
                leaves[at].best = self.search(&leaves[at], reuse);
                continue;
            };
            let mut parent = leaves.swap_remove(at);
            let (mut left, mut right, left_share) = self.part(&parent, &split, rows, nodes.len());
            let Split { input, test, missing_left, .. } = split;
            nodes[parent.node] =
                GrownNode::Split { input, column, test, missing_left, left: left.node, left_share };
            nodes.push(GrownNode::Leaf { value: self.leaf_value(left.total) });
            nodes.push(GrownNode::Leaf { value: self.leaf_value(right.total) });
            let terms = self.terms(reuse);
            let last = leaves.len() + 2 == self.settings.max_leaves || left.depth >= self.settings.max_depth;
            if last || !(terms.can_part(left.total) || terms.can_part(right.total)) {
                self.spare.push(parent.histogram);
            } else {
                let (small, large) = if left.total.rows() <= right.total.rows() {
                    (&mut left, &mut right)
                } else {
                    (&mut right, &mut left)
                };
                large.histogram = std::mem::take(&mut parent.histogram);
                self.count_children(small, large, rows, reuse);
            }
            leaves.push(left);
            leaves.push(right);
        }
        let end = |leaf: &Leaf| (leaf.rows.clone(), self.leaf_value(leaf.total));
        let ends = leaves.iter().map(end).collect();
        self.spare.extend(leaves.into_iter().map(|leaf| leaf.histogram).filter(|bins| !bins.is_empty()));
        Growth { tree: Grown { output, nodes }, leaves: ends }
    }

    fn terms<'t>(&'t self, reuse: &'t Reuse) -> Terms<'t> {
        Terms { settings: self.settings, reuse, unit: self.unit }
    }

    fn leaf_value(&self, total: Bin) -> f64 {
        let (gradient, hessian) = (self.unit.gradient(total), self.unit.hessian(total));
        let value = -self.settings.learning_rate * gradient / (hessian + self.settings.l2);
        if value.is_finite() { value } else { 0.0 }
    }

    /// The root leaf, with all rows.
    fn root(&mut self, rows: &[u32], slope: impl Fn(u32) -> Slope, active: &[bool], reuse: &Reuse) -> Leaf {
        if !self.layout.is_of(active) {
            self.layout = Layout::new(self.inputs, active, rayon::current_num_threads());
            self.spare.clear();
        }
        self.unit = Unit::of(rows, &slope);
        let n_rows = rows.iter().max().map_or(0, |row| *row as usize + 1);
        self.slopes.resize(self.slopes.len().max(n_rows), Bin::default());
        let mut total = Bin::default();
        for row in rows {
            let bin = self.unit.bin(slope(*row));
            self.slopes[*row as usize] = bin;
            total += bin;
        }
        let mut root =
            Leaf { node: 0, rows: 0..rows.len(), depth: 0, total, histogram: self.histogram(), best: None };
        let terms = self.terms(reuse);
        let work = |(block, bins): (usize, &mut Vec<Bin>)| {
            self.layout.count(block, bins, rows, &self.slopes);
            self.search_block(terms, block, bins, total)
        };
        let found: Vec<Option<Split>> = if self.is_large(rows.len(), 1) {
            root.histogram.par_iter_mut().enumerate().map(work).collect()
        } else {
            root.histogram.iter_mut().enumerate().map(work).collect()
        };
        root.best = first_best(found);
        root
    }

    /// Partitions a leaf's rows into its children. Also returns the share of the weight that goes left.
    fn part(&mut self, leaf: &Leaf, split: &Split, rows: &mut [u32], node: usize) -> (Leaf, Leaf, f64) {
        let input = &self.inputs[split.input];
        let ways = split.test.ways(input.missing, split.missing_left);
        let rows = &mut rows[leaf.rows.clone()];
        self.moved.resize(self.moved.len().max(rows.len()), 0);
        let (mut n_left, mut n_right) = (0, 0);
        for at in 0..rows.len() {
            // Branch-free: every row is written to both sides and counted on one.
            let row = rows[at];
            let goes_left = ways[usize::from(input.codes[row as usize])];
            rows[n_left] = row;
            self.moved[n_right] = row;
            n_left += usize::from(goes_left);
            n_right += usize::from(!goes_left);
        }
        rows[n_left..].copy_from_slice(&self.moved[..n_right]);
        let share = match self.weights {
            None => n_left as f64 / rows.len() as f64,
            Some(weights) => {
                let sum =
                    |rows: &[u32]| rows.iter().map(|row| f64::from(weights[*row as usize])).sum::<f64>();
                let (left, right) = (sum(&rows[..n_left]), sum(&rows[n_left..]));
                if left + right > 0.0 { left / (left + right) } else { 0.5 }
            }
        };
        let Range { start, end } = leaf.rows;
        let child = |node, rows, total| Leaf {
            node,
            rows,
            depth: leaf.depth + 1,
            total,
            histogram: Vec::new(),
            best: None,
        };
        let middle = start + n_left;
        (child(node, start..middle, split.left), child(node + 1, middle..end, split.right), share)
    }

    fn histogram(&mut self) -> Histogram {
        self.spare.pop().unwrap_or_else(|| self.layout.histogram())
    }

    /// Fills the histograms of two children and finds their best splits. The larger child holds its parent's histogram, from
    /// which the smaller's is subtracted.
    fn count_children(&mut self, small: &mut Leaf, large: &mut Leaf, rows: &[u32], reuse: &Reuse) {
        small.histogram = self.histogram();
        let rows = &rows[small.rows.clone()];
        let terms = self.terms(reuse);
        let work = |(block, (small_bins, large_bins)): (usize, (&mut Vec<Bin>, &mut Vec<Bin>))| {
            self.layout.count(block, small_bins, rows, &self.slopes);
            for (large, small) in large_bins.iter_mut().zip(&*small_bins) {
                *large = *large - *small;
            }
            let best = |bins: &[Bin], total| self.search_block(terms, block, bins, total);
            (best(small_bins, small.total), best(large_bins, large.total))
        };
        let (of_small, of_large): (Vec<_>, Vec<_>) = if self.is_large(rows.len(), 2) {
            small.histogram.par_iter_mut().zip(&mut large.histogram).enumerate().map(work).unzip()
        } else {
            small.histogram.iter_mut().zip(&mut large.histogram).enumerate().map(work).unzip()
        };
        small.best = first_best(of_small);
        large.best = first_best(of_large);
    }

    fn search(&self, leaf: &Leaf, reuse: &Reuse) -> Option<Split> {
        let terms = self.terms(reuse);
        let best = |(block, bins): (usize, &Vec<Bin>)| self.search_block(terms, block, bins, leaf.total);
        first_best(leaf.histogram.iter().enumerate().map(best))
    }

    fn search_block(&self, terms: Terms<'_>, block: usize, bins: &[Bin], total: Bin) -> Option<Split> {
        if !terms.can_part(total) {
            return None;
        }
        let of_input = |(input, first): &(usize, usize)| {
            Search::best(terms, (*input, &self.inputs[*input]), &bins[*first..], total)
        };
        first_best(self.layout.inputs(block).iter().map(of_input))
    }

    fn is_large(&self, n_rows: usize, n_searches: usize) -> bool {
        n_rows * self.layout.n_inputs() + n_searches * self.layout.n_bins() >= CELLS_FOR_THREADS
    }
}

/// The split with the largest gain; in a tie that of the first input.
fn first_best(splits: impl IntoIterator<Item = Option<Split>>) -> Option<Split> {
    splits.into_iter().flatten().reduce(|best, split| {
        let earlier = split.gain == best.gain && split.input < best.input;
        if split.gain > best.gain || earlier { split } else { best }
    })
}

/// The leaf to split next; in a tie the one with the earlier rows.
fn most_gain(leaves: &[Leaf]) -> Option<(usize, Split)> {
    let open = leaves.iter().enumerate().filter_map(|(at, leaf)| Some((at, leaf.best?)));
    open.reduce(|best, next| {
        let earlier = leaves[next.0].rows.start < leaves[best.0].rows.start;
        if next.1.gain > best.1.gain || (next.1.gain == best.1.gain && earlier) { next } else { best }
    })
}
