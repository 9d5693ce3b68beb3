//! Candidates: the items that something speaks for, each with its signals.
//!
//! Not here: what a signal means (`signal`), which candidates are shown (`list`).

use crate::best::keep_best;
use crate::index::{Index, POPULAR};
use crate::item::of_level;
use crate::neighbours::Search;
use crate::pairs::{Pairs, shares};
use crate::signal::{SIGNALS, Signal};
use crate::taste::Taste;
use crate::trail::Trail;
use alloc::vec::Vec;
use floorwalker_engine::order::sort;

/// How many of the last items of a trail are looked up.
pub(crate) const LOOKED_UP: usize = 8;
/// Steps in which an item of the trail loses two thirds of its weight.
const FADING: f32 = 3.0;
/// How many natural logarithms below the best candidate the signal of the neighbouring sessions is 0: a millionth.
const FAINTEST: f32 = 13.8;
/// `ln 101`.
const LN_101: f32 = 4.615_120_5;
/// How many of the candidates of the neighbouring sessions are kept.
const BEST_OF_NEIGHBOURS: usize = 200;

/// An item that may be shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The item.
    pub item: u32,
    /// Its signals, in the order of [`Signal::ALL`].
    pub signals: [f32; SIGNALS],
}

/// Buffers of a search, kept between searches so that they allocate once.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// The candidates that were found last.
    pub(crate) candidates: Vec<Candidate>,
    /// For each item, 1 + its place among the candidates, or 0.
    places: Vec<u32>,
    search: Search,
    shares: Option<[f32; 16]>,
    /// Takes what would be added to an item that does not exist.
    lost: f32,
}

impl Scratch {
    /// The candidates that were found last.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// A signal of an item, which becomes a candidate if it is none yet.
    fn signal(&mut self, item: u32, signal: Signal) -> &mut f32 {
        let Some(place) = self.places.get_mut(item as usize) else { return &mut self.lost };
        if *place == 0 {
            self.candidates.push(Candidate { item, signals: [0.0; SIGNALS] });
            *place = self.candidates.len() as u32;
        }
        let candidate = self.candidates.get_mut(*place as usize - 1);
        candidate.map_or(&mut self.lost, |candidate| &mut candidate.signals[signal as usize])
    }

    /// Calls `add(scratch, other item, level, weight, whether of the last item)` for each pair of the last items of the trail.
    fn rows(&mut self, pairs: &Pairs, trail: &[u32], mut add: impl FnMut(&mut Self, u32, u8, f32, bool)) {
        for (back, item) in trail.iter().rev().take(LOOKED_UP).enumerate() {
            let weight = libm::expf(-(back as f32) / FADING);
            for (other, level) in pairs.of(*item) {
                add(self, *other, *level, weight, back == 0);
            }
        }
    }
}

impl Index {
    /// Finds the candidates for a shopper, with their signals. A trail names items of this index.
    pub fn search(&self, trail: &Trail, scratch: &mut Scratch) {
        let share = *scratch.shares.get_or_insert_with(shares);
        let of = |level: u8| share[usize::from(level & 15)];
        // `ln(1 + 100 c)` of a level: see `pairs`.
        let logarithm = |level: u8| f32::from(level & 15) / 15.0 * LN_101;
        for candidate in scratch.candidates.drain(..) {
            if let Some(place) = scratch.places.get_mut(candidate.item as usize) {
                *place = 0;
            }
        }
        scratch.places.resize(self.len(), 0);
        let seen: Vec<u32> = trail.seen().filter(|item| (*item as usize) < self.len()).collect();

        self.neighbours(&seen, scratch);
        scratch.rows(&self.visited, &seen, |scratch, other, level, weight, is_last| {
            let (next, together) = (of(level), of(level >> 4));
            *scratch.signal(other, Signal::Next) += weight * next;
            *scratch.signal(other, Signal::Together) += weight * together;
            if is_last {
                *scratch.signal(other, Signal::NextLast) = logarithm(level);
                *scratch.signal(other, Signal::TogetherLast) = logarithm(level >> 4);
            }
        });
        for (pairs, signal) in [(&self.similar, Signal::Similar), (&self.factors, Signal::Factors)] {
            scratch.rows(pairs, &seen, |scratch, other, level, weight, _| {
                *scratch.signal(other, signal) += weight * f32::from(level) / 255.0;
            });
        }
        for item in &trail.cart {
            for (other, level) in self.bought.of(*item) {
                let most = scratch.signal(*other, Signal::Bought);
                *most = most.max(f32::from(*level) / 255.0);
            }
        }
        for (back, item) in (1_u16..).zip(seen.iter().rev()) {
            let lately = scratch.signal(*item, Signal::SeenLately);
            *lately = lately.max(1.0 / f32::from(back));
            *scratch.signal(*item, Signal::Seen) = 1.0;
            *scratch.signal(*item, Signal::SeenOften) += 1.0;
        }
        if let Some(last) = seen.last() {
            *scratch.signal(*last, Signal::Current) = 1.0;
        }
        for item in self.by_trend.iter().take(POPULAR) {
            scratch.signal(*item, Signal::Popular);
        }
        let taste = Taste::of(self, trail);
        for candidate in &mut scratch.candidates {
            self.finish(candidate, &taste);
        }
    }

    /// A candidate that only its popularity and the shopper's taste speak for.
    pub(crate) fn plain(&self, item: u32, taste: &Taste) -> Candidate {
        let mut candidate = Candidate { item, signals: [0.0; SIGNALS] };
        self.finish(&mut candidate, taste);
        candidate
    }

    /// Turns sums into signals, and adds those that do not depend on the rows.
    fn finish(&self, candidate: &mut Candidate, taste: &Taste) {
        let Some(item) = self.items.get(candidate.item as usize) else { return };
        let signals = &mut candidate.signals;
        for signal in [Signal::Next, Signal::Together] {
            let share = &mut signals[signal as usize];
            if *share > 0.0 {
                *share = libm::logf(1.0 + 100.0 * *share);
            }
        }
        let often = &mut signals[Signal::SeenOften as usize];
        if *often > 0.0 {
            *often = libm::logf(1.0 + *often);
        }
        signals[Signal::Popular as usize] = of_level(item.popular);
        signals[Signal::Trending as usize] = of_level(item.trending);
        signals[Signal::Taste as usize] = taste.item(item);
    }

    /// The signal of the neighbouring sessions.
    fn neighbours(&self, seen: &[u32], scratch: &mut Scratch) {
        if self.sessions.is_empty() || seen.is_empty() {
            return;
        }
        let mut search = core::mem::take(&mut scratch.search);
        self.sessions.search(seen, &mut search, |item, weight| {
            *scratch.signal(item, Signal::Neighbours) += weight;
        });
        scratch.search = search;
        let neighbours = |candidate: &Candidate| candidate.signals[Signal::Neighbours as usize];
        let candidates = &mut scratch.candidates;
        for candidate in candidates.iter() {
            if let Some(place) = scratch.places.get_mut(candidate.item as usize) {
                *place = 0;
            }
        }
        keep_best(candidates, BEST_OF_NEIGHBOURS, |a, b| (neighbours(a), b.item) > (neighbours(b), a.item));
        sort(candidates, |a, b| a.item < b.item);
        let best = candidates.iter().map(neighbours).fold(f32::MIN_POSITIVE, f32::max);
        for (place, candidate) in (1..).zip(candidates) {
            let weight = &mut candidate.signals[Signal::Neighbours as usize];
            *weight = (1.0 + libm::logf(*weight / best) / FAINTEST).max(0.0);
            if let Some(at) = scratch.places.get_mut(candidate.item as usize) {
                *at = place;
            }
        }
    }

    /// The score of a candidate: the sum of its contributions, in the order of [`Signal::ALL`]; a logit up to a constant.
    #[must_use]
    pub fn score(&self, candidate: &Candidate) -> f32 {
        candidate.signals.iter().zip(&self.weights).map(|(signal, weight)| signal * weight).sum()
    }
}
