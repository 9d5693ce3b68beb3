//! Draws tree ensembles for property tests. The tests of `bundle` include this file.

use super::{NodeDef, TreeDef, TreesDef};
use alloc::{vec, vec::Vec};
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::Index;

/// What replaces a leaf: a split and its two leaves. Which leaf it is stands first.
type Growth = (Index, (u8, f32, bool, u8), [i16; 2]);

/// Ensembles of `trees` trees, each of `splits` splits (at most 127), for `n_columns` columns (at most 256).
pub(crate) fn ensembles(
    n_outputs: u16,
    n_columns: u16,
    trees: impl Into<SizeRange>,
    splits: impl Into<SizeRange>,
) -> impl Strategy<Value = TreesDef> {
    let tree = (0..n_outputs, tree(n_columns, splits)).prop_map(|(output, nodes)| TreeDef { output, nodes });
    vec(tree, trees).prop_map(move |trees| TreesDef {
        n_columns,
        base: (0..n_outputs).map(f32::from).collect(),
        scale: 0.001,
        trees,
    })
}

/// One tree in four is a path: each split replaces one of the two newest leaves.
fn tree(n_columns: u16, splits: impl Into<SizeRange>) -> impl Strategy<Value = Vec<NodeDef>> {
    let column = (0..n_columns).prop_map(|column| column as u8);
    let split = (column, threshold(), any::<bool>(), 1..=254_u8);
    let growths = vec((any::<Index>(), split, any::<[i16; 2]>()), splits);
    (any::<i16>(), prop::bool::weighted(0.25), growths)
        .prop_map(|(root, is_path, growths)| grown(root, is_path, &growths))
}

/// Few values, so that splits share thresholds and rows meet them; some are of any size.
fn threshold() -> impl Strategy<Value = f32> {
    use prop::num::f32::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL};
    prop_oneof![
        8 => (-8..8_i8).prop_map(|n| f32::from(n) / 2.0),
        1 => Just(-0.0),
        1 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL,
    ]
}

/// The nodes in the order in which they grew: children after their parent, but not breadth first.
fn grown(root: i16, is_path: bool, growths: &[Growth]) -> Vec<NodeDef> {
    let mut nodes = vec![NodeDef::Leaf { value: root }];
    let mut leaves = vec![0];
    for &(which, (column, threshold, missing_left, left_share), values) in growths {
        let newest = if is_path { leaves.len().min(2) } else { leaves.len() };
        let leaf = leaves.swap_remove(leaves.len() - 1 - which.index(newest));
        let left = nodes.len();
        nodes[leaf] = NodeDef::Split { column, threshold, missing_left, left: left as u8, left_share };
        nodes.extend(values.map(|value| NodeDef::Leaf { value }));
        leaves.extend([left, left + 1]);
    }
    nodes
}
