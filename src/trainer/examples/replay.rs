//! Replay: runs a log through the engine as the page would, shopper by shopper, moment by moment.
//!
//! At each line the features are read first, then the line's own event is taken in: a decision is made before what the
//! shopper does next is known.

use crate::read::{Log, LogEvent, LogItem, ParamValue};
use anyhow::Result;
use floorwalker_engine::event::{Event, Item, Value};
use floorwalker_engine::feature::FeatureProgram;
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;
use std::collections::BTreeMap;

/// One line of a log, at the moment just before it counts.
pub struct Moment<'a> {
    /// The line.
    pub event: &'a LogEvent,
    /// Its time: its own, or for want of one the shopper's last.
    pub now_ms: i64,
    /// Every feature's value.
    pub features: &'a [Value],
}

/// Calls `each` for every line that holds a message, labels or context, in the order: shoppers as they first appear,
/// lines of one shopper by time, then by place in the file.
///
/// # Errors
///
/// Those of `each`.
pub fn replay(
    log: &Log,
    program: &FeatureProgram,
    idle_s: u32,
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
    for mut events in visits {
        let mut visit = Visit::new(program, idle_s);
        let mut now_ms = 0;
        events.sort_by_key(|event| event.at_ms.unwrap_or(i64::MAX));
        for event in events {
            now_ms = event.at_ms.unwrap_or(now_ms);
            if event.message.is_some() || !event.labels.is_empty() || !event.context.is_empty() {
                visit.clear_context();
                for (name, value) in &event.context {
                    if let Some(index) = program.index(name) {
                        visit.set_context(program, index, self::value(value));
                    }
                }
                visit.read(program, now_ms, &mut features);
                each(&Moment { event, now_ms, features: &features })?;
            }
            items.clear();
            items.extend(event.items.iter().map(item));
            params.clear();
            params.extend(event.params.iter().map(|(name, value)| (Symbol::of(name), self::value(value))));
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

fn item(item: &LogItem) -> Item {
    let symbol = |text: &Option<String>| text.as_deref().map_or(Symbol::NONE, Symbol::of);
    let number = |number: Option<f64>| number.map_or(f32::NAN, |number| number as f32);
    let param = |wanted: &str| {
        let found = item.params.iter().find(|(name, _)| name == wanted);
        found.map_or(f32::NAN, |(_, value)| self::value(value).as_f32())
    };
    Item {
        id: symbol(&item.id),
        category: symbol(&item.category),
        brand: symbol(&item.brand),
        variant: symbol(&item.variant),
        price: number(item.price),
        quantity: number(item.quantity),
        discount: param("discount"),
        index: param("index"),
    }
}
