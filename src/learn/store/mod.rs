//! `store.toml`: what to learn, from which data, and how requests are routed. Settings are kept as written; paths are resolved here.
//!
//! Features and policy are the engine's own definitions, so what is written here is what the page runs.
//!
//! Invariants
//! - In a checked [`Store`], heads have different names, and a head reads only heads declared before it.
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

use floorwalker_ranking::{CataloguePlan, RecommendPlan};

use floorwalker_data::join::SourcePlan;
use floorwalker_data::paths::resolve;
use floorwalker_data::read::Kinds;
use floorwalker_finding::Lang;
use floorwalker_finding::shown::toml_error;

mod checked;
mod head;
mod policy;
mod prepare;
mod shopper;
mod teacher;

pub use checked::Checked;
pub use head::{Categories, ChoicePlan, EncodePlan, HeadPlan, Missing, Predicts, Scaling};
pub use policy::{policy_file, policy_path};
pub use prepare::{
    Duplicates, FillRule, LimitAction, Limits, Measure, OutlierAction, OutlierPlan, OutlierRule,
    PermutationPlan, PreparePlan, SelectPlan, WeightPlan,
};
pub use shopper::{AnomalyBy, ProfilePlan, RiskPlan, SegmentsBy, SegmentsPlan, is_read};
pub use teacher::{TeacherPlan, VectorsPlan};

/// Seed of every random choice when `store.toml` gives none.
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
    /// Features made from events, or given by name as context. Empty: every column of the table that is not a label.
    #[serde(default)]
    pub features: Vec<FeatureDef>,
    /// What is predicted, in scoring order.
    #[serde(default)]
    pub heads: Vec<HeadPlan>,
    /// How the training rows are prepared.
    #[serde(default)]
    pub prepare: PreparePlan,
    /// How requests are routed.
    #[serde(default)]
    pub policy: Option<PolicyDef>,
    /// Instead of `policy`: the file that holds it, TOML or JSON.
    #[serde(default)]
    pub policy_file: Option<PathBuf>,
    /// A model that labels messages which have no label.
    #[serde(default)]
    pub teacher: Option<TeacherPlan>,
    /// What wrong routes cost. The policy's threshold is chosen by these costs; a threshold that the policy sets is a lower bound.
    #[serde(default)]
    pub costs: Option<RouteCosts>,
    /// The shop's own list of items.
    #[serde(default)]
    pub catalogue: Option<CataloguePlan>,
    /// How items are recommended; without it, none are.
    #[serde(default)]
    pub recommend: Option<RecommendPlan>,
    /// Features of shoppers that outlive the session.
    #[serde(default)]
    pub profile: Option<ProfilePlan>,
    /// Segments of shoppers; without it, there are none.
    #[serde(default)]
    pub segments: Option<SegmentsPlan>,
    /// Early warnings; without it, there are none.
    #[serde(default)]
    pub risk: Option<RiskPlan>,
    /// Optional contents of the report.
    #[serde(default)]
    pub report: ReportPlan,
}

/// What each outcome of a request costs, all in the same unit.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteCosts {
    /// Cost of sending a request to a queue other than the best one.
    pub misroute: f64,
    /// Cost of a request that waits in the default queue for a human to look at it.
    pub wait: f64,
    /// Cost of handing a request on from a wrong queue to the right one, in addition to `misroute`.
    #[serde(default)]
    pub transfer: f64,
}

/// Optional contents of the report.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportPlan {
    /// Features or labels by whose values groups of shoppers are compared. Default: none, since the data do not say which
    /// differences matter. To compare by a feature without learning from it, let every head `exclude` it.
    pub groups: Vec<String>,
    /// Language of the report, unless the command line sets one.
    pub lang: Lang,
    /// Whether shoppers are clustered. Default: yes when there are at least 3 number features and at most 50,000 rows.
    pub clusters: Option<bool>,
}

/// Where examples come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// A table: CSV, flat JSON, an Excel workbook, or CoNLL-style `token TAG` blocks (`.txt`); each may be compressed with gzip.
    #[serde(default)]
    pub table: Option<PathBuf>,
    /// An event log in JSON Lines.
    #[serde(default)]
    pub log: Option<PathBuf>,
    /// Held-out examples in a separate file of the same form.
    #[serde(default)]
    pub test: Option<PathBuf>,
    /// Column of a table that identifies the shopper of each row: for splits by shopper, and for joining the last known values.
    #[serde(default)]
    pub shopper: Option<String>,
    /// Column of a table that holds the time of the decision: for splits by time.
    #[serde(default)]
    pub time: Option<String>,
    /// Further tables, joined by key and time.
    #[serde(default)]
    pub sources: Vec<SourcePlan>,
    /// Column of a table that holds the message.
    #[serde(default = "default_message")]
    pub message: String,
    /// Instead of `message`: columns of text that are read as fields of one message; each field has weights of its own.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Kinds of columns, where their inference is wrong or in doubt.
    #[serde(default)]
    pub kinds: Kinds,
    /// Texts that stand for a missing value in a column, in place of those that are recognised; an empty cell always does.
    #[serde(default)]
    pub missing: BTreeMap<String, Vec<String>>,
    /// Other spellings of labels: from the spelling in the data to the label that is meant.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Columns of a table that are not read.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Which rows are held out.
    #[serde(default)]
    pub split: SplitPlan,
    /// Messages as people wrote them, used only for calibration; no head is trained on them.
    #[serde(default)]
    pub calibration: Option<CalibrationPlan>,
}

/// A table of messages that people wrote, and the label of each. Temperatures of text heads, out-of-scope thresholds and
/// prediction sets are calibrated on them instead of on rows of the log or table, whose wording may be less varied.
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

/// Which rows are held out, and how they are chosen.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitPlan {
    /// How rows are held out.
    pub by: SplitBy,
    /// Share of the validation rows, which are used for model selection and calibration.
    pub validation: f64,
    /// Share of the test rows, on which the reported metrics are computed; not used when `test` names a file.
    pub test: f64,
    /// Number of folds: cross-validate by holding each fold out in turn. The bundle is then fitted on all rows.
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
    /// Stratified: each class has the same share in every part.
    #[default]
    Stratified,
    /// Grouped: all rows of a shopper are in one part.
    Shopper,
    /// By time: the newest rows are the test rows, those before them the validation rows.
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
        files.extend(self.catalogue.as_ref().map(|plan| &plan.file));
        files.extend(self.teacher.iter().flat_map(TeacherPlan::files));
        files.into_iter().map(PathBuf::as_path).collect()
    }

    /// Reads and checks a `store.toml`.
    ///
    /// # Errors
    ///
    /// Fails for a file that cannot be read; TOML that does not parse or has an unknown key, with line and column; an environment
    /// variable that is not set; both a `[policy]` and a `policy_file`; a policy that is not valid; and whatever [`Store::check`]
    /// refuses.
    ///
    /// # Examples
    ///
    /// ```
    /// use floorwalker_learn::store::Store;
    ///
    /// let store: Store = toml::from_str(r#"
    ///     name = "shop"
    ///     [data]
    ///     table = "visits.csv"
    ///     [[heads]]
    ///     name = "buys"
    ///     label = "bought"
    ///     model = "trees"
    /// "#).unwrap();
    /// assert_eq!(store.check().unwrap().heads[0].name, "buys");
    /// ```
    pub fn read(path: &Path) -> Result<Checked<Self>> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read {}; `floorwalker init` writes a store to start from", path.display())
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
        if let Some(catalogue) = &mut store.catalogue {
            catalogue.file = resolve(folder, &catalogue.file)?;
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

    /// The store behind `floorwalker train TABLE --label LABEL`, not yet checked: one head, with defaults for everything else.
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
            catalogue: None,
            recommend: None,
            profile: None,
            segments: None,
            risk: None,
            report: ReportPlan::default(),
        }
    }

    /// Names of the heads that `[segments]` and `[risk]` make.
    pub fn made_heads(&self) -> impl Iterator<Item = &'static str> {
        let risk = self.risk.as_ref();
        let made = [
            ("segment", self.segments.is_some()),
            ("abandonment", risk.is_some_and(|plan| plan.abandonment)),
            ("churn", risk.is_some_and(|plan| plan.churn_days > 0)),
            ("anomaly", risk.is_some_and(|plan| plan.anomaly != AnomalyBy::None)),
        ];
        made.into_iter().filter(|(_, is_made)| *is_made).map(|(name, _)| name)
    }

    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// Fails for neither or both of `table` and `log`; a `[recommend]` without a log; costs out of their range, or without a policy; a name that cannot be a
    /// file name; no head; two heads of one name; a head that reads a later one, or whose settings contradict each other.
    pub fn check(self) -> Result<Checked<Self>> {
        ensure!(
            self.data.table.is_some() != self.data.log.is_some(),
            "[data] names both `table` and `log`, or neither; name one file"
        );
        if let Some(RouteCosts { misroute, wait, transfer }) = self.costs {
            ensure!(
                self.policy.is_some(),
                "[costs] needs a [policy], and there is none; add it, or remove [costs]"
            );
            ensure!(
                misroute > 0.0 && wait >= 0.0 && transfer >= 0.0 && (misroute + wait + transfer).is_finite(),
                "[costs] is out of range; write a misroute above 0, and a wait and a transfer of 0 or more"
            );
        }
        if let Some(recommend) = &self.recommend {
            ensure!(
                self.data.log.is_some(),
                "[recommend] learns from the sessions of a log, and [data] names a table; name a `log`, or remove [recommend]"
            );
            recommend.check().context("[recommend]")?;
        }
        ensure!(
            self.catalogue.is_none() || self.recommend.is_some(),
            "[catalogue] is read for [recommend], and there is none; add it, or remove [catalogue]"
        );
        let of_log = [
            ("[profile]", self.profile.as_ref().map(ProfilePlan::check)),
            ("[segments]", self.segments.as_ref().map(SegmentsPlan::check)),
            ("[risk]", self.risk.as_ref().map(RiskPlan::check)),
        ];
        for (section, checked) in of_log {
            let Some(checked) = checked else { continue };
            ensure!(
                self.data.log.is_some(),
                "{section} learns from the sessions of a log, and [data] names a table; name a `log`, or remove {section}"
            );
            checked.context(section)?;
        }
        for name in self.made_heads() {
            ensure!(
                self.heads.iter().all(|head| head.name != name),
                "the head `{name}` is made by [segments] or [risk]; call the one in [[heads]] otherwise"
            );
        }
        // The bundle's file is named after the store when `--out` names no other file.
        ensure!(
            !self.name.is_empty()
                && !self.name.starts_with('.')
                && !self.name.contains(['/', '\\', ':'])
                && !self.name.contains(char::is_control),
            "name = \"{}\" cannot be the name of the bundle's file; write one without /, \\ and :, and without a dot at its start",
            self.name.escape_debug()
        );
        ensure!(
            !self.heads.is_empty()
                || (self.policy.is_none()
                    && (self.recommend.is_some() || self.made_heads().next().is_some())),
            "there are no [[heads]]; add at least one, with the label to predict"
        );
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
