//! Filters that nothing reaches, conditions that always or never hold, targets that are never tried.

use super::super::space::{Cell, Key, Space};
use super::Findings;
use crate::{FilterDef, TargetDef};
use floorwalker_engine::route::Op;

impl Findings<'_> {
    pub(super) fn filters(&mut self, space: &Space<'_>) {
        let known = with_all_numbers(space);
        let rows = &space.program.filters;
        for (at, (def, row)) in self.def().filters.iter().zip(rows).enumerate() {
            let path = format!("filters[{at}].when");
            let name = &def.name;
            let ops = space.ops(row.when);
            if never_holds(space, ops) {
                let what = format!("filter `{name}` is never reached: its condition contradicts itself");
                self.warn("filter_contradiction", &path, what, "correct the condition or remove the filter");
            } else if !self.is_covered(space, at, &path) && def.when.is_some() && always_holds(&known, ops) {
                let what = format!("filter `{name}`: its condition is true for every request");
                self.warn("condition_always", &path, what, "correct it, or leave `when` out");
            }
            for (target, row) in row.targets.of(&space.program.targets).iter().enumerate() {
                let path = format!("filters[{at}].targets[{target}].skip_if");
                let ops = space.ops(row.skip_if);
                if never_holds(space, ops) {
                    let what = format!("filter `{name}`: a `skip_if` is never true");
                    self.warn("skip_if_never", &path, what, "correct it or remove it");
                } else if !ops.is_empty() && always_holds(&known, ops) {
                    let what = format!(
                        "filter `{name}`: a `skip_if` is always true: every queue of the target is skipped"
                    );
                    self.warn("skip_if_always", &path, what, "correct it or remove it");
                }
            }
            self.targets(at, def);
        }
    }

    /// Whether the filters before the one at `at` take all of its requests.
    fn is_covered(&mut self, space: &Space<'_>, at: usize, path: &str) -> bool {
        let rows = &space.program.filters;
        let own = (space.ops(rows[at].when), true);
        let fails = |goals: &[(&[Op], bool)]| space.solve(goals, &mut space.nothing()) == Some(false);
        let before: Vec<(&[Op], bool)> = rows[..at].iter().map(|row| (space.ops(row.when), false)).collect();
        if before.is_empty() || !fails(&[&[own], &before[..]].concat()) {
            return false;
        }
        let filters = &self.def().filters;
        let alone = before.iter().position(|earlier| fails(&[own, *earlier]));
        let what = match alone {
            Some(earlier) => format!(
                "filter `{}` is never reached: `{}`, which is before it, matches all of its requests",
                filters[at].name, filters[earlier].name
            ),
            None => format!(
                "filter `{}` is never reached: the filters before it together match all of its requests",
                filters[at].name
            ),
        };
        self.warn("filter_unreachable", path, what, "move it before them, or restrict their conditions");
        true
    }

    /// Targets that are never tried because an earlier target leaves them nothing.
    fn targets(&mut self, at: usize, filter: &FilterDef) {
        for (place, target) in filter.targets.iter().enumerate() {
            let mut seen: Vec<&String> = Vec::new();
            for (queue, name) in target.queues.iter().enumerate() {
                if seen.contains(&name) {
                    let path = format!("filters[{at}].targets[{place}].queues[{queue}]");
                    let what =
                        format!("filter `{}`: queue `{name}` is listed twice in a target", filter.name);
                    self.warn("target_queue_twice", &path, what, "name each queue once");
                }
                seen.push(name);
            }
            if filter.targets[..place].iter().any(|earlier| leaves_nothing(earlier, target)) {
                let path = format!("filters[{at}].targets[{place}]");
                let what = format!(
                    "filter `{}`: a target is never tried: an earlier one has all of its queues for the same ages",
                    filter.name
                );
                self.warn(
                    "target_never_tried",
                    &path,
                    what,
                    "move it to the front, give it other queues, or remove it",
                );
            }
        }
    }

    /// Conditions of requirements and of the bot.
    pub(super) fn conditions_of_others(&mut self, space: &Space<'_>) {
        let known = with_all_numbers(space);
        let places = self.def().requirements.iter().enumerate();
        let places = places.filter(|(_, requirement)| requirement.when.is_some()).map(|(at, _)| at);
        for (at, (when, _)) in places.zip(&space.program.extra) {
            let (path, ops) = (format!("requirements[{at}].when"), space.ops(*when));
            if never_holds(space, ops) {
                let what = "a requirement never applies: its condition contradicts itself";
                self.warn(
                    "requirement_never",
                    &path,
                    what,
                    "correct the condition or remove the requirement",
                );
            } else if always_holds(&known, ops) {
                let what = "the condition of a requirement is true for every request";
                self.warn(
                    "condition_always",
                    &path,
                    what,
                    "correct it, or require the skill for each intent instead",
                );
            }
        }
        let ops = space.ops(space.program.settings.bot_unless);
        if !ops.is_empty() && never_holds(space, ops) {
            self.warn(
                "bot_unless_never",
                "bot.unless",
                "the bot's `unless` is never true",
                "correct it or remove it",
            );
        } else if !ops.is_empty() && always_holds(&known, ops) {
            let what = "the bot is never used: its `unless` is true for every request";
            self.warn("bot_never", "bot.unless", what, "correct it, or remove the bot");
        }
    }
}

/// Whether an earlier target leaves a later one nothing: it has all of its queues, from as early on, for as long, and passes none of
/// them over.
fn leaves_nothing(earlier: &TargetDef, later: &TargetDef) -> bool {
    let ends = |target: &TargetDef| target.expiry.unwrap_or(f32::INFINITY);
    let has_all = earlier.queues.is_empty()
        || (!later.queues.is_empty() && later.queues.iter().all(|queue| earlier.queues.contains(queue)));
    has_all && earlier.skip_if.is_none() && earlier.at <= later.at && ends(earlier) >= ends(later)
}

/// Whether a condition holds for no request.
fn never_holds(space: &Space<'_>, ops: &[Op]) -> bool {
    space.solve(&[(ops, true)], &mut space.nothing()) == Some(false)
}

/// Whether a condition holds for every request.
fn always_holds(space: &Space<'_>, ops: &[Op]) -> bool {
    space.solve(&[(ops, false)], &mut space.nothing()) == Some(false)
}

/// The space of the requests for which every number of queues and of the floor is known.
fn with_all_numbers<'a>(space: &Space<'a>) -> Space<'a> {
    let mut space = space.clone();
    for dim in space.dims.iter_mut().filter(|dim| matches!(dim.key, Key::Floor(_) | Key::Queue(_))) {
        dim.cells.retain(|cell| *cell != Cell::Missing);
    }
    space
}
