//! Training: from a store's examples to a bundle, with its metrics on held-out rows.
//!
//! Invariants
//! - The same store and data give the same bundle, byte for byte, whatever the number of threads.
//! - Test rows are used for neither fitting, nor calibration, nor model selection: they are scored once, by the finished bundle.
//!
//! Not here: reading (`examples`), which rows are held out (`parts`), one run over a split (`learnt`), the fits (`kinds`), terminal
//! output (`cli`).

mod baseline;
mod bench;
mod by_messages;
mod encode;
mod entrant;
mod fusion;
mod groups;
mod heads;
mod hidden;
mod job;
mod judge;
mod learnt;
mod made;
mod parts;
mod race;
mod rows;
mod scope;
mod selection;
pub mod shopper;
mod space;
mod target;
mod taught;
mod threshold;
mod trials;
mod two_outputs;
mod wordings;

pub use entrant::Baseline;
pub use entrant::{Entrant, Runner, Verdict};
pub use made::Choice;
pub use scope::ScopeFound;

use crate::conformal::{self, Tally};
use crate::evaluate::evidence::{ByEvidence, by_evidence};
use crate::evaluate::{self, Found, Measured, MeasuredNumbers, Routed};
use crate::examples::Examples;
use crate::prepare::{self, Step};
use crate::store::{Checked, HeadPlan, SplitBy, SplitPlan, Store, is_read};
use anyhow::{Context, Result, ensure};
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_data::progress::Progress;
use floorwalker_data::split::{Folds, Split};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_finding::{Finding, Kind};
use heads::Heads;
use learnt::{Fitted, Learnt};
use shopper::Shoppers;

/// The result of training.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The bundle's bytes.
    pub bytes: Vec<u8>,
    /// The bundle itself.
    pub bundle: Bundle,
    /// How each head was chosen, in order.
    pub choices: Vec<Choice>,
    /// Held-out metrics of each head that predicts classes, in order.
    pub measured: Vec<Measured>,
    /// Held-out metrics of each head that predicts a number, in order.
    pub numbers: Vec<MeasuredNumbers>,
    /// Coverage and size of each head's prediction sets on held-out rows; `None` for numbers, and without validation rows.
    pub sets: Vec<Option<Tally>>,
    /// What cleaning did to the training and validation rows.
    pub cleaning: Vec<Step>,
    /// Routing outcomes of the finished bundle on held-out requests; `None` without a policy or with folds.
    pub routed: Option<Routed>,
    /// Metrics of each fusion by kind of evidence; empty with folds.
    pub evidence: Vec<ByEvidence>,
    /// What was held out, in words: `test rows`, `5 folds`.
    pub held_out: String,
    /// Warnings about the training rows and the label of the last head that predicts classes, and about how the data were read.
    pub warnings: Vec<Finding>,
    /// The examples for training; without a test file they include the held-out rows.
    pub examples: Examples,
    /// The rows of the test file, if there is one.
    pub test: Option<Examples>,
    /// What was learnt about shoppers themselves.
    pub shoppers: Shoppers,
    /// The training, validation and test rows of the bundle. With folds or a test file no row of `examples` is a test row.
    pub split: Split,
}

impl Trained {
    /// The examples that the bundle was measured on: `Measured::rows` are indices into them.
    #[must_use]
    pub fn held(&self) -> &Examples {
        self.test.as_ref().unwrap_or(&self.examples)
    }

    /// Held-out metrics of `plan`'s head; `None` unless it predicts classes.
    #[must_use]
    pub fn measured(&self, plan: &HeadPlan) -> Option<&Measured> {
        self.measured.iter().find(|measured| measured.head == plan.name)
    }

    /// Held-out metrics of `plan`'s head; `None` unless it predicts a number.
    #[must_use]
    pub fn numbers(&self, plan: &HeadPlan) -> Option<&MeasuredNumbers> {
        self.numbers.iter().find(|measured| measured.head == plan.name)
    }
}

/// Trains every head of `store`, and measures the resulting bundle on held-out rows.
///
/// # Errors
///
/// Fails for input that cannot be read, with its place; for rows that cannot be split as the store asks; and when a head cannot
/// be fitted or measured.
pub fn train(store: &Checked<Store>, progress: Progress) -> Result<Trained> {
    let expanded = shopper::expanded(store, Progress::silent())?;
    let store = expanded.as_ref().unwrap_or(store);
    let Store { data, heads, seed, .. } = &**store;
    let path =
        data.table.as_ref().or(data.log.as_ref()).context("[data] names no file; write `table` or `log`")?;
    let examples = Examples::read(store, path, progress)?;
    let read_test = |path: &std::path::PathBuf| Examples::read_for(store, path, &examples.features);
    let test = data.test.as_ref().map(read_test).transpose()?;

    let plan = data.split;
    let without_test = SplitPlan { test: 0.0, ..plan };
    let split = |plan: SplitPlan, rows: &[usize]| parts::split(plan, heads, &examples, rows, *seed);
    let (others, shoppers) = shopper::learn(store, progress)?;
    let to_fit = Heads { plans: heads, policy: store.policy.as_ref(), by: plan.by, seed: *seed };
    let learn = |split: Split, progress: Progress| {
        let fitted = Fitted::new(&store.prepare, to_fit, &examples, split, progress)?;
        fitted.into_model(&store.name, store.idle_s, store.costs, &others)
    };
    let (crossed, held_out) = match (plan.folds, &test) {
        (Some(n_folds), None) => {
            let folds = parts::folds(plan.by, n_folds, heads, &examples, *seed)?;
            let learn = |kept: &[usize]| learn(split(without_test, kept)?, Progress::silent());
            (Some(cross_validate(heads, &examples, &folds, learn, progress)?), format!("{n_folds} folds"))
        }
        (Some(_), Some(_)) => anyhow::bail!("[data] names `test` and `folds`; keep one of them"),
        (None, Some(_)) => (None, "test file".to_owned()),
        (None, None) => (None, "test rows".to_owned()),
    };
    ensure!(
        plan.by != SplitBy::Time || data.log.is_some() || data.time.is_some(),
        "split by time needs a log, or [data] time = \"COLUMN\" of the table"
    );
    let is_test_elsewhere = crossed.is_some() || test.is_some();
    let split = if heads.is_empty() {
        Split::default()
    } else {
        split(if is_test_elsewhere { without_test } else { plan }, &all(&examples))?
    };
    let warnings = warnings(heads, &store.features, &examples, &split.train)?;
    let Learnt { model, choices, cleaning, split } = learn(split, progress)?;
    let facts = facts(*seed, &examples, test.as_ref());
    let mut bundle = Bundle { model, facts };
    let model = reload(&bundle)?;
    let (held, rows) = test.as_ref().map_or((&examples, split.test.clone()), |test| (test, all(test)));
    let routed = if crossed.is_none() { evaluate::route(&model, heads, held, &rows) } else { None };
    let evidence = if crossed.is_none() { by_evidence(&model, heads, held, &rows) } else { Vec::new() };
    let (Found { classes: measured, numbers }, sets) = match crossed {
        Some(crossed) => crossed,
        None => {
            let found = evaluate::evaluate(&model, heads, held, &rows)?;
            let sets = tallies(heads, &found, &choices);
            (found, sets)
        }
    };
    bundle.facts.extend(shoppers.facts());
    bundle.facts.extend(routed.map(|routed| ("routed".to_owned(), routed.to_string())));
    measured.iter().for_each(|head| bundle.facts.extend(head.facts(&held_out)));
    numbers.iter().for_each(|head| bundle.facts.extend(head.facts(&held_out)));
    for (choice, sets) in choices.iter().zip(&sets) {
        bundle.facts.extend(chosen_facts(choice, *sets));
    }
    Ok(Trained {
        bytes: bundle::encode(&bundle)?,
        bundle,
        choices,
        measured,
        numbers,
        sets,
        cleaning,
        routed,
        evidence,
        held_out,
        warnings,
        examples,
        test,
        shoppers,
        split,
    })
}

/// A pool of `n` threads to train on. The number of threads changes the duration of training and nothing else.
///
/// # Errors
///
/// Fails for 0 threads, or for more than the system provides.
pub fn threads(n: usize) -> Result<rayon::ThreadPool> {
    ensure!(n > 0, "--threads is 0; use at least 1");
    rayon::ThreadPoolBuilder::new()
        .num_threads(n)
        .build()
        .with_context(|| format!("cannot set up {n} threads"))
}

fn all(examples: &Examples) -> Vec<usize> {
    (0..examples.n_rows()).collect()
}

/// Coverage and size of the prediction sets of each head.
fn tallies(heads: &[HeadPlan], found: &Found, choices: &[Choice]) -> Vec<Option<Tally>> {
    let tally = |(plan, choice): (&HeadPlan, &Choice)| {
        let measured = found.classes.iter().find(|measured| measured.head == plan.name)?;
        let n_classes = measured.report.classes.len();
        Some(conformal::tally(measured.y(), measured.p(), n_classes, choice.set_mass?))
    };
    heads.iter().zip(choices).map(tally).collect()
}

/// Facts for the model card about how a head was chosen.
fn chosen_facts(choice: &Choice, sets: Option<Tally>) -> Vec<(String, String)> {
    let fact = |name: &str, value: String| (format!("{}.{name}", choice.plan.name), value);
    let mut facts = vec![fact("model", choice.plan.model.name().to_owned())];
    if let Some(threshold) = choice.threshold {
        facts.push(fact("threshold", format!("{threshold:.4}")));
    }
    if let Some(sets) = sets {
        let rows = sets.rows.max(1) as f64;
        let asked = choice.plan.choice.coverage;
        facts.push(fact(
            "sets",
            format!(
                "hold the true class in {:.1} % ({:.0} % asked), {:.2} classes",
                100.0 * sets.hits as f64 / rows,
                100.0 * asked,
                sets.classes as f64 / rows
            ),
        ));
    }
    facts
}

/// The model as a page would load it, so that exactly what ships is measured.
fn reload(bundle: &Bundle) -> Result<floorwalker_engine::model::Model> {
    Ok(bundle::load(&bundle::encode(bundle)?)?.0)
}

/// Measures the heads on all rows: `learn` is called once for each fold, with the rows of the others, and its model is measured on
/// the fold.
fn cross_validate(
    heads: &[HeadPlan],
    examples: &Examples,
    folds: &Folds,
    learn: impl Fn(&[usize]) -> Result<Learnt>,
    progress: Progress,
) -> Result<(Found, Vec<Option<Tally>>)> {
    let mut pooled = Vec::new();
    let mut sets: Vec<Option<Tally>> = vec![None; heads.len()];
    for fold in 0..folds.n_folds {
        let stage = progress.stage(&format!("fold {} of {}", fold + 1, folds.n_folds));
        let (kept, held) = folds.parts(fold);
        let Learnt { model, choices, .. } = learn(&kept)?;
        let model = reload(&Bundle { model, facts: Vec::new() })?;
        let found = evaluate::evaluate(&model, heads, examples, &held)?;
        for (all, part) in sets.iter_mut().zip(tallies(heads, &found, &choices)) {
            *all = match (*all, part) {
                (Some(all), Some(part)) => Some(all.with(part)),
                (all, part) => all.or(part),
            };
        }
        pooled.push(found);
        stage.done();
    }
    Ok((evaluate::pool(pooled)?, sets))
}

/// Warnings about the examples, and about the training rows and the label of the last head that predicts classes. `declared` are
/// the features that the store names.
fn warnings(
    heads: &[HeadPlan],
    declared: &[FeatureDef],
    examples: &Examples,
    train: &[usize],
) -> Result<Vec<Finding>> {
    let of_rows = match heads.iter().rfind(|head| head.is_class()) {
        Some(head) => prepare::warnings(examples, &head.label, train)?,
        None => Vec::new(),
    };
    // A missing feature of a log means that something had not happened yet, so it cannot have been filled in after the label.
    let is_of_log = |warning: &&Finding| {
        matches!(warning.kind, Kind::MissingTells { .. })
            && declared.iter().any(|def| warning.place.to_string() == def.name)
    };
    // What no head reads may be constant.
    let unread: Vec<&str> =
        examples.features.iter().filter(|def| !is_read(def)).map(|def| def.name.as_str()).collect();
    let is_read = |warning: &&Finding| !unread.contains(&warning.place.to_string().as_str());
    let all = examples.warnings.iter().chain(&of_rows);
    Ok(all.filter(|warning| !is_of_log(warning) && is_read(warning)).cloned().collect())
}

/// Facts for the model card other than metrics.
fn facts(seed: u64, examples: &Examples, test: Option<&Examples>) -> Vec<(String, String)> {
    let mut facts = vec![
        ("trainer".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("seed".to_owned(), seed.to_string()),
        ("rows".to_owned(), examples.n_rows().to_string()),
        ("data_sha256".to_owned(), examples.hash.clone()),
    ];
    if let Some(test) = test {
        facts.push(("test_rows".to_owned(), test.n_rows().to_string()));
        facts.push(("test_sha256".to_owned(), test.hash.clone()));
    }
    facts
}
