//! Converts grown trees to the engine's definition: breadth-first nodes, `i16` leaves, shares quantised to 16 levels.
//!
//! Invariants
//! - Nodes are in breadth-first order: parents before children, siblings adjacent. This order compresses best.
//! - Only columns that some tree uses are kept, in the order of first use.
use super::TreeColumn;
use super::bins::{BinnedInput, Meaning};
use super::cut::Test;
use super::grow::{Grown, GrownNode};
use super::loss::Loss;
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use rayon::prelude::*;

/// The levels of a split's left share, in 1/255: fine at the ends, coarse in the middle; 4 bits each when packed.
const SHARES: [u8; 16] = [1, 3, 6, 12, 24, 44, 70, 104, 151, 185, 211, 231, 243, 249, 252, 254];
/// A set's column is 1 for members and 0 for the others.
const MEMBER_THRESHOLD: f32 = 0.5;
/// Most rows on which the rounding error is measured, evenly spaced.
const MEASURED_ROWS: usize = 1_000;

/// The definition, and its columns. Leaves are scaled so that the largest becomes `steps` units.
pub(in crate::kinds) fn export(
    grown: &[Grown],
    inputs: &[BinnedInput],
    columns: Vec<TreeColumn>,
    base: &[f64],
    steps: i16,
) -> (TreesDef, Vec<TreeColumn>) {
    let values = grown.iter().flat_map(|tree| &tree.nodes).map(|node| match node {
        GrownNode::Leaf { value } => value.abs(),
        GrownNode::Split { .. } => 0.0,
    });
    let largest = values.fold(0.0, f64::max);
    let scale = if largest > 0.0 { (largest / f64::from(steps)) as f32 } else { 1.0 };
    let mut place = vec![None; columns.len()];
    let mut n_used = 0;
    let trees: Vec<TreeDef> = grown
        .iter()
        .map(|tree| {
            let nodes = breadth_first(tree, inputs, scale, |column| {
                *place[usize::from(column)].get_or_insert_with(|| {
                    n_used += 1;
                    (n_used - 1) as u8
                })
            });
            TreeDef { output: tree.output as u16, nodes }
        })
        .collect();
    let mut used: Vec<(u8, TreeColumn)> =
        place.into_iter().zip(columns).filter_map(|(at, column)| Some((at?, column))).collect();
    used.sort_by_key(|(at, _)| *at);
    let base = base.iter().map(|logit| *logit as f32).collect();
    let def = TreesDef { n_columns: n_used, base, scale, trees };
    (def, used.into_iter().map(|(_, column)| column).collect())
}

fn breadth_first(
    tree: &Grown,
    inputs: &[BinnedInput],
    scale: f32,
    mut column_of: impl FnMut(u8) -> u8,
) -> Vec<NodeDef> {
    let mut order = vec![0];
    let mut nodes = Vec::with_capacity(tree.nodes.len());
    let mut at = 0;
    while at < order.len() {
        nodes.push(match tree.nodes[order[at]] {
            GrownNode::Leaf { value } => NodeDef::Leaf { value: rounded(value, scale) },
            GrownNode::Split { input, column, test, missing_left, left, left_share } => {
                let first = order.len() as u8;
                order.extend([left, left + 1]);
                NodeDef::Split {
                    column: column_of(column),
                    threshold: threshold(&inputs[input], test),
                    missing_left,
                    left: first,
                    left_share: nearest_share(left_share),
                }
            }
        });
        at += 1;
    }
    nodes
}

fn threshold(input: &BinnedInput, test: Test) -> f32 {
    match (&input.meaning, test) {
        // After the last threshold: all values against missing.
        (Meaning::Number { thresholds }, Test::Code(code)) => {
            thresholds.get(usize::from(code)).copied().unwrap_or(f32::MAX)
        }
        _ => MEMBER_THRESHOLD,
    }
}

pub(in crate::kinds) fn rounded(value: f64, scale: f32) -> i16 {
    // The cast saturates, because the largest leaf may round to one above the maximum.
    (value / f64::from(scale)).round() as i16
}

fn nearest_share(share: f64) -> u8 {
    let share = share * 255.0;
    let distance = |level: &u8| (f64::from(*level) - share).abs();
    SHARES.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(128)
}

/// Largest change of a probability (of the number itself, for [`super::Target::Number`]) by rounding leaves and base, over up to
/// 1,000 rows.
pub(super) fn rounding_error(
    grown: &[Grown],
    def: &TreesDef,
    inputs: &[BinnedInput],
    base: &[f64],
    loss: Loss<'_>,
    n_rows: usize,
) -> f64 {
    let step = n_rows.div_ceil(MEASURED_ROWS).max(1);
    let scale = f64::from(def.scale);
    let of_row = |row: usize| {
        let mut exact = base.to_vec();
        let mut sums = vec![0; base.len()];
        for tree in grown {
            let value = tree.value(tree.leaf(inputs, row));
            exact[tree.output] += value;
            sums[tree.output] += i32::from(rounded(value, def.scale));
        }
        let kept: Vec<f64> =
            def.base.iter().zip(sums).map(|(base, sum)| f64::from(*base) + scale * f64::from(sum)).collect();
        let change = |output| (loss.shown(&exact, output) - loss.shown(&kept, output)).abs();
        (0..base.len()).map(change).fold(0.0, f64::max)
    };
    (0..n_rows).into_par_iter().step_by(step).map(of_row).reduce(|| 0.0, f64::max)
}
