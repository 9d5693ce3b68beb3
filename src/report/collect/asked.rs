//! Rows on which the finished bundle is evaluated to explain one head: as they are, and with features changed.
//!
//! | symbol    | shape                 | meaning                                                             |
//! |-----------|-----------------------|---------------------------------------------------------------------|
//! | rows      | `[n_rows]`            | at most [`MAX_ROWS`] of the held-out rows, evenly spaced            |
//! | `y`       | `[n_rows]`            | true class                                                          |
//! | chain     |                       | the head, and every earlier head that it reads, directly or indirectly |
//!
//! With folds, the bundle has finally learnt from every row. Then the rows are the validation rows, and `learnt` is true.
//!
//! Invariants
//! - A text head scores each message once, because its scores do not depend on features.
//!
//! Not here: which features are changed, and how (`features`).

use anyhow::{Context, Result, ensure};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Buffers, InputDef, Scores, Seen};
use floorwalker_engine::model::Model;
use floorwalker_learn::examples::Examples;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::Trained;
use rayon::prelude::*;

/// Largest number of rows that are evaluated.
const MAX_ROWS: usize = 2_000;
/// Number of rows that one task scores.
const BLOCK: usize = 128;

/// One head, and the rows on which it is evaluated.
pub(super) struct Asked<'a> {
    pub(super) model: &'a Model,
    /// Index of the head.
    pub(super) head: usize,
    pub(super) examples: &'a Examples,
    pub(super) rows: Vec<usize>,
    pub(super) y: Vec<u32>,
    /// Names of the classes in the order of the head's report; of two, the positive one is last.
    pub(super) classes: &'a [String],
    /// Whether the bundle was fitted on these rows.
    pub(super) learnt: bool,
    /// Indices of the heads that are scored, in order; the last is the head itself.
    chain: Vec<usize>,
    /// Scores of each row's message by each text head of the chain: `[n_heads][n_rows]`, empty for other heads.
    said: Vec<Vec<Scores>>,
}

impl<'a> Asked<'a> {
    /// Selects the rows for the head that `plan` describes.
    ///
    /// # Errors
    ///
    /// The head was not measured, or is not in the bundle; there is no such label; no row has a class which the head knows.
    pub(super) fn new(plan: &HeadPlan, trained: &'a Trained, model: &'a Model) -> Result<Self> {
        let measured =
            trained.measured(plan).context("the head was not measured, because no row has its label")?;
        let head =
            model.head(&plan.name).with_context(|| format!("the bundle has no head `{}`", plan.name))?;
        let learnt = trained.test.is_none() && trained.split.test.is_empty();
        let (examples, rows) = match (learnt, trained.split.validation.is_empty()) {
            (false, _) => (trained.held(), measured.rows()),
            (true, false) => (&trained.examples, &trained.split.validation[..]),
            (true, true) => (&trained.examples, &trained.split.train[..]),
        };
        let classes = &measured.report.classes[..];
        let labels = examples
            .labels
            .get(&plan.label)
            .with_context(|| format!("there is no label `{}`", plan.label))?;
        let class = |row: usize| -> Option<(usize, u32)> {
            let found = classes.iter().position(|class| Some(class) == labels[row].as_ref());
            // With two classes, every label that is not the positive class counts as the other one.
            let other = (classes.len() == 2 && labels[row].is_some()).then_some(0);
            Some((row, found.or(other)? as u32))
        };
        let known: Vec<(usize, u32)> = rows.iter().filter_map(|&row| class(row)).collect();
        ensure!(!known.is_empty(), "no row has a class of head `{}`", plan.name);
        let n = known.len().min(MAX_ROWS);
        let taken = (0..n).map(|i| known[i * known.len() / n]);
        let (rows, y) = taken.unzip();
        let (chain, said) = (chain(model, head), Vec::new());
        let mut asked = Self { model, head, examples, rows, y, classes, learnt, chain, said };
        asked.said = (0..model.heads().len()).map(|head| asked.said_of_messages(head)).collect();
        Ok(asked)
    }

    fn said_of_messages(&self, head: usize) -> Vec<Scores> {
        let text = &self.model.heads()[head];
        if !text.reads_message() || !self.chain.contains(&head) {
            return Vec::new();
        }
        let of_row = |buffers: &mut Buffers, &row: &usize| {
            let mut out = Scores::default();
            text.score(
                &Seen { message: &self.examples.messages[row], ..Seen::default() },
                &[],
                self.model.heads(),
                buffers,
                &mut out,
            );
            out
        };
        self.rows.par_iter().map_init(Buffers::default, of_row).collect()
    }

    /// Indices of the features that the chain reads, ascending.
    pub(super) fn features(&self) -> Vec<usize> {
        let heads = self.chain.iter().map(|&head| &self.model.heads()[head]);
        let inputs = heads.flat_map(floorwalker_engine::head::Head::inputs);
        let mut features: Vec<usize> = inputs
            .filter_map(|input| match *input {
                InputDef::Feature(feature) => Some(usize::from(feature)),
                InputDef::Output { .. } => None,
            })
            .collect();
        features.sort_unstable();
        features.dedup();
        features
    }

    /// Whether the chain reads the message.
    pub(super) fn reads_message(&self) -> bool {
        self.chain.iter().any(|&head| self.model.heads()[head].reads_message())
    }

    /// Probabilities of each row, `[n_rows, n_classes]`, after `change` has changed its features. `change` returns the index, below
    /// `n_rows`, of the row whose message is used.
    pub(super) fn probabilities(&self, change: impl Fn(usize, &mut [Value]) -> usize + Sync) -> Vec<f32> {
        let blocks: Vec<usize> = (0..self.rows.len()).step_by(BLOCK).collect();
        let of_block = |&from: &usize| {
            let mut features = vec![Value::Missing; self.examples.features.len()];
            let mut scores = vec![Scores::default(); self.model.heads().len()];
            let mut buffers = Buffers::default();
            let mut out = Vec::with_capacity(BLOCK * self.classes.len());
            for at in from..(from + BLOCK).min(self.rows.len()) {
                features.copy_from_slice(self.examples.row(self.rows[at]));
                let message = change(at, &mut features);
                let events = self.examples.events[self.rows[at]];
                self.score(
                    &Seen { features: &features, events, message: "" },
                    message,
                    &mut scores,
                    &mut buffers,
                );
                self.push(&scores[self.head].probabilities, &mut out);
            }
            out
        };
        blocks.par_iter().flat_map_iter(of_block).collect()
    }

    fn score(&self, seen: &Seen<'_>, message: usize, scores: &mut [Scores], buffers: &mut Buffers) {
        let heads = self.model.heads();
        for &at in &self.chain {
            let (earlier, rest) = scores.split_at_mut(at);
            let Some(out) = rest.first_mut() else { continue };
            match self.said[at].get(message) {
                Some(said) => out.clone_from(said),
                None => heads[at].score(seen, earlier, heads, buffers, out),
            }
        }
    }

    /// Appends one row's probabilities by class. A head with one output gives two; classes that the head never saw get 0.
    pub(super) fn push(&self, probabilities: &[f32], out: &mut Vec<f32>) {
        let end = out.len() + self.classes.len();
        match *probabilities {
            [chance] => out.extend([1.0 - chance, chance]),
            _ => out.extend(probabilities),
        }
        out.resize(end, 0.0);
    }
}

/// Indices of the head and of every earlier head that it reads, directly or indirectly, ascending.
fn chain(model: &Model, head: usize) -> Vec<usize> {
    let mut needed = vec![false; head + 1];
    needed[head] = true;
    for at in (0..=head).rev().filter(|&at| at < model.heads().len()) {
        if needed[at] {
            for input in model.heads()[at].inputs() {
                if let InputDef::Output { head, .. } = *input {
                    needed[usize::from(head)] = true;
                }
            }
        }
    }
    (0..=head).filter(|&at| needed[at]).collect()
}
