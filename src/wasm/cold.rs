//! Calls off the hot path: the description of the loaded bundle, and the explanation of a score.
//!
//! Results cross to JavaScript as numbers and bytes in buffers, like everything else. The module creates no JavaScript values: the
//! code for that took 2 KB of the page. The tables in `layout` define the buffers, and `pkg-template/calls.js` reads them.

use crate::layout;
use alloc::string::String;
use alloc::vec::Vec;
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::{Cause, InputDef};
use floorwalker_engine::model::{Evaluation, Model};
use floorwalker_engine::route::Policy;

/// The description of a loaded bundle: one list holds numbers and lengths, another the texts one after another.
pub(crate) struct Description<'a> {
    /// Numbers in order; a text is represented by its length in bytes, and a list is preceded by its length.
    pub(crate) numbers: &'a mut Vec<f64>,
    /// All texts, one after another, in UTF-8.
    pub(crate) texts: &'a mut Vec<u8>,
}

impl Description<'_> {
    /// Writes the description, in the order of the table in `layout`.
    #[inline(never)]
    pub(crate) fn write(&mut self, model: &Model, facts: &[(String, String)]) {
        self.text(model.name());
        self.number(model.program().len());
        for def in model.program().defs() {
            self.text(&def.name);
            let (context, hears) = match def.op {
                Op::ContextNumber => (1, false),
                Op::ContextCategory => (2, false),
                Op::Ratio { .. } | Op::Affinity { .. } => (0, false),
                _ => (0, true),
            };
            self.number(context);
            self.number(hears.into());
            if hears {
                self.list(&def.events);
            }
            self.text(def.field.as_deref().unwrap_or(""));
            let takes_text = matches!(
                def.op,
                Op::Count | Op::Last | Op::Distinct | Op::Entropy | Op::TimeSince | Op::Keep
            );
            self.number(takes_text.into());
            self.text(def.only.as_ref().map_or("", |only| &only.field));
        }
        self.number(model.heads().len());
        for head in model.heads() {
            self.text(head.name());
            self.list(head.outputs());
        }
        let program = model.policy().map(Policy::program);
        self.list(program.map_or(&[], |program| &program.queues));
        self.number(model.policy().map_or(0, Policy::default_queue));
        self.numbers.push(model.intent_head().map_or(-1.0, |head| head as f64));
        self.text(program.map_or("", |program| &program.version));
        self.number(facts.len());
        for (name, fact) in facts {
            self.text(name);
            self.text(fact);
        }
        self.list(program.map_or(&[], |program| &program.filter_names));
        self.text(program.map_or("", |program| &program.key));
        let rows = program.map_or(&[][..], |program| &program.rows);
        self.number(rows.len());
        rows.iter().for_each(|row| self.number(row.channel as usize));
    }

    fn list(&mut self, texts: &[String]) {
        self.number(texts.len());
        texts.iter().for_each(|text| self.text(text));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.texts.extend_from_slice(text.as_bytes());
    }

    /// A small count, index or flag.
    fn number(&mut self, number: usize) {
        self.numbers.push(number as f64);
    }
}

/// Writes the explanation of one output's logit into `out`; the table in `layout` gives the order.
#[inline(never)]
pub(crate) fn explain(evaluation: &Evaluation<'_>, head: usize, output: usize, out: &mut Vec<f64>) {
    let mut contributions = Vec::new();
    let base = evaluation.explain(head, output, &mut contributions);
    let scores = evaluation.scores.get(head);
    let number = |numbers: Option<&Vec<f32>>| numbers.and_then(|numbers| numbers.get(output)).copied();
    let logit = number(scores.map(|scores| &scores.logits)).unwrap_or(0.0);
    let probability = number(scores.map(|scores| &scores.probabilities)).unwrap_or(0.0);
    out.clear();
    let row = layout::ExplanationRow {
        base: base.into(),
        logit: logit.into(),
        probability: probability.into(),
        n_reasons: contributions.len() as f64,
    };
    out.extend_from_slice(&row.numbers());
    for one in &contributions {
        let (kind, first, second, at) = match one.cause {
            Cause::Word { start, end } => (0.0, start, end, usize::MAX),
            Cause::Input(InputDef::Feature(at)) => (1.0, at.into(), 0, usize::from(at)),
            Cause::Input(InputDef::Output { head, output }) => (2.0, head.into(), output.into(), usize::MAX),
        };
        let value = layout::pair(evaluation.seen.features.get(at).copied().unwrap_or(Value::Missing));
        let row = layout::ReasonRow {
            kind,
            first: first.into(),
            second: second.into(),
            value_kind: value.kind,
            value: value.value,
            contribution: one.amount.into(),
        };
        out.extend_from_slice(&row.numbers());
    }
}
