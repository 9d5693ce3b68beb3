//! Baskets: items that are bought together.
//!
//! | symbol        | meaning                                                      |
//! |---------------|--------------------------------------------------------------|
//! | support       | share of the baskets that hold all items of a set             |
//! | confidence    | of the baskets that hold `a`, the share that holds `b`, too   |
//! | lift          | confidence / share of all baskets that hold `b`               |
//!
//! Frequent sets are found by FP-growth: baskets are put into a tree of prefixes, most frequent items first; the sets that end in an item are found
//! in the smaller tree of what stands above it.
//!
//! # Source
//!
//! Han, Pei and Yin, *Mining frequent patterns without candidate generation*, SIGMOD 2000. Deviation: sets of more than three items are not
//! looked for, and of an item only rules to single items are kept.

use floorwalker_retrieval::PairsDef;
use std::collections::BTreeMap;

/// The most items of a set.
const WIDEST: usize = 3;
/// The most rules of an item.
const MOST_RULES: usize = 20;
/// Rules must beat chance: smallest lift.
const LEAST_LIFT: f64 = 1.2;

/// Items that are bought together, with the number of baskets that hold them all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set {
    /// The items, by rising number.
    pub items: Vec<u32>,
    /// How many baskets hold them all.
    pub count: u32,
}

/// A prefix tree of baskets.
struct Tree {
    /// Item, count, parent.
    nodes: Vec<(u32, u32, usize)>,
    children: BTreeMap<(usize, u32), usize>,
    /// The nodes of each item.
    places: BTreeMap<u32, Vec<usize>>,
}

impl Tree {
    /// A tree of weighted baskets, without items that are in fewer than `least` of them.
    fn new(baskets: &[(Vec<u32>, u32)], least: u32) -> Self {
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for (items, weight) in baskets {
            for item in items {
                *counts.entry(*item).or_default() += weight;
            }
        }
        let mut tree = Self { nodes: vec![(0, 0, 0)], children: BTreeMap::new(), places: BTreeMap::new() };
        for (items, weight) in baskets {
            let mut kept: Vec<(u32, u32)> = items
                .iter()
                .filter_map(|item| {
                    counts.get(item).filter(|count| **count >= least).map(|count| (*count, *item))
                })
                .collect();
            kept.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            let mut at = 0;
            for (_, item) in kept {
                at = *tree.children.entry((at, item)).or_insert_with(|| {
                    tree.nodes.push((item, 0, at));
                    tree.places.entry(item).or_default().push(tree.nodes.len() - 1);
                    tree.nodes.len() - 1
                });
                tree.nodes[at].1 += weight;
            }
        }
        tree
    }

    /// The items above a node, from the node's parent to the root.
    fn above(&self, node: usize) -> Vec<u32> {
        let mut items = Vec::new();
        let mut at = self.nodes[node].2;
        while at != 0 {
            items.push(self.nodes[at].0);
            at = self.nodes[at].2;
        }
        items
    }

    /// Adds to `found` every set of at most [`WIDEST`] items that ends in `end`.
    fn grow(&self, end: &[u32], least: u32, found: &mut Vec<Set>) {
        for (item, nodes) in &self.places {
            let count: u32 = nodes.iter().map(|node| self.nodes[*node].1).sum();
            let mut items = end.to_vec();
            items.push(*item);
            items.sort_unstable();
            if items.len() < WIDEST {
                let above: Vec<(Vec<u32>, u32)> =
                    nodes.iter().map(|node| (self.above(*node), self.nodes[*node].1)).collect();
                Self::new(&above, least).grow(&items, least, found);
            }
            found.push(Set { items, count });
        }
    }
}

/// Sets of at most three items that at least `least` baskets hold, by rising items.
#[must_use]
pub fn frequent(baskets: &[&[u32]], least: u32) -> Vec<Set> {
    let baskets: Vec<(Vec<u32>, u32)> = baskets.iter().map(|items| (items.to_vec(), 1)).collect();
    let mut found = Vec::new();
    Tree::new(&baskets, least.max(1)).grow(&[], least.max(1), &mut found);
    found.sort();
    found
}

/// What the index needs of baskets: how often each item is bought, and the rules of pairs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// Number of baskets with each item.
    pub counts: Vec<u32>,
    /// Confidence of the rules, times 255.
    pub rows: PairsDef,
    /// Sets of two or three items, most frequent first.
    pub sets: Vec<Set>,
}

/// Rules of baskets in which at least `least` shoppers bought the same.
#[must_use]
pub fn rules(baskets: &[&[u32]], n_items: usize, least: u32) -> Rules {
    let mut rules = Rules { counts: vec![0; n_items], ..Rules::default() };
    let mut rows: Vec<Vec<(u32, f64)>> = vec![Vec::new(); n_items];
    let n = baskets.len() as f64;
    for set in frequent(baskets, least) {
        match set.items[..] {
            [item] => rules.counts[item as usize] = set.count,
            [a, b] => {
                let count = f64::from(set.count);
                let of = |item: u32| baskets_with(&rules.counts, item);
                if count * n / (of(a) * of(b)) >= LEAST_LIFT {
                    rows[a as usize].push((b, count / of(a)));
                    rows[b as usize].push((a, count / of(b)));
                    rules.sets.push(set);
                }
            }
            _ => rules.sets.push(set),
        }
    }
    rules.sets.sort_by(|a, b| b.count.cmp(&a.count).then(a.items.cmp(&b.items)));
    let row = |mut row: Vec<(u32, f64)>| {
        row.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        row.truncate(MOST_RULES);
        row.sort_by_key(|(item, _)| *item);
        row.into_iter()
            .map(|(item, confidence)| (item, (confidence * 255.0).round().clamp(1.0, 255.0) as u8))
            .collect()
    };
    if rows.iter().any(|row| !row.is_empty()) {
        rules.rows = PairsDef { rows: rows.into_iter().map(row).collect() };
    }
    rules
}

fn baskets_with(counts: &[u32], item: u32) -> f64 {
    f64::from(counts.get(item as usize).copied().unwrap_or(1).max(1))
}
