//! The text head as a kind of model: chooses its penalty and the weight of rare classes.
//!
//! | what    | tried                                                        | judged by                                            |
//! |---------|--------------------------------------------------------------|------------------------------------------------------|
//! | penalty | three; the weakest, unless another is clearly better         | validation rows                                      |
//! | rarity  | weights `n^-0.7` for a class with `n` rows, or equal weights | validation rows; cross-validation when those are few |
//!
//! Why rarity: with a penalty, the weights of a class with few rows stay too small, and a frequent class takes its messages. If
//! future messages are as imbalanced as the training rows, that is right; so held-out rows decide.
//!
//! Not here: the fit (the parent), soft labels from a teacher (`train::taught`).

use super::{INVERSE_L2, Lesson, TextSettings, fit};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned};
use crate::kinds::kind::{Kind, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::{Context, Result, ensure};
use floorwalker_engine::head::BodyDef;
use rayon::prelude::*;
use serde::Deserialize;

/// Another penalty is chosen only if its loss is below this share of the default's. With few validation rows, smaller differences
/// are chance.
const CLEARLY_LESS: f64 = 0.98;
/// Exponent of the class weights that is tried: 0 would weight all rows equally, 1 all classes equally.
const RARITY: f64 = 0.7;
/// With fewer validation rows than this, cross-validation over all rows decides about the class weights.
const FEW_ROWS: usize = 300;

/// Settings of a text head.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageSettings {
    /// Most bytes that the head may take in the bundle.
    pub max_bytes: usize,
    /// The class that means "none of the others", such as greetings.
    pub none: Option<String>,
    /// Share of in-scope messages that must not be called out of scope.
    pub keep: f64,
}

impl Default for MessageSettings {
    fn default() -> Self {
        Self { max_bytes: Table::default().max_bytes, none: None, keep: 0.95 }
    }
}

/// The `text` table: limits of a text model.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// Most bytes that the model may take in the bundle.
    max_bytes: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { max_bytes: 1_000_000 }
    }
}

impl MessageSettings {
    /// Reads the `text` table only, as a race does.
    pub(in crate::kinds) fn of_table(settings: &mut Settings) -> Result<Self> {
        let Table { max_bytes } = settings.take_or("text")?;
        Ok(Self { max_bytes, ..Self::default() })
    }

    fn of(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        let fields = bench.fields();
        let notes: Vec<String> = if fields.len() > 1 {
            vec![format!(
                "{} are read as fields of one message, each with its own weights; in the page, pass them in this order: message: [{}]",
                fields.join(", "),
                fields.join(", ")
            )]
        } else {
            Vec::new()
        };
        let fit = |inverse_l2: f32, rarity: f64| -> Result<Fitted> {
            let settings = TextSettings { max_bytes: self.max_bytes, inverse_l2, ..TextSettings::default() };
            let lesson = bench.lesson(parts.train, rarity)?;
            let lesson = Lesson {
                messages: &lesson.messages,
                labels: &lesson.labels,
                shares: &lesson.shares,
                weights: &lesson.weights,
            };
            let fit = fit(lesson, bench.classes().len(), &settings)?;
            Ok(Fitted {
                encodings: Vec::new(),
                body: BodyDef::Text(fit.def),
                tuned: Tuned { alpha: Some(f64::from(inverse_l2)), rarity, ..Tuned::default() },
                notes: notes.clone(),
                losses: Vec::new(),
            })
        };
        if tuned.alpha.is_some() || parts.valid.is_empty() {
            let inverse_l2 = tuned.alpha.map_or(INVERSE_L2[0], |inverse_l2| inverse_l2 as f32);
            return fit(inverse_l2, tuned.rarity);
        }
        let judged = |&inverse_l2: &f32| -> Result<(f64, Fitted)> {
            let fitted = fit(inverse_l2, 0.0)?;
            Ok((bench.loss(&fitted, parts.valid)?, fitted))
        };
        let mut tried = INVERSE_L2.par_iter().map(judged).collect::<Result<Vec<_>>>()?.into_iter();
        let default = tried.next().context("the list of penalties is empty")?;
        let enough = default.0 * CLEARLY_LESS;
        let clearly = tried.filter(|(loss, _)| *loss < enough).min_by(|a, b| a.0.total_cmp(&b.0));
        let (loss, alike) = clearly.unwrap_or(default);
        if bench.is_taught() {
            return Ok(alike);
        }
        let uneven = Tuned { rarity: RARITY, ..alike.tuned };
        if parts.valid.len() < FEW_ROWS {
            let rows: Vec<usize> = parts.train.iter().chain(parts.valid).copied().collect();
            let [with, without] = bench.fold_losses(&rows, [uneven, alike.tuned])?;
            return if with < without { self.of(bench, parts, uneven) } else { Ok(alike) };
        }
        let fitted = self.of(bench, parts, uneven)?;
        Ok(if bench.loss(&fitted, parts.valid)? < loss { fitted } else { alike })
    }
}

impl Read for MessageSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        let usual = Self::of_table(settings)?;
        let keep = settings.take("keep")?.unwrap_or(usual.keep);
        ensure!(keep > 0.0 && keep <= 1.0, "keep is {keep}; give a share above 0 and up to 1");
        Ok(Self { none: settings.take("none")?, keep, ..usual })
    }
}

impl Kind for MessageSettings {
    fn reads_message(&self) -> bool {
        true
    }

    fn has_output_a_class(&self) -> bool {
        true
    }

    fn seconds(&self, size: Size) -> f64 {
        2e-4 * size.rows * size.outputs.sqrt()
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        self.of(bench, parts, tuned)
    }
}
