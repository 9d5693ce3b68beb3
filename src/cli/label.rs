//! `floorwalker label`.

use super::output::spare;
use super::say;
use anyhow::Result;
use clap::Args;
use floorwalker_data::progress::Progress;
use floorwalker_finding::shown::quoted;
use floorwalker_learn::label::{LabelPlan, propose};
use floorwalker_learn::store::{TeacherPlan, VectorsPlan};
use std::path::PathBuf;

/// Largest number of labels that are listed, those with the fewest messages first.
const MAX_LISTED: usize = 12;

/// What `--help` says below the flags.
const HELP: &str = "\
Writes a file of messages to label, which any spreadsheet opens. Fill in the column of labels, save it as CSV, and run \
the same command again: it reads the labels back, keeps every row that has one, and proposes the next messages: those that a model \
of the labels so far is least sure of and that are similar to many others. Give the messages that fit none of your labels one \
label of their own, such as none.";

/// Flags of `label`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Label {
    /// A table of messages (CSV, or flat JSON Lines)
    chats: PathBuf,
    /// The column of messages [default: the only column of text]
    #[arg(long, value_name = "COLUMN")]
    message: Option<String>,
    /// The file of labels, written and read back [default: beside CHATS, with .labels.csv]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The column of labels in that file
    #[arg(long, value_name = "COLUMN", default_value = "intent")]
    label: String,
    /// A sentence-embedding model that measures how similar messages are: its vector for each row of CHATS (.npy), or the model itself
    /// (.onnx, with its tokenizer.json beside it; for a prefix, run `floorwalker embed` first) [default: similar words and letters]
    #[arg(long, value_name = "FILE")]
    teacher: Option<PathBuf>,
    /// How many messages to propose
    #[arg(long, short, default_value_t = 50, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    n: usize,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Label {
    pub(super) fn run(&self) -> Result<()> {
        let labels = self.out.clone().unwrap_or_else(|| self.chats.with_extension("labels.csv"));
        spare(&labels, &[&self.chats], "--out")?;
        let vectors = |file: PathBuf| -> Result<VectorsPlan> {
            Ok(TeacherPlan::of_files(self.chats.clone(), file, None)?.vectors)
        };
        let plan = LabelPlan {
            chats: self.chats.clone(),
            message: self.message.clone(),
            labels,
            label: self.label.clone(),
            vectors: self.teacher.clone().map(vectors).transpose()?,
            n: self.n,
        };
        let progress = if self.quiet { Progress::silent() } else { Progress::new() };
        let found = propose(&plan, progress)?;
        if self.quiet {
            return Ok(());
        }
        let [chats, labels] = [&plan.chats, &plan.labels].map(|path| path.display());
        say(format_args!("{chats}: {} rows, {} different messages", found.n_rows, found.n_different))?;
        let n_labelled: usize = found.labels.values().sum();
        if n_labelled > 0 {
            let mut by_count: Vec<(usize, &str)> =
                found.labels.iter().map(|(name, &n)| (n, name.as_str())).collect();
            by_count.sort_unstable();
            let listed: Vec<String> =
                by_count.iter().take(MAX_LISTED).map(|(n, name)| format!("{name} {n}")).collect();
            let n_more = by_count.len().saturating_sub(MAX_LISTED);
            let more = if n_more == 0 { String::new() } else { format!(", and {n_more} more labels") };
            say(format_args!("{labels}: {n_labelled} labelled: {}{more}", listed.join(", ")))?;
        }
        if let Some(clear) = found.clear {
            say(format_args!(
                "a model of the labels so far is sure of {:.0} % of the messages",
                clear * 100.0
            ))?;
        }
        for note in &found.notes {
            say(format_args!("note: {note}"))?;
        }
        if found.proposals.is_empty() {
            say(format_args!("every message has a label: nothing is left to propose"))?;
        } else {
            say(format_args!(
                "wrote {labels}: {} messages to label, the most informative first{}",
                found.proposals.len(),
                if n_labelled > 0 { ", below those that already have a label" } else { "" }
            ))?;
            say(format_args!("next: fill in the column `{}`, save, and run this command again", plan.label))?;
        }
        if n_labelled > 0 {
            let teacher = self.teacher.as_ref().map(|file| {
                format!(" --unlabelled {} --teacher {}", quoted(plan.chats.display()), quoted(file.display()))
            });
            say(format_args!(
                "or:   floorwalker train {} --label {} --message {}{}",
                quoted(plan.labels.display()),
                quoted(&plan.label),
                quoted(&found.message),
                teacher.unwrap_or_default()
            ))?;
        }
        Ok(())
    }
}
