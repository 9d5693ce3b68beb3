//! Visit: one shopper's place in time and their aggregates, fed by events and read before a decision.
//!
//! Invariants
//! - What is read depends on the events, the readings, their order and `now_ms` alone. A reading moves time: no later event
//!   counts before it.
//!
//! Not here: storage (the page keeps a journal of events and replays it).

use crate::event::{Arrival, Event, Timeline, Value};
use crate::feature::{FeatureProgram, FeatureState};

/// One shopper, as far as one program looks.
#[derive(Clone, Debug)]
pub struct Visit {
    timeline: Timeline,
    state: FeatureState,
    /// Events of the session that a feature listens to, and whether there were any in earlier ones.
    events: u32,
    has_history: bool,
}

impl Visit {
    /// A shopper who has done nothing yet; `idle_s` is the longest gap inside a session, in seconds.
    #[must_use]
    pub fn new(program: &FeatureProgram, idle_s: u32) -> Self {
        Self {
            timeline: Timeline::new(i64::from(idle_s) * 1_000),
            state: FeatureState::new(program),
            events: 0,
            has_history: false,
        }
    }

    /// Takes in one event. Cost: O(features that listen × items), amortised; no allocation.
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

    /// Sets one context feature for the next readings.
    pub fn set_context(&mut self, program: &FeatureProgram, index: u16, value: Value) {
        self.state.set_context(program, index, value);
    }

    /// Forgets the context.
    pub fn clear_context(&mut self) {
        self.state.clear_context();
    }

    /// Writes every feature into `out`, `[n_features]`, as they stand at `now_ms`.
    #[inline(never)]
    pub fn read(&mut self, program: &FeatureProgram, now_ms: i64, out: &mut [Value]) {
        self.follow_clock(program, now_ms);
        if self.timeline.is_idle(now_ms) {
            self.end_session(program);
        }
        let at_ms = self.timeline.reading_time(now_ms);
        self.state.read(program, at_ms, out);
    }

    /// How much is known of the shopper, as of the last reading: events of the session that a feature listens to, and one more where
    /// features remember earlier sessions. Of a program that listens to no event, how many context features are given.
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

    /// Starts anew where the clock was set back: times counted so far mean nothing now.
    #[inline]
    fn follow_clock(&mut self, program: &FeatureProgram, now_ms: i64) {
        if self.timeline.was_set_back(now_ms) {
            self.timeline = self.timeline.restarted();
            self.state = FeatureState::new(program);
            (self.events, self.has_history) = (0, false);
        }
    }
}
