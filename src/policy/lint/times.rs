//! Ages that come too late: after the service level, or after the request's end; and numbers that look like another unit.

use super::Findings;

/// Seconds of a day.
const DAY: f32 = 86_400.0;
/// Seconds of an hour.
const HOUR: f32 = 3_600.0;
/// Least plausible handle time in seconds: a smaller number was probably meant as minutes.
const SHORTEST_AHT: f32 = 10.0;

/// Least plausible life of a request in seconds: a smaller number was probably meant as minutes.
const SHORTEST_LIFE: u32 = 20;

impl Findings<'_> {
    pub(super) fn times(&mut self) {
        self.service_level();
        self.lifetime();
        self.units();
    }

    fn service_level(&mut self) {
        let def = self.def();
        let Some(within) = def.within else { return };
        for (at, filter) in def.filters.iter().enumerate() {
            let fix = format!("write an age below {within} s, the service level (`within`)");
            for (step, def) in filter.steps.iter().enumerate().filter(|(_, step)| step.at >= within) {
                let what =
                    format!("filter `{}`: a step at {} s is after the service level", filter.name, def.at);
                self.warn("step_late", &format!("filters[{at}].steps[{step}].at"), what, fix.clone());
            }
            for (target, def) in filter.targets.iter().enumerate().filter(|(_, target)| target.at >= within) {
                let what = format!(
                    "filter `{}`: a target from {} s on is after the service level",
                    filter.name, def.at
                );
                self.warn("target_late", &format!("filters[{at}].targets[{target}].at"), what, fix.clone());
            }
        }
        if within >= def.ttl as f32 {
            let what = format!("the service level is {within} s, and a request ends after {} s", def.ttl);
            self.warn(
                "within_past_end",
                "within",
                what,
                "lower `within`, or let requests live longer (`ttl`)",
            );
        }
    }

    /// Ages that a request never reaches.
    fn lifetime(&mut self) {
        let (def, ttl) = (self.def(), self.def().ttl);
        let ends = ttl as f32;
        let fix = format!("write an age below {ttl} s, or let requests live longer (`ttl`)");
        for (at, filter) in def.filters.iter().enumerate() {
            let steps = filter.steps.iter().enumerate();
            let steps = steps.map(|(place, step)| ("step_past_end", "step", "steps", place, step.at));
            let targets = filter.targets.iter().enumerate();
            let targets = targets.map(|(place, def)| ("target_past_end", "target", "targets", place, def.at));
            for (code, sort, list, place, from) in steps.chain(targets).filter(|(.., from)| *from >= ends) {
                let what = format!(
                    "filter `{}`: a {sort} at {from} s has no effect: a request ends after {ttl} s",
                    filter.name
                );
                self.warn(code, &format!("filters[{at}].{list}[{place}].at"), what, fix.clone());
            }
        }
        if let Some(bot) = def.bot.as_ref().filter(|bot| bot.until >= ends) {
            let what = format!(
                "the bot has requests until {} s, and a request ends after {ttl} s: people never get one",
                bot.until
            );
            self.warn("bot_until_end", "bot.until", what, fix.clone());
        }
        if def.bot.as_ref().is_some_and(|bot| bot.until <= 0.0) {
            let what = "the bot is never used: people get requests from 0 s on";
            self.warn("bot_never", "bot.until", what, "write a later age in `until`, or remove the bot");
        }
        let Some(preferred) = def.preferred else { return };
        if preferred.hold > preferred.lifetime {
            let what = format!(
                "a request waits {} s for its preferred agent, who is remembered for {} s only",
                preferred.hold, preferred.lifetime
            );
            let fix = "shorten `hold`, or remember the agent longer (`lifetime`)";
            self.warn("hold_past_lifetime", "preferred.hold", what, fix);
        } else if preferred.hold >= ends {
            let what = format!(
                "a request waits {} s for its preferred agent while that agent is busy, and ends after {ttl} s: it may never be answered",
                preferred.hold
            );
            self.warn("hold_past_end", "preferred.hold", what, fix);
        } else if preferred.lifetime <= 0.0 {
            let what = "no shopper returns to the same agent: `lifetime` is 0 s";
            self.warn(
                "preferred_never",
                "preferred.lifetime",
                what,
                "write a longer time, or remove `preferred`",
            );
        }
    }

    /// Numbers that are probably milliseconds or minutes, by their size.
    fn units(&mut self) {
        let def = self.def();
        let fix = "times are in seconds: write a smaller number, such as 600 for ten minutes";
        if def.ttl as f32 > DAY {
            let what = format!("a request lives for {} s, more than a day", def.ttl);
            self.warn("time_unit", "ttl", what, fix);
        }
        if def.ttl < SHORTEST_LIFE {
            let what = format!("a request ends after {} s, before most queues could answer", def.ttl);
            self.warn(
                "time_unit",
                "ttl",
                what,
                "times are in seconds: write a larger number, such as 600 for ten minutes",
            );
        }
        let lifetime = def.preferred.map(|preferred| preferred.lifetime);
        if let Some(lifetime) = lifetime.filter(|lifetime| *lifetime > 0.0 && *lifetime < 60.0) {
            let what = format!("a shopper's agent is remembered for {lifetime} s, less than a minute");
            let fix = "times are in seconds: write a larger number, such as 172800 for two days";
            self.warn("time_unit", "preferred.lifetime", what, fix);
        }
        if def.within.is_some_and(|within| within > HOUR && within < def.ttl as f32) {
            let what = format!("the service level is {} s, more than an hour", def.within.unwrap_or(0.0));
            self.warn("time_unit", "within", what, fix);
        }
        if def.snapshot.stale > HOUR {
            let what = format!(
                "a snapshot of the queues is used for {} s, more than an hour, but waiting lines change within minutes",
                def.snapshot.stale
            );
            self.warn(
                "time_unit",
                "snapshot.stale",
                what,
                "times are in seconds: write a smaller number, such as 300",
            );
        }
        for (at, filter) in def.filters.iter().enumerate().filter(|(_, filter)| filter.priority > DAY) {
            let what = format!(
                "filter `{}`: its requests count as having waited {} s longer, more than a day: they always come before all others",
                filter.name, filter.priority
            );
            let fix = "`priority` is in seconds: write a smaller number, such as 60";
            self.warn("time_unit", &format!("filters[{at}].priority"), what, fix);
        }
        for (at, queue) in def.queues.iter().enumerate() {
            let Some(aht) = queue.aht.filter(|aht| *aht < SHORTEST_AHT || *aht > 8.0 * HOUR) else {
                continue;
            };
            let what = format!("queue `{}`: an agent needs {aht} s for a request", queue.name);
            let fix = "`aht` is in seconds: write 300 for five minutes";
            self.warn("time_unit", &format!("queues[{at}].aht"), what, fix);
        }
    }
}
