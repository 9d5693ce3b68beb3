//! The text head: how strong its penalty is, and how much messages of rare classes count.
//!
//! | what     | tried                                                       | judged by                                                   |
//! |----------|-------------------------------------------------------------|-------------------------------------------------------------|
//! | penalty  | three; the weakest unless another is clearly better         | validation rows                                             |
//! | rarity   | each row weighs `n^-0.7`, where its class has `n` rows; or all alike | validation rows; folds of all rows where those are few  |
//!
//! Why rarity: under a penalty a class of few rows stays too weak, and a class of many takes its messages. Where the classes of the
//! messages to come are as uneven as those learnt from, that is as it should be: so rows tell.
//!
//! Not here: the fit (`fit::text`), messages that a teacher labels (`taught`).

use super::body::{Fitted, Job, Settled};
use super::judge;
use super::rows::Parts;
use super::taught::{self, Lesson};
use crate::fit::text;
use anyhow::{Context, Result};
use floorwalker_engine::head::BodyDef;
use rayon::prelude::*;

/// Part of the default penalty's loss that another has to stay under. Validation rows are few, and what is within this of each other
/// there is the luck of the draw.
const CLEARLY_LESS: f64 = 0.98;
/// How much more rows of rare classes count, if it pays. Between none of it and all (1, where every class counts the same).
const RARITY: f64 = 0.7;
/// Validation rows below which folds of all rows judge the rarity.
const FEW_ROWS: usize = 300;

impl Job<'_> {
    pub(super) fn fit_text(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let fields = &self.rows.examples.fields;
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
            let max_bytes = self.plan.text.max_bytes;
            let settings = text::TextSettings { max_bytes, inverse_l2, ..text::TextSettings::default() };
            let lesson = Lesson::new(self, parts.train, rarity)?;
            let fit = text::fit(lesson.of_text(), self.target.classes.len(), &settings)?;
            Ok(Fitted {
                encodings: Vec::new(),
                body: BodyDef::Text(fit.def),
                settled: Settled { alpha: Some(f64::from(inverse_l2)), rarity, ..Settled::default() },
                notes: notes.clone(),
                losses: Vec::new(),
            })
        };
        if settled.alpha.is_some() || parts.valid.is_empty() {
            let inverse_l2 = settled.alpha.map_or(text::INVERSE_L2[0], |inverse_l2| inverse_l2 as f32);
            return fit(inverse_l2, settled.rarity);
        }
        let judged = |&inverse_l2: &f32| -> Result<(f64, Fitted)> {
            let fitted = fit(inverse_l2, 0.0)?;
            Ok((judge::calibrated_loss(self, &fitted, parts.valid)?, fitted))
        };
        let mut tried = text::INVERSE_L2.par_iter().map(judged).collect::<Result<Vec<_>>>()?.into_iter();
        let default = tried.next().context("no penalty to try")?;
        let enough = default.0 * CLEARLY_LESS;
        let clearly = tried.filter(|(loss, _)| *loss < enough).min_by(|a, b| a.0.total_cmp(&b.0));
        let (loss, alike) = clearly.unwrap_or(default);
        if self.is_taught {
            return Ok(alike);
        }
        let uneven = Settled { rarity: RARITY, ..alike.settled };
        if parts.valid.len() < FEW_ROWS {
            let rows: Vec<usize> = parts.train.iter().chain(parts.valid).copied().collect();
            let folds = taught::trials(self, &rows);
            let gains = taught::loss(self, &folds, uneven)? < taught::loss(self, &folds, alike.settled)?;
            return if gains { self.fit_text(parts, uneven) } else { Ok(alike) };
        }
        let fitted = self.fit_text(parts, uneven)?;
        Ok(if judge::calibrated_loss(self, &fitted, parts.valid)? < loss { fitted } else { alike })
    }
}
