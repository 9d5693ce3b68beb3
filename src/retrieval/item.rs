//! Items, and the attributes by which they are alike.

use alloc::{string::String, vec::Vec};

/// Stands for an attribute that an item does not have.
pub const NONE: u16 = u16::MAX;

/// What an item is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Something to buy.
    #[default]
    Product,
    /// Something that is done for the shopper.
    Service,
    /// An article of the help centre.
    Article,
    /// An offer, such as a coupon.
    Offer,
    /// A queue or an agent with skills.
    Expert,
}

impl Kind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Product, Self::Service, Self::Article, Self::Offer, Self::Expert];

    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Service => "service",
            Self::Article => "article",
            Self::Offer => "offer",
            Self::Expert => "expert",
        }
    }
}

/// An item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemDef {
    /// Its id in the shop.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its price, in the shop's currency; NaN if it is not known.
    pub price: f32,
    /// Whether it can be had.
    pub in_stock: bool,
    /// Whether it is bought again and again, so that it may be recommended after it was bought.
    pub consumable: bool,
    /// How often it was looked at, as a [`level`].
    pub popular: u8,
    /// How often it was looked at lately, as a [`level`].
    pub trending: u8,
    /// How often it was bought, as a [`level`].
    pub bought: u8,
    /// For each attribute, the number of its value, or [`NONE`].
    pub attributes: Vec<u16>,
}

/// An attribute: a property of items with a list of values, such as brand, category or seller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDef {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// A count as a byte, on a logarithmic scale: `12 · ln(1 + count)`, rounded; at most 255, which stands for 1.7 thousand millions.
#[must_use]
pub fn level(count: f32) -> u8 {
    if count > 0.0 { (12.0 * libm::logf(1.0 + count) + 0.5).clamp(1.0, 255.0) as u8 } else { 0 }
}

/// `ln(1 + count)` of the count that a level means.
#[must_use]
pub fn of_level(level: u8) -> f32 {
    f32::from(level) / 12.0
}
