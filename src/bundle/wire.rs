//! The body of a bundle, field by field: the engine's definitions, with trees and text models packed into bytes.
//!
//! postcard writes fields in this order and nothing else, so the order here *is* the format; see `FORMAT.md`.
//!
//! These types are only serialized with serde; `read` reads the bytes back by hand.
//!
//! Not here: the frame around the body (`lib`), the packing of trees and text (`trees`, `text`).

use crate::{Bundle, BundleError, text, trees};
use alloc::{string::String, vec::Vec};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::head::experts::ExpertsDef;
use floorwalker_engine::head::layers::LayersDef;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::PrototypesDef;
use floorwalker_engine::head::scope::ScopeDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, HeadError, InputDef, Link};
use floorwalker_engine::model::{ModelDef, ModelError};
use floorwalker_engine::route::PolicyProgram;
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Body {
    name: String,
    idle_s: u32,
    features: Vec<FeatureDef>,
    heads: Vec<Head>,
    policy: Option<PolicyProgram>,
    facts: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Head {
    name: String,
    outputs: Vec<String>,
    link: Link,
    inputs: Vec<InputDef>,
    encodings: Vec<EncodingDef>,
    model: Model,
    calibration: CalibrationDef,
    scope: Option<ScopeDef>,
}

#[derive(Serialize)]
enum Model {
    Linear(LinearDef),
    Trees(Vec<u8>),
    Text(Vec<u8>),
    Layers(LayersDef),
    Prototypes(PrototypesDef),
    Experts(ExpertsDef),
}

impl Body {
    pub(crate) fn pack(bundle: &Bundle) -> Result<Self, BundleError> {
        let ModelDef { name, idle_s, features, heads, policy } = &bundle.model;
        Ok(Self {
            name: name.clone(),
            idle_s: *idle_s,
            features: features.clone(),
            heads: heads.iter().map(Head::pack).collect::<Result<_, _>>()?,
            policy: policy.clone(),
            facts: bundle.facts.clone(),
        })
    }
}

impl Head {
    fn pack(head: &HeadDef) -> Result<Self, BundleError> {
        let HeadDef { name, outputs, link, inputs, encodings, body, calibration, scope } = head.clone();
        let model = match body {
            BodyDef::Linear(linear) => Model::Linear(linear),
            BodyDef::Trees(def) => match trees::pack(&def) {
                Ok(bytes) => Model::Trees(bytes),
                Err(_) => return Err(BundleError::Model(ModelError::Head(name, HeadError::Body))),
            },
            BodyDef::Text(def) => Model::Text(text::pack(&def)),
            BodyDef::Layers(def) => Model::Layers(def),
            BodyDef::Prototypes(def) => Model::Prototypes(def),
            BodyDef::Experts(def) => Model::Experts(def),
        };
        Ok(Self { name, outputs, link, inputs, encodings, model, calibration, scope })
    }
}
