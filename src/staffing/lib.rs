//! Staffing: how long requests wait for a given number of agents, by formula, and how many agents a day needs.
//!
//! | module     | what is there                                            |
//! |------------|----------------------------------------------------------|
//! | `erlang`   | the stationary queue M/M/n, with and without impatience  |
//! | `staffing` | the fewest agents that keep a promise, period by period  |
//! | `compare`  | strategies simulated on the same requests                |
//!
//! Times are in seconds. A **load** is arrival rate times service time, in Erlang: the number of agents that the work keeps busy.
//!
//! Not here: queues of several skills, breaks, transfers. They have no formula and are simulated (`simulator`).

pub mod compare;
mod erlang;
mod staffing;

pub use erlang::{Demand, QueueError, Service};
pub use staffing::{Period, Promise, Staffed, staff};
