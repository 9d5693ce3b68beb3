//! Target: the value that a head is trained to predict, row by row.
//!
//! Invariants
//! - For classes there are at least two and `numbers` is empty; for numbers `classes` and `ids` are empty.
//! - Classes are sorted by name, except that with two classes the positive one is last.
//!
//! Not here: reading labels (`examples`).

use crate::examples::{Examples, numbers};
use crate::kinds::Model;
use crate::kinds::bench::Parts;
use crate::kinds::bench::Truths;
use crate::store::HeadPlan;
use anyhow::{Context, Result, ensure};

/// The target of one head: classes or numbers.
pub(super) struct Target {
    /// Names of the classes.
    pub(super) classes: Vec<String>,
    /// Class of each row; `None` where the label is missing. `[n_rows]`.
    pub(super) ids: Vec<Option<u16>>,
    /// Number of each row; NaN where it is missing. `[n_rows]`.
    pub(super) numbers: Vec<f32>,
    /// Whether a head of two classes gets an output for each, because a policy or a fusion reads each class by name.
    pub(super) has_two_outputs: bool,
}

/// Up to this many rows, every row may have a class of its own.
const FEW: usize = 1_000;

impl Target {
    /// The target of `plan`. `is_named` says that a policy or a fusion reads each class by name. Classes are those that occur in
    /// the rows of `parts`.
    pub(super) fn new(
        plan: &HeadPlan,
        is_named: bool,
        examples: &Examples,
        parts: Parts<'_>,
    ) -> Result<Self> {
        let labels = &examples.labels[&plan.label];
        if plan.is_number() {
            return Ok(Self {
                classes: Vec::new(),
                ids: Vec::new(),
                numbers: numbers(&plan.label, labels, examples)?,
                has_two_outputs: false,
            });
        }
        let used = parts.train.iter().chain(parts.valid);
        let mut classes: Vec<String> = used.filter_map(|&row| labels[row].clone()).collect();
        let n_rows = classes.len();
        classes.sort_unstable();
        classes.dedup();
        ensure!(
            classes.len() >= 2,
            "label `{}` has only the value {}; name a label with at least two values",
            plan.label,
            classes.first().map_or("(none)", String::as_str)
        );
        ensure!(
            n_rows <= FEW || classes.len() < n_rows,
            "label `{}` has a different value in each of {n_rows} rows, so it identifies rows and is not a class; name another \
             column, or write predicts = \"number\" if it is a number",
            plan.label
        );
        ensure!(
            classes.len() <= usize::from(u16::MAX),
            "label `{}` has more than 65535 classes; if it is a number, write predicts = \"number\"",
            plan.label
        );
        if let Some(positive) = &plan.positive {
            ensure!(
                classes.len() == 2,
                "`positive` is for labels of two classes; `{}` has {}",
                plan.label,
                classes.len()
            );
            let at = classes.iter().position(|class| class == positive);
            let at =
                at.with_context(|| format!("positive = \"{positive}\" is not among {}", classes.join(", ")))?;
            classes.swap(at, 1);
        }
        ensure!(
            plan.costs.is_none() || classes.len() == 2,
            "`costs` are for labels of two classes; `{}` has {}",
            plan.label,
            classes.len()
        );
        let id = |label: &Option<String>| {
            label
                .as_ref()
                .and_then(|label| classes.iter().position(|class| class == label))
                .map(|id| id as u16)
        };
        let ids = labels.iter().map(id).collect();
        let has_two_outputs = is_named && classes.len() == 2;
        Ok(Self { classes, ids, numbers: Vec::new(), has_two_outputs })
    }

    /// Whether the target is a number.
    pub(super) fn is_number(&self) -> bool {
        self.classes.is_empty()
    }

    /// Number of logits of a fit of `model`: one for a number, one for two classes unless the model reads text or is a fusion,
    /// else one per class.
    pub(super) fn n_outputs(&self, model: &Model) -> usize {
        match self.classes.len() {
            0 => 1,
            2 if !model.has_output_a_class() => 1,
            n => n,
        }
    }

    /// Whether `row` has a label that the head knows.
    pub(super) fn knows(&self, row: usize) -> bool {
        match self.ids.get(row) {
            Some(id) => id.is_some(),
            None => self.numbers.get(row).is_some_and(|number| !number.is_nan()),
        }
    }

    /// Classes of `rows` that have one.
    pub(super) fn ids(&self, rows: &[usize]) -> Vec<u32> {
        rows.iter().filter_map(|&row| self.ids.get(row).copied().flatten()).map(u32::from).collect()
    }

    /// The true values of `rows`, which all have a label. `weights`: weights of all rows, `[n_rows]`.
    pub(super) fn truths(&self, rows: &[usize], weights: Option<&[f32]>) -> Truths {
        let numbers: &[f32] = &self.numbers;
        Truths {
            ids: self.ids(rows),
            numbers: rows
                .iter()
                .filter_map(|&row| numbers.get(row).map(|&number| f64::from(number)))
                .collect(),
            weights: weights.map(|weights| rows.iter().map(|&row| weights[row]).collect()),
            n_classes: self.classes.len(),
        }
    }
}
