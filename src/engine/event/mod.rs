//! Event: something the shopper did, with items in the format of GA4 and strings already replaced by [`Symbol`]s.
//!
//! | name         | what it is                                            | unit                     |
//! |--------------|-------------------------------------------------------|--------------------------|
//! | `name`       | GA4 event name, or a guidance event such as `message` | symbol                   |
//! | `at_ms`      | when it happened, by the page's clock                 | ms since 1970, or absent |
//! | `items`      | the products it was about                             | GA4 item fields          |
//! | `params`     | anything else: `value`, `search_term`, `dwell_ms`, …  | number or symbol         |
//!
//! Invariants
//! - Names are not restricted: a shop's own events and parameters count like GA4's.
//! - No text is stored: strings arrive as symbols, and a message never becomes part of an event.
//!
//! Not here: the time at which an event counts (`timeline`), what is computed from events (`feature`).

mod timeline;

pub use timeline::{Arrival, Timeline};

use crate::symbol::{Symbol, avalanche};

/// How many items of an event are read at most: GA4's own limit.
pub const MAX_ITEMS: usize = 200;

/// How many parameters of an event are read at most.
pub const MAX_PARAMS: usize = 32;

/// One value of an event, a feature or a context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// The value is not known.
    Missing,
    /// A finite number.
    Number(f32),
    /// A category, by its symbol.
    Category(Symbol),
}

impl Value {
    /// A number, or [`Value::Missing`] where it is NaN or infinite.
    #[must_use]
    #[inline]
    pub fn number(number: f32) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Missing }
    }

    /// A category, or [`Value::Missing`] for [`Symbol::NONE`].
    #[must_use]
    #[inline]
    pub fn category(symbol: Symbol) -> Self {
        if symbol.is_none() { Self::Missing } else { Self::Category(symbol) }
    }

    /// The number, NaN for anything else.
    #[must_use]
    #[inline]
    pub fn as_f32(self) -> f32 {
        if let Self::Number(number) = self { number } else { f32::NAN }
    }

    /// A key that is equal for equal values; `None` for a missing one.
    #[inline]
    pub(crate) fn key(self) -> Option<u32> {
        match self {
            Self::Missing => None,
            Self::Number(number) => Some(number.to_bits()),
            Self::Category(symbol) => Some(symbol.raw()),
        }
    }
}

/// A GA4 item: absent strings are [`Symbol::NONE`], absent numbers NaN.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// `item_id`.
    pub id: Symbol,
    /// `item_category`.
    pub category: Symbol,
    /// `item_brand`.
    pub brand: Symbol,
    /// `item_variant`.
    pub variant: Symbol,
    /// `price`, in the shop's currency.
    pub price: f32,
    /// `quantity`, in pieces.
    pub quantity: f32,
    /// `discount`, in the shop's currency.
    pub discount: f32,
    /// `index`: position in a list.
    pub index: f32,
}

impl Item {
    /// An item whose fields are all absent.
    pub const EMPTY: Self = Self {
        id: Symbol::NONE,
        category: Symbol::NONE,
        brand: Symbol::NONE,
        variant: Symbol::NONE,
        price: f32::NAN,
        quantity: f32::NAN,
        discount: f32::NAN,
        index: f32::NAN,
    };
}

/// One event, borrowed from the caller.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Its name.
    pub name: Symbol,
    /// When it happened; `None` means now.
    pub at_ms: Option<i64>,
    /// Its products. Only the first [`MAX_ITEMS`] count.
    pub items: &'a [Item],
    /// Its parameters. Only the first [`MAX_PARAMS`] count.
    pub params: &'a [(Symbol, Value)],
}

impl Event<'_> {
    /// A hash of everything but the time, by which duplicates are found.
    #[inline]
    pub(crate) fn fingerprint(&self) -> u32 {
        let mut hash = self.name.raw();
        let mut mix = |part: u32| hash = avalanche(hash.rotate_left(5) ^ part);
        for item in self.items.iter().take(MAX_ITEMS) {
            for symbol in [item.id, item.category, item.brand, item.variant] {
                mix(symbol.raw());
            }
            for number in [item.price, item.quantity, item.discount, item.index] {
                mix(number.to_bits());
            }
        }
        for (name, value) in self.params.iter().take(MAX_PARAMS) {
            mix(name.raw());
            mix(value.key().unwrap_or(0));
        }
        hash
    }
}
