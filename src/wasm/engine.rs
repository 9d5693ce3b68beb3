//! The functions that the page calls: reading a bundle, then the model, one shopper's visit, and the buffers shared with the page.

use crate::{cold, error, layout};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use floorwalker_bundle as bundle;
use floorwalker_engine::event::{Arrival, Event, Item, Value};
use floorwalker_engine::list::fill;
use floorwalker_engine::model::{Evaluation, Model};
use floorwalker_engine::route::{AgentState, Decision, QueueState, Request, Snapshot};
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;
use wasm_bindgen::prelude::*;

/// A bundle that is being loaded: the page writes its bytes into memory, then calls [`Bundle::load`] for the engine.
#[wasm_bindgen]
pub struct Bundle {
    bytes: Vec<u8>,
    refusal: u32,
}

#[wasm_bindgen]
impl Bundle {
    /// Allocates a buffer of `length` bytes for the bundle.
    #[must_use]
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Self {
        Self { bytes: vec![0; length], refusal: 0 }
    }

    /// Address of the buffer for the bundle's bytes.
    #[must_use]
    pub fn address(&self) -> *const u8 {
        self.bytes.as_ptr()
    }

    /// Reads the bundle and frees its bytes. Returns `None` if the bundle is refused; [`Bundle::refusal`] then says why.
    pub fn load(&mut self) -> Option<Engine> {
        let (model, facts) = match bundle::load(&core::mem::take(&mut self.bytes)) {
            Ok(loaded) => loaded,
            Err(error) => {
                self.refusal = error::number(&error);
                return None;
            }
        };
        Some(Engine(Box::leak(Box::new(Parts {
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
            texts: Vec::new(),
            model,
            facts,
        }))))
    }

    /// Why the bundle was refused: an index into the page's list of errors.
    #[must_use]
    pub fn refusal(&self) -> u32 {
        self.refusal
    }
}

/// A loaded bundle and one shopper. The engine is never freed by itself: each engine has its own WebAssembly instance
/// (`pkg-template/start.js`), whose memory goes as a whole, so the module needs no code to drop it.
#[wasm_bindgen]
pub struct Engine(&'static mut Parts);

struct Parts {
    model: Model,
    facts: Vec<(String, String)>,
    visit: Visit,
    evaluation: Evaluation,
    decision: Decision,
    items: Vec<Item>,
    params: Vec<(Symbol, Value)>,
    /// The current snapshot of the shop's queues, and the next one while the page is writing it.
    snapshot: Snapshot,
    coming: Snapshot,
    input: Box<[f64]>,
    text: Box<[u8]>,
    output: Vec<f64>,
    /// The texts of the description.
    texts: Vec<u8>,
}

#[wasm_bindgen]
impl Engine {
    /// Address of the input buffer.
    #[must_use]
    pub fn input(&self) -> *const f64 {
        self.0.input.as_ptr()
    }

    /// Address of the text buffer.
    #[must_use]
    pub fn text(&self) -> *const u8 {
        self.0.text.as_ptr()
    }

    /// Address of the output buffer; it may move with each call that writes it.
    #[must_use]
    pub fn output(&self) -> *const f64 {
        self.0.output.as_ptr()
    }

    /// The symbol of the first `length` bytes of the text buffer.
    #[must_use]
    pub fn symbol(&self, length: usize) -> u32 {
        Symbol::of(message(&self.0.text, length)).raw()
    }

    /// Observes an event. `at_ms` NaN means now. Returns 0: counted, 1: counted in a new session, 2: duplicate, 3: stale.
    pub fn observe(&mut self, name: u32, at_ms: f64, now_ms: f64, n_items: usize, n_params: usize) -> u32 {
        let (items, rest) = self.0.input.split_at((n_items * layout::ItemRow::LEN).min(self.0.input.len()));
        self.0.items.clear();
        fill(&mut self.0.items, items.as_chunks().0.iter().map(layout::item));
        let params = rest.as_chunks().0.iter().take(n_params);
        self.0.params.clear();
        fill(&mut self.0.params, params.map(layout::param));
        let event = Event {
            name: Symbol::from_raw(name),
            at_ms: (!at_ms.is_nan()).then_some(at_ms as i64),
            items: &self.0.items,
            params: &self.0.params,
        };
        match self.0.visit.observe(self.0.model.program(), &event, now_ms as i64) {
            Arrival::Counted { new_session, .. } => u32::from(new_session),
            Arrival::Duplicate => 2,
            Arrival::Stale => 3,
        }
    }

    /// Sets one context feature. The value is a kind and a number, encoded as in the output buffer.
    pub fn set_context(&mut self, feature: u16, kind: u32, number: f64) {
        self.0.visit.set_context(self.0.model.program(), feature, layout::value(f64::from(kind), number));
    }

    /// Forgets all context features.
    pub fn clear_context(&mut self) {
        self.0.visit.clear_context();
    }

    /// Forgets the shopper, and overwrites what was typed with zeros.
    pub fn erase(&mut self) {
        self.0.text.fill(0);
        self.0.evaluation.wipe();
        self.0.visit = Visit::new(self.0.model.program(), self.0.model.idle_s());
    }

    /// Writes the value of every feature to the output buffer.
    pub fn read(&mut self, now_ms: f64) {
        self.0.visit.read(self.0.model.program(), now_ms as i64, &mut self.0.evaluation.features);
        self.0.output.clear();
        fill(
            &mut self.0.output,
            self.0.evaluation.features.iter().flat_map(|&value| layout::pair(value).numbers()),
        );
    }

    /// Scores every head and writes the heads' probabilities to the output buffer.
    pub fn score(&mut self, now_ms: f64, message_length: usize) {
        self.evaluate(now_ms, message_length);
        self.0.output.clear();
        let probabilities = self.0.evaluation.scores.iter().flat_map(|scores| &scores.probabilities);
        fill(&mut self.0.output, probabilities.map(|&probability| f64::from(probability)));
    }

    /// Adds the state of one queue to the next snapshot. `open` NaN means that the queue's opening hours decide; the numbers are read
    /// from the input buffer as in the table in `layout`. A queue index that does not exist is ignored.
    pub fn queue(&mut self, queue: usize, open: f64) {
        if queue >= self.n_queues() {
            return;
        }
        if self.0.coming.queues.len() <= queue {
            self.0.coming.queues.resize(queue + 1, QueueState::default());
        }
        let numbers = self.0.input.first_chunk().map_or([0.0; layout::QueueRow::LEN], |numbers| *numbers);
        if let Some(state) = self.0.coming.queues.get_mut(queue) {
            *state = layout::queue(open, &numbers);
        }
    }

    /// Adds an agent to the next snapshot. The numbers are read from the input buffer as in the table in `layout`.
    pub fn agent(&mut self, name: u32, queue: u16, novice: bool) {
        let numbers = self.0.input.first_chunk().map_or([0.0; layout::AgentRow::LEN], |numbers| *numbers);
        self.0.coming.agents.push(AgentState {
            name: Symbol::from_raw(name),
            queue,
            novice,
            ..layout::agent(&numbers)
        });
    }

    /// Makes the next snapshot the current one; `queues.js` has validated everything in it. `as_of_ms` NaN means now.
    pub fn take(&mut self, as_of_ms: f64) {
        let mut coming = core::mem::take(&mut self.0.coming);
        coming.as_of_ms = (!as_of_ms.is_nan()).then_some(as_of_ms as i64);
        self.0.snapshot = coming;
    }

    /// Scores, routes, and writes the decision to the output buffer. Returns `false` if the bundle has no policy.
    ///
    /// `turn` below 0: turns are not counted. `agent` 0: no agent helped this shopper before.
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
        let decided = self.0.model.route(&self.0.evaluation, request, &self.0.snapshot, &mut self.0.decision);
        if decided {
            self.write_decision();
        }
        decided
    }

    /// Writes a description of the bundle: numbers to the output buffer, texts to a separate buffer whose address is returned.
    pub fn describe(&mut self) -> *const u8 {
        let Parts { model, facts, output, texts, .. } = &mut *self.0;
        output.clear();
        texts.clear();
        cold::Description { numbers: output, texts }.write(model, facts);
        texts.as_ptr()
    }

    /// Writes the explanation of the current logit of `output` of `head` to the output buffer. Indices out of range give no reasons.
    pub fn explain(&mut self, now_ms: f64, message_length: usize, head: usize, output: usize) {
        self.evaluate(now_ms, message_length);
        let Parts { model, evaluation, text, output: out, .. } = &mut *self.0;
        cold::explain(model, evaluation, message(text, message_length), head, output, out);
    }
}

impl Engine {
    fn n_queues(&self) -> usize {
        self.0.model.policy().map_or(0, |policy| policy.queues().len())
    }

    fn evaluate(&mut self, now_ms: f64, message_length: usize) {
        self.0.visit.read(self.0.model.program(), now_ms as i64, &mut self.0.evaluation.features);
        self.0.evaluation.events = self.0.visit.seen(self.0.model.program());
        self.0.model.score(message(&self.0.text, message_length), &mut self.0.evaluation);
    }

    #[inline(never)]
    fn write_decision(&mut self) {
        let (Some(policy), Some(head)) = (self.0.model.policy(), self.0.model.intent_head()) else { return };
        let Some(scores) = self.0.evaluation.scores.get(head) else { return };
        let (decision, p, out) = (&self.0.decision, &scores.probabilities, &mut self.0.output);
        out.clear();
        layout::write_head(decision, self.0.model.evidence(&self.0.evaluation), scores.outside, out);
        for &queue in &decision.ranking {
            layout::write_rank(decision, queue, out);
            let mut best = [(-1.0, 0.0_f32); layout::REASONS];
            for (intent, share) in policy.shares(queue, p).enumerate() {
                if best.last().is_some_and(|last| share <= last.1) {
                    continue;
                }
                // Insertion into a list sorted by falling share: smaller shares move down, and the last one is dropped.
                let mut next = (intent as f64, share);
                for held in best.iter_mut().filter(|held| held.1 < share) {
                    core::mem::swap(held, &mut next);
                }
            }
            let shares = best.iter().map(|&(intent, share)| layout::ShareRow { intent, share: share.into() });
            fill(out, shares.flat_map(layout::ShareRow::numbers));
        }
        fill(out, p.iter().map(|&probability| f64::from(probability)));
    }
}

/// The text that the page wrote, up to the first invalid UTF-8.
fn message(text: &[u8], length: usize) -> &str {
    let bytes = text.get(..length).unwrap_or(text);
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            bytes.get(..error.valid_up_to()).and_then(|valid| str::from_utf8(valid).ok()).unwrap_or("")
        }
    }
}
