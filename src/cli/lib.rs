//! The commands of `floorwalker`: flags and glue. Each reads its input, calls one of the crates below, and prints.
//!
//! Not here: anything that a library user would want (the crates below).

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "comments of flags are help texts, which write `[policy]` for a table of TOML"
)]

mod begin;
mod choice;
mod columns;
mod embed;
mod evaluate;
mod flag;
mod init;
mod inspect;
mod label;
mod output;
mod policy;
mod recommend;
mod route;
mod score;
mod shoppers;
mod simulate;
mod snapshot;
mod staff;
mod synth;
mod train;
mod value;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use floorwalker_bundle as bundle;
use floorwalker_finding::shown::harmless;
use std::fmt::Display;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

pub use floorwalker_learn::evaluate::brotli_bytes;
pub use init::STARTER;

/// What `floorwalker` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter store.toml
    Init(init::Init),
    /// Run a sentence-embedding model over messages, for `train --teacher` and `label --teacher`
    Embed(embed::Embed),
    /// Choose the messages whose labels would help the model most (active learning), and read the labels back
    Label(label::Label),
    /// Train models and write a bundle
    Train(train::Train),
    /// Measure a bundle on examples it has not seen
    Evaluate(evaluate::Evaluate),
    /// Score an event log with a bundle, one JSON line for each request
    Score(score::Score),
    /// Route the requests of a file as the page would, one JSON line for each
    Route(route::Route),
    /// Make a signing key, and sign the state of the queues with it
    #[command(subcommand)]
    Snapshot(snapshot::Snapshot),
    /// List what an index would recommend to a shopper, with reasons
    Recommend(recommend::Recommend),
    /// Show a bundle's model card
    Inspect(inspect::Inspect),
    /// Check a routing policy, train its bandits on a log, estimate its value from the log of another policy, and promote it
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Compare routing strategies in a simulated contact centre
    Simulate(simulate::Simulate),
    /// Compute the fewest agents that are needed in each hour of a day
    Staff(staff::Staff),
    /// Estimate how often and for how much customers will buy, and their segments
    Value(value::Value),
    /// Write the event log of a simulated storefront, with messages in English and Chinese
    Synth(synth::Synth),
}

/// Prints a line without the control characters that a terminal would obey. Unlike `println!` it returns an error, and does not panic,
/// when the reader of the output has closed it, as `head` does.
fn say(line: impl Display) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{}", harmless(&line.to_string()))?)
}

/// The bytes of a bundle's file. Reads at most one byte more than a bundle may have, so a huge file is refused cheaply.
fn bundle_bytes(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let failed = || format!("cannot read {shown}");
    let mut bytes = Vec::new();
    let most = bundle::MAX_BYTES as u64;
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).with_context(failed)?;
    ensure!(
        bytes.len() <= bundle::MAX_BYTES,
        "{shown} is larger than a bundle may be ({most} bytes); check that it is the right file"
    );
    Ok(bytes)
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// The command refused its input or failed to write its output; the message says what to do about it.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Init(init) => init.run(),
            Self::Embed(embed) => embed.run(),
            Self::Label(label) => label.run(),
            Self::Train(train) => train.run(),
            Self::Evaluate(evaluate) => evaluate.run(),
            Self::Score(score) => score.run(),
            Self::Route(route) => route.run(),
            Self::Snapshot(snapshot) => snapshot.run(),
            Self::Recommend(recommend) => recommend.run(),
            Self::Inspect(inspect) => inspect.run(),
            Self::Policy(policy) => policy.run(),
            Self::Simulate(simulate) => simulate.run(),
            Self::Staff(staff) => staff.run(),
            Self::Value(value) => value.run(),
            Self::Synth(synth) => synth.run(),
        }
    }
}
