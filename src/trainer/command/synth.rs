//! `floorwalker synth`.

use super::output::{Force, Known, Output};
use super::say;
use crate::synth::{self, SynthSettings};
use crate::write;
use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;

/// Flags of `synth`.
#[derive(Debug, Args)]
pub struct Synth {
    /// Where to write the event log (JSON Lines)
    #[arg(long, short, default_value = "log.jsonl")]
    out: PathBuf,
    /// Also write the catalogue as JSON
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Same seed, same bytes
    #[arg(long, default_value_t = SynthSettings::default().seed)]
    seed: u64,
    /// How many shoppers
    #[arg(long, default_value_t = SynthSettings::default().shoppers)]
    shoppers: u32,
    /// Over how many days
    #[arg(long, default_value_t = SynthSettings::default().days)]
    days: u32,
    #[command(flatten)]
    force: Force,
}

/// What every line of a simulated log holds, one way or another, and what every catalogue does.
const LOG: Known =
    Known::Holds(&["{\"shopper\":\"w", "\"context\":{\"device\":", "\"labels\":{\"category\":"]);
const CATALOGUE: Known = Known::Holds(&["\"name_en\":", "\"description_zh\":"]);

impl Synth {
    pub(super) fn run(&self) -> Result<()> {
        let catalogue = self.catalogue.iter().map(|path| ("--catalogue", path.as_path(), CATALOGUE));
        let outputs: Vec<Output<'_>> =
            std::iter::once(("--out", self.out.as_path(), LOG)).chain(catalogue).collect();
        self.force.check(&[], &outputs)?;
        let settings = SynthSettings {
            seed: self.seed,
            shoppers: self.shoppers,
            days: self.days,
            ..SynthSettings::default()
        };
        let mut written = None;
        write::stream(&self.out, |out| {
            written = Some(synth::generate(&settings, out)?);
            Ok(())
        })?;
        if let Some(path) = &self.catalogue {
            let json = serde_json::to_vec_pretty(&synth::catalogue()?).context("catalogue")?;
            write::whole(path, &json)?;
        }
        if let Some(written) = written {
            say(format_args!(
                "wrote {}: {} events, {} requests",
                self.out.display(),
                written.events,
                written.requests
            ))?;
        }
        Ok(())
    }
}
