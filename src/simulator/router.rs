//! Router: a policy of the page as a strategy of the simulator, with what it sees of requests and of the floor.
//!
//! | the policy reads | here it is                                                                                      |
//! |------------------|-------------------------------------------------------------------------------------------------|
//! | features, scores | one [`Seen`] of the request's kind, from a draw of the request: the same under every policy       |
//! | `now_ms`         | simulated time, from the scenario's `start` on                                                  |
//! | seed, turn       | draws of the request; the number of requests routed before it                                   |
//! | `waiting`        | requests in the queue                                                                           |
//! | `agents`         | present agents of its teams                                                                     |
//! | `in_service`     | requests that those agents hold, from whatever queue                                            |
//! | `idle_s`         | idle time of the longest idle of them, in seconds                                               |
//! | agents           | present teams that serve several queues; with bounds (`[agents]`), each agent: the one chosen is asked first |
//! | `patience`       | harmonic mean of its kinds' mean patience, weighted by requests; 1 / (rate at which a waiting request leaves) |
//! | `rate`           | `n · pace[n] / work`: mean pace of its teams, weighted by agents; mean work of its kinds, weighted by requests |
//!
//! Where a scenario says what a model predicts for requests (`taken_for`), the policy sees the posterior probabilities of the kinds:
//! `P(kind | taken) ∝ requests of kind · P(taken | kind)`, which is what a calibrated model would say.
//!
//! The decision on a waiting request is repeated at every age that the policy names: in a step, a target, the bot's `until`, a
//! condition on `age`.
//!
//! Invariants
//! - Every queue of a [`Router`]'s policy is a queue of its scenario.
//!
//! Not here: how a policy decides (`engine::route`), predictions for real messages (`learn`).

use super::choice::Choice;
use super::draw::{Draws, Purpose};
use super::floor::{self, Floor};
use super::scenario::Scenario;
use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Scores;
use floorwalker_engine::route::{
    AgentState, AgentsDef, Decision, LEVELS, Op, Policy, QueueState, Request, Snapshot, Source,
};
use floorwalker_engine::symbol::Symbol;

/// What a policy sees of a request.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Features, `[n_features]`, in the order of the policy's names.
    pub features: Vec<Value>,
    /// Scores of the heads, `[n_heads]`, in the order of the policy's names.
    pub scores: Vec<Scores>,
}

impl Seen {
    /// A request of which only one head's probabilities are known, but no other head's and no features.
    #[must_use]
    pub fn by_head(head: usize, probabilities: Vec<f32>) -> Self {
        let mut scores = alloc::vec![Scores::default(); head];
        scores.push(Scores { probabilities, ..Scores::default() });
        Self { features: Vec::new(), scores }
    }
}

/// Why a policy cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouterError {
    /// The policy has a queue that the scenario does not have.
    Queue(String),
    /// There is no [`Seen`] for requests of this kind.
    Seen(String),
    /// The policy has opening hours, and the scenario does not say when it starts.
    Start,
    /// Agents of this team may hold more requests at a time than a policy can be told of.
    Chats(String),
}

impl fmt::Display for RouterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queue(name) => {
                write!(
                    f,
                    "the policy sends requests to `{name}`, which no team serves; add it to `queues` of the scenario"
                )
            }
            Self::Start => f.write_str(
                "the policy has opening hours: say when hour 0 of the scenario is, as in start = \"2026-03-02T00:00:00+01:00\"",
            ),
            Self::Chats(team) => write!(
                f,
                "agents of team `{team}` hold more than {LEVELS} requests at a time, and a policy is told of {LEVELS} at most; shorten its `pace`"
            ),
            Self::Seen(kind) => write!(f, "what the policy sees of `{kind}` is missing; add it"),
        }
    }
}

impl core::error::Error for RouterError {}

/// A policy that can be simulated.
#[derive(Clone, Debug)]
pub struct Router {
    policy: Policy,
    /// Time of hour 0, in milliseconds since 1970.
    start_ms: f64,
    /// The scenario's queue for each of the policy's.
    queues: Vec<usize>,
    /// The fixed part of each queue's state, by queue of the policy: rates and patience.
    states: Vec<QueueState>,
    seen: Vec<Seen>,
    /// By kind: upper bounds of the draw, rising to 1, each with the index into `seen` that it selects.
    drawn: Vec<Vec<(f64, usize)>>,
    /// Ages in seconds at which the decision on a waiting request is repeated, rising.
    ages: Vec<f64>,
    /// By team: whether its agents are learning.
    novices: Vec<bool>,
    /// By team: which of the policy's queues it serves.
    served: Vec<Vec<u16>>,
    /// Whether the policy has bounds on agents, and so sees individual agents.
    sees_agents: bool,
    /// Whether requests are told how long they will wait.
    tells: bool,
}

impl Router {
    /// A router for a policy whose intents are the scenario's kinds, in order. It sees predictions drawn by the kinds' `taken_for`.
    ///
    /// # Errors
    ///
    /// [`RouterError`]: a queue that the scenario does not have, opening hours without a `start`, agents who hold too many requests.
    pub fn new(scenario: &Scenario, policy: Policy) -> Result<Self, RouterError> {
        let kinds = &scenario.def().kinds;
        let taken = |kind: usize, for_: usize| match kinds[kind].taken_for.get(for_) {
            Some(share) => *share,
            None => f64::from(u8::from(kind == for_)),
        };
        let volume = volumes(scenario);
        let believed = |for_: usize| {
            let of = |kind: usize| volume[kind] * taken(kind, for_);
            let sum: f64 = (0..kinds.len()).map(of).sum();
            let sure = |kind: usize| f64::from(u8::from(kind == for_));
            let chance = |kind: usize| (if sum > 0.0 { of(kind) / sum } else { sure(kind) }) as f32;
            Seen::by_head(policy.intent_head(), (0..kinds.len()).map(chance).collect())
        };
        let seen = (0..kinds.len()).map(believed).collect();
        let shares_of = |kind: usize| {
            let mut sum = 0.0;
            let mut shares = Vec::new();
            for for_ in (0..kinds.len()).filter(|for_| taken(kind, *for_) > 0.0) {
                sum += taken(kind, for_);
                shares.push((sum, for_));
            }
            shares
        };
        let drawn = (0..kinds.len()).map(shares_of).collect();
        Self::of(scenario, policy, seen, drawn)
    }

    /// A router for a policy that sees, of each request, one of the entries that `seen` lists for its kind, all equally likely.
    ///
    /// # Errors
    ///
    /// [`RouterError`]; a kind without entries is refused where requests of it may come.
    pub fn seeing(scenario: &Scenario, policy: Policy, seen: Vec<Vec<Seen>>) -> Result<Self, RouterError> {
        let (mut all, mut drawn) = (Vec::new(), Vec::new());
        for list in seen {
            let n = list.len() as f64;
            let shares = (0..list.len()).map(|at| ((at + 1) as f64 / n, all.len() + at));
            drawn.push(shares.collect());
            all.extend(list);
        }
        Self::of(scenario, policy, all, drawn)
    }

    fn of(
        scenario: &Scenario,
        policy: Policy,
        seen: Vec<Seen>,
        mut drawn: Vec<Vec<(f64, usize)>>,
    ) -> Result<Self, RouterError> {
        let def = scenario.def();
        drawn.resize(def.kinds.len(), Vec::new());
        let comes = volumes(scenario);
        if let Some(blind) = (0..def.kinds.len()).find(|kind| drawn[*kind].is_empty() && comes[*kind] > 0.0) {
            return Err(RouterError::Seen(def.kinds[blind].name.clone()));
        }
        if scenario.start_ms.is_none() && !policy.program().hours.is_empty() {
            return Err(RouterError::Start);
        }
        if let Some(team) = def.teams.iter().find(|team| team.pace.len() > LEVELS) {
            return Err(RouterError::Chats(team.name.clone()));
        }
        let place = |name: &String| {
            let queue = def.queues.iter().position(|queue| queue == name);
            queue.ok_or_else(|| RouterError::Queue(name.clone()))
        };
        let queues = policy.queues().iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let state = |queue: &usize| QueueState {
            rate: rate(scenario, &comes, *queue),
            patience_s: patience(scenario, &comes, *queue),
            ..QueueState::default()
        };
        let states = queues.iter().map(state).collect();
        let of_team = |team: &Vec<usize>| {
            let served = queues.iter().enumerate().filter(|(_, queue)| team.contains(queue));
            served.map(|(at, _)| at as u16).collect()
        };
        let novices = def.teams.iter().map(|team| team.novices).collect();
        let served = scenario.queues_of_team.iter().map(of_team).collect();
        let sees_agents = policy.program().settings.agents != AgentsDef::default();
        let (ages, start_ms) = (ages(&policy), scenario.start_ms.unwrap_or(0.0));
        Ok(Self {
            policy,
            start_ms,
            queues,
            states,
            seen,
            drawn,
            ages,
            novices,
            served,
            sees_agents,
            tells: false,
        })
    }

    /// The same router, but every request is told its expected wait, so that tallies compare it with the actual one.
    #[must_use]
    pub fn telling_waits(self) -> Self {
        Self { tells: true, ..self }
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What is seen of a request: it depends on the request's number alone, not on earlier requests.
    fn seen(&self, draws: Draws, kind: usize, n: u64) -> Option<&Seen> {
        let (list, share) = (&self.drawn[kind], draws.share(Purpose::Seen, kind, n, 0));
        let at = list.partition_point(|(upto, _)| *upto <= share);
        list.get(at).or(list.last()).and_then(|(_, seen)| self.seen.get(*seen))
    }
}

/// Mean requests per hour of each kind, without surges.
fn volumes(scenario: &Scenario) -> Vec<f64> {
    let def = scenario.def();
    let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len().max(1) as f64;
    def.kinds.iter().map(|kind| mean(&kind.per_hour) + kind.arrivals.len() as f64 / def.hours).collect()
}

/// Requests per second that an agent of a queue finishes, by the number held; 0 where no kind belongs to the queue.
fn rate(scenario: &Scenario, volumes: &[f64], queue: usize) -> [f32; LEVELS] {
    let def = scenario.def();
    let (mut work, mut n) = (0.0, 0.0);
    for (kind, volume) in
        volumes.iter().enumerate().filter(|(kind, _)| scenario.queue_of_kind[*kind] == queue)
    {
        work += volume * def.kinds[kind].work.mean();
        n += volume;
    }
    let mut rate = [0.0; LEVELS];
    for (level, rate) in rate.iter_mut().enumerate() {
        let (mut pace, mut agents) = (0.0, 0.0);
        for (team, queues) in def.teams.iter().zip(&scenario.queues_of_team) {
            if let Some(each) = team.pace.get(level).filter(|_| queues.contains(&queue)) {
                pace += f64::from(team.agents) * each;
                agents += f64::from(team.agents);
            }
        }
        if agents > 0.0 && work > 0.0 {
            *rate = ((level + 1) as f64 * pace / agents / (work / n)) as f32;
        }
    }
    rate
}

/// Mean patience in a queue, in seconds: 1 / (rate at which a waiting request leaves); NaN where nobody leaves.
fn patience(scenario: &Scenario, volumes: &[f64], queue: usize) -> f32 {
    let (mut leave, mut n) = (0.0, 0.0);
    for (kind, volume) in
        volumes.iter().enumerate().filter(|(kind, _)| scenario.queue_of_kind[*kind] == queue)
    {
        leave +=
            scenario.def().kinds[kind].patience.as_ref().map_or(0.0, |patience| volume / patience.mean());
        n += volume;
    }
    if leave > 0.0 { (n / leave) as f32 } else { f32::NAN }
}

/// A router in use, with buffers that are reused for each request.
pub(crate) struct Routing {
    router: Arc<Router>,
    snapshot: Snapshot,
    decision: Decision,
    turn: u32,
}

impl Routing {
    pub(crate) fn new(router: Arc<Router>) -> Self {
        let queues = router.states.clone();
        let snapshot = Snapshot { queues, ..Snapshot::default() };
        Self { router, snapshot, decision: Decision::default(), turn: 0 }
    }

    /// Ages at which a decision may change, rising.
    pub(crate) fn ages(&self) -> &[f64] {
        &self.router.ages
    }

    /// Where the n-th request of a kind is sent when it comes.
    pub(crate) fn first(
        &mut self,
        floor: &mut Floor,
        draws: Draws,
        (kind, n): (usize, u64),
        now: f64,
    ) -> Choice {
        let turn = self.turn;
        self.turn = self.turn.wrapping_add(1);
        self.look(floor, now);
        self.decide(draws, (kind, n), now, 0.0, turn)
    }

    /// Where a waiting request is sent now. Its draws and its turn stay the same, so only a changed state can change the decision.
    pub(crate) fn again(
        &mut self,
        floor: &mut Floor,
        draws: Draws,
        request: &floor::Request,
        now: f64,
    ) -> Choice {
        self.look(floor, now);
        // The request does not count as one that waits before it.
        for (state, queue) in self.snapshot.queues.iter_mut().zip(&self.router.queues) {
            state.waiting -= f32::from(u8::from(*queue == request.queue));
        }
        self.decide(draws, (request.kind, request.n), now, now - request.came, request.turn)
    }

    fn look(&mut self, floor: &mut Floor, now: f64) {
        for (state, queue) in self.snapshot.queues.iter_mut().zip(&self.router.queues) {
            let view = floor.view(*queue);
            state.waiting = view.waiting as f32;
            state.agents = view.agents as f32;
            state.in_service = view.held as f32;
            state.idle_s = view.idle_since.map_or(0.0, |since| (now - since) as f32);
        }
        self.snapshot.agents.clear();
        if !self.router.sees_agents {
            self.look_at_teams(floor);
            return;
        }
        for (at, team, view) in floor.present(now) {
            for &queue in &self.router.served[team] {
                self.snapshot.agents.push(AgentState {
                    name: Symbol::from_raw(at as u32),
                    queue,
                    holds: view.holds as f32,
                    room: view.room as f32,
                    idle_s: view.idle as f32,
                    occupancy: view.occupancy.map_or(f32::NAN, |share| share as f32),
                    taken: view.taken as f32,
                    count: f32::NAN,
                    novice: self.router.novices[team],
                });
            }
        }
    }

    /// Adds the present teams that serve several queues, with a row for each of their queues.
    fn look_at_teams(&mut self, floor: &Floor) {
        for (team, queues) in self.router.served.iter().enumerate().filter(|(_, queues)| queues.len() > 1) {
            let n = floor.n_present(team);
            if n == 0 {
                continue;
            }
            let nan = f32::NAN;
            let row = |&queue: &u16| AgentState {
                name: Symbol::from_raw(team as u32),
                queue,
                holds: nan,
                room: nan,
                idle_s: nan,
                occupancy: nan,
                taken: nan,
                count: n as f32,
                novice: false,
            };
            self.snapshot.agents.extend(queues.iter().map(row));
        }
    }

    fn decide(&mut self, draws: Draws, (kind, n): (usize, u64), now: f64, age: f64, turn: u32) -> Choice {
        let Router { policy, queues, .. } = &*self.router;
        let (features, scores) = match self.router.seen(draws, kind, n) {
            Some(seen) => (&seen.features[..], &seen.scores[..]),
            None => (&[][..], &[][..]),
        };
        let bits = |part| (draws.share(Purpose::Decision, kind, n, part) * 4_294_967_296.0) as u32;
        let request = Request {
            features,
            scores,
            now_ms: (self.router.start_ms + now * 1e3) as i64,
            age_s: age as f32,
            seed: [bits(0), bits(1)],
            turn: Some(turn),
            preferred: None,
        };
        if self.router.tells {
            policy.route(&request, &self.snapshot, &mut self.decision);
        } else {
            policy.decide(&request, &self.snapshot, &mut self.decision);
        }
        Choice {
            queue: queues[self.decision.drawn.goes_to],
            priority: f64::from(self.decision.eligible.priority),
            turn,
            agent: self.decision.drawn.agent.map(|asked| asked.name.raw() as usize),
            told: self.decision.waits.get(self.decision.drawn.goes_to).copied(),
        }
    }
}

/// The ages that a policy names, at which its decision may change; rising.
fn ages(policy: &Policy) -> Vec<f64> {
    let program = policy.program();
    let steps = program.steps.iter().map(|step| step.at);
    let targets = program.targets.iter().flat_map(|target| [target.at, target.expiry]);
    // `age > x` and `age <= x` change just after `x`.
    let conditions = program.ops.iter().flat_map(|op| match op {
        Op::Compare { source: Source::Age, number, .. } => [*number, number.next_up()],
        _ => [0.0; 2],
    });
    let bot = [program.settings.bot_until];
    let mut ages: Vec<f64> = steps.chain(targets).chain(conditions).chain(bot).map(f64::from).collect();
    ages.retain(|age| *age > 0.0 && age.is_finite());
    ages.sort_by(f64::total_cmp);
    ages.dedup();
    ages
}
