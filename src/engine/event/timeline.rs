//! Timeline: at what time an event counts, and which session it belongs to.
//!
//! The rule, in this order:
//! 1. A missing or negative time, or one later than now, is now: a clock that runs ahead cannot reserve the future.
//! 2. The same event with the same time as one of the last [`RECENT`] is a duplicate, and is not counted.
//! 3. An event more than the idle limit behind the newest belongs to a session that is over, and is not counted.
//! 4. Any other event behind the newest event or reading counts at that time: time never runs backwards.
//! 5. When now itself is more than the idle limit behind, the page's clock was set back: time starts anew at now, in a new
//!    session (and `visit` forgets what had been counted).
//! 6. A gap longer than the idle limit starts a new session.
//!
//! Invariants
//! - Times handed out never decrease.
//! - Memory is fixed: the last [`RECENT`] fingerprints.
//!
//! Not here: what is counted (`feature`).

use super::Event;

/// How many events back a duplicate is recognised.
const RECENT: usize = 16;

/// What became of an event that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It counts, at this time.
    Counted {
        /// Milliseconds since 1970; never less than the one before.
        at_ms: i64,
        /// Whether a session starts with it.
        new_session: bool,
    },
    /// It was seen before.
    Duplicate,
    /// It belongs to a session that is over.
    Stale,
}

/// Where one shopper stands in time.
#[derive(Clone, Debug)]
pub struct Timeline {
    idle_ms: i64,
    newest_ms: Option<i64>,
    /// No event counts before this: the newest event or reading.
    floor_ms: i64,
    recent: [(i64, u32); RECENT],
    next: usize,
}

impl Timeline {
    /// A timeline on which nothing happened yet. `idle_ms` is the longest gap inside a session, in milliseconds.
    #[must_use]
    pub fn new(idle_ms: i64) -> Self {
        Self { idle_ms, newest_ms: None, floor_ms: i64::MIN, recent: [(i64::MIN, 0); RECENT], next: 0 }
    }

    /// Places `event` by the rule above. Cost: `O(items + params)`.
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

    /// The same rule, with nothing placed yet.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self::new(self.idle_ms)
    }

    /// Whether the page's clock was set back: then what was counted so far has times that mean nothing now.
    #[must_use]
    #[inline]
    pub fn was_set_back(&self, now_ms: i64) -> bool {
        self.floor_ms.saturating_sub(now_ms) > self.idle_ms
    }

    /// The time at which to read features: now, but never before the newest event or reading.
    #[inline]
    pub fn reading_time(&mut self, now_ms: i64) -> i64 {
        self.floor_ms = self.floor_ms.max(now_ms);
        self.floor_ms
    }

    /// Whether the session that the newest event belonged to is over at `now_ms`.
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

    /// Places events named `a`, `b`, … with claimed times at given "now"s and compares what became of them.
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
