//! Taste: how much more a shopper looks at the values of an attribute than shoppers do on average.
//!
//! | symbol   | meaning                                                                        |
//! |----------|--------------------------------------------------------------------------------|
//! | `n(v)`   | looks of this shopper at items with value `v` of the attribute, decayed        |
//! | `n`      | all of this shopper's looks at items that have the attribute, decayed          |
//! | `q(v)`   | the share of all shoppers' looks at `v`                                        |
//! | `κ`      | strength of the average: 5 looks                                               |
//!
//! `taste(v) = ln((n(v) + κ q(v)) / ((n + κ) q(v)))`: 0 for a shopper of whom nothing is known, positive for what they look at more than
//! others do. A look that is `k` steps back counts `e^(−k / 20)`. An item's taste is the mean over its attributes.
//!
//! # Source
//!
//! Shrinkage towards the average by pseudo-counts (a Dirichlet prior): Gelman et al., *Bayesian Data Analysis*, 3rd ed., 2013, section 3.4.

use crate::index::Index;
use crate::item::{ItemDef, NONE};
use crate::trail::Trail;
use alloc::vec::Vec;
use floorwalker_engine::order::sort;

/// Strength of the average, in looks.
const PRIOR: f32 = 5.0;
/// Steps in which a look loses two thirds of its weight.
const FADING: f32 = 20.0;
/// The most that a shopper may differ from the average, in logits.
const MOST: f32 = 5.0;

/// What a shopper thinks of one value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preference {
    /// The number of the attribute.
    pub attribute: u16,
    /// The number of its value.
    pub value: u16,
    /// Taste for it, in logits: above 0, the shopper looks at it more than shoppers do on average.
    pub taste: f32,
    /// Looks at it, decayed; below 0 where what has it is not wanted.
    pub looks: f32,
    /// How far the taste rests on this shopper, and not on the average: `n / (n + κ)`, 0 to 1.
    pub confidence: f32,
}

/// The taste of one shopper: for each attribute, the values looked at by rising value, and the taste of any other value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Taste {
    attributes: Vec<(Vec<Preference>, f32)>,
}

impl Taste {
    /// The taste that a trail shows. An item that is not wanted counts against its values like one look, however long ago that was said.
    pub(crate) fn of(index: &Index, trail: &Trail) -> Self {
        let attributes = index.common.iter().enumerate().map(|(at, shares)| {
            let seen = trail.seen.iter().rev().enumerate();
            let seen = seen.map(|(back, item)| (*item, libm::expf(-(back as f32) / FADING)));
            let mut looks: Vec<Preference> = Vec::new();
            let mut all = 0.0;
            for (item, weight) in seen.chain(trail.disliked.iter().map(|item| (*item, -1.0))) {
                let value = index.value(item, at);
                if value == NONE {
                    continue;
                }
                all += weight.max(0.0);
                match looks.iter_mut().find(|one| one.value == value) {
                    Some(one) => one.looks += weight,
                    None => looks.push(Preference {
                        attribute: at as u16,
                        value,
                        taste: 0.0,
                        looks: weight,
                        confidence: 0.0,
                    }),
                }
            }
            sort(&mut looks, |a, b| a.value < b.value);
            let other = libm::logf(PRIOR / (all + PRIOR)).max(-MOST);
            for one in &mut looks {
                let share = shares.get(usize::from(one.value)).copied().unwrap_or(1.0);
                // What is not wanted takes away at most the average.
                let found = (one.looks + PRIOR * share).max(f32::MIN_POSITIVE);
                one.taste = libm::logf(found / ((all + PRIOR) * share)).clamp(-MOST, MOST);
                let evidence = one.looks.abs().max(all);
                one.confidence = evidence / (evidence + PRIOR);
            }
            (looks, other)
        });
        Self { attributes: attributes.collect() }
    }

    /// The taste for an item: the mean over the attributes that it has; 0 if it has none.
    pub(crate) fn item(&self, item: &ItemDef) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0);
        for ((looks, other), value) in self.attributes.iter().zip(&item.attributes) {
            if *value != NONE {
                let found = looks.binary_search_by_key(value, |one| one.value).ok();
                sum += found.and_then(|at| looks.get(at)).map_or(*other, |one| one.taste);
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }
}

impl Index {
    /// What a shopper thinks of the values that were looked at, or are not wanted: most liked first.
    #[must_use]
    pub fn preferences(&self, trail: &Trail) -> Vec<Preference> {
        let taste = Taste::of(self, trail);
        let mut all: Vec<Preference> = taste.attributes.into_iter().flat_map(|(looks, _)| looks).collect();
        sort(&mut all, |a, b| (a.taste, b.attribute, b.value) > (b.taste, a.attribute, a.value));
        all
    }
}
