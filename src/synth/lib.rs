//! Storefront simulator: a seeded event log of a fictional shop, for the demo and for tests.
//!
//! A shopper has a language, a kind and preferred categories. A visit has an aim (its intent), which shapes what the shopper does;
//! some shoppers then write a message about it. One message in ten is ambiguous, and the behaviour of one visit in eight does not
//! depend on its aim: as in a real shop, neither the message nor the behaviour alone suffices. Some messages only greet (`none`), some
//! ask for a person (`human`). For every shopper who browses, three others write at once, before any other event.
//!
//! | label on a message | is                                                                            |
//! |--------------------|-------------------------------------------------------------------------------|
//! | `intent`           | the aim of the visit, `human` or `none`                                       |
//! | `category`         | the category of the product it is about                                       |
//! | `purchase`         | `yes` or `no`: whether the visit ends in a purchase, drawn given its events   |
//!
//! Invariants
//! - Equal settings give equal bytes. Adding a shopper does not change the lines of the others.
//! - Lines are in order of time; ties are in order of shopper, then of what the shopper did.
//!
//! Not here: the page that shows the same catalogue (`www`), learning from the log.

mod catalogue;
mod chance;
mod decisions;
mod event;
mod plant;
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

/// Largest number of shoppers of one run: the log is sorted in memory and takes about 2 KB a shopper.
const MAX_SHOPPERS: u32 = 1_000_000;

/// What to simulate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SynthSettings {
    /// Seed of all random draws.
    pub seed: u64,
    /// Number of shoppers who browse, 1 to 1,000,000.
    pub shoppers: u32,
    /// Number of days over which the visits spread, 1 to 3650.
    pub days: u32,
    /// Start of the log, in milliseconds since 1970, UTC.
    pub start_ms: i64,
    /// Share of shoppers who write Chinese, in `[0, 1]`.
    pub chinese: f64,
    /// Share of visits that end in a request for guidance, in `[0, 1]`.
    pub requests: f64,
    /// Sessions of robots, coupon abuse and stolen cards, as a share of the shoppers who browse, in `[0, 1]`.
    pub planted: f64,
}

impl Default for SynthSettings {
    /// About 13,000 requests in 60 days from 1 September 2025.
    fn default() -> Self {
        Self {
            seed: 42,
            shoppers: 3000,
            days: 60,
            start_ms: 1_756_684_800_000,
            chinese: 0.4,
            requests: 0.6,
            planted: 0.0,
        }
    }
}

/// Counts of what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Number of lines.
    pub events: usize,
    /// Number of lines that are requests for guidance.
    pub requests: usize,
}

/// Writes a log in the format of [`floorwalker_data::read::Log`]. Cost: linear in shoppers; the log is held in memory once.
///
/// # Errors
///
/// Settings out of range, or a failure to write to `out`.
pub fn generate(settings: &SynthSettings, out: &mut dyn Write) -> Result<Written> {
    let SynthSettings { shoppers, days, chinese, requests, planted, start_ms, .. } = *settings;
    ensure!((1..=MAX_SHOPPERS).contains(&shoppers), "--shoppers is {shoppers}; write 1 to {MAX_SHOPPERS}");
    ensure!((1..=3650).contains(&days), "--days is {days}; write 1 to 3650");
    ensure!(
        (0..=4_000_000_000_000).contains(&start_ms),
        "the start is {start_ms} ms; give a time from 1970 on, before 2096"
    );
    for (name, share) in [("chinese", chinese), ("requests", requests), ("--plant", planted)] {
        ensure!((0.0..=1.0).contains(&share), "`{name}` is {share}; write a number from 0 to 1");
    }
    let shop = Shop::open()?;
    let mut lines = Vec::new();
    for number in 0..shoppers {
        shop.visits(settings, number, &mut lines)?;
        shop.writers(settings, number, &mut lines)?;
    }
    shop.plant(settings, (f64::from(shoppers) * planted).round() as usize, &mut lines)?;
    lines.sort_by_key(|line| line.at); // stable sort: ties keep the order of shoppers and of their events
    let mut written = Written { events: 0, requests: 0 };
    for line in &lines {
        out.write_all(line.json.as_bytes()).context("cannot write the log: check the disk")?;
        written.events += 1;
        written.requests += usize::from(line.is_request);
    }
    out.flush().context("cannot write the log: check the disk")?;
    Ok(written)
}
