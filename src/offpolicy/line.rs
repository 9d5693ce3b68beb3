//! A line of a decision log: a JSON object with the action, its propensity and the reward.
//!
//! ```json
//! {"context":{"cart":499,"lang":"zh"},"action":"returns","propensity":0.25,"reward":1,"policy_version":"7","target":{"returns":0.9,"presale":0.1}}
//! ```
//!
//! | key              | holds                                                                 | when it is missing        |
//! |------------------|-----------------------------------------------------------------------|---------------------------|
//! | `context`        | flat object: what was known; numbers, texts, true or false (1 or 0)   | refused; `{}` is allowed  |
//! | `action`         | what was done, such as the queue                                      | refused                   |
//! | `propensity`     | probability with which the running policy chose the action, from 1e-9 to 1 | refused              |
//! | `reward`         | the observed reward: a number, more is better                         | refused                   |
//! | `policy_version` | the version of the policy that decided                                | refused                   |
//! | `target`         | probability of each action under the policy that is evaluated; 0 for others | `None`: the caller fills it in |
//! | `shopper`        | the shopper: text or a whole number; lines of one shopper form a cluster | `None`: a shopper of its own |
//! | `id`             | identifier of the decision: text or a whole number                    | the `request` identifies it |
//! | `request`        | its `seed` and `now` identify the decision                            | `None`                    |
//! | others           | anything                                                              | ignored                   |
//!
//! Invariants
//! - A [`Line`] that was read, or that passed [`Line::check`], holds finite numbers in their ranges; its `target` sums to 1.
//! - `null` in a context is the same as no entry.
//!
//! Not here: whole logs (`log`), columns and indices of actions (`logged`), repeated lines (`repeat`).

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use anyhow::{Result, anyhow, bail, ensure};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Value, json};

use floorwalker_data::read::{ParamValue, json_message};

/// Largest distance from 1 of the sum of a `target`'s probabilities.
pub const SUM_WITHIN: f64 = 1e-6;
/// Smallest propensity: with a smaller one, a single line would outweigh any log.
pub const LEAST_PROPENSITY: f64 = 1e-9;
/// Largest absolute value of a reward, so that squares of weighted rewards stay finite.
pub const LARGEST_REWARD: f64 = 1e12;

/// One decision and its reward.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Line number in the file, from 1.
    pub line: usize,
    /// The features that were known, by name.
    pub context: BTreeMap<String, ParamValue>,
    /// The action that was chosen, such as the name of a queue.
    pub action: String,
    /// Probability with which it was chosen, from [`LEAST_PROPENSITY`] to 1.
    pub propensity: f64,
    /// The observed reward; more is better.
    pub reward: f64,
    /// Version of the policy that decided.
    pub policy_version: String,
    /// Probability of each action under the policy that is evaluated, where that is known.
    pub target: Option<BTreeMap<String, f64>>,
    /// The shopper, where the log has one: the rewards of one shopper are correlated.
    pub shopper: Option<String>,
    /// What identifies the decision, where the log has an `id`, or a `request` with a seed.
    pub identity: Option<String>,
}

impl Line {
    /// Checks that every number is in its range, and that the `target`, if there is one, is a probability distribution.
    ///
    /// # Errors
    ///
    /// A value is out of range, a name is empty, or `target` does not sum to 1. The message says what to do; the caller adds file and line.
    pub fn check(&self) -> Result<()> {
        let Self { action, propensity, reward, .. } = self;
        ensure!(!action.is_empty(), "`action` is empty; name the queue that was chosen");
        ensure!(
            (LEAST_PROPENSITY..=1.0).contains(propensity),
            "`propensity` is {propensity}, must be from {LEAST_PROPENSITY} to 1; log the probability with which `{action}` was \
             chosen, and leave out lines where it is not known"
        );
        ensure!(
            reward.abs() <= LARGEST_REWARD,
            "`reward` is {reward}, must be a number within ±{LARGEST_REWARD:e}; leave out lines whose reward is not known"
        );
        if let Some((name, ParamValue::Number(found))) =
            self.context.iter().find(|(_, value)| matches!(value, ParamValue::Number(x) if !x.is_finite()))
        {
            bail!("`{name}` in `context` is {found}; write a finite number, or null where it is not known");
        }
        let Some(target) = &self.target else { return Ok(()) };
        if let Some((name, p)) = target.iter().find(|(_, p)| !(0.0..=1.0).contains(*p)) {
            bail!("`target` gives `{name}` the probability {p}, must be from 0 to 1");
        }
        ensure!(!target.contains_key(""), "`target` has an action whose name is empty; write its name");
        let sum: f64 = target.values().sum();
        ensure!(
            (sum - 1.0).abs() <= SUM_WITHIN,
            "the probabilities of `target` sum to {sum}, must sum to 1; give every action that the policy may choose"
        );
        Ok(())
    }
}

/// A line as it is written in the file.
#[derive(serde::Deserialize)]
struct Raw {
    context: Distinct<Value>,
    action: String,
    propensity: f64,
    reward: f64,
    policy_version: String,
    target: Option<Distinct<f64>>,
    shopper: Option<Name>,
    id: Option<Name>,
    request: Option<Value>,
}

/// Text or a whole number.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "`id` and `shopper` are text or whole numbers")]
enum Name {
    Text(String),
    Number(i64),
}

impl Name {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// What identifies a line's decision: its `id`, and the `seed` and `now` of its `request`. A seed of `[0, 0]` identifies nothing.
fn identity(id: Option<String>, request: Option<&Value>) -> Option<String> {
    let drawn = request.and_then(|request| {
        let seed = request.get("seed").filter(|seed| **seed != json!([0, 0]))?;
        Some((seed, request.get("now")))
    });
    (id.is_some() || drawn.is_some()).then(|| format!("{:?}", (id, drawn)))
}

/// Parses one line; an error message begins with its place in the file.
pub(super) fn line(text: &str, at: usize) -> Result<Line> {
    // serde would also accept an array of the values in order, which no log uses.
    ensure!(
        text.trim_start().starts_with('{'),
        "{at}:1: this is not a JSON object; write one decision on each line"
    );
    let raw: Raw = serde_json::from_str(text).map_err(|error| {
        let hint = if error.is_data() {
            "; a decision has `context`, `action`, `propensity`, `reward` and `policy_version`"
        } else {
            ""
        };
        anyhow!("{}{hint}", json_message(&error, at, text))
    })?;
    let mut context = BTreeMap::new();
    for (name, value) in raw.context.0 {
        let value = match value {
            Value::Null => continue,
            Value::Bool(is) => ParamValue::Number(f64::from(u8::from(is))),
            Value::Number(number) => ParamValue::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => ParamValue::Text(text),
            Value::Array(_) | Value::Object(_) => {
                bail!(
                    "{at}: `{name}` in `context` is a list or an object; write a number, text, true, false or null"
                )
            }
        };
        context.insert(name, value);
    }
    let line = Line {
        line: at,
        context,
        action: raw.action,
        propensity: raw.propensity,
        reward: raw.reward,
        policy_version: raw.policy_version,
        target: raw.target.map(|target| target.0),
        shopper: raw.shopper.map(Name::text),
        identity: identity(raw.id.map(Name::text), raw.request.as_ref()),
    };
    line.check().map_err(|error| anyhow!("{at}: {error}"))?;
    Ok(line)
}

/// A JSON object whose keys must be distinct.
struct Distinct<T>(BTreeMap<String, T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Distinct<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DistinctVisitor(PhantomData))
    }
}

struct DistinctVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for DistinctVisitor<T> {
    type Value = Distinct<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object such as {\"name\": 1}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct<T>, A::Error> {
        let mut found = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, T>()? {
            if found.contains_key(&key) {
                return Err(A::Error::custom(format!("key `{key}` is in one object twice; remove one")));
            }
            found.insert(key, value);
        }
        Ok(Distinct(found))
    }
}
