//! The best of many, in little code and without sorting them all.

use alloc::vec::Vec;

/// Keeps the `n` best items, in any order. `better` must be a strict order without ties.
pub(crate) fn keep_best<T>(items: &mut Vec<T>, n: usize, better: impl Fn(&T, &T) -> bool) {
    if items.len() <= n {
        return;
    }
    // A heap of the best so far, with the worst of them at its root.
    let (heap, rest) = items.split_at_mut(n);
    for root in (0..n / 2).rev() {
        sink(heap, root, &better);
    }
    for item in rest {
        if let Some(worst) = heap.first_mut()
            && better(item, worst)
        {
            core::mem::swap(item, worst);
            sink(heap, 0, &better);
        }
    }
    items.truncate(n);
}

/// Moves the item at `root` down until no child is worse.
fn sink<T>(heap: &mut [T], mut root: usize, better: &impl Fn(&T, &T) -> bool) {
    loop {
        let mut worst = root;
        for child in [2 * root + 1, 2 * root + 2] {
            if let (Some(a), Some(b)) = (heap.get(child), heap.get(worst))
                && better(b, a)
            {
                worst = child;
            }
        }
        if worst == root {
            return;
        }
        heap.swap(root, worst);
        root = worst;
    }
}
