//! The rows that heads are fitted on: the examples, and the scores of earlier heads for each row.
//!
//! Invariants
//! - The score of an earlier head for a training row is out-of-fold: from a fit that did not see the row.
//!
//! Not here: fitting (`heads`).

use crate::examples::Examples;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Buffers, Head, HeadDef, InputDef, Scores};
use std::collections::BTreeSet;

/// The examples and the heads fitted so far.
pub(super) struct Rows<'a> {
    pub(super) examples: &'a Examples,
    pub(super) heads: Vec<Head>,
    /// Definitions of these heads.
    pub(super) defs: Vec<HeadDef>,
    /// The original row of each prefix; for other rows the row itself. `[n_rows]`.
    pub(super) origin: Vec<usize>,
    /// Scores of earlier heads, `[n_rows][n_heads]`.
    pub(super) scores: Vec<Vec<Scores>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(examples: &'a Examples, origin: Vec<usize>) -> Self {
        let scores = vec![Vec::new(); examples.n_rows()];
        Self { examples, heads: Vec::new(), defs: Vec::new(), origin, scores }
    }

    /// The `own` rows and their prefixes, ascending.
    pub(super) fn with_prefixes(&self, own: &[usize]) -> Vec<usize> {
        let own: BTreeSet<usize> = own.iter().copied().collect();
        (0..self.origin.len()).filter(|&row| own.contains(&self.origin[row])).collect()
    }

    /// The values of one input over all rows.
    pub(super) fn values(&self, input: InputDef) -> Vec<Value> {
        let value = |row| input.value(self.examples.row(row), &self.scores[row], &self.heads);
        (0..self.examples.n_rows()).map(value).collect()
    }

    /// The scores of `head` for `rows`, in their order.
    pub(super) fn score(&self, head: &Head, rows: &[usize]) -> Vec<Scores> {
        let mut buffers = Buffers::default();
        let score = |&row: &usize| {
            let mut out = Scores::default();
            head.score(&self.examples.seen(row), &self.scores[row], &self.heads, &mut buffers, &mut out);
            out
        };
        rows.iter().map(score).collect()
    }

    /// The encoded columns of `head` for `rows`, row-major.
    pub(super) fn columns(&self, head: &Head, rows: &[usize]) -> Vec<f32> {
        let mut buffers = Buffers::default();
        let mut out = Vec::new();
        for &row in rows {
            out.extend(head.columns(self.examples.row(row), &self.scores[row], &self.heads, &mut buffers));
        }
        out
    }
}
