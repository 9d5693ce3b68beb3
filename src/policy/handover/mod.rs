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
pub use vendor::{GroupIs, Limits, Rule, Vendor, vendor, vendors};

use crate::PolicyDef;
use crate::targets::{HandoverDef, TargetOf};
use serde::Serialize;
use serde_json::Value;

/// One rule of the chat: which value goes to which group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The queue of the policy.
    pub queue: String,
    /// What the page sends; `None` if the chat names groups by ids and the policy gives none.
    pub value: Option<Value>,
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
        let value = value(vendor, queue, target);
        let target = target.map(|target| target.target().to_owned());
        let said = value.as_ref().map_or_else(|| "?".to_owned(), shown);
        let filled = |text: &str| {
            filled(text, [("key", key), ("value", &said), ("target", target.as_deref().unwrap_or("…"))])
        };
        let (condition, action) = (filled(&rule.condition), filled(&rule.action));
        Row { queue: queue.to_owned(), condition, action, value, target }
    };
    def.queues.iter().map(|queue| row(&queue.name)).collect()
}

/// What the page sends for a queue: what the policy says; else the group's name where the vendor names groups by it, nothing where it wants an
/// id, and the queue's own name where a rule chooses.
fn value(vendor: &Vendor, queue: &str, target: Option<&TargetOf>) -> Option<Value> {
    match target.and_then(TargetOf::value) {
        Some(value) => Some(value.clone()),
        None if vendor.group_is == GroupIs::Name => Some(target.map_or(queue, TargetOf::target).into()),
        None if vendor.names_groups() => None,
        None => Some(queue.into()),
    }
}

/// A text with its places filled in, each once, so that what is filled in is not read again.
fn filled(text: &str, places: [(&str, &str); 3]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = places
            .iter()
            .find_map(|(name, value)| after.strip_prefix(name)?.strip_prefix('}').map(|rest| (*value, rest)));
        match found {
            Some((value, left)) => {
                out.push_str(value);
                rest = left;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// A value as it is read in a table: a text without quotes, anything else as JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
