//! Replay: runs a log through the engine as the page would, shopper by shopper, event by event.
//!
//! At each line the features are read first, and only then the line's own event is observed, because a decision is made before
//! the shopper's next action is known.

use anyhow::Result;
use floorwalker_data::read::{Log, LogEvent, LogItem, ParamValue};
use floorwalker_engine::event::{Event, Item, Value};
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
    let mut features = vec![Value::Missing; program.len()];
    let (mut items, mut params) = (Vec::new(), Vec::new());
    for events in visits {
        let mut visit = Visit::new(program, idle_s);
        // A line without a valid time gets the time of the shopper's line before it, and stays after it.
        let mut last_ms = 0;
        let mut timed: Vec<(i64, &LogEvent)> = Vec::with_capacity(events.len());
        for event in events {
            last_ms = event.at_ms.filter(|&at_ms| at_ms >= 0).unwrap_or(last_ms);
            timed.push((last_ms, event));
        }
        timed.sort_by_key(|&(at_ms, _)| at_ms);
        for (now_ms, event) in timed {
            if all || event.message.is_some() || !event.labels.is_empty() || !event.context.is_empty() {
                visit.clear_context();
                for (name, value) in &event.context {
                    if let Some((index, def)) =
                        (0_u16..).zip(program.defs()).find(|(_, def)| def.name == *name)
                    {
                        visit.set_context(program, index, context_value(&def.op, value));
                    }
                }
                visit.read(program, now_ms, &mut features);
                let events = visit.seen(program);
                each(&Moment { event, now_ms, features: &features, events })?;
            }
            items.clear();
            items.extend(event.items.iter().map(item));
            params.clear();
            let known = event.params.iter().filter(|(name, _)| name != "timestamp");
            params.extend(known.map(|(name, value)| (Symbol::of(name), self::value(value))));
            let name = Symbol::of(&event.event);
            visit.observe(
                program,
                &Event { name, at_ms: event.at_ms, items: &items, params: &params },
                now_ms,
            );
        }
    }
    Ok(())
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
