//! Names: skills that are asked for or offered in vain, and comparisons that never hold.

use super::super::known::{Known, Sort};
use super::Findings;
use crate::{Condition, Operand, Term};
use floorwalker_engine::route::Relation;
use std::collections::BTreeSet;

/// The range of a probability.
const SHARES: std::ops::RangeInclusive<f32> = 0.0..=1.0;

/// Largest edit distance between a name and the one that was probably meant.
const SLIPS: usize = 2;

impl<'a> Findings<'a> {
    pub(super) fn names(&mut self, known: Option<&Known<'_>>) {
        for (path, condition) in self.conditions() {
            for term in &condition.terms {
                if known.is_none() {
                    self.state(&path, term);
                }
                self.compared(&path, term, known);
            }
        }
        if let Some(known) = known {
            self.skills(known);
            self.spoken(known);
        }
    }

    /// Every condition, with its path.
    pub(super) fn conditions(&self) -> Vec<(String, &'a Condition)> {
        let def = self.def();
        let mut found: Vec<(String, Option<&Condition>)> = Vec::new();
        for (at, filter) in def.filters.iter().enumerate() {
            found.push((format!("filters[{at}].when"), filter.when.as_ref()));
            for (target, def) in filter.targets.iter().enumerate() {
                found.push((format!("filters[{at}].targets[{target}].skip_if"), def.skip_if.as_ref()));
            }
        }
        for (at, requirement) in def.requirements.iter().enumerate() {
            found.push((format!("requirements[{at}].when"), requirement.when.as_ref()));
        }
        found.push(("bot.unless".to_owned(), def.bot.as_ref().and_then(|bot| bot.unless.as_ref())));
        found.into_iter().filter_map(|(path, condition)| Some((path, condition?))).collect()
    }

    /// Reports an unknown number of the floor or of a queue. With a model, compiling refuses it.
    fn state(&mut self, path: &str, term: &Term) {
        let Term::Compare { what, .. } = term else { return };
        let of_floor = ["waiting", "agents", "free", "load"];
        let (known, fix) = match (what.strip_prefix("floor."), what.strip_prefix("queue.")) {
            (Some(state), _) => {
                (of_floor.contains(&state), "write floor.waiting, floor.agents, floor.free or floor.load")
            }
            (_, Some(state)) if path.ends_with("skip_if") => (
                of_floor.contains(&state) || state == "wait",
                "write queue.waiting, queue.agents, queue.free, queue.load or queue.wait",
            ),
            (_, Some(_)) => (
                false,
                "numbers of a single queue can be used only in a `skip_if`: write floor.waiting or another number of the floor",
            ),
            _ => return,
        };
        if !known {
            self.warn("condition_unknown", path, format!("a condition is not valid at `{what}`"), fix);
        }
    }

    /// Reports comparisons of values of different types, and comparisons with a probability that make no sense.
    fn compared(&mut self, path: &str, term: &Term, known: Option<&Known<'_>>) {
        let Term::Compare { what, relation, to } = term else { return };
        let is_of_intents = what.strip_prefix(&self.def().intents).is_some_and(|rest| rest.starts_with('.'));
        let is_probability = known.map_or(is_of_intents, |known| known.is_probability(what));
        match to {
            Operand::Number(number) if is_probability && !SHARES.contains(number) => {
                let found = format!("`{what} {relation} {number}`: `{what}` is a probability, from 0 to 1");
                self.warn("compare_range", path, found, "write a number from 0 to 1, such as 0.3 for 30 %");
            }
            Operand::Number(number)
                if is_probability && matches!(relation, Relation::Equal | Relation::Unequal) =>
            {
                let found = format!(
                    "`{what} {relation} {number}`: a probability is almost never exactly equal to a number"
                );
                self.warn(
                    "compare_exact",
                    path,
                    found,
                    format!("compare it with < or >, as in {what} > {number}"),
                );
            }
            Operand::Text(text)
                if !matches!(text.as_str(), "true" | "false")
                    && matches!(text.to_lowercase().as_str(), "true" | "false") =>
            {
                let found = format!(
                    "`{what} {relation} {text}`: here `{text}` is compared as a category, and not as true or false"
                );
                self.warn(
                    "compare_flag",
                    path,
                    found,
                    format!("write {what} {relation} {}", text.to_lowercase()),
                );
            }
            Operand::Number(number) if known.and_then(|known| known.sort(what)) == Some(Sort::Category) => {
                let found = format!("`{what} {relation} {number}` is never true: `{what}` is a category");
                self.warn(
                    "compare_sort",
                    path,
                    found,
                    format!("compare it with a category, as in {what} = \"{number}\""),
                );
            }
            // Booleans are numbers, but are written as `true` and `false`.
            Operand::Text(text)
                if known.and_then(|known| known.sort(what)) == Some(Sort::Number)
                    && !matches!(text.as_str(), "true" | "false") =>
            {
                let found = format!("`{what} {relation} {text}` is never true: `{what}` is a number");
                self.warn("compare_sort", path, found, format!("compare it with a number, as in {what} > 0"));
            }
            _ => {}
        }
    }

    /// Skills that intents ask for and no queue has, and those that queues have and nothing asks for.
    fn skills(&mut self, known: &Known<'_>) {
        let def = self.def();
        let named = |intent: &String| {
            def.requirements.iter().any(|requirement| requirement.intent.as_ref() == Some(intent))
        };
        let has: BTreeSet<&str> =
            def.queues.iter().flat_map(|queue| &queue.skills).map(|skill| skill.skill.as_str()).collect();
        let intents = known.outputs(&def.intents);
        let own = intents.iter().filter(|intent| !named(intent)).map(String::as_str);
        let needs = def.requirements.iter().flat_map(|requirement| &requirement.needs);
        let asked: BTreeSet<&str> = needs.map(|need| need.skill.as_str()).chain(own.clone()).collect();
        for intent in own.filter(|intent| !has.contains(intent)) {
            let what = format!("intent `{intent}` needs the skill of its own name, which no queue has");
            let idle = has.iter().copied().filter(|skill| !asked.contains(skill));
            let fix = "give the skill to a queue, or add a requirement that says what the intent needs";
            self.warn("intent_unskilled", "intents", what, meant(near(intent, idle), fix));
        }
        for (at, queue) in def.queues.iter().enumerate() {
            for (place, skill) in queue.skills.iter().enumerate() {
                let skill = skill.skill.as_str();
                if !asked.contains(skill) {
                    let what =
                        format!("queue `{}`: no intent and no requirement needs skill `{skill}`", queue.name);
                    let near = near(skill, asked.iter().copied());
                    let fix = "add a requirement that needs it, or remove it";
                    self.warn(
                        "skill_unasked",
                        &format!("queues[{at}].skills[{place}].skill"),
                        what,
                        meant(near, fix),
                    );
                }
            }
        }
    }

    /// Reports a language that is a number, and languages of queues that the head never names.
    fn spoken(&mut self, known: &Known<'_>) {
        let Some(language) = &self.def().language else { return };
        if known.sort(&language.from) == Some(Sort::Number) {
            let what = format!("language `{}` is a number, and languages of queues are names", language.from);
            self.warn("language_number", "language.from", what, "name a categorical feature or a head");
        }
        let outputs = known.outputs(&language.from);
        for (at, queue) in self.def().queues.iter().enumerate().filter(|_| !outputs.is_empty()) {
            let unknown = queue.languages.iter().enumerate().find(|(_, name)| !outputs.contains(name));
            if let Some((place, name)) = unknown {
                let what = format!("queue `{}`: head `{}` has no output `{name}`", queue.name, language.from);
                let fix = format!("write one of its outputs: {}", outputs.join(", "));
                self.warn("language_unknown", &format!("queues[{at}].languages[{place}]"), what, fix);
            }
        }
    }
}

/// A fix that names what was perhaps meant first.
fn meant(near: Option<&str>, fix: &str) -> String {
    near.map_or(fix.to_owned(), |near| format!("did you mean `{near}`? else {fix}"))
}

/// The one of `names` that `name` may be a misspelling of.
pub(super) fn near<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let others = names.filter(|other| *other != name);
    let name = name.to_lowercase();
    let slips = |other: &str| strsim::osa_distance(&name, &other.to_lowercase());
    let nearest = others.map(|other| (slips(other), other)).min()?;
    let is_slip = nearest.0 <= SLIPS && 2 * nearest.0 < name.chars().count();
    is_slip.then_some(nearest.1)
}
