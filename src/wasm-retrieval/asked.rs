//! A request for a list, as the page writes it into the input buffer: one number after the other.
//!
//! | numbers                                  | meaning                                                                       |
//! |------------------------------------------|-------------------------------------------------------------------------------|
//! | n, explore, seed a, seed b               | how many items, exploration, seed of the draw                                 |
//! | out of stock, unseen only, diversity     | flags; 0 to 1                                                                 |
//! | lowest price, highest price              | NaN, NaN: any                                                                 |
//! | fair attribute, strength                 | −1: none                                                                      |
//! | count, kinds                             | kinds that may be shown                                                       |
//! | count, (attribute, value)                | values that items must have                                                   |
//! | count, (attribute, most)                 | caps                                                                          |
//! | count, items                             | items that are not shown                                                      |
//! | count, (item, logits)                    | boosts                                                                        |

use alloc::vec::Vec;
use floorwalker_retrieval::{Asked, Cap, Fairness, Kind, Rules};

/// The numbers that are still to be read.
struct Numbers<'a>(&'a [f64]);

impl Numbers<'_> {
    fn next(&mut self) -> f64 {
        let Some((first, rest)) = self.0.split_first() else { return 0.0 };
        self.0 = rest;
        *first
    }

    /// A list, preceded by its length; it has no more items than numbers are left.
    fn list<T>(&mut self, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        let count = (self.next() as usize).min(self.0.len());
        (0..count).map(|_| read(self)).collect()
    }
}

/// Reads a request.
pub(crate) fn asked(numbers: &[f64]) -> Asked {
    let mut from = Numbers(numbers);
    let (n, explore) = (from.next() as usize, from.next() as f32);
    let seed = [from.next() as u32, from.next() as u32];
    let (out_of_stock, unseen_only) = (from.next() != 0.0, from.next() != 0.0);
    let diversity = from.next() as f32;
    let (low, high) = (from.next() as f32, from.next() as f32);
    let (fair, strength) = (from.next(), from.next() as f32);
    let rules = Rules {
        out_of_stock,
        unseen_only,
        diversity,
        price: (!low.is_nan()).then_some((low, high)),
        fairness: (fair >= 0.0).then_some(Fairness { attribute: fair as u16, strength }),
        kinds: from.list(|from| Kind::ALL.get(from.next() as usize).copied().unwrap_or_default()),
        only: from.list(|from| (from.next() as u16, from.next() as u16)),
        caps: from.list(|from| Cap { attribute: from.next() as u16, most: from.next() as u16 }),
        exclude: from.list(|from| from.next() as u32),
        boost: from.list(|from| (from.next() as u32, from.next() as f32)),
    };
    Asked { n, rules, explore, seed }
}
