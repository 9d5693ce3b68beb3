//! The one exported class: a model, one shopper's visit, and the buffers that the page shares with them.

use crate::{cold, error, layout};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use floorwalker_bundle as bundle;
use floorwalker_engine::event::{Arrival, Event, Item, Value};
use floorwalker_engine::model::{Evaluation, Model};
use floorwalker_engine::route::{AgentState, Decision, QueueState, Request, Snapshot};
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;
use wasm_bindgen::prelude::*;

/// A loaded bundle and one shopper.
#[wasm_bindgen]
pub struct Engine {
    model: Model,
    facts: Vec<(String, String)>,
    visit: Visit,
    evaluation: Evaluation,
    decision: Decision,
    items: Vec<Item>,
    params: Vec<(Symbol, Value)>,
    /// What the shop said of its queues, and what it is saying.
    snapshot: Snapshot,
    coming: Snapshot,
    input: Box<[f64]>,
    text: Box<[u8]>,
    output: Vec<f64>,
}

#[wasm_bindgen]
impl Engine {
    /// Reads a bundle. Throws an `Error` with a `code`.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Engine, JsValue> {
        let (model, facts) = bundle::load(bytes).map_err(|error| error::refused(&error))?;
        Ok(Self {
            visit: Visit::new(model.program(), model.idle_s()),
            evaluation: Evaluation::new(&model),
            decision: Decision::default(),
            items: Vec::new(),
            params: Vec::new(),
            snapshot: Snapshot::default(),
            coming: Snapshot::default(),
            input: vec![0.0; layout::INPUT].into(),
            text: vec![0; layout::TEXT].into(),
            output: Vec::new(),
            model,
            facts,
        })
    }

    /// Address of the input buffer.
    #[must_use]
    pub fn input(&self) -> *const f64 {
        self.input.as_ptr()
    }

    /// Address of the text buffer.
    #[must_use]
    pub fn text(&self) -> *const u8 {
        self.text.as_ptr()
    }

    /// Address of the output buffer; it may move with each call that writes it.
    #[must_use]
    pub fn output(&self) -> *const f64 {
        self.output.as_ptr()
    }

    /// Names the first `length` bytes of the text buffer.
    #[must_use]
    pub fn symbol(&self, length: usize) -> u32 {
        Symbol::of(self.message(length)).raw()
    }

    /// Takes in an event. `at_ms` NaN means now. Returns 0 counted, 1 counted in a new session, 2 duplicate, 3 stale.
    pub fn observe(&mut self, name: u32, at_ms: f64, now_ms: f64, n_items: usize, n_params: usize) -> u32 {
        let (items, rest) = self.input.split_at((n_items * layout::ITEM).min(self.input.len()));
        self.items.clear();
        self.items.extend(items.as_chunks().0.iter().map(layout::item));
        let params = rest.as_chunks::<{ layout::PARAM }>().0.iter().take(n_params);
        self.params.clear();
        self.params
            .extend(params.map(|&[name, kind, number]| (layout::symbol(name), layout::value(kind, number))));
        let event = Event {
            name: Symbol::from_raw(name),
            at_ms: (!at_ms.is_nan()).then_some(at_ms as i64),
            items: &self.items,
            params: &self.params,
        };
        match self.visit.observe(self.model.program(), &event, now_ms as i64) {
            Arrival::Counted { new_session, .. } => u32::from(new_session),
            Arrival::Duplicate => 2,
            Arrival::Stale => 3,
        }
    }

    /// Sets one context feature, by kind and number as in the output buffer.
    pub fn set_context(&mut self, feature: u16, kind: u32, number: f64) {
        self.visit.set_context(self.model.program(), feature, layout::value(f64::from(kind), number));
    }

    /// Forgets the context.
    pub fn clear_context(&mut self) {
        self.visit.clear_context();
    }

    /// Forgets the shopper, and what was typed.
    pub fn erase(&mut self) {
        self.text.fill(0);
        self.evaluation.wipe();
        self.visit = Visit::new(self.model.program(), self.model.idle_s());
    }

    /// Writes every feature to the output buffer.
    pub fn read(&mut self, now_ms: f64) {
        self.visit.read(self.model.program(), now_ms as i64, &mut self.evaluation.features);
        self.output.clear();
        self.output.extend(self.evaluation.features.iter().flat_map(|&value| layout::pair(value)));
    }

    /// Scores every head and writes their probabilities to the output buffer.
    pub fn score(&mut self, now_ms: f64, message_length: usize) {
        self.evaluate(now_ms, message_length);
        self.output.clear();
        let probabilities = self.evaluation.scores.iter().flat_map(|scores| &scores.probabilities);
        self.output.extend(probabilities.map(|&probability| f64::from(probability)));
    }

    /// Adds the state of one queue to the snapshot that is coming: open (NaN: as its hours say), then numbers as in the input
    /// buffer's table. Queues that are none are passed over.
    pub fn queue(&mut self, queue: usize, open: f64) {
        if queue >= self.n_queues() {
            return;
        }
        if self.coming.queues.len() <= queue {
            self.coming.queues.resize(queue + 1, QueueState::default());
        }
        let numbers = self.input.first_chunk().map_or([0.0; layout::QUEUE], |numbers| *numbers);
        if let Some(state) = self.coming.queues.get_mut(queue) {
            *state = layout::queue(open, &numbers);
        }
    }

    /// Adds an agent to the snapshot that is coming: numbers as in the input buffer's table.
    pub fn agent(&mut self, name: u32, queue: u16, novice: bool) {
        let numbers = self.input.first_chunk().map_or([0.0; layout::AGENT], |numbers| *numbers);
        self.coming.agents.push(AgentState {
            name: Symbol::from_raw(name),
            queue,
            novice,
            ..layout::agent(&numbers)
        });
    }

    /// Takes the snapshot that came; `queues.js` has looked at everything in it. `as_of_ms` NaN means now.
    pub fn take(&mut self, as_of_ms: f64) {
        let mut coming = core::mem::take(&mut self.coming);
        coming.as_of_ms = (!as_of_ms.is_nan()).then_some(as_of_ms as i64);
        self.snapshot = coming;
    }

    /// Scores, decides, and writes the decision to the output buffer. Returns whether there is a policy to decide by.
    ///
    /// `turn` below 0: none is counted. `agent` 0: nobody helped before.
    #[expect(
        clippy::too_many_arguments,
        reason = "numbers cross one by one: an object costs more than the decision"
    )]
    pub fn route(
        &mut self,
        now_ms: f64,
        message_length: usize,
        age_s: f32,
        seed_a: u32,
        seed_b: u32,
        turn: f64,
        agent: u32,
        agent_s: f32,
    ) -> bool {
        self.evaluate(now_ms, message_length);
        let request = Request {
            now_ms: now_ms as i64,
            age_s,
            seed: [seed_a, seed_b],
            turn: (turn >= 0.0).then_some(turn as u32),
            preferred: (agent != 0).then_some((Symbol::from_raw(agent), agent_s)),
            ..Request::default()
        };
        let decided = self.model.route(&self.evaluation, request, &self.snapshot, &mut self.decision);
        if decided {
            self.write_decision();
        }
        decided
    }

    /// What is loaded, as one array.
    #[must_use]
    pub fn describe(&self) -> JsValue {
        cold::describe(&self.model, &self.facts)
    }

    /// Why `output` of `head` got its logit at this moment, as one array. Indices out of range give no reasons.
    pub fn explain(&mut self, now_ms: f64, message_length: usize, head: usize, output: usize) -> JsValue {
        self.evaluate(now_ms, message_length);
        cold::explain(&self.model, &self.evaluation, self.message(message_length), head, output)
    }
}

impl Engine {
    fn n_queues(&self) -> usize {
        self.model.policy().map_or(0, |policy| policy.queues().len())
    }

    fn message(&self, length: usize) -> &str {
        message(&self.text, length)
    }

    fn evaluate(&mut self, now_ms: f64, message_length: usize) {
        self.visit.read(self.model.program(), now_ms as i64, &mut self.evaluation.features);
        self.evaluation.events = self.visit.seen(self.model.program());
        self.model.score(message(&self.text, message_length), &mut self.evaluation);
    }

    fn write_decision(&mut self) {
        let (Some(policy), Some(head)) = (self.model.policy(), self.model.intent_head()) else { return };
        let Some(scores) = self.evaluation.scores.get(head) else { return };
        let (decision, p, out) = (&self.decision, &scores.probabilities, &mut self.output);
        out.clear();
        layout::write_head(decision, self.model.evidence(&self.evaluation), scores.outside, out);
        for &queue in &decision.ranking {
            layout::write_rank(decision, queue, out);
            let mut best = [(-1.0, 0.0_f32); layout::REASONS];
            for (intent, share) in policy.shares(queue, p).enumerate() {
                if best.last().is_some_and(|last| share <= last.1) {
                    continue;
                }
                // A larger share pushes the smaller ones down and the last one out.
                let mut next = (intent as f64, share);
                for held in best.iter_mut().filter(|held| held.1 < share) {
                    core::mem::swap(held, &mut next);
                }
            }
            out.extend(best.iter().flat_map(|&(intent, share)| [intent, f64::from(share)]));
        }
        out.extend(p.iter().map(|&probability| f64::from(probability)));
    }
}

/// The text that the page wrote: as much of it as is valid UTF-8.
fn message(text: &[u8], length: usize) -> &str {
    let bytes = text.get(..length).unwrap_or(text);
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            bytes.get(..error.valid_up_to()).and_then(|valid| str::from_utf8(valid).ok()).unwrap_or("")
        }
    }
}
