//! One model of one kind on one set of rows: the call into the fitting room, and the encodings that go with it.
//!
//! Not here: what each kind wants (`by_columns`, `by_inputs`, `by_words`), choosing among kinds, calibration (`heads`), the fits themselves
//! (`fit`).

use super::both::both;
use super::encode::{self, Input};
use super::rows::{Parts, Rows};
use super::target::{Target, Truths};
use crate::calibrate::Method;
use crate::fit::Loss;
use crate::fit::forest::ForestSettings;
use crate::store::{HeadPlan, ModelKind, Solver};
use anyhow::{Result, bail};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link};

/// What a fit on the training rows settled, so that a refit on more rows need not choose again.
#[derive(Clone, Copy, Default)]
pub(super) struct Settled {
    pub(super) rounds: Option<usize>,
    /// Penalty; of a text head, one over it.
    pub(super) alpha: Option<f64>,
    /// Of a text head: how much more messages of rare classes count, as a power.
    pub(super) rarity: f64,
}

/// A model before calibration.
#[derive(Clone)]
pub(super) struct Fitted {
    pub(super) encodings: Vec<EncodingDef>,
    pub(super) body: BodyDef,
    pub(super) settled: Settled,
    /// What the fit left out or changed, in words for the analyst.
    pub(super) notes: Vec<String>,
    /// How the loss fell, where the fit has steps.
    pub(super) losses: Vec<Loss>,
}

/// Everything that a fit of one head needs but its rows.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) rows: &'a Rows<'a>,
    pub(super) plan: &'a HeadPlan,
    pub(super) inputs: &'a [InputDef],
    pub(super) target: &'a Target,
    /// Weight of each row, `[n_rows]`; none means 1 each.
    pub(super) weights: Option<&'a [f32]>,
    pub(super) seed: u64,
    /// Whether a text head learns from messages that a teacher labels.
    pub(super) is_taught: bool,
    /// Whether of two classes each is to have an output of its own: of the head that ships, and not while fits are judged.
    pub(super) is_both: bool,
}

impl<'a> Job<'a> {
    /// The same job by another plan.
    pub(super) fn with(self, plan: &'a HeadPlan) -> Self {
        Self { plan, ..self }
    }

    /// Logits of a fit.
    pub(super) fn n_outputs(&self) -> usize {
        self.target.n_outputs(self.plan.model)
    }

    /// The raw head around a fitted model.
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
            inputs: if self.plan.model == ModelKind::Text { Vec::new() } else { self.inputs.to_vec() },
            encodings: fitted.encodings,
            body: fitted.body,
            calibration,
            scope: None,
        };
        if self.is_both && def.link == Link::Sigmoid { both(def, &self.target.classes) } else { def }
    }

    /// The ways to calibrate it. A curve bends one logit, and has no halves.
    pub(super) fn methods(&self) -> Vec<Method> {
        let all = Method::of(self.n_outputs()).iter().copied();
        all.filter(|method| !self.target.is_both || *method != Method::Isotonic).collect()
    }

    /// The checked head around a fitted model.
    pub(super) fn head(&self, fitted: Fitted, calibration: CalibrationDef) -> Result<(HeadDef, Head)> {
        let def = self.head_def(fitted, calibration);
        let head = Head::new(def.clone(), self.rows.examples.features.len(), &self.rows.heads)?;
        Ok((def, head))
    }

    /// Fits the plan's kind on `parts`.
    pub(super) fn fit(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        match self.plan.model {
            ModelKind::Text => self.fit_text(parts, settled),
            ModelKind::Fusion => self.fit_fusion(parts.train),
            ModelKind::Logistic if self.plan.solver == Solver::QuasiNewton => self.fit_linear(parts, settled),
            ModelKind::Logistic => self.fit_gradient(parts),
            ModelKind::Linear | ModelKind::Ridge | ModelKind::Lasso | ModelKind::ElasticNet => {
                self.fit_regression(parts, settled)
            }
            ModelKind::Mlp => self.fit_mlp(parts, settled),
            ModelKind::LinearSvm => self.fit_margin(parts, false),
            ModelKind::Svm => self.fit_margin(parts, true),
            ModelKind::Neighbours => self.fit_neighbours(parts),
            ModelKind::Bayes => self.fit_bayes(parts),
            ModelKind::Tree => self.fit_forest(parts, ForestSettings::tree()),
            ModelKind::Forest => self.fit_forest(parts, self.forest(ForestSettings::default())),
            ModelKind::ExtraTrees => self.fit_forest(parts, self.forest(ForestSettings::extra())),
            ModelKind::Trees => self.fit_trees(parts, settled),
            ModelKind::KMeans | ModelKind::Dbscan | ModelKind::Agglomerative | ModelKind::Hidden => {
                bail!("without a label there is nothing to be judged by")
            }
            ModelKind::Auto => bail!("`auto` is a choice among kinds, not a kind"),
        }
    }

    fn forest(&self, usual: ForestSettings) -> ForestSettings {
        ForestSettings { trees: self.plan.forest.trees, max_leaves: self.plan.forest.leaves, ..usual }
    }

    /// What turned out in `rows`, and how much each counts.
    pub(super) fn truths(&self, rows: &[usize]) -> Truths {
        self.target.truths(rows, self.weights)
    }

    pub(super) fn read_inputs(&self, train: &[usize]) -> Vec<Input> {
        let values: Vec<_> = self.inputs.iter().map(|&input| self.rows.values(input)).collect();
        encode::inputs(self.rows, &values, train)
    }
}
