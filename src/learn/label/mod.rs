//! Active learning: which messages an analyst should label next, and the file in which the analyst labels them.
//!
//! ```text
//! chats ─▶ different messages ─▶ vectors ─▶ what labels say (teacher) ─▶ most telling ─▶ file ─▶ labels ─▶ again
//! ```
//!
//! Invariants
//! - A row with a label, or with anything else besides its message, stays in the file as it is; rows with a message alone are
//!   proposals, replaced in every round.
//! - A message that a spreadsheet would read as a formula is written with an apostrophe before it; the apostrophe is removed when
//!   the file is read.
//! - The same messages and the same labels give the same proposals.
//!
//! Not here: how proposals are chosen (`teacher`), training on what was labelled (`train`).

use crate::examples::{encoded, is_formula, key, spread};
use crate::kinds::text;
use crate::store::VectorsPlan;
use crate::teacher::{Teacher, margins};
use anyhow::{Context, Result, bail, ensure};
use floorwalker_data::progress::Progress;
use floorwalker_data::read::{Cells, Overrides, Table, Values, is_missing, vectors};
use ndarray::{Array2, Axis};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

/// Least margin (probability of the likeliest class minus the second) at which a message's class counts as clear.
const CLEAR: f32 = 0.5;
/// Most pairs of similar labels that the analyst is told about.
const MAX_ALIKE: usize = 5;
/// Two labels more similar than this may be one label in two spellings: Jaro–Winkler similarity, ignoring case.
const ALIKE: f64 = 0.95;

/// The settings of one round: the messages to choose from, and the file of labels.
#[derive(Clone, Debug)]
pub struct LabelPlan {
    /// A table of messages.
    pub chats: PathBuf,
    /// Its column of messages. Default: its only column of text.
    pub message: Option<String>,
    /// The file of labels, which is read if it exists and then written.
    pub labels: PathBuf,
    /// Column of labels in that file.
    pub label: String,
    /// Where the vectors of the messages come from. Default: vectors of the messages' own n-grams.
    pub vectors: Option<VectorsPlan>,
    /// How many messages to propose.
    pub n: usize,
}

/// The result of one round: counts, proposals and notes.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// The column of messages, in both files.
    pub message: String,
    /// Number of rows of the table of messages.
    pub n_rows: usize,
    /// Number of different messages in these rows.
    pub n_different: usize,
    /// Number of labelled messages by label.
    pub labels: BTreeMap<String, usize>,
    /// Share of the messages whose class is clear from the labels so far; `None` with fewer than two labels.
    pub clear: Option<f64>,
    /// The proposed messages, the most informative first.
    pub proposals: Vec<String>,
    /// Warnings and notes for the analyst.
    pub notes: Vec<String>,
}

/// Reads the labels so far, proposes messages, and writes both to the file of labels.
///
/// # Errors
///
/// Fails for input that cannot be read, with its place; for fewer than two different messages; or when the file cannot be written.
pub fn propose(plan: &LabelPlan, progress: Progress) -> Result<Labelled> {
    let stage = progress.stage("read");
    let table = Table::read_columns(&plan.chats, &Overrides::default(), &BTreeSet::new())?;
    let message = match &plan.message {
        Some(name) => name.clone(),
        None => Table::only_text(&plan.chats)?,
    };
    ensure!(
        message != plan.label,
        "messages and labels are both in the column `{message}`; name another one with --label"
    );
    let Values::Text(cells) = &table.column(&message)?.values else {
        bail!(
            "{}: column `{message}` does not hold text; name the column of messages with --message",
            plan.chats.display()
        )
    };
    let mut sheet = Sheet::read(plan, &message)?;
    let mut pool = Pool::default();
    for (row, cell) in cells.iter().enumerate() {
        pool.add(cell.as_deref().unwrap_or_default(), row);
    }
    ensure!(
        pool.messages.len() >= 2,
        "{}: column `{message}` holds {} different messages; at least 2 are needed to choose from",
        plan.chats.display(),
        pool.messages.len()
    );
    let n_different = pool.messages.len();
    stage.done();

    let (mut notes, picked) = (Vec::new(), spread(n_different));
    if picked.len() < n_different {
        notes.push(format!(
            "proposals come from {} of {n_different} different messages, evenly spread over the file",
            picked.len()
        ));
    }
    let all = pool;
    let mut pool = all.picked(&picked);
    let has_vectors_of_others = !matches!(plan.vectors, Some(VectorsPlan::Files { .. }));
    let (mut labelled, mut passed_over): (Vec<(usize, &str)>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut n_strange = 0;
    for row in &sheet.cells.rows {
        let (text, label) = (&row[sheet.message], row[sheet.label].trim());
        let known = all.places.get(&key(text)).map(|&place| all.rows[place]);
        n_strange += usize::from(known.is_none());
        if known.is_some() || has_vectors_of_others {
            pool.add(text, known.unwrap_or(usize::MAX));
        }
        match pool.places.get(&key(text)) {
            Some(&place) if label.is_empty() => passed_over.push(place),
            Some(&place) => labelled.push((place, label)),
            None => {}
        }
    }
    if n_strange > 0 {
        notes.push(format!(
            "{n_strange} rows of {} are not among the messages of {}{}",
            plan.labels.display(),
            plan.chats.display(),
            if has_vectors_of_others {
                ""
            } else {
                "; they have no vector, so their labels do not affect the proposals"
            }
        ));
    }
    let teacher = Teacher::new(pool.vectors(plan, table.n_rows, progress)?)?;

    let stage = progress.stage("choose");
    let counts = sheet.counts();
    notes.extend(alike(&counts));
    notes.extend(counts.keys().filter(|label| is_missing(label)).map(|label| {
        format!("label `{label}` is read as a missing value, and `train` leaves such rows out; use another label, such as none")
    }));
    if sheet.n_open > 0 {
        notes.push(format!("{} earlier proposals without a label were replaced by new ones", sheet.n_open));
    }
    let names: Vec<&str> = counts.keys().map(String::as_str).collect();
    let ids: Vec<(usize, usize)> = labelled
        .iter()
        .filter_map(|&(place, label)| Some((place, names.iter().position(|name| *name == label)?)))
        .collect();
    // With only one label no message is uncertain: every message would have that class.
    let sure = if ids.is_empty() || names.len() < 2 {
        Vec::new()
    } else {
        margins(&teacher.shares(&ids, names.len())?, names.len())
    };
    let known: Vec<usize> = ids.iter().map(|&(place, _)| place).chain(passed_over).collect();
    let chosen = teacher.most_telling(&sure, &known, plan.n);
    let is_clear = |margin: &&f32| **margin >= CLEAR;
    let clear = (!sure.is_empty()).then(|| sure.iter().filter(is_clear).count() as f64 / sure.len() as f64);
    let proposals: Vec<String> = chosen.into_iter().map(|place| pool.messages[place].clone()).collect();
    stage.done();
    sheet.propose(&proposals);
    sheet.cells.write(&plan.labels)?;
    Ok(Labelled { message, n_rows: table.n_rows, n_different, labels: counts, clear, proposals, notes })
}

/// Notes on pairs of labels that differ in little more than case or a letter.
fn alike(labels: &BTreeMap<String, usize>) -> Vec<String> {
    let names: Vec<&String> = labels.keys().collect();
    let pairs = names.iter().enumerate().flat_map(|(at, a)| names[at + 1..].iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase()) > ALIKE)
        .take(MAX_ALIKE)
        .map(|(a, b)| {
            format!(
                "labels `{a}` ({}) and `{b}` ({}) are spelt almost the same; if they mean the same, spell them in the same way",
                labels[*a], labels[*b]
            )
        })
        .collect()
}

/// A set of different messages, in order of first appearance.
#[derive(Default)]
struct Pool {
    messages: Vec<String>,
    /// For each message, the row of the table in which it first appears.
    rows: Vec<usize>,
    /// Index of each message by its [`key`].
    places: HashMap<String, usize>,
}

impl Pool {
    /// Adds a message, unless it is empty or already in the pool.
    fn add(&mut self, message: &str, row: usize) {
        let key = key(message);
        if !key.is_empty() && !self.places.contains_key(&key) {
            self.places.insert(key, self.messages.len());
            self.messages.push(message.trim().to_owned());
            self.rows.push(row);
        }
    }

    fn picked(&self, picked: &[usize]) -> Self {
        let mut pool = Self::default();
        picked.iter().for_each(|&place| pool.add(&self.messages[place], self.rows[place]));
        pool
    }

    /// Vectors of the messages, `[n_messages, n_dims]`. `n_rows` is the number of rows of the table, which a file of vectors must match.
    fn vectors(&self, plan: &LabelPlan, n_rows: usize, progress: Progress) -> Result<Array2<f32>> {
        match &plan.vectors {
            None => {
                let messages: Vec<&str> = self.messages.iter().map(String::as_str).collect();
                Ok(text::vectors(&messages))
            }
            Some(VectorsPlan::Model(encoder)) => encoded(encoder, &self.messages, progress),
            Some(VectorsPlan::Files { unlabelled, .. }) => {
                let all = vectors::read_for(unlabelled, &plan.chats, n_rows)?;
                Ok(all.select(Axis(0), &self.rows))
            }
        }
    }
}

/// The file of labels: its rows that have a label, or anything else besides their message.
struct Sheet {
    cells: Cells,
    /// Number of rows that had nothing but a message: proposals of the round before.
    n_open: usize,
    message: usize,
    label: usize,
}

impl Sheet {
    /// Reads the file, leaving out rows that hold a message alone; an empty sheet when there is no file.
    fn read(plan: &LabelPlan, message: &str) -> Result<Self> {
        if !plan.labels.exists() {
            let cells = Cells {
                names: vec![message.to_owned(), plan.label.clone()],
                rows: Vec::new(),
                delimiter: b',',
            };
            return Ok(Self { cells, n_open: 0, message: 0, label: 1 });
        }
        let mut cells = Cells::read(&plan.labels).context("the labels so far")?;
        let [message, label] = [message, &plan.label].map(|name| cells.column(name, &plan.labels));
        let (message, label) = (message?, label?);
        let n_before = cells.rows.len();
        cells
            .rows
            .retain(|row| row.iter().enumerate().any(|(at, cell)| at != message && !cell.trim().is_empty()));
        Ok(Self { n_open: n_before - cells.rows.len(), cells, message, label })
    }

    /// Number of rows by label.
    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.cells.rows {
            let label = row[self.label].trim();
            if !label.is_empty() {
                *counts.entry(label.to_owned()).or_default() += 1;
            }
        }
        counts
    }

    fn propose(&mut self, messages: &[String]) {
        for message in messages {
            let mut row = vec![String::new(); self.cells.names.len()];
            row[self.message] = if is_formula(message) { format!("'{message}") } else { message.clone() };
            self.cells.rows.push(row);
        }
    }
}
