//! The body of a bundle: each definition's fields, in the order in which they are written. The order of a list here *is* the format; see
//! `FORMAT.md`.
//!
//! serde's deserializers would take 16 KB of the page's module, this code takes 5 KB.
//!
//! Not here: what the numbers mean (`engine`), the packing of trees and text (`trees`, `text`), policies (`policy`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::reader::{Fault, Reader};
use crate::text::{self, TextBytesError};
use crate::wire::{Wire, fields, variant, variants};
use crate::writer::Writer;
use crate::{Bundle, BundleError, trees};
use alloc::{string::String, vec::Vec};
use floorwalker_engine::feature::{Condition, FeatureDef, Op, Window};
use floorwalker_engine::head::experts::ExpertsDef;
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::scope::ScopeDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, HeadError, InputDef, Link};
use floorwalker_engine::model::{ModelDef, ModelError};

/// Reads a whole body into at most `room` bytes of memory. Also returns the memory that is left of `room`.
pub(crate) fn read(bytes: &[u8], room: usize) -> Result<(Bundle, usize), BundleError> {
    let mut from = Reader::new(bytes, room);
    let bundle = Bundle::read(&mut from);
    let room = from.check(|| bundle.model.heads.last().map_or(String::new(), |head| head.name.clone()))?;
    Ok((bundle, room))
}

/// Writes a whole body.
pub(crate) fn write(bundle: &Bundle) -> Result<Vec<u8>, BundleError> {
    let mut to = Writer::default();
    bundle.write(&mut to);
    if !to.failed {
        return Ok(to.bytes);
    }
    let is_bad = |head: &&HeadDef| matches!(&head.body, BodyDef::Trees(def) if trees::pack(def).is_err());
    Err(match bundle.model.heads.iter().find(is_bad) {
        Some(head) => BundleError::Model(ModelError::Head(head.name.clone(), HeadError::Body)),
        None => BundleError::Body,
    })
}

fields! {
    Bundle { model, facts }
    ModelDef { name, idle_s, features, heads, policy }
    #[inline(never)]
    FeatureDef { name, op, events, field, only, window }
    Condition { field, equals }
    #[inline(never)]
    HeadDef, of 512 { name, outputs, link, inputs, encodings, body, calibration, scope }
    LinearDef { bias, weights }
    LayersDef { layers }
    LayerDef { bias, scale, weights }
    #[inline(never)]
    PrototypesDef { like, nearest, reach, scale, cells, weights, bias }
    ExpertsDef { prior, trust, masses }
    CalibrationDef { slope, intercept, curve }
    ScopeDef { weights, bias, threshold, reject }
}

variants! {
    Window, else Session {
        0 = Events(count),
        1 = Seconds(count),
        2 = Session,
        3 = Lifetime,
    }
    #[inline(never)]
    Op, else Count {
        0 = Count,
        1 = Sum,
        2 = Mean,
        3 = Min,
        4 = Max,
        5 = Last,
        6 = Distinct,
        7 = Entropy,
        8 = TimeSince,
        9 = DecayedSum { half_life },
        10 = MovingAverage { span },
        11 = Ratio { of, to },
        12 = ContextNumber,
        13 = ContextCategory,
        14 = Affinity { of, to, usual },
        15 = Keep,
    }
    Link, else Identity {
        0 = Identity,
        1 = Sigmoid,
        2 = Softmax,
    }
    InputDef, of 8, else Feature(0) {
        0 = Feature(at),
        1 = Output { head, output },
    }
    #[inline(never)]
    EncodingDef, else Present { input: 0 } {
        0 = Number { input, low, high, offset, factor, impute },
        1 = Square { input, low, high, offset, factor, impute },
        2 = Present { input },
        3 = OneHot { input, categories, other },
        4 = Hash { input, buckets },
        5 = Member { input, categories },
    }
    Like, else Cosine {
        0 = Rbf { gamma },
        1 = Power { gamma, constant, degree },
        2 = Cosine,
        3 = Euclid,
        4 = Manhattan,
    }
}

/// A head's model. Trees and text models are packed.
impl Wire for BodyDef {
    #[inline(never)]
    fn read(from: &mut Reader<'_>) -> Self {
        let body = match from.u32() {
            0 => Ok(Self::Linear(Wire::read(from))),
            1 => {
                let bytes = from.bytes();
                trees::unpack_into(bytes, &mut from.room).map(Self::Trees).map_err(Fault::Trees)
            }
            2 => {
                let bytes = from.bytes();
                match from.take_room(bytes.len(), text::UNPACKED) {
                    0 => Err(Fault::Text(TextBytesError::Truncated)),
                    _ => text::unpack(bytes).map(Self::Text).map_err(Fault::Text),
                }
            }
            3 => Ok(Self::Layers(Wire::read(from))),
            4 => Ok(Self::Prototypes(Wire::read(from))),
            5 => Ok(Self::Experts(Wire::read(from))),
            _ => Err(Fault::Body),
        };
        match body {
            Ok(body) => body,
            Err(fault) => {
                from.refuse(fault);
                Self::Linear(LinearDef { bias: Vec::new(), weights: Vec::new() })
            }
        }
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Self::Linear(def) => variant(to, 0, def),
            Self::Trees(def) => match trees::pack(def) {
                Ok(bytes) => variant(to, 1, &bytes),
                Err(_) => to.failed = true,
            },
            Self::Text(def) => variant(to, 2, &text::pack(def)),
            Self::Layers(def) => variant(to, 3, def),
            Self::Prototypes(def) => variant(to, 4, def),
            Self::Experts(def) => variant(to, 5, def),
        }
    }
}
