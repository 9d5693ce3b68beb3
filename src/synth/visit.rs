//! A visit: the shopper, the device, the aim and the product, drawn before any event is.
//!
//! Not here: how often shoppers come (`shopper`), the events of a visit (`session`).

use super::catalogue::Product;
use super::words::{Language, Words};

/// The intent of a visit, in the order of `words::FRAMES`.
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
    /// Whether the aim concerns an earlier purchase.
    pub(super) fn is_after_sale(self) -> bool {
        matches!(self, Self::OrderStatus | Self::Return | Self::Warranty | Self::Complaint)
    }
}

/// How a shopper behaves, which determines the probabilities of aims and of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Browser,
    Comparer,
    BargainHunter,
    Troubled,
    GiftBuyer,
    Decided,
}

/// The shop: its products, and the texts of which messages are made.
pub(super) struct Shop {
    pub(super) products: Vec<Product>,
    pub(super) words: Words,
}

/// One visit, before its events are drawn.
pub(super) struct Visit<'a> {
    pub(super) shop: &'a Shop,
    pub(super) shopper: String,
    pub(super) language: Language,
    pub(super) kind: Kind,
    pub(super) aim: Aim,
    /// The aim that shapes the behaviour; `None` when the behaviour is unrelated to any aim.
    pub(super) shown: Option<Aim>,
    pub(super) product: &'a Product,
    pub(super) is_mobile: bool,
    pub(super) asks: bool,
    pub(super) at: i64,
}
