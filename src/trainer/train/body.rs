//! One model of one kind on one set of rows: the call into the fitting room, and the encodings that go with it.
//!
//! Not here: what each kind wants (`by_columns`, `by_inputs`), choosing among kinds, calibration (`heads`), the fits themselves
//! (`fit`).

use super::encode::{self, Input};
use super::heads::calibrated;
use super::rows::Rows;
use crate::config::{HeadPlan, ModelKind, Solver};
use crate::fit::forest::ForestSettings;
use crate::fit::text;
use anyhow::{Context, Result, bail};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link};
use rayon::prelude::*;

/// Part of the default penalty's loss that another of a text head has to stay under. Validation rows are few, and what is
/// within this of each other there is the luck of the draw.
const CLEARLY_LESS: f64 = 0.98;

/// What is predicted: the class of each row, by its index in `classes`.
pub(super) struct Target {
    /// Class names; two classes: the second is the positive one.
    pub(super) classes: Vec<String>,
    /// `[n_rows]`; `None` where the label is missing.
    pub(super) ids: Vec<Option<u16>>,
}

/// What a fit on the training rows settled, so that a refit on more rows need not choose again.
#[derive(Clone, Copy, Default)]
pub(super) struct Settled {
    pub(super) rounds: Option<usize>,
    /// Penalty; of a text head, one over it.
    pub(super) alpha: Option<f64>,
}

/// A model before calibration.
pub(super) struct Fitted {
    pub(super) encodings: Vec<EncodingDef>,
    pub(super) body: BodyDef,
    pub(super) settled: Settled,
    /// What the fit left out or changed, in words for the analyst.
    pub(super) notes: Vec<String>,
}

/// The rows of one fit.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) train: &'a [usize],
    /// Judge stopping and regularisation; empty when those are settled.
    pub(super) valid: &'a [usize],
}

/// Everything that a fit of one head needs but its rows.
pub(super) struct Job<'a> {
    pub(super) rows: &'a Rows<'a>,
    pub(super) plan: &'a HeadPlan,
    pub(super) inputs: Vec<InputDef>,
    pub(super) target: Target,
    pub(super) seed: u64,
}

impl Target {
    /// Whether one sigmoid output says it all.
    pub(super) fn is_binary(&self, kind: ModelKind) -> bool {
        self.classes.len() == 2 && kind != ModelKind::Text
    }

    pub(super) fn of(&self, rows: &[usize]) -> Vec<u16> {
        rows.iter().filter_map(|&row| self.ids[row]).collect()
    }
}

impl Job<'_> {
    /// The raw head of `kind` around a fitted model.
    pub(super) fn head_def(&self, kind: ModelKind, fitted: Fitted, calibration: CalibrationDef) -> HeadDef {
        let binary = self.target.is_binary(kind);
        HeadDef {
            name: self.plan.name.clone(),
            outputs: if binary { self.target.classes[1..].to_vec() } else { self.target.classes.clone() },
            link: if binary { Link::Sigmoid } else { Link::Softmax },
            inputs: if kind == ModelKind::Text { Vec::new() } else { self.inputs.clone() },
            encodings: fitted.encodings,
            body: fitted.body,
            calibration,
        }
    }

    /// The checked head of `kind` around a fitted model.
    pub(super) fn head(
        &self,
        kind: ModelKind,
        fitted: Fitted,
        calibration: CalibrationDef,
    ) -> Result<(HeadDef, Head)> {
        let def = self.head_def(kind, fitted, calibration);
        let head = Head::new(def.clone(), self.rows.examples.features.len(), &self.rows.heads)?;
        Ok((def, head))
    }

    /// Fits `kind` on `parts`.
    pub(super) fn fit(&self, kind: ModelKind, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        match kind {
            ModelKind::Text => self.fit_text(parts, settled),
            ModelKind::Logistic if self.plan.solver == Solver::QuasiNewton => self.fit_linear(parts, settled),
            ModelKind::Logistic => self.fit_gradient(parts),
            ModelKind::Mlp => self.fit_mlp(parts, settled),
            ModelKind::LinearSvm => self.fit_margin(parts, false),
            ModelKind::Svm => self.fit_margin(parts, true),
            ModelKind::Neighbours => self.fit_neighbours(parts),
            ModelKind::Bayes => self.fit_bayes(parts),
            ModelKind::Tree => self.fit_forest(parts, ForestSettings::tree()),
            ModelKind::Forest => self.fit_forest(parts, ForestSettings::default()),
            ModelKind::ExtraTrees => self.fit_forest(parts, ForestSettings::extra()),
            ModelKind::Trees => self.fit_trees(parts, settled),
            ModelKind::Auto => bail!("`auto` is a choice among kinds, not a kind"),
        }
    }

    fn fit_text(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let messages: Vec<&str> =
            parts.train.iter().map(|&row| self.rows.examples.messages[row].as_str()).collect();
        let ids: Vec<usize> = self.target.of(parts.train).into_iter().map(usize::from).collect();
        let fit = |inverse_l2: f32| -> Result<Fitted> {
            let max_bytes = self.plan.text.max_bytes;
            let settings = text::TextSettings { max_bytes, inverse_l2, ..text::TextSettings::default() };
            let fit = text::fit(&messages, &ids, self.target.classes.len(), &settings)?;
            let settled = Settled { alpha: Some(f64::from(inverse_l2)), ..Settled::default() };
            Ok(Fitted { encodings: Vec::new(), body: BodyDef::Text(fit.def), settled, notes: Vec::new() })
        };
        if settled.alpha.is_some() || parts.valid.is_empty() {
            return fit(settled.alpha.map_or(text::INVERSE_L2[0], |inverse_l2| inverse_l2 as f32));
        }
        let judged = |&inverse_l2: &f32| -> Result<(f64, Fitted)> {
            let fitted = fit(inverse_l2)?;
            Ok((self.loss_of_text(&fitted, parts.valid)?, fitted))
        };
        let mut tried = text::INVERSE_L2.par_iter().map(judged).collect::<Result<Vec<_>>>()?.into_iter();
        let default = tried.next().context("no penalty to try")?;
        let enough = default.0 * CLEARLY_LESS;
        let clearly = tried.filter(|(loss, _)| *loss < enough).min_by(|a, b| a.0.total_cmp(&b.0));
        Ok(clearly.unwrap_or(default).1)
    }

    /// Calibrated log loss on `valid`.
    fn loss_of_text(&self, fitted: &Fitted, valid: &[usize]) -> Result<f64> {
        let identity = CalibrationDef::identity(self.target.classes.len());
        let kept = Fitted {
            encodings: Vec::new(),
            body: fitted.body.clone(),
            settled: fitted.settled,
            notes: Vec::new(),
        };
        Ok(calibrated(self, &self.head(ModelKind::Text, kept, identity)?.1, valid)?.1)
    }

    /// The classes of `rows`.
    pub(super) fn ids(&self, rows: &[usize]) -> Vec<u32> {
        self.target.of(rows).into_iter().map(u32::from).collect()
    }

    pub(super) fn read_inputs(&self, train: &[usize]) -> Vec<Input> {
        let values: Vec<_> = self.inputs.iter().map(|&input| self.rows.values(input)).collect();
        encode::inputs(self.rows, &values, train)
    }
}
