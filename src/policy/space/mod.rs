//! Space: which requests a policy can tell apart.
//!
//! A policy compares what it reads with numbers and names. Between two numbers that it names, and among all names that it does not
//! name, it cannot tell one request from another. So each thing that it reads has a few *cells*: not known; each number that is
//! named; one number between, below and above them; each category that is named; one that is not. Probabilities of one head are
//! chosen together, since they sum to 1. A request that takes one cell of each thing stands for all requests of these cells.
//!
//! | module   | what is there                                                            |
//! |----------|--------------------------------------------------------------------------|
//! | `cells`  | the cells of one number or category                                      |
//! | `points` | probabilities of one head: which cells of its outputs can occur together |
//! | `solve`  | whether conditions can hold together, and with which cells               |
//!
//! Invariants
//! - Every request lies in a combination of cells, and conditions give the same result for it as for the combination's own request.
//!
//! Not here: what the engine decides (`proof`), findings about conditions (`lint`).

mod cells;
mod points;
mod solve;

#[cfg(test)]
mod tests;

pub(super) use cells::OTHER;
pub(super) use solve::{Assignment, Goal, shown, top};

use crate::Names;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Link, Scores};
use floorwalker_engine::route::{Load, Op, Part, PolicyProgram, Source};
use floorwalker_engine::symbol::Symbol;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a policy reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The request's age.
    Age,
    /// A feature.
    Feature(usize),
    /// All probabilities of a head.
    Head(usize),
    /// The probability that a message is out of scope of a head: about none of its outputs.
    Outside(usize),
    /// A number of the floor, all queues together.
    Floor(Load),
    /// A number of the queue that a `skip_if` is about.
    Queue(Load),
}

/// A value that a request may have for a [`Key`].
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// The value is not known.
    Missing,
    /// A number.
    Number(f32),
    /// A category, by symbol.
    Category(Symbol),
    /// `[n_outputs]`: probabilities.
    Point(Vec<f32>),
}

/// A dimension: something that a policy reads, and its cells. The first is [`Cell::Missing`] where the value may be unknown.
#[derive(Clone, Debug)]
pub(super) struct Dim {
    pub(super) key: Key,
    pub(super) cells: Vec<Cell>,
}

/// All dimensions that a policy reads.
#[derive(Clone, Debug)]
pub(super) struct Space<'a> {
    pub(super) program: &'a PolicyProgram,
    pub(super) dims: Vec<Dim>,
    heads: Vec<usize>,
    n_features: usize,
}

/// Why the requests of a policy cannot be counted: it compares this with too many numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TooMany(pub(super) String);

impl<'a> Space<'a> {
    /// The space of the requests of `program`, which was compiled with `names`.
    ///
    /// - `links`: `[n_heads]`, the link function of each head; one that is not given is a softmax.
    ///
    /// # Errors
    ///
    /// [`TooMany`]: a head whose probabilities are compared with more numbers than can be combined.
    pub(super) fn new(
        program: &'a PolicyProgram,
        names: &Names<'_>,
        links: &[Link],
    ) -> Result<Self, TooMany> {
        let mut numbers: Vec<(Source, BTreeSet<u32>)> = Vec::new();
        let mut symbols: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for (source, number, symbol) in program.ops.iter().filter_map(compared) {
            if let (Source::Feature(at), true) = (source, symbol != 0) {
                symbols.entry(at.into()).or_default().insert(symbol);
            }
            let number = (symbol == 0).then_some(number.to_bits());
            match numbers.iter_mut().find(|(known, _)| *known == source) {
                Some((_, all)) => all.extend(number),
                None => numbers.push((source, number.into_iter().collect())),
            }
        }
        let settings = &program.settings;
        match settings.language {
            Some(Source::Feature(at)) => {
                symbols
                    .entry(at.into())
                    .or_default()
                    .extend(program.spoken.iter().map(|(_, tongue)| *tongue));
            }
            Some(source) => numbers.push((source, BTreeSet::new())),
            None => {}
        }
        if let Some(head) = settings.intents.get().and_then(|head| u16::try_from(head).ok()) {
            numbers.push((Source::Top { head }, BTreeSet::new()));
        }
        let constants = |wanted: Source| -> Vec<f32> {
            let found = numbers.iter().find(|(source, _)| *source == wanted);
            found.map_or(Vec::new(), |(_, all)| all.iter().map(|bits| f32::from_bits(*bits)).collect())
        };
        let mut dims: Vec<Dim> = Vec::new();
        let mut add = |key: Key, cells: Vec<Cell>| dims.push(Dim { key, cells });
        for (source, _) in &numbers {
            let numbers = constants(*source);
            match *source {
                Source::Outside { head } => {
                    add(Key::Outside(head.into()), cells::numbers(&numbers, 0.0, 1.0));
                }
                Source::Floor(load) => add(Key::Floor(load), cells::counts(&numbers)),
                Source::Queue(load) => add(Key::Queue(load), cells::counts(&numbers)),
                Source::Age | Source::Feature(_) | Source::Probability { .. } | Source::Top { .. } => {}
            }
        }
        let targets = program.targets.iter().flat_map(|target| [target.at, target.expiry]);
        let steps = program.steps.iter().map(|step| step.at);
        let ages = constants(Source::Age).into_iter().chain(targets).chain(steps);
        let ages: Vec<f32> = ages.chain([0.0, settings.bot_until, settings.hold]).collect();
        add(Key::Age, cells::ages(&ages, settings.ttl));
        let features = numbers.iter().filter_map(|(source, _)| match source {
            Source::Feature(at) => Some(usize::from(*at)),
            _ => None,
        });
        let features: BTreeSet<usize> = features.chain(symbols.keys().copied()).collect();
        for at in features {
            let known = symbols.get(&at);
            let of = u16::try_from(at).map_or(Vec::new(), |at| constants(Source::Feature(at)));
            add(Key::Feature(at), cells::feature(&of, known));
        }
        let heads = numbers.iter().filter_map(|(source, _)| match source {
            Source::Top { head } | Source::Probability { head, .. } => Some(*head),
            _ => None,
        });
        for head in heads.collect::<BTreeSet<u16>>() {
            let at = usize::from(head);
            let (name, outputs) = names.heads.get(at).copied().unwrap_or(("", &[]));
            let place = |output: usize| u16::try_from(output).unwrap_or(u16::MAX);
            let numbers: Vec<Vec<f32>> = (0..outputs.len())
                .map(|output| constants(Source::Probability { head, output: place(output) }))
                .collect();
            let link = links.get(at).copied().unwrap_or(Link::Softmax);
            let points = points::of(&numbers, link).ok_or_else(|| TooMany(name.to_owned()))?;
            add(Key::Head(at), points.into_iter().map(Cell::Point).collect());
        }
        let heads = names.heads.iter().map(|(_, outputs)| outputs.len()).collect();
        Ok(Self { program, dims, heads, n_features: names.features.len() })
    }

    /// The operations of a condition.
    pub(super) fn ops(&self, part: Part) -> &'a [Op] {
        part.of(&self.program.ops)
    }

    /// The index of the dimension that `source` reads.
    pub(super) fn dim(&self, source: Source) -> Option<usize> {
        let key = key(source);
        self.dims.iter().position(|dim| dim.key == key)
    }

    /// The index of the dimension of `key`.
    pub(super) fn place(&self, key: Key) -> Option<usize> {
        self.dims.iter().position(|dim| dim.key == key)
    }

    /// The cell that `assignment` chose for `key`.
    pub(super) fn cell(&self, key: Key, assignment: &Assignment) -> Option<&Cell> {
        let at = self.place(key)?;
        self.dims[at].cells.get((*assignment.get(at)?)?)
    }

    /// `[n_features + n_floors]`: the features of a request of these cells, then the numbers of the floor in the order of `floors`.
    pub(super) fn features(&self, assignment: &Assignment, floors: &[Load]) -> Vec<Value> {
        let value = |key: Key| match self.cell(key, assignment) {
            Some(Cell::Number(number)) => Value::number(*number),
            Some(Cell::Category(symbol)) => Value::category(*symbol),
            _ => Value::Missing,
        };
        let own = (0..self.n_features).map(|at| value(Key::Feature(at)));
        own.chain(floors.iter().map(|load| value(Key::Floor(*load)))).collect()
    }

    /// `[n_heads]`: the scores of a request of these cells. A head without a chosen cell gives all outputs the same probability.
    pub(super) fn scores(&self, assignment: &Assignment) -> Vec<Scores> {
        let score = |(head, n): (usize, &usize)| {
            let probabilities = match self.cell(Key::Head(head), assignment) {
                Some(Cell::Point(point)) => point.clone(),
                _ => vec![1.0 / *n as f32; *n],
            };
            let outside = match self.cell(Key::Outside(head), assignment) {
                Some(Cell::Number(number)) => *number,
                _ => 0.0,
            };
            Scores { logits: probabilities.clone(), probabilities, outside, ..Scores::default() }
        };
        self.heads.iter().enumerate().map(score).collect()
    }
}

/// The source that a comparison reads, and the number or symbol that it is compared with.
pub(super) fn compared(op: &Op) -> Option<(Source, f32, u32)> {
    match *op {
        Op::Compare { source, number, symbol, .. } => Some((source, number, symbol)),
        Op::And | Op::Or | Op::Not => None,
    }
}

/// The key that a source reads.
pub(super) fn key(source: Source) -> Key {
    match source {
        Source::Age => Key::Age,
        Source::Feature(at) => Key::Feature(at.into()),
        Source::Probability { head, .. } | Source::Top { head } => Key::Head(head.into()),
        Source::Outside { head } => Key::Outside(head.into()),
        Source::Floor(load) => Key::Floor(load),
        Source::Queue(load) => Key::Queue(load),
    }
}
