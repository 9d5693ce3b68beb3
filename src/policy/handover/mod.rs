//! Handover: what the shop's chat calls the queues, and the rules that the chat needs to send requests there.
//!
//! The page gives the chat one text for each queue, or the id of a group where the chat lets a page name one. Most chats map that text to a
//! group by rules of their own; [`rules`] writes these rules, one for each queue.
//!
//! | module   | what is there                                   |
//! |----------|-------------------------------------------------|
//! | here     | what a policy says of chats, and the rules      |
//! | `vendor` | what is known of each vendor, with its sources  |
//! | `check`  | queues without a target, values that do not fit |
//! | `guide`  | the rules as Markdown, CSV and JSON             |
//!
//! Not here: the calls in the page (`pkg-template/handover`).

mod check;
mod guide;
#[cfg(test)]
mod tests;
mod vendor;

pub use check::check;
pub use guide::{csv, json, markdown, page};
pub use vendor::{Limits, Rule, Vendor, vendor, vendors};

use crate::PolicyDef;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What one chat vendor calls the queues.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverDef {
    /// The vendor's name of the value that carries the queue, such as the id of a field; without it, the vendor's default.
    #[serde(default)]
    pub key: Option<String>,
    /// For each queue of the policy, its target.
    #[serde(default)]
    pub queues: BTreeMap<String, TargetOf>,
}

/// Where requests of one queue go in the chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a target is a text, or { target = \"…\", value = … }")]
pub enum TargetOf {
    /// The name of a group in the chat. The page sends the queue's own name.
    Name(String),
    /// The same with what the page sends.
    Full(FullTarget),
}

/// A target with what the page sends for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullTarget {
    /// The name of a group in the chat.
    pub target: String,
    /// What the page sends: a text, or the id of the group where the page can name one.
    #[serde(default)]
    pub value: Option<Value>,
}

impl TargetOf {
    /// The name of the group.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Name(target) | Self::Full(FullTarget { target, .. }) => target,
        }
    }

    /// What the page sends, where the policy says so.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Name(_) => None,
            Self::Full(full) => full.value.as_ref(),
        }
    }
}

/// One rule of the chat: which value goes to which group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The queue of the policy.
    pub queue: String,
    /// What the page sends.
    pub value: Value,
    /// The condition, in the words of the vendor's console.
    pub condition: String,
    /// What the rule does, in the same words.
    pub action: String,
    /// The group; `None` if the policy names none.
    pub target: Option<String>,
}

/// The rules that `vendor` needs for the queues of a policy, in the order of the queues. `rule` is the vendor's, in the language that is wanted.
#[must_use]
pub fn rules(def: &PolicyDef, vendor: &Vendor, rule: &Rule) -> Vec<Row> {
    let plain = HandoverDef::default();
    let known = def.handover.get(&vendor.name).unwrap_or(&plain);
    let key = known.key.as_deref().unwrap_or_else(|| vendor.key());
    let row = |queue: &str| {
        let target = known.queues.get(queue);
        let value = target.and_then(TargetOf::value).cloned().unwrap_or_else(|| queue.into());
        let target = target.map(|target| target.target().to_owned());
        let filled = |text: &str| {
            text.replace("{key}", key)
                .replace("{value}", &shown(&value))
                .replace("{target}", target.as_deref().unwrap_or("…"))
        };
        let (condition, action) = (filled(&rule.condition), filled(&rule.action));
        Row { queue: queue.to_owned(), condition, action, value, target }
    };
    def.queues.iter().map(|queue| row(&queue.name)).collect()
}

/// A value as it is read in a table: a text without quotes, anything else as JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
