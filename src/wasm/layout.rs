//! Layout of the buffers that the page and the engine share. `pkg-template/limits.js` and `core.js` hold the same table.
//!
//! | buffer    | call      | layout                                                                                    |
//! |-----------|-----------|-------------------------------------------------------------------------------------------|
//! | `input`   | `observe` | per item: id, category, brand, variant (symbols), price, quantity, discount, index; then per parameter: name, kind, value |
//! | `input`   | `queue`   | waiting, agents, in service, idle seconds, patience in seconds, then 4 × requests that an agent ends a second while holding 1 to 4 |
//! | `input`   | `agent`   | holds, room, idle seconds, occupancy, taken, count                                        |
//! | `text`    | all       | UTF-8 of the message, or of the string to hash                                            |
//! | `output`  | `read`    | per feature: kind, value                                                                  |
//! | `output`  | `score`   | every head's probabilities, in order                                                      |
//! | `output`  | `explain` | base, logit, probability, number of reasons; per reason: kind (0 a word, 1 a feature, 2 another head's output), first byte and one past the last, or index (and output), value as kind and number, contribution |
//! | `output`  | `describe` | name; features: name, kind of context, whether made from events and if so the events, field, whether it may be a text, field of `only`; heads: name, outputs; queues; default queue, intent head, policy version; facts: name, value; filters; the snapshot's key; channels |
//! | `output`  | `route`   | head, intent set, per rank: queue, standing, score, fit, propensity, wait (low, mean, high), 3 × (intent, share); every intent's probability |
//!
//! The head of a decision: queue, abstention, `goes_to`, outcome, filter, drop, margin, freshness, expiry (ms), agent, the agent's
//! propensity, least change of intents (from, to, by how much), least change of the number waiting, evidence (message 0 or 1, events,
//! strength), probability that the message is out of scope, priority, size of the intent set. −1 means none.
//!
//! In `describe` each text is represented by its length in bytes; the texts themselves lie one after another at the returned address.
//! A list begins with its length.
//!
//! Kinds of values: 0 missing, 1 number, 2 category. Abstentions, outcomes and standings are numbered in the order in which
//! `engine::route` declares them; abstentions begin at 1, because 0 means none. In `input` NaN means not known.

use alloc::vec::Vec;
use floorwalker_engine::event::{Item, MAX_ITEMS, MAX_PARAMS, Value};
use floorwalker_engine::list::fill;
use floorwalker_engine::model::Evidence;
use floorwalker_engine::route::{AgentState, Decision, LEVELS, QueueState};
use floorwalker_engine::symbol::Symbol;

/// How many numbers an item takes in the input buffer.
pub(crate) const ITEM: usize = 8;
/// How many numbers a parameter takes.
pub(crate) const PARAM: usize = 3;
/// How many numbers the state of a queue takes.
pub(crate) const QUEUE: usize = 5 + LEVELS;
/// How many numbers an agent takes.
pub(crate) const AGENT: usize = 6;
/// Length of the input buffer, in numbers.
pub(crate) const INPUT: usize = MAX_ITEMS * ITEM + MAX_PARAMS * PARAM;
/// Length of the text buffer, in bytes: 2,000 characters of four bytes.
pub(crate) const TEXT: usize = 8_000;
/// How many intents are named as reasons for a queue.
pub(crate) const REASONS: usize = 3;

/// A symbol that the page passed as a number; a number that is no symbol (NaN, negative) becomes [`Symbol::NONE`].
pub(crate) fn symbol(number: f64) -> Symbol {
    Symbol::from_raw(number as u32)
}

pub(crate) fn value(kind: f64, number: f64) -> Value {
    match kind as u32 {
        1 => Value::number(number as f32),
        2 => Value::category(symbol(number)),
        _ => Value::Missing,
    }
}

#[inline(never)]
pub(crate) fn item(numbers: &[f64; ITEM]) -> Item {
    let &[id, category, brand, variant, price, quantity, discount, index] = numbers;
    Item {
        id: symbol(id),
        category: symbol(category),
        brand: symbol(brand),
        variant: symbol(variant),
        price: price as f32,
        quantity: quantity as f32,
        discount: discount as f32,
        index: index as f32,
    }
}

/// A value encoded as its kind and a number.
pub(crate) fn pair(value: Value) -> [f64; 2] {
    match value {
        Value::Missing => [0.0, 0.0],
        Value::Number(number) => [1.0, f64::from(number)],
        Value::Category(symbol) => [2.0, f64::from(symbol.raw())],
    }
}

pub(crate) fn queue(open: f64, numbers: &[f64; QUEUE]) -> QueueState {
    let &[waiting, agents, in_service, idle_s, patience_s, ref rate @ ..] = numbers;
    QueueState {
        open: (!open.is_nan()).then_some(open != 0.0),
        waiting: waiting as f32,
        agents: agents as f32,
        in_service: in_service as f32,
        idle_s: idle_s as f32,
        patience_s: patience_s as f32,
        rate: rate.map(|rate| rate as f32),
    }
}

/// An agent's state from its numbers; name and queue are left empty.
pub(crate) fn agent(numbers: &[f64; AGENT]) -> AgentState {
    let [holds, room, idle_s, occupancy, taken, count] = numbers.map(|number| number as f32);
    AgentState { name: Symbol::NONE, queue: 0, holds, room, idle_s, occupancy, taken, count, novice: false }
}

/// Writes the fixed-length head of a decision, then its intent set.
#[inline(never)]
pub(crate) fn write_head(decision: &Decision, evidence: Evidence, outside: f32, out: &mut Vec<f64>) {
    let (from, to, by) = decision
        .change
        .intent
        .map_or((-1.0, -1.0, 0.0), |(from, to, by)| (from as f64, to as f64, by.into()));
    let agent =
        decision.agent.map_or((-1.0, 0.0), |agent| (agent.name.raw().into(), agent.propensity.into()));
    out.extend_from_slice(&[
        decision.queue.map_or(-1.0, |queue| queue as f64),
        decision.abstention.map_or(0.0, |why| f64::from(why as u8) + 1.0),
        decision.goes_to as f64,
        f64::from(decision.outcome as u8),
        decision.filter.map_or(-1.0, |filter| filter as f64),
        f64::from(decision.drop),
        f64::from(decision.margin),
        f64::from(decision.freshness),
        decision.expires_ms as f64,
        agent.0,
        agent.1,
        from,
        to,
        by,
        decision.change.waiting.map_or(-1.0, f64::from),
        f64::from(u8::from(evidence.message)),
        f64::from(evidence.events),
        f64::from(evidence.strength as u8),
        f64::from(outside),
        f64::from(decision.priority),
        decision.intent_set.len() as f64,
    ]);
    fill(out, decision.intent_set.iter().map(|&intent| intent as f64));
}

/// Writes the part of a decision about one queue, without the queue's intents.
#[inline(never)]
pub(crate) fn write_rank(decision: &Decision, queue: usize, out: &mut Vec<f64>) {
    let number = |numbers: &[f32]| numbers.get(queue).map_or(0.0, |&number| f64::from(number));
    let wait = decision.waits.get(queue).copied().unwrap_or_default();
    out.extend_from_slice(&[
        queue as f64,
        decision.standings.get(queue).map_or(0.0, |standing| f64::from(*standing as u8)),
        number(&decision.scores),
        number(&decision.fits),
        number(&decision.propensities),
        wait.low.into(),
        wait.mean.into(),
        wait.high.into(),
    ]);
}
