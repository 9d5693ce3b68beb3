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
