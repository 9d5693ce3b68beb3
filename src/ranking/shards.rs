//! Shards: a large index in parts, so that a page loads only those that its shopper touches.
//!
//! Items are grouped by category, small categories together, large ones in several shards by a hash of the item's id. A shard holds its own items with all
//! they are paired with, and the items of other shards that occur in these pairs, without pairs of their own. The root is a shard of the items that are
//! looked at most lately, from all categories: it is what a page has before anything was looked at.
//!
//! Weights are those of the whole. What is usual of an attribute (`taste`) is computed within each shard.
//!
//! Not here: their files (`cli`), loading them (`pkg-template/shards.js`).

use floorwalker_retrieval::{AttributeDef, IndexDef, ItemDef, NONE, PairsDef};
use std::collections::{BTreeMap, BTreeSet};

/// The attribute by which items are grouped.
const CATEGORY: &str = "category";

/// An index in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Shards {
    /// The items that are looked at most lately.
    pub root: IndexDef,
    /// All items.
    pub parts: Vec<IndexDef>,
    /// For each category (`""`: none) the number of its first part, and how many it has.
    pub homes: BTreeMap<String, [u32; 2]>,
}

impl Shards {
    /// Splits an index whose items are more than `most`; `None` for a smaller one. A part has at most half as many of its own, about as
    /// many if it is one of several of a category; the root has a fifth.
    #[must_use]
    pub fn of(def: &IndexDef, most: usize) -> Option<Self> {
        if def.items.len() <= most {
            return None;
        }
        let (most, n_popular) = (most / 2, most / 5);
        let category = def.attributes.iter().position(|attribute| attribute.name == CATEGORY);
        let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (number, item) in (0..).zip(&def.items) {
            let value =
                category.and_then(|at| def.attributes[at].values.get(usize::from(item.attributes[at])));
            groups.entry(value.map_or("", |value| value)).or_default().push(number);
        }
        let mut own: Vec<Vec<u32>> = Vec::new();
        let mut homes = BTreeMap::new();
        // The part that small categories are put into.
        let mut open: Option<usize> = None;
        for (name, items) in groups {
            let count = items.len().div_ceil(most);
            let fits = open.filter(|at| own[*at].len() + items.len() <= most);
            let first = fits.unwrap_or(own.len());
            own.resize(own.len().max(first + count), Vec::new());
            for item in items {
                own[first + (hash(&def.items[item as usize].id) as usize % count)].push(item);
            }
            if count == 1 {
                open = Some(first);
            }
            homes.insert(name.to_owned(), [first as u32, count as u32]);
        }
        let mut popular: Vec<u32> = (0..def.items.len() as u32).collect();
        let looks = |item: &u32| (def.items[*item as usize].trending, def.items[*item as usize].popular);
        popular.sort_by(|a, b| looks(b).cmp(&looks(a)).then(a.cmp(b)));
        popular.truncate(n_popular);
        popular.sort_unstable();
        own.iter_mut().for_each(|own| own.sort_unstable());
        let parts = own.iter().map(|own| part(def, own)).collect();
        Some(Self { root: part(def, &popular), parts, homes })
    }
}

/// FNV-1a of the UTF-16 code units, which JavaScript has at hand.
fn hash(id: &str) -> u32 {
    id.encode_utf16().fold(0x811c_9dc5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}

/// The index of some items, which are sorted, and of those that they are paired with.
fn part(def: &IndexDef, own: &[u32]) -> IndexDef {
    let pairs = [&def.visited, &def.similar, &def.factors, &def.bought];
    let row = |pairs: &PairsDef, item: u32| pairs.rows.get(item as usize).cloned().unwrap_or_default();
    let mut all: BTreeSet<u32> = own.iter().copied().collect();
    for item in own {
        all.extend(pairs.iter().flat_map(|pairs| row(pairs, *item)).map(|(other, _)| other));
    }
    let numbers: BTreeMap<u32, u32> = all.iter().copied().zip(0..).collect();
    let rows = |pairs: &PairsDef| {
        if pairs.rows.is_empty() {
            return PairsDef::default();
        }
        // Numbers keep the order of the items, so that rows stay sorted.
        let of = |item: &u32| match own.binary_search(item) {
            Ok(_) => row(pairs, *item).into_iter().map(|(other, weight)| (numbers[&other], weight)).collect(),
            Err(_) => Vec::new(),
        };
        PairsDef { rows: all.iter().map(of).collect() }
    };
    let (attributes, items) = used(def, &all);
    IndexDef {
        items,
        attributes,
        visited: rows(&def.visited),
        similar: rows(&def.similar),
        factors: rows(&def.factors),
        bought: rows(&def.bought),
        sessions: None,
        name: def.name.clone(),
        facts: def.facts.clone(),
        ..*def
    }
}

/// Attributes with the values that these items have, and the items.
fn used(def: &IndexDef, all: &BTreeSet<u32>) -> (Vec<AttributeDef>, Vec<ItemDef>) {
    let mut items: Vec<ItemDef> = all.iter().map(|item| def.items[*item as usize].clone()).collect();
    let of = |(at, attribute): (usize, &AttributeDef)| {
        let mut numbers: BTreeMap<u16, u16> = BTreeMap::new();
        let mut values = Vec::new();
        for item in &mut items {
            let value = item.attributes[at];
            if value == NONE {
                continue;
            }
            item.attributes[at] = *numbers.entry(value).or_insert_with(|| {
                values.push(attribute.values[usize::from(value)].clone());
                values.len() as u16 - 1
            });
        }
        AttributeDef { name: attribute.name.clone(), values }
    };
    let attributes = def.attributes.iter().enumerate().map(of).collect();
    (attributes, items)
}
