//! Trail: what one shopper did with items, as far as ranking needs it.

use alloc::vec::Vec;

/// The most items of a trail that are kept.
pub const MAX_TRAIL: usize = 50;

/// What a shopper did with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Looked at it.
    View,
    /// Marked it as a favourite.
    Like,
    /// Said that it is not wanted.
    Dislike,
    /// Put it into the cart.
    Cart,
    /// Took it out of the cart.
    Uncart,
    /// Bought it.
    Buy,
}

/// What one shopper did. Items are numbers of the index; unknown ones are left out by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// Items in the order of the acts, oldest first; at most [`MAX_TRAIL`].
    pub(crate) seen: Vec<u32>,
    /// What is in the cart.
    pub(crate) cart: Vec<u32>,
    /// What was bought.
    pub(crate) bought: Vec<u32>,
    /// What is not wanted.
    pub(crate) disliked: Vec<u32>,
}

impl Act {
    /// What an event with this name does with its items: GA4's names, and `like` and `dislike`. `None` for any other event.
    #[must_use]
    pub fn of_event(name: &str) -> Option<Self> {
        Some(match name {
            "view_item" | "select_item" => Self::View,
            "add_to_wishlist" | "like" => Self::Like,
            "dislike" => Self::Dislike,
            "add_to_cart" => Self::Cart,
            "remove_from_cart" => Self::Uncart,
            "purchase" => Self::Buy,
            _ => return None,
        })
    }
}

impl Trail {
    /// Adds an act. Of each list, the oldest items beyond [`MAX_TRAIL`] are dropped.
    pub fn add(&mut self, item: u32, act: Act) {
        match act {
            Act::View => push(&mut self.seen, item),
            Act::Like => {
                self.disliked.retain(|other| *other != item);
                push(&mut self.seen, item);
            }
            Act::Dislike => once(&mut self.disliked, item),
            Act::Cart => {
                once(&mut self.cart, item);
                push(&mut self.seen, item);
            }
            Act::Uncart => self.cart.retain(|other| *other != item),
            Act::Buy => {
                self.cart.retain(|other| *other != item);
                once(&mut self.bought, item);
                push(&mut self.seen, item);
            }
        }
    }

    /// A trail of items that were looked at, oldest first.
    #[must_use]
    pub fn of(items: &[u32]) -> Self {
        let from = items.len().saturating_sub(MAX_TRAIL);
        Self { seen: items.get(from..).unwrap_or_default().into(), ..Self::default() }
    }
}

/// Appends an item, unless it is the last one already: a reload, or a view followed by the cart, is one step.
fn push(list: &mut Vec<u32>, item: u32) {
    if list.last() == Some(&item) {
        return;
    }
    if list.len() >= MAX_TRAIL {
        list.remove(0);
    }
    list.push(item);
}

fn once(list: &mut Vec<u32>, item: u32) {
    list.retain(|other| *other != item);
    if list.len() >= MAX_TRAIL {
        list.remove(0);
    }
    list.push(item);
}
