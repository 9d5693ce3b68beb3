//! One model of one kind on one set of rows: the call into the fitting room, and the encodings that go with it.
//!
//! Not here: choosing among kinds, calibration (`heads`), the fits themselves (`fit`).

use super::encode::{self, Input};
use super::rows::Rows;
use crate::config::{HeadPlan, ModelKind, Solver};
use crate::fit::gradient::{self, Descent, GradientSettings};
use crate::fit::{self, Dense, bayes, boost, linear, text};
use anyhow::{Result, bail};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link};
use ndarray::Array2;

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
    pub(super) alpha: Option<f64>,
}

/// A model before calibration.
pub(super) struct Fitted {
    pub(super) encodings: Vec<EncodingDef>,
    pub(super) body: BodyDef,
    pub(super) settled: Settled,
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
            ModelKind::Text => self.fit_text(parts),
            ModelKind::Logistic if self.plan.solver == Solver::QuasiNewton => self.fit_linear(parts, settled),
            ModelKind::Logistic => self.fit_gradient(parts),
            ModelKind::Bayes => self.fit_bayes(parts),
            ModelKind::Trees => self.fit_trees(parts, settled),
            ModelKind::Auto => bail!("`auto` is a choice among kinds, not a kind"),
        }
    }

    fn fit_text(&self, parts: Parts<'_>) -> Result<Fitted> {
        let messages: Vec<&str> =
            parts.train.iter().map(|&row| self.rows.examples.messages[row].as_str()).collect();
        let ids: Vec<usize> = self.target.of(parts.train).into_iter().map(usize::from).collect();
        let settings =
            text::TextSettings { max_bytes: self.plan.text.max_bytes, ..text::TextSettings::default() };
        let fit = text::fit(&messages, &ids, self.target.classes.len(), &settings)?;
        Ok(Fitted { encodings: Vec::new(), body: BodyDef::Text(fit.def), settled: Settled::default() })
    }

    fn read_inputs(&self, train: &[usize]) -> Vec<Input> {
        let values: Vec<_> = self.inputs.iter().map(|&input| self.rows.values(input)).collect();
        encode::inputs(self.rows, &values, train)
    }

    /// The columns that `encodings` write of `rows`: `[n_rows, n_columns]`.
    fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>> {
        let n_outputs = self.n_outputs();
        let n_columns = encodings.iter().map(n_columns).sum::<usize>();
        let blank = LinearDef { bias: vec![0.0; n_outputs], weights: vec![0.0; n_columns * n_outputs] };
        let fitted = Fitted {
            encodings: encodings.to_vec(),
            body: BodyDef::Linear(blank),
            settled: Settled::default(),
        };
        let (_, head) = self.head(ModelKind::Logistic, fitted, CalibrationDef::identity(n_outputs))?;
        Ok(Array2::from_shape_vec((rows.len(), n_columns), self.rows.columns(&head, rows))?)
    }

    /// Outputs of a head that is no text head.
    fn n_outputs(&self) -> usize {
        if self.target.is_binary(ModelKind::Logistic) { 1 } else { self.target.classes.len() }
    }

    fn ids(&self, rows: &[usize]) -> Vec<u32> {
        self.target.of(rows).into_iter().map(u32::from).collect()
    }

    fn fit_linear(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let encodings = encode::linear(&self.read_inputs(parts.train), parts.train, self.plan.encode);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.ids(parts.train));
        let (x_valid, y_valid) = (self.matrix(&encodings, parts.valid)?, self.ids(parts.valid));
        let settled = settled.alpha.or(parts.valid.is_empty().then_some(DEFAULT_ALPHA));
        let alphas = settled.as_slice();
        let fit = linear::logistic(
            linear::Rows { x: &x, y: &y },
            linear::Rows { x: &x_valid, y: &y_valid },
            self.target.classes.len(),
            if alphas.is_empty() { &linear::ALPHAS } else { alphas },
        )?;
        let settled = Settled { alpha: Some(fit.alpha), ..Settled::default() };
        Ok(Fitted { encodings, body: BodyDef::Linear(fit.def), settled })
    }

    fn fit_gradient(&self, parts: Parts<'_>) -> Result<Fitted> {
        let encodings = encode::linear(&self.read_inputs(parts.train), parts.train, self.plan.encode);
        let (x, ids) = (self.matrix(&encodings, parts.train)?, self.ids(parts.train));
        let (x_valid, ids_valid) = (self.matrix(&encodings, parts.valid)?, self.ids(parts.valid));
        let n = self.target.classes.len();
        let dense = |x, ids| Dense { x, y: fit::Target::Classes { ids, n }, weights: None };
        let descent = match self.plan.solver {
            Solver::Stochastic => Descent::Stochastic { batch: BATCH },
            Solver::FullBatch | Solver::QuasiNewton => Descent::FullBatch,
        };
        let settings = GradientSettings {
            descent,
            alpha: DEFAULT_ALPHA,
            seed: self.seed,
            ..GradientSettings::default()
        };
        let valid = (!parts.valid.is_empty()).then(|| dense(x_valid.view(), &ids_valid));
        let fit = gradient::fit(dense(x.view(), &ids), valid, &settings)?;
        Ok(Fitted { encodings, body: fit.body, settled: Settled::default() })
    }

    fn fit_bayes(&self, parts: Parts<'_>) -> Result<Fitted> {
        let inputs = self.read_inputs(parts.train);
        let picked: Vec<Input> = inputs.iter().map(|input| pick(input, parts.train)).collect();
        let columns: Vec<bayes::Column<'_>> = picked
            .iter()
            .map(|input| match input {
                Input::Number(numbers) => bayes::Column::Number(numbers),
                Input::Category { codes, names } => bayes::Column::Category { codes, names },
            })
            .collect();
        let ids = self.ids(parts.train);
        let y = fit::Target::Classes { ids: &ids, n: self.target.classes.len() };
        let (encodings, fit) = bayes::fit(&columns, y, None, &bayes::BayesSettings::default())?;
        Ok(Fitted { encodings, body: fit.body, settled: Settled::default() })
    }

    fn fit_trees(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let inputs = self.read_inputs(parts.train);
        let rows: Vec<usize> = parts.train.iter().chain(parts.valid).copied().collect();
        let picked: Vec<Input> = inputs.iter().map(|input| pick(input, &rows)).collect();
        let columns: Vec<boost::Column<'_>> = picked
            .iter()
            .map(|input| match input {
                Input::Number(numbers) => boost::Column::Number(numbers),
                Input::Category { codes, names } => boost::Column::Category { codes, n: names.len() as u16 },
            })
            .collect();
        let ids = self.target.of(&rows);
        let chances: Vec<f32> = ids.iter().map(|&id| f32::from(id)).collect();
        let target = if self.target.is_binary(ModelKind::Trees) {
            boost::Target::Chance(&chances)
        } else {
            boost::Target::Classes { ids: &ids, n: self.target.classes.len() as u16 }
        };
        let valid: Vec<u32> = (parts.train.len() as u32..rows.len() as u32).collect();
        let plan = self.plan.trees;
        let settings = boost::BoostSettings {
            rounds: settled.rounds.unwrap_or(plan.rounds),
            max_leaves: plan.leaves,
            learning_rate: plan.learning_rate,
            patience: if plan.early_stopping && !valid.is_empty() { Some(PATIENCE) } else { None },
            seed: self.seed,
            ..boost::BoostSettings::default()
        };
        let task = boost::Task { columns: &columns, target, weights: None, valid: &valid };
        let fit = boost::fit(&task, &settings, &mut |_, _| {})?;
        let settled = Settled { rounds: Some(fit.rounds.max(1)), ..Settled::default() };
        Ok(Fitted {
            encodings: encode::trees(&inputs, &fit.columns),
            body: BodyDef::Trees(fit.trees),
            settled,
        })
    }
}

/// Penalty of a logistic head where no validation rows can choose one.
const DEFAULT_ALPHA: f64 = 3.0;

/// Rows of one step of stochastic gradient descent.
const BATCH: usize = 64;

/// Rounds without a better validation loss before boosting stops.
const PATIENCE: usize = 20;

fn pick(input: &Input, rows: &[usize]) -> Input {
    match input {
        Input::Number(numbers) => Input::Number(rows.iter().map(|&row| numbers[row]).collect()),
        Input::Category { codes, names } => {
            Input::Category { codes: rows.iter().map(|&row| codes[row]).collect(), names: names.clone() }
        }
    }
}

fn n_columns(encoding: &EncodingDef) -> usize {
    match encoding {
        EncodingDef::OneHot { categories, other, .. } => categories.len() + usize::from(*other),
        EncodingDef::Hash { buckets, .. } => usize::from(*buckets),
        _ => 1,
    }
}
