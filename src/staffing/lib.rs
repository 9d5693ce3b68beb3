//! Queueing: how long requests wait for so many agents, by formula, and how many agents a day needs.
//!
//! | room       | what is there                                            |
//! |------------|----------------------------------------------------------|
//! | `erlang`   | the stationary queue M/M/n, with and without impatience  |
//! | `staffing` | the fewest agents that keep a promise, period by period  |
//!
//! Times are seconds, rates are per second, a **load** is rate times service time: agents' worth of work, in Erlang.
//!
//! Not here: queues of several skills, breaks, transfers. They have no formula and are simulated.

pub mod compare;
mod erlang;
mod staffing;

pub use erlang::{Demand, QueueError, Service};
pub use staffing::{Period, Promise, Staffed, staff};
