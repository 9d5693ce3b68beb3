//! Lint: what a policy says and cannot mean. Each finding has a line and says what to do.
//!
//! | room     | finding                                                                                            |
//! |----------|----------------------------------------------------------------------------------------------------|
//! | here     | what makes it no policy, where that stands                                                         |
//! | here     | a filter that nothing reaches: a condition that cannot hold, or an earlier filter that takes all of it |
//! | here     | a skill that no queue has well enough, steps that drop nothing                                     |
//! | `queues` | hours with nothing open; a default, a `closed` or an overflow that may be shut or full; a queue that is always full; a bot that is none |
//! | `queues` | what has no effect: queues and hours nobody names, a threshold without `skills`; bounds that a mere guess clears |
//! | `times`  | what comes after the service level (`within`) or after the request's end (`ttl`)                   |
//! | `names`  | two filters of one name; by a model: skills that nothing asks for or nobody has, and comparisons that never hold |
//!
//! Not here: what makes a policy no policy (`engine::route`), the proof that requests arrive (`reach`).

mod names;
mod queues;
mod times;

#[cfg(test)]
mod tests;

use super::PolicyFile;
use super::known::Known;
use super::logic;
use super::reach::vocabulary;
use floorwalker_engine::route::{FilterDef, Names, PolicyDef, PolicyError};
use names::near;
use std::collections::BTreeSet;
use std::fmt;

/// Something that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, from line 1.
    pub line: usize,
    /// Whether the policy cannot be used; else it can, and does what nobody wants.
    pub is_error: bool,
    /// What.
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = if self.is_error { "error" } else { "warning" };
        write!(f, "{}: {sort}: {}; {}", self.line, self.what, self.fix)
    }
}

struct Findings<'a> {
    file: &'a PolicyFile,
    found: Vec<Finding>,
}

/// What is wrong with a policy, in the order of its lines. `known` is what the model that it is for knows; without it names are
/// taken as they stand.
#[must_use]
pub fn lint(file: &PolicyFile, known: Option<&Known<'_>>) -> Vec<Finding> {
    let mut findings = Findings { file, found: Vec::new() };
    let own = vocabulary(&file.def);
    let guessed = own.names();
    let names = known.map_or(&guessed, |known| &known.names);
    match file.def.compile(names) {
        Err(error) => findings.refused(&error, names),
        Ok(program) if known.is_some() => findings.guesses(program),
        Ok(_) => {}
    }
    findings.filters();
    findings.needs();
    findings.times();
    findings.queues();
    findings.names(known);
    findings.found.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.what.cmp(&b.what)));
    findings.found.dedup();
    findings.found
}

impl<'a> Findings<'a> {
    fn def(&self) -> &'a PolicyDef {
        &self.file.def
    }

    /// Something at `path`, a path of keys and places as in `filters[2].when`.
    fn warn(&mut self, path: &str, what: impl Into<String>, fix: impl Into<String>) {
        let line = self.file.line(path);
        self.found.push(Finding { line, is_error: false, what: what.into(), fix: fix.into() });
    }

    /// What makes it no policy, where it says so.
    fn refused(&mut self, error: &PolicyError, names: &Names<'_>) {
        let text = error.to_string();
        let (what, fix) = text.split_once("; ").unwrap_or((&text, "see `floorwalker policy schema`"));
        let meant = match error {
            PolicyError::Name { name, known, .. } => near(name, known.iter().map(String::as_str)),
            PolicyError::Skill { name, .. } => {
                let skills = self.def().queues.iter().flat_map(|queue| &queue.skills);
                near(name, skills.map(|skill| skill.skill.as_str()))
            }
            PolicyError::Condition { name, .. } => {
                let outputs = names.heads.iter().flat_map(|(_, outputs)| outputs.iter().map(String::as_str));
                let heads = names.heads.iter().map(|(name, _)| *name);
                near(name, heads.chain(names.features.iter().copied()).chain(outputs))
            }
            _ => None,
        };
        let fix = meant.map_or(fix.to_owned(), |meant| format!("did you mean `{meant}`? else {fix}"));
        let line = self.file.line(error.at());
        self.found.push(Finding { line, is_error: true, what: what.to_owned(), fix });
    }

    fn filters(&mut self) {
        let filters = &self.def().filters;
        for (at, filter) in filters.iter().enumerate() {
            let path = format!("filters[{at}].when");
            let name = &filter.name;
            if filter.when.as_ref().is_some_and(|when| !logic::can_hold(when)) {
                let what = format!("filter `{name}` is never reached: its condition contradicts itself");
                self.warn(&path, what, "correct the condition or drop the filter");
                continue;
            }
            let covers = |earlier: &&FilterDef| match (&earlier.when, &filter.when) {
                (None, _) => true,
                (Some(theirs), Some(ours)) => logic::implies(ours, theirs),
                (Some(_), None) => false,
            };
            if let Some(earlier) = filters[..at].iter().find(covers) {
                let what = format!(
                    "filter `{name}` is never reached: `{}` before it takes all of its requests",
                    earlier.name
                );
                self.warn(&path, what, "put it first, or narrow the one before it");
            }
            for (target, def) in filter.targets.iter().enumerate() {
                if def.skip_if.as_ref().is_some_and(|skip_if| !logic::can_hold(skip_if)) {
                    self.warn(
                        &format!("filters[{at}].targets[{target}].skip_if"),
                        format!("filter `{name}`: a `skip_if` that never holds"),
                        "correct it or drop it",
                    );
                }
            }
        }
    }

    /// Needs that nobody meets in full, and drop orders that no step reaches.
    fn needs(&mut self) {
        let def = self.def();
        let reach =
            def.filters.iter().flat_map(|filter| &filter.steps).map(|step| step.drop).max().unwrap_or(0);
        for (at, requirement) in def.requirements.iter().enumerate() {
            for (place, need) in requirement.needs.iter().enumerate() {
                let path = format!("requirements[{at}].needs[{place}].skill");
                let best =
                    def.queues.iter().flat_map(|queue| &queue.skills).filter(|has| has.skill == need.skill);
                let best = best.map(|has| has.proficiency).reduce(f32::max);
                let skill = &need.skill;
                if let Some(best) = best.filter(|best| need.required && *best < need.level) {
                    let what = format!(
                        "skill `{skill}` is required at {} and no queue has it above {best}",
                        need.level
                    );
                    self.warn(&path, what, "lower the level, train a queue, or do not require it");
                }
                if need.drop > reach {
                    let what = format!("skill `{skill}` is never dropped: no step drops up to {}", need.drop);
                    self.warn(&path, what, "add a step to a filter, or take its `drop` away");
                }
            }
        }
        self.idle_steps();
    }

    fn idle_steps(&mut self) {
        let def = self.def();
        let orders: BTreeSet<u8> = def
            .requirements
            .iter()
            .flat_map(|requirement| requirement.needs.iter().map(|need| need.drop))
            .chain(def.language.iter().map(|language| language.drop))
            .collect();
        for (at, filter) in def.filters.iter().enumerate() {
            let mut before = 0;
            for (step, def) in filter.steps.iter().enumerate() {
                let is_idle =
                    def.drop <= before || orders.range(before.saturating_add(1)..=def.drop).next().is_none();
                // One that drops less than another is refused, and has been named.
                if is_idle && def.drop >= before {
                    let what = format!("filter `{}`: the step at {} s drops nothing", filter.name, def.at);
                    self.warn(
                        &format!("filters[{at}].steps[{step}]"),
                        what,
                        "give a need that `drop`, or drop the step",
                    );
                }
                before = def.drop.max(before);
            }
        }
    }
}
