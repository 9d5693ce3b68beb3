//! Walk: asks the engine about every kind of request that a policy can tell apart, filter by filter.
//!
//! For each filter, the walk varies the dimensions that its own condition, its `skip_if`s, requirements and the bot's `unless` read, and
//! the intent, the language and the age. For the other dimensions it looks for one choice with which no earlier filter matches. Two
//! requests of one filter for which all of these give the same results are of one kind.
//!
//! Not here: what is claimed (`proof`), whether conditions can hold together (`space`).

use super::super::moments::Moment;
use super::super::space::{Assignment, Cell, Goal, Key, Space, compared, key, top};
use super::case::{Case, Teller, staffed};
use super::{Left, Proof};
use crate::{Names, PolicyDef};
use anyhow::Result;
use floorwalker_engine::event::Value;
use floorwalker_engine::route::{
    Abstention, Decision, FilterRow, Load, Look, Op, Outcome, Policy, Snapshot, Source, Standing,
};
use std::collections::HashSet;

/// Largest number of decisions that a proof asks the engine for, and the number that it may ask for whatever the number of queues.
const MOST_CASES: usize = 4_000_000;
const LEAST_CASES: usize = 20_000;
/// Largest amount of work for them: decisions × queues × intents.
const MOST_WORK: usize = 400_000_000;
/// Largest number of combinations of cells that are visited.
const MOST_VISITS: usize = 2_000_000;
/// Probability from which on an intent counts as certain.
const CERTAIN: f32 = 1.0 - 1e-6;

/// The result of the engine's decision on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A queue of its filter takes it, or the bot's.
    Taken,
    /// Nothing is open, and the queue for that takes it.
    Shut,
    /// An overflow takes it.
    Overflow,
    /// A setting turns it away, which the proof allows.
    TurnedAway,
    /// It is left to the default queue, or sent to one that is shut.
    Left(Abstention),
}

/// The verdict on a decision; `is_certain`: whether no setting may turn the request away.
pub(super) fn verdict(decision: &Decision, is_certain: bool) -> Verdict {
    let is_bound = |why: Abstention| {
        matches!(
            why,
            Abstention::Margin | Abstention::Threshold | Abstention::Unsure | Abstention::OutOfScope
        )
    };
    let standing = decision.drawn.queue.and_then(|queue| decision.eligible.standings.get(queue));
    match (decision.drawn.queue, decision.drawn.abstention) {
        // `closed` may name a queue that is shut itself, or full.
        (Some(_), _) if matches!(standing, Some(Standing::Closed | Standing::Full)) => {
            Verdict::Left(Abstention::Closed)
        }
        (Some(_), _) if decision.drawn.outcome == Outcome::Overflow => Verdict::Overflow,
        (Some(_), _) if decision.drawn.outcome == Outcome::Closed => Verdict::Shut,
        (Some(_), _) => Verdict::Taken,
        (None, Some(why)) if is_bound(why) && !is_certain => Verdict::TurnedAway,
        (None, why) => Verdict::Left(why.unwrap_or(Abstention::Nobody)),
    }
}

/// A policy, the requests that it can tell apart, and when they may come.
pub(super) struct World<'a> {
    space: &'a Space<'a>,
    moments: &'a [Moment],
    policy: Policy,
    /// Numbers of the floor that conditions read. Here they are features to the engine, so that each can have any value.
    floors: Vec<Load>,
    snapshots: [Snapshot; 2],
    ages: Vec<f32>,
    teller: Teller<'a>,
    /// The intent that stands for all that the policy does not name, where there is no model.
    guess: Option<usize>,
    names: &'a Names<'a>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        def: &'a PolicyDef,
        names: &'a Names<'a>,
        space: &'a Space<'a>,
        moments: &'a [Moment],
        guess: Option<&str>,
    ) -> Result<Self> {
        let mut program = space.program.clone();
        let floors: Vec<Load> = space
            .dims
            .iter()
            .filter_map(|dim| match dim.key {
                Key::Floor(load) => Some(load),
                _ => None,
            })
            .collect();
        for op in &mut program.ops {
            if let Op::Compare { source, .. } = op
                && let Source::Floor(load) = *source
                && let Some(at) = floors.iter().position(|floor| *floor == load)
            {
                *source = Source::Feature(u16::try_from(names.features.len() + at)?);
            }
        }
        let ages = space.place(Key::Age).map_or(&[][..], |at| &space.dims[at].cells);
        let ages = ages.iter().map(|cell| if let Cell::Number(age) = cell { *age } else { 0.0 }).collect();
        let (_, outputs) = intents(space, names);
        Ok(Self {
            space,
            moments,
            policy: Policy::new(program)?,
            floors,
            snapshots: [Snapshot::default(), staffed(def.queues.len())],
            ages,
            teller: Teller::new(def, names, space.program.settings.language),
            guess: guess.and_then(|guess| outputs.iter().position(|output| output == guess)),
            names,
        })
    }

    /// Whether the policy's settings may not turn away what `filter` decides about these cells: one intent is certain, the language
    /// does not matter, no requirement is added by a condition, and no strategy uses learnt scores.
    fn is_certain(&self, filter: Option<usize>, assignment: &Assignment) -> bool {
        let program = self.space.program;
        let own = filter.and_then(|at| program.filters.get(at)).map(|row| row.strategy);
        let strategy = own.filter(|own| own.n > 0).unwrap_or(program.settings.strategy);
        let is_learnt =
            |look: Look| matches!(look, Look::Model | Look::EpsilonGreedy | Look::LinUcb | Look::Thompson);
        let (head, _) = intents(self.space, self.names);
        let Some(Cell::Point(point)) = self.space.cell(Key::Head(head), assignment) else { return false };
        let Some(top) = top(point) else { return false };
        let speaks = match program.settings.language {
            Some(Source::Feature(at)) => {
                self.space.cell(Key::Feature(at.into()), assignment) == Some(&Cell::Missing)
            }
            _ => true,
        };
        let asks = |(when, _): &(_, _)| self.space.holds(self.space.ops(*when), assignment) != Some(false);
        point[top] >= CERTAIN
            && Some(top) != self.guess
            && speaks
            && !program.extra.iter().any(asks)
            && !strategy.of(&program.strategies).iter().any(|row| is_learnt(row.look))
    }

    fn case(&self, assignment: &Assignment, now_ms: i64, is_staffed: bool) -> Case {
        let mut features = self.space.features(assignment, &self.floors);
        let floors = features.split_off(self.names.features.len());
        let mut case = Case {
            words: String::new(),
            features,
            scores: self.space.scores(assignment),
            now_ms,
            age_s: self.age(assignment),
            is_staffed,
            is_whole: self.floors.is_empty(),
        };
        let named = |(load, value): (&Load, &Value)| (format!("floor.{}", name_of(*load)), *value);
        let floors: Vec<_> = self.floors.iter().zip(&floors).map(named).collect();
        self.teller.describe(&mut case, &floors);
        case
    }

    fn age(&self, assignment: &Assignment) -> f32 {
        let at = self.space.place(Key::Age).and_then(|place| assignment.get(place).copied().flatten());
        at.and_then(|at| self.ages.get(at)).copied().unwrap_or(0.0)
    }
}

/// The name of a number in conditions.
fn name_of(load: Load) -> &'static str {
    match load {
        Load::Waiting => "waiting",
        Load::Agents => "agents",
        Load::Free => "free",
        Load::Ratio => "load",
        Load::Wait => "wait",
    }
}

/// The head of the intents, and their names.
fn intents<'n>(space: &Space<'_>, names: &Names<'n>) -> (usize, &'n [String]) {
    let head = space.program.settings.intents.get().unwrap_or(0);
    (head, names.heads.get(head).map_or(&[], |(_, outputs)| outputs))
}

/// The filter whose requests are visited.
struct Subject<'a> {
    filter: Option<usize>,
    /// Conditions that must hold (its own) and that must not (those of the filters before it).
    goals: Vec<Goal<'a>>,
    /// The dimensions that are varied.
    varied: Vec<usize>,
}

/// A walk over all kinds of requests.
pub(super) struct Walk<'w, 'a> {
    world: &'w World<'a>,
    decision: Decision,
    seen: HashSet<Vec<u16>>,
    n_cases: usize,
    n_visits: usize,
    most_cases: usize,
    too_many: bool,
    /// The index of the last age at which a request has no queue, and the request.
    slowest: Option<(usize, Case)>,
    left: Vec<Left>,
    overflowing: Option<Case>,
    /// Whether any request of the current filter is taken by a queue of its own.
    is_taken: bool,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub(super) fn new(world: &'w World<'a>) -> Self {
        let program = world.space.program;
        let cells = (program.queues.len() * program.intents.len()).max(1);
        Self {
            world,
            decision: Decision::default(),
            seen: HashSet::new(),
            n_cases: 0,
            n_visits: 0,
            most_cases: (MOST_WORK / cells).clamp(LEAST_CASES, MOST_CASES),
            too_many: false,
            slowest: None,
            left: Vec::new(),
            overflowing: None,
            is_taken: false,
        }
    }

    /// Visits all kinds of requests, and writes the result into `proof`.
    pub(super) fn over_all(mut self, proof: &mut Proof) {
        let program = self.world.space.program;
        for filter in (0..program.filters.len()).map(Some).chain([None]) {
            let subject = self.subject(filter);
            self.seen.clear();
            self.is_taken = false;
            self.visit(&subject, 0, &mut self.world.space.nothing());
            let is_unmatched = filter.is_none() && !program.filters.is_empty();
            if !self.seen.is_empty() && !self.is_taken && !is_unmatched {
                proof.never_taken.push(filter);
            }
        }
        (proof.n_cases, proof.left, proof.overflowing) = (self.n_cases, self.left, self.overflowing);
        if self.too_many {
            proof.too_many = Some("conditions".to_owned());
            return;
        }
        if !proof.never_taken.is_empty() {
            return;
        }
        let ages = &self.world.ages;
        proof.within = match &self.slowest {
            None => Some(0.0),
            Some((last, _)) => ages.get(last + 1).copied(),
        };
        proof.slowest = self.slowest.map(|(_, case)| case);
    }

    fn subject(&self, filter: Option<usize>) -> Subject<'a> {
        let space = self.world.space;
        let program = space.program;
        let earlier = &program.filters[..filter.unwrap_or(program.filters.len())];
        let row: Option<&FilterRow> = filter.and_then(|at| program.filters.get(at));
        let own = row.map(|row| (space.ops(row.when), true));
        let goals: Vec<Goal<'a>> =
            own.into_iter().chain(earlier.iter().map(|row| (space.ops(row.when), false))).collect();
        let mut varied: Vec<usize> = Vec::new();
        let mut vary = |place: Option<usize>| {
            if let Some(place) = place.filter(|place| !varied.contains(place)) {
                varied.push(place);
            }
        };
        let settings = &program.settings;
        let is_matched = row.is_some() || program.filters.is_empty();
        let parts = row.map(|row| row.when).into_iter().chain(self.read(row, is_matched));
        for op in parts.flat_map(|part| space.ops(part)) {
            if let Some((source, ..)) = compared(op)
                && !matches!(source, Source::Queue(_))
            {
                vary(space.dim(source));
            }
        }
        vary(space.place(Key::Head(intents(space, self.world.names).0)));
        if is_matched {
            vary(settings.language.and_then(|source| space.dim(source)));
        }
        vary(space.place(Key::Age));
        Subject { filter, goals, varied }
    }

    /// Conditions that a decision under `row` reads, besides the row's own `when`.
    fn read(&self, row: Option<&FilterRow>, is_matched: bool) -> Vec<floorwalker_engine::route::Part> {
        let program = self.world.space.program;
        let skips =
            row.map_or(&[][..], |row| row.targets.of(&program.targets)).iter().map(|target| target.skip_if);
        let extra = program.extra.iter().filter(|_| is_matched).map(|(when, _)| *when);
        skips.chain(extra).chain([program.settings.bot_unless]).collect()
    }

    fn visit(&mut self, subject: &Subject<'a>, depth: usize, assignment: &mut Assignment) {
        self.n_visits += 1;
        self.too_many |= self.n_visits > MOST_VISITS || self.n_cases > self.most_cases;
        let space = self.world.space;
        // Only the filter's own condition is checked here. That no earlier filter matches is checked once everything is chosen.
        let own = if subject.filter.is_some() { &subject.goals[..1] } else { &subject.goals[..] };
        let is_other = own.iter().any(|(ops, wanted)| space.holds(ops, assignment) == Some(!wanted));
        if self.too_many || is_other {
            return;
        }
        let Some(place) = subject.varied.get(depth).copied() else {
            return self.look(subject, assignment);
        };
        for cell in 0..space.dims[place].cells.len() {
            assignment[place] = Some(cell);
            self.visit(subject, depth + 1, assignment);
        }
        assignment[place] = None;
    }

    /// Asks the engine about a request for which everything that matters is chosen.
    fn look(&mut self, subject: &Subject<'a>, assignment: &Assignment) {
        let is_certain = self.world.is_certain(subject.filter, assignment);
        let kind = self.kind(subject, assignment, is_certain);
        if self.seen.contains(&kind) {
            return;
        }
        let mut whole = assignment.clone();
        match self.world.space.solve(&subject.goals, &mut whole) {
            Some(false) => return,
            Some(true) => {}
            None => self.too_many = true,
        }
        self.seen.insert(kind);
        let features = self.world.space.features(&whole, &self.world.floors);
        let scores = self.world.space.scores(&whole);
        let mut case = Case {
            words: String::new(),
            features,
            scores,
            now_ms: 0,
            age_s: self.world.age(&whole),
            is_staffed: false,
            is_whole: true,
        };
        for is_staffed in [false, true] {
            for moment in self.world.moments {
                (case.now_ms, case.is_staffed) = (moment.now_ms, is_staffed);
                let found = self.ask(&case, is_certain);
                self.judge(subject, &whole, &case, found);
            }
        }
    }

    fn ask(&mut self, case: &Case, is_certain: bool) -> Verdict {
        self.n_cases += 1;
        let snapshot = &self.world.snapshots[usize::from(case.is_staffed)];
        self.world.policy.decide(&case.request(), snapshot, &mut self.decision);
        verdict(&self.decision, is_certain)
    }

    /// The kind of a request: all that a decision depends on once the filter is known, except moment and snapshot.
    fn kind(&self, subject: &Subject<'a>, assignment: &Assignment, is_certain: bool) -> Vec<u16> {
        let space = self.world.space;
        let number = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let chosen = |place: Option<usize>| {
            let cell = place.and_then(|place| assignment.get(place).copied().flatten());
            cell.map_or(u16::MAX, number)
        };
        let most = |head: usize| match space.cell(Key::Head(head), assignment) {
            Some(Cell::Point(point)) => top(point).map_or(u16::MAX, number),
            _ => u16::MAX,
        };
        let settings = &space.program.settings;
        let language = match settings.language {
            Some(Source::Top { head }) => most(head.into()),
            source => chosen(source.and_then(|source| space.dim(source))),
        };
        let mut kind = vec![
            u16::from(is_certain),
            most(intents(space, self.world.names).0),
            language,
            chosen(space.place(Key::Age)),
        ];
        let row = subject.filter.and_then(|at| space.program.filters.get(at));
        for part in self.read(row, true) {
            // Comparison by comparison, and not the condition as a whole: a queue's numbers are not chosen here.
            for op in space
                .ops(part)
                .iter()
                .filter(|op| compared(op).is_some_and(|(source, ..)| !matches!(key(source), Key::Queue(_))))
            {
                kind.push(space.holds(std::slice::from_ref(op), assignment).map_or(2, u16::from));
            }
        }
        kind
    }

    fn judge(&mut self, subject: &Subject<'a>, assignment: &Assignment, case: &Case, found: Verdict) {
        let world = self.world;
        let age = world.ages.iter().position(|age| *age == case.age_s).unwrap_or(0);
        let is_last = age + 1 == world.ages.len();
        match found {
            Verdict::Taken => self.is_taken = true,
            Verdict::Shut | Verdict::TurnedAway => {}
            Verdict::Overflow => {
                if is_last && self.overflowing.is_none() {
                    self.overflowing = Some(world.case(assignment, case.now_ms, case.is_staffed));
                }
            }
            Verdict::Left(why) => {
                if self.slowest.as_ref().is_none_or(|(last, _)| age > *last) {
                    self.slowest = Some((age, world.case(assignment, case.now_ms, case.is_staffed)));
                }
                let is_new = !self.left.iter().any(|left| left.filter == subject.filter && left.why == why);
                if is_last && is_new {
                    let goes_to = self.decision.drawn.goes_to;
                    let example = self.earliest(subject, assignment, case, why);
                    self.left.push(Left { filter: subject.filter, why, goes_to, example });
                }
            }
        }
    }

    /// The same request at the age from which on it has no queue, for the same reason.
    fn earliest(
        &mut self,
        subject: &Subject<'a>,
        assignment: &Assignment,
        case: &Case,
        why: Abstention,
    ) -> Case {
        let Some(place) = self.world.space.place(Key::Age) else {
            return self.world.case(assignment, case.now_ms, case.is_staffed);
        };
        let (mut younger, mut case) = (assignment.clone(), case.clone());
        for age in (0..self.world.ages.len()).rev() {
            let before = younger[place].replace(age);
            case.age_s = self.world.ages[age];
            let is_certain = self.world.is_certain(subject.filter, &younger);
            let is_same = self.ask(&case, is_certain) == Verdict::Left(why);
            if !is_same || self.decision.eligible.filter != subject.filter {
                younger[place] = before;
                break;
            }
        }
        self.world.case(&younger, case.now_ms, case.is_staffed)
    }
}
