//! Training data of a text head, with or without soft labels from a teacher, and whether the teacher improves it.
//!
//! This is decided by cross-validation with [`FOLDS`] folds over the labelled rows: the teacher is kept when it lowers the
//! calibrated out-of-fold log loss. A class with a single row cannot be held out. When too few rows can be held out, the teacher
//! is kept, and a note tells the analyst so.
//!
//! Not here: the teacher (`teacher`), the student (`kinds::text`).

use super::job::Job;
use crate::calibrate;
use crate::examples::Taught;
use crate::kinds::Model;
use crate::kinds::bench::Lesson;
use crate::kinds::bench::Parts;
use crate::kinds::bench::Tuned;
use anyhow::Result;
use floorwalker_engine::head::CalibrationDef;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Number of folds.
const FOLDS: usize = 5;
/// Fewest held-out rows for a meaningful comparison.
const LEAST_ROWS: usize = 30;

/// The training messages of a text head: those of the `train` rows, which all have a label, with weights proportional to
/// `n^-rarity` for a class with `n` rows. When the job is taught, also all messages of the teacher with their soft labels; then
/// all messages weigh the same.
pub(super) fn lesson<'a>(job: &Job<'a>, train: &[usize], rarity: f64) -> Result<Lesson<'a>> {
    let examples = job.rows.examples;
    let ids: Vec<usize> =
        job.target.truths(train, job.weights).ids.into_iter().map(|id| id as usize).collect();
    let own = train.iter().map(|&row| examples.messages[row].as_str());
    let Some(taught) = examples.taught.as_deref().filter(|_| job.is_taught) else {
        let weights = by_rarity(&ids, job.target.classes.len(), rarity);
        return Ok(Lesson { messages: own.collect(), labels: ids, shares: Vec::new(), weights });
    };
    let n_classes = job.target.classes.len();
    let placed = || train.iter().zip(&ids).filter_map(|(&row, &id)| Some((place(taught, row)?, id)));
    let labelled: Vec<(usize, usize)> = placed().collect();
    let mut shares = taught.teacher.shares(&labelled, n_classes)?;
    let mut messages: Vec<&str> = taught.messages.iter().map(String::as_str).collect();
    for &(at, id) in &labelled {
        let row = &mut shares[at * n_classes..(at + 1) * n_classes];
        row.fill(0.0);
        row[id] = 1.0;
    }
    for (&row, &id) in train.iter().zip(&ids).filter(|(row, _)| place(taught, **row).is_none()) {
        messages.push(&examples.messages[row]);
        shares.extend((0..n_classes).map(|class| f32::from(u8::from(class == id))));
    }
    let likeliest = |row: &[f32]| (0..row.len()).reduce(|a, b| if row[b] > row[a] { b } else { a });
    let labels = shares.chunks_exact(n_classes).map(|row| likeliest(row).unwrap_or(0)).collect();
    Ok(Lesson { messages, labels, shares, weights: Vec::new() })
}

/// Weight of each row by the rarity of its class, with mean 1; empty when all are equal.
fn by_rarity(ids: &[usize], n_classes: usize, rarity: f64) -> Vec<f32> {
    if rarity == 0.0 {
        return Vec::new();
    }
    let mut counts = vec![0.0_f64; n_classes];
    ids.iter().for_each(|&id| counts[id] += 1.0);
    let weight = |&id: &usize| libm::pow(counts[id], -rarity);
    let mean = ids.iter().map(weight).sum::<f64>() / ids.len() as f64;
    ids.iter().map(|id| (weight(id) / mean) as f32).collect()
}

fn place(taught: &Taught, row: usize) -> Option<usize> {
    taught.places.get(row).copied().flatten()
}

/// The job, with the teacher if it lowers the loss, and notes for the analyst.
pub(super) fn decide<'a>(job: Job<'a>, rows: &[usize]) -> Result<(Job<'a>, Vec<String>)> {
    let reads = job.plan.model.text().is_some() && !job.target.is_number();
    let Some(taught) = job.rows.examples.taught.as_deref().filter(|_| reads) else {
        return Ok((job, Vec::new()));
    };
    let mut told = taught.notes.clone();
    if !rows.iter().any(|&row| place(taught, row).is_some()) {
        told.push("no labelled message has a vector, so the teacher is not used".to_owned());
        return Ok((job, told));
    }
    let with = Job { is_taught: true, ..job };
    let trials = trials(&job, rows);
    let n_held: usize = trials.iter().map(|(_, held)| held.len()).sum();
    if n_held < LEAST_ROWS {
        told.push(format!(
            "the teacher is used without a measurement: only {n_held} of {} labelled messages could be held out",
            rows.len()
        ));
        return Ok((with, told));
    }
    let tuned = Tuned::default();
    let [alone, taught_loss] = [loss(&job, &trials, tuned)?, loss(&with, &trials, tuned)?];
    let is_kept = taught_loss < alone;
    told.push(format!(
        "the teacher is {}: log loss {taught_loss:.4} with it, {alone:.4} without, on {n_held} messages held out in {FOLDS} folds",
        if is_kept { "kept" } else { "left out" }
    ));
    Ok((if is_kept { with } else { job }, told))
}

/// Training rows and held-out rows of each fold; a row is held out only when another row of its class is in the training rows.
pub(super) fn trials(job: &Job<'_>, rows: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut order = rows.to_vec();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(job.seed));
    order.sort_by_key(|&row| job.target.ids[row]);
    let held_in = |fold: usize| -> (Vec<usize>, Vec<usize>) {
        let fold_of = |(at, &row): (usize, &usize)| (row, at % FOLDS == fold);
        let (held, kept): (Vec<_>, Vec<_>) =
            order.iter().enumerate().map(fold_of).partition(|(_, is_held)| *is_held);
        let mut kept: Vec<usize> = kept.into_iter().map(|(row, _)| row).collect();
        let (mut held, alone): (Vec<usize>, Vec<usize>) = held
            .into_iter()
            .map(|(row, _)| row)
            .partition(|&row| kept.iter().any(|&other| job.target.ids[other] == job.target.ids[row]));
        kept.extend(alone);
        kept.sort_unstable();
        held.sort_unstable();
        (kept, held)
    };
    (0..FOLDS).map(held_in).collect()
}

/// Log loss of a text head on the held-out rows, after calibration of their pooled logits.
pub(super) fn loss(job: &Job<'_>, trials: &[(Vec<usize>, Vec<usize>)], tuned: Tuned) -> Result<f64> {
    let Some(text) = job.plan.model.text() else { return Ok(f64::INFINITY) };
    let text = crate::store::HeadPlan { model: Model::Text(text.clone()), ..job.plan.clone() };
    let job = Job { plan: &text, ..*job };
    let n_outputs = job.n_outputs();
    let run = |(kept, held): &(Vec<usize>, Vec<usize>)| -> Result<Vec<f32>> {
        let fitted = job.fit(Parts { train: kept, valid: &[] }, tuned)?;
        let (_, head) = job.head(fitted, CalibrationDef::identity(n_outputs))?;
        Ok(job.rows.score(&head, held).into_iter().flat_map(|scores| scores.logits).collect())
    };
    let logits: Vec<f32> = trials.par_iter().map(run).collect::<Result<Vec<_>>>()?.concat();
    let held: Vec<usize> = trials.iter().flat_map(|(_, held)| held.iter().copied()).collect();
    let y = job.target.ids(&held);
    let part: Vec<usize> = (0..held.len()).map(|at| at % FOLDS).collect();
    let chosen = calibrate::choose(&logits, n_outputs, &job.methods(), &y, &part)?;
    Ok(chosen.tried.iter().map(|(_, loss)| *loss).fold(f64::INFINITY, f64::min))
}

#[cfg(test)]
mod tests {
    use super::by_rarity;

    #[test]
    fn rows_of_rare_classes_count_more_and_all_count_one_on_average() {
        assert!(by_rarity(&[0, 1, 1], 2, 0.0).is_empty());
        let weights = by_rarity(&[0, 1, 1, 1, 1], 3, 1.0);
        assert!(weights[1..].iter().all(|weight| (weights[0] / weight - 4.0).abs() < 1e-5), "{weights:?}");
        assert!((weights.iter().sum::<f32>() - 5.0).abs() < 1e-5);
        let milder = by_rarity(&[0, 1, 1, 1, 1], 3, 0.5);
        assert!((milder[0] / milder[1] - 2.0).abs() < 1e-5, "{milder:?}");
    }
}
