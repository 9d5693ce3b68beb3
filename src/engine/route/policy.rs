//! Policy: queues and their skills, what each intent requires, and when to abstain. Data, then its checked form.
//!
//! Not here: deciding (`route`).

use crate::plain;
use alloc::{string::String, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A raw policy: plain data, the same in `store.toml` and in a bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyDef {
    /// Name of this version, written into every decision.
    #[serde(default)]
    pub version: String,
    /// The head whose outputs are the intents.
    pub intents: String,
    /// Least score that a queue may be chosen with, 0 to 1.
    #[serde(default)]
    pub threshold: f32,
    /// Least lead over the second best, 0 to 1.
    #[serde(default)]
    pub margin: f32,
    /// How much probability an intent set holds: 0.9 as it is, or what makes sets hold the true intent in a stated share of
    /// requests. Any number will do: a set has at least one intent and at most all.
    #[serde(default = "usual_set_mass")]
    pub set_mass: f32,
    /// Where a request goes when no queue is chosen.
    pub default_queue: String,
    /// The queues.
    #[serde(default)]
    pub queues: Vec<QueueDef>,
    /// What intents require; an intent without requirements asks for the skill of its own name.
    #[serde(default)]
    pub requirements: Vec<RequirementDef>,
}

/// A queue and what its agents can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueDef {
    /// Its name.
    pub name: String,
    /// Its skills.
    #[serde(default)]
    pub skills: Vec<SkillDef>,
}

/// A skill and how well it is mastered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillDef {
    /// The skill's name.
    pub skill: String,
    /// Proficiency, above 0 and up to 1.
    #[serde(default = "one")]
    pub proficiency: f32,
}

/// What one intent requires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementDef {
    /// The intent's name.
    pub intent: String,
    /// The skills, all of which count alike.
    pub needs: Vec<NeedDef>,
}

/// A required skill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedDef {
    /// The skill's name.
    pub skill: String,
    /// Proficiency that is enough, above 0 and up to 1.
    #[serde(default = "one")]
    pub level: f32,
}

/// Set mass unless it is said.
const fn usual_set_mass() -> f32 {
    0.9
}

const fn one() -> f32 {
    1.0
}

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// No head has this name.
    IntentHead(String),
    /// The head has no output of this name.
    Intent(String),
    /// No queue has the name of the default queue.
    DefaultQueue(String),
    /// A queue's name is empty or used twice.
    Queue(String),
    /// No queue has this skill, which an intent requires.
    Skill(String),
    /// A proficiency, level, threshold or margin is outside its range.
    Range(String),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, name, then) = match self {
            Self::IntentHead(name) => ("no head is called `", name, "`; name the head that gives intents"),
            Self::Intent(name) => ("`", name, "` is not an output of the intent head, or is required twice"),
            Self::DefaultQueue(name) => ("default_queue `", name, "` is not among the queues; declare it"),
            Self::Queue(name) => ("queue `", name, "`: give every queue a name of its own"),
            Self::Skill(name) => ("no queue has skill `", name, "`; give it to one or drop the requirement"),
            Self::Range(name) => ("", name, " is out of range; use a number from 0 to 1"),
        };
        plain::write(f, &["policy: ", what, name, then])
    }
}

impl core::error::Error for PolicyError {}

/// A checked policy.
#[derive(Clone, Debug)]
pub struct Policy {
    def: PolicyDef,
    default_queue: usize,
    n_intents: usize,
    /// `[n_queues, n_intents]`, row-major.
    fit: Vec<f32>,
}

impl Policy {
    /// Checks `def` for an intent head with these outputs.
    ///
    /// # Errors
    ///
    /// [`PolicyError`], naming the first thing at fault.
    pub fn new(def: PolicyDef, intents: &[String]) -> Result<Self, PolicyError> {
        for (range, name) in [(def.threshold, "threshold"), (def.margin, "margin")] {
            if !(0.0..=1.0).contains(&range) {
                return Err(PolicyError::Range(name.into()));
            }
        }
        for (at, queue) in def.queues.iter().enumerate() {
            if queue.name.is_empty() || def.queues.iter().take(at).any(|other| other.name == queue.name) {
                return Err(PolicyError::Queue(queue.name.clone()));
            }
            if let Some(bad) = queue.skills.iter().find(|skill| !is_share(skill.proficiency)) {
                return Err(PolicyError::Range(bad.skill.clone()));
            }
        }
        for (at, requirement) in def.requirements.iter().enumerate() {
            let twice = def.requirements.iter().take(at).any(|other| other.intent == requirement.intent);
            if twice || !intents.contains(&requirement.intent) {
                return Err(PolicyError::Intent(requirement.intent.clone()));
            }
            for need in &requirement.needs {
                if !is_share(need.level) {
                    return Err(PolicyError::Range(need.skill.clone()));
                }
                if !def.queues.iter().any(|queue| proficiency(queue, &need.skill) > 0.0) {
                    return Err(PolicyError::Skill(need.skill.clone()));
                }
            }
        }
        let default_queue = def
            .queues
            .iter()
            .position(|queue| queue.name == def.default_queue)
            .ok_or_else(|| PolicyError::DefaultQueue(def.default_queue.clone()))?;
        let fit = def
            .queues
            .iter()
            .flat_map(|queue| intents.iter().map(|intent| fit(&def, queue, intent)))
            .collect();
        Ok(Self { default_queue, n_intents: intents.len(), fit, def })
    }

    /// The definition it was made from.
    #[must_use]
    pub fn def(&self) -> &PolicyDef {
        &self.def
    }

    /// The queues, in declared order.
    #[must_use]
    pub fn queues(&self) -> &[QueueDef] {
        &self.def.queues
    }

    /// Index of the default queue.
    #[must_use]
    pub fn default_queue(&self) -> usize {
        self.default_queue
    }

    pub(super) fn threshold(&self) -> f32 {
        self.def.threshold
    }

    pub(super) fn margin(&self) -> f32 {
        self.def.margin
    }

    pub(super) fn set_mass(&self) -> f32 {
        self.def.set_mass
    }

    /// How well `queue` fits each intent, 0 to 1: `[n_intents]`; empty for a queue that is none.
    #[must_use]
    pub fn fit(&self, queue: usize) -> &[f32] {
        self.fit.chunks_exact(self.n_intents.max(1)).nth(queue).unwrap_or(&[])
    }
}

fn is_share(number: f32) -> bool {
    number > 0.0 && number <= 1.0
}

fn proficiency(queue: &QueueDef, skill: &str) -> f32 {
    queue.skills.iter().filter(|has| has.skill == skill).map(|has| has.proficiency).fold(0.0, f32::max)
}

fn fit(def: &PolicyDef, queue: &QueueDef, intent: &str) -> f32 {
    let needs =
        def.requirements.iter().find(|requirement| requirement.intent == intent).map(|found| &found.needs);
    match needs {
        None => proficiency(queue, intent),
        Some(needs) if needs.is_empty() => 0.0,
        Some(needs) => {
            let met: f32 =
                needs.iter().map(|need| (proficiency(queue, &need.skill) / need.level).min(1.0)).sum();
            met / needs.len() as f32
        }
    }
}
