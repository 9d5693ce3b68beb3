//! The simulator's speed: a million requests over 200 agents and 20 queues, on one core; and the most requests present at a time.
//!
//! `bench-simulator [--json FILE]`
//!
//! Every queue has ten agents who handle two chats at a time, a kind of its own, and log-normal work; a tenth of the requests is taken for
//! another kind. The load is high enough that waiting lines form; the agents' occupancy is printed. Policies are run by the engine, one
//! decision for each request.
//!
//! Not here: whether the simulation is correct (`src/simulator/tests`).

use anyhow::{Context, Result, ensure};
use floorwalker_engine::route::Policy;
use floorwalker_policy::{By, Names, PolicyDef, QueueDef, SkillDef, StrategyDef};
use floorwalker_simulator::{KindDef, Router, Scenario, ScenarioDef, Strategy, TeamDef, TimeDef, run};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

const N_QUEUES: usize = 20;
const AGENTS: u32 = 10;
const REQUESTS: u64 = 1_000_000;
/// The bound: how many seconds a million requests may take.
const BOUND: f64 = 10.0;
/// Requests of each kind per hour.
const RATE: f64 = 230.0;
/// The number of runs; their median is reported.
const RUNS: usize = 3;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = match arguments.next().as_deref() {
        Some("--json") => Some(PathBuf::from(arguments.next().context("--json FILE")?)),
        Some(other) => anyhow::bail!("`{other}` is not --json"),
        None => None,
    };
    let scenario = scenario()?;
    let strategies = [
        ("the right queue", Strategy::Right),
        ("a policy by chance", policy(&scenario, &[By::Random])?),
        ("a policy by skills", policy(&scenario, &[By::Skills])?),
        ("a policy by shortest wait", policy(&scenario, &[By::ShortestWait])?),
        ("a policy by skills and shortest wait", policy(&scenario, &[By::Skills, By::ShortestWait])?),
    ];
    let mut rows = Vec::new();
    for (name, strategy) in &strategies {
        let mut seconds = Vec::new();
        let (mut most, mut busy) = (0, 0.0);
        for seed in 0..RUNS as u64 {
            let from = Instant::now();
            let totals = run(&scenario, strategy, seed);
            seconds.push(from.elapsed().as_secs_f64());
            most = most.max(totals.most);
            busy = totals.mean_occupancy();
            ensure!(totals.all().came >= REQUESTS, "only {} requests came", totals.all().came);
        }
        seconds.sort_by(f64::total_cmp);
        let value = (seconds[RUNS / 2] * 1e3).round() / 1e3;
        println!(
            "{name:<40}{value:>8.2} s, at most {most} requests at a time, agents {:.0} % busy",
            100.0 * busy
        );
        let name = format!("simulator, a million requests, 200 agents, {N_QUEUES} queues: {name}");
        rows.push(
            json!({ "name": name, "value": value, "unit": "s", "bound": BOUND, "holds": value <= BOUND }),
        );
    }
    if let Some(file) = file {
        std::fs::write(&file, serde_json::to_string(&rows)?).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn scenario() -> Result<Arc<Scenario>> {
    let names: Vec<String> = (0..N_QUEUES).map(|at| format!("q{at}")).collect();
    let kind = |at: usize| {
        let taken = |other: usize| if other == at { 0.9 } else { 0.1 / (N_QUEUES - 1) as f64 };
        KindDef {
            name: names[at].clone(),
            queue: names[at].clone(),
            group: String::new(),
            per_hour: vec![RATE],
            arrivals: Vec::new(),
            work: TimeDef::LogNormal { mean: 190.0, median: 120.0 },
            patience: Some(TimeDef::Exponential { mean: 200.0 }),
            taken_for: (0..N_QUEUES).map(taken).collect(),
        }
    };
    let team = |name: &String| TeamDef {
        name: name.clone(),
        agents: AGENTS,
        queues: vec![name.clone()],
        novices: false,
        pace: vec![1.0, 0.7],
        shifts: Vec::new(),
        breaks: Vec::new(),
    };
    let hours = 1.01 * REQUESTS as f64 / (RATE * N_QUEUES as f64);
    Ok(Arc::new(Scenario::new(ScenarioDef {
        start: None,
        hours: hours.ceil(),
        warm_up: 0.0,
        within: 20.0,
        misroute: 60.0,
        kinds: (0..N_QUEUES).map(kind).collect(),
        teams: names.iter().map(team).collect(),
        queues: names,
        surges: Vec::new(),
        repeat: None,
    })?))
}

/// A policy in which each queue has the skill of its own kind.
fn policy(scenario: &Scenario, by: &[By]) -> Result<Strategy> {
    let names = &scenario.def().queues;
    let queue = |name: &String| QueueDef {
        skills: vec![SkillDef { skill: name.clone(), proficiency: 1.0 }],
        ..QueueDef::new(name)
    };
    let def = PolicyDef {
        queues: names.iter().map(queue).collect(),
        strategy: by.iter().cloned().map(StrategyDef::new).collect(),
        ..PolicyDef::plain("kind", &names[0])
    };
    let program = def.compile(&Names { heads: vec![("kind", &names[..])], features: Vec::new() })?;
    Ok(Strategy::Policy(Arc::new(Router::new(scenario, Policy::new(program)?)?)))
}
