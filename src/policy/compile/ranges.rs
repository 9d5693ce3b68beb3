//! Ranges of numbers that do not depend on a model.
//!
//! Not here: numbers that depend on a model (`compile`), numbers that are legal and unwise (`lint`).

use super::PolicyError;
use crate::def::{FilterDef, PolicyDef, QueueDef, SnapshotDef};
use floorwalker_engine::route::{AgentsDef, LARGEST, LEVELS};

const PART: &str = "a number from 0 to 1";
const SHARE: &str = "a number above 0 and up to 1";
const TIME: &str = "seconds, 0 or more";
const ABOVE_0: &str = "a number above 0 and up to 1000000000";

/// Checks all of these numbers.
///
/// # Errors
///
/// The first number that is outside its range, as [`PolicyError::Range`] or [`PolicyError::Steps`].
pub(super) fn check(def: &PolicyDef) -> Result<(), PolicyError> {
    let key = |name: &'static str| move || name.to_string();
    part(def.threshold, key("threshold"))?;
    part(def.certainty, key("certainty"))?;
    part(def.margin, key("margin"))?;
    if def.ttl == 0 {
        return Err(range("ttl".into(), &0, "whole seconds above 0"));
    }
    part(def.explore.floor, key("explore.floor"))?;
    part(def.explore.holdout, key("explore.holdout"))?;
    agents(&def.agents)?;
    if let Some(preferred) = &def.preferred {
        time(preferred.lifetime, key("preferred.lifetime"))?;
        time(preferred.hold, key("preferred.hold"))?;
    }
    if let Some(bot) = &def.bot {
        time(bot.until, key("bot.until"))?;
    }
    snapshot(&def.snapshot)?;
    if let Some(within) = def.within {
        time(within, key("within"))?;
    }
    def.queues.iter().enumerate().try_for_each(|(at, def)| queue(at, def))?;
    def.filters.iter().enumerate().try_for_each(|(at, def)| filter(at, def))
}

/// Checks a share: above 0 and up to 1.
pub(super) fn share(number: f32, at: impl FnOnce() -> String) -> Result<(), PolicyError> {
    let holds = number > 0.0 && number <= 1.0;
    if holds { Ok(()) } else { Err(range(at(), &number, SHARE)) }
}

/// The error for a value that is out of its range.
pub(super) fn range(at: String, found: &impl ToString, range: &'static str) -> PolicyError {
    PolicyError::Range { at, found: found.to_string(), range }
}

fn agents(def: &AgentsDef) -> Result<(), PolicyError> {
    let [low, high] = def.occupancy.unwrap_or([0.0, 1.0]);
    // NaN fails this check, too.
    let is_band = low >= 0.0 && low <= high && high <= 1.0;
    if !is_band {
        let found = format!("[{low}, {high}]");
        return Err(range("agents.occupancy".into(), &found, "two numbers from 0 to 1, the lower first"));
    }
    if let Some(most) = def.most.filter(|most| most.is_nan() || *most < 1.0) {
        return Err(range("agents.most".into(), &most, "a number of 1 or more"));
    }
    part(def.learning, || "agents.learning".into())
}

fn snapshot(def: &SnapshotDef) -> Result<(), PolicyError> {
    time(def.fresh, || "snapshot.fresh".into())?;
    time(def.stale, || "snapshot.stale".into())?;
    if def.stale <= def.fresh {
        return Err(range("snapshot.stale".into(), &def.stale, "more than `fresh`"));
    }
    let is_key = |key: &String| key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    match &def.key {
        Some(key) if !is_key(key) => {
            let found = format!("{} characters", key.chars().count());
            Err(range("snapshot.key".into(), &found, "the 64 hexadecimal digits of an Ed25519 public key"))
        }
        _ => Ok(()),
    }
}

fn queue(at: usize, def: &QueueDef) -> Result<(), PolicyError> {
    above_0(def.weight, || format!("queues[{at}].weight"))?;
    above_0(def.delay_cost, || format!("queues[{at}].delay_cost"))?;
    if let Some(aht) = def.aht {
        above_0(aht, || format!("queues[{at}].aht"))?;
    }
    if !(1..=LEVELS).contains(&usize::from(def.chats)) {
        // The number of levels for which a snapshot has rates.
        const { assert!(LEVELS == 4, "the message names the most") };
        return Err(range(format!("queues[{at}].chats"), &def.chats, "1, 2, 3 or 4"));
    }
    def.skills.iter().enumerate().try_for_each(|(skill, def)| {
        share(def.proficiency, || format!("queues[{at}].skills[{skill}].proficiency"))
    })
}

fn filter(at: usize, def: &FilterDef) -> Result<(), PolicyError> {
    time(def.priority, || format!("filters[{at}].priority"))?;
    for (place, target) in def.targets.iter().enumerate() {
        time(target.at, || format!("filters[{at}].targets[{place}].at"))?;
        if let Some(expiry) = target.expiry.filter(|expiry| expiry.is_nan() || *expiry <= target.at) {
            let place = format!("filters[{at}].targets[{place}].expiry");
            return Err(range(place, &expiry, "an age above the target's `at`"));
        }
    }
    for (place, step) in def.steps.iter().enumerate() {
        time(step.at, || format!("filters[{at}].steps[{place}].at"))?;
    }
    for (place, pair) in def.steps.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let (key, found, before) = if a.at >= b.at {
            ("at", b.at.to_string(), a.at.to_string())
        } else if a.drop > b.drop {
            ("drop", b.drop.to_string(), a.drop.to_string())
        } else {
            continue;
        };
        let at = format!("filters[{at}].steps[{}].{key}", place + 1);
        return Err(PolicyError::Steps { at, found, before });
    }
    Ok(())
}

fn part(number: f32, at: impl FnOnce() -> String) -> Result<(), PolicyError> {
    if (0.0..=1.0).contains(&number) { Ok(()) } else { Err(range(at(), &number, PART)) }
}

fn time(number: f32, at: impl FnOnce() -> String) -> Result<(), PolicyError> {
    let holds = number >= 0.0 && number.is_finite();
    if holds { Ok(()) } else { Err(range(at(), &number, TIME)) }
}

/// Checks a weight or a cost: within this range, their products and sums stay finite.
pub(super) fn above_0(number: f32, at: impl FnOnce() -> String) -> Result<(), PolicyError> {
    let holds = number > 0.0 && number <= LARGEST;
    if holds { Ok(()) } else { Err(range(at(), &number, ABOVE_0)) }
}
