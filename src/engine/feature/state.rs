//! One shopper's aggregates over the events so far, in bounded memory.
//!
//! Invariants
//! - All memory is allocated in [`FeatureState::new`], except for corrections; observing and reading allocate nothing.
//! - A read drops only samples that no later event or read needs: time never runs backwards.
//!
//! Not here: what time an event counts at (`event::Timeline`).

use super::program::{Keeps, Kind, Source, Stream};
use super::window::{MAX_WINDOW, Moments, Sliding, Tally};
use super::{AFFINITY_PRIOR, FeatureProgram, Op, Window};
use crate::event::{Event, MAX_ITEMS, MAX_PARAMS, Value};
use crate::list::list;
use alloc::vec::Vec;
use core::f64::consts::LN_2;

const MS_PER_S: f64 = 1_000.0;

/// The aggregates that are kept for one stream.
#[derive(Clone, Debug)]
enum Cell {
    Given(Value),
    Moments(Moments),
    Sliding(Sliding),
    Tally(Tally),
    SlidingTally(Sliding, Tally),
    Since(Option<i64>),
    Decayed { half_life_ms: f64, sum: f64, at_ms: i64 },
    Average { weight: f64, mean: Option<f64> },
}

impl Cell {
    fn new(stream: &Stream) -> Self {
        let capacity = match stream.window {
            Window::Session | Window::Lifetime => None,
            Window::Events(n) => Some(usize::from(n)),
            Window::Seconds(_) => Some(MAX_WINDOW),
        };
        match (stream.keeps, capacity) {
            (Keeps::Given, _) => Self::Given(Value::Missing),
            (Keeps::Moments, None) => Self::Moments(Moments::EMPTY),
            (Keeps::Moments, Some(n)) => Self::Sliding(Sliding::new(n)),
            (Keeps::Tally, None) => Self::Tally(Tally::new()),
            (Keeps::Tally, Some(n)) => Self::SlidingTally(Sliding::new(n), Tally::new()),
            (Keeps::Since, _) => Self::Since(None),
            (Keeps::Decayed { half_life }, _) => {
                Self::Decayed { half_life_ms: f64::from(half_life) * MS_PER_S, sum: 0.0, at_ms: 0 }
            }
            (Keeps::Average { span }, _) => {
                Self::Average { weight: 2.0 / (f64::from(span) + 1.0), mean: None }
            }
        }
    }

    #[inline]
    fn push(&mut self, now_ms: i64, value: Value) {
        match self {
            Self::Given(_) => {}
            Self::Moments(moments) => moments.push(value),
            Self::Sliding(sliding) => drop(sliding.push(now_ms, value)),
            Self::Tally(tally) => tally.add(value),
            Self::SlidingTally(sliding, tally) => {
                if let Some(gone) = sliding.push(now_ms, value) {
                    tally.remove(gone);
                }
                tally.add(value);
            }
            Self::Since(newest) => *newest = Some(now_ms),
            Self::Decayed { half_life_ms, sum, at_ms } => {
                *sum = decay(*sum, now_ms - *at_ms, *half_life_ms) + f64::from(value.as_f32());
                *at_ms = now_ms;
            }
            Self::Average { weight, mean } => {
                let number = f64::from(value.as_f32());
                *mean = Some(mean.map_or(number, |mean| mean + *weight * (number - mean)));
            }
        }
    }

    /// Drops samples that are older than `start_ms`.
    #[inline]
    fn expire(&mut self, start_ms: i64) {
        match self {
            Self::Sliding(sliding) => while sliding.pop_before(start_ms).is_some() {},
            Self::SlidingTally(sliding, tally) => {
                while let Some(gone) = sliding.pop_before(start_ms) {
                    tally.remove(gone);
                }
            }
            Self::Since(newest) => *newest = newest.filter(|&at_ms| at_ms >= start_ms),
            _ => {}
        }
    }

    fn reset(&mut self) {
        match self {
            Self::Moments(moments) => *moments = Moments::EMPTY,
            Self::Tally(tally) => tally.clear(),
            Self::Since(newest) => *newest = None,
            Self::Decayed { sum, .. } => *sum = 0.0,
            Self::Average { mean, .. } => *mean = None,
            Self::Given(_) | Self::Sliding(_) | Self::SlidingTally(..) => {}
        }
    }

    #[inline]
    fn read(&self, op: &Op, now_ms: i64) -> Value {
        match self {
            Self::Given(value) => *value,
            Self::Moments(moments) => of_moments(op, *moments),
            Self::Sliding(sliding) => of_moments(op, sliding.moments()),
            Self::Tally(tally) | Self::SlidingTally(_, tally) => Value::Number(match op {
                Op::Distinct => tally.distinct() as f32,
                _ => tally.entropy(),
            }),
            Self::Since(newest) => newest
                .map_or(Value::Missing, |at_ms| Value::number(((now_ms - at_ms) as f64 / MS_PER_S) as f32)),
            Self::Decayed { half_life_ms, sum, at_ms } => {
                Value::number(decay(*sum, now_ms - at_ms, *half_life_ms) as f32)
            }
            Self::Average { mean, .. } => mean.map_or(Value::Missing, |mean| Value::number(mean as f32)),
        }
    }
}

#[inline]
fn decay(sum: f64, elapsed_ms: i64, half_life_ms: f64) -> f64 {
    if sum == 0.0 { 0.0 } else { sum * halved(elapsed_ms as f64 / half_life_ms) }
}

/// `2^−times` for `times ≥ 0`: exact if `times` is whole, else within 2 ulp; 0 where the result would be subnormal. `libm::exp2`
/// would be slightly more accurate, but has tables of 4 KB.
#[inline]
fn halved(times: f64) -> f64 {
    let whole = times as u32;
    let part = times - f64::from(whole);
    match 1_023_u32.checked_sub(whole) {
        None | Some(0) => 0.0,
        Some(exponent) => f64::from_bits(u64::from(exponent) << 52) * libm::exp(-LN_2 * part),
    }
}

#[inline]
fn of_moments(op: &Op, moments: Moments) -> Value {
    match op {
        Op::Count => Value::Number(moments.count as f32),
        Op::Sum => Value::number(moments.sum as f32),
        Op::Mean if moments.count > 0 => Value::number((moments.sum / f64::from(moments.count)) as f32),
        Op::Min => Value::number(moments.min),
        Op::Max => Value::number(moments.max),
        Op::Last => moments.last,
        _ => Value::Missing,
    }
}

/// The state of a feature program for one shopper.
#[derive(Clone, Debug)]
pub struct FeatureState {
    cells: Vec<Cell>,
    /// Values that hold instead of what is computed, by the index of their feature.
    corrected: Vec<(u16, Value)>,
}

impl FeatureState {
    /// The state before any event. Allocates all memory that the state needs, except for corrections.
    #[must_use]
    pub fn new(program: &FeatureProgram) -> Self {
        Self { cells: list(program.streams.iter().map(Cell::new)), corrected: Vec::new() }
    }

    /// Counts an event at `at_ms`. Returns whether any stream listens to it. Cost: O(streams that listen × items), amortised.
    ///
    /// With a program other than the one that the state was made for, only streams whose index exists in both are counted.
    #[inline]
    pub fn observe(&mut self, program: &FeatureProgram, event: &Event<'_>, at_ms: i64) -> bool {
        let mut is_heard = false;
        for index in program.listening(event.name) {
            let at = usize::from(index);
            if let (Some(stream), Some(cell)) = (program.streams.get(at), self.cells.get_mut(at)) {
                expire(cell, stream, at_ms);
                each_sample(stream, event, at_ms, |value| cell.push(at_ms, value));
                is_heard = true;
            }
        }
        is_heard
    }

    /// Resets the aggregates of the session; called when a new session starts.
    pub fn end_session(&mut self, program: &FeatureProgram) {
        for (stream, cell) in program.streams.iter().zip(&mut self.cells) {
            if stream.window == Window::Session {
                cell.reset();
            }
        }
    }

    /// Sets the value of a context feature; a value of the wrong kind makes it missing. The value of any other feature holds instead of what is
    /// computed from events, also for the ratios and affinities that read it.
    pub fn set_context(&mut self, program: &FeatureProgram, index: u16, value: Value) {
        let Some(feature) = program.features.get(usize::from(index)) else { return };
        if feature.kind != Kind::Context {
            match self.corrected.iter_mut().find(|(other, _)| *other == index) {
                Some((_, corrected)) => *corrected = value,
                None => self.corrected.push((index, value)),
            }
        } else if let Some(Cell::Given(given)) = self.cells.get_mut(feature.stream) {
            *given = match (&feature.def.op, value) {
                (Op::ContextNumber, Value::Number(_)) | (Op::ContextCategory, Value::Category(_)) => value,
                _ => Value::Missing,
            };
        }
    }

    /// Makes all context features missing, and all others what is computed from events.
    pub fn clear_context(&mut self) {
        self.corrected.clear();
        for cell in &mut self.cells {
            if let Cell::Given(value) = cell {
                *value = Value::Missing;
            }
        }
    }

    /// How many context features are not missing.
    #[must_use]
    pub fn n_given(&self) -> u32 {
        let given = |cell: &&Cell| matches!(cell, Cell::Given(value) if *value != Value::Missing);
        self.cells.iter().filter(given).count() as u32
    }

    /// Writes every feature's value at `now_ms` into `out`, `[n_features]`. Cost: O(features), amortised.
    #[inline]
    pub fn read(&mut self, program: &FeatureProgram, now_ms: i64, out: &mut [Value]) {
        for (stream, cell) in program.streams.iter().zip(&mut self.cells) {
            expire(cell, stream, now_ms);
        }
        for (at, feature) in program.features.iter().enumerate() {
            let value = match feature.kind {
                Kind::Ratio { of, to } => ratio(out, of, to),
                Kind::Affinity { of, to, usual } => affinity(out, of, to, usual),
                Kind::Aggregate | Kind::Context => self
                    .cells
                    .get(feature.stream)
                    .map_or(Value::Missing, |cell| cell.read(&feature.def.op, now_ms)),
            };
            let corrected = self.corrected.iter().find(|&&(index, _)| usize::from(index) == at);
            if let Some(slot) = out.get_mut(at) {
                *slot = corrected.map_or(value, |&(_, value)| value);
            }
        }
    }
}

/// Drops samples that are too old for a window of seconds; does nothing for other windows.
#[inline]
fn expire(cell: &mut Cell, stream: &Stream, now_ms: i64) {
    if let Window::Seconds(s) = stream.window {
        cell.expire(now_ms.saturating_sub(i64::from(s) * 1_000));
    }
}

#[inline]
fn ratio(values: &[Value], of: u16, to: u16) -> Value {
    Value::number(number(values, of) / number(values, to))
}

fn affinity(values: &[Value], of: u16, to: u16, usual: f32) -> Value {
    let (of, to, usual) = (number(values, of).into(), f64::from(number(values, to)), f64::from(usual));
    let prior = f64::from(AFFINITY_PRIOR);
    // `max` would make a missing number 0.
    let of: f64 = if of < 0.0 { 0.0 } else { of };
    Value::number(libm::log((of + prior * usual) / ((to + prior) * usual)) as f32)
}

fn number(values: &[Value], index: u16) -> f32 {
    values.get(usize::from(index)).map_or(f32::NAN, |value| value.as_f32())
}

/// Calls `push` with each sample that `event` gives to `stream`.
#[inline]
fn each_sample(stream: &Stream, event: &Event<'_>, at_ms: i64, mut push: impl FnMut(Value)) {
    let param = |name| {
        event
            .params
            .iter()
            .take(MAX_PARAMS)
            .find(|&&(known, _)| known == name)
            .map_or(Value::Missing, |&(_, value)| value)
    };
    let holds = |value: Value, wanted| value == Value::Category(wanted);
    match stream.only {
        Some((Source::Param(name), wanted)) if !holds(param(name), wanted) => return,
        Some((Source::Clock(clock), wanted)) if !holds(clock.part(at_ms), wanted) => return,
        _ => {}
    }
    let item_fits = |item| match stream.only {
        Some((Source::Item(field), wanted)) => holds(field.of(item), wanted),
        _ => true,
    };
    let fits =
        |value: Value| if stream.numbers_only { !value.as_f32().is_nan() } else { value != Value::Missing };
    let items = || event.items.iter().take(MAX_ITEMS).filter(|item| item_fits(item));
    match stream.source {
        Source::Item(field) => items().map(|item| field.of(item)).filter(|&value| fits(value)).for_each(push),
        _ if matches!(stream.only, Some((Source::Item(_), _))) && items().next().is_none() => {}
        Source::One => push(Value::Number(1.0)),
        Source::Clock(clock) => push(clock.part(at_ms)),
        Source::Param(name) => {
            let value = param(name);
            if fits(value) {
                push(value);
            }
        }
    }
}
