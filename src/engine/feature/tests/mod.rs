//! Compares the streaming program with values worked out by hand; `stream` compares it with a naive recomputation.

mod stream;

use super::*;
use crate::event::{Event, Item, Value};
use crate::symbol::Symbol;
use crate::visit::Visit;
use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};

const IDLE_S: u32 = 100;

fn def(name: &str, op: Op, field: Option<&str>, window: Window) -> FeatureDef {
    let field = field.map(str::to_owned);
    FeatureDef { name: name.to_owned(), op, events: vec!["view".to_owned()], field, only: None, window }
}

/// An item, as viewed.
fn view(id: &str, category: &str, price: f32) -> Item {
    Item { id: Symbol::of(id), category: Symbol::of(category), price, ..Item::EMPTY }
}

fn read(visit: &mut Visit, program: &FeatureProgram, now_s: i64) -> Vec<Value> {
    let mut out = vec![Value::Missing; program.len()];
    visit.read(program, now_s * 1_000, &mut out);
    out
}

/// Views items at the times (in seconds) and prices in `log`, reads one feature at `now_s`, and compares it with `expected`.
fn check(op: Op, field: Option<&str>, window: Window, log: &[(i64, f32)], now_s: i64, expected: Value) {
    let program = FeatureProgram::new(vec![def("x", op, field, window)]).unwrap();
    let mut visit = Visit::new(&program, IDLE_S);
    for &(at_s, price) in log {
        let items = [view(&format!("{price}"), "phones", price)];
        let event = Event { name: Symbol::of("view"), at_ms: Some(at_s * 1_000), items: &items, params: &[] };
        visit.observe(&program, &event, at_s * 1_000);
    }
    let got = read(&mut visit, &program, now_s)[0];
    let close = (got.as_f32() - expected.as_f32()).abs() <= 1e-6 * expected.as_f32().abs().max(1.0);
    assert!(got == expected || close, "{window:?} over {log:?} at {now_s}: {got:?}, expected {expected:?}");
}

const LOG: &[(i64, f32)] = &[(0, 10.0), (10, 40.0), (20, 10.0), (60, 20.0)];

#[test]
fn each_operation_gives_the_value_worked_by_hand() {
    let price = Some("price");
    let session = Window::Session;
    check(Op::Count, None, session, LOG, 60, Value::Number(4.0));
    check(Op::Sum, price, session, LOG, 60, Value::Number(80.0));
    check(Op::Mean, price, session, LOG, 60, Value::Number(20.0));
    check(Op::Min, price, session, LOG, 60, Value::Number(10.0));
    check(Op::Max, price, session, LOG, 60, Value::Number(40.0));
    check(Op::Last, price, session, LOG, 60, Value::Number(20.0));
    check(Op::Last, Some("item_category"), session, LOG, 60, Value::Category(Symbol::of("phones")));
    check(Op::Distinct, Some("item_id"), session, LOG, 60, Value::Number(3.0));
    check(Op::Entropy, Some("item_id"), session, LOG, 60, Value::Number(1.039_720_8)); // 1/2, 1/4, 1/4
    check(Op::TimeSince, None, session, LOG, 75, Value::Number(15.0));
    check(Op::DecayedSum { half_life: 10.0 }, None, session, LOG, 60, Value::Number(1.109_375)); // 2⁻⁶ + 2⁻⁵ + 2⁻⁴ + 1
    check(Op::MovingAverage { span: 3.0 }, price, session, LOG, 60, Value::Number(18.75)); // 10, 25, 17.5, 18.75
}

#[test]
fn windows_let_old_samples_go() {
    let price = Some("price");
    check(Op::Sum, price, Window::Events(2), LOG, 60, Value::Number(30.0));
    check(Op::Max, price, Window::Seconds(45), LOG, 60, Value::Number(20.0));
    check(Op::Max, price, Window::Seconds(50), LOG, 60, Value::Number(40.0));
    check(Op::Count, None, Window::Seconds(5), LOG, 100, Value::Number(0.0));
    check(Op::TimeSince, None, Window::Seconds(5), LOG, 100, Value::Missing);
    check(Op::Distinct, Some("item_id"), Window::Events(3), LOG, 60, Value::Number(3.0));
}

#[test]
fn a_session_ends_in_silence_and_a_lifetime_does_not() {
    check(Op::Count, None, Window::Session, LOG, 161, Value::Number(0.0));
    check(Op::Count, None, Window::Lifetime, LOG, 161, Value::Number(4.0));
}

#[test]
fn nothing_seen_is_zero_for_counts_and_missing_for_values() {
    for op in [Op::Count, Op::DecayedSum { half_life: 1.0 }] {
        check(op, None, Window::Session, &[], 0, Value::Number(0.0));
    }
    for op in [Op::Sum, Op::Distinct, Op::Entropy] {
        check(op, Some("price"), Window::Session, &[], 0, Value::Number(0.0));
    }
    for op in [Op::Mean, Op::Min, Op::Max, Op::Last] {
        check(op, Some("price"), Window::Session, &[], 0, Value::Missing);
    }
}

#[test]
fn a_ratio_needs_a_divisor() {
    let ratio = Op::Ratio { of: "sum".to_owned(), to: "count".to_owned() };
    let defs = vec![
        def("sum", Op::Sum, Some("price"), Window::Session),
        def("count", Op::Count, None, Window::Session),
        def("mean", ratio, None, Window::Session),
    ];
    let program = FeatureProgram::new(defs).unwrap();
    let mut visit = Visit::new(&program, IDLE_S);
    assert_eq!(read(&mut visit, &program, 0)[2], Value::Missing);
    let items = [view("a", "b", 3.0), view("c", "d", 5.0)];
    visit.observe(&program, &Event { name: Symbol::of("view"), at_ms: None, items: &items, params: &[] }, 0);
    assert_eq!(read(&mut visit, &program, 0)[2], Value::Number(8.0));
}

#[test]
fn an_affinity_is_relative_to_what_is_usual_and_shrunk_towards_it() {
    let phones = FeatureDef {
        only: Some(Condition { field: "item_category".to_owned(), equals: "phones".to_owned() }),
        ..def("phones", Op::Count, None, Window::Session)
    };
    let affinity = |usual: f32| Op::Affinity { of: "phones".to_owned(), to: "views".to_owned(), usual };
    let defs = vec![
        phones,
        def("views", Op::Count, None, Window::Session),
        def("likes_phones", affinity(0.2), None, Window::Session),
    ];
    let program = FeatureProgram::new(defs.clone()).unwrap();
    let mut visit = Visit::new(&program, IDLE_S);
    let mut likes = |views: &[(&str, i64)]| {
        for (category, at) in views {
            let items = [view("a", category, 3.0)];
            let event = Event { name: Symbol::of("view"), at_ms: Some(*at), items: &items, params: &[] };
            visit.observe(&program, &event, *at);
        }
        read(&mut visit, &program, 10)[2].as_f32()
    };
    assert_eq!(likes(&[]), 0.0);
    // Two of two: ln((2 + 5 · 0.2) / ((2 + 5) · 0.2)).
    let two = likes(&[("phones", 1), ("phones", 2)]);
    assert!((two - (3.0_f32 / 1.4).ln()).abs() < 1e-6, "{two}");
    // Two of four is still more than one in five.
    let four = likes(&[("toys", 3), ("toys", 4)]);
    assert!((four - (3.0_f32 / 1.8).ln()).abs() < 1e-6, "{four}");
    for usual in [0.0, 1.5, f32::NAN, -1.0] {
        let mut wrong = defs.clone();
        wrong[2].op = affinity(usual);
        assert!(matches!(FeatureProgram::new(wrong), Err(FeatureError::Rate(_))), "{usual}");
    }
    let mut early = defs;
    early.rotate_right(1);
    assert!(matches!(FeatureProgram::new(early), Err(FeatureError::Ratio(_))));
}

#[test]
fn the_clock_tells_parts_of_the_day_and_of_the_week() {
    let part = |field: &str, at_ms: i64| {
        let program = FeatureProgram::new(vec![def("part", Op::Last, Some(field), Window::Session)]).unwrap();
        let mut visit = Visit::new(&program, IDLE_S);
        visit.observe(
            &program,
            &Event { name: Symbol::of("view"), at_ms: None, items: &[], params: &[] },
            at_ms,
        );
        read(&mut visit, &program, at_ms / 1_000)[0]
    };
    let (hour, day) = (3_600_000, 86_400_000);
    let named = |name: &str| Value::Category(Symbol::of(name));
    for (at, name) in [(0, "night"), (6, "morning"), (12, "afternoon"), (18, "evening"), (24, "night")] {
        assert_eq!(part("clock.part_of_day", at * hour), named(name));
    }
    assert_eq!(part("clock.part_of_day", 6 * hour - 1), named("night"));
    assert_eq!(part("clock.part_of_day+480", 0), named("morning"));
    assert_eq!(part("clock.part_of_day-60", day), named("evening"));
    // 1970-01-01 was a Thursday.
    for (at, name) in [(0, "workday"), (1, "workday"), (2, "weekend"), (3, "weekend"), (4, "workday")] {
        assert_eq!(part("clock.part_of_week", at * day), named(name), "day {at}");
    }
    assert_eq!(part("clock.part_of_week+60", 2 * day - hour), named("weekend"));
    // Any other name is a parameter.
    assert_eq!(part("clock.part_of_year", 0), Value::Missing);
    assert_eq!(part("clock.part_of_day+x", 0), Value::Missing);
}

#[test]
fn what_is_set_holds_instead_of_what_is_computed_until_it_is_cleared() {
    let ratio = Op::Ratio { of: "sum".to_owned(), to: "count".to_owned() };
    let defs = vec![
        def("sum", Op::Sum, Some("price"), Window::Session),
        def("count", Op::Count, None, Window::Session),
        def("mean", ratio, None, Window::Session),
    ];
    let program = FeatureProgram::new(defs).unwrap();
    let mut visit = Visit::new(&program, IDLE_S);
    let items = [view("a", "b", 3.0)];
    visit.observe(&program, &Event { name: Symbol::of("view"), at_ms: None, items: &items, params: &[] }, 0);
    let seen = visit.seen(&program);
    visit.set_context(&program, 0, Value::Number(12.0));
    visit.set_context(&program, 0, Value::Number(10.0));
    visit.set_context(&program, 9, Value::Number(1.0));
    assert_eq!(read(&mut visit, &program, 0), [10.0, 1.0, 10.0].map(Value::Number));
    visit.set_context(&program, 0, Value::Missing);
    assert_eq!(read(&mut visit, &program, 0)[2], Value::Missing);
    assert_eq!(visit.seen(&program), seen);
    visit.clear_context();
    assert_eq!(read(&mut visit, &program, 0), [3.0, 1.0, 3.0].map(Value::Number));
}

#[test]
fn a_condition_filters_items_and_parameters() {
    let only =
        |field: &str, equals: &str| Some(Condition { field: field.to_owned(), equals: equals.to_owned() });
    let count = || def("n", Op::Count, Some("price"), Window::Session);
    let by_item = FeatureDef { only: only("item_category", "phones"), ..count() };
    let by_param = FeatureDef { name: "m".to_owned(), only: only("method", "card"), ..count() };
    let program = FeatureProgram::new(vec![by_item, by_param]).unwrap();
    let mut visit = Visit::new(&program, IDLE_S);
    let items = [view("a", "phones", 1.0), view("b", "shoes", 2.0)];
    for (at, method) in [(0, "card"), (1, "transfer")] {
        let params = [(Symbol::of("method"), Value::Category(Symbol::of(method)))];
        let event = Event { name: Symbol::of("view"), at_ms: None, items: &items, params: &params };
        visit.observe(&program, &event, at);
    }
    assert_eq!(read(&mut visit, &program, 0), [Value::Number(2.0), Value::Number(2.0)]);
}

#[test]
fn context_is_what_was_handed_in_until_it_is_cleared() {
    let program =
        FeatureProgram::new(vec![def("month", Op::ContextCategory, None, Window::Session)]).unwrap();
    let mut visit = Visit::new(&program, IDLE_S);
    visit.set_context(&program, 0, Value::Category(Symbol::of("May")));
    assert_eq!(read(&mut visit, &program, 0), [Value::Category(Symbol::of("May"))]);
    visit.clear_context();
    assert_eq!(read(&mut visit, &program, 0), [Value::Missing]);
}

#[test]
fn definitions_that_cannot_be_computed_are_refused() {
    let refused = |def| FeatureProgram::new(vec![def]).unwrap_err();
    let session = Window::Session;
    assert!(matches!(refused(def("", Op::Count, None, session)), FeatureError::Name(_)));
    assert!(matches!(refused(def("x", Op::Sum, None, session)), FeatureError::Field(_)));
    assert!(matches!(refused(def("x", Op::Count, None, Window::Events(0))), FeatureError::Window(_)));
    assert!(matches!(refused(def("x", Op::Count, None, Window::Events(999))), FeatureError::Window(_)));
    assert!(matches!(refused(def("x", Op::Count, None, Window::Seconds(0))), FeatureError::Window(_)));
    assert!(matches!(
        refused(def("x", Op::DecayedSum { half_life: f32::NAN }, None, session)),
        FeatureError::Rate(_)
    ));
    assert!(matches!(
        refused(def("x", Op::MovingAverage { span: 0.5 }, None, session)),
        FeatureError::Rate(_)
    ));
    let forward = Op::Ratio { of: "x".to_owned(), to: "y".to_owned() };
    assert!(matches!(refused(def("r", forward, None, session)), FeatureError::Ratio(_)));
    let twice = vec![def("x", Op::Count, None, session), def("x", Op::Count, None, session)];
    assert!(matches!(FeatureProgram::new(twice), Err(FeatureError::Name(_))));
}
