//! Trail: what one shopper did with items and said of them, as far as ranking needs it.

use alloc::vec::Vec;

/// The most items of a trail that are kept.
pub const MAX_TRAIL: usize = 50;
/// The most stars of a rating.
pub const MAX_STARS: u8 = 5;

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
    /// Gave it stars, 1 to [`MAX_STARS`].
    Rate(u8),
}

/// What a shopper said of a value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The number of the attribute.
    pub attribute: u16,
    /// The number of its value.
    pub value: u16,
    /// Whether the shopper likes it; otherwise it is not wanted.
    pub likes: bool,
}

/// What one shopper did. Items are numbers of the index; unknown ones are left out by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// Items in the order of the acts, oldest first, and what was done with each: what says most, if several acts follow each other. At most
    /// [`MAX_TRAIL`].
    pub(crate) steps: Vec<(u32, Act)>,
    /// What is in the cart.
    pub(crate) cart: Vec<u32>,
    /// What was bought.
    pub(crate) bought: Vec<u32>,
    /// What is not wanted.
    pub(crate) disliked: Vec<u32>,
    /// What was rated, and its stars.
    pub(crate) rated: Vec<(u32, u8)>,
    /// What was said of values: the attribute's number above that of the value, and 1 if it is liked, else 0.
    pub(crate) answers: Vec<(u32, u8)>,
}

impl Act {
    /// What an event with this name does with its items: GA4's names, and `like`, `dislike` and `rating`. `stars` are those of a rating, 1 to
    /// [`MAX_STARS`]. `None` for any other event, and for a rating without stars.
    #[must_use]
    pub fn of_event(name: &str, stars: u8) -> Option<Self> {
        Some(match name {
            "view_item" | "select_item" => Self::View,
            "add_to_wishlist" | "like" => Self::Like,
            "dislike" => Self::Dislike,
            "add_to_cart" => Self::Cart,
            "remove_from_cart" => Self::Uncart,
            "purchase" => Self::Buy,
            "rating" if (1..=MAX_STARS).contains(&stars) => Self::Rate(stars),
            _ => return None,
        })
    }

    /// The names of the events that [`Act::of_event`] knows.
    pub const EVENTS: [&'static str; 8] = [
        "view_item",
        "select_item",
        "add_to_wishlist",
        "like",
        "dislike",
        "add_to_cart",
        "remove_from_cart",
        "purchase",
    ];
    /// The name of the event of a rating.
    pub const RATING: &'static str = "rating";

    /// Whether the item is looked at.
    #[must_use]
    pub const fn is_look(self) -> bool {
        matches!(self, Self::View | Self::Like | Self::Cart | Self::Buy)
    }

    /// How much an act says, from a look to a purchase.
    const fn rank(self) -> u8 {
        match self {
            Self::Like => 1,
            Self::Cart => 2,
            Self::Buy => 3,
            _ => 0,
        }
    }
}

impl Trail {
    /// Adds an act. Of each list, the oldest items beyond [`MAX_TRAIL`] are dropped. A look at the last item again, as by a reload or a view that
    /// is followed by the cart, is no step of its own.
    pub fn add(&mut self, item: u32, act: Act) {
        match self.steps.last_mut() {
            Some((last, before)) if *last == item && act.is_look() => {
                if act.rank() > before.rank() {
                    *before = act;
                }
                self.note(item, act);
            }
            _ => self.step(item, act),
        }
    }

    /// Adds an act as [`Trail::add`] does, but as a step of its own, even if the last item is the same.
    pub fn step(&mut self, item: u32, act: Act) {
        if act.is_look() {
            if self.steps.len() >= MAX_TRAIL {
                self.steps.remove(0);
            }
            self.steps.push((item, act));
        }
        self.note(item, act);
    }

    /// What an act says beyond a look.
    fn note(&mut self, item: u32, act: Act) {
        match act {
            Act::View => {}
            Act::Like => forget(&mut self.disliked, item),
            Act::Dislike => once(&mut self.disliked, item),
            Act::Cart => once(&mut self.cart, item),
            Act::Uncart => forget(&mut self.cart, item),
            Act::Buy => {
                forget(&mut self.cart, item);
                once(&mut self.bought, item);
            }
            Act::Rate(stars) => say(&mut self.rated, item, Some(stars)),
        }
    }

    /// Adds what the shopper said of a value; a later answer replaces an earlier one.
    pub fn answer(&mut self, answer: Answer) {
        say(&mut self.answers, answer.key(), Some(answer.likes.into()));
    }

    /// Whether one of an item's values is not wanted, as the shopper said.
    pub(crate) fn is_unwanted(&self, values: &[u16]) -> bool {
        self.answers
            .iter()
            .any(|(key, likes)| *likes == 0 && values.get((key >> 16) as usize) == Some(&(*key as u16)))
    }

    /// Takes back what was said of a value.
    pub fn retract(&mut self, attribute: u16, value: u16) {
        say(&mut self.answers, Answer { attribute, value, likes: false }.key(), None);
    }

    /// The items that were looked at, oldest first, and what was done with each.
    #[must_use]
    pub fn steps(&self) -> &[(u32, Act)] {
        &self.steps
    }

    /// The items that were looked at, oldest first.
    pub(crate) fn seen(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        self.steps.iter().map(|(item, _)| *item)
    }

    /// A trail of items that were looked at, oldest first.
    #[must_use]
    pub fn of(items: &[u32]) -> Self {
        let mut trail = Self::default();
        for item in items.iter().skip(items.len().saturating_sub(MAX_TRAIL)) {
            trail.step(*item, Act::View);
        }
        trail
    }
}

impl Answer {
    fn key(self) -> u32 {
        u32::from(self.attribute) << 16 | u32::from(self.value)
    }
}

#[inline(never)]
fn forget(list: &mut Vec<u32>, item: u32) {
    list.retain(|other| *other != item);
}

/// Makes an item the last one of a list.
#[inline(never)]
fn once(list: &mut Vec<u32>, item: u32) {
    forget(list, item);
    if list.len() >= MAX_TRAIL {
        list.remove(0);
    }
    list.push(item);
}

/// Replaces what was said of a thing.
#[inline(never)]
fn say(list: &mut Vec<(u32, u8)>, of: u32, said: Option<u8>) {
    list.retain(|(other, _)| *other != of);
    if let Some(said) = said {
        if list.len() >= MAX_TRAIL {
            list.remove(0);
        }
        list.push((of, said));
    }
}
