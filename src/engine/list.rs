//! Lists from iterators, in little code: the standard library's `collect` and `extend` are specialised for each iterator and take
//! 300 bytes per call site in the page's module, these functions 120.
//!
//! Not here: sorting (`order`).

use alloc::vec::Vec;

/// Collects the items into a list.
pub fn list<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    fill(&mut list, items);
    list
}

/// Appends the items to a list.
pub fn fill<T>(list: &mut Vec<T>, items: impl Iterator<Item = T>) {
    list.reserve(items.size_hint().0);
    for item in items {
        list.push(item);
    }
}
