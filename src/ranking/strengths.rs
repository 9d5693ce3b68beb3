//! Strengths: how much a favourite, a cart and a purchase say of a shopper's taste, in looks.
//!
//! They are those that make the shopper's taste for what they look at next the largest, on average over the steps. Taste is the logarithm of how
//! much more probable a value is for this shopper than for shoppers on average, so this is the likelihood of the next values. A favourite says
//! at least as much as a look, a cart at least as much as a favourite, and a purchase at least as much as a cart. The factor between two kinds
//! of evidence keeps its default where no step shows it; so do ratings and answers, which are said to the shop.
//!
//! Not here: the model (`retrieval::taste`).

use anyhow::{Context, Result};
use floorwalker_retrieval::{Act, Index, IndexDef, PairsDef, Strengths, Trail};
use rayon::prelude::*;

/// Factors between a strength and the one below it.
const FACTORS: [f32; 7] = [1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 8.0];
/// How often the three strengths are looked at, one after the other.
const ROUNDS: usize = 2;
/// Steps that one sum is over; sums are added in order, so that threads do not change them.
const CHUNK: usize = 64;

/// The strengths that explain `steps` best.
///
/// # Errors
///
/// An index that is not valid.
pub(crate) fn learn(def: &IndexDef, steps: &[(Trail, u32)]) -> Result<Strengths> {
    let shows = |act: Act| steps.iter().any(|(trail, _)| trail.steps().iter().any(|(_, done)| *done == act));
    let shown = [Act::Like, Act::Cart, Act::Buy].map(shows);
    let value = |factors: [f32; 3]| -> Result<f64> {
        let index = Index::new(IndexDef {
            strengths: strengths(factors),
            visited: PairsDef::default(),
            similar: PairsDef::default(),
            factors: PairsDef::default(),
            bought: PairsDef::default(),
            sessions: None,
            ..def.clone()
        });
        let index = index.context("the index")?;
        let taste = |(trail, next): &(Trail, u32)| f64::from(index.taste(trail, *next));
        let parts: Vec<f64> = steps.par_chunks(CHUNK).map(|steps| steps.iter().map(taste).sum()).collect();
        Ok(parts.iter().sum())
    };
    let mut best = [2.0, 1.5, 1.34];
    if def.attributes.is_empty() || !shown.contains(&true) {
        return Ok(Strengths::default());
    }
    let mut most = value(best)?;
    for _ in 0..ROUNDS {
        for at in (0..3).filter(|at| shown[*at]) {
            for factor in FACTORS {
                let mut tried = best;
                tried[at] = factor;
                if strengths(tried).buy > Strengths::MOST {
                    continue;
                }
                let found = value(tried)?;
                if found > most {
                    (best, most) = (tried, found);
                }
            }
        }
    }
    Ok(strengths(best))
}

/// Strengths from the factors between them: of a favourite and a look, a cart and a favourite, a purchase and a cart.
fn strengths([like, cart, buy]: [f32; 3]) -> Strengths {
    Strengths { like, cart: like * cart, buy: like * cart * buy, ..Strengths::default() }
}
