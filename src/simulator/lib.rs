//! The simulator: requests that come, wait, leave or are served, in simulated time.
//!
//! | room       | what is there                                                        |
//! |------------|----------------------------------------------------------------------|
//! | `scenario` | what is simulated: queues, kinds of requests, teams; data, then checked |
//! | `draw`     | chance, by what it is for                                            |
//! | `floor`    | agents and queues, and who serves whom                               |
//! | `run`      | the events, in order                                                 |
//! | `tally`    | what is counted                                                      |
//!
//! Invariants
//! - A run is a pure function of scenario, strategy and seed: same bits on every target, and no clock.
//! - Common random numbers: when the n-th request of a kind comes, its work and its patience are the same under every strategy.
//! - Memory depends on how many requests are in the system at a time, and not on how many came.
//!
//! Times are seconds.
//!
//! Not here: formulas (`trainer::queueing`), files and tables (`trainer::command`).
#![no_std]
extern crate alloc;

mod draw;
mod floor;
mod run;
mod scenario;
mod tally;
#[cfg(test)]
mod tests;

pub use run::{Strategy, run};
pub use scenario::{KindDef, Scenario, ScenarioDef, ScenarioError, TeamDef, TimeDef};
pub use tally::{Tally, Totals};
