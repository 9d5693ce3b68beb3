//! `[recommend]` of a `store.toml`.

use anyhow::{Result, ensure};
use floorwalker_retrieval::WIDEST_ROW;
use serde::Deserialize;

/// How items are recommended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecommendPlan {
    /// How many sessions must have a pair of items before the index may hold it. The index is a public file: with 1, it may say what a single
    /// shopper looked at.
    pub min_sessions: u32,
    /// Whether the index holds sessions, without names and with their day alone, for the method of neighbouring sessions. It ranks better; but
    /// whoever reads the file reads what single shoppers looked at together.
    pub sessions: bool,
    /// The most pairs of an item.
    pub pairs: usize,
    /// The share of the latest sessions by which weights are learnt, and again by which methods are measured.
    pub held_out: f64,
}

impl RecommendPlan {
    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// A setting that is out of its range.
    pub fn check(&self) -> Result<()> {
        let Self { min_sessions, pairs, held_out, .. } = self;
        ensure!(*min_sessions > 0, "min_sessions is 0; write 1 or more");
        ensure!((1..=WIDEST_ROW).contains(pairs), "pairs is {pairs}; write 1 to {WIDEST_ROW}");
        ensure!((0.01..=0.4).contains(held_out), "held_out is {held_out}; write a share from 0.01 to 0.4");
        Ok(())
    }
}

impl Default for RecommendPlan {
    fn default() -> Self {
        Self { min_sessions: 2, sessions: false, pairs: 30, held_out: 0.1 }
    }
}
