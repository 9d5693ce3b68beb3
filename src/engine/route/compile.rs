//! Compile: a policy as people write it becomes a program, or an error that names what is wrong.
//!
//! Invariants
//! - A program that comes out of here is a valid one, has no circle of parents, and runs its steps in the order of their ages.
//! - Queues and skills are found by binary search, and everything else that is searched for is limited.
//!
//! Not here: what rows mean (`program`), advice (`trainer::policy`). The page has none of this.

use super::condition::Source;
use super::def::{
    BanditDef, By, FilterDef, MAX_INPUTS, NeedDef, PolicyDef, QueueDef, StrategyDef, TargetDef,
};
use super::hours::HoursDef;
use super::names::{Condition, Names};
use super::policy::MAX_CELLS;
use super::program::{
    ArmRow, FilterRow, HoursRow, Look, NeedRow, Part, Place, PolicyProgram, QueueRow, Settings, SkillRow,
    StrategyRow, TargetRow,
};
use super::snapshot::{LEVELS, MAX_QUEUES};
use crate::order;
use crate::plain;
use crate::symbol::Symbol;
use alloc::{string::String, vec, vec::Vec};
use core::fmt;

/// Most skills that anything needs.
pub const MAX_SKILLS: usize = 4_096;

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// No head has this name.
    Head(String),
    /// The intent head has no output of this name, or it is required twice.
    Intent(String),
    /// No queue has this name.
    NoQueue(String),
    /// This requirement names an intent and a condition, or neither.
    Requirement(String),
    /// A queue's name is empty or used twice.
    Queue(String),
    /// No queue has this skill, which is needed.
    Skill(String),
    /// This number is outside its range.
    Range(String),
    /// A condition compares this, which makes no sense.
    Condition(String),
    /// No hours have this name, or their zone has no rule.
    Hours(String),
    /// The parents of this queue form a circle.
    Circle(String),
    /// The steps of this filter are not by rising age.
    Steps(String),
    /// A bandit does not know what it reads, or an arm has not as many numbers as it should.
    Bandit(String),
    /// There are too many of these.
    Many(&'static str),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, name, then) = match self {
            Self::Head(name) => ("no head is called `", name.as_str(), "`; name one that the model has"),
            Self::Intent(name) => {
                ("`", name.as_str(), "` is not an output of the intent head, or is required twice")
            }
            Self::Requirement(name) => {
                ("requirement `", name.as_str(), "`: name an intent or a condition, and not both")
            }
            Self::NoQueue(name) => ("queue `", name.as_str(), "` is not among the queues; declare it"),
            Self::Queue(name) => ("queue `", name.as_str(), "`: give every queue a name of its own"),
            Self::Skill(name) => {
                ("no queue has skill `", name.as_str(), "`; give it to one or drop the need")
            }
            Self::Range(name) => ("", name.as_str(), " is out of range"),
            Self::Condition(name) => (
                "a condition makes no sense at `",
                name.as_str(),
                "`; use names and outputs that the model has",
            ),
            Self::Hours(name) => ("hours `", name.as_str(), "` are not declared, or their zone is unknown"),
            Self::Circle(name) => {
                ("the parents of queue `", name.as_str(), "` form a circle; end it with one that has none")
            }
            Self::Steps(name) => ("filter `", name.as_str(), "`: put its steps in the order of their ages"),
            Self::Bandit(name) => (
                "bandit: `",
                name.as_str(),
                "` is not an input that it could read, or no arm for as many inputs",
            ),
            Self::Many(what) => ("too many ", *what, ""),
        };
        plain::write(f, &["policy: ", what, name, then])
    }
}

impl core::error::Error for PolicyError {}

impl PolicyDef {
    /// The program, for a model with these heads and features.
    ///
    /// # Errors
    ///
    /// [`PolicyError`], naming the first thing at fault.
    pub fn compile(&self, names: &Names<'_>) -> Result<PolicyProgram, PolicyError> {
        ranges(self)?;
        let mut to = Compiler::new(self, names)?;
        let intents = names.head(&self.intents).ok_or_else(|| PolicyError::Head(self.intents.clone()))?;
        to.queues()?;
        to.requirements(names.outputs(intents))?;
        to.skills()?;
        let filters = self.filters.iter().map(|filter| to.filter(filter)).collect::<Result<_, _>>()?;
        let strategy = to.strategy(&self.strategy)?;
        let settings = to.settings(intents, strategy)?;
        let mut program = to.program;
        program.filters = filters;
        program.settings = settings;
        if self.queues.len() * program.intents.len() > MAX_CELLS {
            return Err(PolicyError::Many("intents for so many queues"));
        }
        Ok(program)
    }
}

/// A program in the making.
struct Compiler<'a> {
    def: &'a PolicyDef,
    names: &'a Names<'a>,
    /// Queues by name.
    sorted: Vec<usize>,
    skills: Vec<&'a str>,
    program: PolicyProgram,
}

impl<'a> Compiler<'a> {
    fn new(def: &'a PolicyDef, names: &'a Names<'a>) -> Result<Self, PolicyError> {
        if def.queues.len() > MAX_QUEUES {
            return Err(PolicyError::Many("queues"));
        }
        let name = |at: usize| def.queues.get(at).map_or("", |queue| queue.name.as_str());
        let mut sorted: Vec<usize> = (0..def.queues.len()).collect();
        order::sort(&mut sorted, |&a, &b| name(a) < name(b));
        let twice = sorted.windows(2).find(|pair| matches!(pair, [a, b] if name(*a) == name(*b)));
        let first = sorted.first().filter(|first| name(**first).is_empty());
        if let Some(&at) = twice.and_then(|pair| pair.first()).or(first) {
            return Err(PolicyError::Queue(name(at).into()));
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

    fn queue(&self, name: &str) -> Result<Place, PolicyError> {
        let key = |at: &usize| self.def.queues.get(*at).map_or("", |queue| queue.name.as_str());
        let at = self.sorted.partition_point(|at| key(at) < name);
        let found = self.sorted.get(at).filter(|at| key(at) == name);
        found.map(|at| Place(*at as u16)).ok_or_else(|| PolicyError::NoQueue(name.into()))
    }

    fn maybe(&self, name: Option<&String>) -> Result<Place, PolicyError> {
        name.map_or(Ok(Place::NONE), |name| self.queue(name))
    }

    /// Adds a condition; none is an empty part.
    fn condition(&mut self, condition: Option<&Condition>, of_queue: bool) -> Result<Part, PolicyError> {
        let Some(condition) = condition else { return Ok(Part::default()) };
        let ops = condition.resolve(self.names, of_queue).map_err(PolicyError::Condition)?;
        Ok(append(&mut self.program.ops, ops))
    }

    fn settings(&mut self, intents: usize, strategy: Part) -> Result<Settings, PolicyError> {
        let def = self.def;
        let bot_unless = self.condition(def.bot.as_ref().and_then(|bot| bot.unless.as_ref()), false)?;
        Ok(Settings {
            intents: Place(intents as u16),
            default_queue: self.queue(&def.default_queue)?,
            overflow: self.maybe(def.overflow.as_ref())?,
            closed: self.maybe(def.closed.as_ref())?,
            threshold: def.threshold,
            margin: def.margin,
            set_mass: def.set_mass,
            ttl: def.ttl,
            strategy,
            explore: def.explore,
            bot: self.maybe(def.bot.as_ref().map(|bot| &bot.queue))?,
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
            return Err(PolicyError::Condition(language.from.clone()));
        };
        let symbol = |name: &String| Symbol::of(name).raw();
        if let Source::Top { head } = source {
            self.program.tongues = self.names.outputs(head.into()).iter().map(symbol).collect();
        }
        let spoken = |(queue, def): (usize, &QueueDef)| {
            def.languages.iter().map(move |name| (Place(queue as u16), symbol(name))).collect::<Vec<_>>()
        };
        self.program.spoken = self.def.queues.iter().enumerate().flat_map(spoken).collect();
        Ok(Some(source))
    }

    /// Queues and their hours.
    fn queues(&mut self) -> Result<(), PolicyError> {
        for hours in &self.def.hours {
            let HoursDef { name, zone, open, holidays } = hours;
            let zone = zone.rule.ok_or_else(|| PolicyError::Hours(name.clone()))?;
            let open = append(&mut self.program.spans, open.clone());
            let holidays = append(&mut self.program.holidays, holidays.clone());
            self.program.hours.push(HoursRow { zone, open, holidays });
        }
        for queue in &self.def.queues {
            let hours = match &queue.hours {
                None => Place::NONE,
                Some(name) => {
                    let at = self.def.hours.iter().position(|hours| hours.name == *name);
                    Place(
                        at.and_then(|at| u16::try_from(at).ok())
                            .ok_or_else(|| PolicyError::Hours(name.clone()))?,
                    )
                }
            };
            self.program.rows.push(QueueRow {
                hours,
                parent: self.maybe(queue.parent.as_ref())?,
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
        // 0 not seen, else the queue from which it was first reached, and 1.
        let mut seen = vec![0; parents.len()];
        for start in 0..parents.len() {
            let mut at = Some(start);
            while let Some(queue) = at {
                let Some(mark) = seen.get_mut(queue) else { break };
                if *mark == start + 1 {
                    let name = self.def.queues.get(queue).map_or("", |queue| queue.name.as_str());
                    return Err(PolicyError::Circle(name.into()));
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

    fn skill(&mut self, name: &'a str) -> Result<u16, PolicyError> {
        if let Some(at) = self.skills.iter().position(|skill| *skill == name) {
            return Ok(at as u16);
        }
        if self.skills.len() >= MAX_SKILLS {
            return Err(PolicyError::Many("skills"));
        }
        self.skills.push(name);
        Ok((self.skills.len() - 1) as u16)
    }

    fn needs(&mut self, needs: &'a [NeedDef]) -> Result<Part, PolicyError> {
        let mut rows = Vec::with_capacity(needs.len());
        for NeedDef { skill, level, required, drop } in needs {
            if !is_share(*level) {
                return Err(PolicyError::Range(skill.clone()));
            }
            rows.push(NeedRow { skill: self.skill(skill)?, level: *level, required: *required, drop: *drop });
        }
        Ok(append(&mut self.program.needs, rows))
    }

    fn requirements(&mut self, outputs: &'a [String]) -> Result<(), PolicyError> {
        let mut of_intents = vec![None; outputs.len()];
        for requirement in &self.def.requirements {
            let needs = self.needs(&requirement.needs)?;
            match (&requirement.intent, &requirement.when) {
                (None, Some(when)) => {
                    let when = self.condition(Some(when), false)?;
                    self.program.extra.push((when, needs));
                }
                (Some(intent), None) => {
                    let at = outputs.iter().position(|output| output == intent);
                    let place = at.and_then(|at| of_intents.get_mut(at)).filter(|place| place.is_none());
                    *place.ok_or_else(|| PolicyError::Intent(intent.clone()))? = Some(needs);
                }
                (intent, _) => return Err(PolicyError::Requirement(intent.clone().unwrap_or_default())),
            }
        }
        for (needs, intent) in of_intents.into_iter().zip(outputs) {
            let own = NeedRow { skill: self.skill(intent)?, level: 1.0, required: false, drop: 0 };
            let needs = needs.unwrap_or_else(|| append(&mut self.program.needs, vec![own]));
            self.program.intents.push(needs);
        }
        Ok(())
    }

    /// Who has what is needed. A skill that a requirement names and no queue has is refused.
    fn skills(&mut self) -> Result<(), PolicyError> {
        if self.def.queues.len() * self.skills.len() > MAX_CELLS {
            return Err(PolicyError::Many("skills for so many queues"));
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
        for need in self.def.requirements.iter().flat_map(|requirement| &requirement.needs) {
            let at = order.partition_point(|at| name(*at) < need.skill.as_str());
            if order.get(at).and_then(|at| had.get(*at)) != Some(&true) {
                return Err(PolicyError::Skill(need.skill.clone()));
            }
        }
        Ok(())
    }

    fn filter(&mut self, def: &FilterDef) -> Result<FilterRow, PolicyError> {
        let mut targets = Vec::with_capacity(def.targets.len());
        for TargetDef { queues, at, expiry, skip_if } in &def.targets {
            let queues = queues.iter().map(|queue| self.queue(queue)).collect::<Result<Vec<_>, _>>()?;
            targets.push(TargetRow {
                queues: append(&mut self.program.targeted, queues),
                at: *at,
                expiry: expiry.unwrap_or(f32::INFINITY),
                skip_if: self.condition(skip_if.as_ref(), true)?,
            });
        }
        Ok(FilterRow {
            when: self.condition(def.when.as_ref(), false)?,
            priority: def.priority,
            targets: append(&mut self.program.targets, targets),
            steps: append(&mut self.program.steps, def.steps.clone()),
            overflow: self.maybe(def.overflow.as_ref())?,
            strategy: def
                .strategy
                .as_deref()
                .map_or(Ok(Part::default()), |strategy| self.strategy(strategy))?,
        })
    }

    fn strategy(&mut self, defs: &[StrategyDef]) -> Result<Part, PolicyError> {
        if defs.is_empty() || defs.iter().any(|def| !(def.weight > 0.0 && def.weight.is_finite())) {
            return Err(PolicyError::Range("strategy: its weight, or their number,".into()));
        }
        let total: f32 = defs.iter().map(|def| def.weight).sum();
        let rows = defs.iter().map(|def| self.row(def, total)).collect::<Result<Vec<_>, _>>()?;
        Ok(append(&mut self.program.strategies, rows))
    }

    fn row(&mut self, def: &StrategyDef, total: f32) -> Result<StrategyRow, PolicyError> {
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
                let head = self.names.head(name).ok_or_else(|| PolicyError::Head(name.clone()))?;
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
                self.bandit(plain(Look::EpsilonGreedy), *epsilon, bandit)?
            }
            By::LinUcb { alpha, bandit } => self.bandit(plain(Look::LinUcb), *alpha, bandit)?,
            By::Thompson { spread, bandit } => self.bandit(plain(Look::Thompson), *spread, bandit)?,
        })
    }

    fn bandit(&mut self, row: StrategyRow, amount: f32, def: &BanditDef) -> Result<StrategyRow, PolicyError> {
        let most = if row.look == Look::EpsilonGreedy { 1.0 } else { f32::MAX };
        if !(0.0..=most).contains(&amount) {
            return Err(PolicyError::Range("the bandit's epsilon, alpha or spread".into()));
        }
        let bad = |name: &String| PolicyError::Bandit(name.clone());
        let d = def.inputs.len() + 1;
        if d > MAX_INPUTS + 1 {
            return Err(PolicyError::Many("inputs of a bandit"));
        }
        let source = |name: &String| match self.names.source(name, false) {
            Some(source @ (Source::Feature(_) | Source::Probability { .. })) => Ok(source),
            _ => Err(bad(name)),
        };
        let inputs = def.inputs.iter().map(source).collect::<Result<Vec<_>, _>>()?;
        let mut arms: Vec<ArmRow> = Vec::with_capacity(def.arms.len());
        for arm in &def.arms {
            let (queue, numbers) = (self.queue(&arm.queue)?, arm.weights.iter().chain(&arm.inverse));
            let fits = arm.weights.len() == d
                && arm.inverse.len() == d * d
                && numbers.clone().all(|x| x.is_finite());
            if !fits || arms.iter().any(|known| known.queue == queue) {
                return Err(bad(&arm.queue));
            }
            let numbers = numbers.copied().collect();
            arms.push(ArmRow { queue, numbers: append(&mut self.program.numbers, numbers) });
        }
        let reads = append(&mut self.program.inputs, inputs);
        Ok(StrategyRow { amount, reads, arms: append(&mut self.program.arms, arms), ..row })
    }
}

/// Adds rows to a list.
fn append<T>(list: &mut Vec<T>, rows: Vec<T>) -> Part {
    let part = Part { first: list.len() as u32, n: rows.len() as u32 };
    list.extend(rows);
    part
}

/// Ranges of numbers that stand for themselves.
fn ranges(def: &PolicyDef) -> Result<(), PolicyError> {
    let is_part = |number: f32| (0.0..=1.0).contains(&number);
    let is_time = |number: f32| number >= 0.0 && number.is_finite();
    let [low, high] = def.agents.occupancy.unwrap_or([0.0, 1.0]);
    let preferred =
        def.preferred.is_none_or(|preferred| is_time(preferred.lifetime) && is_time(preferred.hold));
    let snapshot = &def.snapshot;
    let is_key = |key: &String| key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let all = [
        ("threshold", is_part(def.threshold)),
        ("margin", is_part(def.margin)),
        ("explore.floor", is_part(def.explore.floor)),
        ("explore.holdout", is_part(def.explore.holdout)),
        ("agents.occupancy", is_part(low) && low <= high && high <= 1.0),
        ("agents.most", def.agents.most.is_none_or(|most| most >= 1.0)),
        ("agents.learning", is_part(def.agents.learning)),
        ("preferred", preferred),
        ("bot.until", def.bot.as_ref().is_none_or(|bot| is_time(bot.until))),
        ("snapshot.fresh", is_time(snapshot.fresh)),
        ("snapshot.stale", is_time(snapshot.stale) && snapshot.stale > snapshot.fresh),
        ("snapshot.key", snapshot.key.as_ref().is_none_or(is_key)),
        ("within", def.within.is_none_or(is_time)),
    ];
    if let Some((name, _)) = all.iter().find(|(_, holds)| !holds) {
        return Err(PolicyError::Range((*name).into()));
    }
    for queue in &def.queues {
        let is_above_0 = |number: f32| number > 0.0 && number.is_finite();
        let holds = is_above_0(queue.weight)
            && is_above_0(queue.delay_cost)
            && queue.aht.is_none_or(is_above_0)
            && (1..=LEVELS).contains(&usize::from(queue.chats));
        let skill = queue.skills.iter().find(|skill| !is_share(skill.proficiency));
        if let Some(bad) = skill.map(|skill| &skill.skill).or((!holds).then_some(&queue.name)) {
            return Err(PolicyError::Range(bad.clone()));
        }
    }
    for filter in &def.filters {
        let holds = is_time(filter.priority)
            && filter
                .targets
                .iter()
                .all(|target| is_time(target.at) && target.expiry.is_none_or(|expiry| expiry > target.at))
            && filter.steps.iter().all(|step| is_time(step.at));
        if !holds {
            return Err(PolicyError::Range(filter.name.clone()));
        }
        if filter.steps.windows(2).any(|pair| matches!(pair, [a, b] if a.at >= b.at || a.drop > b.drop)) {
            return Err(PolicyError::Steps(filter.name.clone()));
        }
    }
    Ok(())
}

fn is_share(number: f32) -> bool {
    number > 0.0 && number <= 1.0
}
