//! Calibration on messages that people wrote: temperature, out-of-scope threshold and prediction sets.
//!
//! Not here: reading them (`examples`).

use super::job::Job;
use super::scope;
use crate::calibrate;
use crate::conformal;
use crate::kinds::bench::Fitted;
use anyhow::Result;
use floorwalker_engine::head::experts::{EVENTS, cell};
use floorwalker_engine::head::{Buffers, CalibrationDef, Head, HeadDef, Scores, Seen};

/// The temperature of a text head, fitted on messages that people wrote; `None` without such messages, or without a fit on
/// training rows alone.
pub(super) fn temperature(job: &Job<'_>, fitted: Option<&Fitted>) -> Result<Option<CalibrationDef>> {
    let Some(fitted) = fitted else { return Ok(None) };
    let n_outputs = job.n_outputs();
    let (_, head) = job.head(fitted.clone(), CalibrationDef::identity(n_outputs))?;
    let (mut logits, mut y) = (Vec::new(), Vec::new());
    for (scores, class) in said(job, &head) {
        logits.extend(scores.logits);
        y.push(class as u32);
    }
    if y.is_empty() { Ok(None) } else { calibrate::temperature(&logits, n_outputs, &y).map(Some) }
}

/// The probability from which on a message is out of scope, chosen so that the share of in-scope messages set by the plan is
/// kept. `None` without calibration messages in scope.
pub(super) fn threshold(job: &Job<'_>, def: HeadDef) -> Result<Option<f32>> {
    let head = Head::new(def, job.rows.examples.features.len(), &job.rows.heads)?;
    let Some(text) = job.plan.model.text() else { return Ok(None) };
    let none = text.none.as_ref();
    let reject = none.and_then(|none| job.target.classes.iter().position(|class| class == none));
    let inside = said(job, &head).filter(|(_, class)| Some(*class) != reject);
    let mut outside: Vec<f32> = inside.map(|(scores, _)| scores.outside).collect();
    Ok((!outside.is_empty()).then(|| scope::threshold(&mut outside, text.keep)))
}

/// Sets in `out` the mass of a fusion's prediction sets for every kind of evidence with a message, calibrated on messages that
/// people wrote.
pub(super) fn masses(job: &Job<'_>, fusion: &Head, coverage: f64, out: &mut [f32]) {
    let heads = &job.rows.heads;
    let n_outputs = job.target.classes.len();
    let (mut p, mut y) = (Vec::new(), Vec::new());
    let mut buffers = Buffers::default();
    for (message, class) in job.rows.examples.calibration.of(&job.target.classes) {
        let mut earlier: Vec<Scores> = Vec::new();
        for head in heads {
            let mut scores = Scores { silent: true, ..Scores::default() };
            if head.reads_message() {
                head.score(&Seen { message, ..Seen::default() }, &earlier, heads, &mut buffers, &mut scores);
            }
            earlier.push(scores);
        }
        let mut scores = Scores::default();
        fusion.score(&Seen { message, ..Seen::default() }, &earlier, heads, &mut buffers, &mut scores);
        p.extend(scores.probabilities);
        y.push(class as u32);
    }
    let mass = conformal::mass(&y, &p, n_outputs, coverage);
    out.iter_mut().skip(cell(true, EVENTS[0])).for_each(|out| *out = mass.unwrap_or(*out));
}

/// The scores of `head`, which reads only the message, for each calibration message whose label is one of its classes.
fn said<'a>(job: &'a Job<'_>, head: &'a Head) -> impl Iterator<Item = (Scores, usize)> + 'a {
    let mut buffers = Buffers::default();
    job.rows.examples.calibration.of(&job.target.classes).map(move |(message, class)| {
        let mut scores = Scores::default();
        head.score(&Seen { message, ..Seen::default() }, &[], &[], &mut buffers, &mut scores);
        (scores, class)
    })
}
