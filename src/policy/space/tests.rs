//! Cells and searches worked by hand, and cells for drawn numbers.

use super::cells::between;
use super::*;
use crate::PolicyDef;
use crate::tests::runner;
use proptest::array::uniform3;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::cmp::Ordering;

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

/// How a number compares with each of those that are named.
fn compared_with(named: &[f32], number: f32) -> Vec<Option<Ordering>> {
    named.iter().map(|named| number.partial_cmp(named)).collect()
}

/// Numbers of every size, many of them neighbours of others.
fn numbers() -> impl Strategy<Value = f32> {
    let plain = select(&[0.0, -0.0, 1.0, -1.0, 0.5, 50.0, f32::MIN_POSITIVE, f32::MAX, f32::MIN][..]);
    let near = select(&[f32::next_up, f32::next_down, |number: f32| number][..]);
    let all = prop_oneof![plain, any::<u32>().prop_map(f32::from_bits)];
    (all, near).prop_map(|(number, near)| near(number)).prop_filter("a number", |number| number.is_finite())
}

#[test]
fn every_number_has_a_cell_that_compares_alike() {
    let held = runner(4_000).run(&(vec(numbers(), 0..6), vec(numbers(), 1..6)), |(named, found)| {
        let cells = between(&named, f32::NEG_INFINITY, f32::INFINITY);
        prop_assert!(cells.is_sorted_by(|a, b| a < b), "{:?}", cells);
        for number in found {
            let wanted = compared_with(&named, number);
            prop_assert!(
                cells.iter().any(|cell| compared_with(&named, *cell) == wanted),
                "{number} of {cells:?}"
            );
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn every_request_has_a_point_that_compares_alike() {
    let shares = &[0.0, 0.1, 0.25, 0.3, 0.5, 0.6, 0.75, 1.0][..];
    let named = uniform3(vec(select(shares), 0..3));
    let link = select(&[Link::Softmax, Link::Sigmoid][..]);
    let held = runner(2_000).run(&(named, uniform3(0..=20_u8), link), |(named, parts, link)| {
        let sum: f32 = parts.iter().copied().map(f32::from).sum();
        prop_assume!(sum > 0.0);
        let whole = if link == Link::Softmax { sum } else { 20.0 };
        let found = parts.map(|part| f32::from(part) / whole);
        let points = points::of(&named, link).unwrap();
        let compared = |p: &[f32]| -> Vec<_> {
            named.iter().zip(p).map(|(named, p)| compared_with(named, *p)).collect()
        };
        let is_alike = |point: &&Vec<f32>| compared(point) == compared(&found) && top(point) == top(&found);
        prop_assert!(points.iter().find(is_alike).is_some(), "{:?} is in none of {:?}", found, points);
        Ok(())
    });
    held.unwrap();
}

#[test]
fn a_probability_that_is_rounded_makes_no_tie() {
    // 0.5, the most probable, and what is left of 1 beside it: just below 0.5.
    let points = points::of(&[vec![0.1], vec![0.5], vec![]], Link::Softmax).unwrap();
    assert!(points.iter().any(|p| p[0] > 0.1 && p[1] == 0.5 && top(p) == Some(1)), "{points:?}");
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
