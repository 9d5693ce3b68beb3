//! Vocabulary: the names that a policy itself uses. Without its model, they stand for the names of a model that the policy could be for.
//!
//! Not here: the names of a given model (`known`).

use crate::{By, Condition, Names, Operand, PolicyDef, Term};
use std::collections::BTreeSet;

/// The intent that stands for all that the policy does not name.
pub(super) const ANY_OTHER: &str = "any other";

/// Names of a model that a policy could be for: those that the policy uses.
pub(super) struct Vocabulary {
    intents: (String, Vec<String>),
    models: Vec<(String, Vec<String>)>,
    features: Vec<String>,
}

impl Vocabulary {
    pub(super) fn names(&self) -> Names<'_> {
        let heads = [&self.intents].into_iter().chain(&self.models);
        Names {
            heads: heads.map(|(name, outputs)| (name.as_str(), &outputs[..])).collect(),
            features: self.features.iter().map(String::as_str).collect(),
        }
    }
}

/// The names that `def` uses: its intents, heads that strategies read, and everything else as features.
pub(super) fn vocabulary(def: &PolicyDef) -> Vocabulary {
    let head = &def.intents;
    let mut intents: BTreeSet<String> =
        def.requirements.iter().filter_map(|requirement| requirement.intent.clone()).collect();
    let mut features: BTreeSet<String> = def.language.iter().map(|language| language.from.clone()).collect();
    for term in conditions(def).flat_map(|condition| &condition.terms) {
        let Term::Compare { what, to, .. } = term else { continue };
        match (what.strip_prefix(head).map(|rest| rest.strip_prefix('.')), to) {
            (Some(Some(output)), _) => {
                intents.insert(output.to_owned());
            }
            (Some(None), Operand::Text(output)) if what == head => {
                intents.insert(output.clone());
            }
            _ => {
                features.insert(what.clone());
            }
        }
    }
    let strategies =
        def.strategy.iter().chain(def.filters.iter().filter_map(|filter| filter.strategy.as_ref()).flatten());
    let mut models = BTreeSet::new();
    for strategy in strategies {
        if let By::Model { head } = &strategy.by {
            models.insert(head.clone());
        }
        for input in strategy.by.bandit().iter().flat_map(|bandit| &bandit.inputs) {
            match input.strip_prefix(head).and_then(|rest| rest.strip_prefix('.')) {
                Some(output) => intents.insert(output.to_owned()),
                None => features.insert(input.clone()),
            };
        }
    }
    // An intent that no requirement names asks for the skill of its own name.
    let needed: BTreeSet<&str> = def
        .requirements
        .iter()
        .flat_map(|requirement| &requirement.needs)
        .map(|need| need.skill.as_str())
        .collect();
    let skills = def.queues.iter().flat_map(|queue| &queue.skills).map(|skill| skill.skill.as_str());
    intents.extend(skills.filter(|skill| !needed.contains(skill)).map(str::to_owned));
    // And one that the policy does not name, whose skill no queue has.
    intents.insert(ANY_OTHER.to_owned());
    let queues: Vec<String> = def.queues.iter().map(|queue| queue.name.clone()).collect();
    Vocabulary {
        intents: (head.clone(), intents.into_iter().collect()),
        models: models.into_iter().map(|name| (name, queues.clone())).collect(),
        features: features.into_iter().collect(),
    }
}

/// The names that `def` reads besides its own heads, the age and the state of queues: features, and outputs of other heads.
pub fn asked(def: &PolicyDef) -> Vec<String> {
    let is_told = |name: &String| name == "age" || name.starts_with("floor.") || name.starts_with("queue.");
    vocabulary(def).features.into_iter().filter(|name| !is_told(name)).collect()
}

pub(super) fn conditions(def: &PolicyDef) -> impl Iterator<Item = &Condition> {
    let of_filters = def.filters.iter().flat_map(|filter| {
        filter.when.iter().chain(filter.targets.iter().filter_map(|target| target.skip_if.as_ref()))
    });
    let of_requirements = def.requirements.iter().filter_map(|requirement| requirement.when.as_ref());
    of_filters.chain(of_requirements).chain(def.bot.iter().filter_map(|bot| bot.unless.as_ref()))
}
