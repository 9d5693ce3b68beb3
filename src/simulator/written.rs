//! Written: short forms in which a file may write times and rates, besides the full ones.
//!
//! | short             | is                                  |
//! |-------------------|-------------------------------------|
//! | `90`              | `{ fixed = { seconds = 90 } }`      |
//! | `fixed = 90`      | `fixed = { seconds = 90 }`          |
//! | `exponential = 90`| `exponential = { mean = 90 }`       |
//! | `sample = [30, 90]` | `sample = { seconds = [30, 90] }` |
//! | `each = [31, 12]` | `each = { seconds = [31, 12] }`     |
//! | `per_hour = 60`   | `per_hour = [60]`                   |
//!
//! Invariants
//! - An error says what may stand there, in the words of the file, and names no type of this crate.
//!
//! Not here: whether the numbers make sense (`scenario`, `time`).

use super::time::TimeDef;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

impl<'de> Deserialize<'de> for TimeDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeVisitor)
    }
}

/// The name of a distribution.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Form {
    Fixed,
    Exponential,
    LogNormal,
    Sample,
    Survival,
    Each,
}

#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "`fixed` must be a number of seconds, as in 90 or { seconds = 90 }")]
enum Fixed {
    Short(f64),
    Whole(Seconds),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Seconds {
    seconds: f64,
}

#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "`exponential` must be a mean in seconds, as in 90 or { mean = 90 }")]
enum Exponential {
    Short(f64),
    Whole(Mean),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Mean {
    mean: f64,
}

#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "it must be a list of seconds, as in [30, 90] or { seconds = [30, 90] }")]
enum Times {
    Short(Vec<f64>),
    Whole(ListOfSeconds),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ListOfSeconds {
    seconds: Vec<f64>,
}

#[derive(serde::Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a mean and a median in seconds, as in { mean = 176, median = 107 }"
)]
struct LogNormal {
    mean: f64,
    median: f64,
}

#[derive(serde::Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "seconds, and the shares that take longer, as in { seconds = [10, 60], alive = [0.8, 0] }"
)]
struct Survival {
    seconds: Vec<f64>,
    alive: Vec<f64>,
}

struct TimeVisitor;

impl<'de> Visitor<'de> for TimeVisitor {
    type Value = TimeDef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time: seconds, as in 90, or a distribution, as in { exponential = { mean = 90 } }")
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<TimeDef, E> {
        Ok(TimeDef::Fixed { seconds })
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<TimeDef, E> {
        Ok(TimeDef::Fixed { seconds: seconds as f64 })
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<TimeDef, E> {
        Ok(TimeDef::Fixed { seconds: seconds as f64 })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TimeDef, A::Error> {
        let Some(form) = map.next_key::<Form>()? else {
            return Err(A::Error::custom("an empty time; write one, as in { exponential = { mean = 90 } }"));
        };
        let time = match form {
            Form::Fixed => match map.next_value()? {
                Fixed::Short(seconds) | Fixed::Whole(Seconds { seconds }) => TimeDef::Fixed { seconds },
            },
            Form::Exponential => match map.next_value()? {
                Exponential::Short(mean) | Exponential::Whole(Mean { mean }) => TimeDef::Exponential { mean },
            },
            Form::LogNormal => {
                let LogNormal { mean, median } = map.next_value()?;
                TimeDef::LogNormal { mean, median }
            }
            Form::Sample => TimeDef::Sample { seconds: map.next_value::<Times>()?.seconds() },
            Form::Each => TimeDef::Each { seconds: map.next_value::<Times>()?.seconds() },
            Form::Survival => {
                let Survival { seconds, alive } = map.next_value()?;
                TimeDef::Survival { seconds, alive }
            }
        };
        match map.next_key::<Form>()? {
            None => Ok(time),
            Some(_) => Err(A::Error::custom("two distributions for one time; keep one")),
        }
    }
}

impl Times {
    fn seconds(self) -> Vec<f64> {
        match self {
            Self::Short(seconds) | Self::Whole(ListOfSeconds { seconds }) => seconds,
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(
    untagged,
    expecting = "`per_hour` must be a number, or a list of 1, 24 (a day) or 168 (a week) numbers"
)]
enum Rates {
    Short(f64),
    Whole(Vec<f64>),
}

/// Requests an hour: one number, or a list.
pub(crate) fn rates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    Ok(match Rates::deserialize(deserializer)? {
        Rates::Short(rate) => [rate].into(),
        Rates::Whole(rates) => rates,
    })
}
