//! Rules: what a shop allows to be shown, whatever the scores say.

use crate::index::Index;
use crate::item::{Kind, NONE};
use crate::trail::Trail;
use alloc::vec::Vec;

/// At most `most` items that share a value of the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The number of the attribute, such as that of the brand.
    pub attribute: u16,
    /// How many items.
    pub most: u16,
}

/// Exposure fairness between the values of an attribute, such as sellers.
///
/// Exposure of place `k` (from 1) is `1 / log₂(k + 1)`. A value's merit is its share of the probability of all candidates. While the list is
/// made, an item's score rises by `strength · (merit − exposure so far, as a share)` of its value.
///
/// # Source
///
/// Singh and Joachims, *Fairness of Exposure in Rankings*, KDD 2018, for exposure in proportion to merit; here by a greedy step instead of a linear
/// program. [`List::cost`](crate::List::cost) is what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fairness {
    /// The number of the attribute.
    pub attribute: u16,
    /// Strength, in logits; 0 is none.
    pub strength: f32,
}

/// Rules of one request. The default allows everything that can be had, is not in the cart, was not just bought and is not unwanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// The kinds that may be shown; empty: all.
    pub kinds: Vec<Kind>,
    /// Values, each the number of an attribute and that of a value, which items must have to be shown: one of each attribute that is named.
    pub only: Vec<(u16, u16)>,
    /// Items that are not shown.
    pub exclude: Vec<u32>,
    /// Items whose score rises by so many logits.
    pub boost: Vec<(u32, f32)>,
    /// Whether items that cannot be had are shown.
    pub out_of_stock: bool,
    /// Lowest and highest price; an item whose price is not known is not shown when this is given.
    pub price: Option<(f32, f32)>,
    /// At most so many of one value.
    pub caps: Vec<Cap>,
    /// Diversity, 0 to 1: the share that unlikeness to what is listed already has of an item's value (MMR; Carbonell and Goldstein, SIGIR 1998).
    /// Unlikeness is 1 minus the share of equal attributes.
    pub diversity: f32,
    /// Exposure fairness.
    pub fairness: Option<Fairness>,
    /// Whether items of the trail are shown again.
    pub unseen_only: bool,
}

impl Rules {
    /// Whether an item may be shown to this shopper.
    pub(crate) fn allow(&self, index: &Index, trail: &Trail, at: u32) -> bool {
        let Some(item) = index.items.get(at as usize) else { return false };
        let is_in = |items: &[u32]| items.contains(&at);
        let has = |of: u16| {
            let value = item.attributes.get(usize::from(of)).copied().unwrap_or(NONE);
            value != NONE && self.only.contains(&(of, value))
        };
        let in_range = |(low, high): (f32, f32)| item.price >= low && item.price <= high;
        (self.kinds.is_empty() || self.kinds.contains(&item.kind))
            && self.only.iter().all(|(of, _)| has(*of))
            && (self.out_of_stock || item.in_stock)
            && self.price.is_none_or(in_range)
            && !(self.unseen_only && trail.seen().any(|seen| seen == at))
            && !is_in(&self.exclude)
            && !is_in(&trail.cart)
            && !is_in(&trail.disliked)
            && !trail.is_unwanted(&item.attributes)
            && (item.consumable || !is_in(&trail.bought))
    }

    /// Whether allowed items are listed by their scores alone.
    pub(crate) fn keep_order(&self) -> bool {
        self.boost.is_empty()
            && self.caps.is_empty()
            && self.fairness.is_none()
            && (self.diversity <= 0.0 || self.diversity.is_nan())
    }

    /// What is added to an item's score.
    pub(crate) fn boost(&self, item: u32) -> f32 {
        self.boost.iter().filter(|(other, _)| *other == item).map(|(_, boost)| boost).sum()
    }
}
