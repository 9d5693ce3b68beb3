//! Lists out of iterators, in few bytes: the standard library's `collect` and `extend` are specialised for each iterator and weigh
//! 300 bytes a place in the page's module, these 120.
//!
//! Not here: sorting (`order`).

use alloc::vec::Vec;

/// The items, as a list.
pub fn list<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    fill(&mut list, items);
    list
}

/// Puts the items at the end of a list.
pub fn fill<T>(list: &mut Vec<T>, items: impl Iterator<Item = T>) {
    list.reserve(items.size_hint().0);
    for item in items {
        list.push(item);
    }
}
