//! The functions that the page calls: reading a bundle, then the model, one shopper's visit, and the buffers shared with the page.

use crate::{cold, error, layout};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use floorwalker_bundle as bundle;
use floorwalker_engine::event::{Arrival, Event, Item, Value};
use floorwalker_engine::list::fill;
use floorwalker_engine::model::{Evaluation, Model, Scratch};
use floorwalker_engine::route::{AgentState, Decision, Incoming, Request, Snapshot, SnapshotError};
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
            features: vec![Value::Missing; model.program().len()],
            scratch: Scratch::default(),
            decision: Decision::default(),
            items: Vec::new(),
            params: Vec::new(),
            snapshot: Snapshot::default(),
            coming: Incoming::default(),
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
    features: Vec<Value>,
    scratch: Scratch,
    decision: Decision,
    items: Vec<Item>,
    params: Vec<(Symbol, Value)>,
    /// The current snapshot of the shop's queues, and the next one while the page is writing it.
    snapshot: Snapshot,
    coming: Incoming,
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
        self.0.scratch.wipe();
        self.0.visit = Visit::new(self.0.model.program(), self.0.model.idle_s());
    }

    /// Writes the value of every feature to the output buffer.
    pub fn read(&mut self, now_ms: f64) {
        let Parts { model, visit, features, output, .. } = &mut *self.0;
        let seen = model.see(visit, now_ms as i64, "", features);
        output.clear();
        fill(output, seen.features.iter().flat_map(|&value| layout::pair(value).numbers()));
    }

    /// Scores every head and writes the heads' probabilities to the output buffer.
    pub fn score(&mut self, now_ms: f64, message_length: usize) {
        let Parts { model, visit, features, scratch, text, output, .. } = &mut *self.0;
        let seen = model.see(visit, now_ms as i64, message(text, message_length), features);
        let found = model.evaluate(seen, scratch);
        output.clear();
        let probabilities = found.scores.iter().flat_map(|scores| &scores.probabilities);
        fill(output, probabilities.map(|&probability| f64::from(probability)));
    }

    /// Takes in the mean patience of the next snapshot, in seconds; NaN if not known. It comes before the queues for which it holds. Returns
    /// what [`Engine::queue`] returns.
    pub fn patience(&mut self, seconds: f32) -> u32 {
        fault(self.0.coming.patience(seconds))
    }

    /// Takes in the state of one queue of the next snapshot. `open` NaN means that the queue's opening hours decide; the numbers are read
    /// from the input buffer as in the table in `layout`. Returns 0, or 1 plus the index of a number that is refused, or `ROWS` (`layout`)
    /// for too many rows; after a refusal the next snapshot is empty again.
    pub fn queue(&mut self, queue: usize, open: f64) -> u32 {
        let numbers = self.0.input.first_chunk().map_or([0.0; layout::QueueRow::LEN], |numbers| *numbers);
        let n_queues = self.n_queues();
        fault(self.0.coming.queue(queue, layout::queue(open, &numbers), n_queues))
    }

    /// Takes in an agent of the next snapshot. The numbers are read from the input buffer as in the table in `layout`. Returns what
    /// [`Engine::queue`] returns.
    pub fn agent(&mut self, name: u32, queue: u16, novice: bool) -> u32 {
        let numbers = self.0.input.first_chunk().map_or([0.0; layout::AgentRow::LEN], |numbers| *numbers);
        let name = Symbol::from_raw(name);
        let n_queues = self.n_queues();
        fault(self.0.coming.agent(AgentState { name, queue, novice, ..layout::agent(&numbers) }, n_queues))
    }

    /// Makes the next snapshot the current one. `as_of_ms` NaN means now. Returns `false`, and keeps the current one, if it is from the
    /// future.
    pub fn take(&mut self, as_of_ms: f64, now_ms: f64) -> bool {
        let as_of_ms = (!as_of_ms.is_nan()).then_some(as_of_ms as i64);
        let coming = self.0.coming.finish(as_of_ms, now_ms as i64);
        let is_taken = coming.is_ok();
        if let Ok(coming) = coming {
            self.0.snapshot = coming;
        }
        is_taken
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
        let Parts { model, visit, features, scratch, snapshot, decision, text, output, .. } = &mut *self.0;
        let seen = model.see(visit, now_ms as i64, message(text, message_length), features);
        let found = model.evaluate(seen, scratch);
        let request = Request {
            now_ms: now_ms as i64,
            age_s,
            seed: [seed_a, seed_b],
            turn: (turn >= 0.0).then_some(turn as u32),
            preferred: (agent != 0).then_some((Symbol::from_raw(agent), agent_s)),
            ..Request::default()
        };
        let decided = found.route(request, snapshot, decision);
        if decided {
            write_decision(model, &found, decision, output);
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
        let Parts { model, visit, features, scratch, text, output: out, .. } = &mut *self.0;
        let seen = model.see(visit, now_ms as i64, message(text, message_length), features);
        cold::explain(&model.evaluate(seen, scratch), head, output, out);
    }
}

impl Engine {
    fn n_queues(&self) -> usize {
        self.0.model.policy().map_or(0, |policy| policy.queues().len())
    }
}

fn fault(taken: Result<(), SnapshotError>) -> u32 {
    match taken {
        Ok(()) => 0,
        Err(SnapshotError::Number(at)) => at as u32 + 1,
        Err(_) => layout::ROWS,
    }
}

#[inline(never)]
fn write_decision(model: &Model, found: &Evaluation<'_>, decision: &Decision, out: &mut Vec<f64>) {
    let (Some(policy), Some(head)) = (model.policy(), model.intent_head()) else { return };
    let Some(scores) = found.scores.get(head) else { return };
    let p = &scores.probabilities;
    out.clear();
    layout::write_head(decision, found.evidence(), scores.outside, out);
    for &queue in &decision.scored.ranking {
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
