//! Policy: a definition with every name resolved and every range checked.
//!
//! | symbol | shape                   | meaning                                                               |
//! |--------|-------------------------|-----------------------------------------------------------------------|
//! | `s`    | `[n_queues, n_skills]`  | proficiency of each queue in each skill that anything needs           |
//! | `fit`  | `[n_queues, n_intents]` | mean over the intent's needs of `min(1, s / level)`                   |
//!
//! Invariants
//! - A [`Policy`] that exists names its default queue, has no circle of parents, and holds only finite numbers.
//! - Checking takes time in proportion to the definition, up to a logarithm and the limits named here.
//!
//! Not here: deciding (`route`), advice (`trainer::policy`).

use super::condition::{Names, Source, Test};
use super::def::{
    ArmDef, BanditDef, By, FilterDef, MAX_INPUTS, NeedDef, PolicyDef, QueueDef, StepDef, StrategyDef,
    TargetDef,
};
use super::snapshot::{LEVELS, MAX_QUEUES};
use crate::order;
use crate::plain;
use crate::symbol::Symbol;
use alloc::{string::String, vec, vec::Vec};
use core::fmt;

/// Most skills that anything needs.
pub const MAX_SKILLS: usize = 4_096;
/// Most cells of `s` and `fit` together: 16 MiB.
const MAX_CELLS: usize = 1 << 22;
/// Most needs, and most terms of all conditions together.
const MAX_NAMED: usize = 1 << 16;

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

#[derive(Clone, Copy, Debug)]
struct Need {
    skill: usize,
    level: f32,
    required: bool,
    drop: u8,
}

#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub(super) when: Option<Test>,
    pub(super) targets: Vec<Target>,
    pub(super) steps: Vec<StepDef>,
    pub(super) overflow: Option<usize>,
    pub(super) strategy: Option<Vec<Weighted>>,
}

#[derive(Clone, Debug)]
pub(super) struct Target {
    /// None named: all.
    pub(super) queues: Vec<usize>,
    pub(super) at: f32,
    pub(super) expiry: f32,
    pub(super) skip_if: Option<Test>,
}

#[derive(Clone, Debug)]
pub(super) struct Weighted {
    pub(super) weight: f32,
    pub(super) by: Looked,
}

/// [`By`], resolved.
#[derive(Clone, Debug)]
pub(super) enum Looked {
    Random,
    RoundRobin,
    Rules,
    Skills,
    LongestIdle,
    LeastLoaded,
    ShortestWait,
    /// The head, and its output for each queue.
    Model {
        head: usize,
        outputs: Vec<Option<usize>>,
    },
    CMu,
    FixedRatio,
    Bandit {
        kind: Kind,
        amount: f32,
        inputs: Vec<Source>,
        arms: Vec<Option<ArmDef>>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    EpsilonGreedy,
    LinUcb,
    Thompson,
}

#[derive(Clone, Debug)]
pub(super) struct Bot {
    pub(super) queue: usize,
    pub(super) until: f32,
    pub(super) unless: Option<Test>,
}

/// A checked policy.
#[derive(Clone, Debug)]
pub struct Policy {
    def: PolicyDef,
    pub(super) intents: usize,
    n_intents: usize,
    default_queue: usize,
    pub(super) overflow: Option<usize>,
    pub(super) closed: Option<usize>,
    pub(super) bot: Option<Bot>,
    pub(super) language: Option<Source>,
    /// Languages of each queue, and for a head its outputs.
    pub(super) languages: Vec<Vec<Symbol>>,
    pub(super) parents: Vec<Option<usize>>,
    pub(super) hours: Vec<Option<usize>>,
    n_skills: usize,
    proficiency: Vec<f32>,
    needs: Vec<Vec<Need>>,
    extra: Vec<(Test, Vec<Need>)>,
    fit: Vec<f32>,
    pub(super) filters: Vec<Filter>,
    pub(super) strategy: Vec<Weighted>,
}

/// What checking needs to know.
struct Check<'a> {
    names: &'a Names<'a>,
    queues: &'a [QueueDef],
    /// Queues by name.
    sorted: Vec<usize>,
    skills: Vec<String>,
    n_needs: usize,
}

impl Policy {
    /// Checks `def` for a model with these heads and features.
    ///
    /// # Errors
    ///
    /// [`PolicyError`], naming the first thing at fault.
    pub fn new(def: PolicyDef, names: &Names<'_>) -> Result<Self, PolicyError> {
        let mut check = Check::new(&def.queues, names)?;
        let intents = names.head(&def.intents).ok_or_else(|| PolicyError::Head(def.intents.clone()))?;
        let outputs = names.outputs(intents);
        ranges(&def)?;
        check.terms(&def)?;
        let default_queue = check.queue(&def.default_queue)?;
        let (overflow, closed) = (check.maybe(def.overflow.as_ref())?, check.maybe(def.closed.as_ref())?);
        let bot = match &def.bot {
            None => None,
            Some(bot) => {
                let unless = check.test(bot.unless.as_ref(), false)?;
                Some(Bot { queue: check.queue(&bot.queue)?, until: bot.until, unless })
            }
        };
        let (language, languages) = check.languages(&def)?;
        let parents = check.parents()?;
        let hours = hours(&def)?;

        let mut needs = vec![None; outputs.len()];
        let mut extra = Vec::new();
        for requirement in &def.requirements {
            let resolved = check.needs(&requirement.needs)?;
            match (&requirement.intent, &requirement.when) {
                (None, Some(when)) => extra.push((check.condition(when, false)?, resolved)),
                (Some(intent), None) => {
                    let at = outputs.iter().position(|output| output == intent);
                    let place = at.and_then(|at| needs.get_mut(at)).filter(|place| place.is_none());
                    *place.ok_or_else(|| PolicyError::Intent(intent.clone()))? = Some(resolved);
                }
                _ => {
                    return Err(PolicyError::Intent(
                        "of a requirement: name an intent or a condition, and not both".into(),
                    ));
                }
            }
        }
        let mut by_intent = Vec::with_capacity(outputs.len());
        for (needs, intent) in needs.into_iter().zip(outputs) {
            by_intent.push(match needs {
                Some(needs) => needs,
                None => vec![Need { skill: check.skill(intent)?, level: 1.0, required: false, drop: 0 }],
            });
        }
        let filters = def.filters.iter().map(|filter| check.filter(filter)).collect::<Result<_, _>>()?;
        let strategy = check.strategy(&def.strategy)?;
        let (proficiency, n_skills) = (check.proficiency(&def)?, check.skills.len());
        let mut policy = Self {
            intents,
            n_intents: outputs.len(),
            default_queue,
            overflow,
            closed,
            bot,
            language,
            languages,
            parents,
            hours,
            n_skills,
            proficiency,
            needs: by_intent,
            extra,
            fit: Vec::new(),
            filters,
            strategy,
            def,
        };
        if policy.queues().len() * policy.n_intents > MAX_CELLS {
            return Err(PolicyError::Many("intents for so many queues"));
        }
        policy.fit = (0..policy.queues().len())
            .flat_map(|queue| (0..policy.n_intents).map(move |intent| (queue, intent)))
            .map(|(queue, intent)| policy.fit_after(queue, intent, 0))
            .collect();
        Ok(policy)
    }

    /// The definition it was made from.
    #[must_use]
    pub fn def(&self) -> &PolicyDef {
        &self.def
    }

    /// The queues, in declared order.
    #[must_use]
    pub fn queues(&self) -> &[QueueDef] {
        &self.def.queues
    }

    /// Index of the default queue.
    #[must_use]
    pub fn default_queue(&self) -> usize {
        self.default_queue
    }

    /// Index of the head that gives intents.
    #[must_use]
    pub fn intent_head(&self) -> usize {
        self.intents
    }

    /// How well `queue` fits each intent before anything is dropped, 0 to 1: `[n_intents]`; empty for a queue that is none.
    #[must_use]
    pub fn fit(&self, queue: usize) -> &[f32] {
        self.fit.chunks_exact(self.n_intents.max(1)).nth(queue).unwrap_or(&[])
    }

    /// How well `queue` fits `intent` once needs up to `drop` are dropped; 1 where nothing is needed any more.
    pub(super) fn fit_after(&self, queue: usize, intent: usize, drop: u8) -> f32 {
        match self.needs.get(intent) {
            None => 0.0,
            // Needs nobody ever stated are met by nobody; dropped ones by everybody.
            Some(needs) if needs.is_empty() => 0.0,
            Some(needs) => self.met(queue, needs, drop),
        }
    }

    fn met(&self, queue: usize, needs: &[Need], drop: u8) -> f32 {
        let (mut met, mut n) = (0.0, 0.0);
        for need in needs.iter().filter(|need| need.stands(drop)) {
            met += (self.proficiency(queue, need.skill) / need.level).min(1.0);
            n += 1.0;
        }
        if n == 0.0 { 1.0 } else { met / n }
    }

    /// Whether `queue` has what a request for `intent` must have.
    pub(super) fn has_required(&self, queue: usize, intent: Option<usize>, drop: u8) -> bool {
        let needs = intent.and_then(|intent| self.needs.get(intent));
        needs.is_none_or(|needs| self.meets(queue, needs, drop))
    }

    fn meets(&self, queue: usize, needs: &[Need], drop: u8) -> bool {
        let binding = |need: &&Need| need.required && need.stands(drop);
        needs.iter().filter(binding).all(|need| self.proficiency(queue, need.skill) >= need.level)
    }

    /// Requirements that do not depend on the intent: whether each holds, and what it makes of `queue`.
    pub(super) fn extra(&self) -> impl Iterator<Item = &Test> {
        self.extra.iter().map(|(test, _)| test)
    }

    /// The share of the needs of extra requirement `at` that `queue` meets, and whether it has those that are required.
    pub(super) fn extra_met(&self, at: usize, queue: usize, drop: u8) -> (f32, bool) {
        let needs = self.extra.get(at).map_or(&[][..], |(_, needs)| needs);
        (self.met(queue, needs, drop), self.meets(queue, needs, drop))
    }

    fn proficiency(&self, queue: usize, skill: usize) -> f32 {
        self.proficiency.get(queue * self.n_skills + skill).copied().unwrap_or(0.0)
    }
}

impl Need {
    fn stands(&self, drop: u8) -> bool {
        self.drop == 0 || self.drop > drop
    }
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

/// For each queue its hours.
fn hours(def: &PolicyDef) -> Result<Vec<Option<usize>>, PolicyError> {
    let find = |queue: &QueueDef| match &queue.hours {
        None => Ok(None),
        Some(name) => {
            let at = def.hours.iter().position(|hours| hours.name == *name && hours.zone.rule.is_some());
            at.map(Some).ok_or_else(|| PolicyError::Hours(name.clone()))
        }
    };
    if def.hours.len() > MAX_QUEUES {
        return Err(PolicyError::Many("hours"));
    }
    def.queues.iter().map(find).collect()
}

impl<'a> Check<'a> {
    fn new(queues: &'a [QueueDef], names: &'a Names<'a>) -> Result<Self, PolicyError> {
        if queues.len() > MAX_QUEUES {
            return Err(PolicyError::Many("queues"));
        }
        let name = |at: usize| queues.get(at).map_or("", |queue| queue.name.as_str());
        let mut sorted: Vec<usize> = (0..queues.len()).collect();
        order::sort(&mut sorted, |&a, &b| name(a) < name(b));
        let twice = sorted.windows(2).find(|pair| matches!(pair, [a, b] if name(*a) == name(*b)));
        let first = sorted.first().filter(|first| name(**first).is_empty());
        if let Some(&at) = twice.and_then(|pair| pair.first()).or(first) {
            return Err(PolicyError::Queue(name(at).into()));
        }
        Ok(Self { names, queues, sorted, skills: Vec::new(), n_needs: 0 })
    }

    fn queue(&self, name: &str) -> Result<usize, PolicyError> {
        let key = |at: &usize| self.queues.get(*at).map_or("", |queue| queue.name.as_str());
        let at = self.sorted.partition_point(|at| key(at) < name);
        let found = self.sorted.get(at).filter(|at| key(at) == name);
        found.copied().ok_or_else(|| PolicyError::NoQueue(name.into()))
    }

    fn maybe(&self, name: Option<&String>) -> Result<Option<usize>, PolicyError> {
        name.map(|name| self.queue(name)).transpose()
    }

    /// Refuses more terms than could be resolved in good time.
    fn terms(&self, def: &PolicyDef) -> Result<(), PolicyError> {
        let of_filters = def.filters.iter().flat_map(|filter| {
            filter.when.iter().chain(filter.targets.iter().filter_map(|target| target.skip_if.as_ref()))
        });
        let of_requirements = def.requirements.iter().filter_map(|requirement| requirement.when.as_ref());
        let n: usize = of_filters.chain(of_requirements).map(|condition| condition.terms.len()).sum();
        if n > MAX_NAMED { Err(PolicyError::Many("terms of conditions")) } else { Ok(()) }
    }

    fn condition(&self, condition: &super::Condition, of_queue: bool) -> Result<Test, PolicyError> {
        Test::new(condition, self.names, of_queue).map_err(PolicyError::Condition)
    }

    fn test(
        &self,
        condition: Option<&super::Condition>,
        of_queue: bool,
    ) -> Result<Option<Test>, PolicyError> {
        condition.map(|condition| self.condition(condition, of_queue)).transpose()
    }

    fn languages(&self, def: &PolicyDef) -> Result<(Option<Source>, Vec<Vec<Symbol>>), PolicyError> {
        let Some(language) = &def.language else { return Ok((None, Vec::new())) };
        let source = match self.names.source(&language.from, false) {
            Some(source @ (Source::Feature(_) | Source::Top { .. })) => source,
            _ => return Err(PolicyError::Condition(language.from.clone())),
        };
        let spoken = |queue: &QueueDef| queue.languages.iter().map(|name| Symbol::of(name)).collect();
        let mut languages: Vec<Vec<Symbol>> = self.queues.iter().map(spoken).collect();
        if let Source::Top { head } = source {
            languages.push(self.names.outputs(head).iter().map(|name| Symbol::of(name)).collect());
        }
        Ok((Some(source), languages))
    }

    fn parents(&self) -> Result<Vec<Option<usize>>, PolicyError> {
        let parents = self
            .queues
            .iter()
            .map(|queue| self.maybe(queue.parent.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        // 0 not seen, else the queue from which it was first reached, and 1.
        let mut seen = vec![0; parents.len()];
        for start in 0..parents.len() {
            let mut at = Some(start);
            while let Some(queue) = at {
                let Some(mark) = seen.get_mut(queue) else { break };
                if *mark == start + 1 {
                    let name = self.queues.get(queue).map_or("", |queue| queue.name.as_str());
                    return Err(PolicyError::Circle(name.into()));
                }
                if *mark != 0 {
                    break;
                }
                *mark = start + 1;
                at = parents.get(queue).copied().flatten();
            }
        }
        Ok(parents)
    }

    fn skill(&mut self, name: &str) -> Result<usize, PolicyError> {
        if let Some(at) = self.skills.iter().position(|skill| skill == name) {
            return Ok(at);
        }
        if self.skills.len() >= MAX_SKILLS {
            return Err(PolicyError::Many("skills"));
        }
        self.skills.push(name.into());
        Ok(self.skills.len() - 1)
    }

    fn needs(&mut self, needs: &[NeedDef]) -> Result<Vec<Need>, PolicyError> {
        self.n_needs += needs.len();
        if self.n_needs > MAX_NAMED {
            return Err(PolicyError::Many("needs"));
        }
        let resolve = |need: &NeedDef| {
            if !is_share(need.level) {
                return Err(PolicyError::Range(need.skill.clone()));
            }
            let NeedDef { level, required, drop, .. } = *need;
            Ok(Need { skill: self.skill(&need.skill)?, level, required, drop })
        };
        needs.iter().map(resolve).collect()
    }

    /// `s`. A skill that a requirement names and no queue has is refused.
    fn proficiency(&self, def: &PolicyDef) -> Result<Vec<f32>, PolicyError> {
        if self.queues.len() * self.skills.len() > MAX_CELLS {
            return Err(PolicyError::Many("skills for so many queues"));
        }
        let mut order: Vec<usize> = (0..self.skills.len()).collect();
        let name = |at: usize| self.skills.get(at).map_or("", String::as_str);
        order::sort(&mut order, |&a, &b| name(a) < name(b));
        let mut cells = vec![0.0_f32; self.queues.len() * self.skills.len()];
        for (row, queue) in cells.chunks_exact_mut(self.skills.len().max(1)).zip(self.queues) {
            for skill in &queue.skills {
                let at = order.partition_point(|at| name(*at) < skill.skill.as_str());
                let at = order.get(at).filter(|at| name(**at) == skill.skill);
                if let Some(cell) = at.and_then(|at| row.get_mut(*at)) {
                    *cell = cell.max(skill.proficiency);
                }
            }
        }
        for need in def.requirements.iter().flat_map(|requirement| &requirement.needs) {
            let skill = self.skills.iter().position(|skill| *skill == need.skill).unwrap_or(0);
            if cells.chunks_exact(self.skills.len()).all(|row| row.get(skill).is_none_or(|cell| *cell == 0.0))
            {
                return Err(PolicyError::Skill(need.skill.clone()));
            }
        }
        Ok(cells)
    }

    fn filter(&self, def: &FilterDef) -> Result<Filter, PolicyError> {
        let target = |def: &TargetDef| {
            Ok(Target {
                queues: def.queues.iter().map(|queue| self.queue(queue)).collect::<Result<_, _>>()?,
                at: def.at,
                expiry: def.expiry.unwrap_or(f32::INFINITY),
                skip_if: self.test(def.skip_if.as_ref(), true)?,
            })
        };
        Ok(Filter {
            when: self.test(def.when.as_ref(), false)?,
            targets: def.targets.iter().map(target).collect::<Result<_, _>>()?,
            steps: def.steps.clone(),
            overflow: self.maybe(def.overflow.as_ref())?,
            strategy: def.strategy.as_deref().map(|strategy| self.strategy(strategy)).transpose()?,
        })
    }

    fn strategy(&self, defs: &[StrategyDef]) -> Result<Vec<Weighted>, PolicyError> {
        if defs.is_empty() || defs.iter().any(|def| !(def.weight > 0.0 && def.weight.is_finite())) {
            return Err(PolicyError::Range("strategy: its weight, or their number,".into()));
        }
        defs.iter().map(|def| Ok(Weighted { weight: def.weight, by: self.looked(&def.by)? })).collect()
    }

    fn looked(&self, by: &By) -> Result<Looked, PolicyError> {
        Ok(match by {
            By::Random => Looked::Random,
            By::RoundRobin => Looked::RoundRobin,
            By::Rules => Looked::Rules,
            By::Skills => Looked::Skills,
            By::LongestIdle => Looked::LongestIdle,
            By::LeastLoaded => Looked::LeastLoaded,
            By::ShortestWait => Looked::ShortestWait,
            By::CMu => Looked::CMu,
            By::FixedRatio => Looked::FixedRatio,
            By::Model { head: name } => {
                let head = self.names.head(name).ok_or_else(|| PolicyError::Head(name.clone()))?;
                let known = self.names.outputs(head);
                let output = |queue: &QueueDef| known.iter().position(|output| *output == queue.name);
                Looked::Model { head, outputs: self.queues.iter().map(output).collect() }
            }
            By::EpsilonGreedy { epsilon, bandit } => self.bandit(Kind::EpsilonGreedy, *epsilon, bandit)?,
            By::LinUcb { alpha, bandit } => self.bandit(Kind::LinUcb, *alpha, bandit)?,
            By::Thompson { spread, bandit } => self.bandit(Kind::Thompson, *spread, bandit)?,
        })
    }

    fn bandit(&self, kind: Kind, amount: f32, def: &BanditDef) -> Result<Looked, PolicyError> {
        let most = if kind == Kind::EpsilonGreedy { 1.0 } else { f32::MAX };
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
        let inputs = def.inputs.iter().map(source).collect::<Result<_, _>>()?;
        let mut arms = vec![None; self.queues.len()];
        for arm in &def.arms {
            let numbers = arm.weights.iter().chain(&arm.inverse);
            let fits =
                arm.weights.len() == d && arm.inverse.len() == d * d && numbers.copied().all(f32::is_finite);
            let place = arms.get_mut(self.queue(&arm.queue)?).filter(|place| fits && place.is_none());
            *place.ok_or_else(|| bad(&arm.queue))? = Some(arm.clone());
        }
        Ok(Looked::Bandit { kind, amount, inputs, arms })
    }
}
