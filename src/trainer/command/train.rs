//! `floorwalker train`.

use super::{brotli_bytes, choice, say};
use crate::config::{Predicts, Store};
use crate::progress::Progress;
use crate::report::{self, Lang};
use crate::{tell, train, write};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;

/// Flags of `train`.
#[derive(Debug, Args)]
pub struct Train {
    /// A store.toml, or a table (CSV or flat JSON Lines) with --label
    input: PathBuf,
    /// Column to predict, when the input is a table
    #[arg(long)]
    label: Option<String>,
    /// The label is a number to predict, not the name of a class
    #[arg(long, requires = "label")]
    number: bool,
    /// Where to write the bundle [default: the model's name with .fwb]
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Also write every metric as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write a report with plots: one HTML file that loads nothing
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Language of the report
    #[arg(long, value_enum, default_value = "en")]
    lang: Language,
    /// Threads to use [default: all]
    #[arg(long)]
    threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Language of a report.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// English
    En,
    /// 中文
    Zh,
}

impl Train {
    pub(super) fn run(&self) -> Result<()> {
        let is_store = self.input.extension().is_some_and(|ending| ending == "toml");
        let store = match (&self.label, is_store) {
            (None, true) => Store::read(&self.input)?,
            (Some(label), false) => {
                let mut store = Store::for_table(self.input.clone(), label);
                if self.number {
                    store.heads.iter_mut().for_each(|head| head.predicts = Predicts::Number);
                }
                store
            }
            (Some(_), true) => {
                bail!("--label is for tables; name labels in {} instead", self.input.display())
            }
            (None, false) => {
                bail!("{} is a table: say which column to predict with --label", self.input.display())
            }
        };
        let progress = if self.quiet { Progress::silent() } else { Progress::new() };
        let trained = match self.threads {
            None => train::train(&store, progress)?,
            Some(n) => train::threads(n)?.install(|| train::train(&store, progress))?,
        };
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.fwb", store.name)));
        write::whole(&out, &trained.bytes)?;
        if let Some(path) = &self.json {
            let classes =
                trained.measured.iter().map(|head| json!({ "head": head.head, "report": head.report }));
            let numbers =
                trained.numbers.iter().map(|head| json!({ "head": head.head, "report": head.report }));
            let heads: Vec<_> = classes.chain(numbers).collect();
            let json = json!({ "held_out": trained.held_out, "bytes": trained.bytes.len(), "routed": trained.routed, "heads": heads });
            write::whole(path, format!("{json:#}\n").as_bytes())?;
        }
        let told = tell::tell(&store, &trained, brotli_bytes(&trained.bytes)? as u64)?;
        let lang = match self.lang {
            Language::En => Lang::En,
            Language::Zh => Lang::Zh,
        };
        if let Some(path) = &self.report {
            write::whole(path, report::html(&told, lang).as_bytes())?;
        }
        if !self.quiet {
            Self::print(&store, &trained, &out)?;
            say(format_args!(""))?;
            for line in report::five_lines(&told, lang) {
                say(format_args!("{line}"))?;
            }
            if let Some(path) = &self.report {
                say(format_args!("report: {}", path.display()))?;
            }
        }
        Ok(())
    }

    fn print(store: &Store, trained: &train::Trained, out: &std::path::Path) -> Result<()> {
        for step in trained.cleaning.iter().filter(|step| step.n_rows > 0) {
            say(choice::cleaned(step))?;
        }
        for (plan, choice) in store.heads.iter().zip(&trained.choices) {
            say(format_args!("\n{} → {}   on {}", plan.name, plan.label, trained.held_out))?;
            for line in choice::lines(choice) {
                say(line)?;
            }
            for note in &choice.notes {
                say(format_args!("note: {note}"))?;
            }
            if let Some(head) = trained.measured.iter().find(|head| head.head == plan.name) {
                say(format_args!("{}", head.report))?;
            }
            if let Some(head) = trained.numbers.iter().find(|head| head.head == plan.name) {
                say(head)?;
            }
        }
        if let Some(routed) = trained.routed {
            say(format_args!("\nrouted    {routed}"))?;
        }
        say(format_args!("\nwrote {}, {:.1} KB", out.display(), trained.bytes.len() as f64 / 1024.0))?;
        say(format_args!("look:  floorwalker inspect {}", out.display()))?;
        Ok(())
    }
}
