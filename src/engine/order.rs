//! Sorting, and insertion into sorted lists, in little code: the standard library's sorts take 45 KB of the page's module, this one
//! 300 bytes per item type; the standard `insert` and `remove` add panics that format numbers, 1 KB.
//!
//! Invariants
//! - Sorting takes `O(n log n)` for any input, in place, without allocation. It is not stable: break ties in `less` if they matter.
//!
//! # Source
//!
//! Williams, *Algorithm 232: Heapsort* (1964), with Floyd's bottom-up heap.

/// Sorts `items` so that no item is `less` than the one before it.
pub fn sort<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    for root in (0..items.len() / 2).rev() {
        sift(items, root, &less);
    }
    let mut unsorted = items;
    while let [largest, .., last] = unsorted {
        core::mem::swap(largest, last);
        let [heap @ .., _] = unsorted else { return };
        sift(heap, 0, &less);
        unsorted = heap;
    }
}

/// A name that occurs more than once. Sorts `names`. Cost: `O(n log n)` comparisons.
#[inline(never)]
pub(crate) fn twice<'a>(names: &mut [&'a str]) -> Option<&'a str> {
    sort(names, |a, b| a < b);
    names.windows(2).find_map(|pair| {
        if let &[a, b] = pair
            && a == b
        {
            Some(a)
        } else {
            None
        }
    })
}

/// Inserts `item` at index `at`, or at the end if the list is shorter.
pub(crate) fn insert<T: Copy>(items: &mut alloc::vec::Vec<T>, at: usize, item: T) {
    items.push(item);
    let mut next = item;
    for held in items.iter_mut().skip(at) {
        core::mem::swap(held, &mut next);
    }
}

/// Removes the item at index `at`, if there is one.
pub(crate) fn remove<T: Copy>(items: &mut alloc::vec::Vec<T>, at: usize) {
    if at < items.len()
        && let Some(mut next) = items.pop()
    {
        for held in items.iter_mut().skip(at).rev() {
            core::mem::swap(held, &mut next);
        }
    }
}

/// Moves the item at `root` down the heap until no child is larger.
fn sift<T>(heap: &mut [T], mut root: usize, less: &impl Fn(&T, &T) -> bool) {
    loop {
        let mut child = 2 * root + 1;
        if let (Some(left), Some(right)) = (heap.get(child), heap.get(child + 1))
            && less(left, right)
        {
            child += 1;
        }
        let Some((above, below)) = heap.split_at_mut_checked(child) else { return };
        match (above.get_mut(root), below.first_mut()) {
            (Some(parent), Some(largest)) if less(parent, largest) => core::mem::swap(parent, largest),
            _ => return,
        }
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::holds;
    use alloc::vec::Vec;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn it_orders_what_the_standard_library_orders() {
        // Few values, so that many are equal, or any; as drawn, rising or falling.
        let values = prop_oneof![vec(0..64_u32, 0..200), vec(any::<u32>(), 0..200)];
        holds(1_000, &(values, 0..3_u8), |(mut items, order)| {
            let mut expected = items.clone();
            expected.sort_unstable();
            match order {
                0 => {}
                1 => items.clone_from(&expected),
                _ => items = expected.iter().rev().copied().collect(),
            }
            sort(&mut items, |a, b| a < b);
            assert_eq!(items, expected);
        });
    }

    #[test]
    fn a_name_that_is_there_twice_is_found() {
        for (names, expected) in
            [("", None), ("a", None), ("b a c", None), ("b a c b", Some("b")), ("a a", Some("a"))]
        {
            let mut names: Vec<&str> = names.split(' ').collect();
            assert_eq!(twice(&mut names), expected);
        }
    }

    #[test]
    fn it_puts_in_and_takes_out_what_the_standard_library_does() {
        for at in 0..6 {
            let mut items: Vec<u32> = (0..5).collect();
            let mut expected = items.clone();
            insert(&mut items, at, 9);
            expected.insert(at.min(5), 9);
            assert_eq!(items, expected);
            remove(&mut items, at);
            expected.remove(at.min(5));
            assert_eq!(items, expected);
        }
        let mut items = alloc::vec![1];
        remove(&mut items, 1);
        assert_eq!(items, [1]);
    }
}
