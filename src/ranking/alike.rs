//! Alike: items with similar titles and attributes, whether or not anybody has looked at them yet.
//!
//! An item is the set of its words (what the engine's folding leaves between gaps, and pairs of ideographs) and of its attributes (`brand=acme`). Similarity is
//! the cosine of the sets, weighted by `idf = ln(items / items with the word)`; a part that more than a tenth of the items and more than 1,000 of
//! them have tells nothing and costs much: it counts, but no candidates are found by it. Of a large catalogue neither are they by the more common ones of
//! the other parts.
//!
//! # Source
//!
//! Cosine of tf–idf vectors: Salton and Buckley, *Term-weighting approaches in automatic text retrieval*, 1988, with binary term frequency.

use crate::details::Details;
use floorwalker_engine::text::{Folded, fold};
use floorwalker_retrieval::PairsDef;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The most items like one.
const MOST: usize = 12;
/// Smallest similarity of a pair that is kept.
const LEAST: f64 = 0.1;
/// A part that more items have finds no candidates, if it also is in more than a tenth of the items.
const COMMON: usize = 1_000;
/// The most pairs of items with a part in common that are looked at, in both orders.
const WORK: usize = 1_000_000_000;

/// For each item the items like it; weights are similarities times 255.
#[must_use]
pub fn alike(details: &[Details]) -> PairsDef {
    let parts: Vec<Vec<String>> = details.iter().map(parts).collect();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut holders: Vec<Vec<u32>> = Vec::new();
    let mut coded: Vec<Vec<usize>> = Vec::new();
    for (item, parts) in (0..).zip(&parts) {
        let mut codes = Vec::with_capacity(parts.len());
        for part in parts {
            let at = *numbers.entry(part).or_insert_with(|| {
                holders.push(Vec::new());
                holders.len() - 1
            });
            holders[at].push(item);
            codes.push(at);
        }
        coded.push(codes);
    }
    let n = details.len() as f64;
    let idf: Vec<f64> = holders.iter().map(|items| (n / items.len() as f64).ln()).collect();
    let norm = |parts: &Vec<usize>| parts.iter().map(|part| idf[*part] * idf[*part]).sum::<f64>().sqrt();
    let norms: Vec<f64> = coded.iter().map(norm).collect();
    if norms.iter().all(|norm| *norm == 0.0) {
        return PairsDef::default();
    }
    let most_holders = most_holders(&holders, details.len());
    let row = |(item, parts): (usize, &Vec<usize>)| {
        let mut dots: BTreeMap<u32, f64> = BTreeMap::new();
        for part in parts.iter().filter(|part| holders[**part].len() <= most_holders) {
            for other in holders[*part].iter().filter(|other| **other as usize != item) {
                *dots.entry(*other).or_default() += idf[*part] * idf[*part];
            }
        }
        let mut row: Vec<(u32, f64)> = dots
            .into_iter()
            .map(|(other, dot)| (other, dot / (norms[item] * norms[other as usize]).max(f64::MIN_POSITIVE)))
            .filter(|(_, similarity)| *similarity >= LEAST)
            .collect();
        row.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        row.truncate(MOST);
        row.sort_by_key(|(other, _)| *other);
        row.into_iter()
            .map(|(other, similarity)| (other, (similarity * 255.0).round().min(255.0) as u8))
            .collect()
    };
    PairsDef { rows: coded.par_iter().enumerate().map(row).collect() }
}

/// How many items may have a part by which candidates are found: as many as the work allows.
fn most_holders(holders: &[Vec<u32>], n_items: usize) -> usize {
    let mut sizes: Vec<usize> = holders.iter().map(Vec::len).collect();
    sizes.retain(|size| *size <= COMMON || size * 10 <= n_items);
    sizes.sort_unstable();
    let mut work = 0;
    let beyond = sizes.iter().find(|size| {
        work += *size * *size;
        work > WORK
    });
    // None of a size if not all of it.
    beyond.map_or_else(|| sizes.last().copied().unwrap_or(0), |size| size - 1)
}

/// The parts of an item, sorted, each once.
fn parts(details: &Details) -> Vec<String> {
    let mut parts: Vec<String> =
        details.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut word = String::new();
    let mut glyph = None;
    for character in details.title.as_deref().unwrap_or_default().chars() {
        match fold(character) {
            Folded::Glyph(code) | Folded::LongGlyph(code) => {
                parts.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                let one = char::from_u32(code).unwrap_or(character);
                if let Some(before) = glyph.replace(one) {
                    parts.push([before, one].iter().collect());
                }
                continue;
            }
            Folded::Letter(code) => word.extend(char::from_u32(code)),
            Folded::Pair(letters) => word.extend(letters.map(char::from)),
            Folded::Mark(_) | Folded::Quote | Folded::Skip => {}
            Folded::Gap => parts.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
        }
        glyph = None;
    }
    parts.extend((!word.is_empty()).then_some(word));
    parts.sort();
    parts.dedup();
    parts
}
