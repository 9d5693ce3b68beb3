//! Cells and searches worked by hand.

use super::cells::between;
use super::*;
use crate::PolicyDef;

#[test]
fn a_number_has_a_cell_for_each_that_is_named_and_one_between() {
    assert_eq!(between(&[3.0, 1.0, 3.0], 0.0, f32::INFINITY), [0.5, 1.0, 2.0, 3.0, 6.0]);
    assert_eq!(between(&[0.0, 1.0], 0.0, 1.0), [0.0, 0.5, 1.0]);
    assert_eq!(between(&[], -1.0, 1.0), [0.0]);
    // No number lies between two neighbouring floats.
    assert_eq!(between(&[1.0, 1.0_f32.next_up()], 1.0, 1.0_f32.next_up()).len(), 2);
    assert!(
        between(&[f32::MAX, f32::MIN], f32::NEG_INFINITY, f32::INFINITY).iter().all(|cell| cell.is_finite())
    );
}

#[test]
fn probabilities_of_a_head_go_together() {
    // Both above 0.6 is more than 1: that leaves one above, the other above, and none.
    let points = points::of(&[vec![0.6], vec![0.6], vec![]], Link::Softmax).unwrap();
    let high = |point: &&Vec<f32>| point[0] > 0.6 && point[1] > 0.6;
    assert!(points.iter().find(high).is_none());
    for at in [0, 1] {
        assert!(points.iter().any(|point| point[at] == 1.0 && top(point) == Some(at)));
        assert!(points.iter().any(|point| point[at] == 0.6 && top(point) == Some(at)));
    }
    assert!(points.iter().any(|point| point[2] == 1.0));
    assert!(points.iter().all(|point| (point.iter().sum::<f32>() - 1.0).abs() < 1e-4), "{points:?}");
    // Outputs that do not depend on each other may both be high.
    assert!(points::of(&[vec![0.6], vec![0.6]], Link::Sigmoid).unwrap().iter().any(|point| high(&point)));
    assert!(points::of(&vec![vec![0.1, 0.2, 0.3]; 12], Link::Sigmoid).is_none());
}

/// Whether conditions of filters can hold, or fail, together as wanted.
fn solved(conditions: &[(&str, bool)]) -> Option<bool> {
    let mut def = PolicyDef::plain("intent", "a");
    def.ttl = 100;
    for (text, _) in conditions {
        let when = Some(text.parse().unwrap());
        def.filters.push(crate::FilterDef { when, ..Default::default() });
    }
    let outputs = ["a", "b", "c"].map(str::to_owned);
    let names = Names { heads: vec![("intent", &outputs)], features: vec!["x", "vip"] };
    let program = def.compile(&names).unwrap();
    let space = Space::new(&program, &names, &[]).unwrap();
    let goals: Vec<Goal<'_>> = program
        .filters
        .iter()
        .zip(conditions)
        .map(|(row, (_, wanted))| (space.ops(row.when), *wanted))
        .collect();
    space.solve(&goals, &mut space.nothing())
}

#[test]
fn conditions_hold_together_or_not() {
    for (conditions, wanted) in [
        (&[("x > 1 and x < 2", true)][..], true),
        (&[("x >= 2 and x <= 2 and x != 2", true)], false),
        (&[("intent.a > 0.6 and intent.b > 0.6", true)], false),
        (&[("intent.a > 0.6 and intent = b", true)], false),
        (&[("intent = a and intent = b", true)], false),
        (&[("age >= 100", true)], false),
        (&[("age < 0", true)], false),
        (&[("floor.agents < 0", true)], false),
        (&[("age >= 0", false)], false),
        (&[("vip = true and vip = 1", true)], true),
        (&[("vip = gold and vip = 1", true)], false),
        // If `x` is known, one of them fails; if it is missing, both do.
        (&[("x > 500", false), ("x <= 500", false)], true),
        (&[("x > 500", false), ("not x > 500", false)], false),
        (&[("x >= 0", true), ("x > 500", false), ("x <= 500", false)], false),
        (&[("intent = a", false), ("intent = b", false), ("intent = c", false)], false),
    ] {
        assert_eq!(solved(conditions), Some(wanted), "{conditions:?}");
    }
}
