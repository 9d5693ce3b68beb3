//! Load: the work that comes, relative to the capacity of the agents.
//!
//! | term   | meaning                                                                                           |
//! |--------|---------------------------------------------------------------------------------------------------|
//! | work   | seconds of work that come in the counted time, at the pace of an agent who holds nothing else      |
//! | room   | seconds of work that agents on duty could do in it, at the pace at which they do most              |
//! | load   | work over room; above 1 lines grow, or the excess leaves unserved                                  |
//!
//! Work is that of requests at their right queue: misroutes and shoppers who come back add to it.
//!
//! Agents may serve several queues. So the load of a set of teams (all that serve some queue) takes the work of every queue that only
//! these teams serve: nobody else can help them.
//!
//! Not here: what happens on an overloaded floor (`run`).

use super::duty::DAY;
use super::rate::expected;
use super::scenario::Scenario;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

const HOUR: f64 = 3_600.0;
/// Largest number of distinct sets of teams that are compared with each other; with more, each set takes its own queues alone.
const MOST_SETS: usize = 500;

/// The load of a set of teams, with the queues that only they can serve.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// The teams, by number, rising.
    pub teams: Vec<usize>,
    /// The queues that none but these teams serve, by number, rising.
    pub queues: Vec<usize>,
    /// Work that comes, in Erlang: seconds of work per second.
    pub work: f64,
    /// Capacity of the teams in Erlang, on average over the counted time.
    pub room: f64,
}

impl Load {
    /// Work over room; infinite where there is work and no room.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.work == 0.0 { 0.0 } else { self.work / self.room }
    }
}

impl Scenario {
    /// The load of each set of teams that serves a queue, sets in order of their numbers. Cost: that of a run in which every request
    /// is answered at once.
    #[must_use]
    pub fn loads(&self) -> Vec<Load> {
        let def = self.def();
        let counted = [def.warm_up * HOUR, def.hours * HOUR];
        let stretch = counted[1] - counted[0];
        let mut work = alloc::vec![0.0; def.queues.len()];
        for (at, kind) in def.kinds.iter().enumerate() {
            let comes = if kind.arrivals.is_empty() {
                expected(&kind.per_hour, &self.surges[at], counted)
            } else {
                kind.arrivals.iter().filter(|at| **at >= counted[0]).count() as f64
            };
            work[self.queue_of_kind[at]] += comes * kind.work.mean();
        }
        let room: Vec<f64> = (0..def.teams.len()).map(|team| self.room(team, counted)).collect();
        let mut sets: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for queue in 0..def.queues.len() {
            let teams = (0..def.teams.len()).filter(|team| self.queues_of_team[*team].contains(&queue));
            sets.entry(teams.collect()).or_default().push(queue);
        }
        let within = |teams: &[usize], of: &[usize]| teams.iter().all(|team| of.binary_search(team).is_ok());
        let load = |teams: &Vec<usize>| {
            let alone = sets.len() > MOST_SETS;
            let of = sets.iter().filter(|(own, _)| if alone { *own == teams } else { within(own, teams) });
            let mut queues: Vec<usize> = of.flat_map(|(_, queues)| queues.iter().copied()).collect();
            queues.sort_unstable();
            let work = queues.iter().map(|queue| work[*queue]).sum::<f64>() / stretch;
            let room = teams.iter().map(|team| room[*team]).sum::<f64>() / stretch;
            Load { teams: teams.clone(), queues, work, room }
        };
        sets.keys().map(load).collect()
    }

    /// Seconds of work that a team could do between two moments.
    fn room(&self, team: usize, [from, to]: [f64; 2]) -> f64 {
        let def = &self.def().teams[team];
        let most = def.pace.iter().enumerate().map(|(at, pace)| (at + 1) as f64 * pace).fold(0.0, f64::max);
        let duty = &self.duties[team];
        let (mut there, mut since, mut seconds) = (duty.at_midnight, 0.0, 0.0);
        let mut count = |until: f64, there: bool, since: f64| {
            if there {
                seconds += (until.min(to) - f64::max(since, from)).max(0.0);
            }
        };
        let days = if duty.points.is_empty() { 0 } else { libm::ceil(to / DAY) as u32 };
        for day in 0..days {
            for &(at, is_there) in &duty.points {
                let at = f64::from(day) * DAY + at;
                count(at, there, since);
                (there, since) = (is_there, at);
            }
        }
        count(to, there, since);
        f64::from(def.agents) * most * seconds
    }
}
