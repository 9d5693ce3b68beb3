//! Needs that no queue meets in full or that are listed twice, needs that no step drops, steps that drop nothing.

use super::Findings;
use std::collections::BTreeSet;

impl Findings<'_> {
    pub(super) fn needs(&mut self) {
        let def = self.def();
        let reach =
            def.filters.iter().flat_map(|filter| &filter.steps).map(|step| step.drop).max().unwrap_or(0);
        for (at, requirement) in def.requirements.iter().enumerate() {
            if requirement.needs.is_empty() && requirement.when.is_some() {
                let what = "a requirement has no `needs`";
                self.warn(
                    "requirement_empty",
                    &format!("requirements[{at}]"),
                    what,
                    "name the skills that are needed, or remove the requirement",
                );
            }
            let mut seen = BTreeSet::new();
            for (place, need) in requirement.needs.iter().enumerate() {
                let path = format!("requirements[{at}].needs[{place}].skill");
                let best =
                    def.queues.iter().flat_map(|queue| &queue.skills).filter(|has| has.skill == need.skill);
                let best = best.map(|has| has.proficiency).reduce(f32::max);
                let skill = &need.skill;
                if !seen.insert(skill) {
                    let what = format!("skill `{skill}` is listed twice in one requirement");
                    self.warn("need_twice", &path, what, "remove one, because both count");
                }
                if let Some(best) = best.filter(|best| need.required && *best < need.level) {
                    let what = format!(
                        "skill `{skill}` is required at level {}, and no queue has a proficiency above {best}",
                        need.level
                    );
                    self.warn(
                        "need_unmet",
                        &path,
                        what,
                        "lower the level, raise the proficiency of a queue, or make it not required",
                    );
                }
                if need.drop > reach {
                    let what = format!("skill `{skill}` is never dropped: no step drops up to {}", need.drop);
                    self.warn("drop_never", &path, what, "add a step to a filter, or remove its `drop`");
                }
            }
        }
        if let Some(language) = def.language.as_ref().filter(|language| language.drop > reach) {
            let what = format!("the language is never dropped: no step drops up to {}", language.drop);
            self.warn("drop_never", "language.drop", what, "add a step to a filter, or remove its `drop`");
        }
        self.idle_steps();
    }

    fn idle_steps(&mut self) {
        let def = self.def();
        let orders: BTreeSet<u8> = def
            .requirements
            .iter()
            .flat_map(|requirement| requirement.needs.iter().map(|need| need.drop))
            .chain(def.language.iter().map(|language| language.drop))
            .collect();
        for (at, filter) in def.filters.iter().enumerate() {
            let mut before = 0;
            for (step, def) in filter.steps.iter().enumerate() {
                let path = format!("filters[{at}].steps[{step}]");
                let is_idle =
                    def.drop <= before || orders.range(before.saturating_add(1)..=def.drop).next().is_none();
                // A step that drops less than the one before it is refused, and is already reported.
                if is_idle && def.drop >= before {
                    let what = format!("filter `{}`: the step at {} s drops no need", filter.name, def.at);
                    self.warn(
                        "step_idle",
                        &path,
                        what,
                        "give a need that value of `drop`, or remove the step",
                    );
                } else if def.at == 0.0 {
                    let what = format!(
                        "filter `{}`: a step at 0 s drops needs at once, before any queue is tried with them",
                        filter.name
                    );
                    self.warn("step_at_once", &path, what, "write a later age, or remove the needs");
                }
                before = def.drop.max(before);
            }
        }
    }
}
