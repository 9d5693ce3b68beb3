//! The functions that the page calls: reading an index, then one shopper's trail, lists, and the buffers shared with the page.

use crate::asked::asked;
use alloc::{boxed::Box, vec, vec::Vec};
use floorwalker_retrieval::{self as retrieval, Act, Answer, Index, List, Scratch, Signal, Trail};
use wasm_bindgen::prelude::*;

/// Length of the input buffer, in numbers.
const INPUT: usize = 4_096;
/// Length of the text buffer, in bytes.
const TEXT: usize = 4_096;
/// Stands for an item that the index does not have.
const UNKNOWN: u32 = u32::MAX;

/// An index that is being loaded: the page writes its bytes into memory, then calls [`Bundle::load`] for the engine.
#[wasm_bindgen]
pub struct Bundle {
    bytes: Vec<u8>,
    refusal: u32,
}

#[wasm_bindgen]
impl Bundle {
    /// Allocates a buffer of `length` bytes for the index.
    #[must_use]
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Self {
        Self { bytes: vec![0; length], refusal: 0 }
    }

    /// Address of the buffer for the index's bytes.
    #[must_use]
    pub fn address(&self) -> *const u8 {
        self.bytes.as_ptr()
    }

    /// Reads the index and frees its bytes. Returns `None` if the index is refused; [`Bundle::refusal`] then says why.
    pub fn load(&mut self) -> Option<Engine> {
        match retrieval::decode(&core::mem::take(&mut self.bytes)) {
            Ok(index) => Some(Engine(Box::leak(Box::new(Parts {
                index,
                trail: Trail::default(),
                aside: None,
                scratch: Scratch::default(),
                input: vec![0.0; INPUT].into(),
                text: vec![0; TEXT].into(),
                output: Vec::new(),
                texts: Vec::new(),
            })))),
            Err(error) => {
                self.refusal = error.number();
                None
            }
        }
    }

    /// Why the index was refused: an index into the page's list of errors.
    #[must_use]
    pub fn refusal(&self) -> u32 {
        self.refusal
    }
}

/// A loaded index and one shopper. It is never freed by itself: each has its own WebAssembly instance.
#[wasm_bindgen]
pub struct Engine(&'static mut Parts);

struct Parts {
    index: Index,
    trail: Trail,
    /// The shopper's trail, while another one that began with it is in its place.
    aside: Option<Trail>,
    scratch: Scratch,
    input: Box<[f64]>,
    text: Box<[u8]>,
    output: Vec<f64>,
    /// The texts of the last call that returns texts, one after another.
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

    /// The number of the item whose id is the first `length` bytes of the text buffer, or 2³² − 1.
    #[must_use]
    pub fn find(&self, length: usize) -> u32 {
        let id = self.0.text.get(..length).and_then(|bytes| str::from_utf8(bytes).ok());
        id.and_then(|id| self.0.index.find(id)).unwrap_or(UNKNOWN)
    }

    /// Observes an event with one of its items. The text buffer holds the event's name, then the item's id; `stars` are those of a rating,
    /// else 0; half a star is rounded up. Returns whether it counted: the event does something with items, and the index has the item.
    pub fn observe(&mut self, name_length: usize, id_length: usize, stars: f64) -> bool {
        let Parts { index, trail, text, .. } = &mut *self.0;
        let read = |from: usize, length: usize| {
            let bytes = text.get(from..from.saturating_add(length));
            bytes.and_then(|bytes| str::from_utf8(bytes).ok())
        };
        let act = read(0, name_length).and_then(|name| Act::of_event(name, (stars + 0.5) as u8));
        let item = read(name_length, id_length).and_then(|id| index.find(id));
        if let (Some(act), Some(item)) = (act, item) {
            trail.add(item, act);
        }
        act.is_some() && item.is_some()
    }

    /// The number of a value of an attribute, or 2³² − 1: the text buffer holds the value.
    #[must_use]
    pub fn value(&self, attribute: u16, length: usize) -> u32 {
        let Parts { index, text, .. } = &*self.0;
        let wanted = text.get(..length).and_then(|bytes| str::from_utf8(bytes).ok());
        let values = index.attributes().get(usize::from(attribute)).map(|known| &known.values[..]);
        let value = values.unwrap_or_default().iter().position(|value| Some(value.as_str()) == wanted);
        value.map_or(UNKNOWN, |value| value as u32)
    }

    /// Observes what the shopper says of a value of an attribute. `likes` is 1, or 0 for what is not wanted, or 2 for an answer that is taken
    /// back.
    pub fn answer(&mut self, attribute: u16, value: u16, likes: u32) {
        let trail = &mut self.0.trail;
        if likes > 1 {
            trail.retract(attribute, value);
        } else {
            trail.answer(Answer { attribute, value, likes: likes == 1 });
        }
    }

    /// Lays a copy of the trail aside; the next call puts it back, and forgets what was observed between the two.
    pub fn aside(&mut self) {
        let Parts { trail, aside, .. } = &mut *self.0;
        match aside.take() {
            Some(kept) => *trail = kept,
            None => *aside = Some(trail.clone()),
        }
    }

    /// Forgets the shopper, and overwrites the last text with zeros.
    pub fn erase(&mut self) {
        self.0.trail = Trail::default();
        self.0.text.fill(0);
    }

    /// Ranks items as the input buffer asks (`asked`), and writes the list to the output buffer. Returns how many numbers it has.
    pub fn recommend(&mut self) -> usize {
        let Parts { index, trail, scratch, input, output, .. } = &mut *self.0;
        let list = index.recommend(trail, &asked(input), scratch);
        write_list(&list, output)
    }

    /// Items like this one, as the input buffer asks.
    pub fn similar(&mut self, item: u32) -> usize {
        let Parts { index, trail, input, output, .. } = &mut *self.0;
        write_list(&index.similar(item, trail, &asked(input)), output)
    }

    /// Items that are bought together with the `n_items` items at the end of the input buffer, as the rest of the buffer asks.
    pub fn bought(&mut self, n_items: usize) -> usize {
        let Parts { index, trail, input, output, .. } = &mut *self.0;
        let from = INPUT.saturating_sub(n_items);
        let items: Vec<u32> = input.get(from..).unwrap_or_default().iter().map(|item| *item as u32).collect();
        write_list(&index.bought_together(&items, trail, &asked(input)), output)
    }

    /// Writes support, confidence and lift of the rule "who buys `item` buys `other`" to the output buffer; nothing if there is no such rule.
    pub fn rule(&mut self, item: u32, other: u32) {
        let Parts { index, output, .. } = &mut *self.0;
        output.clear();
        if let Some(rule) = index.rule(item, other) {
            output.extend([rule.support, rule.confidence, rule.lift].map(f64::from));
        }
    }

    /// Writes what the shopper thinks of values: how many, and for each taste, looks, confidence and usual share; how many views, likes, carts, buys,
    /// ratings and dislikes; the answer, the attribute's number, and the length of the value. Returns the address of the texts.
    pub fn preferences(&mut self) -> *const u8 {
        let Parts { index, trail, output, texts, .. } = &mut *self.0;
        output.clear();
        texts.clear();
        let found = index.preferences(trail);
        output.push(found.len() as f64);
        for one in found {
            let attribute = index.attributes().get(usize::from(one.attribute));
            let value = attribute.and_then(|attribute| attribute.values.get(usize::from(one.value)));
            let value = value.map_or("", |value| value.as_str());
            for number in [one.taste, one.looks, one.confidence, one.usual] {
                output.push(number.into());
            }
            for count in one.evidence.counts {
                output.push(count.into());
            }
            output.push(one.evidence.answer.into());
            output.push(one.attribute.into());
            output.push(value.len() as f64);
            texts.extend(value.as_bytes());
        }
        texts.as_ptr()
    }

    /// Describes an item: its price (NaN: unknown), kind, flags in stock and consumable, the lengths of its id and title, and for each
    /// attribute the length of its value, or −1. Returns the address of the texts, which follow each other.
    pub fn item(&mut self, item: u32) -> *const u8 {
        let Parts { index, output, texts, .. } = &mut *self.0;
        output.clear();
        texts.clear();
        if let Some(def) = index.item(item) {
            output.extend([f64::from(def.price), f64::from(def.kind as u8)]);
            output.extend([f64::from(u8::from(def.in_stock)), f64::from(u8::from(def.consumable))]);
            for text in [&def.id, &def.title] {
                output.push(text.len() as f64);
                texts.extend(text.as_bytes());
            }
            for (attribute, value) in index.attributes().iter().zip(&def.attributes) {
                let text = attribute.values.get(usize::from(*value));
                output.push(text.map_or(-1.0, |text| text.len() as f64));
                texts.extend(text.map_or(&[][..], |text| text.as_bytes()));
            }
        }
        texts.as_ptr()
    }

    /// Describes the index: how many items; the name's length; the attributes' names; the signals' names; the facts, each a name and a
    /// value. A list is preceded by its length, a text is represented by its length. Returns the address of the texts.
    pub fn describe(&mut self) -> *const u8 {
        let Parts { index, output, texts, .. } = &mut *self.0;
        output.clear();
        texts.clear();
        output.push(index.len() as f64);
        let mut write = |text: &str, output: &mut Vec<f64>| {
            output.push(text.len() as f64);
            texts.extend(text.as_bytes());
        };
        write(index.name(), output);
        output.push(index.attributes().len() as f64);
        index.attributes().iter().for_each(|attribute| write(&attribute.name, output));
        output.push(Signal::ALL.len() as f64);
        Signal::ALL.iter().for_each(|signal| write(signal.name(), output));
        output.push(index.facts().len() as f64);
        for (name, fact) in index.facts() {
            write(name, output);
            write(fact, output);
        }
        texts.as_ptr()
    }
}

/// Writes a list: its cost, how many items, and for each item its number, score, probability, propensity, how many reasons, and for each
/// reason the signal, the item that it rests on (−1: none) and what it adds. Returns how many numbers it wrote.
fn write_list(list: &List, output: &mut Vec<f64>) -> usize {
    output.clear();
    output.extend([f64::from(list.cost), list.items.len() as f64]);
    for one in &list.items {
        output.extend([f64::from(one.item), one.score.into(), one.probability.into(), one.propensity.into()]);
        output.push(one.reasons.len() as f64);
        for reason in &one.reasons {
            output.extend([
                f64::from(reason.signal as u8),
                reason.of.map_or(-1.0, f64::from),
                reason.contribution.into(),
            ]);
        }
    }
    output.len()
}
