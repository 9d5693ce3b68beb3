//! Queues that are shut, full or unreachable when they are wanted, and what else has no effect.

use super::Findings;
use floorwalker_engine::route::{By, Channel, Policy, PolicyProgram, QueueDef, StrategyDef, is_open};
use std::collections::BTreeSet;

const MINUTE_MS: i64 = 60_000;
/// Minutes of a week.
const WEEK: i64 = 7 * 24 * 60;
/// How finely a week is looked at, in minutes.
const GRAIN: i64 = 5;
/// Monday, 5 January 2026, 00:00 UTC: a week without a holiday in most places.
const MONDAY: i64 = 20_458 * 24 * 60;

impl<'a> Findings<'a> {
    pub(super) fn queues(&mut self) {
        self.hours();
        self.last_resorts();
        self.odd_queues();
        self.unused();
        self.settings();
    }

    fn queue(&self, name: &str) -> Option<&'a QueueDef> {
        self.def().queues.iter().find(|queue| queue.name == *name)
    }

    /// Stretches of a week in which nobody can be spoken to.
    fn hours(&mut self) {
        let def = self.def();
        let open = |queue: &QueueDef, minute: i64| match &queue.hours {
            None => true,
            Some(name) => def.hours.iter().find(|hours| hours.name == *name).is_none_or(|hours| {
                is_open(hours.zone.rule.unwrap_or_default(), &hours.open, &[], minute * MINUTE_MS)
            }),
        };
        let shut: i64 = (0..WEEK / GRAIN)
            .map(|step| MONDAY + step * GRAIN)
            .filter(|minute| {
                !def.queues.iter().any(|queue| queue.channel == Channel::Chat && open(queue, *minute))
            })
            .count() as i64;
        if shut > 0 && def.closed.is_none() {
            let what = format!("{} hours a week nobody can be spoken to", (shut * GRAIN) as f64 / 60.0);
            self.warn("hours", what, "say with `closed` which queue takes a message or a call-back then");
        }
    }

    /// Queues that must take a request when others do not.
    fn last_resorts(&mut self) {
        let def = self.def();
        if let Some(closed) = def.closed.as_ref().and_then(|name| self.queue(name))
            && (closed.hours.is_some() || closed.capacity.is_some())
        {
            let what = format!(
                "queue `{}` is for when nothing is open, and has hours or a capacity of its own",
                closed.name
            );
            self.warn("closed", what, "take them away: it must always take a request");
        }
        let own = def.filters.iter().enumerate();
        let own = own.map(|(at, filter)| (format!("filters[{at}].overflow"), filter.overflow.as_ref()));
        let overflows: Vec<_> = own.chain([("overflow".to_owned(), def.overflow.as_ref())]).collect();
        for (path, name) in overflows {
            let Some(queue) = name.and_then(|name| self.queue(name)) else { continue };
            if queue.hours.is_some() && queue.name != def.default_queue {
                let what = format!(
                    "overflow `{}` has hours: outside them what it should take goes to `{}`",
                    queue.name, def.default_queue
                );
                self.warn(&path, what, "name one that is always open");
            }
        }
        let Some(queue) = self.queue(&def.default_queue) else { return };
        let name = &queue.name;
        if queue.hours.is_some() {
            let what = format!(
                "default queue `{name}` has hours: outside them a request that nobody else takes lies there"
            );
            self.warn(
                "default_queue",
                what,
                "name one that is always open, such as a call-back or an e-mail",
            );
        }
        if queue.capacity.is_some() {
            let what =
                format!("default queue `{name}` has a capacity: what nobody else takes goes there beyond it");
            self.warn("default_queue", what, "take the capacity away");
        }
    }

    /// A queue that takes nothing, and a bot that is none.
    fn odd_queues(&mut self) {
        let def = self.def();
        for (at, queue) in def.queues.iter().enumerate().filter(|(_, queue)| queue.capacity == Some(0)) {
            let what = format!("queue `{}` is always full: its capacity is 0", queue.name);
            self.warn(&format!("queues[{at}].capacity"), what, "say how many may wait, or drop the queue");
        }
        let bot = def.bot.as_ref().and_then(|bot| self.queue(&bot.queue));
        if let Some(queue) = bot.filter(|queue| queue.channel != Channel::Bot) {
            let what = format!("queue `{}` is the bot's, and people answer in it", queue.name);
            self.warn("bot.queue", what, "write channel = \"bot\" in it, or name another");
        }
    }

    /// Queues and hours that are declared and have no effect.
    fn unused(&mut self) {
        let def = self.def();
        let everywhere = def.filters.is_empty()
            || def.filters.iter().any(|filter| {
                filter.targets.is_empty() || filter.targets.iter().any(|target| target.queues.is_empty())
            });
        let named = def.filters.iter().flat_map(|filter| {
            filter.overflow.iter().chain(filter.targets.iter().flat_map(|target| &target.queues))
        });
        let named: BTreeSet<&String> = named
            .chain(def.overflow.iter())
            .chain(def.closed.iter())
            .chain(def.bot.iter().map(|bot| &bot.queue))
            .chain(def.queues.iter().filter_map(|queue| queue.parent.as_ref()))
            .chain([&def.default_queue])
            .collect();
        for (at, queue) in
            def.queues.iter().enumerate().filter(|(_, queue)| !everywhere && !named.contains(&queue.name))
        {
            let what = format!("queue `{}` gets nothing: no filter names it", queue.name);
            self.warn(&format!("queues[{at}].name"), what, "name it in a target, or drop it");
        }
        for (at, hours) in def.hours.iter().enumerate() {
            if !def.queues.iter().any(|queue| queue.hours.as_ref() == Some(&hours.name)) {
                let what = format!("hours `{}` are no queue's", hours.name);
                self.warn(&format!("hours[{at}].name"), what, "give them to a queue, or drop them");
            }
        }
    }

    /// Bounds that stop nobody: a guess among all intents, each as likely as any other, clears them.
    pub(super) fn guesses(&mut self, program: PolicyProgram) {
        let def = self.def();
        let Ok(policy) = Policy::new(program) else { return };
        let n_intents = policy.program().intents.len().max(1) as f32;
        let fit = |queue: usize| policy.fit(queue).iter().sum::<f32>() / n_intents;
        let best =
            (0..policy.queues().len()).map(|queue| (fit(queue), queue)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((fit, queue)) = best
            && def.threshold > 0.0
            && fit >= def.threshold
        {
            let what = format!(
                "a guess clears the threshold: with every intent as likely as any other, `{}` fits {fit:.2}",
                policy.queues()[queue]
            );
            self.warn("threshold", what, "raise it above that, or ask for a `certainty`");
        }
        if def.certainty > 0.0 && def.certainty <= 1.0 / n_intents {
            let what = format!(
                "`certainty` {} never binds: one of {n_intents} intents has at least that much",
                def.certainty
            );
            self.warn("certainty", what, "write a larger probability, or drop it");
        }
    }

    /// Numbers that do nothing.
    fn settings(&mut self) {
        let def = self.def();
        let strategies: Vec<&StrategyDef> = def
            .strategy
            .iter()
            .chain(def.filters.iter().filter_map(|filter| filter.strategy.as_ref()).flatten())
            .collect();
        if def.threshold > 0.0 && !strategies.iter().any(|strategy| strategy.by == By::Skills) {
            self.warn(
                "threshold",
                "the threshold has no effect: no strategy looks at `skills`",
                "add `skills` to the strategies, or drop the threshold",
            );
        }
        // The trainer's own may lie outside: they make sets hold the intent in a stated share of requests.
        let is_mass = def.set_mass > 0.0 && def.set_mass <= 1.0;
        if !is_mass {
            let holds = if def.set_mass > 1.0 { "every intent" } else { "one intent" };
            let what = format!("every intent set holds {holds}: `set_mass` is {}", def.set_mass);
            self.warn("set_mass", what, "write a probability above 0 and up to 1, such as 0.9");
        }
    }
}
