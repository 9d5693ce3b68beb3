//! Events and their order in time.
//!
//! Not here: what follows from them (`run`).

use super::floor::Ticket;
use core::cmp::Ordering;

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// The next request of a kind comes.
    Comes { kind: usize },
    /// The shopper of the n-th request of a kind comes back.
    Again { kind: usize, n: u64, attempt: u32 },
    /// A team's shift begins or ends: at a point of its duty, on a day.
    Duty { team: usize, day: u32, point: usize },
    /// An agent finishes a request, unless the agent's version has changed since.
    Done { agent: usize, version: u64 },
    /// A shopper's patience ends, if the request still is in the wait that began at `joined`.
    Patience { ticket: Ticket, joined: f64 },
    /// A waiting request reaches an age at which its policy may decide otherwise.
    Age { ticket: Ticket, joined: f64, next: usize },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) at: f64,
    /// Order of creation: of simultaneous events, the one created first happens first.
    pub(crate) number: u64,
    pub(crate) what: What,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    /// The earliest is the greatest: the heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then(other.number.cmp(&self.number))
    }
}
