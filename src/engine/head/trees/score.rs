//! The checked ensemble, laid out for fast scoring.
//!
//! A node is packed into one `u64`, so that a step is one load, one compare and one add:
//!
//! | bits   | split                                    | leaf                           |
//! |--------|------------------------------------------|--------------------------------|
//! | 0..8   | index of the left child                  | index of the leaf itself       |
//! | 8..16  | left share                               | 0                              |
//! | 16..32 | slot of the column in [`Row`], below 512 | value, `i16`                   |
//! | 32..64 | key of the threshold, `i32`              | `i32::MAX`: nothing goes right |
//!
//! A step goes to `left + (key > threshold)`. A leaf steps to itself, so every tree of a group takes the same number of
//! steps and no branch depends on the row. Keys are `i32` that sort like the floats ([`order_key`]). Each column has two
//! slots in a row: in the first a missing value is below every threshold, in the second above. A split reads the slot that
//! sends missing values in its direction, so they need no extra instructions.
//!
//! Trees are stored in groups of [`LANES`] with the same output and similar depth, which are walked together so that their loads
//! overlap.
//!
//! # Source
//!
//! Asadi, Lin, de Vries, *Runtime Optimizations for Tree-Based Machine Learning Models* (IEEE TKDE 2014): predication and
//! interleaving. Deviation: several trees of one row are interleaved, not several rows of one tree.
use super::quadrature::{Knot, knots};
use super::{MAX_COLUMNS, NodeDef, TreeDef, TreesDef, TreesError, check};
use crate::list::list;
use crate::order::sort;
use alloc::vec::Vec;

/// How many trees are walked at the same time. Measured for 100 trees of 31 leaves on 20 columns, in µs per row: 2, 4 and 8
/// lanes take 3.8, 2.2 and 1.6 in wasm (V8), 3.7, 1.6 and 1.2 natively.
pub(super) const LANES: usize = 8;
/// How many slots a row has: two for each column.
const SLOTS: usize = 2 * MAX_COLUMNS;

/// One row of columns, converted to keys for scoring. A caller who reuses it for many rows saves clearing 2 KB for each.
#[derive(Clone, Debug)]
pub struct Row {
    keys: [i32; SLOTS],
}

impl Row {
    /// A row in which every column is missing.
    #[must_use]
    pub fn new() -> Self {
        let mut keys = [i32::MAX; SLOTS];
        keys[..MAX_COLUMNS].fill(i32::MIN);
        Self { keys }
    }

    /// Writes one column. NaN means missing.
    #[inline]
    pub fn set(&mut self, column: u8, value: f32) {
        let (below, above) = order_key(value);
        self.keys[usize::from(column)] = below;
        self.keys[usize::from(column) + MAX_COLUMNS] = above;
    }

    /// Writes the columns from 0 on; those past the 256th are not read, those past the end of `x` keep their value.
    #[inline]
    pub fn fill(&mut self, x: &[f32]) {
        let (low, high) = self.keys.split_at_mut(MAX_COLUMNS);
        for ((low, high), &value) in low.iter_mut().zip(high).zip(x) {
            (*low, *high) = order_key(value);
        }
    }
}

impl Default for Row {
    fn default() -> Self {
        Self::new()
    }
}

/// The keys of a value for its two slots: integers that sort like the floats, `-0` equal to `+0`. NaN gives the lowest and the highest.
#[inline]
fn order_key(value: f32) -> (i32, i32) {
    let bits = (value + 0.0).to_bits().cast_signed();
    // Negative floats sort in reverse order of their magnitude bits, so these are flipped.
    let key = bits ^ ((bits >> 31) & i32::MAX);
    if value.is_nan() { (i32::MIN, i32::MAX) } else { (key, key) }
}

/// A checked ensemble.
#[derive(Clone, Debug)]
pub struct Trees {
    n_columns: u16,
    base: Vec<f32>,
    scale: f32,
    /// Node slots per tree: [`ROOM`] or [`LARGE_ROOM`], a power of two, so that masking an index proves it in bounds.
    room: usize,
    /// Trees in groups of [`LANES`] that are walked together, `room` slots each; unused slots are leaves of value 0.
    nodes: Vec<u64>,
    /// Depth of the deepest tree of each group.
    steps: Vec<u32>,
    /// One past the last group of each output: `[n_outputs]`.
    ends: Vec<u32>,
    pub(super) knots: Vec<Knot>,
}

/// Node slots per tree if all trees have at most 32 leaves.
const ROOM: usize = 64;
/// Node slots per tree for trees of any size.
const LARGE_ROOM: usize = 256;
/// A leaf of value 0, which steps to slot 0 of its tree.
const EMPTY: u64 = (i32::MAX as u64) << 32;

impl Trees {
    /// Checks a definition and lays it out for scoring.
    ///
    /// Cost: `O(nodes)`; memory 512 bytes a tree, 2,048 where the largest has more than 64 nodes.
    ///
    /// # Errors
    ///
    /// [`TreesError`] if a count is out of range, a reference does not exist, a number is not finite, or the nodes do not form
    /// one tree.
    pub fn new(def: TreesDef) -> Result<Self, TreesError> {
        check(&def)?;
        let room = room(&def);
        let deepest = def.trees.iter().map(depth).max().unwrap_or(0);
        let knots = knots(deepest.min(u32::from(def.n_columns)));
        let mut trees = Self {
            n_columns: def.n_columns,
            base: def.base,
            scale: def.scale,
            room,
            nodes: Vec::new(),
            steps: Vec::new(),
            ends: Vec::new(),
            knots,
        };
        trees.lay_out(&def.trees);
        Ok(trees)
    }

    /// Lays trees out by output and, within an output, by depth, because all trees of a group take as many steps as the deepest.
    fn lay_out(&mut self, trees: &[TreeDef]) {
        // Sort key of output, depth and index, 16 bits each: MAX_TREES and MAX_NODES are below 2^16.
        let key = |(index, tree): (usize, &TreeDef)| {
            u64::from(tree.output) << 32 | u64::from(depth(tree)) << 16 | index as u64
        };
        let mut order = list(trees.iter().enumerate().map(key));
        sort(&mut order, |a, b| a < b);
        // Reserved at once, as the cost assumes: a list that grows needs its old and new memory at the same time.
        let most = trees.len() + LANES * trees.len().min(self.base.len());
        self.nodes.reserve_exact(most * self.room);
        let mut rest = order.as_slice();
        for output in 0..self.base.len() as u64 {
            let (mine, others) =
                rest.split_at_checked(rest.partition_point(|key| key >> 32 <= output)).unwrap_or_default();
            rest = others;
            for members in mine.chunks(LANES) {
                let start = self.nodes.len();
                self.nodes.resize(start + LANES * self.room, EMPTY);
                let slots = self.nodes.get_mut(start..).unwrap_or(&mut []).chunks_exact_mut(self.room);
                for (key, slots) in members.iter().zip(slots) {
                    let nodes = trees.get((key & 0xffff) as usize).map_or(&[][..], |tree| &tree.nodes);
                    for (at, (slot, node)) in slots.iter_mut().zip(nodes).enumerate() {
                        *slot = packed(at, node);
                    }
                }
                self.steps.push(members.last().map_or(0, |deepest| (deepest >> 16) as u32 & 0xffff));
            }
            self.ends.push(self.steps.len() as u32);
        }
    }

    /// Number of columns of a row.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        usize::from(self.n_columns)
    }

    /// Number of outputs, that is, of logits per row.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.base.len()
    }

    /// Writes the logit of each output into `out`.
    ///
    /// - `x`: `[n_columns]` in column order, NaN for missing. If it is shorter, the other columns are missing; if longer, the rest is not
    ///   read.
    /// - `out`: `[n_outputs]`, finite for every `x`. If it is shorter, the other outputs are not computed.
    ///
    /// Cost: `O(trees * depth)`, no allocation. Clears a [`Row`] on the stack first, which [`Trees::logits_of_row`] avoids.
    #[inline]
    pub fn logits(&self, x: &[f32], out: &mut [f32]) {
        let mut row = Row::new();
        row.fill(x.get(..self.n_columns()).unwrap_or(x));
        self.logits_of_row(&row, out);
    }

    /// [`Trees::logits`] for a row that is already filled. Columns that the ensemble does not have are not read.
    #[inline]
    pub fn logits_of_row(&self, row: &Row, out: &mut [f32]) {
        if self.room == ROOM { self.write::<ROOM>(row, out) } else { self.write::<LARGE_ROOM>(row, out) }
    }

    #[inline]
    fn write<const N: usize>(&self, row: &Row, out: &mut [f32]) {
        let groups = self.nodes.as_chunks::<N>().0.as_chunks::<LANES>().0;
        let mut start = 0;
        for ((logit, base), end) in out.iter_mut().zip(&self.base).zip(&self.ends) {
            let end = *end as usize;
            let sum = match (groups.get(start..end), self.steps.get(start..end)) {
                (Some(groups), Some(steps)) => leaf_sum(groups, steps, &row.keys),
                _ => 0,
            };
            // In f64 the product is exact; the sum is rounded once, and once more to f32.
            *logit = (f64::from(*base) + f64::from(self.scale) * f64::from(sum)) as f32;
            start = end;
        }
    }

    /// Calls `visit` with the nodes of each tree of `output`.
    pub(super) fn each_tree(&self, output: usize, visit: impl FnMut(&[u64])) {
        let end = |output: usize| self.ends.get(output).map_or(0, |&end| end as usize);
        let start = output.checked_sub(1).map_or(0, end);
        let group = LANES * self.room;
        let nodes = self.nodes.get(start * group..end(output) * group).unwrap_or(&[]);
        nodes.chunks_exact(self.room).for_each(visit);
    }

    /// Logit of an output before any tree is added, and logit per leaf unit.
    pub(super) fn base_and_scale(&self, output: usize) -> (f64, f64) {
        (self.base.get(output).copied().map_or(0.0, f64::from), f64::from(self.scale))
    }
}

/// Sum of the leaves that the row reaches.
#[inline]
fn leaf_sum<const N: usize>(groups: &[[[u64; N]; LANES]], steps: &[u32], keys: &[i32; SLOTS]) -> i32 {
    let mut sum = 0;
    for (trees, steps) in groups.iter().zip(steps) {
        let mut nodes = [0; LANES];
        for (node, tree) in nodes.iter_mut().zip(trees) {
            *node = tree[0];
        }
        for _ in 0..*steps {
            for (node, tree) in nodes.iter_mut().zip(trees) {
                *node = tree[next(*node, keys) & (N - 1)];
            }
        }
        sum += nodes.iter().map(|node| i32::from(leaf_value(*node))).sum::<i32>();
    }
    sum
}

/// Index of the child that a row goes to; for a leaf, the index of the leaf itself.
#[inline]
pub(super) fn next(node: u64, keys: &[i32; SLOTS]) -> usize {
    (node & 0xff) as usize + usize::from(keys[(node >> 16) as usize & (SLOTS - 1)] > threshold_key(node))
}

#[inline]
fn threshold_key(node: u64) -> i32 {
    ((node >> 32) as u32).cast_signed()
}

/// Value of a leaf, in leaf units.
#[inline]
pub(super) fn leaf_value(node: u64) -> i16 {
    ((node >> 16) as u16).cast_signed()
}

#[inline]
pub(super) fn is_leaf(node: u64) -> bool {
    threshold_key(node) == i32::MAX
}

/// Column and left share of a split.
pub(super) fn column_and_share(node: u64) -> (usize, f64) {
    ((node >> 16) as usize & (MAX_COLUMNS - 1), f64::from((node >> 8) as u8) / 255.0)
}

/// Keys of a row, as [`next`] reads them.
#[inline]
pub(super) fn keys(row: &Row) -> &[i32; SLOTS] {
    &row.keys
}

fn packed(at: usize, node: &NodeDef) -> u64 {
    match *node {
        NodeDef::Split { column, threshold, missing_left, left, left_share } => {
            let slot = u64::from(column) | if missing_left { 0 } else { MAX_COLUMNS as u64 };
            let key = u64::from(order_key(threshold).0.cast_unsigned());
            u64::from(left) | u64::from(left_share) << 8 | slot << 16 | key << 32
        }
        NodeDef::Leaf { value } => {
            at as u64 | u64::from(value.cast_unsigned()) << 16 | u64::from(i32::MAX.cast_unsigned()) << 32
        }
    }
}

/// Node slots that every tree of `def` gets.
pub(super) fn room(def: &TreesDef) -> usize {
    if def.trees.iter().all(|tree| tree.nodes.len() <= ROOM) { ROOM } else { LARGE_ROOM }
}

/// Splits on the longest path of a tree whose children come after their parents.
pub(super) fn depth(tree: &TreeDef) -> u32 {
    let mut depths = [0; MAX_COLUMNS + 1];
    let mut deepest = 0;
    for (at, node) in tree.nodes.iter().enumerate() {
        let here = depths.get(at).copied().unwrap_or(0);
        deepest = deepest.max(here);
        if let NodeDef::Split { left, .. } = node {
            depths.iter_mut().skip(usize::from(*left)).take(2).for_each(|depth| *depth = here + 1);
        }
    }
    deepest
}
