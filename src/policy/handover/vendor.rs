//! What is known of each chat vendor: limits with their sources, the rule on its side, how to check that a value arrived.
//!
//! The facts are files of the package's template, so that the page, the rules and the guide rest on the same ones.
//!
//! Not here: what a policy says of a vendor (`handover`).

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The vendors' files.
macro_rules! files {
    ($($name:literal)*) => {
        [$(include_str!(concat!("../../../pkg-template/handover/", $name, ".json"))),*]
    };
}

const FILES: [&str; 23] = files! {
    "botpress" "chatwoot" "connect" "crisp" "dialogflow" "dynamics" "easemob" "freshchat" "genesys" "gorgias" "hubspot" "intercom"
    "livechat" "meiqia" "qiyu" "rocketchat" "salesforce" "sobot" "tawk" "tidio" "twilio" "udesk" "zendesk"
};

static VENDORS: LazyLock<Result<Vec<Vendor>, serde_json::Error>> =
    LazyLock::new(|| FILES.into_iter().map(serde_json::from_str).collect());

/// A chat vendor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// Its name, as in `floorwalker/handover/<name>`.
    pub name: String,
    /// Its product's name.
    pub title: String,
    /// What its script puts on the page.
    pub global: String,
    /// What it takes.
    pub limits: Limits,
    /// Where each limit is documented.
    pub sources: BTreeMap<String, String>,
    /// What the page sends unless told otherwise: for each of the vendor's names, what the decision says.
    pub fields: BTreeMap<String, String>,
    /// A `map` of two queues, for the guide; empty if none is needed.
    pub example: serde_json::Value,
    /// How it names groups, where a page can name one.
    #[serde(default, rename = "groupIs")]
    pub group_is: GroupIs,
    /// What else a shop must know.
    pub notes: Vec<String>,
    /// The rule that maps a value to a group.
    pub rule: Rule,
    /// The same in Chinese, for vendors whose console is Chinese.
    #[serde(default)]
    pub zh: Option<Rule>,
    /// What the shop's server can sign.
    pub signing: String,
    /// How a person sees that a value arrived.
    pub check: String,
}

/// How a vendor names a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupIs {
    /// By an id of any form.
    #[default]
    Id,
    /// By its name.
    Name,
    /// By a whole number.
    Number,
}

/// What a vendor takes; what is `None` is unknown. `pkg-template/handover/handover.d.ts` says what each means.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Limits {
    /// When values may be given.
    pub when: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Types of values.
    pub types: Option<Vec<String>>,
    /// Characters of a value.
    pub longest_value: Option<usize>,
    /// Characters of a name.
    pub longest_key: Option<usize>,
    /// Number of values.
    pub most_keys: Option<usize>,
    /// Bytes of all names and values.
    pub total_bytes: Option<usize>,
    /// Regular expression of names.
    pub key: Option<String>,
    /// Regular expression of values that are refused.
    pub refuses: Option<String>,
    /// Whether the page can name a group.
    pub group: Option<bool>,
    /// Whether values hold for later conversations.
    pub sticks: Option<bool>,
    /// Whether values are lost when the page loads anew.
    pub forgets: Option<bool>,
    /// Whether values can be read back.
    pub reads_back: Option<bool>,
    /// Whether the page can open the chat.
    pub opens: Option<bool>,
}

/// A rule in the vendor's console. `{key}`, `{value}` and `{target}` stand for the value's name, the value and the group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Where in the console.
    pub r#where: String,
    /// When it applies.
    pub condition: String,
    /// What it does.
    pub action: String,
    /// What to do once before.
    pub steps: Vec<String>,
    /// Where this is documented.
    #[serde(default)]
    pub source: String,
    /// How a person sees that a value arrived, where it is told in another language than the vendor's `check`.
    #[serde(default)]
    pub check: Option<String>,
}

impl Vendor {
    /// The name of the value that carries the queue.
    #[must_use]
    pub fn key(&self) -> &str {
        self.fields.iter().find(|(_, said)| *said == "queue").map_or("queue", |(key, _)| key)
    }

    /// Whether the page names the group itself, so that no rule is needed.
    #[must_use]
    pub fn names_groups(&self) -> bool {
        self.limits.group == Some(true)
    }
}

/// All vendors, in the order of their names.
#[must_use]
pub fn vendors() -> &'static [Vendor] {
    // A file that is not valid fails the tests of this module; no input of a user gets here.
    VENDORS.as_deref().unwrap_or_default()
}

/// The vendor of this name.
#[must_use]
pub fn vendor(name: &str) -> Option<&'static Vendor> {
    vendors().iter().find(|vendor| vendor.name == name)
}
