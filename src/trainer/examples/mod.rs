//! Examples: what a model learns from. One row a moment: every feature's value, the message, what turned out.
//!
//! | from    | rows                      | features                                                                |
//! |---------|---------------------------|-------------------------------------------------------------------------|
//! | a table | its rows                  | its columns, as context                                                 |
//! | a log   | its lines that hold `labels` or a message | the feature program, run by the engine over the shopper's earlier lines |
//!
//! Invariants
//! - Features come from the engine's own `Visit`: the page computes the same bits from the same events.
//! - A row never sees its own event, nor any later one.
//!
//! Not here: which rows are held out (`split`), encodings (`train`).

mod from_log;
mod from_table;
mod replay;

pub use replay::{Moment, replay};

use crate::config::Store;
use crate::read::FileHash;
use anyhow::{Result, bail};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::model::Model;
use floorwalker_engine::symbol::Symbol;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows to learn from or to measure on.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// The features, in program order.
    pub features: Vec<FeatureDef>,
    /// `[n_rows, n_features]`, row-major.
    pub values: Vec<Value>,
    /// What was typed; empty where nothing was. `[n_rows]`.
    pub messages: Vec<String>,
    /// Per label name, what turned out; `None` where that is not known. `[n_rows]` each.
    pub labels: BTreeMap<String, Vec<Option<String>>>,
    /// Who; rows of one shopper share a number. `[n_rows]`.
    pub shoppers: Vec<u32>,
    /// When, in milliseconds since 1970; 0 for tables. `[n_rows]`.
    pub at_ms: Vec<i64>,
    /// Line of the file that each row stands on, from 1. `[n_rows]`.
    pub lines: Vec<usize>,
    /// The string behind each symbol in `values`.
    pub names: BTreeMap<Symbol, String>,
    /// Content hash of the file.
    pub hash: String,
}

impl Examples {
    /// Reads the examples in `path`, in the form that `store` says.
    ///
    /// # Errors
    ///
    /// Bad input, with file, line and column; a label or column that does not exist.
    pub fn read(store: &Store, path: &Path) -> Result<Self> {
        let mut examples = if store.data.log.is_some() {
            from_log::read(store, path)?
        } else {
            from_table::read(store, path)?
        };
        examples.hash = FileHash::read(path)?.sha256;
        for label in examples.labels.values_mut().flatten().flatten() {
            if let Some(meant) = store.data.rename.get(label) {
                label.clone_from(meant);
            }
        }
        for head in &store.heads {
            examples.label(&head.label, path)?;
        }
        Ok(examples)
    }

    /// How many rows there are.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.messages.len()
    }

    /// The values of one row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[Value] {
        let n = self.features.len();
        &self.values[row * n..(row + 1) * n]
    }

    fn label(&self, name: &str, path: &Path) -> Result<&[Option<String>]> {
        match self.labels.get(name) {
            Some(label) if label.iter().any(Option::is_some) => Ok(label),
            Some(_) => bail!("{}: no row has a value for label `{name}`", path.display()),
            None => {
                let known: Vec<_> = self.labels.keys().map(String::as_str).collect();
                bail!("{}: there is no label `{name}`; there is {}", path.display(), known.join(", "))
            }
        }
    }
}

impl Examples {
    /// The same rows with the features of `model`, in its order, for measuring a bundle on a file of its own.
    ///
    /// # Errors
    ///
    /// A feature of the model that the file does not have.
    pub fn aligned_to(mut self, model: &Model, path: &Path) -> Result<Self> {
        let places: Vec<usize> = model
            .program()
            .defs()
            .map(|wanted| match self.features.iter().position(|def| def.name == wanted.name) {
                Some(place) => Ok(place),
                None => bail!(
                    "{}: the model reads `{}`, which is not there; add the column",
                    path.display(),
                    wanted.name
                ),
            })
            .collect::<Result<_>>()?;
        let values = (0..self.n_rows())
            .flat_map(|row| places.iter().map(|&place| self.row(row)[place]).collect::<Vec<_>>());
        self.values = values.collect();
        self.features = model.program().defs().cloned().collect();
        Ok(self)
    }
}
