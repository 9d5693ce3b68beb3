//! Aggregates over all samples since a start, and over a sliding window; adding a sample takes O(1) amortised.
//!
//! A sliding window is a queue of two stacks: the older samples have suffix aggregates, the newer ones a single running
//! aggregate. Nothing is ever subtracted, so rounding errors do not accumulate, and minimum and maximum cost no more than a sum.
//!
//! Invariants
//! - A sliding window holds at most [`MAX_WINDOW`] samples; its memory is allocated when it is created.
//! - Samples arrive in time order (the timeline makes sure of that).
//!
//! Not here: which samples arrive (`program`).
//!
//! # Source
//!
//! Tangwongsan, Hirzel, Schneider, *General incremental sliding-window aggregation*, PVLDB 8 (2015), section 3
//! (two-stacks). Deviation: bounded capacity.

use crate::event::Value;
use crate::order;
use alloc::{collections::VecDeque, vec::Vec};

/// How many samples a sliding window holds at most.
pub const MAX_WINDOW: usize = 128;

/// Aggregates of a run of consecutive samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moments {
    pub(super) count: u32,
    pub(super) sum: f64,
    pub(super) min: f32,
    pub(super) max: f32,
    pub(super) last: Value,
}

impl Moments {
    pub(super) const EMPTY: Self =
        Self { count: 0, sum: 0.0, min: f32::INFINITY, max: f32::NEG_INFINITY, last: Value::Missing };

    #[inline]
    fn of(value: Value) -> Self {
        let number = value.as_f32();
        if number.is_nan() {
            Self { count: 1, last: value, ..Self::EMPTY }
        } else {
            Self { count: 1, sum: f64::from(number), min: number, max: number, last: value }
        }
    }

    /// The aggregates of the older run `self` followed by the newer run `newer`.
    #[inline]
    fn then(self, newer: Self) -> Self {
        Self {
            count: self.count.saturating_add(newer.count),
            sum: self.sum + newer.sum,
            // There is no NaN here, and in WebAssembly a comparison is one instruction while `f32::min` is a call.
            min: if newer.min < self.min { newer.min } else { self.min },
            max: if newer.max > self.max { newer.max } else { self.max },
            last: if newer.count == 0 { self.last } else { newer.last },
        }
    }

    #[inline]
    pub(super) fn push(&mut self, value: Value) {
        *self = self.then(Self::of(value));
    }
}

/// A sliding window: the newest samples, with their aggregates.
#[derive(Clone, Debug)]
pub(super) struct Sliding {
    capacity: usize,
    samples: VecDeque<(i64, Value)>,
    /// Aggregates of the suffixes of the older part, shortest suffix first, so that the last one starts at the oldest sample.
    older: Vec<Moments>,
    newer: Moments,
}

impl Sliding {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            samples: VecDeque::with_capacity(capacity),
            older: Vec::with_capacity(capacity),
            newer: Moments::EMPTY,
        }
    }

    /// Adds a sample. If the window was full, drops the oldest sample and returns its value.
    #[inline]
    pub(super) fn push(&mut self, at_ms: i64, value: Value) -> Option<Value> {
        let gone = if self.samples.len() == self.capacity { self.pop() } else { None };
        self.samples.push_back((at_ms, value));
        self.newer.push(value);
        gone
    }

    /// Drops the oldest sample if it is older than `start_ms`, and returns its value.
    #[inline]
    pub(super) fn pop_before(&mut self, start_ms: i64) -> Option<Value> {
        if self.samples.front().is_some_and(|&(at_ms, _)| at_ms < start_ms) { self.pop() } else { None }
    }

    #[inline(never)]
    fn pop(&mut self) -> Option<Value> {
        if self.older.is_empty() {
            let mut suffix = Moments::EMPTY;
            for &(_, value) in self.samples.iter().rev() {
                suffix = Moments::of(value).then(suffix);
                self.older.push(suffix);
            }
            self.newer = Moments::EMPTY;
        }
        self.older.pop();
        self.samples.pop_front().map(|(_, value)| value)
    }

    #[inline]
    pub(super) fn moments(&self) -> Moments {
        self.older.last().copied().unwrap_or(Moments::EMPTY).then(self.newer)
    }
}

/// How often each value occurred, for up to [`MAX_WINDOW`] different values; all further values share one count.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    counts: Vec<(u32, u32)>,
    others: u32,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { counts: Vec::with_capacity(MAX_WINDOW), others: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.counts.clear();
        self.others = 0;
    }

    #[inline]
    pub(super) fn add(&mut self, value: Value) {
        let Some(key) = value.key() else { return };
        match self.counts.binary_search_by_key(&key, |&(key, _)| key) {
            Ok(at) => self.counts[at].1 = self.counts[at].1.saturating_add(1),
            Err(at) if self.counts.len() < MAX_WINDOW => order::insert(&mut self.counts, at, (key, 1)),
            Err(_) => self.others = self.others.saturating_add(1),
        }
    }

    /// Removes one occurrence of a value. Only sliding windows remove values, and they hold too few for the shared count to be used.
    #[inline]
    pub(super) fn remove(&mut self, value: Value) {
        let Some(key) = value.key() else { return };
        if let Ok(at) = self.counts.binary_search_by_key(&key, |&(key, _)| key) {
            self.counts[at].1 -= 1;
            if self.counts[at].1 == 0 {
                order::remove(&mut self.counts, at);
            }
        }
    }

    #[inline]
    pub(super) fn distinct(&self) -> u32 {
        u32::try_from(self.counts.len()).unwrap_or(u32::MAX) + u32::from(self.others > 0)
    }

    /// The entropy of the counts `c` with sum `N`: `ln N − (Σ c ln c) / N`, in nats. Cost: `O(distinct)`.
    #[inline]
    pub(super) fn entropy(&self) -> f32 {
        let counts =
            || self.counts.iter().map(|&(_, count)| count).chain((self.others > 0).then_some(self.others));
        let total: f64 = counts().map(f64::from).sum();
        if total <= 0.0 {
            return 0.0;
        }
        let weighted: f64 = counts().map(f64::from).map(|count| count * libm::log(count)).sum();
        ((libm::log(total) - weighted / total) as f32).max(0.0)
    }
}
