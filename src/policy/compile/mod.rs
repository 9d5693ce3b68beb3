//! Compile: turns a policy as people write it into a program, or gives an error that names what is wrong.
//!
//! Invariants
//! - A compiled program is valid, has no circle of parents, and runs its steps in the order of their ages.
//! - Queues and skills are found by binary search; all other lists that are searched are limited in length.
//!
//! Not here: what rows mean (`engine::route`), advice (`lint`).

mod error;
mod ranges;

pub use error::PolicyError;

use crate::def::{
    BanditDef, By, FilterDef, MAX_INPUTS, NeedDef, PolicyDef, QueueDef, StrategyDef, TargetDef,
};
use crate::hours::{self, HoursDef};
use crate::names::{Condition, Names};
use floorwalker_engine::order;
use floorwalker_engine::route::{
    ArmRow, FilterRow, HoursRow, LARGEST, Look, MAX_CELLS, MAX_QUEUES, NeedRow, Part, Place, PolicyProgram,
    QueueRow, Settings, SkillRow, Source, StrategyRow, TargetRow,
};
use floorwalker_engine::symbol::Symbol;

/// Largest number of different skills that are needed.
pub const MAX_SKILLS: usize = 4_096;

impl PolicyDef {
    /// The program, for a model with these heads and features.
    ///
    /// # Errors
    ///
    /// [`PolicyError`], naming the first thing at fault.
    pub fn compile(&self, names: &Names<'_>) -> Result<PolicyProgram, PolicyError> {
        ranges::check(self)?;
        let mut to = Compiler::new(self, names)?;
        let intents = to.head(&self.intents, || "intents".into())?;
        to.queues()?;
        to.requirements(names.outputs(intents))?;
        to.skills()?;
        let filters = self.filters.iter().enumerate();
        let filters = filters.map(|(at, filter)| to.filter(at, filter)).collect::<Result<_, _>>()?;
        let strategy = to.strategy(&self.strategy, "strategy")?;
        let settings = to.settings(intents, strategy)?;
        let mut program = to.program;
        program.filters = filters;
        program.settings = settings;
        if self.queues.len() * program.intents.len() > MAX_CELLS {
            return Err(many(
                "queues",
                "queues for this number of intents",
                MAX_CELLS / program.intents.len(),
            ));
        }
        Ok(program)
    }
}

/// A program under construction.
struct Compiler<'a> {
    def: &'a PolicyDef,
    names: &'a Names<'a>,
    /// Indices of the queues, sorted by name.
    sorted: Vec<usize>,
    skills: Vec<&'a str>,
    program: PolicyProgram,
}

impl<'a> Compiler<'a> {
    fn new(def: &'a PolicyDef, names: &'a Names<'a>) -> Result<Self, PolicyError> {
        if def.queues.len() > MAX_QUEUES {
            return Err(many("queues", "queues", MAX_QUEUES));
        }
        let name = |at: usize| def.queues.get(at).map_or("", |queue| queue.name.as_str());
        let mut sorted: Vec<usize> = (0..def.queues.len()).collect();
        order::sort(&mut sorted, |&a, &b| name(a) < name(b));
        // Of two queues with the same name, the later one is at fault.
        let twice = sorted.windows(2).find_map(|pair| match pair {
            [a, b] if name(*a) == name(*b) => Some((*a).max(*b)),
            _ => None,
        });
        let first = sorted.first().copied().filter(|first| name(*first).is_empty());
        if let Some(at) = first.or(twice) {
            let place = format!("queues[{at}].name");
            return Err(PolicyError::Twice { at: place, sort: "queue", name: name(at).into() });
        }
        let program = PolicyProgram {
            version: def.version.clone(),
            key: def.snapshot.key.clone().unwrap_or_default(),
            queues: def.queues.iter().map(|queue| queue.name.clone()).collect(),
            filter_names: def.filters.iter().map(|filter| filter.name.clone()).collect(),
            ..PolicyProgram::default()
        };
        Ok(Self { def, names, sorted, skills: Vec::new(), program })
    }

    /// The queue called `name`; `at` is the path at which that name is written.
    fn queue(&self, name: &str, at: impl FnOnce() -> String) -> Result<Place, PolicyError> {
        let key = |at: &usize| self.def.queues.get(*at).map_or("", |queue| queue.name.as_str());
        let place = self.sorted.partition_point(|at| key(at) < name);
        let found = self.sorted.get(place).filter(|at| key(at) == name);
        let known = || self.def.queues.iter().map(|queue| queue.name.clone()).collect();
        found.map(|at| Place(*at as u16)).ok_or_else(|| unknown(at(), "queue", name, known()))
    }

    fn maybe(&self, name: Option<&String>, at: impl FnOnce() -> String) -> Result<Place, PolicyError> {
        name.map_or(Ok(Place::NONE), |name| self.queue(name, at))
    }

    fn head(&self, name: &str, at: impl FnOnce() -> String) -> Result<usize, PolicyError> {
        let known = || self.names.heads.iter().map(|(name, _)| (*name).into()).collect();
        self.names.head(name).ok_or_else(|| unknown(at(), "head", name, known()))
    }

    /// Adds a condition to the program; without one, the part is empty.
    fn condition(
        &mut self,
        condition: Option<&Condition>,
        of_queue: bool,
        at: impl FnOnce() -> String,
    ) -> Result<Part, PolicyError> {
        let Some(condition) = condition else { return Ok(Part::default()) };
        let ops = condition.resolve(self.names, of_queue);
        let ops = ops.map_err(|name| PolicyError::Condition { at: at(), name })?;
        Ok(append(&mut self.program.ops, ops))
    }

    fn settings(&mut self, intents: usize, strategy: Part) -> Result<Settings, PolicyError> {
        let def = self.def;
        let unless = def.bot.as_ref().and_then(|bot| bot.unless.as_ref());
        let bot_unless = self.condition(unless, false, || "bot.unless".into())?;
        Ok(Settings {
            intents: Place(intents as u16),
            default_queue: self.queue(&def.default_queue, || "default_queue".into())?,
            overflow: self.maybe(def.overflow.as_ref(), || "overflow".into())?,
            closed: self.maybe(def.closed.as_ref(), || "closed".into())?,
            threshold: def.threshold,
            certainty: def.certainty,
            margin: def.margin,
            set_mass: def.set_mass,
            ttl: def.ttl,
            strategy,
            explore: def.explore,
            bot: self.maybe(def.bot.as_ref().map(|bot| &bot.queue), || "bot.queue".into())?,
            bot_until: def.bot.as_ref().map_or(0.0, |bot| bot.until),
            bot_unless,
            language: self.language()?,
            language_required: def.language.as_ref().is_some_and(|language| language.required),
            language_drop: def.language.as_ref().map_or(0, |language| language.drop),
            lifetime: def.preferred.map_or(-1.0, |preferred| preferred.lifetime),
            hold: def.preferred.map_or(0.0, |preferred| preferred.hold),
            agents: def.agents,
            fresh: def.snapshot.fresh,
            stale: def.snapshot.stale,
        })
    }

    fn language(&mut self) -> Result<Option<Source>, PolicyError> {
        let Some(language) = &self.def.language else { return Ok(None) };
        let source = self.names.source(&language.from, false);
        let Some(source @ (Source::Feature(_) | Source::Top { .. })) = source else {
            let heads = self.names.heads.iter().map(|(name, _)| *name);
            let known = heads.chain(self.names.features.iter().copied()).map(String::from).collect();
            return Err(unknown("language.from".into(), "head or feature", &language.from, known));
        };
        let symbol = |name: &String| Symbol::of(name).raw();
        if let Source::Top { head } = source {
            self.program.language_symbols = self.names.outputs(head.into()).iter().map(symbol).collect();
        }
        let spoken = |(queue, def): (usize, &QueueDef)| {
            def.languages.iter().map(move |name| (Place(queue as u16), symbol(name))).collect::<Vec<_>>()
        };
        self.program.spoken = self.def.queues.iter().enumerate().flat_map(spoken).collect();
        Ok(Some(source))
    }

    /// Adds queues and their hours.
    fn queues(&mut self) -> Result<(), PolicyError> {
        for (at, named) in self.def.hours.iter().enumerate() {
            let HoursDef { zone, open, .. } = named;
            let is_same = |earlier: &HoursDef| earlier.name == named.name;
            if self.def.hours.iter().take(at).any(is_same) {
                let (at, name) = (format!("hours[{at}].name"), named.name.clone());
                return Err(PolicyError::Twice { at, sort: "hours", name });
            }
            let no_rule = || PolicyError::Zone { at: format!("hours[{at}].zone"), name: zone.name.clone() };
            let zone = zone.rule.ok_or_else(no_rule)?;
            let open = append(&mut self.program.spans, hours::spans(open));
            let dates = append(&mut self.program.dates, hours::dates(&named.dates()));
            self.program.hours.push(HoursRow { zone, open, dates });
        }
        for (at, queue) in self.def.queues.iter().enumerate() {
            let hours = match &queue.hours {
                None => Place::NONE,
                Some(name) => {
                    let found = self.def.hours.iter().position(|hours| hours.name == *name);
                    let known = || self.def.hours.iter().map(|hours| hours.name.clone()).collect();
                    let none = || unknown(format!("queues[{at}].hours"), "hours", name, known());
                    Place(found.and_then(|found| u16::try_from(found).ok()).ok_or_else(none)?)
                }
            };
            self.program.rows.push(QueueRow {
                hours,
                parent: self.maybe(queue.parent.as_ref(), || format!("queues[{at}].parent"))?,
                capacity: queue.capacity.map_or(f32::INFINITY, |most| most as f32),
                channel: queue.channel,
                weight: queue.weight,
                delay_cost: queue.delay_cost,
                rate: queue.aht.map_or(0.0, |aht| 1.0 / aht),
                chats: queue.chats,
            });
        }
        self.no_circles()
    }

    fn no_circles(&self) -> Result<(), PolicyError> {
        let parents = &self.program.rows;
        // 0: not seen yet; else the queue from which it was first reached, plus 1.
        let mut seen = vec![0; parents.len()];
        for start in 0..parents.len() {
            let mut at = Some(start);
            while let Some(queue) = at {
                let Some(mark) = seen.get_mut(queue) else { break };
                if *mark == start + 1 {
                    let name = self.def.queues.get(queue).map_or("", |queue| queue.name.as_str());
                    return Err(PolicyError::Circle {
                        at: format!("queues[{queue}].parent"),
                        name: name.into(),
                    });
                }
                if *mark != 0 {
                    break;
                }
                *mark = start + 1;
                at = parents.get(queue).and_then(|row| row.parent.get());
            }
        }
        Ok(())
    }

    /// The number of a needed skill, which is new if it was not needed before.
    fn skill(&mut self, name: &'a str) -> Result<u16, PolicyError> {
        if let Some(at) = self.skills.iter().position(|skill| *skill == name) {
            return Ok(at as u16);
        }
        if self.skills.len() >= MAX_SKILLS {
            return Err(many("requirements", "skills", MAX_SKILLS));
        }
        self.skills.push(name);
        Ok((self.skills.len() - 1) as u16)
    }

    /// Adds the needs of the requirement at index `at`.
    fn needs(&mut self, at: usize, needs: &'a [NeedDef]) -> Result<Part, PolicyError> {
        let mut rows = Vec::with_capacity(needs.len());
        for (place, NeedDef { skill, level, required, drop }) in needs.iter().enumerate() {
            ranges::share(*level, || format!("requirements[{at}].needs[{place}].level"))?;
            rows.push(NeedRow { skill: self.skill(skill)?, level: *level, required: *required, drop: *drop });
        }
        Ok(append(&mut self.program.needs, rows))
    }

    fn requirements(&mut self, outputs: &'a [String]) -> Result<(), PolicyError> {
        let mut of_intents = vec![None; outputs.len()];
        for (at, requirement) in self.def.requirements.iter().enumerate() {
            let needs = self.needs(at, &requirement.needs)?;
            match (&requirement.intent, &requirement.when) {
                (None, Some(when)) => {
                    let when = self.condition(Some(when), false, || format!("requirements[{at}].when"))?;
                    self.program.extra.push((when, needs));
                }
                (Some(intent), None) => {
                    let path = || format!("requirements[{at}].intent");
                    let output = outputs.iter().position(|output| output == intent);
                    let place = output.and_then(|output| of_intents.get_mut(output));
                    let place = place.ok_or_else(|| unknown(path(), "intent", intent, outputs.to_vec()))?;
                    if place.replace(needs).is_some() {
                        let (at, name) = (path(), intent.clone());
                        return Err(PolicyError::Twice { at, sort: "requirement for intent", name });
                    }
                }
                _ => return Err(PolicyError::Requirement { at: format!("requirements[{at}]") }),
            }
        }
        for (needs, intent) in of_intents.into_iter().zip(outputs) {
            let own = NeedRow { skill: self.skill(intent)?, level: 1.0, required: false, drop: 0 };
            let needs = needs.unwrap_or_else(|| append(&mut self.program.needs, vec![own]));
            self.program.intents.push(needs);
        }
        Ok(())
    }

    /// Adds which queue has which needed skill. A skill that a requirement names and no queue has is refused.
    fn skills(&mut self) -> Result<(), PolicyError> {
        if self.def.queues.len() * self.skills.len() > MAX_CELLS {
            return Err(many("queues", "queues for this number of skills", MAX_CELLS / self.skills.len()));
        }
        let mut order: Vec<usize> = (0..self.skills.len()).collect();
        let name = |at: usize| self.skills.get(at).copied().unwrap_or("");
        order::sort(&mut order, |&a, &b| name(a) < name(b));
        for (queue, def) in self.def.queues.iter().enumerate() {
            for skill in &def.skills {
                let at = order.partition_point(|at| name(*at) < skill.skill.as_str());
                if let Some(at) = order.get(at).filter(|at| name(**at) == skill.skill) {
                    let (queue, skill, proficiency) = (Place(queue as u16), *at as u16, skill.proficiency);
                    self.program.skills.push(SkillRow { queue, skill, proficiency });
                }
            }
        }
        let mut had = vec![false; self.skills.len()];
        for row in &self.program.skills {
            if let Some(had) = had.get_mut(usize::from(row.skill)) {
                *had = true;
            }
        }
        for (at, requirement) in self.def.requirements.iter().enumerate() {
            for (place, need) in requirement.needs.iter().enumerate() {
                let found = order.partition_point(|at| name(*at) < need.skill.as_str());
                if order.get(found).and_then(|at| had.get(*at)) != Some(&true) {
                    let at = format!("requirements[{at}].needs[{place}].skill");
                    return Err(PolicyError::Skill { at, name: need.skill.clone() });
                }
            }
        }
        Ok(())
    }

    fn filter(&mut self, at: usize, def: &FilterDef) -> Result<FilterRow, PolicyError> {
        let mut targets = Vec::with_capacity(def.targets.len());
        for (place, target) in def.targets.iter().enumerate() {
            let TargetDef { queues, at: from, expiry, skip_if } = target;
            let path = || format!("filters[{at}].targets[{place}]");
            let queue = |(n, name): (usize, &String)| self.queue(name, || format!("{}.queues[{n}]", path()));
            let queues = queues.iter().enumerate().map(queue).collect::<Result<Vec<_>, _>>()?;
            targets.push(TargetRow {
                queues: append(&mut self.program.targeted, queues),
                at: *from,
                expiry: expiry.unwrap_or(f32::INFINITY),
                skip_if: self.condition(skip_if.as_ref(), true, || format!("{}.skip_if", path()))?,
            });
        }
        Ok(FilterRow {
            when: self.condition(def.when.as_ref(), false, || format!("filters[{at}].when"))?,
            priority: def.priority,
            targets: append(&mut self.program.targets, targets),
            steps: append(&mut self.program.steps, def.steps.clone()),
            overflow: self.maybe(def.overflow.as_ref(), || format!("filters[{at}].overflow"))?,
            strategy: match def.strategy.as_deref() {
                None => Part::default(),
                Some(strategy) => self.strategy(strategy, &format!("filters[{at}].strategy"))?,
            },
        })
    }

    /// Adds the strategies that are written at `path`.
    fn strategy(&mut self, defs: &[StrategyDef], path: &str) -> Result<Part, PolicyError> {
        if defs.is_empty() {
            return Err(ranges::range(path.into(), &"an empty list", "at least one strategy"));
        }
        for (at, def) in defs.iter().enumerate() {
            ranges::above_0(def.weight, || format!("{path}[{at}].weight"))?;
        }
        let total: f32 = defs.iter().map(|def| def.weight).sum();
        let row = |(at, def)| self.row(def, total, &format!("{path}[{at}]"));
        let rows = defs.iter().enumerate().map(row).collect::<Result<Vec<_>, _>>()?;
        Ok(append(&mut self.program.strategies, rows))
    }

    fn row(&mut self, def: &StrategyDef, total: f32, path: &str) -> Result<StrategyRow, PolicyError> {
        let plain = |look| StrategyRow {
            look,
            weight: def.weight / total,
            amount: 0.0,
            head: Place::NONE,
            reads: Part::default(),
            arms: Part::default(),
        };
        Ok(match &def.by {
            By::Random => plain(Look::Random),
            By::RoundRobin => plain(Look::RoundRobin),
            By::Rules => plain(Look::Rules),
            By::Skills => plain(Look::Skills),
            By::LongestIdle => plain(Look::LongestIdle),
            By::LeastLoaded => plain(Look::LeastLoaded),
            By::ShortestWait => plain(Look::ShortestWait),
            By::CMu => plain(Look::CMu),
            By::FixedRatio => plain(Look::FixedRatio),
            By::Model { head: name } => {
                let head = self.head(name, || format!("{path}.head"))?;
                let known = self.names.outputs(head);
                let output = |queue: &QueueDef| {
                    let at = known.iter().position(|output| *output == queue.name);
                    at.and_then(|at| u16::try_from(at).ok()).map_or(Place::NONE, Place)
                };
                let outputs = self.def.queues.iter().map(output).collect();
                let reads = append(&mut self.program.outputs, outputs);
                StrategyRow { head: Place(head as u16), reads, ..plain(Look::Model) }
            }
            By::EpsilonGreedy { epsilon, bandit } => {
                self.bandit(plain(Look::EpsilonGreedy), ("epsilon", *epsilon), bandit, path)?
            }
            By::LinUcb { alpha, bandit } => {
                self.bandit(plain(Look::LinUcb), ("alpha", *alpha), bandit, path)?
            }
            By::Thompson { spread, bandit } => {
                self.bandit(plain(Look::Thompson), ("spread", *spread), bandit, path)?
            }
        })
    }

    fn bandit(
        &mut self,
        row: StrategyRow,
        (key, amount): (&str, f32),
        def: &BanditDef,
        path: &str,
    ) -> Result<StrategyRow, PolicyError> {
        let (most, range) = match row.look {
            Look::EpsilonGreedy => (1.0, "a number from 0 to 1"),
            _ => (LARGEST, "a number from 0 to 1000000000"),
        };
        if !(0.0..=most).contains(&amount) {
            return Err(ranges::range(format!("{path}.{key}"), &amount, range));
        }
        let d = def.inputs.len() + 1;
        if d > MAX_INPUTS + 1 {
            return Err(many(format!("{path}.bandit.inputs"), "inputs of a bandit", MAX_INPUTS));
        }
        let source = |(at, name): (usize, &String)| match self.names.source(name, false) {
            Some(source @ (Source::Feature(_) | Source::Probability { .. })) => Ok(source),
            _ => {
                let at = format!("{path}.bandit.inputs[{at}]");
                Err(unknown(at, "feature or probability", name, self.numbers()))
            }
        };
        let inputs = def.inputs.iter().enumerate().map(source).collect::<Result<Vec<_>, _>>()?;
        let mut arms: Vec<ArmRow> = Vec::with_capacity(def.arms.len());
        for (at, arm) in def.arms.iter().enumerate() {
            let path = || format!("{path}.bandit.arms[{at}]");
            let queue = self.queue(&arm.queue, || format!("{}.queue", path()))?;
            let numbers = arm.weights.iter().chain(&arm.inverse);
            let fits = arm.weights.len() == d
                && arm.inverse.len() == d * d
                && numbers.clone().all(|x| x.is_finite());
            if !fits {
                return Err(PolicyError::Arm { at: path(), wanted: d });
            }
            if arms.iter().any(|known| known.queue == queue) {
                let (at, name) = (format!("{}.queue", path()), arm.queue.clone());
                return Err(PolicyError::Twice { at, sort: "arm of queue", name });
            }
            let numbers = numbers.copied().collect();
            arms.push(ArmRow { queue, numbers: append(&mut self.program.numbers, numbers) });
        }
        let reads = append(&mut self.program.inputs, inputs);
        Ok(StrategyRow { amount, reads, arms: append(&mut self.program.arms, arms), ..row })
    }

    /// The names that a bandit may read.
    fn numbers(&self) -> Vec<String> {
        let probabilities = self
            .names
            .heads
            .iter()
            .flat_map(|(head, outputs)| outputs.iter().map(move |output| format!("{head}.{output}")));
        self.names.features.iter().map(|name| (*name).into()).chain(probabilities).collect()
    }
}

/// The error for an unknown name, with the names that are known.
fn unknown(at: String, sort: &'static str, name: &str, known: Vec<String>) -> PolicyError {
    PolicyError::Name { at, sort, name: name.into(), known }
}

fn many(at: impl Into<String>, sort: &'static str, most: usize) -> PolicyError {
    PolicyError::Many { at: at.into(), sort, most }
}

/// Adds rows to a list, and returns the part of it that they are.
fn append<T>(list: &mut Vec<T>, rows: Vec<T>) -> Part {
    let part = Part { first: list.len() as u32, n: rows.len() as u32 };
    list.extend(rows);
    part
}
