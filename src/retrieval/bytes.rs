//! Bytes of an index: a header as in a bundle, with the magic number `46 57 49 00` ("FWI", 0), then columns. `FORMAT.md` has the table.
//!
//! Rows of pairs are kept as three columns: how many entries each row has (a byte), the differences between their item numbers (LEB128), and
//! their weights (a byte). Columns compress better than rows do.
#![deny(clippy::indexing_slicing)]

use crate::error::IndexError;
use crate::index::{Index, IndexDef, MAX_ATTRIBUTES};
use crate::item::{AttributeDef, ItemDef, Kind, NONE};
use crate::neighbours::{Neighbourhood, SessionsDef};
use crate::pairs::PairsDef;
use crate::signal::SIGNALS;
use crate::strengths::Strengths;
use alloc::{string::String, vec::Vec};
use floorwalker_bundle::frame;
use floorwalker_bundle::reader::{Reader, TEXT};
use floorwalker_bundle::writer::Writer;

const MAGIC: [u8; 4] = *b"FWI\0";
/// The only format version that this reader accepts.
pub const VERSION: u16 = 3;
/// Largest index that is accepted, in bytes.
pub const MAX_BYTES: usize = floorwalker_bundle::MAX_BYTES;
/// Memory that an index may take: bytes for each byte of the file, and a fixed part.
const MEMORY_PER_BYTE: usize = 32;
const MEMORY: usize = 16 << 20;
/// Memory that is counted for an item, in bytes: its definition, its place in two orders, and among candidates.
const ITEM: usize = 192;
/// Memory that is counted for a pair of items, in bytes.
const PAIR: usize = 16;

const IN_STOCK: u8 = 1;
const CONSUMABLE: u8 = 2;

/// Encodes an index. What it says is checked by [`decode`].
///
/// # Errors
///
/// [`IndexError::Bytes`] if it would be larger than [`MAX_BYTES`], or a list is too long to be written.
pub fn encode(def: &IndexDef) -> Result<Vec<u8>, IndexError> {
    let mut to = Writer::default();
    to.bytes(def.name.as_bytes());
    texts(&mut to, def.items.iter().map(|item| &item.id));
    texts(&mut to, def.items.iter().map(|item| &item.title));
    for item in &def.items {
        to.u8(Kind::ALL.iter().position(|kind| *kind == item.kind).map_or(0, |kind| kind as u8));
    }
    for item in &def.items {
        to.u8(u8::from(item.in_stock) * IN_STOCK + u8::from(item.consumable) * CONSUMABLE);
    }
    def.items.iter().for_each(|item| to.f32(item.price));
    def.items.iter().for_each(|item| to.u8(item.popular));
    def.items.iter().for_each(|item| to.u8(item.trending));
    def.items.iter().for_each(|item| to.u8(item.bought));
    to.length(def.attributes.len());
    to.failed |= def.items.iter().any(|item| item.attributes.len() != def.attributes.len());
    for (at, attribute) in def.attributes.iter().enumerate() {
        to.bytes(attribute.name.as_bytes());
        texts(&mut to, attribute.values.iter());
        for item in &def.items {
            // 0 is none.
            to.u16(item.attributes.get(at).copied().unwrap_or(NONE).wrapping_add(1));
        }
    }
    for pairs in [&def.visited, &def.similar, &def.factors, &def.bought] {
        write_pairs(&mut to, pairs, def.items.len());
    }
    to.u32(def.baskets);
    write_sessions(&mut to, def.sessions.as_ref());
    let Neighbourhood { k, latest, fading, days, reach, rarity } = def.neighbourhood;
    to.u32(k);
    to.u32(latest);
    [fading, days, reach, rarity].into_iter().for_each(|number| to.f32(number));
    to.length(SIGNALS);
    def.weights.iter().for_each(|weight| to.f32(*weight));
    def.strengths.all().iter().for_each(|strength| to.f32(*strength));
    texts(&mut to, def.facts.iter().map(|(name, _)| name));
    texts(&mut to, def.facts.iter().map(|(_, fact)| fact));
    if to.failed {
        return Err(IndexError::Invalid("a list of the index is too long to be written"));
    }
    frame::close(MAGIC, VERSION, &to.bytes).map_err(IndexError::Bytes)
}

fn texts<'a>(to: &mut Writer, texts: impl ExactSizeIterator<Item = &'a String>) {
    to.length(texts.len());
    texts.for_each(|text| to.bytes(text.as_bytes()));
}

/// Writes rows as columns. Rows that are not sorted cannot be written.
fn write_pairs(to: &mut Writer, pairs: &PairsDef, n_items: usize) {
    to.bool(!pairs.rows.is_empty());
    if pairs.rows.is_empty() {
        return;
    }
    to.failed |= pairs.rows.len() != n_items;
    for row in &pairs.rows {
        to.failed |= row.len() > 255;
        to.u8(row.len() as u8);
    }
    for row in &pairs.rows {
        let mut before = 0;
        for (item, _) in row {
            to.failed |= *item < before;
            to.u32(item.wrapping_sub(before));
            before = *item;
        }
    }
    pairs.rows.iter().flatten().for_each(|(_, weight)| to.u8(*weight));
}

fn write_sessions(to: &mut Writer, sessions: Option<&SessionsDef>) {
    to.bool(sessions.is_some());
    let Some(sessions) = sessions else { return };
    to.length(sessions.items.len());
    for items in &sessions.items {
        to.failed |= items.len() > 255;
        to.u8(items.len() as u8);
    }
    to.failed |= sessions.days.len() != sessions.items.len();
    sessions.days.iter().for_each(|days| to.u16(*days));
    sessions.items.iter().flatten().for_each(|item| to.u32(*item));
}

/// Decodes and checks an index.
///
/// # Errors
///
/// Any [`IndexError`].
pub fn decode(bytes: &[u8]) -> Result<Index, IndexError> {
    let body = frame::open(MAGIC, VERSION, bytes).map_err(IndexError::Bytes)?;
    let mut from = Reader::new(body, bytes.len().saturating_mul(MEMORY_PER_BYTE).saturating_add(MEMORY));
    let def = read(&mut from);
    from.check(String::new).map_err(IndexError::Bytes)?;
    Index::new(def)
}

fn read(from: &mut Reader<'_>) -> IndexDef {
    let name = from.text();
    let ids = from.texts();
    let n_items = from.take_room(ids.len(), ITEM);
    let titles = from.texts();
    if titles.len() != n_items {
        from.fail(());
    }
    let [kinds, flags] = [(); 2].map(|()| column(from, n_items, Reader::u8));
    if kinds.iter().any(|kind| usize::from(*kind) >= Kind::ALL.len()) || flags.iter().any(|flags| *flags > 3)
    {
        from.fail(());
    }
    let prices = column(from, n_items, Reader::f32);
    let [popular, trending, bought] = [(); 3].map(|()| column(from, n_items, Reader::u8));
    let n_attributes = from.u32() as usize;
    if n_attributes > MAX_ATTRIBUTES {
        from.fail(());
    }
    let mut attributes = Vec::new();
    let mut values = Vec::new();
    for _ in 0..n_attributes.min(MAX_ATTRIBUTES) {
        attributes.push(AttributeDef { name: from.text(), values: from.texts() });
        values.push(column(from, n_items, Reader::u16));
    }
    let value = |column: &Vec<u16>, at: usize| column.get(at).copied().unwrap_or(0).wrapping_sub(1);
    let number = |column: &Vec<u8>, at: usize| column.get(at).copied().unwrap_or(0);
    let items = ids.into_iter().zip(titles).enumerate().map(|(at, (id, title))| ItemDef {
        id,
        title,
        kind: Kind::ALL.get(usize::from(number(&kinds, at))).copied().unwrap_or_default(),
        price: prices.get(at).copied().unwrap_or(f32::NAN),
        in_stock: number(&flags, at) & IN_STOCK != 0,
        consumable: number(&flags, at) & CONSUMABLE != 0,
        popular: number(&popular, at),
        trending: number(&trending, at),
        bought: number(&bought, at),
        attributes: values.iter().map(|column| value(column, at)).collect(),
    });
    let items = items.collect();
    let [visited, similar, factors, paired] = [(); 4].map(|()| read_pairs(from, n_items));
    let baskets = from.u32();
    let sessions = read_sessions(from);
    let (k, latest) = (from.u32(), from.u32());
    let [fading, days, reach, rarity] = [(); 4].map(|()| from.f32());
    if from.u32() as usize != SIGNALS {
        from.fail(());
    }
    let weights = [(); SIGNALS].map(|()| from.f32());
    let [like, cart, buy, rating, answer] = [(); 5].map(|()| from.f32());
    let (names, facts) = (from.texts(), from.texts());
    if names.len() != facts.len() {
        from.fail(());
    }
    IndexDef {
        name,
        items,
        attributes,
        visited,
        similar,
        factors,
        bought: paired,
        baskets,
        sessions,
        neighbourhood: Neighbourhood { k, latest, fading, days, reach, rarity },
        weights,
        strengths: Strengths { like, cart, buy, rating, answer },
        facts: names.into_iter().zip(facts).collect(),
    }
}

/// A column of `n` values, of which each takes at least one byte of the file. Their memory is counted with their items.
fn column<'a, T>(from: &mut Reader<'a>, n: usize, read: impl Fn(&mut Reader<'a>) -> T) -> Vec<T> {
    if n > from.bytes.len() {
        from.fail(());
        return Vec::new();
    }
    (0..n).map(|_| read(from)).collect()
}

fn read_pairs(from: &mut Reader<'_>, n_items: usize) -> PairsDef {
    if !from.bool() {
        return PairsDef::default();
    }
    let counts = column(from, n_items, Reader::u8);
    let n_pairs = counts.iter().map(|count| usize::from(*count)).sum();
    let n_pairs = from.take_room(n_pairs, PAIR);
    let steps = column(from, n_pairs, Reader::u32);
    let weights = column(from, n_pairs, Reader::u8);
    let mut pairs = steps.into_iter().zip(weights);
    let row = |count: u8| {
        let mut item = 0_u32;
        let row = pairs.by_ref().take(count.into()).map(|(step, weight)| {
            item = item.saturating_add(step);
            (item, weight)
        });
        row.collect()
    };
    PairsDef { rows: counts.into_iter().map(row).collect() }
}

fn read_sessions(from: &mut Reader<'_>) -> Option<SessionsDef> {
    if !from.bool() {
        return None;
    }
    let n = from.count(2 * TEXT);
    let lengths = column(from, n, Reader::u8);
    let days = column(from, n, Reader::u16);
    let n_steps = lengths.iter().map(|length| usize::from(*length)).sum();
    let n_steps = from.take_room(n_steps, PAIR);
    let mut steps = column(from, n_steps, Reader::u32).into_iter();
    let items = lengths.into_iter().map(|length| steps.by_ref().take(length.into()).collect());
    Some(SessionsDef { items: items.collect(), days })
}
