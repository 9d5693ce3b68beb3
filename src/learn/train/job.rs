//! A job: everything that one fit of one head needs, except for the choice of rows.
//!
//! Not here: the interface for kinds of model (`bench`), the fits themselves (`kinds`), choosing among kinds (`race`),
//! calibration (`heads`).

use super::encode;
use super::rows::Rows;
use super::target::Target;
use super::two_outputs::two_outputs;
use crate::calibrate::Method;
use crate::kinds::Fit;
use crate::kinds::bench::{Fitted, Input, Parts, Tuned};
use crate::store::HeadPlan;
use anyhow::Result;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link};
use ndarray::Array2;

/// Everything that a fit of one head needs, except for the choice of rows.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) rows: &'a Rows<'a>,
    pub(super) plan: &'a HeadPlan,
    pub(super) inputs: &'a [InputDef],
    pub(super) target: &'a Target,
    /// Weight of each row, `[n_rows]`; `None` means 1 for each.
    pub(super) weights: Option<&'a [f32]>,
    pub(super) seed: u64,
    /// Whether a text head is also trained on messages with soft labels from a teacher.
    pub(super) is_taught: bool,
    /// Whether a head of two classes gets an output for each. Set for the head that ships, not while fits are judged.
    pub(super) has_two_outputs: bool,
}

impl<'a> Job<'a> {
    /// The same job with another plan.
    pub(super) fn with(self, plan: &'a HeadPlan) -> Self {
        Self { plan, ..self }
    }

    /// Number of logits of a fit.
    pub(super) fn n_outputs(&self) -> usize {
        self.target.n_outputs(&self.plan.model)
    }

    /// The head definition, not yet checked, of a fitted model.
    pub(super) fn head_def(&self, fitted: Fitted, calibration: CalibrationDef) -> HeadDef {
        let (outputs, link) = match (self.target.is_number(), self.n_outputs()) {
            (true, _) => (vec![self.plan.label.clone()], Link::Identity),
            (false, 1) => (self.target.classes[1..].to_vec(), Link::Sigmoid),
            (false, _) => (self.target.classes.clone(), Link::Softmax),
        };
        let def = HeadDef {
            name: self.plan.name.clone(),
            outputs,
            link,
            inputs: if self.plan.model.reads_message() { Vec::new() } else { self.inputs.to_vec() },
            encodings: fitted.encodings,
            body: fitted.body,
            calibration,
            scope: None,
        };
        if self.has_two_outputs && def.link == Link::Sigmoid {
            two_outputs(def, &self.target.classes)
        } else {
            def
        }
    }

    /// The calibration methods that the head can use. Isotonic curves apply to a single logit, so they are excluded when the head
    /// will have two outputs.
    pub(super) fn methods(&self) -> Vec<Method> {
        let all = Method::of(self.n_outputs()).iter().copied();
        all.filter(|method| !self.target.has_two_outputs || *method != Method::Isotonic).collect()
    }

    /// The checked head of a fitted model, with its definition.
    pub(super) fn head(&self, fitted: Fitted, calibration: CalibrationDef) -> Result<(HeadDef, Head)> {
        let def = self.head_def(fitted, calibration);
        let head = Head::new(def.clone(), self.rows.examples.features.len(), &self.rows.heads)?;
        Ok((def, head))
    }

    /// Fits the plan's kind on `parts`.
    pub(super) fn fit(&self, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        self.plan.model.fit(self, parts, tuned)
    }

    /// The encoded columns of `rows`: `[n_rows, n_columns]`.
    pub(super) fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>> {
        let n_columns = encodings.iter().map(n_columns).sum::<usize>();
        let n_outputs = self.n_outputs();
        let blank = LinearDef { bias: vec![0.0; n_outputs], weights: vec![0.0; n_columns * n_outputs] };
        let fit = Fit { body: BodyDef::Linear(blank), losses: Vec::new() };
        let fitted = Fitted::new(encodings.to_vec(), fit);
        let (_, head) = self.head(fitted, CalibrationDef::identity(n_outputs))?;
        Ok(Array2::from_shape_vec((rows.len(), n_columns), self.rows.columns(&head, rows))?)
    }

    /// The inputs without encoding, over all rows; names of categories are those that occur in the `train` rows.
    pub(super) fn read_inputs(&self, train: &[usize]) -> Vec<Input> {
        let values: Vec<_> = self.inputs.iter().map(|&input| self.rows.values(input)).collect();
        encode::inputs(self.rows, &values, train)
    }

    /// The encodings of the inputs as columns without missing values, learnt from the `train` rows.
    pub(super) fn encodings(&self, train: &[usize]) -> Vec<EncodingDef> {
        encode::columns(&self.read_inputs(train), train, self.plan.encode)
    }
}

fn n_columns(encoding: &EncodingDef) -> usize {
    match encoding {
        EncodingDef::OneHot { categories, other, .. } => categories.len() + usize::from(*other),
        EncodingDef::Hash { buckets, .. } => usize::from(*buckets),
        _ => 1,
    }
}
