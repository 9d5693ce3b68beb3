//! Expected waits compared with actual waits on simulated floors: the share answered sooner than `low`, the share answered later than
//! `high`, and the error of the mean.
//!
//! `cargo run -p floorwalker-tests --bin bench-waits [-- --json FILE]`
//!
//! | floor      | who serves                                                                                    |
//! |------------|-----------------------------------------------------------------------------------------------|
//! | one queue  | all agents, one queue                                                                         |
//! | pool       | all agents serve both of two queues                                                           |
//! | half       | two queues: about half of the agents serve both, the others one each; of two agents one serves both, the other the first |
//! | priority   | a pool, in which requests of one queue count as having waited 60 s longer: reported, and not bounded, for priorities are not foreseen |
//!
//! Requests take 300 s on average (exponential), arrive at random (Poisson), and leave after an exponential patience. One shopper in twenty
//! stays until answered: these shoppers' waits are compared with the expected waits they were told. Only those who were told a wait above 0
//! are counted; whoever is told that an agent is free is answered at once. A run goes on until 4,000 are counted or twelve million requests
//! have arrived; where hardly anybody waits, fewer are counted. The sampling error of a share over `n` is `√(0.09 / n)`.
//!
//! Not here: the smaller version of this that runs as a test (`src/simulator/tests/waits.rs`).

use anyhow::{Context, Result};
use floorwalker_engine::route::Policy;
use floorwalker_policy::{FilterDef, Names, PolicyDef, QueueDef, SkillDef};
use floorwalker_simulator::{
    KindDef, Router, Scenario, ScenarioDef, Simulation, Strategy, TeamDef, TimeDef, Told,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// Mean service time of a request, in seconds.
const WORK: f64 = 300.0;
/// The share of shoppers who stay until answered.
const STAY: f64 = 0.05;
/// A run ends when `COUNTED` waits are counted, or when `MOST` requests have arrived.
const COUNTED: u64 = 4_000;
const MOST: u64 = 12_000_000;
/// Tolerances: percentage points around 10 % for the quantiles, and a share or seconds around the mean.
const POINTS: f64 = 2.0;
const SHARE: f64 = 0.05;
const SECONDS: f64 = 1.0;

/// The number of agents, and the indices of the queues that they serve.
type Team = (u32, &'static [usize]);

/// A floor: its name, its number of queues, its teams, and the priority (in seconds) of requests of the second queue.
struct Floor {
    name: &'static str,
    n_queues: usize,
    teams: fn(u32) -> Vec<Team>,
    priority: f32,
}

const FLOORS: [Floor; 4] = [
    Floor { name: "one queue", n_queues: 1, teams: |n| vec![(n, &[0])], priority: 0.0 },
    Floor { name: "pool", n_queues: 2, teams: |n| vec![(n, &[0, 1])], priority: 0.0 },
    Floor { name: "half", n_queues: 2, teams: half, priority: 0.0 },
    Floor { name: "priority", n_queues: 2, teams: |n| vec![(n, &[0, 1])], priority: 60.0 },
];

fn half(n: u32) -> Vec<Team> {
    if n == 2 {
        vec![(1, &[0]), (1, &[0, 1])]
    } else {
        vec![(n / 4, &[0]), (n / 4, &[1]), (n - n / 4 * 2, &[0, 1])]
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = match arguments.next().as_deref() {
        Some("--json") => Some(PathBuf::from(arguments.next().context("--json FILE")?)),
        Some(other) => anyhow::bail!("`{other}` is not --json"),
        None => None,
    };
    let mut rows = Vec::new();
    println!(
        "| floor | agents | load | patience | counted | sooner than `low` | later than `high` | told | waited | within bounds |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for floor in &FLOORS {
        for agents in [2, 10, 50] {
            for load in [0.7, 0.9, 1.1] {
                for patience in [60.0, 300.0] {
                    let told = told(floor, agents, load, patience)?;
                    rows.extend(row(floor, agents, load, patience, told));
                }
            }
        }
    }
    if let Some(file) = file {
        std::fs::write(&file, serde_json::to_string(&rows)?).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Prints a row of the table, and returns the figures that have a bound.
fn row(floor: &Floor, agents: u32, load: f64, patience: f64, told: Told) -> Vec<Value> {
    let n = told.n.max(1) as f64;
    let [under, over] = [told.under, told.over].map(|of| 100.0 * of as f64 / n);
    let [expected, waited] = [told.expected, told.waited].map(|sum| sum / n);
    let off = (expected - waited).abs();
    let near = |share: f64| (share - 10.0).abs() <= POINTS;
    let mean_holds = off <= SECONDS || off <= SHARE * waited;
    let holds = match (floor.priority > 0.0, near(under) && near(over) && mean_holds) {
        (true, _) => "reported",
        (false, true) => "yes",
        (false, false) => "**no**",
    };
    println!(
        "| {} | {agents} | {load} | {patience} s | {} | {under:.1} % | {over:.1} % | {expected:.1} s | {waited:.1} s | {holds} |",
        floor.name, told.n
    );
    if floor.priority > 0.0 {
        return Vec::new();
    }
    let of = |what: &str, value: f64, unit: &str, bound: f64, holds: bool| {
        let name = format!(
            "expected waits, {}, {agents} agents, load {load}, patience {patience} s: {what}",
            floor.name
        );
        json!({ "name": name, "value": (value * 10.0).round() / 10.0, "unit": unit, "bound": bound, "holds": holds })
    };
    vec![
        of("points from a tenth sooner than low", (under - 10.0).abs(), "points", POINTS, near(under)),
        of("points from a tenth later than high", (over - 10.0).abs(), "points", POINTS, near(over)),
        of("seconds that the mean is off", off, "s", SECONDS.max(SHARE * waited), mean_holds),
    ]
}

/// Simulates a floor, and returns the expected and actual waits of the shoppers who stay.
fn told(floor: &Floor, agents: u32, load: f64, patience: f64) -> Result<Told> {
    let queues: Vec<String> = (0..floor.n_queues).map(|at| format!("q{at}")).collect();
    let teams = (floor.teams)(agents);
    // The number of agents that a queue's arrival rate is based on: an agent of two queues counts half for each.
    let share = |queue: usize| {
        let of = |(n, serves): &(u32, &[usize])| {
            if serves.contains(&queue) { f64::from(*n) / serves.len() as f64 } else { 0.0 }
        };
        teams.iter().map(of).sum::<f64>()
    };
    let kind = |queue: usize, stays: bool| {
        let part = if stays { STAY } else { 1.0 - STAY };
        KindDef {
            name: format!("{}{}", queues[queue], if stays { " stays" } else { "" }),
            queue: queues[queue].clone(),
            group: String::new(),
            per_hour: vec![part * load * share(queue) * 3_600.0 / WORK],
            arrivals: Vec::new(),
            work: TimeDef::Exponential { mean: WORK },
            patience: (!stays).then_some(TimeDef::Exponential { mean: patience }),
            taken_for: Vec::new(),
        }
    };
    let kinds: Vec<KindDef> =
        (0..floor.n_queues).flat_map(|queue| [kind(queue, false), kind(queue, true)]).collect();
    let per_hour: f64 = kinds.iter().flat_map(|kind| &kind.per_hour).sum();
    let team = |(n, serves): &(u32, &[usize])| TeamDef {
        name: format!("{serves:?}"),
        agents: *n,
        queues: serves.iter().map(|queue| queues[*queue].clone()).collect(),
        novices: false,
        pace: vec![1.0],
        shifts: Vec::new(),
        breaks: Vec::new(),
    };
    let scenario = Arc::new(Scenario::new(ScenarioDef {
        start: None,
        hours: (MOST as f64 / per_hour).ceil() + 10.0,
        warm_up: 10.0,
        within: 20.0,
        misroute: 60.0,
        teams: teams.iter().map(team).collect(),
        queues,
        kinds,
        surges: Vec::new(),
        repeat: None,
    })?);
    let router = Router::new(&scenario, policy(&scenario, floor.priority)?)?.telling_waits();
    let mut simulation = Simulation::new(&scenario, Strategy::Policy(Arc::new(router)), 7);
    let mut all = Told::default();
    let mut until = 0.0;
    while all.n < COUNTED && simulation.advance(until) {
        until += 36_000.0;
        all = Told::default();
        simulation.totals().kinds.iter().skip(1).step_by(2).for_each(|kind| all.add(&kind.told));
    }
    Ok(all)
}

/// A policy that sends every request to its own queue, and gives requests of the second queue a priority of `priority` seconds.
fn policy(scenario: &Scenario, priority: f32) -> Result<Policy> {
    let def = scenario.def();
    let kinds: Vec<String> = def.kinds.iter().map(|kind| kind.name.clone()).collect();
    let queue = |name: &String| {
        let own = def.kinds.iter().filter(|kind| kind.queue == *name);
        let skills = own.map(|kind| SkillDef { skill: kind.name.clone(), proficiency: 1.0 }).collect();
        QueueDef { skills, ..QueueDef::new(name) }
    };
    let mut filters = Vec::new();
    if priority > 0.0 {
        let older = "kind = q1 or kind = \"q1 stays\"".parse().map_err(anyhow::Error::msg)?;
        filters.push(FilterDef { name: "older".into(), when: Some(older), priority, ..FilterDef::default() });
        filters.push(FilterDef { name: "others".into(), ..FilterDef::default() });
    }
    let def = PolicyDef {
        queues: def.queues.iter().map(queue).collect(),
        filters,
        ..PolicyDef::plain("kind", &def.queues[0])
    };
    Ok(Policy::new(def.compile(&Names { heads: vec![("kind", &kinds[..])], features: Vec::new() })?)?)
}
