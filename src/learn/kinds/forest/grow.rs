//! Growing one tree best-first: the leaf whose split has the largest gain is split next.
//!
//! Invariants
//! - Each tree is grown by one thread with its own random stream, so trees do not depend on each other or on the number of threads.
//! - Rows of a leaf keep their order.
//!
//! # Source
//!
//! Breiman, *Random Forests* (2001): candidate inputs are drawn anew for each split. Best-first growth: Shi, *Best-first decision
//! tree learning* (2007), as scikit-learn does with `max_leaf_nodes`.

use super::ForestSettings;
use super::goal::{Item, Measure, VALUES, WEIGHT, over};
use super::inputs::Inputs;
use super::split::{Found, Search};
use crate::kinds::trees::grow::{Grown, GrownNode};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A leaf that may still be split.
struct Leaf {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    best: Option<Found>,
}

/// A tree with the sums of the rows of every node.
pub(super) struct Tree {
    /// The nodes, common to all outputs; leaves have no values yet.
    nodes: Vec<GrownNode>,
    /// Sums of each node, `[n_nodes, width]`.
    sums: Vec<f64>,
    width: usize,
}

/// Buffers for growing, reused from tree to tree.
#[derive(Default)]
pub(super) struct Room {
    bins: Vec<f64>,
    low: Vec<f64>,
    codes: Vec<u8>,
    moved: Vec<Item>,
    order: Vec<usize>,
}

/// Grows trees on one table.
pub(super) struct Grower<'a, M> {
    pub(super) inputs: &'a Inputs,
    pub(super) settings: &'a ForestSettings,
    pub(super) measure: M,
    /// Number of candidate inputs of a split.
    pub(super) n_candidates: usize,
}

impl<M: Measure> Grower<'_, M> {
    /// Grows a tree on `items`, which are then sorted by leaf.
    pub(super) fn grow(&self, items: &mut [Item], draws: &mut ChaCha8Rng, room: &mut Room) -> Tree {
        let width = self.measure.width();
        room.order.clear();
        room.order.extend(self.inputs.usable());
        let mut tree = Tree { nodes: vec![GrownNode::Leaf { value: 0.0 }], sums: vec![0.0; width], width };
        items.iter().for_each(|item| self.measure.add(&mut tree.sums, item));
        let mut leaves = vec![self.leaf(&tree, (0, 0, items.len(), 0), items, draws, room)];
        while leaves.len() < self.settings.max_leaves {
            let Some((at, found)) = most_gain(&leaves) else { break };
            let Leaf { node, start, end, depth, .. } = leaves.swap_remove(at);
            let middle = start + self.part(&mut tree, node, &found, &mut items[start..end], room);
            let first = tree.nodes.len() - 2;
            for (node, start, end) in [(first, start, middle), (first + 1, middle, end)] {
                leaves.push(self.leaf(&tree, (node, start, end, depth + 1), items, draws, room));
            }
        }
        tree
    }

    /// The leaf of `items[start..end]`, and its best split among candidates drawn for it.
    fn leaf(
        &self,
        tree: &Tree,
        (node, start, end, depth): (usize, usize, usize, usize),
        items: &[Item],
        draws: &mut ChaCha8Rng,
        room: &mut Room,
    ) -> Leaf {
        let mut leaf = Leaf { node, start, end, depth, best: None };
        let items = &items[start..end];
        let few = items.len() < 2 * self.settings.min_leaf_rows as usize;
        if few || depth >= self.settings.max_depth || items.iter().all(|item| item.value == items[0].value) {
            return leaf;
        }
        let Room { bins, low, codes, order, .. } = room;
        let total = &tree.sums[node * tree.width..][..tree.width];
        let mut search = Search {
            inputs: self.inputs,
            measure: self.measure,
            min_rows: f64::from(self.settings.min_leaf_rows),
            items,
            total,
            score: self.measure.score(|at| total[at]),
            bins,
            low,
            codes,
            best: None,
        };
        for at in 0..order.len() {
            // As in scikit-learn: more than the candidates are tried only until some split is found.
            if at >= self.n_candidates && search.best.is_some() {
                break;
            }
            let drawn =
                if self.n_candidates < order.len() { draws.random_range(at..order.len()) } else { at };
            order.swap(at, drawn);
            if self.settings.random_cuts {
                search.one(order[at], draws.random::<f64>());
            } else {
                search.every(order[at]);
            }
        }
        leaf.best = search.best;
        leaf
    }

    /// Splits `node`, partitions its rows into left and right, and returns the number of rows on the left.
    fn part(
        &self,
        tree: &mut Tree,
        node: usize,
        found: &Found,
        items: &mut [Item],
        room: &mut Room,
    ) -> usize {
        let input = &self.inputs.coded[found.input];
        let cut = &self.inputs.cuts[found.input].cuts[found.cut];
        let left = tree.nodes.len();
        tree.sums.resize(tree.sums.len() + 2 * tree.width, 0.0);
        let (left_sums, right_sums) = tree.sums[left * tree.width..].split_at_mut(tree.width);
        room.moved.clear();
        let mut kept = 0;
        for at in 0..items.len() {
            let item = items[at];
            let code = input.codes[item.row as usize];
            let goes_left = if code == input.missing { found.missing_left } else { cut.test.goes_left(code) };
            if goes_left {
                self.measure.add(left_sums, &item);
                items[kept] = item;
                kept += 1;
            } else {
                self.measure.add(right_sums, &item);
                room.moved.push(item);
            }
        }
        items[kept..].copy_from_slice(&room.moved);
        let left_share = over(left_sums[WEIGHT], left_sums[WEIGHT] + right_sums[WEIGHT]);
        let Found { input, missing_left, .. } = *found;
        tree.nodes[node] =
            GrownNode::Split { input, column: cut.column, test: cut.test, missing_left, left, left_share };
        tree.nodes.extend([GrownNode::Leaf { value: 0.0 }; 2]);
        kept
    }
}

impl Tree {
    /// The tree of one output: leaves are the means of value `output` times `factor`. Splits that do not affect this output are
    /// removed.
    pub(super) fn of_output(&self, output: usize, factor: f64) -> Grown {
        let mut nodes = self.nodes.clone();
        // Children come after their parent.
        for at in (0..nodes.len()).rev() {
            let sums = &self.sums[at * self.width..][..self.width];
            match nodes[at] {
                GrownNode::Leaf { .. } => {
                    nodes[at] = GrownNode::Leaf { value: factor * over(sums[VALUES + output], sums[WEIGHT]) };
                }
                GrownNode::Split { left, .. } => {
                    if let [GrownNode::Leaf { value: a }, GrownNode::Leaf { value: b }] =
                        nodes[left..left + 2]
                        && a == b
                    {
                        nodes[at] = GrownNode::Leaf { value: a };
                    }
                }
            }
        }
        Grown { output, nodes }
    }
}

/// The leaf to split next; in a tie the one with the earlier rows.
fn most_gain(leaves: &[Leaf]) -> Option<(usize, Found)> {
    let open = leaves.iter().enumerate().filter_map(|(at, leaf)| Some((at, leaf.best?)));
    open.reduce(|best, next| {
        let earlier = leaves[next.0].start < leaves[best.0].start;
        if next.1.gain > best.1.gain || (next.1.gain == best.1.gain && earlier) { next } else { best }
    })
}
