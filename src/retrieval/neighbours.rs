//! Sessions that are alike: nearest neighbours of the shopper's session (VSTAN).
//!
//! | symbol | shape | meaning                                                                                      |
//! |--------|-------|----------------------------------------------------------------------------------------------|
//! | `s`    | n     | the shopper's items, oldest first                                                            |
//! | `t`    | m     | the items of a session of the index                                                          |
//! | `a`    | days  | age of that session                                                                          |
//! | `idf`  | items | `ln(sessions / sessions that hold the item)`                                                 |
//!
//! Similarity: `Σ_{i ∈ s ∩ t} e^((pos(i) − n) / λ_s) / √(n m) · e^(−a / λ_t)`. The `k` most similar sessions give each of their items
//! `similarity · e^(−|pos − match| / λ_n) · (1 + λ_i · idf)`, where `match` is the place in `t` of the most recent shared item.
//!
//! # Source
//!
//! Garg et al., *Sequence and Time Aware Neighborhood for Session-based Recommendations: STAN*, SIGIR 2019; Ludewig et al., *Empirical
//! analysis of session-based recommendation algorithms*, UMUAI 2021, for VSTAN. Of sessions that hold an item the latest are looked at, as in
//! V-SKNN. Deviation: the item that the shopper looks at is a candidate like others; the signal `current` has a weight of its own.

use crate::best::keep_best;
use crate::error::IndexError;
use crate::trail::MAX_TRAIL;
use alloc::vec::Vec;
use floorwalker_engine::order::sort;

/// The most items of all sessions together.
const MAX_STEPS: usize = 1 << 24;
/// The most items of one session.
pub(crate) const LONGEST: usize = 255;

/// How sessions that are alike are found and weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbourhood {
    /// How many of the most similar sessions count: `k`.
    pub k: u32,
    /// How many of the latest sessions that hold an item are looked at.
    pub latest: u32,
    /// Steps in which an item of the shopper loses two thirds of its weight: `λ_s`.
    pub fading: f32,
    /// Days in which a session loses two thirds of its weight: `λ_t`.
    pub days: f32,
    /// Steps from the match in which an item of a session loses two thirds of its weight: `λ_n`.
    pub reach: f32,
    /// Weight of rarity: `λ_i`.
    pub rarity: f32,
}

impl Default for Neighbourhood {
    fn default() -> Self {
        Self { k: 200, latest: 500, fading: 2.5, days: 20.0, reach: 1.0, rarity: 1.0 }
    }
}

/// Sessions: plain data, not yet checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionsDef {
    /// The items of each session, oldest first; sessions in the order of their last event, oldest first.
    pub items: Vec<Vec<u32>>,
    /// The age of each session when the index was made, in days.
    pub days: Vec<u16>,
}

/// Checked sessions, and where each item occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    items: Vec<Vec<u32>>,
    /// `e^(−a / λ_t) / √m` of each session.
    strengths: Vec<f32>,
    /// For each item, the latest sessions that hold it, oldest first.
    holders: Vec<Vec<u32>>,
    /// `1 + λ_i · idf` of each item.
    rarity: Vec<f32>,
    /// `e^(−d / λ_n)` for each distance `d`.
    decay: Vec<f32>,
    how: Neighbourhood,
}

/// What a search needs while it runs; all zero between searches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    similarity: Vec<f32>,
    found: Vec<(f32, u32)>,
}

impl Sessions {
    /// Checks sessions, and notes where each item occurs.
    pub(crate) fn new(
        def: Option<SessionsDef>,
        how: Neighbourhood,
        n_items: usize,
    ) -> Result<Self, IndexError> {
        let Neighbourhood { k, latest, fading, days, reach, rarity } = how;
        if !(k > 0 && latest > 0 && k <= 10_000 && latest <= 10_000) {
            return Err(IndexError::Invalid("a neighbourhood has 1 to 10000 sessions"));
        }
        if ![fading, days, reach].iter().all(|number| (0.01..=1e6).contains(number))
            || !(0.0..=1e4).contains(&rarity)
        {
            return Err(IndexError::Invalid("decays of a neighbourhood are above 0"));
        }
        let Some(SessionsDef { items, days: ages }) = def else { return Ok(Self { how, ..Self::default() }) };
        let n_steps: usize = items.iter().map(Vec::len).sum();
        if items.len() != ages.len()
            || n_steps > MAX_STEPS
            || items.iter().any(|items| items.is_empty() || items.len() > LONGEST)
        {
            return Err(IndexError::Invalid("a session has an age and 1 to 255 items"));
        }
        if items.iter().flatten().any(|item| *item as usize >= n_items) {
            return Err(IndexError::Invalid("a session names items of the index"));
        }
        let mut holders: Vec<Vec<u32>> = (0..n_items).map(|_| Vec::new()).collect();
        for (session, items) in (0_u32..).zip(&items) {
            for item in items {
                if let Some(held) = holders.get_mut(*item as usize)
                    && held.last() != Some(&session)
                {
                    held.push(session);
                }
            }
        }
        let n = items.len() as f32;
        let idf = |held: &Vec<u32>| if held.is_empty() { 0.0 } else { libm::logf(n / held.len() as f32) };
        let rarity = holders.iter().map(|held| 1.0 + rarity * idf(held)).collect();
        let decay = (0..LONGEST).map(|distance| libm::expf(-(distance as f32) / reach)).collect();
        for held in &mut holders {
            held.drain(..held.len().saturating_sub(latest as usize));
            held.shrink_to_fit();
        }
        let strength = |(items, age): (&Vec<u32>, &u16)| {
            libm::expf(-f32::from(*age) / days) / libm::sqrtf(items.len() as f32)
        };
        let strengths = items.iter().zip(&ages).map(strength).collect();
        Ok(Self { items, strengths, holders, rarity, decay, how })
    }

    /// Whether there are any.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Calls `add(item, weight)` for what the sessions most like `seen` hold; an item may come more than once.
    pub(crate) fn search(&self, seen: &[u32], search: &mut Search, mut add: impl FnMut(u32, f32)) {
        let n = seen.len();
        search.similarity.resize(self.items.len(), 0.0);
        search.found.clear();
        let last_of = |place: usize, item: &u32| !seen.iter().skip(place + 1).any(|other| other == item);
        for (place, item) in seen.iter().enumerate().skip(n.saturating_sub(MAX_TRAIL)) {
            if !last_of(place, item) {
                continue;
            }
            let weight = libm::expf(-((n - 1 - place) as f32) / self.how.fading);
            for session in self.holders.get(*item as usize).into_iter().flatten() {
                if let Some(similarity) = search.similarity.get_mut(*session as usize) {
                    if *similarity == 0.0 {
                        search.found.push((0.0, *session));
                    }
                    *similarity += weight.max(f32::MIN_POSITIVE);
                }
            }
        }
        for (similarity, session) in &mut search.found {
            let at = *session as usize;
            let sum = search.similarity.get_mut(at).map_or(0.0, core::mem::take);
            *similarity = sum * self.strengths.get(at).copied().unwrap_or(0.0);
        }
        keep_best(&mut search.found, self.how.k as usize, |a, b| (a.0, b.1) > (b.0, a.1));
        // In one order, whatever the selection left: sums give the same bits on every target.
        sort(&mut search.found, |a, b| a.1 < b.1);
        for (similarity, session) in &search.found {
            let Some(items) = self.items.get(*session as usize) else { continue };
            let places = seen.iter().rev().find_map(|item| items.iter().rposition(|other| other == item));
            let Some(at) = places else { continue };
            for (place, item) in items.iter().enumerate() {
                let rarity = self.rarity.get(*item as usize).copied().unwrap_or(1.0);
                let decay = self.decay.get(place.abs_diff(at)).copied().unwrap_or(0.0);
                add(*item, similarity * decay * rarity);
            }
        }
    }
}
