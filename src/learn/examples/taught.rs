//! Unlabelled messages and their sentence embeddings, from which a teacher gives a text head soft labels.
//!
//! Invariants
//! - No label is read from the file of unlabelled messages, even when it has the label's column.
//!
//! Not here: computing the soft labels (`teacher`), whether they improve a head (`train`).

use crate::store::{TeacherPlan, VectorsPlan};
use crate::teacher::Teacher;
use anyhow::{Context, Result, bail, ensure};
use floorwalker_data::progress::Progress;
use floorwalker_data::read::encoder::Encoder;
use floorwalker_data::read::encoder::EncoderPlan;
use floorwalker_data::read::{Kinds, ReadAs, Table, Values, vectors};
use floorwalker_engine::text::FIELD;
use ndarray::{Array2, Axis, concatenate};
use std::collections::HashMap;
use std::path::Path;

/// Most unlabelled messages that are used: the teacher compares each with every other.
const MAX_MESSAGES: usize = 30_000;

/// The messages, their teacher, and the index of each labelled row among the messages.
#[derive(Debug)]
pub struct Taught {
    /// The messages as typed: the unlabelled ones, then labelled ones that have vectors of their own.
    pub messages: Vec<String>,
    /// The teacher, which holds their vectors.
    pub teacher: Teacher,
    /// For each row of the examples the index of its message in `messages`, `[n_rows]`; `None` when it has no vector.
    pub places: Vec<Option<usize>>,
    /// Notes for the analyst.
    pub notes: Vec<String>,
}

impl Taught {
    /// Reads the files that `plan` names, for examples with these `messages`. `column` is the message column of the examples' table.
    ///
    /// # Errors
    ///
    /// Fails for input that cannot be read, with its place; for a number of vectors that does not match the messages; for a model
    /// that cannot be run.
    pub(super) fn read(
        plan: &TeacherPlan,
        messages: &[String],
        column: &str,
        progress: Progress,
    ) -> Result<Self> {
        let pool = unlabelled(&plan.unlabelled, plan.message.as_deref().unwrap_or(column))?;
        let picked = spread(pool.len());
        let mut notes = Vec::new();
        if picked.len() < pool.len() {
            notes.push(format!(
                "{MAX_MESSAGES} of {} unlabelled messages are used, evenly spread over the file",
                pool.len()
            ));
        }
        let mut all: Vec<String> = picked.iter().map(|&row| pool[row].clone()).collect();
        let mut place: HashMap<String, usize> = HashMap::new();
        picked.iter().enumerate().for_each(|(at, &row)| {
            place.entry(key(&pool[row])).or_insert(at);
        });
        // Labelled messages that are not among the unlabelled ones, each distinct text once.
        let mut missing: Vec<usize> = Vec::new();
        let mut own: HashMap<String, usize> = HashMap::new();
        for (row, message) in messages.iter().enumerate() {
            let key = key(message);
            if !key.is_empty() && !place.contains_key(&key) && missing.len() < MAX_MESSAGES {
                own.entry(key).or_insert_with(|| {
                    missing.push(row);
                    all.len() + missing.len() - 1
                });
            }
        }
        let n_missing = messages.iter().filter(|message| own.contains_key(&key(message))).count();
        let add = |all: &mut Vec<String>, place: &mut HashMap<String, usize>| {
            all.extend(missing.iter().map(|&row| messages[row].clone()));
            place.extend(own.clone());
        };
        let (vectors, of_vectors) = match &plan.vectors {
            VectorsPlan::Model(encoder) => {
                add(&mut all, &mut place);
                (encoded(encoder, &all, progress)?, &encoder.onnx)
            }
            VectorsPlan::Files { unlabelled, labelled } => {
                let all_vectors = vectors::read_for(unlabelled, &plan.unlabelled, pool.len())?;
                let mut vectors = all_vectors.select(Axis(0), &picked);
                if let Some(file) = labelled {
                    let own = of_labelled(file, messages.len(), vectors.ncols())?.select(Axis(0), &missing);
                    vectors = concatenate(Axis(0), &[vectors.view(), own.view()]).context("teacher")?;
                    add(&mut all, &mut place);
                } else if n_missing > 0 {
                    notes.push(format!(
                        "{} of {} labelled messages are not among the unlabelled ones, so the teacher knows nothing of them; \
                         give their vectors with --teacher-labelled FILE",
                        n_missing,
                        messages.len()
                    ));
                }
                (vectors, unlabelled)
            }
        };
        let places = messages.iter().map(|message| place.get(&key(message)).copied()).collect();
        let teacher = Teacher::new(vectors).with_context(|| of_vectors.display().to_string())?;
        Ok(Self { messages: all, teacher, places, notes })
    }
}

/// The key that identifies a message even after a spreadsheet has rewritten it: runs of white space become one space, and the
/// apostrophe that keeps a message from being read as a formula is removed.
pub fn key(message: &str) -> String {
    let plain = message.trim().strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(message);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a spreadsheet would read a cell as a formula.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@'])
}

/// Indices of the messages that a teacher uses: all `n`, or `MAX_MESSAGES` evenly spaced ones.
pub fn spread(n: usize) -> Vec<usize> {
    let n_taken = n.min(MAX_MESSAGES);
    (0..n_taken).map(|at| at * n / n_taken).collect()
}

/// The embeddings of `messages` by a model, `[n_messages, n_dims]`. Several fields of a message are joined as lines.
pub fn encoded(plan: &EncoderPlan, messages: &[String], progress: Progress) -> Result<Array2<f32>> {
    let encoder = Encoder::open(plan)?;
    let lines: Vec<String> = messages.iter().map(|message| message.replace(FIELD, "\n")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let stage = progress.steps("vectors of the teacher", lines.len() as u64);
    let vectors = encoder.vectors(&lines, &stage)?;
    stage.done();
    Ok(vectors)
}

/// Reads the vectors of the labelled rows; fails unless they are `[n_rows, n_dims]`.
fn of_labelled(file: &Path, n_rows: usize, n_dims: usize) -> Result<Array2<f32>> {
    let own = vectors::read(file)?;
    ensure!(
        own.nrows() == n_rows && own.ncols() == n_dims,
        "{} holds {} vectors of {} numbers; the labelled table has {n_rows} rows, and the other vectors have {n_dims} numbers",
        file.display(),
        own.nrows(),
        own.ncols(),
    );
    Ok(own)
}

/// The messages of a table, one per row; empty for a row without one.
fn unlabelled(path: &Path, column: &str) -> Result<Vec<String>> {
    let kinds = Kinds::from([(column.to_owned(), ReadAs::Text)]);
    let table = Table::read(path, &kinds.into())?;
    match &table.column(column)?.values {
        Values::Text(texts) => Ok(texts.iter().map(|text| text.clone().unwrap_or_default()).collect()),
        _ => bail!("{}: column `{column}` must be text", path.display()),
    }
}
