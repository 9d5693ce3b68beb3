//! Dendrogram: which rows were merged at which distance.
//!
//! | symbol | shape       | unit                                                              |
//! |--------|-------------|-------------------------------------------------------------------|
//! | `n`    | scalar      | leaves                                                            |
//! | merges | `[n - 1]`   | merge `i` joins nodes `a` and `b` below `n + i` into node `n + i`  |
//!
//! At most [`MOST`] leaves are drawn, by the last merges; a subtree below them is one leaf with its number of rows.
//!
//! # Source
//!
//! The matrix is scipy's `linkage`; truncation as its `dendrogram(truncate_mode="lastp")`.
//!
//! Not here: merging (`learn`).

use std::collections::BTreeMap;

use super::{Axis, Layer, Xy};
use crate::data::Merge;
use crate::number;

/// Largest number of leaves that are drawn.
const MOST: usize = 30;

/// The drawing, and the numbers of rows of the leaves from left to right. `None` if the merges are not a tree.
pub(crate) fn tree(merges: &[Merge], height: &str, rows: &str) -> Option<(Xy, Vec<usize>)> {
    let n = merges.len() + 1;
    let drawn = &merges[merges.len().saturating_sub(MOST - 1)..];
    let first = n + merges.len() - drawn.len();
    let size = |node: usize| if node < n { Some(1) } else { merges.get(node - n).map(|m| m.size) };
    // Visits the leaves from left to right with a stack instead of recursion, since a tree can be as deep as it has merges.
    let mut leaves = Vec::new();
    let mut stack = vec![n + merges.len().checked_sub(1)?];
    let mut seen = 0;
    while let Some(node) = stack.pop() {
        seen += 1;
        if seen > 2 * MOST {
            return None;
        }
        if node < first {
            leaves.push((node, size(node)?));
        } else {
            let merge = merges.get(node - n).filter(|m| m.a < node && m.b < node)?;
            stack.extend([merge.b, merge.a]);
        }
    }
    let mut at: BTreeMap<usize, (f64, f64)> =
        leaves.iter().zip(0..).map(|((node, _), x)| (*node, (f64::from(x), 0.0))).collect();
    let mut segments = Vec::new();
    for (merge, node) in drawn.iter().zip(first..) {
        let (a, b, y) = (*at.get(&merge.a)?, *at.get(&merge.b)?, merge.height);
        segments.extend([[a, (a.0, y)], [(a.0, y), (b.0, y)], [(b.0, y), b]]);
        at.insert(node, ((a.0 + b.0) / 2.0, y));
    }
    let sizes: Vec<usize> = leaves.iter().map(|(_, size)| *size).collect();
    let x = Axis {
        name: rows.to_owned(),
        range: (-0.7, sizes.len() as f64 - 0.3),
        ticks: Vec::new(),
        format: number::tick,
    };
    let y = Axis::around(height, drawn.iter().map(|m| m.height), true);
    Some((Xy { x, y, height: 240, layers: vec![Layer::Segments(segments)] }, sizes))
}
