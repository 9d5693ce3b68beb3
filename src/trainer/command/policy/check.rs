//! `floorwalker policy check` and `floorwalker policy schema`.

use super::{route, say};
use crate::policy::{PolicyFile, SCHEMA, lint, reach};
use anyhow::{Result, bail};
use clap::Args;
use floorwalker_engine::model::Model;
use std::path::PathBuf;

/// A policy to start from.
const EXAMPLE: &str =
    concat!("A policy to start from (the same in JSON):\n\n", include_str!("../../policy/example.toml"));

/// Flags of `policy check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Check {
    /// The policy (TOML or JSON), or a store with a [policy]
    policy: PathBuf,
    /// The bundle that it is for: its heads and features are the names that may be used
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Fail on warnings, too
    #[arg(long)]
    strict: bool,
}

/// Flags of `policy schema`.
#[derive(Debug, Args)]
pub struct Schema {}

impl Check {
    pub(super) fn run(&self) -> Result<()> {
        let path = self.policy.display();
        let file = PolicyFile::read(&self.policy)?;
        let model =
            self.bundle.as_ref().map(|bundle| route::read(bundle, None)).transpose()?.map(|(model, _)| model);
        let names = model.as_ref().map(Model::names);
        let findings = lint(&file, names.as_ref());
        for finding in &findings {
            say(format_args!("{path}:{finding}"))?;
        }
        let errors = findings.iter().filter(|finding| finding.is_error).count();
        if errors > 0 {
            bail!("{path}: {errors} of {} findings make it no policy", findings.len());
        }
        let proven = reach(&file.def, names.as_ref())?;
        let filters = if file.def.filters.is_empty() {
            "the policy".to_owned()
        } else {
            format!("{} filters", proven.len())
        };
        let never: Vec<_> = proven.iter().filter(|reach| reach.within.is_none()).collect();
        for reach in &never {
            let (intent, language) = &reach.case;
            let language = language.as_ref().map_or(String::new(), |language| format!(" in {language}"));
            say(format_args!(
                "{path}: {}: no queue may ever serve `{intent}`{language}; it goes to overflow or `{}`",
                reach.filter.as_deref().unwrap_or("the policy"),
                file.def.default_queue
            ))?;
        }
        if never.is_empty() {
            let within = proven.iter().filter_map(|reach| reach.within).fold(0.0, f32::max);
            let slowest = proven.iter().find(|reach| reach.within == Some(within));
            let why = slowest.filter(|_| within > 0.0).map_or(String::new(), |reach| {
                let (intent, language) = &reach.case;
                let language = language.as_ref().map_or(String::new(), |language| format!(" in {language}"));
                let filter =
                    reach.filter.as_ref().map_or(String::new(), |filter| format!(" under `{filter}`"));
                format!(" (slowest: `{intent}`{language}{filter})")
            });
            say(format_args!(
                "proven for {filters}: every request has a queue that may serve it within {within} s{why}; one that is closed, full or \
                 skipped hands on to overflow, and what is left goes to `{}`",
                file.def.default_queue
            ))?;
        }
        if self.strict && !(findings.is_empty() && never.is_empty()) {
            bail!("{path}: {} findings", findings.len() + never.len());
        }
        Ok(())
    }
}

impl Schema {
    pub(super) fn run(&self) -> Result<()> {
        say(SCHEMA.trim_end())
    }
}
