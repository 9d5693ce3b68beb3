//! The state of a floor as a plain object: queues, agents, and the figures so far.
//!
//! Not here: definitions of the figures (`simulator`).

use floorwalker_simulator::{Guest, Scenario, Simulation, Tally};
use serde::Serialize;

/// How many waiting requests of a queue are listed one by one; the others are only counted.
const LINE: usize = 200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    now: f64,
    queues: Vec<Queue>,
    /// For each team, the requests that each of its agents holds; `null` for an agent who is absent.
    teams: Vec<Vec<Option<Vec<Request>>>>,
    all: Figures,
    kinds: Vec<Figures>,
    /// Figures by the hour of the day in which requests arrived.
    hours: Vec<Figures>,
    occupancy: f64,
    occupancy_spread: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Queue {
    waiting: usize,
    agents: usize,
    in_service: usize,
    line: Vec<Request>,
    figures: Figures,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    kind: usize,
    age_seconds: f64,
    priority: f64,
    right: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    came: f64,
    answered: f64,
    left: f64,
    misrouted: f64,
    service_level: f64,
    asa_seconds: f64,
    mean_wait_seconds: f64,
    abandonment: f64,
    misroute_rate: f64,
    transfer_rate: f64,
}

pub(crate) fn of(scenario: &Scenario, simulation: &mut Simulation) -> State {
    let def = scenario.def();
    let totals = simulation.totals();
    let queue = |(at, tally)| {
        let view = simulation.queue(at);
        let line = simulation.line(at).take(LINE).map(request).collect();
        let figures = figures(tally);
        Queue { waiting: view.waiting, agents: view.agents, in_service: view.held, line, figures }
    };
    let queues = totals.queues.iter().enumerate().map(queue).collect();
    let mut agents = simulation.agents().map(|held| Some(held?.into_iter().map(request).collect()));
    let teams = def.teams.iter().map(|team| agents.by_ref().take(team.agents as usize).collect()).collect();
    State {
        now: simulation.now(),
        queues,
        teams,
        all: figures(&totals.all()),
        kinds: totals.kinds.iter().map(figures).collect(),
        hours: totals.hours.iter().map(figures).collect(),
        occupancy: totals.mean_occupancy(),
        occupancy_spread: totals.occupancy_spread(),
    }
}

fn request(Guest { kind, age, is_right, priority }: Guest) -> Request {
    Request { kind, age_seconds: age, priority, right: is_right }
}

fn figures(tally: &Tally) -> Figures {
    Figures {
        came: tally.came as f64,
        answered: tally.answered as f64,
        left: tally.left as f64,
        misrouted: tally.misrouted as f64,
        service_level: tally.service_level(),
        asa_seconds: tally.asa(),
        mean_wait_seconds: tally.mean_wait(),
        abandonment: tally.abandonment(),
        misroute_rate: tally.misroute_rate(),
        transfer_rate: tally.transfer_rate(),
    }
}
