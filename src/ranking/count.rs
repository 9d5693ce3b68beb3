//! Counts: how often items are looked at, one after another and in one session.
//!
//! | weight     | of a pair `a` at place `i`, `b` at place `j` of one session, `1 ≤ d = |j − i| ≤ 10`          |
//! |------------|----------------------------------------------------------------------------------------------|
//! | `next`     | `1 / d` if `j > i` (sequential rules)                                                          |
//! | `together` | `e^(−d / 4)`, in either order (item–item collaborative filtering)                              |
//!
//! Each counts as much as the look at `b` does (`places`). The share of `b` among the pairs of `a` is `w(a, b) / (Σ w(a, ·) + 3)`: three pairs that nobody saw, so that an item with few sessions
//! does not speak loudly.
//!
//! # Source
//!
//! Sequential rules: Ludewig and Jannach, *Evaluation of session-based recommendation algorithms*, UMUAI 2018. Deviation: decay by distance for
//! both weights, and shrinkage.

use crate::visits::Visit;
use floorwalker_retrieval::{PairsDef, level, share};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The largest distance of a pair.
const WIDTH: usize = 10;
/// Steps in which `together` loses two thirds of its weight.
const FADING: f64 = 4.0;
/// Pairs that nobody saw.
const UNSEEN: f64 = 3.0;
/// The share of the counted time in which a look loses two thirds of its weight for `trending`.
const TREND: f64 = 1.0 / 15.0;

/// Looks at each item, as levels of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    /// In all.
    pub popular: Vec<u8>,
    /// Lately.
    pub trending: Vec<u8>,
}

/// Counts looks.
#[must_use]
pub fn looks(visits: &[Visit], n_items: usize) -> Looks {
    let (mut all, mut late) = (vec![0.0_f64; n_items], vec![0.0_f64; n_items]);
    let end = visits.last().map_or(0, |visit| visit.at_ms);
    let span = (end - visits.first().map_or(0, |visit| visit.at_ms)).max(1) as f64;
    for visit in visits {
        let weight = (-((end - visit.at_ms) as f64) / (span * TREND)).exp();
        for (step, item) in visit.items().enumerate() {
            all[item as usize] += visit.weight(step);
            late[item as usize] += weight * visit.weight(step);
        }
    }
    let levels = |counts: Vec<f64>| counts.into_iter().map(|count| level(count as f32)).collect();
    Looks { popular: levels(all), trending: levels(late) }
}

/// Counts pairs. A row keeps the `most` pairs with the largest weights; a pair needs `min_sessions` sessions.
#[must_use]
pub fn pairs(visits: &[Visit], n_items: usize, min_sessions: u32, most: usize) -> PairsDef {
    // By item, the places at which it stands: a row is counted on its own, so that rows are made in parallel.
    let mut places: Vec<Vec<(u32, u16)>> = vec![Vec::new(); n_items];
    for (at, visit) in visits.iter().enumerate() {
        for (place, item) in visit.items().enumerate() {
            places[item as usize].push((at as u32, place as u16));
        }
    }
    let rows = places
        .par_iter()
        .enumerate()
        .map(|(item, places)| row(visits, item as u32, places, min_sessions, most));
    PairsDef { rows: rows.collect() }
}

#[derive(Clone, Copy, Default)]
struct Pair {
    next: f64,
    together: f64,
    sessions: u32,
    last: u32,
}

fn row(visits: &[Visit], item: u32, places: &[(u32, u16)], min_sessions: u32, most: usize) -> Vec<(u32, u8)> {
    let mut pairs: BTreeMap<u32, Pair> = BTreeMap::new();
    for (at, place) in places {
        let visit = &visits[*at as usize];
        let steps = &visit.steps;
        let place = usize::from(*place);
        for (other_place, (other, _)) in
            steps.iter().enumerate().skip(place.saturating_sub(WIDTH)).take(2 * WIDTH + 1)
        {
            let distance = other_place.abs_diff(place);
            if *other == item || distance == 0 || distance > WIDTH {
                continue;
            }
            let pair = pairs.entry(*other).or_default();
            let weight = visit.weight(other_place);
            if other_place > place {
                pair.next += weight / distance as f64;
            }
            pair.together += weight * (-(distance as f64) / FADING).exp();
            // Sessions are counted from 1 here: 0 is none yet.
            if pair.last != at + 1 {
                pair.last = at + 1;
                pair.sessions += 1;
            }
        }
    }
    pairs.retain(|_, pair| pair.sessions >= min_sessions);
    // The best by either weight: each gets half of the room, and what one leaves the other may use.
    let best = |weight: fn(&Pair) -> f64| {
        let mut best: Vec<(u32, f64)> = pairs.iter().map(|(other, pair)| (*other, weight(pair))).collect();
        best.retain(|(_, weight)| *weight > 0.0);
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best
    };
    let (together, next) = (best(|pair| pair.together), best(|pair| pair.next));
    let mut kept = BTreeSet::new();
    for (a, b) in (0..together.len().max(next.len())).map(|at| (together.get(at), next.get(at))) {
        for (other, _) in [a, b].into_iter().flatten() {
            if kept.len() < most {
                kept.insert(*other);
            }
        }
    }
    let sum = |weight: fn(&Pair) -> f64| pairs.values().map(weight).sum::<f64>() + UNSEEN;
    let (all_next, all_together) = (sum(|pair| pair.next), sum(|pair| pair.together));
    let weigh = |other: u32| {
        let pair = pairs[&other];
        let next = share((pair.next / all_next) as f32);
        let together = share((pair.together / all_together) as f32);
        (other, next + (together << 4))
    };
    kept.into_iter().map(weigh).collect()
}
