//! `floorwalker score`: computes for a log what the page would answer.

use super::bundle_bytes;
use super::output::{Force, Known};
use anyhow::{Context, Result};
use clap::Args;
use floorwalker_data::read::Log;
use floorwalker_data::write;
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_engine::route::{Abstention, Decision, Request, Snapshot};
use floorwalker_finding::Lang;
use floorwalker_learn::examples::replay;
use floorwalker_report as report;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;

/// Flags of `score`.
#[derive(Debug, Args)]
pub struct Score {
    /// The bundle to score with
    bundle: PathBuf,
    /// The event log to replay (JSON Lines)
    log: PathBuf,
    /// Where to write [default: standard output]
    #[arg(long, short)]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// Write each probability as the hexadecimal bits of its f32, to compare with the page exactly
    #[arg(long)]
    bits: bool,
}

impl Score {
    pub(super) fn run(&self) -> Result<()> {
        if let Some(out) = &self.out {
            let known = Known::Holds(&["\"evidence\":", "\"line\":", "\"shopper\":"]);
            self.force.check(&[&self.bundle, &self.log], &[("--out", out, known)])?;
        }
        let bytes = bundle_bytes(&self.bundle)?;
        let (model, _) =
            floorwalker_bundle::load(&bytes).with_context(|| self.bundle.display().to_string())?;
        let log = Log::read(&self.log)?;
        if let Some(note) = log.note() {
            eprintln!("{}: {}", self.log.display(), report::finding_line(&note, Lang::En));
        }
        match &self.out {
            Some(path) => write::stream(path, |out| self.write(&model, &log, out)),
            None => self.write(&model, &log, &mut std::io::stdout().lock()),
        }
    }

    fn write(&self, model: &Model, log: &Log, out: &mut dyn Write) -> Result<()> {
        let mut scratch = Scratch::default();
        let mut decision = Decision::default();
        // Only the opening hours of the queues are known.
        let unknown = Snapshot::default();
        replay(log, model.program(), model.idle_s(), false, |moment| {
            let message = moment.event.message.as_deref().unwrap_or("");
            let seen = Seen { features: moment.features, events: moment.events, message };
            let evaluation = model.evaluate(seen, &mut scratch);
            let request =
                Request { now_ms: moment.now_ms, seed: [moment.event.line as u32, 0], ..Request::default() };
            let routed = evaluation.route(request, &unknown, &mut decision);
            let mut line = Map::new();
            line.insert("line".to_owned(), json!(moment.event.line));
            line.insert("shopper".to_owned(), json!(moment.event.shopper));
            let evidence = evaluation.evidence();
            line.insert(
                "evidence".to_owned(),
                json!({ "message": evidence.message, "events": evidence.events }),
            );
            if let Some(policy) = model.policy().filter(|_| routed) {
                let queue = decision.drawn.queue.map(|queue| policy.queues()[queue].as_str());
                line.insert("queue".to_owned(), json!(queue));
                line.insert("goes_to".to_owned(), json!(policy.queues()[decision.drawn.goes_to]));
                line.insert(
                    "abstain_reason".to_owned(),
                    json!(decision.drawn.abstention.map(Abstention::name)),
                );
                line.insert("margin".to_owned(), self.number(decision.scored.margin));
                let outputs = model.intent_head().map_or(&[][..], |head| model.heads()[head].outputs());
                let set: Vec<&String> = decision.intent_set.iter().map(|&intent| &outputs[intent]).collect();
                line.insert("intent_set".to_owned(), json!(set));
            }
            for (head, scores) in model.heads().iter().zip(evaluation.scores) {
                if scores.outside > 0.0 {
                    line.insert(format!("{}.out_of_scope", head.name()), self.number(scores.outside));
                }
                let outputs = head.outputs().iter().zip(&scores.probabilities);
                let scores: Map<String, Value> =
                    outputs.map(|(name, &p)| (name.clone(), self.number(p))).collect();
                line.insert(head.name().to_owned(), Value::Object(scores));
            }
            writeln!(out, "{}", Value::Object(line))?;
            Ok(())
        })
    }

    fn number(&self, number: f32) -> Value {
        if self.bits { json!(format!("{:08x}", number.to_bits())) } else { json!(number) }
    }
}
