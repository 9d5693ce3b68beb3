//! Plan of a source: the settings in `[[data.sources]]`, and reading the table that they name.
//!
//! ```toml
//! [[data.sources]]
//! name = "orders"
//! file = "orders.csv"
//! key = "user_id"                # in orders.csv
//! label_key = "shopper"          # in the base table; the same as `key` unless it says otherwise
//! time = "created_at"            # in orders.csv: when it happened
//! label_time = "asked_at"        # in the base table: when the decision is made
//! available_after = 3600         # seconds after `time` at which the row was known
//! within_days = 90
//! aggregate = { count = true, sum = ["amount"], mean = ["amount"], last = ["status"], since = true }
//!
//! [[data.sources]]               # without `time`: one row a key
//! name = "users"
//! file = "users.csv"
//! key = "user_id"
//! columns = ["country", "joined_year"]
//! ```
//!
//! Not here: the rules of a join (`join`).

use crate::read::{Kind, Kinds, ReadAs, Table};
use anyhow::{Result, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One source of further columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcePlan {
    /// Name of the source, the prefix of its columns' names.
    pub name: String,
    /// File of the table, in any supported format.
    pub file: PathBuf,
    /// Column of the source with the key, such as the shopper's identifier.
    pub key: String,
    /// Column of the base table that is compared with it. Default: a column of the same name.
    #[serde(default)]
    pub label_key: Option<String>,
    /// Column of the source that says when the row happened. Without it the source has one row a key.
    #[serde(default)]
    pub time: Option<String>,
    /// Column of the base table that says when the decision is made. It is required with `time`; without `time`, it lets the join warn
    /// about rows that were written later.
    #[serde(default)]
    pub label_time: Option<String>,
    /// Seconds after `time` at which the row was known.
    #[serde(default)]
    pub available_after: f64,
    /// How many days back a base row looks; unlimited by default.
    #[serde(default)]
    pub within_days: Option<f64>,
    /// Columns that are copied from a source without `time`.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Aggregates of the rows of a source with `time`.
    #[serde(default)]
    pub aggregate: Aggregates,
    /// Kinds of columns, given where inference would be wrong.
    #[serde(default)]
    pub kinds: Kinds,
}

/// Aggregates of the source rows that count for a base row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Aggregates {
    /// Whether to add the number of these rows.
    pub count: bool,
    /// Whether to add the seconds from the latest of these rows to the base row's moment.
    pub since: bool,
    /// Number columns whose sums are added.
    pub sum: Vec<String>,
    /// Number columns whose means are added.
    pub mean: Vec<String>,
    /// Columns of any kind whose latest present values are added.
    pub last: Vec<String>,
}

impl Aggregates {
    fn columns(&self) -> impl Iterator<Item = &String> {
        self.sum.iter().chain(&self.mean).chain(&self.last)
    }

    fn is_empty(&self) -> bool {
        !self.count && !self.since && self.columns().next().is_none()
    }
}

/// Kinds with which the base table must be read: keys as text, moments as time. Neither becomes a feature.
#[must_use]
pub fn kinds(plans: &[SourcePlan]) -> Kinds {
    let mut kinds = Kinds::new();
    for plan in plans {
        kinds.insert(plan.label_key().to_owned(), ReadAs::Text);
        if let Some(name) = &plan.label_time {
            kinds.entry(name.clone()).or_insert(ReadAs::Time);
        }
    }
    kinds
}

impl SourcePlan {
    /// The base table's column that is compared with `key`.
    #[must_use]
    pub fn label_key(&self) -> &str {
        self.label_key.as_ref().unwrap_or(&self.key)
    }

    pub(super) fn check(&self) -> Result<()> {
        ensure!(!self.name.is_empty(), "the source has no name; write `name`");
        if self.time.is_some() {
            ensure!(
                self.label_time.is_some(),
                "`time` is given without `label_time`; name in `label_time` the column of the base table with the time of the decision"
            );
            ensure!(
                self.columns.is_empty(),
                "`columns` is for sources without `time`, and this one has `time`; write aggregate = {{ last = [\"{}\"] }}",
                self.columns.join("\", \"")
            );
            ensure!(!self.aggregate.is_empty(), "the source adds no column; name columns in `aggregate`");
        } else {
            ensure!(
                self.aggregate.is_empty() && self.within_days.is_none() && self.available_after == 0.0,
                "`aggregate`, `within_days` and `available_after` need `time`, the time at which a row was known; name its column"
            );
            ensure!(!self.columns.is_empty(), "the source adds no column; name some in `columns`");
        }
        let days = self.within_days.unwrap_or(1.0);
        ensure!(
            self.available_after >= 0.0 && self.available_after.is_finite() && days > 0.0 && days.is_finite(),
            "`available_after` or `within_days` is out of range; write `available_after` of 0 or more seconds, and `within_days` above 0"
        );
        Ok(())
    }

    /// Reads the source and types the columns that the plan names; the others stay text, and serve for warnings.
    pub(super) fn read(&self, folder: &Path) -> Result<Table> {
        let path = folder.join(&self.file);
        let mut kinds = self.kinds.clone();
        kinds.insert(self.key.clone(), ReadAs::Text);
        // A kind such as `day_first` in the store says how the time is written, and is kept.
        let is_time = |kind: &ReadAs| kind.kind() == Kind::Time;
        if let Some(name) = self.time.clone().filter(|name| !kinds.get(name).is_some_and(is_time)) {
            kinds.insert(name, ReadAs::Time);
        }
        let named = self.columns.iter().chain(self.aggregate.columns());
        let names: BTreeSet<String> = named.chain([&self.key]).chain(&self.time).cloned().collect();
        kinds.retain(|name, _| names.contains(name));
        Table::read_columns(&path, &kinds.into(), &names)
    }
}
