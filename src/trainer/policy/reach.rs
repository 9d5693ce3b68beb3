//! Reach: the proof that every request reaches a queue that can serve it, and by which age.
//!
//! Every filter is taken by itself, with every intent, every language that a queue speaks and one that none does, and every
//! condition of a requirement that can be set; at every age at which something changes it is asked whether a queue may serve the request, all queues being open, staffed and
//! not full. The engine answers, the one that decides in the page. What is left (queues that are closed, full or skipped) goes to overflow
//! and default, and those are looked at on their own.
//!
//! Invariants
//! - Between two ages that are looked at nothing changes: steps, targets and expiries are all the ages there are.
//!
//! Not here: what else may be wrong (`lint`).

use anyhow::Result;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Scores;
use floorwalker_engine::route::{
    By, Condition, Decision, FilterDef, Names, Operand, Policy, PolicyDef, Request, Snapshot, Standing, Term,
};
use floorwalker_engine::symbol::Symbol;
use serde::Serialize;
use std::collections::BTreeSet;

/// A language that no queue speaks.
pub(super) const ANY_OTHER: &str = "any other language";

/// What is proven of one filter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reach {
    /// The filter; `None`: the policy has none.
    pub filter: Option<String>,
    /// Age in seconds by which every request has a queue that may serve it; `None`: some never do, and go to overflow and default.
    pub within: Option<f32>,
    /// The first case that takes longest, or never: intent, language (`any other language`: one that no queue speaks).
    pub case: (String, Option<String>),
}

/// Names of a model that a policy could be for: what it names itself.
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

/// What `def` names: its intents, heads that are asked, and everything else as features.
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
    // An intent that nobody named: it asks for the skill of its own name, which nobody has.
    intents.insert("any other".to_owned());
    let queues: Vec<String> = def.queues.iter().map(|queue| queue.name.clone()).collect();
    Vocabulary {
        intents: (head.clone(), intents.into_iter().collect()),
        models: models.into_iter().map(|name| (name, queues.clone())).collect(),
        features: features.into_iter().collect(),
    }
}

/// What `def` asks for besides its heads, its clock and the state of queues: features, and outputs of heads that it does not know.
pub(crate) fn asked(def: &PolicyDef) -> Vec<String> {
    let is_told = |name: &String| name == "age" || name.starts_with("floor.") || name.starts_with("queue.");
    vocabulary(def).features.into_iter().filter(|name| !is_told(name)).collect()
}

fn conditions(def: &PolicyDef) -> impl Iterator<Item = &Condition> {
    let of_filters = def.filters.iter().flat_map(|filter| {
        filter.when.iter().chain(filter.targets.iter().filter_map(|target| target.skip_if.as_ref()))
    });
    let of_requirements = def.requirements.iter().filter_map(|requirement| requirement.when.as_ref());
    of_filters.chain(of_requirements).chain(def.bot.iter().filter_map(|bot| bot.unless.as_ref()))
}

/// Proves what can be proven of each filter. `names` are those of the model; without them those that the policy uses.
///
/// # Errors
///
/// A policy that cannot be compiled.
pub fn reach(def: &PolicyDef, names: Option<&Names<'_>>) -> Result<Vec<Reach>> {
    let own = vocabulary(def);
    let guessed = own.names();
    let names = names.unwrap_or(&guessed);
    let everything = [FilterDef::default()];
    let filters = if def.filters.is_empty() { &everything[..] } else { &def.filters[..] };
    filters.iter().map(|filter| of_filter(def, filter, names)).collect()
}

/// One filter, as if every request were its.
fn of_filter(def: &PolicyDef, filter: &FilterDef, names: &Names<'_>) -> Result<Reach> {
    let mut alone = def.clone();
    let mut own = filter.clone();
    own.when = None;
    own.targets.iter_mut().for_each(|target| target.skip_if = None);
    alone.filters = vec![own];
    (alone.bot, alone.preferred) = (None, None);
    alone.queues.iter_mut().for_each(|queue| queue.capacity = None);
    // The worst that conditions of requirements can do is to hold: one that always does.
    let always: Condition = "age >= 0".parse().map_err(anyhow::Error::msg)?;
    for requirement in &mut alone.requirements {
        requirement.when = requirement.when.as_ref().map(|_| always.clone());
    }
    let policy = Policy::new(alone.compile(names)?)?;
    let ends = filter.targets.iter().flat_map(|target| [Some(target.at), target.expiry]).flatten();
    let mut ages: Vec<f32> = ends.chain(filter.steps.iter().map(|step| step.at)).chain([0.0]).collect();
    ages.sort_by(f32::total_cmp);
    ages.dedup();

    let head = names.heads.iter().position(|(name, _)| *name == def.intents).unwrap_or(0);
    let outputs = names.heads.get(head).map_or(&[][..], |(_, outputs)| outputs);
    let languages = languages(def, names);
    let mut worst: Option<Reach> = None;
    for (at, intent) in outputs.iter().enumerate() {
        for language in &languages {
            let case = Case { policy: &policy, names, def, intent: (head, at), language: language.as_ref() };
            // From the age on at which it has a queue for good.
            let last_without = ages.iter().rposition(|age| !case.has_queue(*age));
            let within = match last_without {
                None => Some(0.0),
                Some(last) => ages.get(last + 1).copied(),
            };
            let is_worse = |worst: &Reach| match (worst.within, within) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(worst), Some(within)) => within > worst,
            };
            if worst.as_ref().is_none_or(is_worse) {
                let filter = (!def.filters.is_empty()).then(|| filter.name.clone());
                worst = Some(Reach { filter, within, case: (intent.clone(), language.clone()) });
            }
        }
    }
    Ok(worst.unwrap_or(Reach { filter: None, within: Some(0.0), case: (String::new(), None) }))
}

/// Languages that a request may have; `None`: nothing is known of it. A head knows its own, a feature may say anything.
fn languages(def: &PolicyDef, names: &Names<'_>) -> BTreeSet<Option<String>> {
    let Some(language) = &def.language else { return [None].into() };
    match names.heads.iter().find(|(name, _)| *name == language.from) {
        Some((_, outputs)) => outputs.iter().cloned().map(Some).collect(),
        None => {
            let spoken = def.queues.iter().flat_map(|queue| queue.languages.iter().cloned());
            spoken.chain([ANY_OTHER.to_owned()]).map(Some).chain([None]).collect()
        }
    }
}

/// One intent in one language.
struct Case<'a> {
    policy: &'a Policy,
    names: &'a Names<'a>,
    def: &'a PolicyDef,
    intent: (usize, usize),
    language: Option<&'a String>,
}

impl Case<'_> {
    /// Whether some queue may serve it at this age.
    fn has_queue(&self, age_s: f32) -> bool {
        let from = self.def.language.as_ref().map(|language| language.from.as_str());
        let symbol = self.language.map_or(Value::Missing, |name| Value::category(Symbol::of(name)));
        let features: Vec<Value> = self
            .names
            .features
            .iter()
            .map(|name| if Some(*name) == from { symbol } else { Value::Missing })
            .collect();
        let scores: Vec<Scores> = self
            .names
            .heads
            .iter()
            .enumerate()
            .map(|(head, (name, outputs))| {
                let top = if head == self.intent.0 {
                    Some(self.intent.1)
                } else if Some(*name) == from {
                    outputs.iter().position(|output| Some(output) == self.language)
                } else {
                    None
                };
                let probabilities: Vec<f32> =
                    (0..outputs.len()).map(|at| if Some(at) == top { 1.0 } else { 0.0 }).collect();
                Scores { logits: probabilities.clone(), probabilities, ..Scores::default() }
            })
            .collect();
        let request = Request { features: &features, scores: &scores, age_s, ..Request::default() };
        let mut decision = Decision::default();
        self.policy.route(&request, &Snapshot::all_open(self.policy.queues().len()), &mut decision);
        decision.standings.contains(&Standing::Candidate)
    }
}
