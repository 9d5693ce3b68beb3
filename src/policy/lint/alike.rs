//! Names that are used twice, names that differ only in what is hard to see, and names with invisible characters.
//!
//! # Source
//!
//! Unicode Standard Annex 15, *Unicode Normalization Forms*: form KC, which writes full-width letters as plain ones, too.

use super::super::known::Known;
use super::Findings;
use crate::{Operand, Term};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// Length in characters past which a name is reported as too long.
const LONG: usize = 100;

impl Findings<'_> {
    pub(super) fn alike(&mut self, known: Option<&Known<'_>>) {
        let def = self.def();
        let filters: Vec<(String, &str)> = places("filters", def.filters.iter().map(|filter| &filter.name));
        let hours: Vec<(String, &str)> = places("hours", def.hours.iter().map(|hours| &hours.name));
        let queues: Vec<(String, &str)> = places("queues", def.queues.iter().map(|queue| &queue.name));
        self.twins(&filters);
        let (mut skills, mut languages) = (Vec::new(), Vec::new());
        for (at, queue) in def.queues.iter().enumerate() {
            let own: Vec<(String, &str)> = queue
                .skills
                .iter()
                .enumerate()
                .map(|(place, skill)| (format!("queues[{at}].skills[{place}].skill"), skill.skill.as_str()))
                .collect();
            self.once(
                &own,
                "skill_twice",
                &format!("queue `{}`: skill", queue.name),
                "only the better one counts; remove the other",
            );
            skills.extend(own);
            let own: Vec<(String, &str)> = queue
                .languages
                .iter()
                .enumerate()
                .map(|(place, name)| (format!("queues[{at}].languages[{place}]"), name.as_str()))
                .collect();
            self.once(&own, "language_twice", &format!("queue `{}`: language", queue.name), "remove one");
            languages.extend(own);
        }
        let mut intents: Vec<(String, &str)> = Vec::new();
        for (at, requirement) in def.requirements.iter().enumerate() {
            intents.extend(
                requirement.intent.iter().map(|name| (format!("requirements[{at}].intent"), &**name)),
            );
            let needs = requirement.needs.iter().enumerate();
            skills.extend(
                needs.map(|(n, need)| (format!("requirements[{at}].needs[{n}].skill"), need.skill.as_str())),
            );
        }
        let (mut features, mut categories) = (Vec::new(), BTreeMap::<&str, Vec<(String, &str)>>::new());
        for (path, condition) in self.conditions() {
            for term in &condition.terms {
                let Term::Compare { what, to, .. } = term else { continue };
                features.push((path.clone(), what.as_str()));
                if let Operand::Text(text) = to {
                    categories.entry(what).or_default().push((path.clone(), text.as_str()));
                }
            }
        }
        for names in categories.values() {
            self.similar("category", names);
        }
        let outputs = known.map_or(&[][..], |known| known.outputs(&def.intents));
        skills.extend(outputs.iter().map(|intent| ("intents".to_owned(), intent.as_str())));
        for (sort, names) in [
            ("queue", &queues),
            ("filter", &filters),
            ("hours", &hours),
            ("skill", &skills),
            ("language", &languages),
            ("intent", &intents),
            ("name", &features),
        ] {
            self.similar(sort, names);
            self.odd(sort, names);
        }
    }

    fn twins(&mut self, filters: &[(String, &str)]) {
        let mut seen = BTreeSet::new();
        for (path, name) in filters {
            if !seen.insert(*name) {
                let what =
                    format!("two filters are called `{name}`: a decision would not show which one matched");
                self.warn("filter_twice", path, what, "give each a name of its own");
            }
        }
    }

    fn once(&mut self, names: &[(String, &str)], code: &'static str, whose: &str, why: &str) {
        let mut seen = BTreeSet::new();
        for (path, name) in names {
            if !seen.insert(*name) {
                self.warn(code, path, format!("{whose} `{name}` is listed twice"), why);
            }
        }
    }

    /// Names that differ, but look the same.
    fn similar(&mut self, sort: &str, names: &[(String, &str)]) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for (path, name) in names {
            let other = *seen.entry(folded(name)).or_insert(name);
            if other != *name && told.insert(*name) {
                let what = format!(
                    "{sort} `{name}` and {sort} `{other}` differ only by case, spaces, hyphens or Unicode form, and count as two different ones"
                );
                self.warn(
                    "names_alike",
                    path,
                    what,
                    "write the same name for both, or make the names clearly different",
                );
            }
        }
    }

    /// Names that are empty, too long, or have invisible characters.
    fn odd(&mut self, sort: &str, names: &[(String, &str)]) {
        let mut told = BTreeSet::new();
        for (path, name) in names.iter().filter(|(_, name)| told.insert(*name)) {
            let n = name.chars().count();
            if name.is_empty() && sort != "queue" {
                self.warn("name_empty", path, format!("the name of a {sort} is empty"), "write a name");
            } else if is_hidden(name) {
                let what = format!(
                    "{sort} {name:?} has a space at an end, two spaces in a row, or invisible characters"
                );
                self.warn("name_hidden", path, what, "remove them");
            } else if n > LONG {
                let what = format!("the name of a {sort} has {n} characters, and every decision repeats it");
                self.warn("name_long", path, what, format!("write at most {LONG} characters"));
            }
        }
    }
}

/// Names and their paths, for a list of entries with a name.
fn places<'n>(list: &str, names: impl Iterator<Item = &'n String>) -> Vec<(String, &'n str)> {
    names.enumerate().map(|(at, name)| (format!("{list}[{at}].name"), name.as_str())).collect()
}

/// Whether a character is invisible.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn is_hidden(name: &str) -> bool {
    let spaces: Vec<bool> = name.chars().map(char::is_whitespace).collect();
    name.trim() != name || name.chars().any(is_unseen) || spaces.windows(2).any(|pair| pair == [true, true])
}

/// A name without what is hard to see: case, invisible characters, Unicode form; spaces, hyphens and underscores are one space.
pub(super) fn folded(name: &str) -> String {
    let plain: String = name.nfkc().filter(|c| !is_unseen(*c) || c.is_whitespace()).collect();
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}');
    let words: Vec<&str> = plain.split(is_gap).filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}
