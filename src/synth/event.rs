//! Event: one line of the event log, as it is written.
//!
//! Invariants
//! - Keys are written in a fixed order and empty ones are left out, so the same event gives the same bytes.
//!
//! Not here: reading (`floorwalker_data::read`).

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Serialize;

use super::catalogue::Product;

/// A product inside an event, in GA4's words.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Item {
    item_id: String,
    item_name: String,
    item_category: String,
    item_brand: String,
    price: f64,
    quantity: u32,
}

impl Item {
    pub(super) fn of(product: &Product) -> Self {
        Self {
            item_id: product.id.clone(),
            item_name: product.name_en.clone(),
            item_category: product.category.clone(),
            item_brand: product.brand.clone(),
            price: product.price,
            quantity: 1,
        }
    }

    /// The same, with so many pieces.
    pub(super) fn pieces(self, quantity: u32) -> Self {
        Self { quantity, ..self }
    }
}

/// The content of a line, before it is serialized.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Event {
    pub(super) shopper: String,
    pub(super) at: i64,
    pub(super) event: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) search_term: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) topic: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transaction_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) planted: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) context: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) labels: BTreeMap<&'static str, String>,
}

/// A serialized line, with its time (for sorting) and whether it is a request (for counting).
pub(super) struct Line {
    pub(super) at: i64,
    pub(super) is_request: bool,
    pub(super) json: String,
}

impl Line {
    pub(super) fn of(event: &Event) -> Result<Self> {
        let json = serde_json::to_string(event).context("an event is not JSON")?;
        Ok(Self { at: event.at, is_request: event.message.is_some(), json: json + "\n" })
    }
}
