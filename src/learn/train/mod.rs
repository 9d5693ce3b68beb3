//! Training: from a store's examples to a bundle, with its metrics on held-out rows.
//!
//! Invariants
//! - The same store and data give the same bundle, byte for byte, whatever the number of threads.
//! - Test rows are used for neither fitting, nor calibration, nor model selection: they are scored once, by the finished bundle.
//!
//! Not here: reading (`examples`), the fits (`kinds`), terminal output (`cli`).

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
mod made;
mod race;
mod rows;
mod scope;
mod selection;
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
use crate::kinds::bench::Parts;
use crate::prepare::{self, Step};
use crate::store::PreparePlan;
use crate::store::{Checked, HeadPlan, SplitBy, Store};
use anyhow::{Context, Result, ensure};
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_data::progress::Progress;
use floorwalker_data::split::{self, Split};
use floorwalker_engine::head::HeadDef;
use floorwalker_engine::model::ModelDef;
use floorwalker_finding::{Finding, Kind};
use floorwalker_policy as policy;
use floorwalker_policy::PolicyDef;
use made::Made;
use std::borrow::Cow;
use std::collections::BTreeSet;

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
    let path = store
        .data
        .table
        .as_ref()
        .or(store.data.log.as_ref())
        .context("[data] names no file; write `table` or `log`")?;
    let examples = Examples::read(store, path, progress)?;
    let read_test = |path: &std::path::PathBuf| Examples::read_for(store, path, &examples.features);
    let test = store.data.test.as_ref().map(read_test).transpose()?;

    let (crossed, held_out) = match (store.data.split.folds, &test) {
        (Some(n_folds), None) => {
            (Some(cross_validate(store, &examples, n_folds, progress)?), format!("{n_folds} folds"))
        }
        (Some(_), Some(_)) => anyhow::bail!("[data] names `test` and `folds`; keep one of them"),
        (None, Some(_)) => (None, "test file".to_owned()),
        (None, None) => (None, "test rows".to_owned()),
    };
    let shares_test = if crossed.is_some() || test.is_some() { 0.0 } else { store.data.split.test };
    let split = parts(store, &examples, &all(&examples), shares_test)?;
    let warnings = match store.heads.iter().rfind(|head| head.is_class()) {
        Some(head) => prepare::warnings(&examples, &head.label, &split.train)?,
        None => Vec::new(),
    };
    // A missing feature of a log means that something had not happened yet, so it cannot have been filled in after the label.
    let is_of_log = |warning: &&Finding| {
        matches!(warning.kind, Kind::MissingTells { .. })
            && store.features.iter().any(|def| warning.place.to_string() == def.name)
    };
    let warnings = examples.warnings.iter().chain(&warnings).filter(|warning| !is_of_log(warning));
    let warnings = warnings.cloned().collect();
    let Learnt { model, choices, cleaning, split } = learn(store, &examples, split, progress)?;
    let facts = facts(store, &examples, test.as_ref());
    let mut bundle = Bundle { model, facts };
    let model = reload(&bundle)?;
    let (held, rows) = test.as_ref().map_or((&examples, split.test.clone()), |test| (test, all(test)));
    let routed = if crossed.is_none() { evaluate::route(&model, &store.heads, held, &rows) } else { None };
    let evidence =
        if crossed.is_none() { by_evidence(&model, &store.heads, held, &rows) } else { Vec::new() };
    let (Found { classes: measured, numbers }, sets) = match crossed {
        Some(crossed) => crossed,
        None => {
            let found = evaluate::evaluate(&model, &store.heads, held, &rows)?;
            let sets = tallies(&store.heads, &found, &choices);
            (found, sets)
        }
    };
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

/// The result of fitting all heads on one split.
struct Learnt {
    model: ModelDef,
    choices: Vec<Choice>,
    cleaning: Vec<Step>,
    /// The split without the rows that cleaning dropped.
    split: Split,
}

/// Cleans the training and validation rows, fits every head, and chooses the policy's threshold when the store gives costs.
fn learn(store: &Store, examples: &Examples, mut split: Split, progress: Progress) -> Result<Learnt> {
    let mut cleaning = Vec::new();
    let cleaned = if store.prepare == PreparePlan::default() {
        Cow::Borrowed(examples)
    } else {
        let mut cleaned = examples.clone();
        let rows: Vec<usize> = split.train.iter().chain(&split.validation).copied().collect();
        let kept = prepare::clean(&mut cleaned, &rows, &store.prepare).context("[prepare]")?;
        cleaning = kept.steps;
        let kept: BTreeSet<usize> = kept.rows.into_iter().collect();
        split.train.retain(|row| kept.contains(row));
        split.validation.retain(|row| kept.contains(row));
        Cow::Owned(cleaned)
    };
    let parts = Parts { train: &split.train, valid: &split.validation };
    let made = heads::fit(store, &cleaned, parts, &progress)?;
    let model = |heads: Vec<HeadDef>, policy: Option<&PolicyDef>| -> Result<ModelDef> {
        let policy = policy.map(|policy| policy::compile(policy, &heads, &cleaned.features));
        Ok(ModelDef {
            name: store.name.clone(),
            idle_s: store.idle_s,
            features: cleaned.features.clone(),
            policy: policy.transpose().context("[policy]")?,
            heads,
        })
    };
    let mut policy = store.policy.clone();
    if let (Some(costs), Some(policy)) = (store.costs, &mut policy) {
        // The heads that ship were also fitted on validation rows, so the threshold is chosen with heads fitted on training rows alone.
        let heads = made.iter().map(|made| made.on_train.clone()).collect();
        let on_train = model(heads, Some(policy))?;
        policy.threshold = threshold::threshold(&store.heads, on_train, &cleaned, &split.validation, costs)?;
    }
    let intents = |made: &&Made| policy.as_ref().is_some_and(|policy| policy.intents == made.def.name);
    let mass = made.iter().find(intents).filter(|made| made.def.outputs.len() > 1);
    if let (Some(mass), Some(policy)) = (mass.and_then(|made| made.choice.set_mass), &mut policy) {
        policy.set_mass = mass;
    }
    let (heads, choices): (_, Vec<_>) = made.into_iter().map(|made| (made.def, made.choice)).unzip();
    Ok(Learnt { model: model(heads, policy.as_ref())?, choices, cleaning, split })
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

/// Splits `rows` as the store says, with `test` instead of its test share. The returned indices refer to all examples.
fn parts(store: &Store, examples: &Examples, rows: &[usize], test: f64) -> Result<Split> {
    let shares = split::Shares { validation: store.data.split.validation, test };
    let local = match store.data.split.by {
        SplitBy::Stratified => {
            let (ids, names) = strata(&store.heads, examples, rows);
            split::stratified(&ids, &names, shares, store.seed)?
        }
        SplitBy::Shopper => split::grouped(
            &rows.iter().map(|&row| examples.shoppers[row]).collect::<Vec<_>>(),
            shares,
            store.seed,
        )?,
        SplitBy::Time => {
            ensure!(
                store.data.log.is_some() || store.data.time.is_some(),
                "split by time needs a log, or [data] time = \"COLUMN\" of the table"
            );
            split::by_time(&rows.iter().map(|&row| examples.at_ms[row]).collect::<Vec<_>>(), shares)?
        }
    };
    let of = |part: Vec<usize>| part.into_iter().map(|at| rows[at]).collect();
    Ok(Split { train: of(local.train), validation: of(local.validation), test: of(local.test) })
}

/// The stratum of each row: its class by the label of the first head that predicts classes. Rows without that label form a
/// stratum of their own. Without such a head all rows are in one stratum.
fn strata(heads: &[HeadPlan], examples: &Examples, rows: &[usize]) -> (Vec<u32>, Vec<String>) {
    let Some(plan) = heads.iter().find(|plan| plan.is_class()) else {
        return (vec![0; rows.len()], vec!["rows".to_owned()]);
    };
    let labels = &examples.labels[&plan.label];
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
) -> Result<(Found, Vec<Option<Tally>>)> {
    let rows = all(examples);
    let folds = match store.data.split.by {
        SplitBy::Stratified => {
            let (ids, names) = strata(&store.heads, examples, &rows);
            split::stratified_folds(&ids, &names, n_folds, store.seed)?
        }
        SplitBy::Shopper => {
            let (ids, names) = strata(&store.heads, examples, &rows);
            split::grouped_folds(&examples.shoppers, &ids, &names, n_folds, store.seed)?
        }
        SplitBy::Time => anyhow::bail!("folds cannot be by time; use `test` and `validation` shares instead"),
    };
    let mut pooled = Vec::new();
    let mut sets: Vec<Option<Tally>> = vec![None; store.heads.len()];
    for fold in 0..n_folds {
        let stage = progress.stage(&format!("fold {} of {n_folds}", fold + 1));
        let (kept, held) = folds.parts(fold);
        let split = parts(store, examples, &kept, 0.0)?;
        let Learnt { model, choices, .. } = learn(store, examples, split, Progress::silent())?;
        let model = reload(&Bundle { model, facts: Vec::new() })?;
        let found = evaluate::evaluate(&model, &store.heads, examples, &held)?;
        for (all, part) in sets.iter_mut().zip(tallies(&store.heads, &found, &choices)) {
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

/// Facts for the model card other than metrics.
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
