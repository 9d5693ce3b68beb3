//! `floorwalker synth`.

use super::output::{Force, Known, Output};
use super::{route, say};
use anyhow::{Context, Result};
use clap::Args;
use floorwalker_data::read::Log;
use floorwalker_data::write;
use floorwalker_synth::{self as synth, SynthSettings};
use std::path::{Path, PathBuf};

/// Flags of `synth`.
#[derive(Debug, Args)]
pub struct Synth {
    /// Where to write the event log (JSON Lines)
    #[arg(long, short, default_value = "log.jsonl")]
    out: PathBuf,
    /// Also write the catalogue as JSON
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Seed of the random draws; the same seed gives the same bytes
    #[arg(long, default_value_t = SynthSettings::default().seed)]
    seed: u64,
    /// Number of shoppers
    #[arg(long, default_value_t = SynthSettings::default().shoppers)]
    shoppers: u32,
    /// Number of days
    #[arg(long, default_value_t = SynthSettings::default().days)]
    days: u32,
    /// Plant unusual sessions (robots, coupon abuse, stolen cards), as a share of the shoppers; their events say so in `planted`
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    plant: f64,
    /// Also route the log's requests by a policy, and write its decisions and their rewards (JSON Lines): a log for `policy learn`,
    /// `evaluate` and `promote`
    #[arg(long, value_name = "FILE", requires = "bundle")]
    decisions: Option<PathBuf>,
    /// The bundle that decides
    #[arg(long, value_name = "FILE", requires = "decisions")]
    bundle: Option<PathBuf>,
    /// Decide by this policy instead of the bundle's
    #[arg(long, value_name = "FILE", requires = "decisions")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
}

/// Texts by which a simulated log is recognised, and below them those of a decision log and of a catalogue.
const LOG: Known =
    Known::Holds(&["{\"shopper\":\"w", "\"context\":{\"device\":", "\"labels\":{\"category\":"]);
const DECISIONS: Known = Known::Holds(&["\"propensity\":", "\"policy_version\":", "\"shopper\":\"w"]);
/// The label that says what a shopper came for.
const AIM: &str = "intent";
const CATALOGUE: Known = Known::Holds(&["\"name_en\":", "\"description_zh\":"]);

impl Synth {
    pub(super) fn run(&self) -> Result<()> {
        let catalogue = self.catalogue.iter().map(|path| ("--catalogue", path.as_path(), CATALOGUE));
        let decisions = self.decisions.iter().map(|path| ("--decisions", path.as_path(), DECISIONS));
        let outputs: Vec<Output<'_>> =
            std::iter::once(("--out", self.out.as_path(), LOG)).chain(catalogue).chain(decisions).collect();
        let inputs: Vec<&Path> = self.bundle.iter().chain(&self.policy).map(PathBuf::as_path).collect();
        self.force.check(&inputs, &outputs)?;
        // The bundle is read before anything is written: when it is refused, no log is left behind.
        let decides =
            self.bundle.as_ref().map(|bundle| route::read(bundle, self.policy.as_deref())).transpose()?;
        let settings = SynthSettings {
            seed: self.seed,
            shoppers: self.shoppers,
            days: self.days,
            planted: self.plant,
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
        if let (Some(path), Some((model, policy))) = (&self.decisions, &decides) {
            let log = Log::read(&self.out)?;
            let mut n = 0;
            write::stream(path, |out| {
                n = synth::decisions(&log, (model, policy.as_ref()), AIM, self.seed, out)?;
                Ok(())
            })?;
            say(format_args!("wrote {}: {n} decisions, each with its reward", path.display()))?;
        }
        Ok(())
    }
}
