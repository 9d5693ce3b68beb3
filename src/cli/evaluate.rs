//! `floorwalker evaluate`.

use super::bundle_bytes;
use super::columns::ColumnFlags;
use super::output::{Force, Known};
use super::say;
use anyhow::{Context, Result};
use clap::Args;
use floorwalker_data::write;
use floorwalker_learn::evaluate;
use floorwalker_learn::examples::Examples;
use floorwalker_learn::store::Store;
use floorwalker_report as report;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Flags of `evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// The bundle to measure
    bundle: PathBuf,
    /// The examples to measure it on, in the form of the data that it was trained on
    data: PathBuf,
    /// The store.toml that the bundle was trained with
    #[arg(long, value_name = "STORE.TOML")]
    store: Option<PathBuf>,
    /// Column of the true labels, when the bundle was trained on a table with --label
    #[arg(long, conflicts_with = "store")]
    label: Option<String>,
    #[command(flatten)]
    columns: ColumnFlags,
    /// Also write every metric as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<()> {
        if let Some(json) = &self.json {
            let inputs = [Some(&self.bundle), Some(&self.data), self.store.as_ref()];
            let inputs: Vec<&Path> = inputs.into_iter().flatten().map(PathBuf::as_path).collect();
            self.force.check(&inputs, &[("--json", json, Known::Holds(&["\"heads\":", "\"report\":"]))])?;
        }
        let store = match (&self.store, &self.label) {
            (Some(path), _) => Store::read(path)?,
            (None, Some(label)) => {
                let mut store = Store::for_table(self.data.clone(), label);
                self.columns.put_into(&mut store)?;
                store.check()?
            }
            (None, None) => {
                anyhow::bail!(
                    "neither --store nor --label is given; give --store STORE.TOML, or --label COLUMN for a table"
                )
            }
        };
        let bytes = bundle_bytes(&self.bundle)?;
        let (model, _) =
            floorwalker_bundle::load(&bytes).with_context(|| self.bundle.display().to_string())?;
        let examples = Examples::read_for(&store, &self.data, model.program().defs())?;
        let rows: Vec<usize> = (0..examples.n_rows()).collect();
        let evaluate::Found { classes: measured, numbers } =
            evaluate::evaluate(&model, &store.heads, &examples, &rows)?;
        let routed = evaluate::route(&model, &store.heads, &examples, &rows);
        if !self.quiet {
            for head in &numbers {
                say(format_args!("{}   on {}\n{head}", head.head, self.data.display()))?;
            }
            for head in &measured {
                say(format_args!("{}   on {}\n{}", head.head, self.data.display(), head.report))?;
            }
            if let Some(routed) = routed {
                say(format_args!("routed    {routed}"))?;
            }
            for note in &examples.notes {
                say(report::finding_line(note, store.report.lang))?;
            }
        }
        if let Some(path) = &self.json {
            let heads: Vec<_> =
                measured.iter().map(|head| json!({ "head": head.head, "report": head.report })).collect();
            write::whole(path, format!("{:#}\n", json!({ "routed": routed, "heads": heads })).as_bytes())?;
        }
        Ok(())
    }
}
