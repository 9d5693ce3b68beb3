//! Policies: read from TOML or JSON, their time zones found, compiled for a model, checked for what is legal and yet wrong.
//!
//! | room     | what is there                                              |
//! |----------|------------------------------------------------------------|
//! | `zone`   | the rule of a time zone, by its name                       |
//! | `locate` | the line on which something stands                         |
//! | `logic`  | which conditions can hold, and which only with another     |
//! | `lint`   | findings: what a policy says and cannot mean               |
//! | `reach`  | the proof that every request reaches a queue, and by when  |
//! | `arms`   | where bandits stand, and what they learnt written there    |
//!
//! Not here: deciding, and errors that make a policy no policy (`engine::route`).

mod arms;
mod lint;
mod locate;
mod logic;
mod reach;
mod zone;

#[cfg(test)]
mod tests;

pub use arms::{BanditPlace, DIGITS, bandits, version, with_arms};
pub use lint::{Finding, lint};
pub use reach::{Reach, reach};

use anyhow::{Context, Result};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::head::HeadDef;
use floorwalker_engine::route::{Names, PolicyDef, PolicyProgram};
use serde::Deserialize;
use std::path::Path;

/// The JSON Schema of a policy file.
pub const SCHEMA: &str = include_str!("schema.json");

/// A policy and the text that it was read from.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// What it says, zones found.
    pub def: PolicyDef,
    /// How it says it.
    pub text: String,
    /// Whether that is JSON, and not TOML.
    pub is_json: bool,
    /// Whether it is the `[policy]` of a store.
    pub is_in_store: bool,
}

/// A store, as far as its policy goes.
#[derive(Deserialize)]
struct Store {
    policy: PolicyDef,
}

impl PolicyFile {
    /// Reads a policy: JSON where the name ends in `.json`, else TOML; of a store its `[policy]`.
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

    /// The same of text from elsewhere.
    ///
    /// # Errors
    ///
    /// Text that is no policy, with line and column; an unknown time zone.
    pub fn parse(text: String, is_json: bool) -> Result<Self> {
        let is_in_store =
            !is_json && toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key("policy"));
        let mut def: PolicyDef = if is_json {
            serde_json::from_str(&text)?
        } else if is_in_store {
            toml::from_str::<Store>(&text)?.policy
        } else {
            toml::from_str(&text)?
        };
        find_zones(&mut def)?;
        Ok(Self { def, text, is_json, is_in_store })
    }

    /// The line on which something stands: a path of keys and places, as in `["filters", "2", "when"]`. Where it is not written,
    /// that of the nearest thing around it.
    #[must_use]
    pub fn line(&self, path: &[&str]) -> usize {
        let within: &[&str] = if self.is_in_store { &["policy"] } else { &[] };
        locate::line(&self.text, self.is_json, &[within, path].concat())
    }
}

/// Fills in the rules of time zones.
///
/// # Errors
///
/// A name that the IANA database does not have, with the one most like it.
pub fn find_zones(def: &mut PolicyDef) -> Result<()> {
    for hours in &mut def.hours {
        if hours.zone.rule.is_none() {
            let rule = zone::rule(&hours.zone.name).with_context(|| format!("hours `{}`", hours.name))?;
            hours.zone.rule = Some(rule);
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
