//! What is known of an item besides who looks at it.

use floorwalker_retrieval::Kind;
use std::collections::BTreeMap;

/// What is known of an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    /// Its title.
    pub title: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its price.
    pub price: Option<f64>,
    /// Whether it cannot be had.
    pub sold_out: bool,
    /// Whether it is bought again and again.
    pub consumable: bool,
    /// Values of its attributes, by name.
    pub attributes: BTreeMap<String, String>,
}
