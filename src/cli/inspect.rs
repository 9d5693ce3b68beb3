//! `floorwalker inspect`.

use super::{bundle_bytes, say};
use anyhow::{Context, Result};
use clap::Args;
use floorwalker_bundle as bundle;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::experts::CELLS;
use floorwalker_engine::head::{BodyDef, HeadDef, InputDef, Link};
use serde::Serialize;
use std::path::PathBuf;

/// Flags of `inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The bundle to show
    bundle: PathBuf,
}

impl Inspect {
    pub(super) fn run(&self) -> Result<()> {
        let bytes = bundle_bytes(&self.bundle)?;
        let refused = || self.bundle.display().to_string();
        let (model, _) = bundle::load(&bytes).with_context(refused)?;
        let def = bundle::decode(&bytes).with_context(refused)?;
        say(format_args!("{}", model.name()))?;
        say(format_args!(
            "size      {} bytes, {} with brotli",
            bytes.len(),
            floorwalker_learn::evaluate::brotli_bytes(&bytes)?
        ))?;
        let [memory, decide, explain] = bundle::shares(&bytes)?.map(|share| 100.0 * share);
        say(format_args!(
            "costs     {memory:.1} % of the memory that a page allows a bundle, {decide:.1} % of the work that it allows a \
             decision, {explain:.1} % of that for an explanation"
        ))?;
        say(format_args!("session   ends after {} s without an event", model.idle_s()))?;
        say(format_args!("features  {}", model.program().len()))?;
        for feature in model.program().defs() {
            let (op, window) = (as_in_store(&feature.op)?, as_in_store(&feature.window)?);
            say(format_args!("  {:<28} {op}, window {window}", feature.name))?;
        }
        say(format_args!("heads     {}", def.model.heads.len()))?;
        for head in &def.model.heads {
            let link = match head.link {
                Link::Identity => "identity",
                Link::Sigmoid => "sigmoid",
                Link::Softmax => "softmax",
            };
            say(format_args!("  {:<28} {}, {} outputs, {link}", head.name, body(head), head.outputs.len()))?;
            say(format_args!("    reads   {}", reads(&def.model.heads, head, &model)))?;
            say(format_args!("    outputs {}", head.outputs.join(", ")))?;
        }
        let is_part = |name: &str| floorwalker_learn::examples::moment_of(name).is_some();
        if model.program().defs().any(|def| def.op == Op::ContextNumber && is_part(&def.name)) {
            say(format_args!(
                "dates     the page puts them in the request's context, in the shop's time zone: x.days, whole days since \
                 1970-01-01; x.weekday, monday to sunday; x.hour, 0 to 23; x.age_days, days before the request"
            ))?;
        }
        if let Some(policy) = model.policy() {
            let settings = &policy.program().settings;
            say(format_args!(
                "policy    by head `{}`, threshold {}, margin {}, default queue {}",
                model.heads()[policy.intent_head()].name(),
                settings.threshold,
                settings.margin,
                policy.queues()[policy.default_queue()]
            ))?;
            say(format_args!("  queues  {}", policy.queues().join(", ")))?;
        }
        say(format_args!("facts"))?;
        for (name, value) in &def.facts {
            say(format_args!("  {name:<28} {value}"))?;
        }
        Ok(())
    }
}

/// A definition in the words of `store.toml`, without its brackets and quotes: `decayed_sum half_life 60.0`.
fn as_in_store(def: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(def)?.replace(['"', '{', '}'], "").replace(':', " "))
}

fn body(head: &HeadDef) -> String {
    match &head.body {
        BodyDef::Linear(linear) => format!("linear, {} weights", linear.weights.len()),
        BodyDef::Trees(trees) => {
            let nodes: usize = trees.trees.iter().map(|tree| tree.nodes.len()).sum();
            let bytes = bundle::trees::pack(trees).map_or(0, |bytes| bytes.len());
            format!("{} trees, {nodes} nodes, {bytes} bytes", trees.trees.len())
        }
        BodyDef::Text(text) => {
            format!(
                "text, {} grams, {} weights, {} bytes",
                text.buckets.len(),
                text.weights.len(),
                bundle::text::pack(text).len()
            )
        }
        BodyDef::Layers(def) => {
            let sizes = def.layers.iter().map(|layer| layer.bias.len().to_string()).collect::<Vec<_>>();
            let weights: usize = def.layers.iter().map(|layer| layer.weights.len()).sum();
            format!("layers of {} units, {weights} weights", sizes.join(", "))
        }
        BodyDef::Prototypes(def) => {
            let rows = def.weights.len() / def.bias.len().max(1);
            let who =
                if def.nearest == 0 { "all".to_owned() } else { format!("the {} nearest", def.nearest) };
            format!("{rows} kept rows, of which {who} count")
        }
        BodyDef::Experts(def) => {
            let n = def.trust.len() / CELLS;
            format!("{n} experts, each weighted by how much evidence it had")
        }
    }
}

fn reads(heads: &[HeadDef], head: &HeadDef, model: &floorwalker_engine::model::Model) -> String {
    if matches!(head.body, BodyDef::Text(_)) {
        return "the message".to_owned();
    }
    let name = |input: &InputDef| match *input {
        InputDef::Feature(at) => {
            model.program().defs().nth(usize::from(at)).map_or(String::new(), |def| def.name.clone())
        }
        InputDef::Output { head, output } => {
            let head = &heads[usize::from(head)];
            format!("{}:{}", head.name, head.outputs[usize::from(output)])
        }
    };
    head.inputs.iter().map(name).collect::<Vec<_>>().join(", ")
}
