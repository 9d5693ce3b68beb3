//! A visit: who comes into which shop, how, and what for. Decided, not yet done.
//!
//! Not here: who comes how often (`shopper`), what is done (`session`).

use super::catalogue::Product;
use super::words::{Language, Words};

/// What a visit is for: the intents, in the order of the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    Compatibility,
    SizeFit,
    Compare,
    Price,
    Stock,
    OrderStatus,
    Return,
    Payment,
    Warranty,
    Gift,
    Complaint,
    Account,
}

impl Aim {
    /// Whether it is about something bought before.
    pub(super) fn is_after_sale(self) -> bool {
        matches!(self, Self::OrderStatus | Self::Return | Self::Warranty | Self::Complaint)
    }
}

/// A way of shopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Browser,
    Comparer,
    BargainHunter,
    Troubled,
    GiftBuyer,
    Decided,
}

/// The shop: what it sells and what is said in it.
pub(super) struct Shop {
    pub(super) products: Vec<Product>,
    pub(super) words: Words,
}

/// One visit, decided but not yet done.
pub(super) struct Visit<'a> {
    pub(super) shop: &'a Shop,
    pub(super) shopper: String,
    pub(super) language: Language,
    pub(super) kind: Kind,
    pub(super) aim: Aim,
    /// The aim that behaviour shows; `None` shows nothing in particular.
    pub(super) shown: Option<Aim>,
    pub(super) product: &'a Product,
    pub(super) is_mobile: bool,
    pub(super) asks: bool,
    pub(super) at: i64,
}
