//! Reads the body of a bundle, which postcard wrote from [`wire::Body`](crate::wire). The reader is written by hand.
//!
//! serde's deserializers take 16 KB of the page's module, this code 5 KB.
//!
//! Invariants
//! - Fields are read in the order in which `wire` and the engine's definitions declare them; round trips in the tests
//!   make sure that the two agree.
//!
//! Not here: what the numbers mean (`engine`), the packing of trees and text (`trees`, `text`),
//! policies (`policy`), numbers and lists (`reader`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::reader::{ITEM, Reader};
use crate::{Bundle, BundleError, policy, text, trees};
use alloc::vec::Vec;
use floorwalker_engine::feature::{Condition, FeatureDef, Op, Window};
use floorwalker_engine::head::experts::ExpertsDef;
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::scope::{SIGNS, ScopeDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::model::ModelDef;

/// Memory that is counted for a head, in bytes.
const HEAD: usize = 512;

/// Reads a whole body into at most `room` bytes of memory. Also returns the memory that is left of `room`.
pub(crate) fn body(bytes: &[u8], room: usize) -> Result<(Bundle, usize), BundleError> {
    let mut from = Reader::new(bytes, room);
    let (name, idle_s) = (from.text(), from.u32());
    let features = from.list(ITEM, feature);
    let mut heads = Vec::new();
    for _ in 0..from.count(HEAD) {
        heads.push(head(&mut from)?);
    }
    let policy = from.maybe(policy::read);
    let facts = from.list(ITEM, |from| (from.text(), from.text()));
    from.check()?;
    if !from.bytes.is_empty() {
        return Err(BundleError::Body);
    }
    Ok((Bundle { model: ModelDef { name, idle_s, features, heads, policy }, facts }, from.room))
}

#[inline(never)]
fn feature(from: &mut Reader<'_>) -> FeatureDef {
    FeatureDef {
        name: from.text(),
        op: op(from),
        events: from.texts(),
        field: from.maybe(Reader::text),
        only: from.maybe(|from| Condition { field: from.text(), equals: from.text() }),
        window: match from.u32() {
            0 => Window::Events(from.u16()),
            1 => Window::Seconds(from.u32()),
            2 => Window::Session,
            3 => Window::Lifetime,
            _ => from.fail(Window::Session),
        },
    }
}

#[inline(never)]
fn op(from: &mut Reader<'_>) -> Op {
    match from.u32() {
        0 => Op::Count,
        1 => Op::Sum,
        2 => Op::Mean,
        3 => Op::Min,
        4 => Op::Max,
        5 => Op::Last,
        6 => Op::Distinct,
        7 => Op::Entropy,
        8 => Op::TimeSince,
        9 => Op::DecayedSum { half_life: from.f32() },
        10 => Op::MovingAverage { span: from.f32() },
        11 => Op::Ratio { of: from.text(), to: from.text() },
        12 => Op::ContextNumber,
        13 => Op::ContextCategory,
        _ => from.fail(Op::Count),
    }
}

#[inline(never)]
fn head(from: &mut Reader<'_>) -> Result<HeadDef, BundleError> {
    let (name, outputs) = (from.text(), from.texts());
    let link = match from.u32() {
        0 => Link::Identity,
        1 => Link::Sigmoid,
        2 => Link::Softmax,
        _ => from.fail(Link::Identity),
    };
    let (inputs, encodings) = (from.list(8, input), from.list(ITEM, encoding));
    let body = match from.u32() {
        0 => BodyDef::Linear(LinearDef { bias: from.numbers(), weights: from.numbers() }),
        1 => {
            let bytes = from.bytes();
            match trees::unpack_into(bytes, &mut from.room) {
                Ok(def) => BodyDef::Trees(def),
                Err(error) => return Err(from.check().err().unwrap_or(BundleError::Trees(name, error))),
            }
        }
        2 => {
            let bytes = from.bytes();
            from.take_room(bytes.len(), text::UNPACKED);
            from.check()?;
            BodyDef::Text(text::unpack(bytes).map_err(|error| BundleError::Text(name.clone(), error))?)
        }
        3 => BodyDef::Layers(LayersDef {
            layers: from.list(ITEM, |from| LayerDef {
                bias: from.numbers(),
                scale: from.numbers(),
                weights: from.cells(),
            }),
        }),
        4 => BodyDef::Prototypes(prototypes(from)),
        5 => {
            let [prior, trust, masses] = [(); 3].map(|()| from.numbers());
            BodyDef::Experts(ExpertsDef { prior, trust, masses })
        }
        _ => return Err(BundleError::Body),
    };
    let calibration = CalibrationDef {
        slope: from.f32(),
        intercept: from.numbers(),
        curve: from.list(8, |from| (from.f32(), from.f32())),
    };
    let scope = from.maybe(|from| ScopeDef {
        weights: [(); SIGNS].map(|()| from.f32()),
        bias: from.f32(),
        threshold: from.f32(),
        reject: from.maybe(Reader::u16),
    });
    from.check()?;
    Ok(HeadDef { name, outputs, link, inputs, encodings, body, calibration, scope })
}

#[inline(never)]
fn prototypes(from: &mut Reader<'_>) -> PrototypesDef {
    PrototypesDef {
        like: match from.u32() {
            0 => Like::Rbf { gamma: from.f32() },
            1 => Like::Power { gamma: from.f32(), constant: from.f32(), degree: from.byte() },
            2 => Like::Cosine,
            3 => Like::Euclid,
            4 => Like::Manhattan,
            _ => from.fail(Like::Cosine),
        },
        nearest: from.u16(),
        reach: from.f32(),
        scale: from.numbers(),
        cells: from.cells(),
        weights: from.numbers(),
        bias: from.numbers(),
    }
}

fn input(from: &mut Reader<'_>) -> InputDef {
    match from.u32() {
        0 => InputDef::Feature(from.u16()),
        1 => InputDef::Output { head: from.u16(), output: from.u16() },
        _ => from.fail(InputDef::Feature(0)),
    }
}

#[inline(never)]
fn encoding(from: &mut Reader<'_>) -> EncodingDef {
    let (kind, input) = (from.u32(), from.u16());
    match kind {
        0 | 1 => {
            let [low, high, offset, factor, impute] = [(); 5].map(|()| from.f32());
            match kind {
                0 => EncodingDef::Number { input, low, high, offset, factor, impute },
                _ => EncodingDef::Square { input, low, high, offset, factor, impute },
            }
        }
        2 => EncodingDef::Present { input },
        3 => EncodingDef::OneHot { input, categories: from.texts(), other: from.bool() },
        4 => EncodingDef::Hash { input, buckets: from.u16() },
        5 => EncodingDef::Member { input, categories: from.texts() },
        _ => from.fail(EncodingDef::Present { input }),
    }
}
