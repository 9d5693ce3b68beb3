//! Ages that come too late: after the service level, or after the request has ended.

use super::Findings;

impl Findings<'_> {
    pub(super) fn times(&mut self) {
        self.service_level();
        self.lifetime();
    }

    fn service_level(&mut self) {
        let def = self.def();
        let Some(within) = def.within else { return };
        for (at, filter) in def.filters.iter().enumerate() {
            let fix = format!("let it happen before {within} s, the service level (`within`)");
            for (step, def) in filter.steps.iter().enumerate().filter(|(_, step)| step.at >= within) {
                let what =
                    format!("filter `{}`: a step at {} s is past the service level", filter.name, def.at);
                self.warn(&format!("filters[{at}].steps[{step}].at"), what, fix.clone());
            }
            for (target, def) in filter.targets.iter().enumerate().filter(|(_, target)| target.at >= within) {
                let what = format!(
                    "filter `{}`: a target from {} s on is past the service level",
                    filter.name, def.at
                );
                self.warn(&format!("filters[{at}].targets[{target}].at"), what, fix.clone());
            }
        }
    }

    /// What a request does not live to see.
    fn lifetime(&mut self) {
        let (def, ttl) = (self.def(), self.def().ttl);
        let ends = ttl as f32;
        let fix = format!("let it happen before {ttl} s, or let requests live longer (`ttl`)");
        for (at, filter) in def.filters.iter().enumerate() {
            let steps =
                filter.steps.iter().enumerate().map(|(place, step)| ("step", "steps", place, step.at));
            let targets =
                filter.targets.iter().enumerate().map(|(place, def)| ("target", "targets", place, def.at));
            for (sort, list, place, from) in steps.chain(targets).filter(|(.., from)| *from >= ends) {
                let what = format!(
                    "filter `{}`: a {sort} at {from} s never comes: a request ends after {ttl} s",
                    filter.name
                );
                self.warn(&format!("filters[{at}].{list}[{place}].at"), what, fix.clone());
            }
        }
        if let Some(bot) = def.bot.as_ref().filter(|bot| bot.until >= ends) {
            let what = format!(
                "the bot is asked until {} s, and a request ends after {ttl} s: no people are asked",
                bot.until
            );
            self.warn("bot.until", what, fix);
        }
        if let Some(preferred) = def.preferred.filter(|preferred| preferred.hold > preferred.lifetime) {
            let what = format!(
                "a request waits {} s for an agent who is remembered for {} s",
                preferred.hold, preferred.lifetime
            );
            self.warn("preferred.hold", what, "hold it for less, or remember the agent longer (`lifetime`)");
        }
    }
}
