//! Visit: one shopper's timeline and aggregates, updated by events and read before a decision.
//!
//! Invariants
//! - Values read depend only on the events, the earlier reads, their order and `now_ms`. A read advances time: an event that
//!   arrives later does not count at an earlier time.
//!
//! Not here: storage (the page keeps a journal of events and replays it).

use crate::event::{Arrival, Event, Timeline, Value};
use crate::feature::{FeatureProgram, FeatureState};

/// One shopper's state for one feature program.
#[derive(Clone, Debug)]
pub struct Visit {
    timeline: Timeline,
    state: FeatureState,
    /// How many events of this session a feature listens to, and whether there were any in earlier sessions.
    events: u32,
    has_history: bool,
}

impl Visit {
    /// The state before any event. `idle_s` is the longest gap between events of one session, in seconds.
    #[must_use]
    pub fn new(program: &FeatureProgram, idle_s: u32) -> Self {
        Self {
            timeline: Timeline::new(i64::from(idle_s) * 1_000),
            state: FeatureState::new(program),
            events: 0,
            has_history: false,
        }
    }

    /// Observes one event. Cost: O(features that listen × items), amortised; no allocation.
    #[inline]
    pub fn observe(&mut self, program: &FeatureProgram, event: &Event<'_>, now_ms: i64) -> Arrival {
        self.follow_clock(program, now_ms);
        let arrival = self.timeline.place(event, now_ms);
        if let Arrival::Counted { at_ms, new_session } = arrival {
            if new_session {
                self.end_session(program);
            }
            let is_heard = self.state.observe(program, event, at_ms);
            self.events = self.events.saturating_add(is_heard.into());
        }
        arrival
    }

    /// Sets one context feature for the next reads, or the value that holds instead of what is computed from events.
    pub fn set_context(&mut self, program: &FeatureProgram, index: u16, value: Value) {
        self.state.set_context(program, index, value);
    }

    /// Forgets everything that was set.
    pub fn clear_context(&mut self) {
        self.state.clear_context();
    }

    /// Writes the value of every feature at `now_ms` into `out`, `[n_features]`.
    #[inline(never)]
    pub fn read(&mut self, program: &FeatureProgram, now_ms: i64, out: &mut [Value]) {
        self.follow_clock(program, now_ms);
        if self.timeline.is_idle(now_ms) {
            self.end_session(program);
        }
        let at_ms = self.timeline.reading_time(now_ms);
        self.state.read(program, at_ms, out);
    }

    /// How much is known of the shopper, as of the last read: the number of this session's events that a feature listens to, plus one if
    /// features remember events of earlier sessions. If the program listens to no event: the number of context features that are set.
    #[must_use]
    #[inline]
    pub fn seen(&self, program: &FeatureProgram) -> u32 {
        if program.listens() {
            self.events.saturating_add((self.has_history && program.remembers()).into())
        } else {
            self.state.n_given()
        }
    }

    fn end_session(&mut self, program: &FeatureProgram) {
        self.has_history |= self.events > 0;
        self.events = 0;
        self.state.end_session(program);
    }

    /// Resets the state if the clock was set back, because the times counted so far are then meaningless.
    #[inline]
    fn follow_clock(&mut self, program: &FeatureProgram, now_ms: i64) {
        if self.timeline.was_set_back(now_ms) {
            self.timeline = self.timeline.restarted();
            self.state = FeatureState::new(program);
            (self.events, self.has_history) = (0, false);
        }
    }
}
