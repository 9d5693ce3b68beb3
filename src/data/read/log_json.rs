//! Event log: deserializes one JSON object into a [`LogEvent`].
//!
//! The implementation is not derived, because serde's `flatten` buffers the object and loses the column of an error.
//!
//! Invariants
//! - Unknown keys are kept as parameters; a key twice, a nested parameter or an infinite number is refused.
//!
//! Not here: lines and files (`log`).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::log::{LogEvent, LogItem, ParamValue};
use super::time::{Unit, civil, whole};

/// Larger numbers are not times in any unit.
const MAX_WHOLE: f64 = 9.2e18;
/// Smallest number that is taken for seconds, 3 March 1973; smaller ones would be too near 1970.
const LEAST_SECONDS: u64 = 100_000_000;

type Params = Vec<(String, ParamValue)>;

impl<'de> Deserialize<'de> for LogEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = LogEvent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one event on each line, such as {\"shopper\": \"u1\", \"at\": 1700000000000, \"event\": \"view_item\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LogEvent, A::Error> {
        let mut event = LogEvent::default();
        let mut seen = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            once::<A::Error>(&mut seen, &key)?;
            match key.as_str() {
                "shopper" => event.shopper = map.next_value::<Scalar>()?.text().unwrap_or_default(),
                "event" => event.event = map.next_value::<Scalar>()?.text().unwrap_or_default(),
                "at" => (event.at_ms, event.unit) = time::<A::Error>(map.next_value()?)?,
                "items" => event.items = map.next_value::<Option<Vec<LogItem>>>()?.unwrap_or_default(),
                "message" => event.message = map.next_value::<Scalar>()?.text(),
                "context" => event.context = map.next_value::<Option<Flat>>()?.unwrap_or_default().0,
                "labels" => event.labels = map.next_value::<Option<Labels>>()?.unwrap_or_default().0,
                _ => push(&mut event.params, key, map.next_value()?),
            }
        }
        for (name, value) in [("shopper", &event.shopper), ("event", &event.event)] {
            if value.is_empty() {
                return Err(A::Error::custom(format!(
                    "`{name}` is missing; every event needs `shopper` and `event`"
                )));
            }
        }
        Ok(event)
    }
}

impl<'de> Deserialize<'de> for LogItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = LogItem;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item, such as {\"item_id\": \"p1\", \"price\": 499}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LogItem, A::Error> {
        let mut item = LogItem::default();
        let mut seen = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            once::<A::Error>(&mut seen, &key)?;
            let value: Scalar = map.next_value()?;
            match key.as_str() {
                "item_id" => item.id = value.text(),
                "item_name" => item.name = value.text(),
                "item_category" => item.category = value.text(),
                "item_brand" => item.brand = value.text(),
                "item_variant" => item.variant = value.text(),
                "price" => item.price = number::<A::Error>("price", value)?,
                "quantity" => item.quantity = number::<A::Error>("quantity", value)?,
                _ => push(&mut item.params, key, value),
            }
        }
        Ok(item)
    }
}

fn once<E: serde::de::Error>(seen: &mut Vec<String>, key: &str) -> Result<(), E> {
    if seen.iter().any(|k| k == key) {
        return Err(E::custom(format!("key `{key}` is in one object twice; remove one")));
    }
    seen.push(key.to_owned());
    Ok(())
}

fn push(params: &mut Params, key: String, value: Scalar) {
    match value {
        Scalar::Null => {}
        Scalar::Number(value) => params.push((key, ParamValue::Number(value))),
        Scalar::Text(value) => params.push((key, ParamValue::Text(value))),
    }
}

/// A moment in milliseconds, and its unit if it was written as a number. Numbers below [`LEAST_SECONDS`] are taken for milliseconds
/// in a log whose times do not count from 1970.
fn time<E: serde::de::Error>(value: Scalar) -> Result<(Option<i64>, Option<Unit>), E> {
    let number = match &value {
        Scalar::Null => return Ok((None, None)),
        Scalar::Number(number) if number.fract() == 0.0 && number.abs() < MAX_WHOLE => Some(*number as i64),
        Scalar::Number(_) => None,
        Scalar::Text(text) => match civil(text.trim()) {
            Some(ms) => return Ok((Some(ms), None)),
            None => whole(text.trim()),
        },
    };
    match number {
        Some(number) if number.unsigned_abs() < LEAST_SECONDS => Ok((Some(number), None)),
        Some(number) => Ok((Unit::of(number).map(|unit| unit.ms(number)), Unit::of(number))),
        None => {
            let written = match value {
                Scalar::Number(number) => number.to_string(),
                Scalar::Text(text) => format!("the text `{text}`"),
                Scalar::Null => String::new(),
            };
            Err(E::custom(format!(
                "`at` is {written}, which is not a time; write whole milliseconds since 1970, or a date with its time and offset"
            )))
        }
    }
}

/// Reads a number, also one that is written as text ("499.00"), as GA4 tags often do.
fn number<E: serde::de::Error>(name: &str, value: Scalar) -> Result<Option<f64>, E> {
    match value {
        Scalar::Null => Ok(None),
        Scalar::Number(value) => Ok(Some(value)),
        Scalar::Text(text) => match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(E::custom(format!("`{name}` is the text `{text}`; write a number"))),
        },
    }
}

/// A value that is not nested.
enum Scalar {
    Null,
    Number(f64),
    Text(String),
}

impl Scalar {
    fn text(self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Number(value) => Some(value.to_string()),
            Self::Text(text) => Some(text),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false or null")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Number(f64::from(u8::from(value))))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Scalar, A::Error> {
        Err(A::Error::custom("a list, and a single value is expected; only `items` may be a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Scalar, A::Error> {
        Err(A::Error::custom(
            "an object, and a single value is expected; only items, `context` and `labels` may be objects",
        ))
    }
}

/// A flat object of parameters.
#[derive(Default)]
struct Flat(Params);

impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlatVisitor;
        impl<'de> Visitor<'de> for FlatVisitor {
            type Value = Flat;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a flat object, such as {\"page\": \"cart\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Flat, A::Error> {
                let mut flat = Flat::default();
                let mut seen = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    once::<A::Error>(&mut seen, &key)?;
                    push(&mut flat.0, key, map.next_value()?);
                }
                Ok(flat)
            }
        }
        deserializer.deserialize_map(FlatVisitor)
    }
}

/// A flat object of labels, all as text; true and false read as `1` and `0`, as in parameters.
#[derive(Default)]
struct Labels(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |value| match value {
            ParamValue::Number(value) => value.to_string(),
            ParamValue::Text(text) => text,
        };
        let flat = Flat::deserialize(deserializer)?;
        Ok(Self(flat.0.into_iter().map(|(key, value)| (key, text(value))).collect()))
    }
}
