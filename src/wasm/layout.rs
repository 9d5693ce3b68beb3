//! Where numbers lie in the buffers that the page and the engine share. `pkg-template/core.js` holds the same table.
//!
//! | buffer    | call      | layout                                                                                    |
//! |-----------|-----------|-------------------------------------------------------------------------------------------|
//! | `input`   | `observe` | per item: id, category, brand, variant (symbols), price, quantity, discount, index; then per parameter: name, kind, value |
//! | `input`   | `route`   | per queue: 0 closed, anything else open                                                   |
//! | `text`    | all       | UTF-8 of the message, or of the string to name                                            |
//! | `output`  | `read`    | per feature: kind, value                                                                  |
//! | `output`  | `score`   | every head's probabilities, in order                                                      |
//! | `output`  | `route`   | queue (−1: none), abstention, margin, size of the intent set, the set; per rank: queue, score, 3 × (intent, share); every intent's probability |
//!
//! Kinds: 0 missing, 1 number, 2 category. Abstentions: 0 none, 1 threshold, 2 margin, 3 closed.

use floorwalker_engine::event::{Item, MAX_ITEMS, MAX_PARAMS, Value};
use floorwalker_engine::route::Abstention;
use floorwalker_engine::symbol::Symbol;

/// Numbers an item takes.
pub(crate) const ITEM: usize = 8;
/// Numbers a parameter takes.
pub(crate) const PARAM: usize = 3;
/// Numbers that the input buffer holds; queues beyond it are taken as open.
pub(crate) const INPUT: usize = MAX_ITEMS * ITEM + MAX_PARAMS * PARAM;
/// Bytes that the text buffer holds: 2,000 characters of four bytes.
pub(crate) const TEXT: usize = 8_000;
/// Intents that are named as reasons for a queue.
pub(crate) const REASONS: usize = 3;

/// A symbol that crossed as a number; anything that is none is [`Symbol::NONE`].
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

/// A value as kind and number.
pub(crate) fn pair(value: Value) -> [f64; 2] {
    match value {
        Value::Missing => [0.0, 0.0],
        Value::Number(number) => [1.0, f64::from(number)],
        Value::Category(symbol) => [2.0, f64::from(symbol.raw())],
    }
}

pub(crate) fn abstention(why: Option<Abstention>) -> f64 {
    match why {
        None => 0.0,
        Some(Abstention::Threshold) => 1.0,
        Some(Abstention::Margin) => 2.0,
        Some(Abstention::Closed) => 3.0,
    }
}
