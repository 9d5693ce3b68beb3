//! Decisions, compared with results worked out by hand.

mod choice;
mod conditions;
mod doubt;
mod drawn;
mod floor;
mod refusals;
mod shut;
mod strategies;
mod times;

use crate::*;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Scores;
use floorwalker_engine::route::*;
use floorwalker_engine::symbol::Symbol;

/// The names of the tests' model: heads for intents, for anger and for the value of two queues; features for a number and a language.
struct World {
    heads: Vec<(&'static str, Vec<String>)>,
    features: Vec<&'static str>,
}

impl World {
    fn new() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            heads: vec![
                ("intent", names(&["compatibility", "returns", "price_match"])),
                ("angry", names(&["yes"])),
                ("value", names(&["returns", "phones"])),
            ],
            features: vec!["cart_value", "language"],
        }
    }

    fn names(&self) -> Names<'_> {
        Names {
            heads: self.heads.iter().map(|(name, outputs)| (*name, &outputs[..])).collect(),
            features: self.features.clone(),
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests make the definition where they pass it")]
    fn policy(&self, def: PolicyDef) -> Policy {
        Policy::new(def.compile(&self.names()).unwrap()).unwrap()
    }
}

fn skill(skill: &str, proficiency: f32) -> SkillDef {
    SkillDef { skill: skill.to_owned(), proficiency }
}

fn need(skill: &str, level: f32) -> NeedDef {
    NeedDef { skill: skill.to_owned(), level, required: false, drop: 0 }
}

fn queue(name: &str, skills: &[(&str, f32)]) -> QueueDef {
    let skills = skills.iter().map(|&(name, proficiency)| skill(name, proficiency)).collect();
    QueueDef { skills, ..QueueDef::new(name) }
}

fn def() -> PolicyDef {
    PolicyDef {
        version: "1".to_owned(),
        queues: vec![
            queue("phones", &[("compatibility", 1.0), ("price", 0.5)]),
            queue("returns", &[("returns", 0.8)]),
            queue("general", &[]),
        ],
        requirements: vec![RequirementDef {
            intent: Some("price_match".to_owned()),
            when: None,
            needs: vec![need("price", 0.5), need("returns", 1.0)],
        }],
        ..PolicyDef::plain("intent", "general")
    }
}

fn scores(p: &[f32]) -> Scores {
    Scores { logits: p.to_vec(), probabilities: p.to_vec(), ..Scores::default() }
}

/// Scores of a request with these intents: not angry, and with fixed values for two queues.
fn heads(p: [f32; 3]) -> Vec<Scores> {
    vec![scores(&p), scores(&[0.1]), scores(&[0.25, 0.75])]
}

fn state(waiting: f32, agents: f32, in_service: f32) -> QueueState {
    QueueState { waiting, agents, in_service, rate: [0.01, 0.0, 0.0, 0.0], ..QueueState::default() }
}

fn target(queues: &[&str]) -> TargetDef {
    TargetDef { queues: queues.iter().map(|name| (*name).to_owned()).collect(), ..TargetDef::default() }
}

fn filter(name: &str, when: &str, targets: Vec<TargetDef>) -> FilterDef {
    let when = (!when.is_empty()).then(|| when.parse().unwrap());
    FilterDef { name: name.to_owned(), when, targets, ..FilterDef::default() }
}

fn decide(policy: &Policy, request: &Request<'_>, snapshot: &Snapshot) -> Decision {
    let mut decision = Decision::default();
    policy.route(request, snapshot, &mut decision);
    decision
}

/// The decision for these intents, and nothing else known.
fn decided(def: PolicyDef, p: [f32; 3]) -> Decision {
    let scores = heads(p);
    decide(
        &World::new().policy(def),
        &Request { scores: &scores, ..Request::default() },
        &Snapshot::default(),
    )
}

fn near(found: f32, wanted: f32) {
    assert!((found - wanted).abs() < 1e-5, "{found}, and not {wanted}");
}
