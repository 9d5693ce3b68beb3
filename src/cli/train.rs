//! `floorwalker train`.

use super::columns::ColumnFlags;
use super::output::{Force, Known, REPORT};
use super::{brotli_bytes, choice, recommend, say, shoppers};
use crate::flag::Flag;
use anyhow::{Error, Result, anyhow, bail, ensure};
use clap::Args;
use floorwalker_data::progress::Progress;
use floorwalker_data::read::ReadAs;
use floorwalker_data::write;
use floorwalker_finding::Lang;
use floorwalker_finding::shown::quoted;
use floorwalker_learn::examples::{ColumnUse, NothingToLearn};
use floorwalker_learn::store::{Checked, Predicts, Store, TeacherPlan};
use floorwalker_learn::train;
use floorwalker_report as report;
use floorwalker_report::collect;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Largest number of warnings that are printed; the report lists all.
const MAX_WARNINGS: usize = 5;

/// Flags of `train`.
#[derive(Debug, Args)]
pub struct Train {
    /// A store.toml; or, with --label, a table (CSV, an Excel workbook or flat JSON, which gzip may have compressed)
    input: PathBuf,
    /// Column to predict, when the input is a table
    #[arg(long)]
    label: Option<String>,
    /// Column of messages, when the input is a table [default: all columns of text]
    #[arg(long, value_name = "COLUMN", requires = "label")]
    message: Option<String>,
    /// Predict the label as a number (regression), not as the name of a class
    #[arg(long, requires = "label")]
    number: bool,
    #[command(flatten)]
    columns: ColumnFlags,
    /// A table of messages without labels, for a teacher to label
    #[arg(long, value_name = "FILE", requires = "teacher")]
    unlabelled: Option<PathBuf>,
    /// A sentence-embedding model: its vectors for the rows of --unlabelled, in the same order (a .npy file of float16 or float32), or
    /// the model itself (.onnx, with its tokenizer.json beside it)
    #[arg(long, value_name = "FILE", requires = "unlabelled")]
    teacher: Option<PathBuf>,
    /// The teacher's vectors for the rows of the labelled table; needed if its messages are not among the unlabelled ones
    #[arg(long, value_name = "FILE", requires = "teacher")]
    teacher_labelled: Option<PathBuf>,
    /// Where to write the bundle [default: the name of the store or table, with .fwb]
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Also write every metric as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where to write the report, one HTML file with plots that loads no other file [default: beside the bundle, with .html]
    #[arg(long, value_name = "FILE", conflicts_with = "no_report")]
    report: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// Write no report
    #[arg(long)]
    no_report: bool,
    /// Language of the report [default: the one in the store, otherwise en]
    #[arg(long, value_enum)]
    lang: Option<Flag<Lang>>,
    /// Fail, and write nothing, if a fusion is clearly worse than one of its experts alone
    #[arg(long)]
    strict: bool,
    /// Threads to use [default: all]
    #[arg(long)]
    threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Train {
    pub(super) fn run(&self) -> Result<()> {
        let is_store = self.input.extension().is_some_and(|ending| ending == "toml");
        let mut store = match (&self.label, is_store) {
            (None, true) => Store::read(&self.input)?.into_raw(),
            (Some(label), false) => {
                let mut store = Store::for_table(self.input.clone(), label);
                if let Some(message) = &self.message {
                    store.data.fields = vec![message.clone()];
                    store.data.kinds.insert(message.clone(), ReadAs::Text);
                }
                self.columns.put_into(&mut store)?;
                if self.number {
                    store.heads.iter_mut().for_each(|head| head.predicts = Predicts::Number);
                }
                store
            }
            (Some(_), true) => {
                bail!(
                    "--label is for tables, and {} is a store; name the label of each head in it",
                    self.input.display()
                )
            }
            (None, false) => {
                bail!(
                    "{} is a table, and no label is named; name the column to predict with --label",
                    self.input.display()
                )
            }
        };
        ensure!(
            self.label.is_some() || self.columns.is_empty(),
            "--ignore, --kind and --missing are for tables; write [data] ignore, kinds and missing in {} instead",
            self.input.display()
        );
        if let (Some(unlabelled), Some(vectors)) = (self.unlabelled.clone(), self.teacher.clone()) {
            let labelled = self.teacher_labelled.clone();
            store.teacher = Some(TeacherPlan::of_files(unlabelled, vectors, labelled)?);
        }
        let store = store.check()?;
        let progress = if self.quiet { Progress::silent() } else { Progress::new() };
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.fwb", store.name)));
        let report =
            (!self.no_report).then(|| self.report.clone().unwrap_or_else(|| out.with_extension("html")));
        let index = store.recommend.as_ref().map(|_| out.with_extension("fwi"));
        let mut outputs = vec![("--out", out.as_path(), Known::Bundle)];
        outputs.extend(index.as_deref().map(|path| ("the index", path, Known::Index)));
        // Shards are written only if there are many items; which is not known yet.
        let shards = index.as_ref().map(|_| recommend::directory(&out));
        outputs.extend(shards.as_deref().map(|path| ("the shards", path, recommend::SHARDS)));
        outputs.extend(report.as_deref().map(|path| ("--report", path, REPORT)));
        outputs.extend(
            self.json.as_deref().map(|path| ("--json", path, Known::Holds(&["\"bytes\":", "\"heads\":"]))),
        );
        let mut inputs = store.files();
        inputs.push(&self.input);
        self.force.check(&inputs, &outputs)?;
        let run = || self.run_on(&store, progress, &out, report.as_deref());
        match self.threads {
            None => run(),
            Some(n) => train::threads(n)?.install(run),
        }
    }

    /// Trains the models, writes the files and prints the summary.
    fn run_on(
        &self,
        store: &Checked<Store>,
        progress: Progress,
        out: &Path,
        report: Option<&Path>,
    ) -> Result<()> {
        let trained = train::train(store, progress).map_err(with_reasons)?;
        if self.strict {
            let mut kinds =
                trained.evidence.iter().flat_map(|by| by.kinds.iter().map(move |kind| (by, kind)));
            if let Some((by, kind)) = kinds.find(|(_, kind)| kind.unlearns()) {
                for line in choice::by_evidence(by) {
                    say(line)?;
                }
                bail!(
                    "head `{}` is clearly worse than one of its experts alone, {} a message and after {} or more events; train it \
                    without --strict, or leave out the weaker expert",
                    by.head,
                    if kind.message { "with" } else { "without" },
                    kind.events
                );
            }
        }
        let index = recommend::made(store, progress)?;
        write::whole(out, &trained.bytes)?;
        let shards = match &index {
            Some((built, _)) => {
                write::whole(&out.with_extension("fwi"), &built.bytes)?;
                recommend::write_shards(built, out)?
            }
            None => None,
        };
        if let Some(path) = &self.json {
            let classes =
                trained.measured.iter().map(|head| json!({ "head": head.head, "report": head.report }));
            let numbers =
                trained.numbers.iter().map(|head| json!({ "head": head.head, "report": head.report }));
            let heads: Vec<_> = classes.chain(numbers).collect();
            let json = json!({ "held_out": trained.held_out, "bytes": trained.bytes.len(), "routed": trained.routed, "heads": heads });
            write::whole(path, format!("{json:#}\n").as_bytes())?;
        }
        if report.is_none() && self.quiet {
            return Ok(());
        }
        let stage = progress.stage("report");
        let mut told = collect::collect(store, &trained, brotli_bytes(&trained.bytes)? as u64)?;
        if let Some(card) = &mut told.card {
            card.command = Some(self.command(out));
        }
        told.recommendation = index.as_ref().map(|(built, _)| collect::recommendation(built));
        let lang = self.lang.map_or(store.report.lang, |lang| lang.0);
        if let Some(path) = report {
            write::whole(path, report::html(&told, lang).as_bytes())?;
        }
        stage.done();
        if self.quiet {
            return Ok(());
        }
        for line in report::column_lines(&trained.examples.columns, lang) {
            say(line)?;
        }
        Self::print(store, &trained, out)?;
        if let Some((built, notes)) = &index {
            for line in recommend::lines(built) {
                say(line)?;
            }
            for note in notes {
                say(report::finding_line(note, lang))?;
            }
            let index = out.with_extension("fwi");
            say(format_args!("wrote {}, {:.1} kB", index.display(), built.bytes.len() as f64 / 1e3))?;
            if let Some(said) = &shards {
                say(said)?;
            }
            say(format_args!("next: floorwalker recommend {}", index.display()))?;
        }
        // A single warning is already among the five lines below.
        let warnings = report::warning_lines(&told, MAX_WARNINGS, lang);
        if warnings.len() > 1 {
            say(format_args!("\n{}", warnings.join("\n")))?;
        }
        say(format_args!(""))?;
        for line in report::five_lines(&told, lang) {
            say(format_args!("{line}"))?;
        }
        for note in &trained.examples.notes {
            say(report::finding_line(note, lang))?;
        }
        if let Some(path) = report {
            say(format_args!("report: {}", path.display()))?;
        }
        Ok(())
    }

    /// The command line that makes the same bundle again.
    fn command(&self, out: &Path) -> String {
        let named = |flag: &str, name: &Option<String>| {
            name.as_ref().map(|name| format!(" --{flag} {}", quoted(name))).unwrap_or_default()
        };
        let number = if self.number { " --number" } else { "" };
        format!(
            "floorwalker train {}{}{}{number}{} --out {}",
            quoted(self.input.display()),
            named("label", &self.label),
            named("message", &self.message),
            self.columns.shown(),
            quoted(out.display())
        )
    }

    fn print(store: &Store, trained: &train::Trained, out: &Path) -> Result<()> {
        for step in trained.cleaning.iter().filter(|step| step.n_rows > 0) {
            say(choice::cleaned(step))?;
        }
        for (plan, choice) in store.heads.iter().zip(&trained.choices) {
            if !plan.has_label() {
                say(format_args!("\n{}", plan.name))?;
            } else {
                say(format_args!("\n{} → {}   on {}", plan.name, plan.label, trained.held_out))?;
            }
            for line in choice::lines(choice) {
                say(line)?;
            }
            for note in &choice.notes {
                say(format_args!("note: {note}"))?;
            }
            if let Some(head) = trained.measured(plan) {
                say(format_args!("{}", head.report))?;
            }
            if let Some(head) = trained.numbers(plan) {
                say(head)?;
            }
        }
        for line in shoppers::lines(&trained.shoppers) {
            say(line)?;
        }
        if let Some(routed) = trained.routed {
            say(format_args!("\nrouted    {routed}"))?;
        }
        for by in &trained.evidence {
            for line in choice::by_evidence(by) {
                say(line)?;
            }
        }
        say(format_args!("\nwrote {}, {:.1} kB", out.display(), trained.bytes.len() as f64 / 1e3))?;
        say(format_args!("next: floorwalker inspect {}", out.display()))?;
        Ok(())
    }
}

/// `error`, and where a table has no column to learn from, why its columns are left out.
fn with_reasons(error: Error) -> Error {
    match error.downcast_ref::<NothingToLearn>() {
        Some(NothingToLearn { left_out, .. }) if !left_out.is_empty() => {
            let reason =
                |column: &ColumnUse| format!("`{}` ({})", column.name, report::used_as(column, Lang::En));
            let reasons: Vec<String> = left_out.iter().map(reason).collect();
            anyhow!("{error:#}; {}", reasons.join(", "))
        }
        _ => error,
    }
}
