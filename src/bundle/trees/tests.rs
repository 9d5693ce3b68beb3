//! Packed trees: round trips, and damaged bytes that are refused.

#[path = "../../engine/head/trees/tests/grown.rs"]
mod grown;

use super::*;
use crate::property::holds;
use grown::ensembles;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn split(column: u8, threshold: f32, missing_left: bool, left: u8, left_share: u8) -> NodeDef {
    NodeDef::Split { column, threshold, missing_left, left, left_share }
}

fn leaf(value: i16) -> NodeDef {
    NodeDef::Leaf { value }
}

fn stump(output: u16, column: u8, threshold: f32, missing_left: bool, left_share: u8) -> TreeDef {
    TreeDef {
        output,
        nodes: vec![split(column, threshold, missing_left, 1, left_share), leaf(-300), leaf(7)],
    }
}

/// Splits on four columns: missing values go right (0), left (1), or to the side with more weight (2 and 3). One tree is a single leaf,
/// one is deeper than a stump.
fn sample() -> TreesDef {
    let deep = vec![
        split(0, 0.5, false, 1, 9),
        split(3, -1.5, true, 3, 200),
        leaf(i16::MIN),
        split(3, 1e9, false, 5, 1),
        leaf(i16::MAX),
        leaf(0),
        leaf(-1),
    ];
    let trees = vec![
        stump(0, 0, 0.5, false, 200),
        stump(1, 1, 0.25, true, 100),
        TreeDef { output: 1, nodes: vec![leaf(5)] },
        stump(0, 2, -0.0, true, 128),
        stump(0, 2, 0.0, false, 127),
        TreeDef { output: 1, nodes: deep },
    ];
    TreesDef { n_columns: 5, base: vec![0.5, -2.0], scale: 0.001, trees }
}

#[track_caller]
fn check(def: &TreesDef) {
    let bytes = pack(def).unwrap();
    let back = unpack(&bytes).unwrap();
    assert_eq!(back, *def);
    // Equality of floats does not distinguish -0 from 0, so the bytes are compared.
    assert_eq!(pack(&back).unwrap(), bytes);
}

#[test]
fn an_ensemble_comes_back_equal() {
    check(&sample());
}

/// Ensembles in which few splits share a column, or many.
fn any_ensembles(trees: usize, splits: usize) -> impl Strategy<Value = TreesDef> {
    (1..=4_u16, prop_oneof![1..=9_u16, 1..=256_u16])
        .prop_flat_map(move |(outputs, columns)| ensembles(outputs, columns, 0..=trees, 0..=splits))
}

/// Whether two nodes are the root of the same tree, down to the bit, in whatever order its nodes are.
fn is_same(a: &[NodeDef], b: &[NodeDef], (at, bt): (usize, usize)) -> bool {
    let parts = |node: NodeDef| match node {
        NodeDef::Leaf { value } => Err(value),
        NodeDef::Split { column, threshold, missing_left, left, left_share } => {
            Ok(((column, threshold.to_bits(), missing_left, left_share), usize::from(left)))
        }
    };
    match (parts(a[at]), parts(b[bt])) {
        (Ok((one, left)), Ok((other, right))) => {
            one == other && (0..2).all(|child| is_same(a, b, (left + child, right + child)))
        }
        (one, other) => one == other,
    }
}

#[test]
fn any_ensemble_comes_back_equal_and_breadth_first() {
    holds(500, &any_ensembles(12, 127), |def| {
        let back = unpack(&pack(&def).unwrap()).unwrap();
        for (tree, packed) in back.trees.iter().zip(&def.trees) {
            assert!(tree.output == packed.output && tree.nodes.len() == packed.nodes.len());
            assert!(is_same(&tree.nodes, &packed.nodes, (0, 0)), "came back as {tree:?}");
            let lefts = tree.nodes.iter().filter_map(|node| match node {
                NodeDef::Split { left, .. } => Some(usize::from(*left)),
                NodeDef::Leaf { .. } => None,
            });
            assert!(lefts.enumerate().all(|(split, left)| left == 2 * split + 1), "{tree:?}");
        }
        assert_eq!(TreesDef { trees: def.trees.clone(), ..back.clone() }, def);
        assert_eq!(back.trees.len(), def.trees.len());
        check(&back);
    });
}

#[test]
fn an_ensemble_without_trees_or_columns_comes_back_equal() {
    check(&TreesDef { n_columns: 0, base: vec![1.0], scale: 1.0, trees: vec![] });
    check(&TreesDef { trees: vec![], ..sample() });
}

#[test]
fn more_thresholds_than_a_byte_can_name_come_back_equal() {
    let trees = (0..700).map(|at: u16| stump(0, 0, f32::from(at), at.is_multiple_of(3), 50)).collect();
    check(&TreesDef { n_columns: 1, base: vec![0.0], scale: 1.0, trees });
}

#[test]
fn the_largest_tree_comes_back_equal() {
    let nodes =
        (0..=254_u8).map(|at| if at < 127 { split(at, 0.0, false, 2 * at + 1, 3) } else { leaf(at.into()) });
    let tree = TreeDef { output: 0, nodes: nodes.collect() };
    check(&TreesDef { n_columns: 256, base: vec![0.0], scale: 1.0, trees: vec![tree] });
}

#[test]
fn nodes_in_another_order_come_back_breadth_first() {
    let mut def = sample();
    // Depth first, with the right subtree before the left one.
    let depth_first = vec![
        split(0, 0.0, false, 1, 9),
        split(1, 0.0, true, 5, 9),
        split(2, 0.0, true, 3, 9),
        leaf(3),
        leaf(4),
        leaf(1),
        leaf(2),
    ];
    def.trees = vec![TreeDef { output: 0, nodes: depth_first }];
    let back = unpack(&pack(&def).unwrap()).unwrap();
    let leaves: Vec<NodeDef> = back.trees[0].nodes[3..].to_vec();
    assert_eq!(leaves, [leaf(1), leaf(2), leaf(3), leaf(4)]);
}

#[test]
fn a_column_that_is_never_missing_costs_no_direction_bits() {
    let crowd = |share| stump(0, 0, 0.5, share > 127, share);
    let each = |share| stump(0, 0, 0.5, share % 2 == 0, share);
    let packed = |tree: &dyn Fn(u8) -> TreeDef| {
        let trees = (1..=80).map(|at| tree(3 * at)).collect();
        pack(&TreesDef { n_columns: 1, base: vec![0.0], scale: 1.0, trees }).unwrap().len()
    };
    assert_eq!(packed(&each) - packed(&crowd), 10);
}

#[test]
fn what_is_not_an_ensemble_is_not_packed() {
    let def = TreesDef { n_columns: 2, ..sample() };
    assert_eq!(pack(&def), Err(TreesError::Column { tree: 3, found: 2 }));
}

#[test]
fn every_truncation_is_refused() {
    let bytes = pack(&sample()).unwrap();
    for length in 0..bytes.len() {
        assert!(unpack(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
}

#[test]
fn trailing_bytes_are_refused() {
    let mut bytes = pack(&sample()).unwrap();
    bytes.push(0);
    assert_eq!(unpack(&bytes), Err(UnpackError::Trailing { found: 1 }));
}

#[test]
fn counts_that_the_bytes_cannot_hold_are_refused() {
    let header = |outputs: &[u8], trees: &[u8]| [&[1], outputs, &[0; 8], trees].concat();
    for (bytes, expected) in [
        (vec![0x81, 0x02], UnpackError::TooLarge { section: "columns", limit: 256 }),
        (vec![1, 0xff, 0xff, 3, 0, 0, 0, 0], UnpackError::Truncated),
        (header(&[1], &[0xff, 0xff, 3]), UnpackError::Truncated),
        (
            header(&[1], &[0xff, 0xff, 0xff, 0xff, 0xff]),
            UnpackError::TooLarge { section: "trees", limit: 65_535 },
        ),
        (
            [header(&[1], &[1]), vec![0xff; 60]].concat(),
            UnpackError::TooLarge { section: "structure", limit: 255 },
        ),
    ] {
        assert_eq!(unpack(&bytes), Err(expected), "{bytes:?}");
    }
}

/// Any bytes either fail to unpack or score with finite logits.
fn check_safe(bytes: &[u8]) {
    let Ok(trees) = unpack(bytes).map_err(|_| ()).and_then(|def| Trees::new(def).map_err(|_| ())) else {
        return;
    };
    let mut out = vec![0.0; trees.n_outputs()];
    for value in [f32::NAN, -1e30, 0.0, 1e30] {
        trees.logits(&[value; 256], &mut out);
        assert!(out.iter().all(|logit| logit.is_finite()));
    }
}

#[test]
fn flipped_bits_are_refused_or_score_finitely() {
    let bytes = pack(&sample()).unwrap();
    for at in 0..8 * bytes.len() {
        for other in [at, at * 7 % (8 * bytes.len()), at * 31 % (8 * bytes.len())] {
            let mut damaged = bytes.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            if other != at {
                damaged[other / 8] ^= 1 << (other % 8);
            }
            check_safe(&damaged);
        }
    }
}

#[test]
fn damaged_bytes_of_any_ensemble_are_refused_or_score_finitely() {
    let damage = vec((any::<Index>(), any::<u8>()), 1..=4);
    holds(3_000, &(any_ensembles(4, 10), damage), |(def, damage)| {
        let mut bytes = pack(&def).unwrap();
        for (at, byte) in damage {
            *at.get_mut(&mut bytes) = byte;
        }
        check_safe(&bytes);
    });
}

#[test]
fn random_bytes_are_refused_or_score_finitely() {
    // Half of the bytes are below 4, as counts of small ensembles are.
    holds(20_000, &vec(prop_oneof![0..4_u8, any::<u8>()], 0..64), |bytes| check_safe(&bytes));
}
