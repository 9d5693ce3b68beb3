//! Index: the items of a shop, and what is known of them together.
//!
//! Not here: its bytes (`bytes`), ranking by it (`candidates`, `list`).

use crate::error::IndexError;
use crate::item::{AttributeDef, ItemDef, NONE, of_level};
use crate::neighbours::{Neighbourhood, Sessions, SessionsDef};
use crate::pairs::{Pairs, PairsDef};
use crate::signal::{SIGNALS, Weights};
use crate::strengths::Strengths;
use alloc::{string::String, vec::Vec};
use floorwalker_engine::order::sort;

/// The most items of one index. A larger catalogue is split into shards.
pub const MAX_ITEMS: usize = 1 << 20;
/// The most attributes of an item.
pub(crate) const MAX_ATTRIBUTES: usize = 16;
/// How many popular items are candidates for every shopper.
pub(crate) const POPULAR: usize = 30;

/// An index: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexDef {
    /// The name of the shop's model.
    pub name: String,
    /// The items.
    pub items: Vec<ItemDef>,
    /// The attributes of items.
    pub attributes: Vec<AttributeDef>,
    /// Items that shoppers look at in one session. Weight: the level of "next" in the low 4 bits, of "together" in the high 4 bits.
    pub visited: PairsDef,
    /// Items that are alike. Weight: similarity times 255.
    pub similar: PairsDef,
    /// Items whose sessions are alike. Weight: likeness times 255.
    pub factors: PairsDef,
    /// Items that are bought together. Weight: confidence times 255.
    pub bought: PairsDef,
    /// How many baskets `bought` was counted from.
    pub baskets: u32,
    /// Sessions of shoppers; `None` unless the shop publishes them.
    pub sessions: Option<SessionsDef>,
    /// How sessions that are alike are found and weighed.
    pub neighbourhood: Neighbourhood,
    /// The weights of the signals.
    pub weights: Weights,
    /// How much each kind of evidence says of a shopper's taste.
    pub strengths: Strengths,
    /// The index card: facts written by the trainer, in its order.
    pub facts: Vec<(String, String)>,
}

/// A checked index.
#[derive(Clone, Debug)]
pub struct Index {
    pub(crate) items: Vec<ItemDef>,
    pub(crate) attributes: Vec<AttributeDef>,
    /// For each attribute, the share of looks at items that have each value.
    pub(crate) common: Vec<Vec<f32>>,
    pub(crate) visited: Pairs,
    pub(crate) similar: Pairs,
    pub(crate) factors: Pairs,
    pub(crate) bought: Pairs,
    pub(crate) baskets: u32,
    pub(crate) sessions: Sessions,
    pub(crate) weights: Weights,
    pub(crate) strengths: Strengths,
    /// Items by falling popularity of late.
    pub(crate) by_trend: Vec<u32>,
    /// Items by their ids.
    by_id: Vec<u32>,
    name: String,
    facts: Vec<(String, String)>,
}

impl Index {
    /// Checks a definition.
    ///
    /// # Errors
    ///
    /// [`IndexError::Invalid`]: two items with one id, an attribute value that does not exist, rows that name items that do not exist, a weight
    /// that is not finite.
    pub fn new(def: IndexDef) -> Result<Self, IndexError> {
        let IndexDef {
            name,
            items,
            attributes,
            visited,
            similar,
            factors,
            bought,
            baskets,
            sessions,
            neighbourhood,
            weights,
            strengths,
            facts,
        } = def;
        let n_items = items.len();
        if n_items > MAX_ITEMS {
            return Err(IndexError::Invalid("an index has at most 1048576 items"));
        }
        if weights.iter().any(|weight| !weight.is_finite() || weight.abs() > 1e6) {
            return Err(IndexError::Invalid("weights are finite"));
        }
        if !strengths.all().iter().all(|strength| (0.0..=Strengths::MOST).contains(strength)) {
            return Err(IndexError::Invalid("strengths are 0 to 100"));
        }
        if attributes.len() > MAX_ATTRIBUTES
            || attributes.iter().any(|attribute| attribute.values.len() >= NONE.into())
        {
            return Err(IndexError::Invalid(
                "an index has at most 16 attributes, each with fewer than 65535 values",
            ));
        }
        for item in &items {
            let is_valid = |(value, attribute): (&u16, &AttributeDef)| {
                *value == NONE || usize::from(*value) < attribute.values.len()
            };
            if item.attributes.len() != attributes.len()
                || !item.attributes.iter().zip(&attributes).all(is_valid)
            {
                return Err(IndexError::Invalid(
                    "an item has one value, of those listed, for each attribute",
                ));
            }
            if item.price.is_infinite() || item.price < 0.0 {
                return Err(IndexError::Invalid("a price is not negative"));
            }
        }
        let id = |at: &u32| items.get(*at as usize).map(|item| item.id.as_str());
        let mut by_id: Vec<u32> = (0..n_items as u32).collect();
        sort(&mut by_id, |a, b| id(a) < id(b));
        if by_id.windows(2).any(|two| matches!(two, [a, b] if id(a) == id(b))) {
            return Err(IndexError::Invalid("every item has an id of its own"));
        }
        let trend = |at: &u32| items.get(*at as usize).map_or((0, 0), |item| (item.trending, item.popular));
        let mut by_trend: Vec<u32> = (0..n_items as u32).collect();
        sort(&mut by_trend, |a, b| (trend(b), *a) < (trend(a), *b));
        Ok(Self {
            visited: Pairs::new(&visited, n_items)?,
            similar: Pairs::new(&similar, n_items)?,
            factors: Pairs::new(&factors, n_items)?,
            bought: Pairs::new(&bought, n_items)?,
            sessions: Sessions::new(sessions, neighbourhood, n_items)?,
            common: common(&items, &attributes),
            items,
            attributes,
            baskets,
            weights,
            strengths,
            by_trend,
            by_id,
            name,
            facts,
        })
    }

    /// How many items it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item with this number.
    #[must_use]
    pub fn item(&self, item: u32) -> Option<&ItemDef> {
        self.items.get(item as usize)
    }

    /// The number of the item with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<u32> {
        let of = |at: &u32| self.items.get(*at as usize).map_or("", |item| &item.id);
        self.by_id.binary_search_by(|at| of(at).cmp(id)).ok().and_then(|at| self.by_id.get(at).copied())
    }

    /// The attributes of items.
    #[must_use]
    pub fn attributes(&self) -> &[AttributeDef] {
        &self.attributes
    }

    /// The name of the shop's model.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The index card.
    #[must_use]
    pub fn facts(&self) -> &[(String, String)] {
        &self.facts
    }

    /// The weights of the signals.
    #[must_use]
    pub const fn weights(&self) -> &[f32; SIGNALS] {
        &self.weights
    }

    /// Replaces the weights: for the trainer, which learns them from candidates of this index.
    ///
    /// # Errors
    ///
    /// [`IndexError::Invalid`] if one is not finite.
    pub fn with_weights(self, weights: Weights) -> Result<Self, IndexError> {
        if weights.iter().any(|weight| !weight.is_finite() || weight.abs() > 1e6) {
            return Err(IndexError::Invalid("weights are finite"));
        }
        Ok(Self { weights, ..self })
    }

    /// The value that an item has of an attribute, or [`NONE`].
    pub(crate) fn value(&self, item: u32, attribute: usize) -> u16 {
        self.items.get(item as usize).and_then(|item| item.attributes.get(attribute)).copied().unwrap_or(NONE)
    }

    /// The share of attributes that two items have in common; 0 if neither has any.
    #[must_use]
    pub fn likeness(&self, a: u32, b: u32) -> f32 {
        let n = self.attributes.len();
        let same = (0..n).filter(|at| {
            let value = self.value(a, *at);
            value != NONE && value == self.value(b, *at)
        });
        if n == 0 { 0.0 } else { same.count() as f32 / n as f32 }
    }
}

/// For each attribute, the share of looks at each value; every value counts one look more than it has.
fn common(items: &[ItemDef], attributes: &[AttributeDef]) -> Vec<Vec<f32>> {
    let of = |(at, attribute): (usize, &AttributeDef)| {
        let mut shares: Vec<f32> = attribute.values.iter().map(|_| 1.0).collect();
        for item in items {
            let value = item.attributes.get(at).copied().unwrap_or(NONE);
            if let Some(share) = shares.get_mut(usize::from(value)) {
                *share += libm::expf(of_level(item.popular)) - 1.0;
            }
        }
        let all: f32 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= all);
        shares
    };
    attributes.iter().enumerate().map(of).collect()
}
