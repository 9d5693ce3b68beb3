//! Policies: reading them from TOML or JSON, looking up time zones, compiling for a model, and checks for what is legal and yet wrong.
//!
//! | module   | what is there                                              |
//! |----------|------------------------------------------------------------|
//! | `zone`   | the rule of a time zone, by its name                       |
//! | `locate` | line and column of a path of keys and indices              |
//! | `known`  | the names of the model of a policy                         |
//! | `vocabulary` | the names that a policy itself uses, without a model   |
//! | `space`  | which requests a policy can tell apart                     |
//! | `moments` | which hours are open together, and when                   |
//! | `fault`  | what is wrong with a policy, as a finding with its place   |
//! | `lint`   | findings: what a policy says and cannot mean               |
//! | `proof`  | the proof that every request has a queue, and by when      |
//! | `examine` | both, as findings                                         |
//! | `targets` | what chats call the queues                              |
//! | `handover` | the rules that chats need for that                    |
//! | `arms`   | the bandits in a policy, and writing what they learnt      |
//!
//! Not here: deciding (`engine::route`).

mod arms;
mod compile;
mod dates;
#[cfg(test)]
mod decisions;
mod def;
mod examine;
mod fault;
pub mod handover;
mod hours;
mod known;
mod lint;
mod locate;
mod moments;
mod names;
mod proof;
mod space;
pub mod targets;
mod text;
mod vocabulary;
mod zone;

#[cfg(test)]
mod tests;

pub use arms::{BanditPlace, DIGITS, bandits, version, with_arms};
pub use compile::{MAX_SKILLS, PolicyError};
pub use def::{
    ArmDef, BanditDef, BotDef, By, FilterDef, LanguageDef, MAX_INPUTS, NeedDef, PolicyDef, PreferredDef,
    QueueDef, RequirementDef, SkillDef, SnapshotDef, StrategyDef, TargetDef,
};
pub use examine::{Examined, examine};
pub use fault::{Fault, Finding, finding_line};
pub use hours::{Date, Days, HoursDef, Minute, ShiftDef, SpanDef, SpecialDef, ZoneDef};
pub use known::{Known, Sort};
pub use lint::lint;
pub use names::{Condition, Names, Operand, Term};
pub use proof::{Case, Left, Proof, prove, refute};
pub use vocabulary::asked;

use anyhow::{Context, Result, anyhow};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::head::HeadDef;
use floorwalker_engine::route::PolicyProgram;
use floorwalker_finding::shown;
use serde::Deserialize;
use std::path::Path;

/// The JSON Schema of a policy file.
pub const SCHEMA: &str = include_str!("schema.json");

/// A commented policy that uses most settings.
pub const EXAMPLE: &str = include_str!("example.toml");

/// A policy and the text that it was read from.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// Its definition, with the rules of time zones.
    pub def: PolicyDef,
    /// Its text.
    pub text: String,
    /// Whether the text is JSON, and not TOML.
    pub is_json: bool,
    /// Whether the policy is the `[policy]` table of a store.
    pub is_in_store: bool,
}

/// A store, of which only the policy is read.
#[derive(Deserialize)]
struct Store {
    policy: PolicyDef,
}

impl PolicyFile {
    /// Reads a policy: JSON where the file name ends in `.json`, else TOML. Of a TOML document with a `[policy]` table, that table is read.
    ///
    /// # Errors
    ///
    /// A file that cannot be read; text that is no policy, with line and column; an unknown time zone.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        Self::parse(text, is_json).with_context(|| {
            format!("{name} is not a valid policy; `floorwalker policy schema` prints its form")
        })
    }

    /// Reads a policy from text, as [`PolicyFile::read`] does from a file.
    ///
    /// # Errors
    ///
    /// Text that is no policy, an unknown time zone: with line, column and code.
    ///
    /// # Examples
    ///
    /// ```
    /// use floorwalker_policy::PolicyFile;
    ///
    /// let text = r#"
    ///     version = "1"
    ///     intents = "intent"
    ///     default_queue = "care"
    ///     [[queues]]
    ///     name = "care"
    ///     skills = [{ skill = "returns" }]
    /// "#;
    /// let file = PolicyFile::parse(text.to_owned(), false).unwrap();
    /// assert_eq!(file.def.queues[0].name, "care");
    /// let error = PolicyFile::parse(text.replace("skills", "skils"), false).unwrap_err();
    /// assert!(error.to_string().starts_with("7:5: error[not_a_policy]"), "{error}");
    /// ```
    pub fn parse(text: String, is_json: bool) -> Result<Self> {
        let is_in_store =
            !is_json && toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key("policy"));
        let refused = |(line, column): (usize, usize), why: &dyn std::fmt::Display| {
            anyhow!("{line}:{column}: error[not_a_policy]: {why}")
        };
        let in_toml = |error: toml::de::Error| {
            let (place, message) = shown::toml_error(&text, &error);
            refused(place, &message)
        };
        let def: PolicyDef = if is_json {
            serde_json::from_str(&text).map_err(|error| refused((error.line(), error.column()), &error))?
        } else if is_in_store {
            toml::from_str::<Store>(&text).map_err(in_toml)?.policy
        } else {
            toml::from_str(&text).map_err(in_toml)?
        };
        let mut file = Self { def, text, is_json, is_in_store };
        if let Err(error) = find_zones(&mut file.def) {
            // Rules are looked up in order, so the first hours without one are at fault.
            let bad = file.def.hours.iter().position(|hours| hours.zone.rule.is_none()).unwrap_or(0);
            let (line, column) = file.place(&format!("hours[{bad}].zone"));
            return Err(anyhow!("{line}:{column}: error[zone_unknown]: {error:#}"));
        }
        Ok(file)
    }

    /// Line and column of a path of keys and indices, as in `filters[2].when`. Where nothing is written at the path, those of the nearest
    /// entry around it.
    #[must_use]
    pub fn place(&self, path: &str) -> (usize, usize) {
        let within: &[&str] = if self.is_in_store { &["policy"] } else { &[] };
        locate::place(&self.text, self.is_json, &[within, &locate::steps(path)].concat())
    }
}

/// The date that `text` writes, as in `2026-12-25`.
///
/// # Errors
///
/// Text that is no date.
pub fn date(text: &str) -> Result<Date, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// Today's date in UTC, by the clock of the machine.
#[must_use]
pub fn today() -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Date(i32::try_from(since.as_secs() / 86_400).unwrap_or(i32::MAX))
}

/// Looks up the rules of the time zones, and fills them in.
///
/// # Errors
///
/// A name that the IANA database does not have; the error suggests what may have been meant.
pub fn find_zones(def: &mut PolicyDef) -> Result<()> {
    for hours in &mut def.hours {
        if hours.zone.rule.is_none() {
            let rule = zone::rule(&hours.zone.name).with_context(|| format!("hours `{}`", hours.name))?;
            hours.zone.rule = Some(rule);
            hours.zone.shifts = zone::shifts(&hours.zone.name, rule);
        }
    }
    Ok(())
}

/// The program of `def` for a model of these heads and features.
///
/// # Errors
///
/// What [`PolicyDef::compile`] refuses.
pub fn compile(def: &PolicyDef, heads: &[HeadDef], features: &[FeatureDef]) -> Result<PolicyProgram> {
    let names = Names {
        heads: heads.iter().map(|head| (head.name.as_str(), &head.outputs[..])).collect(),
        features: features.iter().map(|feature| feature.name.as_str()).collect(),
    };
    Ok(def.compile(&names)?)
}
