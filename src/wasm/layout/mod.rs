//! Layout of the buffers that the page and the engine share. `pkg-template/layout.js` is generated from these rows, and a test keeps the
//! two equal (`layout/tests.rs`).
//!
//! | buffer    | call      | layout                                                                                    |
//! |-----------|-----------|-------------------------------------------------------------------------------------------|
//! | `input`   | `observe` | [`ItemRow`] per item, then [`ParamRow`] per parameter                                     |
//! | `input`   | `queue`   | [`QueueRow`]                                                                              |
//! | `input`   | `agent`   | [`AgentRow`]                                                                              |
//! | `text`    | all       | UTF-8 of the message, or of the string to hash                                            |
//! | `output`  | `read`    | [`ValueRow`] per feature                                                                  |
//! | `output`  | `score`   | every head's probabilities, in order                                                      |
//! | `output`  | `explain` | [`ExplanationRow`], then [`ReasonRow`] per reason                                         |
//! | `output`  | `describe` | name; features: name, kind of context, whether made from events and if so the events, field, whether it may be a text, field of `only`; heads: name, outputs; queues; default queue, intent head, policy version; facts: name, value; filters; the snapshot's key; channels |
//! | `output`  | `route`   | [`DecisionRow`], the intents of the set, per queue in the ranking's order [`RankRow`] and [`REASONS`] × [`ShareRow`], every intent's probability |
//!
//! In `describe` each text is represented by its length in bytes; the texts themselves lie one after another at the returned address.
//! A list begins with its length.
//!
//! Kinds of values: [`MISSING`], [`NUMBER`], [`CATEGORY`]. Abstentions, outcomes, standings and strengths are numbered in the order in
//! which `engine` declares them; abstentions begin at 1, because 0 means none. In `input` NaN means not known; in `output` −1 means none.

mod row;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use floorwalker_engine::event::{Item, MAX_ITEMS, MAX_PARAMS, Value};
use floorwalker_engine::list::fill;
use floorwalker_engine::model::Evidence;
use floorwalker_engine::route::{AgentState, Decision, QueueState};
use floorwalker_engine::symbol::Symbol;
use row::row;

/// Length of the input buffer, in numbers.
pub(crate) const INPUT: usize = MAX_ITEMS * ItemRow::LEN + MAX_PARAMS * ParamRow::LEN;
/// Length of the text buffer, in bytes: 2,000 characters of four bytes.
pub(crate) const TEXT: usize = 8_000;
/// How many intents are named as reasons for a queue.
pub(crate) const REASONS: usize = 3;

/// Kind of a value that is missing.
pub(crate) const MISSING: u32 = 0;
/// Kind of a number.
pub(crate) const NUMBER: u32 = 1;
/// Kind of a category.
pub(crate) const CATEGORY: u32 = 2;

/// Returned for a row of a snapshot that is one too many.
pub(crate) const ROWS: u32 = 255;

row! {
    /// An item of an event: four names as symbols, then numbers.
    ItemRow { item_id, item_category, item_brand, item_variant, price, quantity, discount, index }
}

row! {
    /// A parameter of an event: its name as a symbol, the kind of its value, and the value.
    ParamRow { name, kind, value }
}

row! {
    /// The state of a queue: counts, seconds, and the requests that an agent ends a second while holding 1, 2, 3 or 4 chats.
    QueueRow { waiting, agents, in_service, idle_seconds, patience_seconds, rate1, rate2, rate3, rate4 }
}

row! {
    /// An agent: chats held and chats that there is room for, seconds idle, share of the time occupied, chats taken, agents alike.
    AgentRow { holds, room, idle_seconds, occupancy, taken, count }
}

row! {
    /// A feature's value.
    ValueRow { kind, value }
}

row! {
    /// The explained output: its logit without evidence, its logit, its probability, and how many reasons follow.
    ExplanationRow { base, logit, probability, n_reasons }
}

row! {
    /// A reason: kind (0 a word, 1 a feature, 2 another head's output); a word's first byte and one past its last, or an index and an
    /// output; the value; the contribution to the logit.
    ReasonRow { kind, first, second, value_kind, value, contribution }
}

row! {
    /// The part of a decision whose length is fixed. `change_from`, `change_to`, `change_by`: the least change of intents
    /// that would change it; `change_waiting`: the number of waiting requests that would.
    DecisionRow {
        queue, abstention, goes_to, outcome, filter, margin, freshness, expires_at, agent, agent_propensity, change_from,
        change_to, change_by, change_waiting, message, events, strength, outside, priority, n_intent_set,
    }
}

row! {
    /// The part of a decision about one queue. The expected wait is in seconds; its mean is negative or NaN if it is not known.
    RankRow { queue, standing, score, fit, propensity, wait_low, wait_mean, wait_high }
}

row! {
    /// An intent, and its share of a queue's score.
    ShareRow { intent, share }
}

/// A symbol that the page passed as a number; a number that is no symbol (NaN, negative) becomes [`Symbol::NONE`].
pub(crate) fn symbol(number: f64) -> Symbol {
    Symbol::from_raw(number as u32)
}

pub(crate) fn value(kind: f64, number: f64) -> Value {
    match kind as u32 {
        NUMBER => Value::number(number as f32),
        CATEGORY => Value::category(symbol(number)),
        _ => Value::Missing,
    }
}

/// A value encoded as its kind and a number.
pub(crate) fn pair(value: Value) -> ValueRow {
    let (kind, value) = match value {
        Value::Missing => (f64::from(MISSING), 0.0),
        Value::Number(number) => (f64::from(NUMBER), f64::from(number)),
        Value::Category(symbol) => (f64::from(CATEGORY), f64::from(symbol.raw())),
    };
    ValueRow { kind, value }
}

#[inline(never)]
pub(crate) fn item(numbers: &[f64; ItemRow::LEN]) -> Item {
    let row = ItemRow::of(numbers);
    Item {
        id: symbol(row.item_id),
        category: symbol(row.item_category),
        brand: symbol(row.item_brand),
        variant: symbol(row.item_variant),
        price: row.price as f32,
        quantity: row.quantity as f32,
        discount: row.discount as f32,
        index: row.index as f32,
    }
}

pub(crate) fn param(numbers: &[f64; ParamRow::LEN]) -> (Symbol, Value) {
    let row = ParamRow::of(numbers);
    (symbol(row.name), value(row.kind, row.value))
}

/// A queue that is open (NaN: as its hours say).
pub(crate) fn queue(open: f64, numbers: &[f64; QueueRow::LEN]) -> QueueState {
    let row = QueueRow::of(numbers);
    QueueState {
        open: (!open.is_nan()).then_some(open != 0.0),
        waiting: row.waiting as f32,
        agents: row.agents as f32,
        in_service: row.in_service as f32,
        idle_s: row.idle_seconds as f32,
        patience_s: row.patience_seconds as f32,
        rate: [row.rate1, row.rate2, row.rate3, row.rate4].map(|rate| rate as f32),
    }
}

/// An agent's state from its numbers; name and queue are left empty.
pub(crate) fn agent(numbers: &[f64; AgentRow::LEN]) -> AgentState {
    let row = AgentRow::of(numbers);
    AgentState {
        name: Symbol::NONE,
        queue: 0,
        holds: row.holds as f32,
        room: row.room as f32,
        idle_s: row.idle_seconds as f32,
        occupancy: row.occupancy as f32,
        taken: row.taken as f32,
        count: row.count as f32,
        novice: false,
    }
}

/// Writes the fixed-length head of a decision, then its intent set.
#[inline(never)]
pub(crate) fn write_head(decision: &Decision, evidence: Evidence, outside: f32, out: &mut Vec<f64>) {
    let (change_from, change_to, change_by) = decision
        .change
        .intent
        .map_or((-1.0, -1.0, 0.0), |(from, to, by)| (from as f64, to as f64, by.into()));
    let (agent, agent_propensity) =
        decision.drawn.agent.map_or((-1.0, 0.0), |agent| (agent.name.raw().into(), agent.propensity.into()));
    let row = DecisionRow {
        queue: decision.drawn.queue.map_or(-1.0, |queue| queue as f64),
        abstention: decision.drawn.abstention.map_or(0.0, |why| f64::from(why as u8) + 1.0),
        goes_to: decision.drawn.goes_to as f64,
        outcome: f64::from(decision.drawn.outcome as u8),
        filter: decision.eligible.filter.map_or(-1.0, |filter| filter as f64),
        margin: f64::from(decision.scored.margin),
        freshness: f64::from(decision.freshness),
        expires_at: decision.expires_ms as f64,
        agent,
        agent_propensity,
        change_from,
        change_to,
        change_by,
        change_waiting: decision.change.waiting.map_or(-1.0, f64::from),
        message: f64::from(u8::from(evidence.message)),
        events: f64::from(evidence.events),
        strength: f64::from(evidence.strength as u8),
        outside: f64::from(outside),
        priority: f64::from(decision.eligible.priority),
        n_intent_set: decision.intent_set.len() as f64,
    };
    out.extend_from_slice(&row.numbers());
    fill(out, decision.intent_set.iter().map(|&intent| intent as f64));
}

/// Writes the part of a decision about one queue, without the queue's intents.
#[inline(never)]
pub(crate) fn write_rank(decision: &Decision, queue: usize, out: &mut Vec<f64>) {
    let number = |numbers: &[f32]| numbers.get(queue).map_or(0.0, |&number| f64::from(number));
    let wait = decision.waits.get(queue).copied().unwrap_or_default();
    let row = RankRow {
        queue: queue as f64,
        standing: decision.eligible.standings.get(queue).map_or(0.0, |standing| f64::from(*standing as u8)),
        score: number(&decision.scored.scores),
        fit: number(&decision.eligible.fits),
        propensity: number(&decision.drawn.propensities),
        wait_low: wait.low.into(),
        wait_mean: wait.mean.into(),
        wait_high: wait.high.into(),
    };
    out.extend_from_slice(&row.numbers());
}
