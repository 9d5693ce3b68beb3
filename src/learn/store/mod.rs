//! `store.toml`: what to learn, from what, and how requests are routed. Raw settings; paths are resolved here.
//!
//! Features and policy are the engine's own definitions, so what is written here is what the page runs.
//!
//! Invariants
//! - A [`Store`] that exists has heads with different names, and reads only heads declared before.
//! - Paths are relative to the file; `$NAME` at the start of a path is an environment variable.
//!
//! Not here: reading the data (`examples`), fitting (`train`).

use anyhow::{Context, Result, anyhow, ensure};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::model::DEFAULT_IDLE_S;
use floorwalker_policy::PolicyDef;
use floorwalker_policy::PolicyFile;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use floorwalker_data::join::SourcePlan;
use floorwalker_data::paths::resolve;
use floorwalker_data::read::Kinds;
use floorwalker_finding::Lang;
use floorwalker_finding::shown::toml_error;

mod checked;
mod head;
mod policy;
mod prepare;
mod teacher;

pub use checked::Checked;
pub use head::{Categories, ChoicePlan, EncodePlan, HeadPlan, Missing, Predicts, Scaling};
pub use policy::{policy_file, policy_path};
pub use prepare::{
    Duplicates, FillRule, LimitAction, Limits, Measure, OutlierAction, OutlierPlan, OutlierRule,
    PermutationPlan, PreparePlan, SelectPlan, WeightPlan,
};
pub use teacher::{TeacherPlan, VectorsPlan};

/// Seed of everything unless `store.toml` says otherwise.
const DEFAULT_SEED: u64 = 42;

/// A whole `store.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Name of the model.
    pub name: String,
    /// Seed of every split and fit.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Longest gap inside a session, in seconds.
    #[serde(default = "default_idle_s")]
    pub idle_s: u32,
    /// Where examples come from.
    pub data: Data,
    /// Features made from events, or named context. Empty: every column of the table that is not a label.
    #[serde(default)]
    pub features: Vec<FeatureDef>,
    /// What is predicted, in scoring order.
    #[serde(default)]
    pub heads: Vec<HeadPlan>,
    /// What is done to the rows that are learnt from.
    #[serde(default)]
    pub prepare: PreparePlan,
    /// How requests are routed.
    #[serde(default)]
    pub policy: Option<PolicyDef>,
    /// Instead of `policy`: the file that says so, TOML or JSON.
    #[serde(default)]
    pub policy_file: Option<PathBuf>,
    /// A model that labels messages which have no label.
    #[serde(default)]
    pub teacher: Option<TeacherPlan>,
    /// What wrong routes cost: with it the policy's threshold is chosen, unless it names one.
    #[serde(default)]
    pub costs: Option<RouteCosts>,
    /// What the report shows besides what every report shows.
    #[serde(default)]
    pub report: ReportPlan,
}

/// What becomes of a request, in one unit of cost.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteCosts {
    /// Sent to a queue that cannot help best.
    pub misroute: f64,
    /// Waiting in the default queue for a human to look at it.
    pub wait: f64,
    /// Handed on from a wrong queue to the right one, besides the misroute itself.
    #[serde(default)]
    pub transfer: f64,
}

/// What the report shows besides what every report shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportPlan {
    /// Features or labels by whose values shoppers are compared; none unless it names some, since which differences matter
    /// is not in the data. A feature that is compared by and not learnt from is one that every head `exclude`s.
    pub groups: Vec<String>,
    /// Its language, unless the command says otherwise.
    pub lang: Lang,
    /// Whether alike shoppers are looked for. Default: where there are at least 3 number features and at most 50,000 rows.
    pub clusters: Option<bool>,
}

/// Where examples come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// A table: CSV, flat JSON, an Excel workbook, or CoNLL-style `token TAG` blocks (`.txt`); each may be packed by gzip.
    #[serde(default)]
    pub table: Option<PathBuf>,
    /// An event log in JSON Lines.
    #[serde(default)]
    pub log: Option<PathBuf>,
    /// Held-out examples in a file of their own, of the same form.
    #[serde(default)]
    pub test: Option<PathBuf>,
    /// Column of a table that says whose row it is: for splits by shopper, and the last value known of them.
    #[serde(default)]
    pub shopper: Option<String>,
    /// Column of a table that says when the decision is made: for splits by time.
    #[serde(default)]
    pub time: Option<String>,
    /// Further tables, joined by key and time.
    #[serde(default)]
    pub sources: Vec<SourcePlan>,
    /// Column of a table that holds the message.
    #[serde(default = "default_message")]
    pub message: String,
    /// Instead of `message`: columns of text that are read as fields of one message, each with weights of its own.
    #[serde(default)]
    pub fields: Vec<String>,
    /// How columns are read where inference is wrong or in doubt.
    #[serde(default)]
    pub kinds: Kinds,
    /// Texts that stand for a missing value in a column, in place of those that are recognised; an empty cell always does.
    #[serde(default)]
    pub missing: BTreeMap<String, Vec<String>>,
    /// Other spellings of labels: what is written, and what is meant.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Columns of a table that are not read.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// What is held out.
    #[serde(default)]
    pub split: SplitPlan,
    /// Messages as people wrote them, to calibrate on: nothing is learnt from them.
    #[serde(default)]
    pub calibration: Option<CalibrationPlan>,
}

/// A table of messages that people wrote, and what each is about: temperatures of text heads, bounds of what is out of scope and
/// prediction sets go by them, instead of by rows of the log or table, whose wording may be narrower.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationPlan {
    /// The table.
    pub file: PathBuf,
    /// Its column of messages.
    #[serde(default = "default_message")]
    pub message: String,
    /// Its column of labels.
    pub label: String,
}

/// What is held out, and how it is chosen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitPlan {
    /// By what rows are told apart.
    pub by: SplitBy,
    /// Share for choosing and calibrating.
    pub validation: f64,
    /// Share for the reported figures; not used where `test` names a file.
    pub test: f64,
    /// Cross-validate: hold each of so many parts out in turn. The bundle is then fitted on all rows.
    pub folds: Option<usize>,
}

impl Default for SplitPlan {
    fn default() -> Self {
        Self { by: SplitBy::Stratified, validation: 0.15, test: 0.2, folds: None }
    }
}

/// How rows are held out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Each class in its share.
    #[default]
    Stratified,
    /// A shopper whole, in one part.
    Shopper,
    /// The newest rows last.
    Time,
}

fn default_seed() -> u64 {
    DEFAULT_SEED
}

fn default_idle_s() -> u32 {
    DEFAULT_IDLE_S
}

fn default_message() -> String {
    "message".to_owned()
}

impl Store {
    /// Every file that learning reads.
    #[must_use]
    pub fn files(&self) -> Vec<&Path> {
        let data = &self.data;
        let mut files: Vec<&PathBuf> =
            [&data.table, &data.log, &data.test, &self.policy_file].into_iter().flatten().collect();
        files.extend(data.sources.iter().map(|source| &source.file));
        files.extend(data.calibration.as_ref().map(|plan| &plan.file));
        files.extend(self.teacher.iter().flat_map(TeacherPlan::files));
        files.into_iter().map(PathBuf::as_path).collect()
    }

    /// Reads and checks a `store.toml`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read; TOML that does not parse or has an unknown key, with line and column; two heads of one
    /// name; a head that reads a later one; neither or both of `table` and `log`; an environment variable that is not set.
    pub fn read(path: &Path) -> Result<Checked<Self>> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read {}: `floorwalker init` writes a starter", path.display())
        })?;
        let mut store: Self = toml::from_str(&text).map_err(|error| {
            anyhow!("{} is not a valid store.toml: {}", path.display(), toml_error(&text, &error).1)
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for found in [&mut store.data.table, &mut store.data.log, &mut store.data.test].into_iter().flatten()
        {
            *found = resolve(folder, found)?;
        }
        if let Some(teacher) = &mut store.teacher {
            teacher.resolve(|file| resolve(folder, file))?;
        }
        if let Some(calibration) = &mut store.data.calibration {
            calibration.file = resolve(folder, &calibration.file)?;
        }
        for source in &mut store.data.sources {
            source.file = resolve(folder, &source.file)?;
        }
        if let Some(file) = &store.policy_file {
            ensure!(
                store.policy.is_none(),
                "{}: it has a [policy] and a policy_file; keep one",
                path.display()
            );
            let file = resolve(folder, file)?;
            store.policy = Some(policy_file(&file)?.def);
            store.policy_file = Some(file);
        } else if store.policy.is_some() {
            let file = PolicyFile::parse(text, false);
            store.policy = Some(file.with_context(|| format!("{}: [policy]", path.display()))?.def);
        }
        store.check().with_context(|| path.display().to_string())
    }

    /// The store behind `floorwalker train TABLE --label LABEL`, not yet checked: one head, everything else by default.
    #[must_use]
    pub fn for_table(table: PathBuf, label: &str) -> Self {
        Self {
            name: table.file_stem().map_or("model".into(), |stem| stem.to_string_lossy().into_owned()),
            seed: DEFAULT_SEED,
            idle_s: DEFAULT_IDLE_S,
            data: Data {
                table: Some(table),
                log: None,
                test: None,
                shopper: None,
                time: None,
                sources: Vec::new(),
                message: default_message(),
                fields: Vec::new(),
                kinds: Kinds::new(),
                missing: BTreeMap::new(),
                rename: BTreeMap::new(),
                ignore: Vec::new(),
                split: SplitPlan::default(),
                calibration: None,
            },
            features: Vec::new(),
            heads: vec![HeadPlan::new(label)],
            prepare: PreparePlan::default(),
            policy: None,
            policy_file: None,
            teacher: None,
            costs: None,
            report: ReportPlan::default(),
        }
    }

    /// Checks what is written.
    ///
    /// # Errors
    ///
    /// Neither or both of `table` and `log`; costs out of their range, or without a policy; a name that is no file's; no head, two
    /// heads of one name, a head that reads a later one or whose settings contradict each other.
    pub fn check(self) -> Result<Checked<Self>> {
        ensure!(
            self.data.table.is_some() != self.data.log.is_some(),
            "[data] needs either `table` or `log`; name one file"
        );
        if let Some(RouteCosts { misroute, wait, transfer }) = self.costs {
            ensure!(self.policy.is_some(), "[costs] is about routes, and there is no [policy]");
            ensure!(
                misroute > 0.0 && wait >= 0.0 && transfer >= 0.0 && (misroute + wait + transfer).is_finite(),
                "[costs] needs a misroute above 0, and wait and transfer of 0 or more"
            );
        }
        // The bundle is called so where --out names no other.
        ensure!(
            !self.name.is_empty()
                && !self.name.starts_with('.')
                && !self.name.contains(['/', '\\', ':'])
                && !self.name.contains(char::is_control),
            "name = \"{}\": the bundle's file is called so; take a name without /, \\, : and a dot at its start",
            self.name.escape_debug()
        );
        ensure!(!self.heads.is_empty(), "no [[heads]]: say at least one label to predict");
        for (at, head) in self.heads.iter().enumerate() {
            let earlier = &self.heads[..at];
            head.check()?;
            ensure!(
                earlier.iter().all(|other| other.name != head.name),
                "two heads are called `{}`",
                head.name
            );
            head.costs
                .unwrap_or_default()
                .theory()
                .with_context(|| format!("head `{}`: costs", head.name))?;
            for read in head.inputs.iter().filter_map(|input| input.strip_prefix("head:")) {
                ensure!(
                    earlier.iter().any(|other| other.name == read),
                    "head `{}` reads `head:{read}`, which is not declared before it",
                    head.name
                );
            }
        }
        Ok(Checked::new(self))
    }
}
