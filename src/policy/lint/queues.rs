//! Queues that are shut, full or unreachable when they are needed, overflows, and queues and hours that are not used.

use super::Findings;
use crate::hours::is_open;
use crate::{FilterDef, QueueDef};
use floorwalker_engine::route::Channel;
use std::collections::BTreeSet;

const MINUTE_MS: i64 = 60_000;
/// Minutes of a week.
const WEEK: i64 = 7 * 24 * 60;
/// Step in minutes at which a week is checked.
const GRAIN: i64 = 5;
/// Monday, 5 January 2026, 00:00 UTC: a week without a holiday in most places.
const MONDAY: i64 = 20_458 * 24 * 60;

impl<'a> Findings<'a> {
    pub(super) fn queues(&mut self) {
        self.shut_stretches();
        self.last_resorts();
        self.overflows();
        self.odd_queues();
        self.unused();
    }

    fn queue(&self, name: &str) -> Option<&'a QueueDef> {
        self.def().queues.iter().find(|queue| queue.name == *name)
    }

    /// Times of a week at which no chat queue is open.
    fn shut_stretches(&mut self) {
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
            let what = format!("in {} hours of the week no queue is open", (shut * GRAIN) as f64 / 60.0);
            self.warn(
                "closed_missing",
                "hours",
                what,
                "name in `closed` a queue that takes messages or call-backs then",
            );
        }
    }

    /// Queues that must take a request when others do not.
    fn last_resorts(&mut self) {
        let def = self.def();
        if let Some(closed) = def.closed.as_ref().and_then(|name| self.queue(name))
            && (closed.hours.is_some() || closed.capacity.is_some())
        {
            let what = format!(
                "queue `{}` takes requests when no other queue is open (`closed`), and it has hours or a capacity",
                closed.name
            );
            self.warn("closed_limited", "closed", what, "remove them: it must take a request at any time");
        }
        let Some(queue) = self.queue(&def.default_queue) else { return };
        let name = &queue.name;
        if queue.hours.is_some() {
            let what = format!(
                "default queue `{name}` has hours: outside them, requests that no other queue takes wait there unseen"
            );
            let fix = "name one that is always open, such as one for call-backs or e-mail";
            self.warn("default_limited", "default_queue", what, fix);
        }
        if queue.capacity.is_some() {
            let what = format!(
                "default queue `{name}` has a capacity: requests that no other queue takes go there even if it is full"
            );
            self.warn("default_limited", "default_queue", what, "remove the capacity");
        }
        if queue.channel == Channel::Bot {
            let what = format!(
                "default queue `{name}` belongs to a bot: no person ever sees the requests that no other queue takes"
            );
            self.warn("default_bot", "default_queue", what, "name one in which people answer");
        }
    }

    /// Overflows: where a request goes that none of its filter's queues can take.
    fn overflows(&mut self) {
        let def = self.def();
        let own = def.filters.iter().enumerate();
        let own = own.map(|(at, filter)| (format!("filters[{at}].overflow"), filter.overflow.as_ref()));
        let overflows: Vec<_> = own.chain([("overflow".to_owned(), def.overflow.as_ref())]).collect();
        for (path, name) in overflows {
            let Some(queue) = name.and_then(|name| self.queue(name)) else { continue };
            if queue.hours.is_some() && queue.name != def.default_queue {
                let what = format!(
                    "overflow `{}` has hours: outside them, its requests go to `{}`",
                    queue.name, def.default_queue
                );
                self.warn("overflow_limited", &path, what, "name one that is always open");
            }
            if queue.capacity == Some(0) {
                let what = format!("overflow `{}` is always full: its capacity is 0", queue.name);
                self.warn("overflow_full", &path, what, "raise its capacity, or name another queue");
            }
        }
        let is_all = |filter: &FilterDef, name: &String| {
            let mut named = filter.targets.iter().flat_map(|target| &target.queues).peekable();
            named.peek().is_some()
                && filter.targets.iter().all(|target| !target.queues.is_empty())
                && named.all(|queue| queue == name)
        };
        for (at, filter) in def.filters.iter().enumerate() {
            let (path, name) = match (&filter.overflow, &def.overflow) {
                (Some(own), _) => (format!("filters[{at}].overflow"), own),
                (None, Some(of_all)) => ("overflow".to_owned(), of_all),
                (None, None) => continue,
            };
            if is_all(filter, name) {
                let what = format!(
                    "filter `{}`: queue `{name}` is in a target and is also the overflow",
                    filter.name
                );
                self.warn("overflow_self", &path, what, "name another queue, or remove the overflow");
            }
        }
    }

    /// Queues that take nothing, and a bot's queue that is not a bot's channel.
    fn odd_queues(&mut self) {
        let def = self.def();
        for (at, queue) in def.queues.iter().enumerate().filter(|(_, queue)| queue.capacity == Some(0)) {
            let what = format!("queue `{}` is always full: its capacity is 0", queue.name);
            self.warn(
                "queue_full",
                &format!("queues[{at}].capacity"),
                what,
                "raise its capacity, or remove the queue",
            );
        }
        let bot = def.bot.as_ref().and_then(|bot| self.queue(&bot.queue));
        if let Some(queue) = bot.filter(|queue| queue.channel != Channel::Bot) {
            let what = format!(
                "queue `{}` belongs to the bot, but its channel is one in which people answer",
                queue.name
            );
            self.warn(
                "bot_channel",
                "bot.queue",
                what,
                "write channel = \"bot\" in it, or name another queue",
            );
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
            let what = format!("queue `{}` gets no requests: no filter names it", queue.name);
            self.warn(
                "queue_unused",
                &format!("queues[{at}].name"),
                what,
                "name it in a target, or remove it",
            );
        }
        for (at, hours) in def.hours.iter().enumerate() {
            if !def.queues.iter().any(|queue| queue.hours.as_ref() == Some(&hours.name)) {
                let what = format!("no queue uses the hours `{}`", hours.name);
                self.warn(
                    "hours_unused",
                    &format!("hours[{at}].name"),
                    what,
                    "give them to a queue, or remove them",
                );
            }
        }
    }
}
