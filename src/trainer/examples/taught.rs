//! Taught: messages without labels and the vectors that a sentence-embedding model gave them, from which a text head learns what few
//! labelled messages say of all.
//!
//! Invariants
//! - A label never comes from here, even where the file has the column.
//!
//! Not here: what a teacher makes of labels (`fit::teacher`), whether it pays (`train`).

use crate::config::TeacherPlan;
use crate::fit::teacher::Teacher;
use crate::read::{Kind, Table, Values, vectors};
use anyhow::{Context, Result, bail, ensure};
use ndarray::{Array2, Axis, concatenate};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Messages to learn from without labels, at most: the teacher compares each with every other.
const MAX_MESSAGES: usize = 30_000;

/// Messages, their teacher, and where the labelled rows stand among them.
#[derive(Debug)]
pub struct Taught {
    /// As typed: the unlabelled ones, then labelled ones that have vectors of their own.
    pub messages: Vec<String>,
    /// Their vectors.
    pub teacher: Teacher,
    /// Of each row of the examples its place among the messages, `[n_rows]`; `None` where it has no vector.
    pub places: Vec<Option<usize>>,
    /// What the analyst is told.
    pub notes: Vec<String>,
}

impl Taught {
    /// Reads what `plan` names, for examples with these `messages`; `column` is where their table holds them.
    ///
    /// # Errors
    ///
    /// Bad input, with its place; a number of vectors that is not that of the messages.
    pub(super) fn read(plan: &TeacherPlan, messages: &[String], column: &str) -> Result<Self> {
        let mut pool = unlabelled(&plan.unlabelled, plan.message.as_deref().unwrap_or(column))?;
        let mut vectors = vectors::read(&plan.vectors)?;
        ensure!(
            vectors.nrows() == pool.len(),
            "{} holds {} vectors, and {} holds {} rows; give one vector for each row, in the same order",
            plan.vectors.display(),
            vectors.nrows(),
            plan.unlabelled.display(),
            pool.len()
        );
        let mut notes = Vec::new();
        if pool.len() > MAX_MESSAGES {
            notes.push(format!(
                "of {} unlabelled messages {MAX_MESSAGES}, evenly spread, are learnt from",
                pool.len()
            ));
            let picked: Vec<usize> = (0..MAX_MESSAGES).map(|at| at * pool.len() / MAX_MESSAGES).collect();
            vectors = vectors.select(Axis(0), &picked);
            pool = picked.into_iter().map(|at| std::mem::take(&mut pool[at])).collect();
        }
        let mut place: HashMap<&str, usize> = HashMap::new();
        pool.iter().enumerate().for_each(|(at, message)| {
            place.entry(message.trim()).or_insert(at);
        });
        let mut places: Vec<Option<usize>> =
            messages.iter().map(|message| place.get(message.trim()).copied()).collect();
        if let Some(file) = &plan.labelled {
            let own = vectors::read(file)?;
            ensure!(
                own.nrows() == messages.len() && own.ncols() == vectors.ncols(),
                "{} holds {} vectors of {} numbers; the labelled table has {} rows, and the other vectors have {} numbers",
                file.display(),
                own.nrows(),
                own.ncols(),
                messages.len(),
                vectors.ncols()
            );
            let missing: Vec<usize> = (0..messages.len()).filter(|&row| places[row].is_none()).collect();
            for &row in &missing {
                places[row] = Some(pool.len());
                pool.push(messages[row].clone());
            }
            let added: Array2<f32> = own.select(Axis(0), &missing);
            vectors = concatenate(Axis(0), &[vectors.view(), added.view()]).context("teacher")?;
        }
        let n_without = places.iter().filter(|place| place.is_none()).count();
        if n_without > 0 {
            notes.push(format!(
                "{n_without} of {} labelled messages are not among the unlabelled ones, so the teacher knows nothing of them; \
                 give their vectors with --teacher-labelled FILE",
                messages.len()
            ));
        }
        let teacher = Teacher::new(vectors).with_context(|| plan.vectors.display().to_string())?;
        Ok(Self { messages: pool, teacher, places, notes })
    }
}

/// The messages of a table, one a row, empty where it has none.
fn unlabelled(path: &Path, column: &str) -> Result<Vec<String>> {
    let kinds = BTreeMap::from([(column.to_owned(), Kind::Text)]);
    let table = Table::read(path, &kinds)?;
    match &table.column(column)?.values {
        Values::Text(texts) => Ok(texts.iter().map(|text| text.clone().unwrap_or_default()).collect()),
        _ => bail!("{}: column `{column}` must be text", path.display()),
    }
}
