//! Decisions worked by hand.

use super::*;
use alloc::{borrow::ToOwned, string::String, vec};

fn queue(name: &str, skills: &[(&str, f32)]) -> QueueDef {
    let skills = skills
        .iter()
        .map(|&(skill, proficiency)| SkillDef { skill: skill.to_owned(), proficiency })
        .collect();
    QueueDef { name: name.to_owned(), skills }
}

fn def() -> PolicyDef {
    let need = |skill: &str, level| NeedDef { skill: skill.to_owned(), level };
    PolicyDef {
        version: "1".to_owned(),
        intents: "intent".to_owned(),
        threshold: 0.5,
        margin: 0.2,
        set_mass: 0.9,
        default_queue: "general".to_owned(),
        queues: vec![
            queue("phones", &[("compatibility", 1.0), ("price", 0.5)]),
            queue("returns", &[("returns", 0.8)]),
            queue("general", &[]),
        ],
        requirements: vec![RequirementDef {
            intent: "price_match".to_owned(),
            needs: vec![need("price", 0.5), need("returns", 1.0)],
        }],
    }
}

fn intents() -> Vec<String> {
    ["compatibility", "returns", "price_match"].map(str::to_owned).to_vec()
}

/// Routes `p` and compares choice, abstention, scores and margin.
fn check(
    p: [f32; 3],
    open: &[bool],
    queue: Option<usize>,
    why: Option<Abstention>,
    scores: [f32; 3],
    margin: f32,
) {
    let policy = Policy::new(def(), &intents()).unwrap();
    let mut decision = Decision::default();
    policy.route(&p, open, &mut decision);
    assert_eq!((decision.queue, decision.abstention), (queue, why), "{p:?}");
    for (got, wanted) in decision.scores.iter().zip(scores).chain([(&decision.margin, margin)]) {
        assert!((got - wanted).abs() < 1e-6, "{p:?}: {:?}, margin {}", decision.scores, decision.margin);
    }
}

#[test]
fn the_queue_whose_skills_fit_the_probable_intents_is_chosen() {
    // phones: 0.8 · 1 + 0.1 · (0.5/0.5 + 0) / 2; returns: 0.1 · 0.8 + 0.1 · (0 + 0.8) / 2
    check([0.8, 0.1, 0.1], &[], Some(0), None, [0.85, 0.12, 0.0], 0.73);
}

#[test]
fn a_weak_best_score_abstains() {
    check([0.2, 0.3, 0.5], &[], None, Some(Abstention::Threshold), [0.45, 0.44, 0.0], 0.01);
}

#[test]
fn a_close_second_abstains() {
    check([0.5, 0.5, 0.0], &[], None, Some(Abstention::Margin), [0.5, 0.4, 0.0], 0.1);
}

#[test]
fn a_closed_queue_is_not_chosen_and_ranks_last() {
    check([0.1, 0.9, 0.0], &[true, false], None, Some(Abstention::Threshold), [0.1, 0.72, 0.0], 0.1);
    check([0.9, 0.1, 0.0], &[false, false, false], None, Some(Abstention::Closed), [0.9, 0.08, 0.0], 0.0);
}

#[test]
fn the_intent_set_is_the_smallest_that_holds_the_mass() {
    let mut set = Vec::new();
    intent_set(&[0.05, 0.6, 0.35], 0.9, &mut set);
    assert_eq!(set, [1, 2]);
    intent_set(&[0.95, 0.03, 0.02], 0.9, &mut set);
    assert_eq!(set, [0]);
    for (mass, size) in [(0.0, 1), (-1.0, 1), (0.6, 1), (0.61, 2), (2.0, 3), (f32::NAN, 3)] {
        intent_set(&[0.05, 0.6, 0.35], mass, &mut set);
        assert_eq!(set.len(), size, "{mass}");
    }
}

#[test]
fn policies_that_cannot_serve_are_refused() {
    let refused = |change: fn(&mut PolicyDef)| {
        let mut def = def();
        change(&mut def);
        Policy::new(def, &intents()).unwrap_err()
    };
    assert!(matches!(refused(|def| def.default_queue = "nobody".to_owned()), PolicyError::DefaultQueue(_)));
    assert!(matches!(refused(|def| def.queues[1].name = "phones".to_owned()), PolicyError::Queue(_)));
    assert!(matches!(refused(|def| def.queues[0].skills[0].proficiency = 1.5), PolicyError::Range(_)));
    assert!(matches!(refused(|def| def.requirements[0].intent = "typo".to_owned()), PolicyError::Intent(_)));
    assert!(matches!(
        refused(|def| def.requirements[0].needs[0].skill = "magic".to_owned()),
        PolicyError::Skill(_)
    ));
    assert!(matches!(refused(|def| def.threshold = f32::NAN), PolicyError::Range(_)));
}
