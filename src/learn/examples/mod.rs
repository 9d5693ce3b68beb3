//! Examples: the rows that models are trained and evaluated on. A row holds one decision: every feature's value, the message, the labels.
//!
//! | from    | rows                         | features                                                                     |
//! |---------|------------------------------|------------------------------------------------------------------------------|
//! | a table | its rows                     | its columns, as context, and those of its sources                            |
//! | a log   | its lines that hold `labels` | the feature program, computed by the engine from the shopper's earlier lines |
//!
//! Invariants
//! - Features come from the engine's own `Visit`, so the page computes bit-identical values from the same events.
//! - The features of a row never depend on its own event or any later one.
//!
//! Not here: which rows are held out (`split`), encodings (`train`).

mod calibration;
mod columns;
mod from_log;
mod from_table;
mod joined;
mod replay;
mod taught;

pub use calibration::CalibrationMessages;
pub use columns::{ColumnUse, Content, NothingToLearn, Role, moment_of};
pub(crate) use from_log::names;
pub use replay::{Moment, replay, replay_after};
pub use taught::Taught;
pub use taught::{encoded, is_formula, key, spread};

use crate::store::{Checked, Data, HeadPlan, Store};
use anyhow::{Context, Result, bail};
use floorwalker_data::join::SourceReport;
use floorwalker_data::progress::Progress;
use floorwalker_data::read::FileHash;
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{FeatureDef, Op};
use floorwalker_engine::head::Seen;
use floorwalker_engine::symbol::Symbol;
use floorwalker_finding::{Finding, Kind};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Rows to train or evaluate on.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// The features, in program order.
    pub features: Vec<FeatureDef>,
    /// Feature values, `[n_rows, n_features]`, row-major.
    pub values: Vec<Value>,
    /// The message of each row as typed; empty when there is none. `[n_rows]`.
    pub messages: Vec<String>,
    /// Amount of evidence about the shopper, `[n_rows]`: events seen, or for a table the number of features that are not missing.
    pub events: Vec<u32>,
    /// Values of each label, by its name; `None` when a row's label is not known. `[n_rows]` each.
    pub labels: BTreeMap<String, Vec<Option<String>>>,
    /// Number of the shopper of each row; rows of one shopper share it. `[n_rows]`.
    pub shoppers: Vec<u32>,
    /// Time of each row in milliseconds since 1970; 0 for a table without a time column. `[n_rows]`.
    pub at_ms: Vec<i64>,
    /// Line of the file that holds each row, from 1. `[n_rows]`.
    pub lines: Vec<usize>,
    /// Earlier states of the same sessions; only for logs.
    pub prefixes: Prefixes,
    /// Names of the table's columns that the messages come from; with several, each is a field of the message.
    pub fields: Vec<String>,
    /// Messages without labels, and the teacher that gives them soft labels.
    pub taught: Option<Arc<Taught>>,
    /// Messages on which trained heads are calibrated.
    pub calibration: CalibrationMessages,
    /// The string of each symbol in `values`.
    pub names: BTreeMap<Symbol, String>,
    /// Reports on the joined sources: what each added, and what of it was not used.
    pub sources: Vec<SourceReport>,
    /// Warnings about the sources and about how the file was read.
    pub warnings: Vec<Finding>,
    /// The role of each column of the table; empty for logs.
    pub columns: Vec<ColumnUse>,
    /// Notes for the analyst on how the table was read, and on rows without a label; empty for logs.
    pub notes: Vec<Finding>,
    /// SHA-256 hash of the file's content.
    pub hash: String,
}

/// Prefixes of sessions: earlier states of a row's session, when fewer events had been seen. Each row has at most one prefix per
/// kind of evidence (`engine::head::experts`), so that every kind has examples.
#[derive(Clone, Debug, Default)]
pub struct Prefixes {
    /// The row whose session each prefix belongs to, `[n_prefixes]`.
    pub rows: Vec<u32>,
    /// Number of events seen at each prefix, `[n_prefixes]`.
    pub events: Vec<u32>,
    /// Feature values, `[n_prefixes, n_features]`, row-major.
    pub values: Vec<Value>,
}

impl Examples {
    /// These examples followed by one row for each prefix, which has the labels of its original row and no message. The second
    /// value is the original row of every row; for rows that are not prefixes it is the row itself.
    #[must_use]
    pub fn with_prefixes(&self) -> (Self, Vec<usize>) {
        let mut all = self.clone();
        let n_features = self.features.len();
        let n_prefix_features = self.prefixes.values.len() / self.prefixes.rows.len().max(1);
        let mut origin: Vec<usize> = (0..self.n_rows()).collect();
        for (at, (&row, &events)) in self.prefixes.rows.iter().zip(&self.prefixes.events).enumerate() {
            let row = row as usize;
            let earlier = &self.prefixes.values[at * n_prefix_features..(at + 1) * n_prefix_features];
            all.values.extend_from_slice(earlier);
            // Features joined from sources are copied from the row: they were already known earlier in the session.
            all.values.extend_from_slice(&self.row(row)[n_prefix_features..n_features]);
            all.messages.push(String::new());
            all.shoppers.push(self.shoppers[row]);
            all.at_ms.push(self.at_ms[row]);
            all.lines.push(self.lines[row]);
            all.events.push(events);
            all.labels.values_mut().for_each(|label| {
                let same = label[row].clone();
                label.push(same);
            });
            origin.push(row);
        }
        (all, origin)
    }

    /// Reads the examples in `path`, a table or a log as `store` says.
    ///
    /// # Errors
    ///
    /// Fails for input that cannot be read, with file, line and column, and for a label or column that does not exist.
    pub fn read(store: &Checked<Store>, path: &Path, progress: Progress) -> Result<Self> {
        let Store { data, heads, features, idle_s, teacher, .. } = &**store;
        let stage = progress.stage("read");
        let examples = match data.log {
            Some(_) => from_log::read(path, features, *idle_s, heads, &data.sources)?,
            None => from_table::read(path, data, heads, features, &[])?,
        };
        let mut examples = examples.completed(data, heads, path)?;
        stage.done();
        if let Some(plan) = teacher {
            let column = examples.fields.first().cloned().unwrap_or_else(|| data.message.clone());
            let taught = Taught::read(plan, &examples.messages, &column, progress).context("[teacher]")?;
            examples.taught = Some(Arc::new(taught));
        }
        Ok(examples)
    }

    /// Reads held-out examples for a model with `features`, which determine the kinds of the columns and their order.
    ///
    /// # Errors
    ///
    /// Fails like [`Examples::read`], and for a feature that the file does not have.
    pub fn read_for<'a>(
        store: &Checked<Store>,
        path: &Path,
        features: impl IntoIterator<Item = &'a FeatureDef>,
    ) -> Result<Self> {
        let Store { data, heads, features: declared, idle_s, .. } = &**store;
        let features: Vec<FeatureDef> = features.into_iter().cloned().collect();
        let examples = match data.log {
            Some(_) => {
                // A trainer adds features to those that the store declares; all of them are computed from events. Columns of sources are not.
                let is_of_log = |def: &&FeatureDef| {
                    let is_context = matches!(def.op, Op::ContextNumber | Op::ContextCategory);
                    !is_context || declared.iter().any(|one| one.name == def.name)
                };
                let program: Vec<FeatureDef> = features.iter().filter(is_of_log).cloned().collect();
                from_log::read(path, &program, *idle_s, heads, &data.sources)?
            }
            None => from_table::read(path, data, heads, declared, &features)?,
        };
        examples.completed(data, heads, path)?.ordered_as(features, path)
    }

    /// These rows of `path` with what tables and logs have in common: the calibration messages, the file's hash, and labels as
    /// they are meant. Fails when no row has a value for a head's label.
    fn completed(mut self, data: &Data, heads: &[HeadPlan], path: &Path) -> Result<Self> {
        if let Some(plan) = &data.calibration {
            self.calibration = CalibrationMessages::read(plan).context("[data] calibration")?;
        }
        self.hash = FileHash::read(path)?.sha256;
        for label in self.labels.values_mut().flatten().flatten() {
            if let Some(meant) = data.rename.get(label) {
                label.clone_from(meant);
            }
        }
        for head in heads.iter().filter(|head| head.has_label()) {
            self.label(&head.label, path)?;
        }
        if data.log.is_none() {
            let without = |(label, values): (&String, &Vec<Option<String>>)| {
                let (n_rows, n_without) =
                    (values.len(), values.iter().filter(|value| value.is_none()).count());
                (n_without > 0).then(|| Finding::new(label, Kind::Unlabelled { n_without, n_rows }))
            };
            self.notes.extend(self.labels.iter().filter_map(without));
        }
        Ok(self)
    }

    /// What is seen of a row: its features, its number of events, and its message.
    #[must_use]
    pub fn seen(&self, row: usize) -> Seen<'_> {
        Seen { features: self.row(row), events: self.events[row], message: &self.messages[row] }
    }

    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.messages.len()
    }

    /// The feature values of one row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[Value] {
        let n = self.features.len();
        &self.values[row * n..(row + 1) * n]
    }

    fn label(&self, name: &str, path: &Path) -> Result<&[Option<String>]> {
        match self.labels.get(name) {
            Some(label) if label.iter().any(Option::is_some) => Ok(label),
            Some(_) => bail!(
                "{}: the label column `{name}` is empty in every row; name another label",
                path.display()
            ),
            None => {
                let known: Vec<_> = self.labels.keys().map(String::as_str).collect();
                bail!("{}: there is no label `{name}`; name one of {}", path.display(), known.join(", "))
            }
        }
    }
}

impl Examples {
    fn ordered_as(mut self, features: Vec<FeatureDef>, path: &Path) -> Result<Self> {
        let mut places = Vec::with_capacity(features.len());
        for wanted in &features {
            match self.features.iter().position(|def| def.name == wanted.name) {
                Some(place) => places.push(place),
                None => {
                    bail!(
                        "{}: the column `{}`, which the model reads, is missing; add it",
                        path.display(),
                        wanted.name
                    )
                }
            }
        }
        let in_order = |row| places.iter().map(move |&place| (row, place));
        self.values =
            (0..self.n_rows()).flat_map(in_order).map(|(row, place)| self.row(row)[place]).collect();
        self.features = features;
        Ok(self)
    }
}

/// The values of a label as numbers, `[n_rows]`; NaN for rows without a value.
///
/// # Errors
///
/// Fails for a value that is not a finite number, with its line.
pub fn numbers(label: &str, labels: &[Option<String>], examples: &Examples) -> Result<Vec<f32>> {
    let number = |(row, text): (usize, &Option<String>)| -> Result<f32> {
        let Some(text) = text else { return Ok(f32::NAN) };
        let number: Option<f32> = text.trim().parse().ok().filter(|number: &f32| number.is_finite());
        number.with_context(|| {
            format!(
                "line {}: label `{label}` is `{text}`, and the head predicts a number; correct the row, or leave out `predicts`",
                examples.lines.get(row).copied().unwrap_or(row + 1)
            )
        })
    };
    labels.iter().enumerate().map(number).collect()
}
