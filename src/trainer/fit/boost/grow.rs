//! Growing one tree, leaf by leaf: the leaf that gains most is split next.
//!
//! Invariants
//! - A histogram is summed over its rows in row order by one thread; threads share out inputs, never rows. So the tree
//!   does not depend on their number.
//! - Rows of a leaf stay in the order they came in.
//!
//! # Source
//!
//! Ke et al., *LightGBM* (2017): histograms, best-first growth, the larger child's histogram by subtraction.
use super::bins::BinnedInput;
use super::loss::{Loss, Slope};
use super::reuse::Reuse;
use super::settings::BoostSettings;
use super::split::{Bin, Search, Split, Test, count};
use rayon::prelude::*;

/// Below this many cells (rows times inputs) threads cost more than they save. Filling, subtracting and searching the bins of an
/// input costs about as much as so many rows.
const CELLS_FOR_THREADS: usize = 1 << 13;
const ROWS_OF_BINS: usize = 512;

/// A grown tree: its root is node 0.
#[derive(Clone, Debug)]
pub(in crate::fit) struct Grown {
    pub(in crate::fit) output: usize,
    pub(in crate::fit) nodes: Vec<GrownNode>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::fit) enum GrownNode {
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
    pub(in crate::fit) fn leaf(&self, inputs: &[BinnedInput], row: usize) -> usize {
        let mut at = 0;
        while let GrownNode::Split { input, test, missing_left, left, .. } = &self.nodes[at] {
            let input = &inputs[*input];
            let code = input.codes[row];
            let goes_left = if code == input.missing { *missing_left } else { test.goes_left(code) };
            at = left + usize::from(!goes_left);
        }
        at
    }

    pub(in crate::fit) fn value(&self, node: usize) -> f64 {
        if let GrownNode::Leaf { value } = self.nodes[node] { value } else { 0.0 }
    }
}

/// One histogram per input, indexed by code.
type Histograms = Vec<Vec<Bin>>;

/// A leaf that may still be split.
struct Leaf {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    total: Bin,
    histograms: Histograms,
    best: Option<Split>,
}

/// Grows trees on one table.
pub(super) struct Grower<'a> {
    pub(super) inputs: &'a [BinnedInput],
    pub(super) settings: &'a BoostSettings,
    pub(super) loss: Loss<'a>,
    /// Histograms that no leaf needs any more.
    spare: Vec<Histograms>,
    /// Slopes in the order of a leaf's rows.
    gathered: Vec<Slope>,
    /// Rows on their way right.
    moved: Vec<u32>,
}

impl<'a> Grower<'a> {
    pub(super) fn new(inputs: &'a [BinnedInput], settings: &'a BoostSettings, loss: Loss<'a>) -> Self {
        Self { inputs, settings, loss, spare: Vec::new(), gathered: Vec::new(), moved: Vec::new() }
    }

    /// Grows a tree on `rows`, which end up sorted by leaf. `active` says which inputs it may use.
    pub(super) fn grow(
        &mut self,
        output: usize,
        rows: &mut [u32],
        slopes: &[Slope],
        active: &[bool],
        reuse: &mut Reuse,
    ) -> Grown {
        let mut root = Leaf {
            node: 0,
            start: 0,
            end: rows.len(),
            depth: 0,
            total: Bin::default(),
            histograms: self.histograms(),
            best: None,
        };
        for row in &*rows {
            let [gradient, hessian] = slopes[*row as usize];
            root.total.gradient += f64::from(gradient);
            root.total.hessian += f64::from(hessian);
        }
        root.total.rows = rows.len() as u32;
        self.count_root(&mut root, rows, slopes, active, reuse);
        let mut nodes = vec![GrownNode::Leaf { value: self.leaf_value(root.total) }];
        let mut leaves = vec![root];
        while leaves.len() < self.settings.max_leaves {
            let Some((at, split)) = most_gain(&leaves) else { break };
            let Some(column) = reuse.take(&split, &self.inputs[split.input]) else {
                // Planned while a column was left: plan again without.
                leaves[at].best = self.search(&leaves[at].histograms, leaves[at].total, active, reuse);
                continue;
            };
            let (left, right, left_share) = self.part(&leaves[at], &split, rows, nodes.len());
            let Split { input, test, missing_left, .. } = split;
            nodes[leaves[at].node] =
                GrownNode::Split { input, column, test, missing_left, left: left.node, left_share };
            nodes.push(GrownNode::Leaf { value: self.leaf_value(left.total) });
            nodes.push(GrownNode::Leaf { value: self.leaf_value(right.total) });
            let parent = leaves.swap_remove(at).histograms;
            let last = leaves.len() + 2 == self.settings.max_leaves || left.depth >= self.settings.max_depth;
            let (mut left, mut right) = (left, right);
            if last {
                self.spare.push(parent);
            } else {
                let (small, large) = if left.total.rows <= right.total.rows {
                    (&mut left, &mut right)
                } else {
                    (&mut right, &mut left)
                };
                self.count_children(small, large, parent, rows, slopes, active, reuse);
            }
            leaves.push(left);
            leaves.push(right);
        }
        self.spare.extend(leaves.into_iter().map(|leaf| leaf.histograms).filter(|h| !h.is_empty()));
        Grown { output, nodes }
    }

    fn leaf_value(&self, total: Bin) -> f64 {
        let value = -self.settings.learning_rate * total.gradient / (total.hessian + self.settings.l2);
        if value.is_finite() { value } else { 0.0 }
    }

    /// Sorts a leaf's rows into its children's. Also gives the share of the weight that went left.
    fn part(&mut self, leaf: &Leaf, split: &Split, rows: &mut [u32], node: usize) -> (Leaf, Leaf, f64) {
        let input = &self.inputs[split.input];
        let rows = &mut rows[leaf.start..leaf.end];
        self.moved.clear();
        let (mut kept, mut left_weight, mut weight) = (0, 0.0, 0.0);
        for at in 0..rows.len() {
            let row = rows[at];
            let code = input.codes[row as usize];
            let goes_left =
                if code == input.missing { split.missing_left } else { split.test.goes_left(code) };
            let row_weight = self.loss.weight(row as usize);
            weight += row_weight;
            if goes_left {
                left_weight += row_weight;
                rows[kept] = row;
                kept += 1;
            } else {
                self.moved.push(row);
            }
        }
        rows[kept..].copy_from_slice(&self.moved);
        let middle = leaf.start + kept;
        let child = |node, start, end, total| Leaf {
            node,
            start,
            end,
            depth: leaf.depth + 1,
            total,
            histograms: Vec::new(),
            best: None,
        };
        let left = child(node, leaf.start, middle, split.left);
        let right = child(node + 1, middle, leaf.end, split.right);
        (left, right, if weight > 0.0 { left_weight / weight } else { 0.5 })
    }

    fn histograms(&mut self) -> Histograms {
        let fresh =
            || self.inputs.iter().map(|input| vec![Bin::default(); usize::from(input.missing) + 1]).collect();
        self.spare.pop().unwrap_or_else(fresh)
    }

    fn gather(&mut self, rows: &[u32], slopes: &[Slope]) {
        self.gathered.clear();
        self.gathered.extend(rows.iter().map(|row| slopes[*row as usize]));
    }

    fn count_root(
        &mut self,
        root: &mut Leaf,
        rows: &[u32],
        slopes: &[Slope],
        active: &[bool],
        reuse: &Reuse,
    ) {
        self.gather(rows, slopes);
        let work = |(index, bins): (usize, &mut Vec<Bin>)| {
            if !active[index] {
                return None;
            }
            bins.fill(Bin::default());
            count(bins, &self.inputs[index].codes, rows, &self.gathered);
            Search::best(self.settings, reuse, (index, &self.inputs[index]), bins, root.total)
        };
        let found: Vec<Option<Split>> = if self.is_large(rows.len()) {
            root.histograms.par_iter_mut().enumerate().map(work).collect()
        } else {
            root.histograms.iter_mut().enumerate().map(work).collect()
        };
        root.best = first_best(found);
    }

    /// Fills the histograms of two children and finds their best splits. The larger takes the parent's histograms.
    #[expect(clippy::too_many_arguments, reason = "one step of growth, cut out for length")]
    fn count_children(
        &mut self,
        small: &mut Leaf,
        large: &mut Leaf,
        parent: Histograms,
        rows: &[u32],
        slopes: &[Slope],
        active: &[bool],
        reuse: &Reuse,
    ) {
        small.histograms = self.histograms();
        large.histograms = parent;
        let rows = &rows[small.start..small.end];
        self.gather(rows, slopes);
        let work = |(index, (small_bins, large_bins)): (usize, (&mut Vec<Bin>, &mut Vec<Bin>))| {
            if !active[index] {
                return (None, None);
            }
            let input = &self.inputs[index];
            small_bins.fill(Bin::default());
            count(small_bins, &input.codes, rows, &self.gathered);
            for (large, small) in large_bins.iter_mut().zip(&*small_bins) {
                *large = *large - *small;
            }
            let best = |bins: &[Bin], total| Search::best(self.settings, reuse, (index, input), bins, total);
            (best(small_bins, small.total), best(large_bins, large.total))
        };
        let (of_small, of_large): (Vec<_>, Vec<_>) = if self.is_large(rows.len()) {
            small.histograms.par_iter_mut().zip(large.histograms.par_iter_mut()).enumerate().map(work).unzip()
        } else {
            small.histograms.iter_mut().zip(large.histograms.iter_mut()).enumerate().map(work).unzip()
        };
        small.best = first_best(of_small);
        large.best = first_best(of_large);
    }

    fn search(&self, histograms: &Histograms, total: Bin, active: &[bool], reuse: &Reuse) -> Option<Split> {
        let inputs = self.inputs.iter().enumerate().filter(|(index, _)| active[*index]);
        let best =
            |(index, input)| Search::best(self.settings, reuse, (index, input), &histograms[index], total);
        first_best(inputs.map(best).collect())
    }

    fn is_large(&self, n_rows: usize) -> bool {
        (n_rows + ROWS_OF_BINS) * self.inputs.len() >= CELLS_FOR_THREADS
    }
}

/// The split that gains most; of equals, that of the first input.
fn first_best(splits: Vec<Option<Split>>) -> Option<Split> {
    splits.into_iter().flatten().reduce(|best, split| if split.gain > best.gain { split } else { best })
}

/// The leaf to split next; of equals, the one with the earlier rows.
fn most_gain(leaves: &[Leaf]) -> Option<(usize, Split)> {
    let open = leaves.iter().enumerate().filter_map(|(at, leaf)| Some((at, leaf.best?)));
    open.reduce(|best, next| {
        let earlier = leaves[next.0].start < leaves[best.0].start;
        if next.1.gain > best.1.gain || (next.1.gain == best.1.gain && earlier) { next } else { best }
    })
}
