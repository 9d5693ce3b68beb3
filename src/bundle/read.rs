//! Reads the body of a bundle: what postcard wrote from [`wire::Body`](crate::wire), by hand.
//!
//! serde's readers weigh 16 KB in the page's module, these 5. What fails is remembered, not returned: after the first
//! failure every reading is empty, and [`body`] refuses the lot at the end.
//!
//! Memory is counted before it is taken, in bytes of the page's module or more, so that every target refuses the same files.
//!
//! Invariants
//! - Fields are read in the order in which `wire` and the engine's definitions declare them; the round trips in the tests
//!   hold the two together.
//! - No length is trusted: an item takes at least one byte of those that are left, and its memory is within what the file is allowed.
//!
//! Not here: what the numbers mean (`engine`), the packing of trees and text (`trees`, `text`),
//! policies (`policy`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::{Bundle, BundleError, Limit, policy, text, trees};
use alloc::{string::String, vec::Vec};
use floorwalker_engine::feature::{Condition, FeatureDef, Op, Window};
use floorwalker_engine::head::experts::ExpertsDef;
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::scope::{SIGNS, ScopeDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::list::list;
use floorwalker_engine::model::ModelDef;

/// Memory that an item of a list is counted with, whatever it is.
pub(crate) const ITEM: usize = 192;
/// The same of a head.
const HEAD: usize = 512;
/// The same of a string, its bytes apart.
const TEXT: usize = 32;

/// Reads a whole body into no more than `room` bytes of memory. Returns the room that is left, too.
pub(crate) fn body(bytes: &[u8], room: usize) -> Result<(Bundle, usize), BundleError> {
    let mut from = Reader { bytes, room, failed: false };
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

/// The bytes and the memory that are left, and whether something was wrong with those before.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    room: usize,
    failed: bool,
}

impl<'a> Reader<'a> {
    /// Remembers that the bytes make no sense, and hands `instead` on.
    pub(crate) fn fail<T>(&mut self, instead: T) -> T {
        (self.failed, self.bytes) = (true, &[]);
        instead
    }

    /// Refuses the whole if something was wrong: for want of room, of which then nothing is left, or with the bytes.
    fn check(&self) -> Result<(), BundleError> {
        match (self.failed, self.room) {
            (false, _) => Ok(()),
            (true, 0) => Err(BundleError::Cost(Limit::Bytes)),
            (true, _) => Err(BundleError::Body),
        }
    }

    /// Counts the memory of so many items. Returns how many there is room for: all, or none.
    fn take_room(&mut self, count: usize, size: usize) -> usize {
        if let Some(room) = self.room.checked_sub(count.saturating_mul(size)) {
            self.room = room;
            return count;
        }
        self.room = 0;
        self.fail(0)
    }

    #[inline(never)]
    fn take(&mut self, length: usize) -> &'a [u8] {
        match self.bytes.split_at_checked(length) {
            Some((taken, rest)) => {
                self.bytes = rest;
                taken
            }
            None => self.fail(&[]),
        }
    }

    #[inline(never)]
    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    #[inline(never)]
    pub(crate) fn bool(&mut self) -> bool {
        match self.byte() {
            0 => false,
            1 => true,
            _ => self.fail(false),
        }
    }

    #[inline(never)]
    pub(crate) fn f32(&mut self) -> f32 {
        self.take(4).first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
    }

    #[inline(never)]
    pub(crate) fn u16(&mut self) -> u16 {
        u16::try_from(self.u32()).unwrap_or_else(|_| self.fail(0))
    }

    /// Zigzag in LEB128: signs alternate.
    pub(crate) fn i32(&mut self) -> i32 {
        let coded = self.u32();
        (coded >> 1) as i32 ^ 0_i32.wrapping_sub((coded & 1) as i32)
    }

    pub(crate) fn i16(&mut self) -> i16 {
        i16::try_from(self.i32()).unwrap_or_else(|_| self.fail(0))
    }

    /// LEB128.
    #[inline(never)]
    pub(crate) fn u32(&mut self) -> u32 {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).unwrap_or_else(|_| self.fail(0));
            }
        }
        self.fail(0)
    }

    /// How many items of so many bytes in memory follow: no more than bytes in the file.
    #[inline(never)]
    pub(crate) fn count(&mut self, size: usize) -> usize {
        let count = self.u32() as usize;
        if count > self.bytes.len() { self.fail(0) } else { self.take_room(count, size) }
    }

    #[inline(never)]
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let length = self.count(1);
        self.take(length)
    }

    fn cells(&mut self) -> Vec<i8> {
        list(self.bytes().iter().map(|&byte| byte as i8))
    }

    #[inline(never)]
    pub(crate) fn text(&mut self) -> String {
        let bytes = self.bytes();
        str::from_utf8(bytes).unwrap_or_else(|_| self.fail("")).into()
    }

    pub(crate) fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.bool().then(|| read(self))
    }

    /// A list of numbers. One function for all of them: bytes before speed.
    #[inline(never)]
    pub(crate) fn numbers(&mut self) -> Vec<f32> {
        self.list(4, Self::f32)
    }

    /// A list of strings.
    #[inline(never)]
    pub(crate) fn texts(&mut self) -> Vec<String> {
        self.list(TEXT, Self::text)
    }

    /// A list of items that take so many bytes in memory at most.
    #[inline(never)]
    pub(crate) fn list<T>(&mut self, size: usize, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        debug_assert!(size_of::<T>() <= size);
        let count = self.count(size);
        let mut items = Vec::new();
        items.reserve_exact(count);
        for _ in 0..count {
            items.push(read(self));
            if self.failed {
                break;
            }
        }
        items
    }
}
