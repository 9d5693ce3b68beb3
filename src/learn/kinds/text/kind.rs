//! The text head as a kind: how strong its penalty is, and how much messages of rare classes count.
//!
//! | what     | tried                                                       | judged by                                                   |
//! |----------|-------------------------------------------------------------|-------------------------------------------------------------|
//! | penalty  | three; the weakest unless another is clearly better         | validation rows                                             |
//! | rarity   | each row weighs `n^-0.7`, where its class has `n` rows; or all alike | validation rows; folds of all rows where those are few  |
//!
//! Why rarity: under a penalty a class of few rows stays too weak, and a class of many takes its messages. Where the classes of the
//! messages to come are as uneven as those learnt from, that is as it should be: so rows tell.
//!
//! Not here: the fit (the parent), messages that a teacher labels (`train::taught`).

use super::{INVERSE_L2, Lesson, TextSettings, fit};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned};
use crate::kinds::kind::{Kind, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::{Context, Result, ensure};
use floorwalker_engine::head::BodyDef;
use rayon::prelude::*;
use serde::Deserialize;

/// Part of the default penalty's loss that another has to stay under. Validation rows are few, and what is within this of each other
/// there is the luck of the draw.
const CLEARLY_LESS: f64 = 0.98;
/// How much more rows of rare classes count, if it pays. Between none of it and all (1, where every class counts the same).
const RARITY: f64 = 0.7;
/// Validation rows below which folds of all rows judge the rarity.
const FEW_ROWS: usize = 300;

/// Settings of a text head.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageSettings {
    /// Most bytes that it may take in the bundle.
    pub max_bytes: usize,
    /// The class that stands for none of the others, greetings and the like.
    pub none: Option<String>,
    /// The share of messages that are about its classes that it may not call out of scope.
    pub keep: f64,
}

impl Default for MessageSettings {
    fn default() -> Self {
        Self { max_bytes: Table::default().max_bytes, none: None, keep: 0.95 }
    }
}

/// `text`: bounds of a text model.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// Most bytes that it may take in the bundle.
    max_bytes: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { max_bytes: 1_000_000 }
    }
}

impl MessageSettings {
    /// The table alone: what a race says of text.
    pub(in crate::kinds) fn of_table(settings: &mut Settings) -> Result<Self> {
        let Table { max_bytes } = settings.take_or("text")?;
        Ok(Self { max_bytes, ..Self::default() })
    }

    fn of(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        let fields = bench.fields();
        let notes: Vec<String> = if fields.len() > 1 {
            vec![format!(
                "{} are read as fields of one message, each with weights of its own; in the page hand them over in this order: \
                 message: [{}]",
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
        let default = tried.next().context("no penalty to try")?;
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
