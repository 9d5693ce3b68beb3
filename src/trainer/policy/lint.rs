//! Lint: what a policy says and cannot mean. Each finding has a line and says what to do.
//!
//! | finding                                       | is looked for in                                               |
//! |-----------------------------------------------|----------------------------------------------------------------|
//! | a filter that nothing reaches                 | filters: a condition that cannot hold, or an earlier filter that takes all of it |
//! | a skill that no queue has, or has well enough | needs                                                          |
//! | hours with nothing open                       | a week of every hour, of queues where people chat              |
//! | steps past the service level                  | `within` against steps and targets                             |
//! | a default that is dead                        | hours, capacity and channel of the default queue               |
//! | what has no effect                            | queues and hours nobody names, steps that drop nothing, a threshold without `skills` |
//!
//! Not here: what makes a policy no policy (`engine::route`), the proof that requests arrive (`reach`).

use super::PolicyFile;
use super::logic;
use super::reach::vocabulary;
use floorwalker_engine::route::{
    By, Channel, FilterDef, Names, PolicyDef, PolicyError, StrategyDef, is_open,
};
use std::collections::BTreeSet;
use std::fmt;

/// Something that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, from line 1.
    pub line: usize,
    /// Whether the policy cannot be used; else it can, and does what nobody wants.
    pub is_error: bool,
    /// What.
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = if self.is_error { "error" } else { "warning" };
        write!(f, "{}: {sort}: {}; {}", self.line, self.what, self.fix)
    }
}

const MINUTE_MS: i64 = 60_000;
/// Minutes of a week.
const WEEK: i64 = 7 * 24 * 60;
/// How finely a week is looked at, in minutes.
const GRAIN: i64 = 5;
/// Monday, 5 January 2026, 00:00 UTC: a week without a holiday in most places.
const MONDAY: i64 = 20_458 * 24 * 60;

struct Findings<'a> {
    file: &'a PolicyFile,
    found: Vec<Finding>,
}

/// What is wrong with a policy, in the order of its lines. `names` are those of the model it is for; without them names are
/// taken as they stand.
#[must_use]
pub fn lint(file: &PolicyFile, names: Option<&Names<'_>>) -> Vec<Finding> {
    let mut findings = Findings { file, found: Vec::new() };
    let own = vocabulary(&file.def);
    let guessed = own.names();
    if let Err(error) = file.def.compile(names.unwrap_or(&guessed)) {
        findings.refused(&error);
    }
    findings.filters();
    findings.needs();
    findings.hours();
    findings.service_level();
    findings.default_queue();
    findings.unused();
    findings.found.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.what.cmp(&b.what)));
    findings.found.dedup();
    findings.found
}

impl Findings<'_> {
    fn def(&self) -> &PolicyDef {
        &self.file.def
    }

    fn warn(&mut self, path: &[&str], what: impl Into<String>, fix: impl Into<String>) {
        let line = self.file.line(path);
        self.found.push(Finding { line, is_error: false, what: what.into(), fix: fix.into() });
    }

    /// What makes it no policy, on the line where its name stands first.
    fn refused(&mut self, error: &PolicyError) {
        let name = match error {
            PolicyError::Head(name)
            | PolicyError::Intent(name)
            | PolicyError::Requirement(name)
            | PolicyError::NoQueue(name)
            | PolicyError::Queue(name)
            | PolicyError::Skill(name)
            | PolicyError::Condition(name)
            | PolicyError::Hours(name)
            | PolicyError::Circle(name)
            | PolicyError::Steps(name)
            | PolicyError::Bandit(name)
            | PolicyError::Range(name) => name.as_str(),
            _ => "",
        };
        // A number is named by its last key.
        let name = name.rsplit('.').next().unwrap_or(name);
        let lines: Vec<&str> = self.file.text.lines().collect();
        let line = lines.iter().rposition(|line| !name.is_empty() && line.contains(name)).map_or(1, |at| at + 1);
        let text = error.to_string();
        let (what, fix) = text.split_once("; ").unwrap_or((&text, "see `floorwalker policy schema`"));
        self.found.push(Finding { line, is_error: true, what: what.to_owned(), fix: fix.to_owned() });
    }

    fn filters(&mut self) {
        let filters = self.def().filters.clone();
        for (at, filter) in filters.iter().enumerate() {
            let place = at.to_string();
            let path = ["filters", &place, "when"];
            let name = &filter.name;
            if filter.when.as_ref().is_some_and(|when| !logic::can_hold(when)) {
                let what = format!("filter `{name}` is never reached: its condition contradicts itself");
                self.warn(&path, what, "correct the condition or drop the filter");
                continue;
            }
            let covers = |earlier: &&FilterDef| match (&earlier.when, &filter.when) {
                (None, _) => true,
                (Some(theirs), Some(ours)) => logic::implies(ours, theirs),
                (Some(_), None) => false,
            };
            if let Some(earlier) = filters[..at].iter().find(covers) {
                let what = format!(
                    "filter `{name}` is never reached: `{}` before it takes all of its requests",
                    earlier.name
                );
                self.warn(&path, what, "put it first, or narrow the one before it");
            }
            for (target, def) in filter.targets.iter().enumerate() {
                let target = target.to_string();
                if def.skip_if.as_ref().is_some_and(|skip_if| !logic::can_hold(skip_if)) {
                    let path = ["filters", &place, "targets", &target, "skip_if"];
                    self.warn(
                        &path,
                        format!("filter `{name}`: a `skip_if` that never holds"),
                        "correct it or drop it",
                    );
                }
            }
        }
    }

    /// Needs that nobody meets in full, and drop orders that no step reaches.
    fn needs(&mut self) {
        let def = self.def().clone();
        let reach =
            def.filters.iter().flat_map(|filter| &filter.steps).map(|step| step.drop).max().unwrap_or(0);
        for (at, requirement) in def.requirements.iter().enumerate() {
            for (place, need) in requirement.needs.iter().enumerate() {
                let (at, place) = (at.to_string(), place.to_string());
                let path = ["requirements", &at, "needs", &place, "skill"];
                let best =
                    def.queues.iter().flat_map(|queue| &queue.skills).filter(|has| has.skill == need.skill);
                let best = best.map(|has| has.proficiency).reduce(f32::max);
                let skill = &need.skill;
                if let Some(best) = best.filter(|best| need.required && *best < need.level) {
                    let what = format!(
                        "skill `{skill}` is required at {} and no queue has it above {best}",
                        need.level
                    );
                    self.warn(&path, what, "lower the level, train a queue, or do not require it");
                }
                if need.drop > reach {
                    let what = format!("skill `{skill}` is never dropped: no step drops up to {}", need.drop);
                    self.warn(&path, what, "add a step to a filter, or take its `drop` away");
                }
            }
        }
        let orders: BTreeSet<u8> = def
            .requirements
            .iter()
            .flat_map(|requirement| requirement.needs.iter().map(|need| need.drop))
            .chain(def.language.iter().map(|language| language.drop))
            .collect();
        for (at, filter) in def.filters.iter().enumerate() {
            let mut before = 0;
            for (step, def) in filter.steps.iter().enumerate() {
                if orders.range(before + 1..=def.drop.max(before + 1)).next().is_none() || def.drop <= before
                {
                    let (at, step) = (at.to_string(), step.to_string());
                    let what = format!("filter `{}`: the step at {} s drops nothing", filter.name, def.at);
                    self.warn(
                        &["filters", &at, "steps", &step],
                        what,
                        "give a need that `drop`, or drop the step",
                    );
                }
                before = def.drop.max(before);
            }
        }
    }

    /// Stretches of a week in which nobody can be spoken to.
    fn hours(&mut self) {
        let def = self.def().clone();
        let open = |queue: &floorwalker_engine::route::QueueDef, minute: i64| match &queue.hours {
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
            self.warn(&["hours"], what, "say with `closed` which queue takes a message or a call-back then");
        }
        if let Some(closed) =
            def.closed.as_ref().and_then(|name| def.queues.iter().find(|queue| queue.name == *name))
            && (closed.hours.is_some() || closed.capacity.is_some())
        {
            let what = format!(
                "queue `{}` is for when nothing is open, and has hours or a capacity of its own",
                closed.name
            );
            self.warn(&["closed"], what, "take them away: it must always take a request");
        }
    }

    fn service_level(&mut self) {
        let def = self.def().clone();
        let Some(within) = def.within else { return };
        for (at, filter) in def.filters.iter().enumerate() {
            let at = at.to_string();
            let fix = format!("let it happen before {within} s, the service level (`within`)");
            for (step, def) in filter.steps.iter().enumerate().filter(|(_, step)| step.at >= within) {
                let what =
                    format!("filter `{}`: a step at {} s is past the service level", filter.name, def.at);
                self.warn(&["filters", &at, "steps", &step.to_string(), "at"], what, fix.clone());
            }
            for (target, def) in filter.targets.iter().enumerate().filter(|(_, target)| target.at >= within) {
                let what = format!(
                    "filter `{}`: a target from {} s on is past the service level",
                    filter.name, def.at
                );
                self.warn(&["filters", &at, "targets", &target.to_string(), "at"], what, fix.clone());
            }
        }
    }

    fn default_queue(&mut self) {
        let def = self.def().clone();
        let Some(queue) = def.queues.iter().find(|queue| queue.name == def.default_queue) else { return };
        let name = &queue.name;
        if queue.hours.is_some() {
            let what = format!(
                "default queue `{name}` has hours: outside them a request that nobody else takes lies there"
            );
            self.warn(
                &["default_queue"],
                what,
                "name one that is always open, such as a call-back or an e-mail",
            );
        }
        if queue.capacity.is_some() {
            let what =
                format!("default queue `{name}` has a capacity: what nobody else takes goes there beyond it");
            self.warn(&["default_queue"], what, "take the capacity away");
        }
    }

    /// What is declared and has no effect.
    fn unused(&mut self) {
        let def = self.def().clone();
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
            self.warn(&["queues", &at.to_string(), "name"], what, "name it in a target, or drop it");
        }
        for (at, hours) in def.hours.iter().enumerate() {
            if !def.queues.iter().any(|queue| queue.hours.as_ref() == Some(&hours.name)) {
                let what = format!("hours `{}` are no queue's", hours.name);
                self.warn(&["hours", &at.to_string(), "name"], what, "give them to a queue, or drop them");
            }
        }
        let strategies: Vec<&StrategyDef> = def
            .strategy
            .iter()
            .chain(def.filters.iter().filter_map(|filter| filter.strategy.as_ref()).flatten())
            .collect();
        if def.threshold > 0.0 && !strategies.iter().any(|strategy| strategy.by == By::Skills) {
            self.warn(
                &["threshold"],
                "the threshold has no effect: no strategy looks at `skills`",
                "add `skills` to the strategies, or drop the threshold",
            );
        }
    }
}
