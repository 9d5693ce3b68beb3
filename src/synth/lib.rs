//! Storefront simulator: a seeded log of a shop that does not exist, for the demo and for tests.
//!
//! Shoppers have a language, a kind and a taste. A visit has an aim; the aim shapes what they do, and some then write.
//! What they write is of the aim, but one message in ten could mean several things, and one visit in eight looks like
//! none in particular: neither words nor behaviour alone tell everything, as in life. Some say no more than hello (`none`), some want
//! a person (`human`), and for each who looks around three write at once, before they have done anything.
//!
//! | label on a message | is                                                                            |
//! |--------------------|-------------------------------------------------------------------------------|
//! | `intent`           | the aim of the visit, `human` or `none`                                       |
//! | `category`         | the category of the product it is about                                       |
//! | `purchase`         | `yes` or `no`: whether the visit ends in a purchase, drawn from what was done |
//!
//! Invariants
//! - Same settings, same bytes. One shopper more changes no other.
//! - Lines are in order of time; ties in order of shopper, then of what was done.
//!
//! Not here: the page that shows the same catalogue (`www`), learning from the log.

mod catalogue;
mod chance;
mod decisions;
mod event;
mod session;
mod shopper;
#[cfg(test)]
mod tests;
mod visit;
mod words;

use std::io::Write;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

pub use catalogue::{Product, catalogue};
pub use decisions::decisions;
use visit::Shop;

/// Most shoppers of one run: the log is sorted in memory, about 2 KB each.
const MAX_SHOPPERS: u32 = 1_000_000;

/// What to simulate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SynthSettings {
    /// Seed of everything.
    pub seed: u64,
    /// How many shoppers, 1 to 1,000,000.
    pub shoppers: u32,
    /// Over how many days their visits spread, 1 to 3650.
    pub days: u32,
    /// The first moment, in milliseconds since 1970, UTC.
    pub start_ms: i64,
    /// Share of shoppers who write Chinese, in `[0, 1]`.
    pub chinese: f64,
    /// Share of visits that end in a request for guidance, in `[0, 1]`.
    pub requests: f64,
}

impl Default for SynthSettings {
    /// About 13,000 requests in 60 days from 1 September 2025.
    fn default() -> Self {
        Self { seed: 42, shoppers: 3000, days: 60, start_ms: 1_756_684_800_000, chinese: 0.4, requests: 0.6 }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Lines.
    pub events: usize,
    /// Lines that are requests for guidance.
    pub requests: usize,
}

/// Writes a log in the format of [`floorwalker_data::read::Log`]. Cost: linear in shoppers; the log is held in memory once.
///
/// # Errors
///
/// Settings out of range, or whatever `out` reports.
pub fn generate(settings: &SynthSettings, out: &mut dyn Write) -> Result<Written> {
    let SynthSettings { shoppers, days, chinese, requests, start_ms, .. } = *settings;
    ensure!((1..=MAX_SHOPPERS).contains(&shoppers), "{shoppers} shoppers; simulate 1 to {MAX_SHOPPERS}");
    ensure!((1..=3650).contains(&days), "{days} days; simulate 1 to 3650");
    ensure!(
        (0..=4_000_000_000_000).contains(&start_ms),
        "start {start_ms} ms; give one from 1970 on, before 2096"
    );
    for (name, share) in [("chinese", chinese), ("requests", requests)] {
        ensure!((0.0..=1.0).contains(&share), "`{name}` is {share}; give a share from 0 to 1");
    }
    let shop = Shop::open()?;
    let mut lines = Vec::new();
    for number in 0..shoppers {
        shop.visits(settings, number, &mut lines)?;
        shop.writers(settings, number, &mut lines)?;
    }
    lines.sort_by_key(|line| line.at); // stable: ties keep the order of shoppers and of their deeds
    let mut written = Written { events: 0, requests: 0 };
    for line in &lines {
        out.write_all(line.json.as_bytes()).context("cannot write the log: check the disk")?;
        written.events += 1;
        written.requests += usize::from(line.is_request);
    }
    out.flush().context("cannot write the log: check the disk")?;
    Ok(written)
}
