//! Compares the streaming program with a naive recomputation from the whole log, for events in any order of arrival.

use super::*;
use crate::event::Arrival;
use crate::property::holds;
use core::cell::Cell;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const START_MS: i64 = 150_000;
const IDLE_MS: i64 = 1_000 * IDLE_S as i64;
const EVENTS: [&str; 3] = ["view", "buy", "message"];

/// An event without its time.
#[derive(Clone, Debug)]
struct Content {
    name: &'static str,
    items: Vec<Item>,
    /// A parameter that no feature reads; it makes the event differ from others with the same name and items.
    id: Option<f32>,
}

impl Content {
    fn observe(
        &self,
        visit: &mut Visit,
        program: &FeatureProgram,
        at_ms: Option<i64>,
        now_ms: i64,
    ) -> Arrival {
        let id = self.id.map(|id| (Symbol::of("id"), Value::Number(id)));
        let event = Event { name: Symbol::of(self.name), at_ms, items: &self.items, params: id.as_slice() };
        visit.observe(program, &event, now_ms)
    }
}

/// What happens next on a page.
#[derive(Clone, Debug)]
struct Step {
    /// How far the clock moves on; negative if it is set back.
    gap_ms: i64,
    content: Content,
    /// The time that the event claims, in milliseconds from now; `None` if it claims none.
    claim_ms: Option<i64>,
    /// An earlier event that arrives again instead.
    again: Option<Index>,
    is_read: bool,
}

fn contents() -> impl Strategy<Value = Content> {
    let price = prop_oneof![8 => (-40..500_i16).prop_map(|n| f32::from(n) / 4.0), 1 => Just(f32::NAN)];
    let item = (0..300_u16, 0..5_u8, price).prop_map(|(id, category, price)| {
        let category = if category == 0 { String::new() } else { format!("c{category}") };
        view(&format!("p{id}"), &category, price)
    });
    let name = prop_oneof![3 => Just(EVENTS[0]), 1 => select(&EVENTS[1..])];
    (name, vec(item, 0..=3)).prop_map(|(name, items)| Content { name, items, id: None })
}

/// Gaps of a busy page: none, less than a second, seconds.
fn short_gaps() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0), 2 => 1..1_000_i64, 2 => 1_000..20_000_i64]
}

/// Gaps of any size: also up to, at and beyond the ends of windows and of the session, and a clock that is set back.
fn gaps() -> impl Strategy<Value = i64> {
    let ends = (select(&[30_000, IDLE_MS, 4_000_000][..]), -1..=1_i64).prop_map(|(end, more)| end + more);
    prop_oneof![
        6 => short_gaps(),
        3 => 20_000..IDLE_MS,
        2 => ends,
        2 => IDLE_MS..900_000,
        1 => 900_000..10_000_000_i64,
        1 => -2 * IDLE_MS..0,
    ]
}

/// Most events claim to have happened just now; others come late, up to and beyond the idle limit, or claim no time or a future one.
fn claims() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        6 => Just(Some(0)),
        1 => Just(None),
        2 => (-5_000..0_i64).prop_map(Some),
        2 => (-IDLE_MS..=-5_000).prop_map(Some),
        1 => (-10 * IDLE_MS..-IDLE_MS).prop_map(Some),
        1 => (1..10_000_i64).prop_map(Some),
    ]
}

/// A busy page, on which windows fill up; one with gaps of any size; or a busy one that now and then rests.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = |gap: BoxedStrategy<i64>| {
        let again = option::weighted(0.15, any::<Index>());
        (gap, contents(), claims(), again, prop::bool::weighted(0.1)).prop_map(
            |(gap_ms, content, claim_ms, again, is_read)| Step { gap_ms, content, claim_ms, again, is_read },
        )
    };
    prop_oneof![
        vec(step(gaps().boxed()), 0..120),
        vec(step(short_gaps().boxed()), 0..250),
        vec(step(prop_oneof![30 => short_gaps(), 1 => gaps()].boxed()), 0..250),
    ]
}

/// An event that counted.
struct Counted {
    at_ms: i64,
    session: usize,
    content: Content,
}

/// A visit that keeps everything. Its rules are those at the head of `event::timeline`.
struct Naive {
    log: Vec<Counted>,
    /// The times that counted events claimed, with what the events were.
    marks: Vec<(i64, String)>,
    session: usize,
    floor_ms: i64,
}

impl Naive {
    fn new() -> Self {
        Self { log: Vec::new(), marks: Vec::new(), session: 0, floor_ms: i64::MIN }
    }

    fn follow_clock(&mut self, now_ms: i64) {
        if self.floor_ms > now_ms + IDLE_MS {
            *self = Self::new();
        }
    }

    fn observe(&mut self, content: &Content, at_ms: Option<i64>, now_ms: i64) -> Arrival {
        self.follow_clock(now_ms);
        let claimed = match at_ms {
            Some(at) if at >= 0 && at <= now_ms => at,
            _ => now_ms,
        };
        let mark = (claimed, format!("{content:?}"));
        if self.marks.iter().rev().take(16).any(|other| *other == mark) {
            return Arrival::Duplicate;
        }
        let newest = self.log.last().map(|counted| counted.at_ms);
        if newest.is_some_and(|newest| claimed + IDLE_MS < newest) {
            return Arrival::Stale;
        }
        let at_ms = claimed.max(self.floor_ms);
        let new_session = newest.is_none_or(|newest| at_ms > newest + IDLE_MS);
        self.session += usize::from(new_session);
        self.floor_ms = at_ms;
        self.marks.push(mark);
        self.log.push(Counted { at_ms, session: self.session, content: content.clone() });
        Arrival::Counted { at_ms, new_session }
    }

    /// The time at which features are read at `now_ms`.
    fn read_at(&mut self, now_ms: i64) -> i64 {
        self.follow_clock(now_ms);
        self.session += usize::from(self.log.last().is_some_and(|newest| now_ms > newest.at_ms + IDLE_MS));
        self.floor_ms = self.floor_ms.max(now_ms);
        self.floor_ms
    }

    /// The samples of `def`, with their times and sessions.
    fn samples(&self, def: &FeatureDef) -> Vec<(i64, usize, Value)> {
        let mut samples = Vec::new();
        for Counted { at_ms, session, content } in &self.log {
            if !def.events.is_empty() && !def.events.iter().any(|name| name == content.name) {
                continue;
            }
            let fits =
                |item: &&Item| def.only.as_ref().is_none_or(|only| item.category == Symbol::of(&only.equals));
            let items: Vec<&Item> = content.items.iter().filter(fits).collect();
            let values: Vec<Value> = match def.field.as_deref() {
                None if def.only.is_some() && items.is_empty() => vec![],
                None => vec![Value::Number(1.0)],
                Some("price") => items.iter().map(|item| Value::number(item.price)).collect(),
                Some("item_id") => items.iter().map(|item| Value::category(item.id)).collect(),
                Some(_) => items.iter().map(|item| Value::category(item.category)).collect(),
            };
            let known = values.into_iter().filter(|value| *value != Value::Missing);
            samples.extend(known.map(|value| (*at_ms, *session, value)));
        }
        samples
    }

    /// The value of `def`, recomputed from the whole log; `now_ms` is the time of the read.
    fn value(&self, def: &FeatureDef, now_ms: i64) -> Value {
        let mut kept = self.samples(def);
        let len = kept.len();
        let newest = |n: usize| len.saturating_sub(n);
        match def.window {
            Window::Events(n) => drop(kept.drain(..newest(n.into()))),
            Window::Seconds(s) => {
                kept.drain(..newest(MAX_WINDOW));
                kept.retain(|(at_ms, ..)| *at_ms >= now_ms - i64::from(s) * 1_000);
            }
            Window::Session => kept.retain(|(_, session, _)| *session == self.session),
            Window::Lifetime => {}
        }
        let numbers: Vec<f64> = kept.iter().map(|(.., value)| f64::from(value.as_f32())).collect();
        let some = |number: Option<f64>| number.map_or(Value::Missing, |number| Value::Number(number as f32));
        let n = kept.len() as f64;
        match def.op {
            Op::Count => Value::Number(n as f32),
            Op::Sum => Value::Number(numbers.iter().sum::<f64>() as f32),
            Op::Mean => some((n > 0.0).then(|| numbers.iter().sum::<f64>() / n)),
            Op::Min => some(numbers.iter().copied().reduce(f64::min)),
            Op::Max => some(numbers.iter().copied().reduce(f64::max)),
            Op::Last => kept.last().map_or(Value::Missing, |(.., value)| *value),
            Op::Distinct => Value::Number(frequencies(&kept).len() as f32),
            Op::Entropy => {
                let shares = frequencies(&kept).into_iter().map(|count| f64::from(count) / n);
                Value::Number(shares.map(|share| -share * libm::log(share)).sum::<f64>() as f32)
            }
            Op::TimeSince => some(kept.last().map(|(at_ms, ..)| (now_ms - at_ms) as f64 / 1_000.0)),
            Op::DecayedSum { half_life } => {
                let weight =
                    |at_ms| libm::exp2(-((now_ms - at_ms) as f64) / (f64::from(half_life) * 1_000.0));
                let decayed = kept.iter().map(|&(at_ms, _, value)| f64::from(value.as_f32()) * weight(at_ms));
                Value::Number(decayed.sum::<f64>() as f32)
            }
            Op::MovingAverage { span } => {
                let weight = 2.0 / (f64::from(span) + 1.0);
                some(numbers.iter().copied().reduce(|mean, number| mean + weight * (number - mean)))
            }
            _ => Value::Missing,
        }
    }
}

/// How often each value occurs; all values after the first [`MAX_WINDOW`] different ones count as one.
fn frequencies(samples: &[(i64, usize, Value)]) -> Vec<u32> {
    let mut kinds: Vec<(Value, u32)> = Vec::new();
    let mut others = 0;
    for (.., value) in samples {
        match kinds.iter().position(|(kind, _)| kind == value) {
            Some(at) => kinds[at].1 += 1,
            None if kinds.len() < MAX_WINDOW => kinds.push((*value, 1)),
            None => others += 1,
        }
    }
    kinds.into_iter().map(|(_, count)| count).chain((others > 0).then_some(others)).collect()
}

/// Every operation over every window that it supports, of one name of events, of two, and of all.
fn every_feature() -> Vec<FeatureDef> {
    let windows = [
        Window::Events(1),
        Window::Events(7),
        Window::Seconds(30),
        Window::Seconds(4_000),
        Window::Session,
        Window::Lifetime,
    ];
    let mut defs = Vec::new();
    for events in [&EVENTS[..1], &EVENTS[..2], &[]] {
        for window in windows {
            let mut add = |op, field, only: Option<&str>| {
                let only =
                    only.map(|name| Condition { field: "item_category".to_owned(), equals: name.to_owned() });
                let events = events.iter().copied().map(str::to_owned).collect();
                let name = format!("{}", defs.len());
                defs.push(FeatureDef { events, only, ..def(&name, op, field, window) });
            };
            for only in [None, Some("c1")] {
                add(Op::Count, None, only);
                add(Op::Sum, Some("price"), only);
            }
            for op in [Op::Mean, Op::Min, Op::Max, Op::Last] {
                add(op, Some("price"), None);
            }
            add(Op::Last, Some("item_category"), None);
            for field in ["item_category", "item_id"] {
                add(Op::Distinct, Some(field), None);
                add(Op::Entropy, Some(field), None);
            }
            if !matches!(window, Window::Events(_)) {
                add(Op::TimeSince, None, None);
            }
            if matches!(window, Window::Session | Window::Lifetime) {
                add(Op::DecayedSum { half_life: 20.0 }, Some("price"), None);
                add(Op::MovingAverage { span: 5.0 }, Some("price"), None);
            }
        }
    }
    defs
}

fn read_ms(visit: &mut Visit, program: &FeatureProgram, now_ms: i64) -> Vec<Value> {
    let mut out = vec![Value::Missing; program.len()];
    visit.read(program, now_ms, &mut out);
    out
}

/// Lets the steps happen to a visit and to a naive one; `look` is called after each step, with both and the time.
fn live(
    program: &FeatureProgram,
    steps: &[Step],
    mut look: impl FnMut(&Step, Arrival, &mut Visit, &mut Naive, i64),
) {
    let (mut visit, mut naive) = (Visit::new(program, IDLE_S), Naive::new());
    let mut sent: Vec<(&Content, Option<i64>)> = Vec::new();
    let mut now_ms = START_MS;
    for step in steps {
        now_ms += step.gap_ms;
        let event = match step.again {
            Some(again) if !sent.is_empty() => *again.get(&sent),
            _ => (&step.content, step.claim_ms.map(|claim_ms| now_ms + claim_ms)),
        };
        sent.push(event);
        let (content, at_ms) = event;
        let arrival = content.observe(&mut visit, program, at_ms, now_ms);
        assert_eq!(arrival, naive.observe(content, at_ms, now_ms), "{content:?} of {at_ms:?} at {now_ms}");
        look(step, arrival, &mut visit, &mut naive, now_ms);
    }
}

#[test]
fn streaming_equals_recomputing_from_the_whole_log() {
    let program = FeatureProgram::new(every_feature()).unwrap();
    // How often each case of the timeline, a full window and a full count of values were met.
    let met = [const { Cell::new(0) }; 6];
    let meet = |case: usize, is: bool| met[case].set(met[case].get() + usize::from(is));
    holds(100, &steps(), |steps| {
        live(&program, &steps, |step, arrival, visit, naive, now_ms| {
            meet(0, matches!(arrival, Arrival::Counted { new_session: false, .. }));
            meet(1, matches!(arrival, Arrival::Counted { new_session: true, .. }));
            meet(2, arrival == Arrival::Duplicate);
            meet(3, arrival == Arrival::Stale);
            if !step.is_read {
                return;
            }
            let got = read_ms(visit, &program, now_ms);
            let at_ms = naive.read_at(now_ms);
            for (def, got) in program.defs().zip(got) {
                let wanted = naive.value(def, at_ms);
                let (a, b) = (got.as_f32(), wanted.as_f32());
                let is_near = (a - b).abs() <= 1e-5 * b.abs().max(1.0);
                assert!(got == wanted || is_near, "{def:?}: {got:?}, expected {wanted:?}");
                let is_full = b == MAX_WINDOW as f32 && matches!(def.window, Window::Seconds(_));
                meet(4, def.op == Op::Count && is_full);
                meet(5, def.op == Op::Distinct && b == MAX_WINDOW as f32 + 1.0);
            }
        });
    });
    assert!(met.iter().all(|met| met.get() > 20), "{met:?}");
}

#[test]
fn events_in_any_order_of_arrival_give_the_state_of_their_order_in_time() {
    let program = FeatureProgram::new(every_feature()).unwrap();
    holds(100, &steps(), |steps| {
        live(&program, &steps, |step, _, visit, naive, now_ms| {
            if !step.is_read {
                return;
            }
            let (got, at_ms) = (read_ms(visit, &program, now_ms), naive.read_at(now_ms));
            // The events that counted, each arriving at the time at which it counts, and none equal to another.
            let mut ordered = Visit::new(&program, IDLE_S);
            for (id, Counted { at_ms, content, .. }) in (0_u16..).zip(&naive.log) {
                let content = Content { id: Some(f32::from(id)), ..content.clone() };
                let arrival = content.observe(&mut ordered, &program, Some(*at_ms), *at_ms);
                assert!(matches!(arrival, Arrival::Counted { at_ms: at, .. } if at == *at_ms), "{content:?}");
            }
            assert_eq!(got, read_ms(&mut ordered, &program, at_ms));
        });
    });
}

#[test]
fn within_a_session_counts_and_sums_do_not_depend_on_the_order_of_arrival() {
    let order_free = |def: &FeatureDef| {
        matches!(def.window, Window::Session | Window::Lifetime)
            && matches!(
                def.op,
                Op::Count | Op::Sum | Op::Mean | Op::Min | Op::Max | Op::Distinct | Op::Entropy
            )
    };
    let defs = every_feature().into_iter().filter(order_free).collect();
    let program = FeatureProgram::new(defs).unwrap();
    holds(500, &vec((0..=IDLE_MS, contents()), 0..40), |mut events| {
        (0_u16..).zip(&mut events).for_each(|(id, (_, content))| content.id = Some(f32::from(id)));
        let state = |events: &[(i64, Content)]| {
            let mut visit = Visit::new(&program, IDLE_S);
            for (at_ms, content) in events {
                content.observe(&mut visit, &program, Some(*at_ms), IDLE_MS);
            }
            read_ms(&mut visit, &program, IDLE_MS)
        };
        let arrived = state(&events);
        events.sort_by_key(|(at_ms, _)| *at_ms);
        assert_eq!(arrived, state(&events));
    });
}
