//! Policy: a checked program, and tables that are computed from it once.
//!
//! | symbol | shape                   | meaning                                                               |
//! |--------|-------------------------|-----------------------------------------------------------------------|
//! | `s`    | `[n_queues, n_skills]`  | proficiency of each queue in each skill that some need refers to      |
//! | `fit`  | `[n_queues, n_intents]` | mean over the intent's needs of `min(1, s / level)`                   |
//!
//! Invariants
//! - A [`Policy`] has a default queue, and every reference in its rows is within the list that it refers to.
//!
//! Not here: names (`compile`), deciding (`route`).

use super::program::{NeedRow, Part, Place, PolicyProgram};
use super::snapshot::MAX_QUEUES;
use crate::list::list;
use alloc::{string::String, vec, vec::Vec};
use core::fmt;

/// How many cells the tables `s` and `fit` may have, each: 16 MiB.
pub const MAX_CELLS: usize = 1 << 22;

/// Largest weight, cost or amount of a policy.
pub const LARGEST: f32 = 1e9;

/// The program has a reference outside a list, or a number out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramError;

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "policy refers to what it does not have, or holds a number out of its range; compile it again",
        )
    }
}

impl core::error::Error for ProgramError {}

/// A checked policy.
#[derive(Clone, Debug)]
pub struct Policy {
    program: PolicyProgram,
    n_skills: usize,
    proficiency: Vec<f32>,
    fit: Vec<f32>,
}

impl Policy {
    /// Checks `program` and computes its tables.
    ///
    /// # Errors
    ///
    /// [`ProgramError`] if a reference is outside its list, a number is out of its range, or a table would exceed [`MAX_CELLS`].
    pub fn new(program: PolicyProgram) -> Result<Self, ProgramError> {
        let n_skills = program.needs.iter().map(|need| usize::from(need.skill) + 1).max().unwrap_or(0);
        if !program.is_sound()
            || !program.is_sane()
            || program.queues.len() * n_skills.max(program.intents.len()) > MAX_CELLS
        {
            return Err(ProgramError);
        }
        let mut proficiency = vec![0.0_f32; program.queues.len() * n_skills];
        for row in &program.skills {
            let (queue, skill) = (usize::from(row.queue.0), usize::from(row.skill));
            if let Some(cell) = proficiency.get_mut(queue * n_skills + skill).filter(|_| skill < n_skills) {
                *cell = cell.max(row.proficiency);
            }
        }
        let mut policy = Self { program, n_skills, proficiency, fit: Vec::new() };
        let n_intents = policy.program.intents.len();
        let cells = 0..policy.queues().len() * n_intents;
        policy.fit = list(cells.map(|cell| policy.fit_after(cell / n_intents, cell % n_intents, 0)));
        Ok(policy)
    }

    /// The program it was made from.
    #[must_use]
    pub fn program(&self) -> &PolicyProgram {
        &self.program
    }

    /// Names of the queues, in declared order.
    #[must_use]
    pub fn queues(&self) -> &[String] {
        &self.program.queues
    }

    /// Index of the default queue.
    #[must_use]
    pub fn default_queue(&self) -> usize {
        self.program.settings.default_queue.0.into()
    }

    /// Index of the head that gives intents.
    #[must_use]
    pub fn intent_head(&self) -> usize {
        self.program.settings.intents.0.into()
    }

    /// How well `queue` fits each intent before any need is dropped, 0 to 1: `[n_intents]`; empty if there is no such queue.
    #[must_use]
    pub fn fit(&self, queue: usize) -> &[f32] {
        self.fit.chunks_exact(self.program.intents.len().max(1)).nth(queue).unwrap_or(&[])
    }

    /// How well `queue` fits `intent` when needs with a drop order up to `drop` are dropped.
    pub(super) fn fit_after(&self, queue: usize, intent: usize, drop: u8) -> f32 {
        let needs = self.needs(self.program.intents.get(intent).copied().unwrap_or_default());
        // No queue fits an intent for which no needs were declared.
        if needs.is_empty() { 0.0 } else { self.met(queue, needs, drop) }
    }

    pub(super) fn needs(&self, part: Part) -> &[NeedRow] {
        part.of(&self.program.needs)
    }

    /// The mean over `needs` of the share that `queue` meets; 1 without needs. For a dropped need the missing share counts half, so that
    /// the most proficient queue is still preferred.
    pub(super) fn met(&self, queue: usize, needs: &[NeedRow], drop: u8) -> f32 {
        let met = |need: &NeedRow| {
            // Every queue meets a level of 0 or −0.
            let met = (self.proficiency(queue, need) / need.level.abs()).min(1.0);
            if need.stands(drop) { met } else { f32::midpoint(met, 1.0) }
        };
        let sum: f32 = needs.iter().map(met).sum();
        if needs.is_empty() { 1.0 } else { sum / needs.len() as f32 }
    }

    /// Whether `queue` meets all of `needs` that are required and not dropped.
    pub(super) fn meets(&self, queue: usize, needs: &[NeedRow], drop: u8) -> bool {
        let binding = |need: &&NeedRow| need.required && need.stands(drop);
        needs.iter().filter(binding).all(|need| self.proficiency(queue, need) >= need.level)
    }

    fn proficiency(&self, queue: usize, need: &NeedRow) -> f32 {
        self.proficiency.get(queue * self.n_skills + usize::from(need.skill)).copied().unwrap_or(0.0)
    }
}

impl NeedRow {
    fn stands(&self, drop: u8) -> bool {
        self.drop == 0 || self.drop > drop
    }
}

impl PolicyProgram {
    /// Whether all numbers that enter arithmetic are in their range, so that every score and propensity is finite. Numbers that are only
    /// compared may have any value.
    fn is_sane(&self) -> bool {
        let upto = |most: f32| move |number: f32| (0.0..=most).contains(&number);
        let (part, plain) = (upto(1.0), upto(LARGEST));
        let settings = &self.settings;
        [settings.explore.floor, settings.explore.holdout, settings.agents.learning].into_iter().all(part)
            && self.rows.iter().all(|row| row.weight > 0.0 && plain(row.weight) && plain(row.delay_cost))
            && self.skills.iter().all(|row| plain(row.proficiency))
            && self.needs.iter().all(|row| plain(row.level))
            && self.strategies.iter().all(|row| part(row.weight) && plain(row.amount))
    }

    /// Whether every reference stays within its list.
    fn is_sound(&self) -> bool {
        let settings = &self.settings;
        let is_queue = |place: Place| place.is_within(self.queues.len());
        let is_condition = |part: Part| part.is_within(self.ops.len());
        let is_strategy = |part: Part| part.is_within(self.strategies.len());
        let is_needs = |part: Part| part.is_within(self.needs.len());
        let n = self.queues.len();
        n <= MAX_QUEUES
            && usize::from(settings.default_queue.0) < n
            && [settings.overflow, settings.closed, settings.bot].into_iter().all(is_queue)
            && is_condition(settings.bot_unless)
            && is_strategy(settings.strategy)
            && self.rows.len() == n
            && self.rows.iter().all(|row| is_queue(row.parent) && row.hours.is_within(self.hours.len()))
            && self.filter_names.len() == self.filters.len()
            && self
                .hours
                .iter()
                .all(|row| row.open.is_within(self.spans.len()) && row.dates.is_within(self.dates.len()))
            && self.skills.iter().all(|row| usize::from(row.queue.0) < n)
            && self.intents.iter().copied().all(is_needs)
            && self.extra.iter().all(|(when, needs)| is_condition(*when) && is_needs(*needs))
            && self.filters.iter().all(|row| {
                is_condition(row.when)
                    && row.targets.is_within(self.targets.len())
                    && row.steps.is_within(self.steps.len())
                    && is_queue(row.overflow)
                    && is_strategy(row.strategy)
            })
            && self
                .targets
                .iter()
                .all(|row| row.queues.is_within(self.targeted.len()) && is_condition(row.skip_if))
            && self.targeted.iter().all(|place| usize::from(place.0) < n)
            && self.strategies.iter().all(|row| {
                row.reads.is_within(self.outputs.len().max(self.inputs.len()))
                    && row.arms.is_within(self.arms.len())
            })
            && self.arms.iter().all(|row| is_queue(row.queue) && row.numbers.is_within(self.numbers.len()))
    }
}
