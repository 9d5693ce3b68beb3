//! Text forms of what a policy holds, as people write it: conditions, times, days, dates, strategies.
//!
//! ```text
//! condition  := clause { "or" clause }
//! clause     := fact { "and" fact }
//! fact       := "not" fact | "(" condition ")" | name relation operand
//! relation   := "=" | "!=" | "<" | "<=" | ">" | ">="
//! operand    := a number | a word | "words in quotes"
//! ```
//!
//! Invariants
//! - Written text reads back as the same data.
//!
//! Not here: what names mean (`names`). The page never reads any of this.

mod parse;
mod strategy;

pub(crate) use strategy::{maybe_strategies, strategies};

use crate::hours::{Date, Days, Minute, ZoneDef};
use crate::names::{Condition, Operand, Term};
use floorwalker_engine::route::{AgentsDef, ZoneRule};
use jiff::{SignedDuration, civil};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The day from which dates are counted.
const EPOCH: civil::Date = civil::Date::constant(1970, 1, 1);

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl fmt::Display for Condition {
    /// Text that reads back as the same condition: with brackets around every `and` and `or`; where these are too many to be read, around
    /// those alone that need them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = written(&self.terms, true);
        let is_read = parse::condition(&text).is_ok();
        f.write_str(&if is_read { text } else { written(&self.terms, false) })
    }
}

/// How tightly the outermost operator of a text binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
enum Binds {
    Or,
    And,
    #[default]
    Whole,
}

/// The text of a condition, with brackets around every `and` and `or` or around those alone that need them.
fn written(terms: &[Term], all: bool) -> String {
    let bracketed = |text: String, needs: bool| if needs { format!("({text})") } else { text };
    let mut parts: Vec<(String, Binds)> = Vec::new();
    for term in terms {
        let part = match term {
            Term::Compare { what, relation, to: Operand::Number(number) } => {
                (format!("{what} {relation} {number}"), Binds::Whole)
            }
            Term::Compare { what, relation, to: Operand::Text(text) } => {
                (format!("{what} {relation} \"{text}\""), Binds::Whole)
            }
            Term::Not => {
                let (text, binds) = parts.pop().unwrap_or_default();
                (format!("not {}", bracketed(text, binds < Binds::Whole)), Binds::Whole)
            }
            Term::And | Term::Or => {
                let (word, own) = if *term == Term::And { ("and", Binds::And) } else { ("or", Binds::Or) };
                let ((right, of_right), (left, of_left)) =
                    (parts.pop().unwrap_or_default(), parts.pop().unwrap_or_default());
                // Of two that bind alike, the left one is read first.
                let (left, right) = (bracketed(left, of_left < own), bracketed(right, of_right <= own));
                let text = bracketed(format!("{left} {word} {right}"), all);
                (text, if all { Binds::Whole } else { own })
            }
        };
        parts.push(part);
    }
    parts.pop().unwrap_or_default().0
}

impl std::str::FromStr for Condition {
    type Err = String;

    /// Reads a condition.
    ///
    /// ```
    /// let condition: floorwalker_policy::Condition = "intent = returns and not age < 30".parse().unwrap();
    /// assert_eq!(condition.terms.len(), 4);
    /// ```
    fn from_str(text: &str) -> Result<Self, String> {
        parse::condition(text)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Serialization of numbers that files hold as text.
macro_rules! written {
    ($type:ident, $read:ident, $write:ident, $wanted:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&$write(*self))
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = from.deserialize_any(Quoted($wanted))?;
                $read(&text).map_err(D::Error::custom)
            }
        }
    };
}

written!(Minute, read_minute, write_minute, "a time of day in quotes: \"09:30\"");
written!(Days, read_days, write_days, "days in quotes: \"mon-fri, sun\"");
written!(Date, read_date, write_date, "a date in quotes: \"2026-12-25\"");

/// Reads text; holds what an error says was expected. TOML has dates and times of its own, which arrive as a map.
struct Quoted(&'static str);

impl<'de> Visitor<'de> for Quoted {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(A::Error::custom(format!("write {}", self.0)))
    }
}

/// Reads bounds on agents. Their band must have exactly two numbers: some formats would take the first two of a list and ignore the rest.
pub(crate) fn agents<'de, D: Deserializer<'de>>(from: D) -> Result<AgentsDef, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, rename = "AgentsDef")]
    struct Raw {
        #[serde(default)]
        occupancy: Option<Vec<f32>>,
        #[serde(default)]
        most: Option<f32>,
        #[serde(default)]
        learning: f32,
    }
    let Raw { occupancy, most, learning } = Raw::deserialize(from)?;
    let band = |list: Vec<f32>| {
        let n = list.len();
        list.try_into().map_err(|_| {
            D::Error::custom(format!("a band has 2 numbers, and this has {n}; write [0.5, 0.9]"))
        })
    };
    Ok(AgentsDef { occupancy: occupancy.map(band).transpose()?, most, learning })
}

fn read_minute(text: &str) -> Result<Minute, String> {
    let parts = text.split_once(':').and_then(|(hour, minute)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) && part.len() == 2;
        if !digits(hour) || !digits(minute) {
            return None;
        }
        Some((hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?))
    });
    match parts {
        Some((hour, minute)) if minute < 60 && hour * 60 + minute <= 1_440 => Ok(Minute(hour * 60 + minute)),
        _ => Err(format!(
            "`{text}` is not a time of day; write it as 09:30, and midnight at the end of the day as 24:00"
        )),
    }
}

fn write_minute(Minute(minute): Minute) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn read_days(text: &str) -> Result<Days, String> {
    let wrong = || format!("`{text}` does not name days; write them as mon-fri, sun");
    let day =
        |name: &str| DAYS.iter().position(|day| name.trim().eq_ignore_ascii_case(day)).ok_or_else(wrong);
    let mut days = 0_u8;
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (day(from)?, day(to)?);
        let mut at = from;
        days |= 1 << at;
        while at != to {
            at = (at + 1) % 7;
            days |= 1 << at;
        }
    }
    Ok(Days(days))
}

fn write_days(Days(days): Days) -> String {
    let named = DAYS.iter().enumerate().filter(|(at, _)| (days >> at) & 1 == 1).map(|(_, day)| *day);
    named.collect::<Vec<_>>().join(",")
}

fn read_date(text: &str) -> Result<Date, String> {
    let mut parts = text.split('-');
    let mut read = || {
        let (year, month, day) =
            (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let date = civil::Date::new(year, month, day).ok().filter(|_| (1970..3_000).contains(&year))?;
        let days = date.duration_since(EPOCH).as_hours() / 24;
        i32::try_from(days).ok().filter(|_| parts.next().is_none())
    };
    read().map(Date).ok_or_else(|| format!("`{text}` is not a date; write it as 2026-12-25"))
}

fn write_date(Date(date): Date) -> String {
    let date = EPOCH.saturating_add(SignedDuration::from_hours(24 * i64::from(date)));
    date.to_string()
}

impl fmt::Display for Date {
    /// As in `2026-12-25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_date(*self))
    }
}

impl fmt::Display for Minute {
    /// As in `09:30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_minute(*self))
    }
}

impl Serialize for ZoneDef {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for ZoneDef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let rule = (name == "UTC").then(ZoneRule::default);
        Ok(Self { name, rule, shifts: Vec::new() })
    }
}
