//! Factors: items whose sessions are alike, though no session may hold both (matrix factorisation).
//!
//! | symbol | shape          | meaning                                                             |
//! |--------|----------------|---------------------------------------------------------------------|
//! | `u`    | `[s, 64]`      | sessions                                                            |
//! | `v`    | `[n, 64]`      | items                                                               |
//! | `o`    | pairs          | which session holds which item                                      |
//! | `α`    | scalar         | weight of a session and an item of which nothing is known           |
//! | `λ`    | scalar         | strength of the ridge                                               |
//!
//! Minimised, by turns over `u` and `v`: `Σ_{o} (1 − u·v)² + α Σ_{all} (u·v)² + λ Σ (#o + α n) |·|²`. Each vector is improved by a few steps of
//! the conjugate gradient method, from where it was. Two items are as alike as the cosine of their vectors.
//!
//! An item takes part if at least `min_sessions` sessions hold it with other items that take part: a row then rests on at least so many. Of all items, those are compared with
//! an item that share sessions with it, or with an item that shares sessions with it.
//!
//! # Source
//!
//! Hu, Koren and Volinsky, *Collaborative filtering for implicit feedback datasets*, ICDM 2008; the ridge by frequency is that of Rendle et al.,
//! *Revisiting the performance of iALS on item recommendation benchmarks*, `RecSys` 2022; conjugate gradients: Takács, Pilászy and Tikk, *Applications of the
//! conjugate gradient method for implicit feedback collaborative filtering*, `RecSys` 2011. Deviation: sessions take the place of users, and what is
//! kept is the neighbours of items; the vector of a new session is not needed.

use crate::visits::Visit;
use floorwalker_engine::symbol::avalanche;
use floorwalker_retrieval::PairsDef;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Length of a vector; of a shop with few items, only a part of it is used.
const D: usize = 64;
/// Weight of a session and an item of which nothing is known: `α`.
const ALPHA: f32 = 0.003;
/// Strength of the ridge: `λ`.
const RIDGE: f32 = 0.01;
/// How often all vectors are improved.
const SWEEPS: usize = 8;
/// Steps of conjugate gradients for each vector and sweep.
const STEPS: usize = 3;
/// How many of the items that share most sessions with an item are followed.
const FOLLOWED: usize = 40;
/// How many of an item's latest sessions are looked at.
const LATEST: usize = 500;
/// The most items of a session that are taken: the last ones. Longer ones are of robots.
const LONGEST: usize = 50;
/// Smallest likeness of a pair that is kept.
const LEAST: f32 = 0.5;

type Vector = [f32; D];

/// The items most alike to each; weights are cosines times 255.
#[must_use]
pub(crate) fn alike(visits: &[Visit], n_items: usize, min_sessions: u32, most: usize) -> PairsDef {
    let sessions = sessions(visits, n_items, min_sessions);
    let holders = transpose(&sessions, n_items);
    if sessions.is_empty() || most == 0 {
        return PairsDef::default();
    }
    let vectors = factors(&sessions, &holders);
    let followed: Vec<Vec<u32>> =
        holders.par_iter().enumerate().map(|(item, at)| together(item as u32, at, &sessions)).collect();
    let row = |item: usize| {
        let mut others: Vec<u32> = followed[item]
            .iter()
            .flat_map(|one| &followed[*one as usize])
            .chain(&followed[item])
            .copied()
            .collect();
        others.sort_unstable();
        others.dedup();
        let alike = |other: u32| (other, dot(&vectors[item], &vectors[other as usize]));
        let mut row: Vec<(u32, f32)> =
            others.into_iter().filter(|other| *other as usize != item).map(alike).collect();
        row.retain(|(_, cosine)| *cosine >= LEAST);
        row.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        row.truncate(most);
        row.sort_by_key(|(other, _)| *other);
        row.into_iter()
            .map(|(other, cosine)| (other, ((cosine * 15.0).round().min(15.0) * 17.0) as u8))
            .collect()
    };
    PairsDef { rows: (0..n_items).into_par_iter().map(row).collect() }
}

/// The different items of each session that take part, if there are at least two.
fn sessions(visits: &[Visit], n_items: usize, min_sessions: u32) -> Vec<Vec<u32>> {
    let different = |visit: &Visit| {
        let mut items: Vec<u32> = visit.items().collect();
        items.drain(..items.len().saturating_sub(LONGEST));
        items.sort_unstable();
        items.dedup();
        items
    };
    let mut sessions: Vec<Vec<u32>> = visits.iter().map(different).collect();
    // A session of one item tells nothing, and an item may be left in too few of the others: until nothing changes.
    loop {
        sessions.retain(|items| items.len() > 1);
        let mut counts = vec![0_u32; n_items];
        sessions.iter().flatten().for_each(|item| counts[*item as usize] += 1);
        let before: usize = sessions.iter().map(Vec::len).sum();
        for items in &mut sessions {
            items.retain(|item| counts[*item as usize] >= min_sessions);
        }
        if sessions.iter().map(Vec::len).sum::<usize>() == before {
            return sessions;
        }
    }
}

/// For each item the sessions that hold it.
fn transpose(sessions: &[Vec<u32>], n_items: usize) -> Vec<Vec<u32>> {
    let mut holders = vec![Vec::new(); n_items];
    for (at, items) in (0..).zip(sessions) {
        items.iter().for_each(|item| holders[*item as usize].push(at));
    }
    holders
}

/// The items that share most sessions with an item.
fn together(item: u32, holders: &[u32], sessions: &[Vec<u32>]) -> Vec<u32> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for at in holders.iter().rev().take(LATEST) {
        for other in sessions[*at as usize].iter().filter(|other| **other != item) {
            *counts.entry(*other).or_default() += 1;
        }
    }
    let mut counts: Vec<(u32, u32)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.into_iter().take(FOLLOWED).map(|(other, _)| other).collect()
}

/// The vectors of items, of length 1, or 0 for items that do not take part.
fn factors(sessions: &[Vec<u32>], holders: &[Vec<u32>]) -> Vec<Vector> {
    // Numbers that begin as 0 stay 0: with few items, all of a vector would tell every session apart, and nothing would be alike.
    let n_used = holders.iter().filter(|at| !at.is_empty()).count() / 8;
    let start = |item: usize| {
        let mut vector = [0.0; D];
        if !holders[item].is_empty() {
            for (at, number) in vector.iter_mut().enumerate().take(n_used.clamp(4, D)) {
                let bits = avalanche(avalanche(item as u32) ^ at as u32);
                *number = ((bits >> 8) as f32 / (1_u32 << 24) as f32 - 0.5) * 0.06;
            }
        }
        vector
    };
    let mut items: Vec<Vector> = (0..holders.len()).map(start).collect();
    let mut carriers: Vec<Vector> = vec![[0.0; D]; sessions.len()];
    for _ in 0..SWEEPS {
        improve(&mut carriers, &items, sessions);
        improve(&mut items, &carriers, holders);
    }
    for item in &mut items {
        let length = dot(item, item).sqrt();
        if length > 0.0 {
            item.iter_mut().for_each(|number| *number /= length);
        }
    }
    items
}

/// Improves each vector, given those on the other side that it is seen with.
fn improve(vectors: &mut [Vector], others: &[Vector], seen: &[Vec<u32>]) {
    let gram = gram(others);
    let n = others.len() as f32;
    vectors.par_iter_mut().zip(seen).filter(|(_, seen)| !seen.is_empty()).for_each(|(x, seen)| {
        let ridge = RIDGE * (seen.len() as f32 + ALPHA * n);
        let times = |p: &Vector| {
            let mut product = [0.0; D];
            for (row, number) in gram.iter().zip(p) {
                add(&mut product, ALPHA * number, row);
            }
            add(&mut product, ridge, p);
            for other in seen {
                let other = &others[*other as usize];
                add(&mut product, dot(other, p), other);
            }
            product
        };
        let mut residual = [0.0; D];
        seen.iter().for_each(|other| add(&mut residual, 1.0, &others[*other as usize]));
        add(&mut residual, -1.0, &times(x));
        let mut direction = residual;
        let mut size = dot(&residual, &residual);
        for _ in 0..STEPS {
            if size < 1e-12 {
                break;
            }
            let product = times(&direction);
            let step = size / dot(&direction, &product);
            add(x, step, &direction);
            add(&mut residual, -step, &product);
            let next = dot(&residual, &residual);
            let mut turned = residual;
            add(&mut turned, next / size, &direction);
            (direction, size) = (turned, next);
        }
    });
}

/// `Σ v vᵀ`.
fn gram(vectors: &[Vector]) -> [Vector; D] {
    let mut gram = [[0.0; D]; D];
    for vector in vectors {
        for (row, number) in gram.iter_mut().zip(vector) {
            add(row, *number, vector);
        }
    }
    gram
}

fn add(to: &mut Vector, times: f32, vector: &Vector) {
    for (to, number) in to.iter_mut().zip(vector) {
        *to += times * number;
    }
}

fn dot(a: &Vector, b: &Vector) -> f32 {
    // Eight sums, so that the compiler may take several numbers at once.
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}
