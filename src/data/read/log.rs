//! Event log: events of shoppers with GA4's names, one JSON object a line; plain or packed by gzip.
//!
//! ```json
//! {"shopper":"u1","at":1700000000000,"event":"view_item","items":[{"item_id":"p1","price":499}],"value":499}
//! {"shopper":"u1","at":1700000060000,"event":"message","message":"does it fit?","labels":{"intent":"size_fit"}}
//! ```
//!
//! | key       | holds                                           | when it is missing          |
//! |-----------|-------------------------------------------------|-----------------------------|
//! | `shopper` | identifier: text or whole number                | refused                     |
//! | `event`   | a name, as in GA4                               | refused                     |
//! | `at`      | time: whole milliseconds since 1970 (see below), or a date with time and offset | `None`: the engine's rule   |
//! | `items`   | a list of objects with GA4's item fields        | no items                    |
//! | `message` | the shopper's own words                         | the line is not a request   |
//! | `context` | flat object: what the page knows at the request | empty                       |
//! | `labels`  | flat object: the true outcomes, for training    | empty                       |
//! | others    | number, text, true or false (1 or 0)            | `null` is the same as no key |
//!
//! Times in seconds, microseconds or nanoseconds are recognised by their size, with a note.
//!
//! Invariants
//! - Numbers are finite. Lines come in file order: nothing is sorted or dropped here.
//! - Keys inside `params`, `context`, an item's `params` are distinct.
//!
//! Not here: sessions, out-of-order and duplicate events (`engine::visit`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use flate2::read::MultiGzDecoder;

use super::decode::GZIP;
use super::json_table;
use super::time::Unit;
use floorwalker_finding::{Finding, Kind};

/// Number of bytes that are read at once.
const BUFFER: usize = 1 << 18;

/// Largest size of a line, in bytes: an event with thousands of items has less than a hundredth of it.
const MAX_LINE: u64 = 64 << 20;

/// The value of an event's parameter: a number, or else text.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// A finite number.
    Number(f64),
    /// A text as it is in the log.
    Text(String),
}

/// One product inside an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogItem {
    /// `item_id`.
    pub id: Option<String>,
    /// `item_name`.
    pub name: Option<String>,
    /// `item_category`.
    pub category: Option<String>,
    /// `item_brand`.
    pub brand: Option<String>,
    /// `item_variant`.
    pub variant: Option<String>,
    /// `price`, in the shop's currency.
    pub price: Option<f64>,
    /// `quantity`.
    pub quantity: Option<f64>,
    /// Every other field, in the line's order.
    pub params: Vec<(String, ParamValue)>,
}

/// One line of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogEvent {
    /// Line number in the file, from 1.
    pub line: usize,
    /// Identifier of the shopper.
    pub shopper: String,
    /// Time in milliseconds since 1970, UTC.
    pub at_ms: Option<i64>,
    /// The unit in which the time was written, if its size shows it.
    pub(crate) unit: Option<Unit>,
    /// Name of the event: `view_item`, `add_to_cart`, `message`, …
    pub event: String,
    /// The products that the event is about.
    pub items: Vec<LogItem>,
    /// Every other key, in the line's order.
    pub params: Vec<(String, ParamValue)>,
    /// The shopper's own words; if present, the line is a request for guidance.
    pub message: Option<String>,
    /// What the page knew at the request, in the line's order.
    pub context: Vec<(String, ParamValue)>,
    /// The true outcomes, by label name.
    pub labels: BTreeMap<String, String>,
}

/// A whole log in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// Where it was read from.
    pub path: PathBuf,
    /// The events, in file order.
    pub events: Vec<LogEvent>,
    /// The unit of the times, if it is not milliseconds.
    pub unit: Option<Unit>,
}

impl Log {
    /// A finding on the unit of `at`, if it is not milliseconds.
    #[must_use]
    pub fn note(&self) -> Option<Finding> {
        let unit = self.unit.filter(|unit| *unit != Unit::Milliseconds)?;
        Some(Finding::new("at", Kind::TimeUnit { per_second: unit.per_second() }))
    }

    /// Reads a whole log. Cost: `O(file)` memory; [`read_log`] streams.
    ///
    /// # Errors
    ///
    /// Those of [`read_log`].
    ///
    /// # Examples
    ///
    /// ```
    /// use floorwalker_data::read::Log;
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().join("log.jsonl");
    /// std::fs::write(&path, r#"{"shopper":"u1","at":1700000000000,"event":"view_item","items":[{"item_id":"p1"}]}"#).unwrap();
    /// let log = Log::read(&path).unwrap();
    /// assert_eq!(log.events[0].items[0].id.as_deref(), Some("p1"));
    /// ```
    pub fn read(path: &Path) -> Result<Self> {
        let mut events = Vec::new();
        read_log(path, &mut |event| {
            events.push(event);
            Ok(())
        })?;
        let unit = events.iter().find_map(|event| event.unit).filter(|unit| *unit != Unit::Milliseconds);
        Ok(Self { path: path.to_path_buf(), events, unit })
    }
}

/// A reader of the file's text, which unpacks gzip.
fn unpacked(file: File) -> std::io::Result<Box<dyn BufRead>> {
    let mut reader = BufReader::with_capacity(BUFFER, file);
    Ok(if reader.fill_buf()?.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    })
}

/// Passes every event of a log to `each`, in file order; blank lines are skipped. Returns the number of events.
///
/// # Errors
///
/// A file that cannot be read or has no event; a line that is too long, not UTF-8, not one JSON object, lacks `shopper` or
/// `event`, or has a value of the wrong type: with file, line and column. Errors of `each` are returned unchanged.
pub fn read_log(path: &Path, each: &mut dyn FnMut(LogEvent) -> Result<()>) -> Result<usize> {
    let shown = path.display();
    let file = File::open(path)
        .with_context(|| format!("cannot read {shown}: check the path and its permissions"))?;
    let mut reader = unpacked(file).with_context(|| format!("cannot read {shown}"))?;
    let mut bytes = Vec::new();
    let mut line = 0;
    let mut n_events = 0;
    let mut unit: Option<(usize, Unit)> = None;
    loop {
        bytes.clear();
        let n = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut bytes).with_context(|| {
            format!("{shown}:{}: the rest cannot be read; the file may be damaged or incomplete", line + 1)
        })?;
        if n == 0 {
            break;
        }
        line += 1;
        ensure!(
            (n as u64) < MAX_LINE,
            "{shown}:{line}:1: the line has more than {} MB; a log has one event on each line",
            MAX_LINE >> 20
        );
        let start = if line == 1 && bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let text = std::str::from_utf8(&bytes[start..]).map_err(|e| {
            anyhow!("{shown}:{line}:{}: not UTF-8; save the log as UTF-8", start + e.valid_up_to() + 1)
        })?;
        let text = text.trim_end();
        if text.is_empty() {
            continue;
        }
        let mut event: LogEvent = serde_json::from_str(text)
            .map_err(|error| anyhow!("{shown}:{}", json_table::message(&error, line, text)))?;
        event.line = line;
        if let (Some(one), Some((before, other))) = (event.unit, unit)
            && one != other
        {
            bail!(
                "{shown}:{line}:1: `at` is in {}, and on line {before} it is in {}; write all times in one unit",
                one.name(),
                other.name()
            );
        }
        unit = unit.or(event.unit.map(|unit| (line, unit)));
        each(event)?;
        n_events += 1;
    }
    if n_events == 0 {
        bail!("{shown}:1:1: the log holds no event; write one JSON object on each line");
    }
    Ok(n_events)
}
