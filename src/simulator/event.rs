//! Events: what happens when, and which is first.
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
    /// A team comes or goes: by day and point of its duty.
    Duty { team: usize, day: u32, point: usize },
    /// An agent is done with a request, unless it changed since.
    Done { agent: usize, version: u64 },
    /// A shopper's patience ends, if it still waits for what it joined then.
    Patience { ticket: Ticket, joined: f64 },
    /// A request that waits has one of the ages at which its policy may decide otherwise.
    Age { ticket: Ticket, joined: f64, next: usize },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) at: f64,
    /// Order of making: of events at one moment the first made is first.
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
