//! Compares tree ensembles with a naive walk, and contributions with Shapley values by brute force.

mod grown;

use super::*;
use crate::property::holds;
use alloc::vec;
use grown::ensembles;
use proptest::collection::vec;
use proptest::prelude::*;

fn split(column: u8, threshold: f32, missing_left: bool, left: u8, left_share: u8) -> NodeDef {
    NodeDef::Split { column, threshold, missing_left, left, left_share }
}

fn leaf(value: i16) -> NodeDef {
    NodeDef::Leaf { value }
}

/// If `x0 <= 1` (or missing) -2, else if `x1 <= 0` 4, else (or if missing) 6. The scale is 0.5, the base 0.25.
fn by_hand() -> TreesDef {
    let nodes = vec![split(0, 1.0, true, 1, 51), leaf(-2), split(1, 0.0, false, 3, 102), leaf(4), leaf(6)];
    TreesDef { n_columns: 2, base: vec![0.25], scale: 0.5, trees: vec![TreeDef { output: 0, nodes }] }
}

/// A row of `n` columns; many of its values are thresholds too.
fn row(n: usize) -> impl Strategy<Value = Vec<f32>> {
    const SPECIAL: [f32; 4] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0];
    vec(
        prop_oneof![2 => (-8..8_i8).prop_map(|n| f32::from(n) / 2.0), 1 => prop::sample::select(&SPECIAL[..])],
        n,
    )
}

/// Reference implementation: walks the definition node by node.
fn walk(nodes: &[NodeDef], at: usize, x: &[f32]) -> i16 {
    match nodes[at] {
        NodeDef::Leaf { value } => value,
        NodeDef::Split { column, threshold, missing_left, left, .. } => {
            let v = x[usize::from(column)];
            let goes_left = if v.is_nan() { missing_left } else { v <= threshold };
            walk(nodes, usize::from(left) + usize::from(!goes_left), x)
        }
    }
}

fn walked_logits(def: &TreesDef, x: &[f32]) -> Vec<f32> {
    let mut sums = vec![0; def.base.len()];
    for tree in &def.trees {
        sums[usize::from(tree.output)] += i32::from(walk(&tree.nodes, 0, x));
    }
    let logit = |(base, sum): (&f32, i32)| (f64::from(*base) + f64::from(def.scale) * f64::from(sum)) as f32;
    def.base.iter().zip(sums).map(logit).collect()
}

#[track_caller]
fn check_logits(def: TreesDef, x: &[f32], expected: &[f32]) {
    let trees = Trees::new(def).unwrap();
    let mut out = vec![f32::NAN; expected.len()];
    trees.logits(x, &mut out);
    assert_eq!(out, expected);
}

#[test]
fn a_value_at_the_threshold_goes_left() {
    check_logits(by_hand(), &[1.0, 9.0], &[-0.75]);
}

#[test]
fn a_value_above_the_threshold_goes_right() {
    check_logits(by_hand(), &[1.000_001, 0.0], &[2.25]);
    check_logits(by_hand(), &[f32::INFINITY, 0.5], &[3.25]);
}

#[test]
fn a_missing_value_takes_the_direction_of_its_split() {
    check_logits(by_hand(), &[f32::NAN, 0.0], &[-0.75]);
    check_logits(by_hand(), &[2.0, f32::NAN], &[3.25]);
}

#[test]
fn a_column_past_the_end_of_the_row_is_missing() {
    check_logits(by_hand(), &[2.0], &[3.25]);
}

#[test]
fn minus_zero_is_zero() {
    check_logits(by_hand(), &[2.0, -0.0], &[2.25]);
    let mut def = by_hand();
    def.trees[0].nodes[2] = split(1, -0.0, false, 3, 102);
    check_logits(def, &[2.0, 0.0], &[2.25]);
}

#[test]
fn no_tree_leaves_the_base() {
    check_logits(TreesDef { trees: vec![], ..by_hand() }, &[1.0, 1.0], &[0.25]);
}

#[test]
fn every_layout_walks_like_the_oracle() {
    for splits in [0..=0, 1..=1, 3..=3, 7..=7, 8..=8, 31..=31, 32..=32, 100..=100, 127..=127, 0..=127] {
        for outputs in [1, 3] {
            let inputs = (ensembles(outputs, 9, 0..=23, splits.clone()), vec(row(9), 20));
            holds(20, &inputs, |(def, rows)| {
                let trees = Trees::new(def.clone()).unwrap();
                let mut out = vec![0.0; usize::from(outputs)];
                for x in rows {
                    trees.logits(&x, &mut out);
                    assert_eq!(out, walked_logits(&def, &x), "at {x:?}");
                }
            });
        }
    }
}

#[test]
fn the_order_of_the_trees_does_not_matter() {
    let shuffled = |def: TreesDef| (Just(def.clone()), Just(def.trees).prop_shuffle());
    let inputs = ensembles(2, 5, 0..=40, 0..=20).prop_flat_map(shuffled);
    holds(100, &(inputs, row(5)), |((def, trees), x)| {
        let expected = walked_logits(&def, &x);
        check_logits(TreesDef { trees, ..def }, &x, &expected);
    });
}

#[test]
fn a_row_kept_by_the_caller_gives_the_same_bits() {
    let trees = Trees::new(by_hand()).unwrap();
    let mut row = Row::new();
    row.set(1, -3.0);
    let mut out = [0.0];
    trees.logits_of_row(&row, &mut out);
    assert_eq!(out, [-0.75]);
    row.fill(&[5.0]);
    trees.logits_of_row(&row, &mut out);
    assert_eq!(out, [2.25]);
}

#[track_caller]
fn check_refused(change: impl FnOnce(&mut TreesDef), expected: &TreesError) {
    let mut def = by_hand();
    change(&mut def);
    assert_eq!(Trees::new(def).unwrap_err(), *expected);
}

#[test]
fn a_definition_that_is_not_an_ensemble_is_refused() {
    check_refused(|d| d.n_columns = 257, &TreesError::TooManyColumns { found: 257 });
    check_refused(|d| d.base.clear(), &TreesError::OutputCount { found: 0 });
    check_refused(|d| d.base[0] = f32::NAN, &TreesError::NotFinite);
    check_refused(|d| d.base[0] = f32::NEG_INFINITY, &TreesError::NotFinite);
    check_refused(|d| d.scale = f32::INFINITY, &TreesError::NotFinite);
    check_refused(|d| d.scale = 1e36, &TreesError::NotFinite);
    check_refused(|d| d.trees[0].output = 1, &TreesError::TreeOutput { tree: 0, found: 1 });
    check_refused(|d| d.trees[0].nodes.clear(), &TreesError::NodeCount { tree: 0, found: 0 });
    check_refused(|d| d.trees[0].nodes = vec![leaf(0); 256], &TreesError::NodeCount { tree: 0, found: 256 });
    check_refused(|d| d.n_columns = 1, &TreesError::Column { tree: 0, found: 1 });
}

#[test]
fn nodes_that_are_not_one_tree_are_refused() {
    let shape = |node| TreesError::Shape { tree: 0, node };
    check_refused(|d| d.trees[0].nodes[2] = split(1, 0.0, false, 1, 9), &shape(2)); // before its parent, reached twice
    check_refused(|d| d.trees[0].nodes[2] = split(1, 0.0, false, 2, 9), &shape(2)); // its own child
    check_refused(|d| d.trees[0].nodes[2] = split(1, 0.0, false, 4, 9), &shape(2)); // right child outside
    check_refused(|d| d.trees[0].nodes[2] = leaf(1), &shape(3)); // nodes 3 and 4 have no parent
    check_refused(
        |d| d.trees[0].nodes[2] = split(1, f32::NAN, false, 3, 9),
        &TreesError::Threshold { tree: 0, node: 2 },
    );
    for share in [0, 255] {
        check_refused(
            |d| d.trees[0].nodes[2] = split(1, 0.0, false, 3, share),
            &TreesError::LeftShare { tree: 0, node: 2 },
        );
    }
}

/// Value of the game in which the sources in the bit set `present` are known.
fn game(nodes: &[NodeDef], at: usize, x: &[f32], groups: &[u16], present: u32) -> f64 {
    match nodes[at] {
        NodeDef::Leaf { value } => f64::from(value),
        NodeDef::Split { column, threshold, missing_left, left, left_share } => {
            let left = usize::from(left);
            let value = |at| game(nodes, at, x, groups, present);
            let v = x[usize::from(column)];
            if present >> groups[usize::from(column)] & 1 == 1 {
                let goes_left = if v.is_nan() { missing_left } else { v <= threshold };
                value(left + usize::from(!goes_left))
            } else {
                let share = f64::from(left_share) / 255.0;
                share * value(left) + (1.0 - share) * value(left + 1)
            }
        }
    }
}

/// Shapley values by their definition, over every subset of sources.
fn brute_force(def: &TreesDef, x: &[f32], output: u16, groups: &[u16], n: u32) -> (f64, Vec<f64>) {
    let value = |present| {
        let trees = def.trees.iter().filter(|tree| tree.output == output);
        let sum: f64 = trees.map(|tree| game(&tree.nodes, 0, x, groups, present)).sum();
        f64::from(def.base[usize::from(output)]) + f64::from(def.scale) * sum
    };
    let factorial = |k: u32| (1..=k).map(f64::from).product::<f64>();
    let player = |j: u32| {
        let subsets = (0..1_u32 << n).filter(|subset| subset >> j & 1 == 0);
        subsets
            .map(|subset| {
                let k = subset.count_ones();
                let weight = factorial(k) * factorial(n - k - 1) / factorial(n);
                weight * (value(subset | 1 << j) - value(subset))
            })
            .sum()
    };
    (value(0), (0..n).map(player).collect())
}

#[track_caller]
fn check_explained(def: &TreesDef, x: &[f32], output: u16, groups: &[u16], n: u32) {
    let trees = Trees::new(def.clone()).unwrap();
    let mut out = vec![0.0; n as usize];
    let base = f64::from(trees.explain(x, usize::from(output), groups, &mut out).unwrap());
    let (expected_base, expected) = brute_force(def, x, output, groups, n);
    let size = 1.0 + expected.iter().map(|c| c.abs()).sum::<f64>() + expected_base.abs();
    assert!((base - expected_base).abs() < 1e-6 * size, "{base} is not {expected_base}");
    for (found, expected) in out.iter().zip(&expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-6 * size, "{found} is not {expected}");
    }
    let mut logits = vec![0.0; def.base.len()];
    trees.logits(x, &mut logits);
    let total = base + out.iter().map(|c| f64::from(*c)).sum::<f64>();
    assert!((total - f64::from(logits[usize::from(output)])).abs() < 1e-6 * size, "does not add up");
}

#[test]
fn one_split_is_explained_by_hand() {
    // 51/255 = 0.2 left. Expected: 0.2 * -2 + 0.8 * (0.4 * 4 + 0.6 * 6) = 3.76 leaf units; base 0.25 + 1.88.
    let trees = Trees::new(by_hand()).unwrap();
    let mut out = [0.0; 2];
    let base = trees.explain(&[0.0, 0.0], 0, &[0, 1], &mut out).unwrap();
    assert!((base - 2.13).abs() < 1e-6);
    // v{} 3.76, v{0} -2, v{1} 0.2 * -2 + 0.8 * 4 = 2.8, v{0,1} -2: φ0 = (-5.76 - 4.8) / 2, φ1 = (-0.96 + 0) / 2; halved.
    assert!((out[0] + 2.64).abs() < 1e-6 && (out[1] + 0.24).abs() < 1e-6, "{out:?}");
}

#[test]
fn contributions_are_shapley_values() {
    holds(100, &(ensembles(2, 7, 0..=5, 0..=30), row(7), 0..2_u16), |(def, x, output)| {
        check_explained(&def, &x, output, &[0, 1, 2, 3, 4, 5, 6], 7);
    });
}

#[test]
fn columns_of_one_source_are_one_player() {
    holds(100, &(ensembles(1, 7, 0..=5, 0..=14), row(7), vec(0..5_u16, 7)), |(def, x, groups)| {
        check_explained(&def, &x, 0, &groups, 5);
    });
}

#[test]
fn a_path_of_more_than_a_hundred_players_adds_up() {
    let nodes = (0..127).flat_map(|at| {
        let next = split(at, 0.5, false, 2 * at + 1, if at % 3 == 0 { 254 } else { 20 });
        if at == 0 { vec![next] } else { vec![leaf(at.into()), next] }
    });
    let mut nodes: Vec<NodeDef> = nodes.collect();
    nodes.extend([leaf(500), leaf(900)]);
    let def =
        TreesDef { n_columns: 127, base: vec![0.0], scale: 1.0, trees: vec![TreeDef { output: 0, nodes }] };
    let groups: Vec<u16> = (0..127).collect();
    let trees = Trees::new(def).unwrap();
    for value in [0.0, 1.0] {
        let mut out = vec![0.0; 127];
        let base = trees.explain(&[value; 127], 0, &groups, &mut out).unwrap();
        let mut logit = [0.0];
        trees.logits(&[value; 127], &mut logit);
        let total = f64::from(base) + out.iter().map(|c| f64::from(*c)).sum::<f64>();
        let size: f64 = 1.0 + out.iter().map(|c| f64::from(c.abs())).sum::<f64>();
        assert!((total - f64::from(logit[0])).abs() < 1e-6 * size, "{total} is not {logit:?}");
    }
}

#[test]
fn an_explanation_that_cannot_be_given_is_refused_and_out_untouched() {
    let trees = Trees::new(by_hand()).unwrap();
    let mut out = [7.0; 2];
    let x = [0.0; 2];
    assert_eq!(trees.explain(&x, 1, &[0, 1], &mut out), Err(TreesError::NoOutput { found: 1 }));
    assert_eq!(trees.explain(&x, 0, &[0], &mut out), Err(TreesError::Groups { columns: 2, found: 1 }));
    assert_eq!(trees.explain(&x, 0, &[0, 2], &mut out), Err(TreesError::Groups { columns: 2, found: 2 }));
    assert_eq!(out, [7.0; 2]);
}
