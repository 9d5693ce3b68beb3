//! `floorwalker policy check` and `floorwalker policy schema`.

use super::{route, say};
use crate::policy::{Known, PolicyFile, Reach, SCHEMA, lint, reach, source};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;

/// A policy with everything in it.
const EXAMPLE_HELP: &str = concat!(
    "`floorwalker policy init` writes a policy that fits the store of `floorwalker init`. One with everything in it (the same in JSON):\n\n",
    include_str!("../../policy/example.toml")
);

/// Flags of `policy check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE_HELP)]
pub struct Check {
    /// The policy (TOML or JSON), or a store with a [policy] or a `policy_file`
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
        let path = source(&self.policy)?;
        let file = PolicyFile::read(&self.policy)?;
        let path = path.display();
        let model =
            self.bundle.as_ref().map(|bundle| route::read(bundle, None)).transpose()?.map(|(model, _)| model);
        let known = model.as_ref().map(Known::of);
        let findings = lint(&file, known.as_ref());
        for finding in &findings {
            say(format_args!("{path}:{finding}"))?;
        }
        let errors = findings.iter().filter(|finding| finding.is_error).count();
        if errors > 0 {
            bail!("{path}: {errors} of {} findings make it no policy", findings.len());
        }
        let proven = reach(&file.def, known.as_ref().map(|known| &known.names))?;
        let filters = if file.def.filters.is_empty() {
            "the policy".to_owned()
        } else {
            format!("{} filters", proven.len())
        };
        let never: Vec<_> = proven.iter().enumerate().filter(|(_, reach)| reach.within.is_none()).collect();
        for (at, reach) in &never {
            let place = reach.filter.as_ref().map_or("queues".to_owned(), |_| format!("filters[{at}]"));
            let who =
                reach.filter.as_ref().map_or("the policy".to_owned(), |name| format!("filter `{name}`"));
            say(format_args!(
                "{path}:{}: warning: {who}: no queue may ever serve {}; it goes to overflow or `{}`, unless a step drops what no queue has",
                file.line(&place),
                case(reach),
                file.def.default_queue
            ))?;
        }
        if never.is_empty() {
            let within = proven.iter().filter_map(|reach| reach.within).fold(0.0, f32::max);
            let slowest = proven.iter().find(|reach| reach.within == Some(within));
            let why = slowest.filter(|_| within > 0.0).map_or(String::new(), |reach| {
                let filter =
                    reach.filter.as_ref().map_or(String::new(), |filter| format!(" under `{filter}`"));
                format!(" (slowest: {}{filter})", case(reach))
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

/// The request that takes longest.
fn case(reach: &Reach) -> String {
    let (intent, language) = &reach.case;
    let language = language.as_ref().map_or(String::new(), |language| format!(" in {language}"));
    format!("`{intent}`{language}")
}

impl Schema {
    pub(super) fn run(&self) -> Result<()> {
        say(SCHEMA.trim_end())
    }
}
