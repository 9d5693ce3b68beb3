//! `floorwalker policy export`.

use super::say;
use crate::flag::Flag;
use crate::output::{Force, Known};
use anyhow::{Result, anyhow};
use clap::Args;
use clap::builder::PossibleValuesParser;
use floorwalker_data::write;
use floorwalker_finding::Lang;
use floorwalker_learn::store::{policy_file, policy_path};
use floorwalker_policy::handover::{Vendor, csv, json, markdown, rules, vendor, vendors};
use std::path::PathBuf;

/// The help text on targets.
pub(super) const TARGETS: &str = r#"The policy says what a chat calls its queues (in a store, under [policy.handover…]):

  [handover.zendesk]
  key = "tag"                        # the value that carries the queue; this is the default
  [handover.zendesk.queues]
  presale = "Presales team"          # the page sends the queue's own name
  returns = { target = "Returns and refunds", value = "q_returns" }

Most chats take a text from the page, and a rule on their side sends it to a group. Some let the
page name the group: then `value` is its id."#;

/// Flags of `policy export`.
#[derive(Debug, Args)]
#[command(after_help = TARGETS)]
pub struct Export {
    /// The policy (TOML or JSON), or a store with a [policy] or a `policy_file`
    policy: PathBuf,
    /// The chat that requests are handed over to
    #[arg(long = "for", value_name = "VENDOR", value_parser = names())]
    vendor: String,
    /// Where to write: Markdown, or CSV or JSON by the ending [default: Markdown to the terminal]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Language of the rules, where the vendor's console has both
    #[arg(long, value_enum, value_name = "LANG", default_value_t = Flag(Lang::En))]
    lang: Flag<Lang>,
    #[command(flatten)]
    force: Force,
}

/// The names of vendors, as values of a flag.
pub(super) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(vendors().iter().map(|vendor| vendor.name.as_str()))
}

/// The vendor of this name.
pub(super) fn named(name: &str) -> Result<&'static Vendor> {
    vendor(name)
        .ok_or_else(|| anyhow!("`{name}` is no vendor; `floorwalker policy export --help` lists them"))
}

impl Export {
    pub(super) fn run(&self) -> Result<()> {
        let vendor = named(&self.vendor)?;
        let path = policy_path(&self.policy)?;
        if let Some(out) = &self.out {
            self.force.check(&[&self.policy, &path], &[("--out", out, Known::Never)])?;
        }
        let file = policy_file(&self.policy)?;
        let is_chinese = self.lang.0 == Lang::Zh && vendor.zh.is_some();
        let rule = vendor.zh.as_ref().filter(|_| is_chinese).unwrap_or(&vendor.rule);
        let rows = rules(&file.def, vendor, rule);
        let key = file.def.handover.get(&vendor.name).and_then(|known| known.key.as_deref());
        let key = key.unwrap_or_else(|| vendor.key());
        let ending = self.out.as_deref().and_then(|out| out.extension()?.to_str()).unwrap_or_default();
        let text = match ending {
            "json" => format!("{}\n", serde_json::to_string_pretty(&json(vendor, rule, &rows, key))?),
            "csv" => csv(&rows),
            _ => markdown(vendor, rule, &rows, key, is_chinese),
        };
        match &self.out {
            Some(out) => {
                write::whole(out, text.as_bytes())?;
                say(format_args!("wrote {}: {} queues for {}", out.display(), rows.len(), vendor.title))?;
            }
            None => say(text.trim_end())?,
        }
        let missing: Vec<&str> =
            rows.iter().filter(|row| row.target.is_none()).map(|row| row.queue.as_str()).collect();
        if !missing.is_empty() {
            let command = format!("floorwalker policy check {} --for {}", self.policy.display(), vendor.name);
            eprintln!(
                "warning: no target in {}: {}; `{command}` says what to add",
                vendor.title,
                missing.join(", ")
            );
        }
        if self.lang.0 == Lang::Zh && !is_chinese {
            eprintln!("note: the console of {} is described in English only", vendor.title);
        }
        Ok(())
    }
}
