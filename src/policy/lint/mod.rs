//! Lint: what a policy says and cannot mean. Each finding has a stable code, line and column, and says what to do.
//!
//! | module     | what is checked                                                                          |
//! |------------|------------------------------------------------------------------------------------------|
//! | here       | errors that make the policy invalid, with their place                                    |
//! | `filters`  | filters that nothing reaches, conditions that always or never hold, targets that are never tried |
//! | `needs`    | required skills that no queue has, needs that are never dropped, steps that drop nothing  |
//! | `times`    | what comes after the service level (`within`) or after the request's end (`ttl`), numbers in another unit |
//! | `hours`    | hours that are never open or not open as they seem, holidays, dates with hours of their own, zones |
//! | `queues`   | queues that are shut, full or unreachable when they are needed, and what has no effect    |
//! | `settings` | bounds that turn away no request or all, exploration, strategies and what they learn      |
//! | `names`    | comparisons that never hold; with a model: skills that nothing asks for or no queue has    |
//! | `handover` | chat vendors and queues that do not exist, in what chats call the queues                    |
//! | `alike`    | names that are used twice, or differ in what is hard to see                               |
//!
//! Not here: what makes a policy invalid (`compile`), the proof that requests have a queue (`proof`).

mod alike;
mod filters;
mod handover;
mod hours;
mod names;
mod needs;
mod queues;
mod settings;
mod times;

#[cfg(test)]
mod tests;

use super::PolicyFile;
use super::known::Known;
use super::space::Space;
use super::vocabulary::vocabulary;
use crate::{Date, Fault, Finding, Names, PolicyDef, PolicyError};
use alike::folded;
use floorwalker_finding::Severity;
use names::near;

/// Collects findings.
pub(super) struct Findings<'a> {
    file: &'a PolicyFile,
    /// The day on which the policy is checked.
    today: Date,
    pub(super) found: Vec<Finding>,
}

/// What is wrong with a policy on the day `today`, in the order of its lines. `known` has the names of the model that it is for;
/// without it, names are not checked against one.
#[must_use]
pub fn lint(file: &PolicyFile, known: Option<&Known<'_>>, today: Date) -> Vec<Finding> {
    let mut findings = Findings::new(file, today);
    let own = vocabulary(&file.def);
    let guessed = own.names();
    let names = known.map_or(&guessed, |known| &known.names);
    match file.def.compile(names) {
        Err(error) => findings.refused(&error, names),
        Ok(program) => {
            let links = known.map_or(&[][..], |known| &known.links);
            if let Ok(space) = Space::new(&program, names, links) {
                findings.filters(&space);
                findings.conditions_of_others(&space);
            }
            if let Some(known) = known {
                findings.of_model(program, known);
            }
        }
    }
    findings.needs();
    findings.times();
    findings.hours();
    findings.queues();
    findings.settings();
    findings.names(known);
    findings.handover();
    findings.alike(known);
    findings.sorted()
}

impl<'a> Findings<'a> {
    pub(super) fn new(file: &'a PolicyFile, today: Date) -> Self {
        Self { file, today, found: Vec::new() }
    }

    /// The findings in the order of their places, without duplicates.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.found.sort_by(|a, b| (&a.place, &a.kind.what).cmp(&(&b.place, &b.kind.what)));
        self.found.dedup();
        self.found
    }

    pub(super) fn file(&self) -> &'a PolicyFile {
        self.file
    }

    fn def(&self) -> &'a PolicyDef {
        &self.file.def
    }

    /// Adds a warning at `path`, a path of keys and indices as in `filters[2].when`.
    pub(super) fn warn(
        &mut self,
        code: &'static str,
        path: &str,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.add(Severity::Caution, path, Fault { code, what: what.into(), fix: fix.into() });
    }

    fn add(&mut self, severity: Severity, path: &str, kind: Fault) {
        self.found.push(Finding { severity, place: self.file.place(path).into(), kind });
    }

    /// Adds the error that makes the policy invalid, with a suggestion where a name looks like a misspelling.
    fn refused(&mut self, error: &PolicyError, names: &Names<'_>) {
        let text = error.to_string();
        let (what, fix) = text.split_once("; ").unwrap_or((&text, "see `floorwalker policy schema`"));
        let heads = || names.heads.iter().map(|(name, _)| *name);
        let (name, known): (&str, Vec<&str>) = match error {
            PolicyError::Name { name, known, .. } => (name, known.iter().map(String::as_str).collect()),
            PolicyError::Skill { name, .. } => {
                let skills = self.def().queues.iter().flat_map(|queue| &queue.skills);
                (name, skills.map(|skill| skill.skill.as_str()).collect())
            }
            PolicyError::Condition { name, .. } => {
                let outputs = names.heads.iter().flat_map(|(_, outputs)| outputs.iter().map(String::as_str));
                (name, heads().chain(names.features.iter().copied()).chain(outputs).collect())
            }
            _ => ("", Vec::new()),
        };
        let same = known.iter().find(|other| **other != name && folded(other) == folded(name));
        let fix = match (same, near(name, known.iter().copied())) {
            (Some(same), _) => format!(
                "did you mean `{same}`, which differs only by case, spaces or Unicode form? copy the name from there"
            ),
            (None, Some(meant)) => format!("did you mean `{meant}`? else {fix}"),
            (None, None) => fix.to_owned(),
        };
        self.add(Severity::Serious, error.at(), Fault { code: code(error), what: what.to_owned(), fix });
    }
}

/// The code of an error that makes a policy invalid.
fn code(error: &PolicyError) -> &'static str {
    match error {
        PolicyError::Name { .. } => "name_unknown",
        PolicyError::Twice { name, .. } if name.is_empty() => "name_empty",
        PolicyError::Twice { .. } => "name_twice",
        PolicyError::Requirement { .. } => "requirement_shape",
        PolicyError::Skill { .. } => "skill_unknown",
        PolicyError::Range { .. } => "out_of_range",
        PolicyError::Condition { .. } => "condition_unknown",
        PolicyError::Zone { .. } => "zone_unknown",
        PolicyError::Circle { .. } => "parent_circle",
        PolicyError::Steps { .. } => "steps_order",
        PolicyError::Arm { .. } => "arm_shape",
        PolicyError::Many { .. } => "too_many",
    }
}
