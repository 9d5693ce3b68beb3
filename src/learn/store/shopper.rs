//! Settings of what is learnt about shoppers themselves: `[profile]`, `[segments]` and `[risk]` of `store.toml`. They need a log.
//!
//! ```toml
//! [profile]
//! attributes = ["item_category", "item_brand"]
//!
//! [segments]
//! by = "rfm"
//!
//! [risk]
//! churn_days = 30
//! alerts = 0.05
//! ```
//!
//! Not here: what is made of them (`train::shopper`).

use anyhow::{Context, Result, ensure};
use floorwalker_engine::feature::{FeatureDef, Op};
use serde::{Deserialize, Serialize};

/// Prefixes of features that the trainer adds and that heads read only if they name them.
const UNREAD: [&str; 2] = ["profile.", "recommend."];
/// Fields of items that have affinities.
const FIELDS: [&str; 4] = ["item_category", "item_brand", "item_variant", "item_id"];

/// Whether heads read a feature without naming it. Others serve only further features, or say what a page keeps.
#[must_use]
pub fn is_read(def: &FeatureDef) -> bool {
    let is_given = matches!(def.op, Op::ContextNumber | Op::ContextCategory);
    is_given || !UNREAD.iter().any(|prefix| def.name.starts_with(prefix))
}

/// Features of a shopper that outlive the session.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProfilePlan {
    /// Fields of items, each with an affinity for its most frequent values: `item_category`, `item_brand`, `item_variant`, `item_id`.
    pub attributes: Vec<String>,
    /// How many values of each.
    pub values: usize,
    /// Days in which a look loses half its weight.
    pub half_life_days: f32,
    /// The shop's offset to UTC, for parts of the day and of the week: `+08:00`.
    pub utc_offset: String,
}

impl Default for ProfilePlan {
    fn default() -> Self {
        Self {
            attributes: vec!["item_category".to_owned(), "item_brand".to_owned()],
            values: 8,
            half_life_days: 14.0,
            utc_offset: "+00:00".to_owned(),
        }
    }
}

impl ProfilePlan {
    /// The offset to UTC, in minutes.
    ///
    /// # Errors
    ///
    /// An offset that is not written as `+08:00`, or is more than 14 hours.
    pub fn offset_minutes(&self) -> Result<i32> {
        let read = || {
            let (sign, rest) = match self.utc_offset.split_at_checked(1)? {
                ("+", rest) => (1, rest),
                ("-", rest) => (-1, rest),
                _ => return None,
            };
            let (hours, minutes) = rest.split_once(':')?;
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (60 * hours + minutes))
        };
        read().with_context(|| format!("utc_offset is `{}`; write it as +08:00 or -05:30", self.utc_offset))
    }

    pub(super) fn check(&self) -> Result<()> {
        self.offset_minutes()?;
        for field in &self.attributes {
            ensure!(
                FIELDS.contains(&field.as_str()),
                "attributes names `{field}`, which the page does not count; write some of {}",
                FIELDS.join(", ")
            );
        }
        ensure!((1..=64).contains(&self.values), "values is {}; write 1 to 64", self.values);
        ensure!(
            self.half_life_days > 0.0 && self.half_life_days.is_finite(),
            "half_life_days is {}; write a number above 0",
            self.half_life_days
        );
        Ok(())
    }
}

/// How shoppers are divided into segments: the head `segment`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentsPlan {
    /// The method.
    pub by: SegmentsBy,
    /// The features that clusters are made of. Default: what the profile says of recency, frequency and money, and of how shoppers look around.
    pub inputs: Vec<String>,
    /// How many clusters k-means makes. Default: chosen by silhouette.
    pub n: Option<usize>,
    /// DBSCAN: the largest distance between neighbouring shoppers, in standard deviations.
    pub eps: Option<f32>,
    /// DBSCAN: how many shoppers within that distance make a shopper one of a group's core.
    pub min_shoppers: Option<usize>,
}

/// A method of segmentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentsBy {
    /// Recency, frequency and money: `high_value`, `promising`, `ordinary`, `at_risk`.
    #[default]
    Rfm,
    /// k-means.
    KMeans,
    /// DBSCAN: dense groups, and `noise`.
    Dbscan,
}

impl SegmentsPlan {
    pub(super) fn check(&self) -> Result<()> {
        let is_rfm = self.by == SegmentsBy::Rfm;
        ensure!(
            !is_rfm || self.inputs.is_empty(),
            "by = \"rfm\" reads recency, frequency and money alone; leave out `inputs`"
        );
        ensure!(
            self.n.is_none() || self.by == SegmentsBy::KMeans,
            "`n` is for by = \"k_means\"; leave it out"
        );
        ensure!(self.n.is_none_or(|n| (2..=20).contains(&n)), "n is out of range; write 2 to 20");
        ensure!(
            self.by == SegmentsBy::Dbscan || (self.eps.is_none() && self.min_shoppers.is_none()),
            "`eps` and `min_shoppers` are for by = \"dbscan\"; leave them out"
        );
        ensure!(
            self.eps.is_none_or(|eps| eps > 0.0 && eps.is_finite()) && self.min_shoppers != Some(0),
            "eps or min_shoppers is out of range; write numbers above 0"
        );
        Ok(())
    }
}

/// Early warnings: the heads `abandonment`, `churn` and `anomaly`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RiskPlan {
    /// Whether a head says how probable it is that the session ends without a purchase.
    pub abandonment: bool,
    /// A shopper who has not come back after so many days has left; 0 makes no head for it.
    pub churn_days: u32,
    /// How unusual sessions are found.
    pub anomaly: AnomalyBy,
    /// Alert budget: the share of sessions that somebody can look at. The report says how many alerts are right at this budget.
    pub alerts: f64,
}

/// A measure of how unusual a session is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnomalyBy {
    /// Isolation forest.
    #[default]
    IsolationForest,
    /// Distance from the median, in units of the median absolute deviation.
    RobustDistance,
    /// No head.
    None,
}

impl Default for RiskPlan {
    fn default() -> Self {
        Self { abandonment: true, churn_days: 30, anomaly: AnomalyBy::default(), alerts: 0.02 }
    }
}

impl RiskPlan {
    pub(super) fn check(&self) -> Result<()> {
        ensure!(
            self.alerts > 0.0 && self.alerts <= 0.5,
            "alerts is {}; write a share above 0 and at most 0.5",
            self.alerts
        );
        Ok(())
    }
}
