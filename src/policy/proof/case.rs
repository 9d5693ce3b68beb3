//! Case: a request with its age and its moment, and their description in words.

use super::super::moments::Local;
use super::super::space::shown;
use crate::{Names, Operand, PolicyDef, Term};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Scores;
use floorwalker_engine::route::{QueueState, Request, Snapshot, Source, ZoneRule};
use floorwalker_engine::symbol::Symbol;
use std::fmt;

/// Number of agents of a staffed queue: more than any condition would ask for.
const MANY: f32 = 1e6;

/// A request, its moment, and its age.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its description in words.
    pub(super) words: String,
    /// `[n_features]`.
    pub features: Vec<Value>,
    /// `[n_heads]`.
    pub scores: Vec<Scores>,
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// Age: seconds since the request was first made.
    pub age_s: f32,
    /// Whether there is a snapshot in which every queue has agents and nobody waits; else there is none.
    pub is_staffed: bool,
    /// Whether the engine can be asked about the request as it stands: it does not depend on numbers of the floor.
    pub is_whole: bool,
}

impl Case {
    /// The request.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        let Self { features, scores, now_ms, age_s, .. } = self;
        Request { features, scores, now_ms: *now_ms, age_s: *age_s, ..Request::default() }
    }

    /// The snapshot, for a policy of `n_queues` queues.
    #[must_use]
    pub fn snapshot(&self, n_queues: usize) -> Snapshot {
        if self.is_staffed { staffed(n_queues) } else { Snapshot::default() }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// A snapshot in which every queue has agents and nobody waits. Whether a queue is open depends on its hours.
pub(super) fn staffed(n_queues: usize) -> Snapshot {
    let queue =
        QueueState { waiting: 0.0, agents: MANY, in_service: 0.0, idle_s: 60.0, ..QueueState::default() };
    Snapshot { queues: vec![queue; n_queues], ..Snapshot::default() }
}

/// Describes requests of a policy in words.
pub(super) struct Teller<'a> {
    def: &'a PolicyDef,
    names: &'a Names<'a>,
    /// Categories that the policy names.
    categories: Vec<(u32, String)>,
    language: Option<Source>,
    intents: usize,
}

impl<'a> Teller<'a> {
    pub(super) fn new(def: &'a PolicyDef, names: &'a Names<'a>, language: Option<Source>) -> Self {
        let operands = super::super::vocabulary::conditions(def)
            .flat_map(|condition| &condition.terms)
            .filter_map(|term| match term {
                Term::Compare { to: Operand::Text(text), .. } => Some(text),
                _ => None,
            });
        let spoken = def.queues.iter().flat_map(|queue| &queue.languages);
        let categories = operands.chain(spoken).map(|text| (Symbol::of(text).raw(), text.clone())).collect();
        let intents = names.heads.iter().position(|(name, _)| *name == def.intents).unwrap_or(0);
        Self { def, names, categories, language, intents }
    }

    /// The case in words; `floors` are numbers of the floor that conditions read, by name.
    pub(super) fn describe(&self, case: &mut Case, floors: &[(String, Value)]) {
        let mut parts = vec![self.intent(&case.scores)];
        if let Some(language) = self.language(case) {
            parts.push(format!("in {language}"));
        }
        let zone = self.def.hours.first().map(|hours| &hours.zone);
        if let Some(zone) = zone {
            let rule = zone.rule.unwrap_or(ZoneRule { offset: 0, summer: None });
            parts.push(format!("on {}", Local { now_ms: case.now_ms, rule, zone: &zone.name }));
        }
        let is_language =
            |at: usize| matches!(self.language, Some(Source::Feature(of)) if usize::from(of) == at);
        let own = self.names.features.iter().zip(&case.features).enumerate();
        let own = own.filter(|(at, _)| !is_language(*at)).map(|(_, (name, value))| (*name, *value));
        let floors = floors.iter().map(|(name, value)| (name.as_str(), *value));
        let with: Vec<String> = own
            .chain(floors)
            .filter_map(|(name, value)| Some(format!("{name} = {}", shown(value, &self.categories)?)))
            .collect();
        if !with.is_empty() {
            parts.push(format!("with {}", with.join(", ")));
        }
        if case.is_staffed {
            parts.push("while every queue has agents and nobody waits".to_owned());
        }
        case.words = format!("{}, {} s old", parts.join(" "), case.age_s);
    }

    fn intent(&self, scores: &[Scores]) -> String {
        let (_, outputs) = self.names.heads.get(self.intents).copied().unwrap_or(("", &[]));
        let p = scores.get(self.intents).map_or(&[][..], |scores| &scores.probabilities);
        let mut named: Vec<(f32, &String)> =
            p.iter().copied().zip(outputs).filter(|(p, _)| *p > 0.0).collect();
        named.sort_by(|a, b| b.0.total_cmp(&a.0));
        match &named[..] {
            [(p, intent)] if *p >= 1.0 => format!("a request of intent `{intent}`"),
            several => {
                let several: Vec<String> =
                    several.iter().take(3).map(|(p, intent)| format!("`{intent}` {p:.2}")).collect();
                format!("a request of intents {}", several.join(", "))
            }
        }
    }

    fn language(&self, case: &Case) -> Option<String> {
        match self.language? {
            Source::Feature(at) => {
                let value = case.features.get(usize::from(at)).copied().unwrap_or(Value::Missing);
                Some(match shown(value, &self.categories) {
                    None => "an unknown language".to_owned(),
                    Some(name) if name == "any other" => "a language that no queue speaks".to_owned(),
                    Some(name) => format!("language {name}"),
                })
            }
            Source::Top { head } => {
                let p = &case.scores.get(usize::from(head))?.probabilities;
                let (_, outputs) = self.names.heads.get(usize::from(head))?;
                Some(format!("language \"{}\"", outputs.get(super::super::space::top(p)?)?))
            }
            _ => None,
        }
    }
}
