//! The simulator: requests that come, wait, leave or are served, in simulated time.
//!
//! | module     | what is there                                                        |
//! |------------|----------------------------------------------------------------------|
//! | `def`      | what is simulated, as data: queues, kinds of requests, teams         |
//! | `scenario` | the same, checked                                                    |
//! | `time`     | distributions of times                                               |
//! | `written`  | the short ways in which a file may write times and rates             |
//! | `rate`     | requests an hour                                                     |
//! | `load`     | the work that comes, relative to the capacity of the agents          |
//! | `duty`     | when teams are present                                               |
//! | `draw`     | random numbers, by purpose                                           |
//! | `floor`    | agents and queues, and who serves whom                               |
//! | `strategy` | where requests are sent, by name or by a policy                      |
//! | `router`   | a policy of the page, and what it sees                               |
//! | `event`    | events and their order in time                                       |
//! | `run`      | the events, in order                                                 |
//! | `tally`    | what is counted                                                      |
//!
//! Invariants
//! - A run is a pure function of scenario, strategy and seed: the same bits on every target; it reads no clock.
//! - Common random numbers: when the n-th request of a kind comes, its work and its patience are the same under every strategy.
//! - Memory depends on how many requests are in the system at a time, and not on how many came.
//! - A policy is run by the engine, the code that runs in the page: dependencies are `engine ← simulator ← trainer`.
//!
//! Times are seconds.
//!
//! Not here: formulas (`staffing`), files and tables (`cli`).
#![no_std]
extern crate alloc;

mod choice;
mod def;
mod draw;
mod duty;
mod event;
mod floor;
mod load;
mod rate;
mod router;
mod run;
mod scenario;
mod strategy;
mod tally;
#[cfg(test)]
mod tests;
mod time;
mod written;

pub use def::{KindDef, MomentDef, RepeatDef, ScenarioDef, SurgeDef, TeamDef};
pub use draw::run_seed;
pub use floor::QueueView;
pub use load::Load;
pub use router::{Router, RouterError, Seen};
pub use run::{Guest, Simulation, run};
pub use scenario::{Scenario, ScenarioError};
pub use strategy::{Strategy, StrategyError};
pub use tally::{Tally, Told, Totals};
pub use time::TimeDef;
