//! Targets: what the shop's chat calls the queues, as plain data of a policy.
//!
//! Not here: the rules that the chat needs, and what is wrong with targets (`handover`).

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
