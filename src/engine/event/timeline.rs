//! Timeline: at what time an event counts, and which session it belongs to.
//!
//! The rules for an event's time:
//! 1. A missing or negative time, or one later than now, is replaced by now, so that an event never counts in the future.
//! 2. An event that equals one of the last [`RECENT`] in content and time is a duplicate, and is not counted.
//! 3. An event older than the newest one by more than the idle limit belongs to a session that is over, and is not counted.
//! 4. Any other event older than the newest event or read counts at the time of that one: time never runs backwards.
//! 5. If now itself is older than the newest event or read by more than the idle limit, the page's clock was set back: the timeline
//!    restarts at now, in a new session (and `visit` forgets everything counted). This is checked before the other rules.
//! 6. A gap longer than the idle limit starts a new session.
//!
//! Invariants
//! - The times at which events count never decrease, unless the clock was set back.
//! - Memory is fixed: the last [`RECENT`] fingerprints.
//!
//! Not here: what is counted (`feature`).

use super::Event;

/// How many of the last events are compared to recognise a duplicate.
const RECENT: usize = 16;

/// How an event that arrived was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The event counts, at this time.
    Counted {
        /// Milliseconds since 1970; never less than that of the event before.
        at_ms: i64,
        /// Whether the event starts a new session.
        new_session: bool,
    },
    /// The event was seen before, and does not count.
    Duplicate,
    /// The event belongs to a session that is over, and does not count.
    Stale,
}

/// The event times and the session of one shopper.
#[derive(Clone, Debug)]
pub struct Timeline {
    idle_ms: i64,
    newest_ms: Option<i64>,
    /// The time of the newest event or read; no event counts before it.
    floor_ms: i64,
    recent: [(i64, u32); RECENT],
    next: usize,
}

impl Timeline {
    /// A timeline without events. `idle_ms` is the longest gap between events of one session, in milliseconds.
    #[must_use]
    pub fn new(idle_ms: i64) -> Self {
        Self { idle_ms, newest_ms: None, floor_ms: i64::MIN, recent: [(i64::MIN, 0); RECENT], next: 0 }
    }

    /// Determines when `event` counts, by the rules at the head of this file. Cost: `O(items + params)`.
    #[inline]
    pub fn place(&mut self, event: &Event<'_>, now_ms: i64) -> Arrival {
        if self.was_set_back(now_ms) {
            *self = self.restarted();
        }
        let claimed = event.at_ms.filter(|&at| at >= 0 && at <= now_ms).unwrap_or(now_ms);
        let mark = (claimed, event.fingerprint());
        if self.recent.contains(&mark) {
            return Arrival::Duplicate;
        }
        let newest = self.newest_ms;
        if newest.is_some_and(|newest| newest.saturating_sub(claimed) > self.idle_ms) {
            return Arrival::Stale;
        }
        self.recent[self.next % RECENT] = mark;
        self.next = (self.next + 1) % RECENT;
        let at_ms = claimed.max(self.floor_ms);
        self.newest_ms = Some(at_ms);
        self.floor_ms = at_ms;
        Arrival::Counted {
            at_ms,
            new_session: newest.is_none_or(|newest| at_ms.saturating_sub(newest) > self.idle_ms),
        }
    }

    /// A timeline with the same idle limit and without events.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self::new(self.idle_ms)
    }

    /// Whether the page's clock was set back, which makes the times counted so far meaningless.
    #[must_use]
    #[inline]
    pub fn was_set_back(&self, now_ms: i64) -> bool {
        self.floor_ms.saturating_sub(now_ms) > self.idle_ms
    }

    /// The time at which to read features: now, but never before the newest event or read.
    #[inline]
    pub fn reading_time(&mut self, now_ms: i64) -> i64 {
        self.floor_ms = self.floor_ms.max(now_ms);
        self.floor_ms
    }

    /// Whether the session of the newest event is over at `now_ms`.
    #[must_use]
    #[inline]
    pub fn is_idle(&self, now_ms: i64) -> bool {
        self.newest_ms.is_some_and(|newest| now_ms.saturating_sub(newest) > self.idle_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::Symbol;

    const IDLE: i64 = 1_000;

    /// Places events, each given as name, claimed time and current time, and compares how each was counted.
    fn check(steps: &[(&str, Option<i64>, i64, Arrival)]) {
        let mut timeline = Timeline::new(IDLE);
        for &(name, at_ms, now_ms, expected) in steps {
            let event = Event { name: Symbol::of(name), at_ms, items: &[], params: &[] };
            assert_eq!(timeline.place(&event, now_ms), expected, "{name} at {at_ms:?}, now {now_ms}");
        }
    }

    fn counted(at_ms: i64, new_session: bool) -> Arrival {
        Arrival::Counted { at_ms, new_session }
    }

    #[test]
    fn a_missing_negative_or_future_time_is_now() {
        check(&[
            ("a", None, 10, counted(10, true)),
            ("b", Some(-5), 20, counted(20, false)),
            ("c", Some(i64::MAX), 30, counted(30, false)),
        ]);
    }

    #[test]
    fn a_late_event_counts_at_the_newest_time() {
        check(&[("a", Some(500), 500, counted(500, true)), ("b", Some(400), 510, counted(500, false))]);
    }

    #[test]
    fn an_event_of_a_session_that_is_over_is_stale() {
        check(&[("a", Some(5_000), 5_000, counted(5_000, true)), ("b", Some(3_999), 5_000, Arrival::Stale)]);
    }

    #[test]
    fn the_same_event_at_the_same_time_is_a_duplicate_even_when_others_came_between() {
        check(&[
            ("a", Some(1), 1, counted(1, true)),
            ("b", Some(2), 2, counted(2, false)),
            ("a", Some(1), 3, Arrival::Duplicate),
            ("a", Some(3), 3, counted(3, false)),
        ]);
    }

    #[test]
    fn a_gap_over_the_idle_limit_starts_a_session_and_one_at_the_limit_does_not() {
        check(&[
            ("a", None, 0, counted(0, true)),
            ("a", None, IDLE, counted(IDLE, false)),
            ("a", None, 2 * IDLE + 1, counted(2 * IDLE + 1, true)),
        ]);
    }

    #[test]
    fn a_clock_that_was_set_back_starts_time_anew() {
        check(&[
            ("a", None, 90_000, counted(90_000, true)),
            ("b", None, 89_500, counted(90_000, false)),
            ("c", None, 5_000, counted(5_000, true)),
            ("d", None, 5_010, counted(5_010, false)),
        ]);
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        check(&[("a", Some(0), i64::MAX, counted(0, true)), ("b", None, i64::MAX, counted(i64::MAX, true))]);
    }
}
