//! Examples from an event log: one row for each labelled line, with the features as the page would have had them at that time.

use super::{Examples, Moment, Prefixes, joined, replay};
use crate::store::HeadPlan;
use anyhow::{Context, Result, bail};
use floorwalker_data::join::SourcePlan;
use floorwalker_data::read::{Log, ParamValue};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{FeatureDef, FeatureProgram};
use floorwalker_engine::head::experts::cell;
use floorwalker_engine::symbol::Symbol;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads a log. Prefixes of sessions are collected when one of `heads` is a fusion.
pub(super) fn read(
    path: &Path,
    features: &[FeatureDef],
    idle_s: u32,
    heads: &[HeadPlan],
    sources: &[SourcePlan],
) -> Result<Examples> {
    let program = FeatureProgram::new(features.to_vec()).context("[[features]]")?;
    let log = Log::read(path)?;
    let mut examples = Examples { features: features.to_vec(), names: names(&log), ..Examples::default() };
    examples.warnings.extend(log.note());
    let mut shoppers = BTreeMap::new();
    let mut who = Vec::new();
    let mut labels = Vec::new();
    let wants_prefixes = heads.iter().any(|head| head.model.weighs_experts());
    let mut session = Session::default();
    replay(&log, &program, idle_s, wants_prefixes, |moment| {
        if wants_prefixes {
            session.see(moment);
        }
        if moment.event.labels.is_empty() {
            return Ok(());
        }
        if wants_prefixes {
            session.prefixes(examples.n_rows(), moment.events, &mut examples.prefixes);
        }
        let next = u32::try_from(shoppers.len()).unwrap_or(u32::MAX);
        examples.shoppers.push(*shoppers.entry(moment.event.shopper.clone()).or_insert(next));
        who.push(moment.event.shopper.clone());
        examples.values.extend_from_slice(moment.features);
        examples.messages.push(moment.event.message.clone().unwrap_or_default());
        examples.at_ms.push(moment.now_ms);
        examples.events.push(moment.events);
        examples.lines.push(moment.event.line);
        labels.push(moment.event.labels.clone());
        Ok(())
    })?;
    if labels.is_empty() && !heads.is_empty() {
        bail!(
            "{}: no line has `labels`; add them to the lines that models should learn from",
            path.display()
        );
    }
    let mut known: Vec<&String> = labels.iter().flat_map(BTreeMap::keys).collect();
    known.sort_unstable();
    known.dedup();
    for name in known {
        examples.labels.insert(name.clone(), labels.iter().map(|row| row.get(name).cloned()).collect());
    }
    joined::sources(sources, &mut examples, &who)?;
    Ok(examples)
}

/// The features of the current shopper at each event of the current session.
#[derive(Default)]
struct Session {
    shopper: String,
    moments: Vec<(u32, Vec<Value>)>,
}

impl Session {
    fn see(&mut self, moment: &Moment<'_>) {
        let is_over = self.moments.last().is_some_and(|(events, _)| moment.events < *events);
        if is_over || self.shopper != moment.event.shopper {
            self.moments.clear();
            self.shopper.clone_from(&moment.event.shopper);
        }
        if self.moments.last().is_none_or(|(events, _)| moment.events > *events) {
            self.moments.push((moment.events, moment.features.to_vec()));
        }
    }

    /// Adds to `out` the last earlier state of the session for each kind of evidence below the kind of `row` itself.
    fn prefixes(&self, row: usize, events: u32, out: &mut Prefixes) {
        let own = cell(false, events);
        for kind in 0..own {
            let last = self.moments.iter().rfind(|(events, _)| cell(false, *events) == kind);
            if let Some((events, features)) = last {
                out.rows.push(row as u32);
                out.events.push(*events);
                out.values.extend_from_slice(features);
            }
        }
    }
}

/// The string of every symbol that can occur in the log's features.
pub(crate) fn names(log: &Log) -> BTreeMap<Symbol, String> {
    let mut names = BTreeMap::new();
    let mut name = |text: &str| {
        names.entry(Symbol::of(text)).or_insert_with(|| text.to_owned());
    };
    ["night", "morning", "afternoon", "evening", "workday", "weekend"].into_iter().for_each(&mut name);
    for event in &log.events {
        for item in &event.items {
            [&item.id, &item.category, &item.brand, &item.variant]
                .into_iter()
                .flatten()
                .for_each(|text| name(text));
        }
        for (_, value) in event.params.iter().chain(&event.context) {
            if let ParamValue::Text(text) = value {
                name(text);
            }
        }
    }
    names
}
