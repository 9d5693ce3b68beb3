//! One shopper's aggregates: what the program has seen so far, in bounded memory.
//!
//! Invariants
//! - All memory is taken in [`FeatureState::new`]; observing and reading allocate nothing.
//! - Reading lets go only of what no later event or reading can see: time never runs backwards.
//!
//! Not here: what time an event counts at (`event::Timeline`).

use super::program::{Feature, Kind, Source};
use super::window::{MAX_WINDOW, Moments, Sliding, Tally};
use super::{FeatureProgram, Op, Window};
use crate::event::{Event, MAX_ITEMS, MAX_PARAMS, Value};
use alloc::vec::Vec;
use core::f64::consts::LN_2;

const MS_PER_S: f64 = 1_000.0;

#[derive(Clone, Debug)]
enum Cell {
    /// Ratios and context: nothing is kept, or only what was handed in.
    Given(Value),
    Moments(Moments),
    Sliding(Sliding),
    Tally(Tally),
    SlidingTally(Sliding, Tally),
    Since(Option<i64>),
    Decayed {
        sum: f64,
        at_ms: i64,
    },
    Average(Option<f64>),
}

impl Cell {
    fn new(feature: &Feature) -> Self {
        if feature.kind != Kind::Aggregate {
            return Self::Given(Value::Missing);
        }
        match (&feature.def.op, feature.def.window) {
            (Op::TimeSince, _) => Self::Since(None),
            (Op::DecayedSum { .. }, _) => Self::Decayed { sum: 0.0, at_ms: 0 },
            (Op::MovingAverage { .. }, _) => Self::Average(None),
            (op, Window::Session | Window::Lifetime) if tallies(op) => Self::Tally(Tally::new()),
            (_, Window::Session | Window::Lifetime) => Self::Moments(Moments::EMPTY),
            (op, Window::Events(n)) => Self::slide(op, usize::from(n)),
            (op, Window::Seconds(_)) => Self::slide(op, MAX_WINDOW),
        }
    }

    fn slide(op: &Op, capacity: usize) -> Self {
        let sliding = Sliding::new(capacity);
        if tallies(op) { Self::SlidingTally(sliding, Tally::new()) } else { Self::Sliding(sliding) }
    }

    fn push(&mut self, at_ms: i64, value: Value, op: &Op) {
        match self {
            Self::Given(_) => {}
            Self::Moments(moments) => moments.push(value),
            Self::Sliding(sliding) => drop(sliding.push(at_ms, value)),
            Self::Tally(tally) => tally.add(value),
            Self::SlidingTally(sliding, tally) => {
                if let Some(gone) = sliding.push(at_ms, value) {
                    tally.remove(gone);
                }
                tally.add(value);
            }
            Self::Since(newest) => *newest = Some(at_ms),
            Self::Decayed { sum, at_ms: since } => {
                *sum = decay(*sum, at_ms - *since, op) + f64::from(value.as_f32());
                *since = at_ms;
            }
            Self::Average(mean) => {
                let (number, weight) = (f64::from(value.as_f32()), weight(op));
                *mean = Some(mean.map_or(number, |mean| mean + weight * (number - mean)));
            }
        }
    }

    /// Lets go of what is older than `start_ms`.
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
            Self::Average(mean) => *mean = None,
            Self::Given(_) | Self::Sliding(_) | Self::SlidingTally(..) => {}
        }
    }

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
            Self::Decayed { sum, at_ms } => Value::number(decay(*sum, now_ms - at_ms, op) as f32),
            Self::Average(mean) => mean.map_or(Value::Missing, |mean| Value::number(mean as f32)),
        }
    }
}

fn tallies(op: &Op) -> bool {
    matches!(op, Op::Distinct | Op::Entropy)
}

fn decay(sum: f64, elapsed_ms: i64, op: &Op) -> f64 {
    let Op::DecayedSum { half_life } = *op else { return sum };
    if sum == 0.0 { 0.0 } else { sum * halved(elapsed_ms as f64 / (f64::from(half_life) * MS_PER_S)) }
}

/// `2^−times` for `times ≥ 0`, exact where it is whole and within 2 ulp elsewhere; 0 below the normal numbers. `libm::exp2`
/// would be a little closer, and weighs 4 KB in tables.
fn halved(times: f64) -> f64 {
    let whole = times as u32;
    let part = times - f64::from(whole);
    match 1_023_u32.checked_sub(whole) {
        None | Some(0) => 0.0,
        Some(exponent) => f64::from_bits(u64::from(exponent) << 52) * libm::exp(-LN_2 * part),
    }
}

fn weight(op: &Op) -> f64 {
    if let Op::MovingAverage { span } = *op { 2.0 / (f64::from(span) + 1.0) } else { 1.0 }
}

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

/// What one shopper's events came to.
#[derive(Clone, Debug)]
pub struct FeatureState {
    cells: Vec<Cell>,
}

impl FeatureState {
    /// The state before any event. Allocates all that it will ever need.
    #[must_use]
    pub fn new(program: &FeatureProgram) -> Self {
        Self { cells: program.features.iter().map(Cell::new).collect() }
    }

    /// Counts an event at `at_ms`. Cost: O(features that listen × items), amortised; a program other than the one the
    /// state was made for counts what both have.
    pub fn observe(&mut self, program: &FeatureProgram, event: &Event<'_>, at_ms: i64) {
        for index in program.listening(event.name) {
            let at = usize::from(index);
            let (Some(feature), Some(cell)) = (program.features.get(at), self.cells.get_mut(at)) else {
                continue;
            };
            if let Window::Seconds(s) = feature.def.window {
                cell.expire(start_ms(at_ms, s));
            }
            each_sample(feature, event, |value| cell.push(at_ms, value, &feature.def.op));
        }
    }

    /// Forgets what belonged to the session; called when a new one starts.
    pub fn end_session(&mut self, program: &FeatureProgram) {
        for (feature, cell) in program.features.iter().zip(&mut self.cells) {
            if feature.def.window == Window::Session {
                cell.reset();
            }
        }
    }

    /// Sets the value of a context feature; a value of the wrong kind is missing. Other features are not touched.
    pub fn set_context(&mut self, program: &FeatureProgram, index: u16, value: Value) {
        let at = usize::from(index);
        if let (Some(feature), Some(Cell::Given(given))) = (program.features.get(at), self.cells.get_mut(at))
            && feature.kind == Kind::Context
        {
            *given = match (&feature.def.op, value) {
                (Op::ContextNumber, Value::Number(_)) | (Op::ContextCategory, Value::Category(_)) => value,
                _ => Value::Missing,
            };
        }
    }

    /// Forgets all context values.
    pub fn clear_context(&mut self) {
        for cell in &mut self.cells {
            if let Cell::Given(value) = cell {
                *value = Value::Missing;
            }
        }
    }

    /// Writes every feature's value at `now_ms` into `out`, `[n_features]`. Cost: O(features), amortised.
    pub fn read(&mut self, program: &FeatureProgram, now_ms: i64, out: &mut [Value]) {
        for (at, (feature, cell)) in program.features.iter().zip(&mut self.cells).enumerate() {
            if let Window::Seconds(s) = feature.def.window {
                cell.expire(start_ms(now_ms, s));
            }
            let value = match feature.kind {
                Kind::Ratio { of, to } => ratio(out, of, to),
                Kind::Aggregate | Kind::Context => cell.read(&feature.def.op, now_ms),
            };
            if let Some(slot) = out.get_mut(at) {
                *slot = value;
            }
        }
    }
}

fn start_ms(now_ms: i64, seconds: u32) -> i64 {
    now_ms.saturating_sub(i64::from(seconds) * 1_000)
}

fn ratio(values: &[Value], of: u16, to: u16) -> Value {
    let number = |index: u16| values.get(usize::from(index)).map_or(f32::NAN, |value| value.as_f32());
    Value::number(number(of) / number(to))
}

/// Calls `push` with each sample that `event` has for `feature`.
fn each_sample(feature: &Feature, event: &Event<'_>, mut push: impl FnMut(Value)) {
    let param = |name| {
        event
            .params
            .iter()
            .take(MAX_PARAMS)
            .find(|&&(known, _)| known == name)
            .map_or(Value::Missing, |&(_, value)| value)
    };
    let holds = |value: Value, wanted| value == Value::Category(wanted);
    if let Some((Source::Param(name), wanted)) = feature.only
        && !holds(param(name), wanted)
    {
        return;
    }
    let item_fits = |item| match feature.only {
        Some((Source::Item(field), wanted)) => holds(field.of(item), wanted),
        _ => true,
    };
    let numbers_only = matches!(
        feature.def.op,
        Op::Sum | Op::Mean | Op::Min | Op::Max | Op::DecayedSum { .. } | Op::MovingAverage { .. }
    );
    let fits = |value: Value| if numbers_only { !value.as_f32().is_nan() } else { value != Value::Missing };
    let items = || event.items.iter().take(MAX_ITEMS).filter(|item| item_fits(item));
    match feature.source {
        Source::Item(field) => items().map(|item| field.of(item)).filter(|&value| fits(value)).for_each(push),
        _ if matches!(feature.only, Some((Source::Item(_), _))) && items().next().is_none() => {}
        Source::One => push(Value::Number(1.0)),
        Source::Param(name) => {
            let value = param(name);
            if fits(value) {
                push(value);
            }
        }
    }
}
