//! Replay: runs a log through the engine as the page would, shopper by shopper, event by event.
//!
//! At each line the features are read first, and only then the line's own event is observed, because a decision is made before
//! the shopper's next action is known.

use anyhow::Result;
use floorwalker_data::read::{Log, LogEvent, LogItem, ParamValue};
use floorwalker_engine::event::{Arrival, Event, Item, Value};
use floorwalker_engine::feature::{FeatureProgram, Op};
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;
use std::collections::BTreeMap;

/// One line of a log, with the features just before the line's event is observed.
pub struct Moment<'a> {
    /// The line of the log.
    pub event: &'a LogEvent,
    /// Time in milliseconds since 1970: the line's own, or when it has none that of the shopper's previous line.
    pub now_ms: i64,
    /// The value of every feature, `[n_features]`.
    pub features: &'a [Value],
    /// Number of events known of the shopper: see [`Visit::seen`].
    pub events: u32,
    /// Whether the line's event began a session. Before the event was observed: `false`.
    pub is_new_session: bool,
    /// Whether it is the shopper at the end of the log, after the last line.
    pub is_end: bool,
}

/// When features are read.
#[derive(Clone, Copy, PartialEq)]
enum When {
    /// Before the line's event, for lines that hold a message, labels or context; for every line when `all` is set.
    Before { all: bool },
    /// After the line's event, and at the end of the log.
    After,
}

/// Calls `each` for every line that holds a message, labels or context, or for every line when `all` is set. Shoppers come in
/// order of first appearance; the lines of one shopper by time, then by position in the file.
///
/// # Errors
///
/// Returns the first error of `each`.
pub fn replay(
    log: &Log,
    program: &FeatureProgram,
    idle_s: u32,
    all: bool,
    each: impl FnMut(&Moment<'_>) -> Result<()>,
) -> Result<()> {
    run(log, program, idle_s, When::Before { all }, each)
}

/// Calls `each` after every line whose event counted, with the features as they are then, and once for each shopper at the end of the log, with
/// the shopper's last line. Order as in [`replay`].
///
/// # Errors
///
/// Returns the first error of `each`.
pub fn replay_after(
    log: &Log,
    program: &FeatureProgram,
    idle_s: u32,
    each: impl FnMut(&Moment<'_>) -> Result<()>,
) -> Result<()> {
    run(log, program, idle_s, When::After, each)
}

fn run(
    log: &Log,
    program: &FeatureProgram,
    idle_s: u32,
    when: When,
    mut each: impl FnMut(&Moment<'_>) -> Result<()>,
) -> Result<()> {
    let mut order: BTreeMap<&str, usize> = BTreeMap::new();
    let mut visits: Vec<Vec<&LogEvent>> = Vec::new();
    for event in &log.events {
        let at = *order.entry(&event.shopper).or_insert_with(|| {
            visits.push(Vec::new());
            visits.len() - 1
        });
        visits[at].push(event);
    }
    let end_ms = log.events.iter().filter_map(|event| event.at_ms).max().unwrap_or(0);
    let mut features = vec![Value::Missing; program.len()];
    let (mut items, mut params) = (Vec::new(), Vec::new());
    for events in visits {
        let mut visit = Visit::new(program, idle_s);
        let mut corrections: BTreeMap<u16, Value> = BTreeMap::new();
        // A line without a valid time gets the time of the shopper's line before it, and stays after it.
        let mut last_ms = 0;
        let mut timed: Vec<(i64, &LogEvent)> = Vec::with_capacity(events.len());
        for event in events {
            last_ms = event.at_ms.filter(|&at_ms| at_ms >= 0).unwrap_or(last_ms);
            timed.push((last_ms, event));
        }
        timed.sort_by_key(|&(at_ms, _)| at_ms);
        let last = timed.last().copied();
        for (now_ms, event) in timed {
            let asks = event.message.is_some() || !event.labels.is_empty() || !event.context.is_empty();
            if when == (When::Before { all: true }) || (asks && when != When::After) {
                believe(&mut visit, program, &corrections);
                for (name, value) in &event.context {
                    // What a decision record says of other features was computed from the same events.
                    if let Some((index, def)) = (0_u16..)
                        .zip(program.defs())
                        .find(|(_, def)| def.name == *name && is_context(&def.op))
                    {
                        visit.set_context(program, index, context_value(&def.op, value));
                    }
                }
                visit.read(program, now_ms, &mut features);
                let events = visit.seen(program);
                each(&Moment {
                    event,
                    now_ms,
                    features: &features,
                    events,
                    is_new_session: false,
                    is_end: false,
                })?;
            }
            if event.event == CONSENT {
                continue;
            }
            if event.event == CORRECTION {
                correct(event, program, &mut corrections);
                continue;
            }
            items.clear();
            items.extend(event.items.iter().map(item));
            params.clear();
            let known = event.params.iter().filter(|(name, _)| name != "timestamp");
            params.extend(known.map(|(name, value)| (Symbol::of(name), self::value(value))));
            let name = Symbol::of(&event.event);
            let arrival = visit.observe(
                program,
                &Event { name, at_ms: event.at_ms, items: &items, params: &params },
                now_ms,
            );
            // The page ignores an event that it knows already or that is too old to count.
            if let (When::After, Arrival::Counted { new_session, .. }) = (when, arrival) {
                believe(&mut visit, program, &corrections);
                visit.read(program, now_ms, &mut features);
                let events = visit.seen(program);
                each(&Moment {
                    event,
                    now_ms,
                    features: &features,
                    events,
                    is_new_session: new_session,
                    is_end: false,
                })?;
            }
        }
        if let Some((last_ms, event)) = last.filter(|_| when == When::After) {
            let now_ms = end_ms.max(last_ms);
            believe(&mut visit, program, &corrections);
            visit.read(program, now_ms, &mut features);
            let events = visit.seen(program);
            each(&Moment {
                event,
                now_ms,
                features: &features,
                events,
                is_new_session: false,
                is_end: true,
            })?;
        }
    }
    Ok(())
}

/// The event that a shopper's correction of a feature is kept as: its parameters are `feature` and `value`. Without a value the feature is
/// unknown; with `undo` the correction is taken back.
const CORRECTION: &str = "profile_correct";
/// The event that tells whose consent later ones were stored under. It is nothing that the shopper did.
const CONSENT: &str = "profile_consent";

/// Notes a correction, as the page does (`pkg-template/core.js`).
fn correct(event: &LogEvent, program: &FeatureProgram, corrections: &mut BTreeMap<u16, Value>) {
    let param = |wanted: &str| event.params.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let Some(ParamValue::Text(name)) = param("feature") else { return };
    let Some(index) = program.index(name) else { return };
    if param("undo").is_some_and(|undo| !matches!(undo, ParamValue::Number(number) if *number == 0.0)) {
        corrections.remove(&index);
    } else {
        corrections.insert(index, param("value").map_or(Value::Missing, value));
    }
}

/// Makes the shopper's corrections, and nothing else, the context of the visit.
fn believe(visit: &mut Visit, program: &FeatureProgram, corrections: &BTreeMap<u16, Value>) {
    visit.clear_context();
    for (index, value) in corrections {
        visit.set_context(program, *index, *value);
    }
}

const fn is_context(op: &Op) -> bool {
    matches!(op, Op::ContextNumber | Op::ContextCategory)
}

fn value(value: &ParamValue) -> Value {
    match value {
        ParamValue::Number(number) => Value::number(*number as f32),
        ParamValue::Text(text) => Value::category(Symbol::of(text)),
    }
}

/// A context value converted to the kind that the feature declares, as the page does.
fn context_value(op: &Op, value: &ParamValue) -> Value {
    match (op, value) {
        (Op::ContextNumber, ParamValue::Text(text)) => number(text),
        (Op::ContextCategory, ParamValue::Number(number)) => Value::category(Symbol::of(&number.to_string())),
        _ => self::value(value),
    }
}

fn number(text: &str) -> Value {
    Value::number(text.trim().parse().unwrap_or(f32::NAN))
}

fn item(item: &LogItem) -> Item {
    let symbol = |text: &Option<String>| text.as_deref().map_or(Symbol::NONE, Symbol::of);
    let amount = |number: Option<f64>| number.map_or(f32::NAN, |number| number as f32);
    let param = |wanted: &str| {
        let found = item.params.iter().find(|(name, _)| name == wanted);
        found.map_or(f32::NAN, |(_, value)| match value {
            ParamValue::Number(number) => *number as f32,
            ParamValue::Text(text) => number(text).as_f32(),
        })
    };
    Item {
        id: symbol(&item.id),
        category: symbol(&item.category),
        brand: symbol(&item.brand),
        variant: symbol(&item.variant),
        price: amount(item.price),
        quantity: amount(item.quantity),
        discount: param("discount"),
        index: param("index"),
    }
}
