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
    /// The most items whose sessions are alike to those of an item (matrix factorisation).
    pub factors: usize,
    /// The most items of one index. A shop with more has an index of those that are looked at most lately, and all items in shards, by category.
    pub shard_items: usize,
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
        let Self { min_sessions, pairs, factors, shard_items, held_out, .. } = self;
        ensure!(*min_sessions > 0, "min_sessions is 0; write 1 or more");
        ensure!((1..=WIDEST_ROW).contains(pairs), "pairs is {pairs}; write 1 to {WIDEST_ROW}");
        ensure!(*factors <= WIDEST_ROW, "factors is {factors}; write 0 to {WIDEST_ROW}");
        ensure!(*shard_items >= 100, "shard_items is {shard_items}; write 100 or more");
        ensure!((0.01..=0.4).contains(held_out), "held_out is {held_out}; write a share from 0.01 to 0.4");
        Ok(())
    }
}

impl Default for RecommendPlan {
    fn default() -> Self {
        Self { min_sessions: 2, sessions: false, pairs: 30, factors: 16, shard_items: 50_000, held_out: 0.1 }
    }
}
