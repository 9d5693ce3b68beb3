//! Feature definitions: plain data, the same in `store.toml` and in a bundle.
//!
//! Not here: checking and running them (`program`).

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// One feature: a named number (or category) that is computed from events or set by the caller as context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureDef {
    /// Name of the feature, unique in the program.
    pub name: String,
    /// The operation that computes it.
    pub op: Op,
    /// Names of the events that count; empty means every event.
    #[serde(default)]
    pub events: Vec<String>,
    /// The field that samples are taken from. An item field (`item_id`, `item_category`, `item_brand`, `item_variant`, `price`,
    /// `quantity`, `discount`, `index`) gives one sample per item; any other name gives one sample per event, from its
    /// parameter of that name. `clock.part_of_day` (`night` from 0 h, `morning` from 6 h, `afternoon` from 12 h, `evening` from 18 h) and
    /// `clock.part_of_week` (`workday`, `weekend`) give one sample per event, in UTC, or with a suffix of minutes in another offset:
    /// `clock.part_of_day+120`. `None` gives one sample per event, with the value 1.
    #[serde(default)]
    pub field: Option<String>,
    /// Restricts the samples to items or events whose field has this value.
    #[serde(default, rename = "where")]
    pub only: Option<Condition>,
    /// The window: which samples still count.
    #[serde(default)]
    pub window: Window,
}

/// A field that must hold a value: an item field filters items, a parameter filters events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field, as in [`FeatureDef::field`].
    pub field: String,
    /// The category it must equal.
    pub equals: String,
}

/// What a feature computes over the samples in its window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Number of samples. Nothing seen: 0.
    Count,
    /// Sum of numbers. Nothing seen: 0.
    Sum,
    /// Arithmetic mean. Nothing seen: missing.
    Mean,
    /// Smallest number. Nothing seen: missing.
    Min,
    /// Largest number. Nothing seen: missing.
    Max,
    /// The newest number or category. Nothing seen: missing.
    Last,
    /// Number of different values. Nothing seen: 0.
    Distinct,
    /// Shannon entropy of the values' frequencies, in nats. Nothing seen: 0.
    Entropy,
    /// Seconds since the newest sample. Nothing seen: missing.
    TimeSince,
    /// Sum in which a sample loses half its weight every `half_life` seconds. Nothing seen: 0.
    DecayedSum {
        /// Seconds, positive.
        half_life: f32,
    },
    /// Exponentially weighted moving average: each sample has weight `2 / (span + 1)`; the first one has weight 1.
    /// Nothing seen: missing. (The plain moving average of the last n samples is `mean` over `window = { events = n }`.)
    MovingAverage {
        /// Samples, at least 1.
        span: f32,
    },
    /// One feature divided by another, both declared before. Missing where the divisor is missing or 0.
    Ratio {
        /// The dividend's name.
        of: String,
        /// The divisor's name.
        to: String,
    },
    /// How much more often a shopper does one thing than shoppers usually do, in logits: `ln((of + 5 usual) / ((to + 5) usual))`, with `of` a
    /// part of `to`. 0 while nothing is known; 5 events' worth of what is usual are assumed, so that little evidence says little. Missing
    /// where a feature is missing.
    Affinity {
        /// The name of the part, declared before.
        of: String,
        /// The name of the whole, declared before.
        to: String,
        /// The share of the part in the whole for all shoppers, above 0 and at most 1.
        usual: f32,
    },
    /// No value, always missing: it declares that a page keeps the field of these events for what is not computed by features, such as
    /// recommendation.
    Keep,
    /// A number that the caller sets under the feature's name.
    ContextNumber,
    /// A category that the caller sets under the feature's name.
    ContextCategory,
}

/// Which samples still count for a feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The newest n samples, 1 to [`MAX_WINDOW`](super::MAX_WINDOW).
    Events(u16),
    /// Samples at most this many seconds old; of these only the newest [`MAX_WINDOW`](super::MAX_WINDOW).
    Seconds(u32),
    /// All samples since the session began.
    #[default]
    Session,
    /// All samples of the shopper.
    Lifetime,
}
