//! Training: from a store's examples to a bundle, with what it reached on rows that took no part.
//!
//! Invariants
//! - Same store, same data: same bundle, byte for byte, whatever the number of threads.
//! - Test rows touch neither fitting, nor calibration, nor choice: they are scored once, by the finished bundle.
//!
//! Not here: reading (`examples`), the fits (`fit`), what the terminal shows (`command`).

mod body;
mod by_columns;
mod by_inputs;
mod encode;
mod heads;
mod rows;

pub use heads::{Choice, Tried};

use crate::config::{SplitBy, Store};
use crate::examples::Examples;
use crate::measure::{self, Measured, Routed};
use crate::prepare::{self, Warning};
use crate::progress::Progress;
use crate::split::{self, Split};
use anyhow::{Context, Result, ensure};
use body::Parts;
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_engine::model::ModelDef;

/// A finished training.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The bundle's bytes.
    pub bytes: Vec<u8>,
    /// What is in them.
    pub bundle: Bundle,
    /// How each head came about, in order.
    pub choices: Vec<Choice>,
    /// What each head reached on held-out rows, in order.
    pub measured: Vec<Measured>,
    /// Where the finished bundle sends held-out requests; `None` without a policy or with folds.
    pub routed: Option<Routed>,
    /// What was held out, in words: `test rows`, `5 folds`.
    pub held_out: String,
    /// What an analyst should look at in the rows that were learnt from, for the last head.
    pub warnings: Vec<Warning>,
    /// What was learnt from; with no test file, what was measured on too.
    pub examples: Examples,
    /// The rows of the test file, where there is one.
    pub test: Option<Examples>,
    /// Which rows the bundle learnt from, was chosen by, and was measured on. With folds or a test file no row of `examples`
    /// is a test row.
    pub split: Split,
}

impl Trained {
    /// The examples that the bundle was measured on: `Measured::rows` are indices into them.
    #[must_use]
    pub fn held(&self) -> &Examples {
        self.test.as_ref().unwrap_or(&self.examples)
    }
}

/// Trains `store`.
///
/// # Errors
///
/// Bad input with its place; labels that cannot be split or told apart.
pub fn train(store: &Store, progress: Progress) -> Result<Trained> {
    let path = store.data.table.as_ref().or(store.data.log.as_ref()).context("[data] names no file")?;
    let stage = progress.stage("read");
    let examples = Examples::read(store, path)?;
    let read_test = |path: &std::path::PathBuf| Examples::read_for(store, path, &examples.features);
    let test = store.data.test.as_ref().map(read_test).transpose()?;
    stage.done();

    let (measured, held_out) = match (store.data.split.folds, &test) {
        (Some(n_folds), None) => {
            (Some(cross_validate(store, &examples, n_folds, progress)?), format!("{n_folds} folds"))
        }
        (Some(_), Some(_)) => anyhow::bail!("[data] names `test` and `folds`; keep one of them"),
        (None, Some(_)) => (None, "test file".to_owned()),
        (None, None) => (None, "test rows".to_owned()),
    };
    let shares_test = if measured.is_some() || test.is_some() { 0.0 } else { store.data.split.test };
    let split = parts(store, &examples, &all(&examples), shares_test)?;
    let warnings = match store.heads.last() {
        Some(head) => prepare::warnings(&examples, &head.label, &split.train)?,
        None => Vec::new(),
    };
    let (model, choices) = fit(store, &examples, &split, progress)?;
    let facts = facts(store, &examples, test.as_ref());
    let mut bundle = Bundle { model, facts };
    let model = reload(&bundle)?;
    let (held, rows) = test.as_ref().map_or((&examples, split.test.clone()), |test| (test, all(test)));
    let routed = if measured.is_none() { measure::route(&model, store, held, &rows) } else { None };
    let measured = match measured {
        Some(measured) => measured,
        None => measure::measure(&model, store, held, &rows)?,
    };
    bundle.facts.extend(routed.map(|routed| ("routed".to_owned(), routed.to_string())));
    for head in &measured {
        bundle.facts.extend(head.facts(&held_out));
    }
    Ok(Trained {
        bytes: bundle::encode(&bundle)?,
        bundle,
        choices,
        measured,
        routed,
        held_out,
        warnings,
        examples,
        test,
        split,
    })
}

/// A pool of `n` threads to train on. Their number changes the time a training takes, and nothing else.
///
/// # Errors
///
/// No thread, or more than the system gives.
pub fn threads(n: usize) -> Result<rayon::ThreadPool> {
    ensure!(n > 0, "0 threads; use at least 1");
    rayon::ThreadPoolBuilder::new()
        .num_threads(n)
        .build()
        .with_context(|| format!("cannot set up {n} threads"))
}

fn all(examples: &Examples) -> Vec<usize> {
    (0..examples.n_rows()).collect()
}

fn fit(
    store: &Store,
    examples: &Examples,
    split: &Split,
    progress: Progress,
) -> Result<(ModelDef, Vec<Choice>)> {
    let parts = Parts { train: &split.train, valid: &split.validation };
    let (heads, choices) = heads::fit(store, examples, parts, &progress)?.into_iter().unzip();
    let model = ModelDef {
        name: store.name.clone(),
        idle_s: store.idle_s,
        features: examples.features.clone(),
        heads,
        policy: store.policy.clone(),
    };
    Ok((model, choices))
}

/// The model as a page would load it: measured is what ships.
fn reload(bundle: &Bundle) -> Result<floorwalker_engine::model::Model> {
    Ok(bundle::load(&bundle::encode(bundle)?)?.0)
}

/// Splits `rows` as the store says; `test` replaces its test share. Indices are into all examples.
fn parts(store: &Store, examples: &Examples, rows: &[usize], test: f64) -> Result<Split> {
    let shares = split::Shares { validation: store.data.split.validation, test };
    let local = match store.data.split.by {
        SplitBy::Stratified => {
            let (ids, names) = strata(store, examples, rows);
            split::stratified(&ids, &names, shares, store.seed)?
        }
        SplitBy::Shopper => split::grouped(
            &rows.iter().map(|&row| examples.shoppers[row]).collect::<Vec<_>>(),
            shares,
            store.seed,
        )?,
        SplitBy::Time => {
            ensure!(store.data.log.is_some(), "split by time needs a log: tables have no time");
            split::by_time(&rows.iter().map(|&row| examples.at_ms[row]).collect::<Vec<_>>(), shares)?
        }
    };
    let of = |part: Vec<usize>| part.into_iter().map(|at| rows[at]).collect();
    Ok(Split { train: of(local.train), validation: of(local.validation), test: of(local.test) })
}

/// The class of each row by the first head's label; rows without one are a class of their own.
fn strata(store: &Store, examples: &Examples, rows: &[usize]) -> (Vec<u32>, Vec<String>) {
    let labels = &examples.labels[&store.heads[0].label];
    let name = |row: usize| labels[row].clone().unwrap_or_default();
    let mut names: Vec<String> = rows.iter().map(|&row| name(row)).collect();
    names.sort_unstable();
    names.dedup();
    let ids = rows.iter().map(|&row| names.binary_search(&name(row)).unwrap_or(0) as u32).collect();
    (ids, names)
}

fn cross_validate(
    store: &Store,
    examples: &Examples,
    n_folds: usize,
    progress: Progress,
) -> Result<Vec<Measured>> {
    let rows = all(examples);
    let folds = match store.data.split.by {
        SplitBy::Stratified => {
            let (ids, names) = strata(store, examples, &rows);
            split::stratified_folds(&ids, &names, n_folds, store.seed)?
        }
        SplitBy::Shopper => {
            let (ids, names) = strata(store, examples, &rows);
            split::grouped_folds(&examples.shoppers, &ids, &names, n_folds, store.seed)?
        }
        SplitBy::Time => anyhow::bail!("folds cannot be by time; use `test` and `validation` shares instead"),
    };
    let mut pooled: Vec<Vec<Measured>> = Vec::new();
    for fold in 0..n_folds {
        let stage = progress.stage(&format!("fold {} of {n_folds}", fold + 1));
        let (kept, held) = folds.parts(fold);
        let split = parts(store, examples, &kept, 0.0)?;
        let (model, _) = fit(store, examples, &split, Progress::silent())?;
        let model = reload(&Bundle { model, facts: Vec::new() })?;
        pooled.push(measure::measure(&model, store, examples, &held)?);
        stage.done();
    }
    measure::pool(pooled)
}

/// What the model card says besides metrics.
fn facts(store: &Store, examples: &Examples, test: Option<&Examples>) -> Vec<(String, String)> {
    let mut facts = vec![
        ("trainer".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("seed".to_owned(), store.seed.to_string()),
        ("rows".to_owned(), examples.n_rows().to_string()),
        ("data_sha256".to_owned(), examples.hash.clone()),
    ];
    if let Some(test) = test {
        facts.push(("test_rows".to_owned(), test.n_rows().to_string()));
        facts.push(("test_sha256".to_owned(), test.hash.clone()));
    }
    facts
}
