//! Sorting in few bytes: the standard library's sorts weigh 45 KB in the page's module, this one 300 bytes a type.
//!
//! Invariants
//! - `O(n log n)` whatever the input, in place, no allocation. Not stable: break ties in `less` where they matter.
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

/// Lets the item at `root` sink until no child is larger.
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
    use alloc::vec::Vec;

    #[test]
    fn it_orders_what_the_standard_library_orders() {
        let mut random = 1_u32;
        for n in 0..200 {
            let mut items: Vec<u32> = (0..n)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    random >> 26
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items, |a, b| a < b);
            assert_eq!(items, expected);
        }
    }
}
