//! Feature program: definitions, checked once, with an index from event names to the streams that listen to them.
//!
//! Invariants
//! - A [`FeatureProgram`] is valid: names are unique, ratios refer to earlier features, windows and spans are in range.
//! - An event updates only the streams that listen to it.
//! - Features over the same samples share one stream: sum, mean and maximum of a price are aggregated once.
//!
//! Not here: a shopper's aggregates (`state`).

use super::{FeatureDef, MAX_WINDOW, Op, Window};
use crate::event::{Item, Value};
use crate::list::{fill, list};
use crate::order;
use crate::plain::{self, digits};
use crate::symbol::Symbol;
use alloc::{string::String, vec::Vec};
use core::fmt;

/// How many features a program may have.
const MAX_FEATURES: usize = 4096;
/// How many event names all features of a program may list together, repetitions counted. It bounds the comparisons between streams.
const MAX_EVENTS: usize = 1 << 14;

/// Why a program was refused. A `String` is the name of the feature at fault, a `usize` the count that is too large.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeatureError {
    /// There are more than 4,096 features.
    TooMany(usize),
    /// All features together list more than 16,384 event names.
    Events(usize),
    /// Two features share a name, or one has none.
    Name(String),
    /// The window has no samples or too many, or the operation does not support this kind of window.
    Window(String),
    /// The half-life is not positive and finite, the span is not finite or below 1, or the usual share is not above 0 and at most 1.
    Rate(String),
    /// The ratio or affinity refers to a feature that is not declared before it.
    Ratio(String),
    /// The operation needs the values of a field, but no field is named.
    Field(String),
}

impl fmt::Display for FeatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, then) = match self {
            Self::TooMany(found) => {
                return plain::write(
                    f,
                    &[&digits(*found), " features: declare at most ", &digits(MAX_FEATURES)],
                );
            }
            Self::Events(found) => {
                return plain::write(
                    f,
                    &[
                        &digits(*found),
                        " names of events in all features together: declare at most ",
                        &digits(MAX_EVENTS),
                        "; no events at all means every event",
                    ],
                );
            }
            Self::Name(name) => (name, "give every feature a name of its own"),
            Self::Window(name) => {
                (name, "use a window of 1 to 128 events, of at least 1 second, session or lifetime")
            }
            Self::Rate(name) => {
                (name, "use a positive half_life, a span of at least 1, or a usual share up to 1")
            }
            Self::Ratio(name) => (name, "declare the features `of` and `to` before it"),
            Self::Field(name) => (name, "name the field to take the value from"),
        };
        plain::write(f, &["feature `", name, "`: ", then])
    }
}

impl core::error::Error for FeatureError {}

/// Where the value of a sample comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    One,
    Item(ItemField),
    Param(Symbol),
    Clock(Clock),
}

/// Part of the day or of the week, with the offset to UTC in minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    is_week: bool,
    offset: i32,
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: u64 = 3_600_000;
const HOURS: u64 = 24;
/// The day of the week of 1970-01-01, a Thursday, counted from Monday.
const FIRST_DAY: u64 = 3;

impl Clock {
    /// Reads a field's name.
    fn read(field: &str) -> Option<Self> {
        let rest = field.strip_prefix("clock.part_of_")?;
        let week = rest.strip_prefix("week");
        let (is_week, offset) = (week.is_some(), week.or(rest.strip_prefix("day"))?);
        // The sign first, then digits, as many as there are: any `u8` above a digit is refused.
        let mut minutes = 0_i32;
        for digit in offset.bytes().skip(1).map(|byte| byte.wrapping_sub(b'0')) {
            if digit > 9 || minutes > 1_000 {
                return None;
            }
            minutes = minutes * 10 + i32::from(digit);
        }
        let offset = match offset.bytes().next() {
            None | Some(b'+') => minutes,
            Some(b'-') => -minutes,
            _ => return None,
        };
        Some(Self { is_week, offset })
    }

    /// The part that `at_ms` is in.
    pub(super) fn part(self, at_ms: i64) -> Value {
        // Times count from 1970 on (`event::Timeline`).
        let hours = at_ms.saturating_add(i64::from(self.offset) * MINUTE_MS).max(0) as u64 / HOUR_MS;
        let part = if self.is_week {
            if (hours / HOURS + FIRST_DAY) % 7 < 5 { "workday" } else { "weekend" }
        } else {
            match hours % HOURS / 6 {
                0 => "night",
                1 => "morning",
                2 => "afternoon",
                _ => "evening",
            }
        };
        Value::Category(Symbol::of(part))
    }
}

impl Source {
    /// Whether its samples are always numbers (or missing), never categories.
    fn is_number(self) -> bool {
        match self {
            Self::One => true,
            Self::Item(field) => {
                matches!(
                    field,
                    ItemField::Price | ItemField::Quantity | ItemField::Discount | ItemField::Index
                )
            }
            Self::Param(_) | Self::Clock(_) => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ItemField {
    Id,
    Category,
    Brand,
    Variant,
    Price,
    Quantity,
    Discount,
    Index,
}

impl ItemField {
    #[inline]
    pub(super) fn of(self, item: &Item) -> Value {
        match self {
            Self::Id => Value::category(item.id),
            Self::Category => Value::category(item.category),
            Self::Brand => Value::category(item.brand),
            Self::Variant => Value::category(item.variant),
            Self::Price => Value::number(item.price),
            Self::Quantity => Value::number(item.quantity),
            Self::Discount => Value::number(item.discount),
            Self::Index => Value::number(item.index),
        }
    }
}

/// How the value of a feature is computed, with names resolved to indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Aggregate,
    Ratio { of: u16, to: u16 },
    Affinity { of: u16, to: u16, usual: f32 },
    Context,
}

#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub(super) def: FeatureDef,
    pub(super) kind: Kind,
    /// Index of the stream that the feature reads; unused for a ratio or affinity, which read none.
    pub(super) stream: usize,
}

/// A series of samples that one or more features read, and the aggregate that is kept of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stream {
    pub(super) keeps: Keeps,
    pub(super) source: Source,
    pub(super) only: Option<(Source, Symbol)>,
    pub(super) window: Window,
    /// Whether samples that are not numbers are skipped.
    pub(super) numbers_only: bool,
    /// The last field, so that it is compared last; [`MAX_EVENTS`] bounds the cost of these comparisons.
    pub(super) events: Vec<Symbol>,
}

/// The kind of aggregate that is kept of a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Keeps {
    /// The value that the caller sets.
    Given,
    Moments,
    Tally,
    Since,
    Decayed {
        half_life: f32,
    },
    Average {
        span: f32,
    },
}

/// A checked program.
#[derive(Clone, Debug)]
pub struct FeatureProgram {
    pub(super) features: Vec<Feature>,
    pub(super) streams: Vec<Stream>,
    /// Pairs `(event, stream)`, sorted; streams that listen to every event are listed under [`Symbol::NONE`].
    listeners: Vec<(Symbol, u16)>,
    names: Vec<(Symbol, u16)>,
}

impl FeatureProgram {
    /// Checks `defs`. Cost: `O(n²)` comparisons of streams in the worst case, `n` being at most 4,096.
    ///
    /// # Errors
    ///
    /// [`FeatureError`] for the first fault found.
    pub fn new(defs: Vec<FeatureDef>) -> Result<Self, FeatureError> {
        if defs.len() > MAX_FEATURES {
            return Err(FeatureError::TooMany(defs.len()));
        }
        let n_events = defs.iter().map(|def| def.events.len()).sum();
        if n_events > MAX_EVENTS {
            return Err(FeatureError::Events(n_events));
        }
        let mut program = Self {
            features: Vec::with_capacity(defs.len()),
            streams: Vec::new(),
            listeners: Vec::new(),
            names: Vec::new(),
        };
        for (at, def) in (0_u16..).zip(defs) {
            let name = Symbol::of(&def.name);
            let place = match program.names.binary_search_by_key(&name, |&(known, _)| known) {
                Err(place) if !name.is_none() => place,
                _ => return Err(FeatureError::Name(def.name)),
            };
            let feature = program.check(def)?;
            order::insert(&mut program.names, place, (name, at));
            program.features.push(feature);
        }
        for (at, stream) in (0_u16..).zip(&program.streams) {
            if stream.keeps != Keeps::Given {
                let any = stream.events.is_empty().then_some(Symbol::NONE);
                let events = stream.events.iter().copied().chain(any);
                fill(&mut program.listeners, events.map(|event| (event, at)));
            }
        }
        order::sort(&mut program.listeners, |a, b| a < b);
        program.listeners.dedup();
        Ok(program)
    }

    fn check(&mut self, def: FeatureDef) -> Result<Feature, FeatureError> {
        let kind = match &def.op {
            Op::Ratio { of, to } => match (self.index(of), self.index(to)) {
                (Some(of), Some(to)) => Kind::Ratio { of, to },
                _ => return Err(FeatureError::Ratio(def.name)),
            },
            Op::Affinity { of, to, usual } => match (self.index(of), self.index(to)) {
                (Some(of), Some(to)) => Kind::Affinity { of, to, usual: *usual },
                _ => return Err(FeatureError::Ratio(def.name)),
            },
            Op::ContextNumber | Op::ContextCategory => Kind::Context,
            _ => Kind::Aggregate,
        };
        let streams = matches!(def.op, Op::TimeSince | Op::DecayedSum { .. } | Op::MovingAverage { .. });
        let window_fits = match def.window {
            Window::Events(n) => n >= 1 && usize::from(n) <= MAX_WINDOW && !streams,
            Window::Seconds(s) => {
                s >= 1 && !matches!(def.op, Op::DecayedSum { .. } | Op::MovingAverage { .. })
            }
            Window::Session | Window::Lifetime => true,
        };
        if !window_fits {
            return Err(FeatureError::Window(def.name));
        }
        let rate_fits = match def.op {
            Op::DecayedSum { half_life } => half_life.is_finite() && half_life > 0.0,
            Op::MovingAverage { span } => span.is_finite() && span >= 1.0,
            Op::Affinity { usual, .. } => usual > 0.0 && usual <= 1.0,
            _ => true,
        };
        if !rate_fits {
            return Err(FeatureError::Rate(def.name));
        }
        let counts_events = matches!(def.op, Op::Count | Op::TimeSince | Op::DecayedSum { .. });
        if kind == Kind::Aggregate && def.field.is_none() && !counts_events {
            return Err(FeatureError::Field(def.name));
        }
        let reads_features = matches!(kind, Kind::Ratio { .. } | Kind::Affinity { .. });
        let stream = if reads_features { 0 } else { self.stream(&def) };
        Ok(Feature { kind, stream, def })
    }

    /// Index of the stream that `def` reads: an existing one if it is equal, else a new one.
    fn stream(&mut self, def: &FeatureDef) -> usize {
        let keeps = match def.op {
            Op::Distinct | Op::Entropy => Keeps::Tally,
            Op::TimeSince => Keeps::Since,
            Op::DecayedSum { half_life } => Keeps::Decayed { half_life },
            Op::MovingAverage { span } => Keeps::Average { span },
            Op::ContextNumber | Op::ContextCategory | Op::Keep | Op::Ratio { .. } | Op::Affinity { .. } => {
                Keeps::Given
            }
            Op::Count | Op::Sum | Op::Mean | Op::Min | Op::Max | Op::Last => Keeps::Moments,
        };
        let source = def.field.as_deref().map_or(Source::One, source);
        let any_value = matches!(def.op, Op::Count | Op::Last | Op::Distinct | Op::Entropy | Op::TimeSince);
        let stream = Stream {
            keeps,
            events: list(def.events.iter().map(|event| Symbol::of(event))),
            source,
            only: def.only.as_ref().map(|only| (self::source(&only.field), Symbol::of(&only.equals))),
            window: def.window,
            numbers_only: !any_value && !source.is_number(),
        };
        let known = self.streams.iter().position(|known| keeps != Keeps::Given && *known == stream);
        known.unwrap_or_else(|| {
            self.streams.push(stream);
            self.streams.len() - 1
        })
    }

    /// How many features there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are no features.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The definitions, in declared order.
    pub fn defs(&self) -> impl Iterator<Item = &FeatureDef> {
        self.features.iter().map(|feature| &feature.def)
    }

    /// The index of the feature called `name`.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<u16> {
        self.index_of(Symbol::of(name))
    }

    /// The index of the feature with this symbol. Cost: `O(log n)`.
    #[must_use]
    pub fn index_of(&self, name: Symbol) -> Option<u16> {
        let at = self.names.binary_search_by_key(&name, |&(known, _)| known).ok()?;
        self.names.get(at).map(|&(_, index)| index)
    }

    /// Whether any feature is computed from events.
    #[must_use]
    pub fn listens(&self) -> bool {
        !self.listeners.is_empty()
    }

    /// Whether any feature depends on events before the current session.
    #[must_use]
    pub fn remembers(&self) -> bool {
        self.streams.iter().any(|stream| stream.keeps != Keeps::Given && stream.window != Window::Session)
    }

    /// The streams that listen to `event`.
    #[inline]
    pub(super) fn listening(&self, event: Symbol) -> impl Iterator<Item = u16> + '_ {
        let run = |name: Symbol| {
            let from = self.listeners.partition_point(|&(known, _)| known < name);
            self.listeners
                .get(from..)
                .unwrap_or(&[])
                .iter()
                .take_while(move |&&(known, _)| known == name)
                .map(|&(_, stream)| stream)
        };
        run(Symbol::NONE).chain((!event.is_none()).then(|| run(event)).into_iter().flatten())
    }
}

fn source(field: &str) -> Source {
    Source::Item(match field {
        "item_id" => ItemField::Id,
        "item_category" => ItemField::Category,
        "item_brand" => ItemField::Brand,
        "item_variant" => ItemField::Variant,
        "price" => ItemField::Price,
        "quantity" => ItemField::Quantity,
        "discount" => ItemField::Discount,
        "index" => ItemField::Index,
        param => {
            return Clock::read(param).map_or(Source::Param(Symbol::of(param)), Source::Clock);
        }
    })
}
