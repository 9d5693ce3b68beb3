//! Taste: how much more a shopper likes the values of an attribute than shoppers do on average.
//!
//! | symbol    | meaning                                                                                              |
//! |-----------|------------------------------------------------------------------------------------------------------|
//! | `w_j`     | strength of a kind of evidence `j`, in looks: [`Strengths`](crate::strengths::Strengths)                  |
//! | `f_j(v)`  | this shopper's evidence of that kind for value `v`: looks, favourites, carts and purchases, each decayed; ratings; dislikes; answers |
//! | `n(v)`    | `Σ_j w_j f_j(v)`: the linear model of preference                                                     |
//! | `n`       | the sum of `n(v)` over the values with `n(v) > 0`                                                    |
//! | `q(v)`    | the share of all shoppers' looks at `v`                                                              |
//! | `κ`       | strength of the average: 5 looks                                                                     |
//!
//! `taste(v) = ln((n(v) + κ q(v)) / ((n + κ) q(v)))`: 0 for a shopper of whom nothing is known, positive for what they like more than
//! others do. A step that is `k` steps back counts `e^(−k / 20)`; what the shopper said does not fade. An item's taste is the mean over its attributes.
//!
//! A rating of `r` stars is a preference of `(r − 1) / 5`; it counts by how far it is above or below that of 3 stars.
//!
//! # Source
//!
//! Shrinkage towards the average by pseudo-counts (a Dirichlet prior): Gelman et al., *Bayesian Data Analysis*, 3rd ed., 2013, section 3.4.

use crate::index::Index;
use crate::item::{ItemDef, NONE};
use crate::trail::{Act, Trail};
use alloc::vec::Vec;
use floorwalker_engine::feature::AFFINITY_PRIOR;
use floorwalker_engine::order::sort;

/// Strength of the average, in looks.
const PRIOR: f32 = AFFINITY_PRIOR;
/// Steps in which a look loses two thirds of its weight.
const FADING: f32 = 20.0;
/// The most that a shopper may differ from the average, in logits.
const MOST: f32 = 5.0;
/// The preference of 3 stars of 5, which says neither yes nor no.
const NEUTRAL: f32 = preference(3);

/// The preference that a rating of 1 to 5 stars expresses, 0 to 0.8: `(stars − 1) / 5`.
#[must_use]
pub const fn preference(stars: u8) -> f32 {
    stars.saturating_sub(1) as f32 / 5.0
}

/// What a shopper thinks of one value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preference {
    /// The number of the attribute.
    pub attribute: u16,
    /// The number of its value.
    pub value: u16,
    /// Taste for it, in logits: above 0, the shopper likes it more than shoppers do on average.
    pub taste: f32,
    /// Evidence for it, in looks; below 0 where what has it is not wanted: `n(v)`.
    pub looks: f32,
    /// How far the taste rests on this shopper, and not on the average: `n / (n + κ)`, 0 to 1.
    pub confidence: f32,
    /// The share of all shoppers' looks at it: `q(v)`.
    pub usual: f32,
    /// What the evidence is.
    pub evidence: Evidence,
}

/// How often what has a value was looked at, and so on. A step counts once, as what says most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// By [`Evidence::VIEWS`] and the others.
    pub counts: [u16; 6],
    /// What the shopper said of the value: 1 likes it, −1 does not want it, 0 nothing.
    pub answer: i8,
}

impl Evidence {
    /// Looks without anything more.
    pub const VIEWS: usize = 0;
    /// Favourites.
    pub const LIKES: usize = 1;
    /// Steps into the cart.
    pub const CARTS: usize = 2;
    /// Purchases.
    pub const BUYS: usize = 3;
    /// Ratings.
    pub const RATINGS: usize = 4;
    /// Items that are not wanted.
    pub const DISLIKES: usize = 5;
}

/// The taste of one shopper: for each attribute, the values that there is evidence for by rising value, and the taste of any other value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Taste {
    attributes: Vec<(Vec<Preference>, f32)>,
}

impl Taste {
    /// The taste that a trail shows.
    pub(crate) fn of(index: &Index, trail: &Trail) -> Self {
        let attributes =
            (0_u16..).zip(&index.common).map(|(at, shares)| of_attribute(index, trail, at, shares));
        Self { attributes: attributes.collect() }
    }

    /// The taste for an item: the mean over the attributes that it has; 0 if it has none.
    pub(crate) fn item(&self, item: &ItemDef) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0);
        for (value, (looks, other)) in item.attributes.iter().zip(&self.attributes) {
            if *value != NONE {
                let found = looks.binary_search_by_key(value, |one| one.value).ok();
                sum += found.and_then(|at| looks.get(at)).map_or(*other, |one| one.taste);
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }
}

/// What a trail says of the values of one attribute.
fn of_attribute(index: &Index, trail: &Trail, attribute: u16, shares: &[f32]) -> (Vec<Preference>, f32) {
    let strengths = &index.strengths;
    let mut found: Vec<Preference> = Vec::new();
    for (back, (item, act)) in trail.steps.iter().rev().enumerate() {
        let (kind, strength) = match act {
            Act::Like => (Evidence::LIKES, strengths.like),
            Act::Cart => (Evidence::CARTS, strengths.cart),
            Act::Buy => (Evidence::BUYS, strengths.buy),
            _ => (Evidence::VIEWS, 1.0),
        };
        let value = index.value(*item, attribute.into());
        add(&mut found, attribute, value, shares, strength * libm::expf(-(back as f32) / FADING), kind);
    }
    for item in &trail.disliked {
        let value = index.value(*item, attribute.into());
        add(&mut found, attribute, value, shares, -strengths.like, Evidence::DISLIKES);
    }
    for (item, stars) in &trail.rated {
        let value = index.value(*item, attribute.into());
        let looks = strengths.rating * (preference(*stars) - NEUTRAL);
        add(&mut found, attribute, value, shares, looks, Evidence::RATINGS);
    }
    for (key, likes) in trail.answers.iter().filter(|(key, _)| key >> 16 == attribute.into()) {
        let value = *key as u16;
        if usize::from(value) < shares.len() {
            let (looks, kind) =
                if *likes > 0 { (strengths.answer, LIKED) } else { (-strengths.answer, UNWANTED) };
            add(&mut found, attribute, value, shares, looks, kind);
        }
    }
    sort(&mut found, |a, b| a.value < b.value);
    let all: f32 = found.iter().map(|one| one.looks.max(0.0)).sum();
    let other = libm::logf(PRIOR / (all + PRIOR)).max(-MOST);
    for one in &mut found {
        // What is not wanted takes away at most the average.
        let liked = (one.looks + PRIOR * one.usual).max(f32::MIN_POSITIVE);
        one.taste = libm::logf(liked / ((all + PRIOR) * one.usual)).clamp(-MOST, MOST);
        let evidence = one.looks.abs().max(all);
        one.confidence = evidence / (evidence + PRIOR);
    }
    (found, other)
}

/// Kinds of evidence that are answers; they have no count.
const LIKED: usize = 6;
const UNWANTED: usize = 7;

/// Adds evidence for a value.
#[inline(never)]
fn add(found: &mut Vec<Preference>, attribute: u16, value: u16, shares: &[f32], looks: f32, kind: usize) {
    if value == NONE {
        return;
    }
    let place = found.iter().position(|one| one.value == value).unwrap_or(found.len());
    if place == found.len() {
        let usual = shares.get(usize::from(value)).copied().unwrap_or(1.0);
        let evidence = Evidence::default();
        found.push(Preference { attribute, value, taste: 0.0, looks: 0.0, confidence: 0.0, usual, evidence });
    }
    if let Some(one) = found.get_mut(place) {
        one.looks += looks;
        match one.evidence.counts.get_mut(kind) {
            Some(count) => *count += 1,
            None => one.evidence.answer = if kind == LIKED { 1 } else { -1 },
        }
    }
}

impl Index {
    /// What a shopper thinks of the values that there is evidence for: most liked first.
    #[must_use]
    pub fn preferences(&self, trail: &Trail) -> Vec<Preference> {
        let taste = Taste::of(self, trail);
        let mut all: Vec<Preference> = taste.attributes.into_iter().flat_map(|(found, _)| found).collect();
        sort(&mut all, |a, b| (a.taste, b.attribute, b.value) > (b.taste, a.attribute, a.value));
        all
    }

    /// How much more a shopper likes an item than shoppers do on average, in logits; 0 for an item that is unknown.
    #[must_use]
    pub fn taste(&self, trail: &Trail, item: u32) -> f32 {
        self.item(item).map_or(0.0, |item| Taste::of(self, trail).item(item))
    }
}
