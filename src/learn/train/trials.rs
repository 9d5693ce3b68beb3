//! Trials of a cross-validation: the rows for training, for early stopping and for evaluation of each fit.
//!
//! | split        | folds                                                                  | rows for early stopping         |
//! |--------------|------------------------------------------------------------------------|---------------------------------|
//! | `stratified` | stratified by class                                                    | stratified by class             |
//! | `shopper`    | grouped by shopper                                                     | grouped by shopper              |
//! | `time`       | consecutive periods; each fit is trained on all periods before its own | the newest of the training rows |
//!
//! Not here: the shares of the whole training (`train`), fitting (`judge`).

use super::job::Job;
use super::judge::Trial;
use crate::store::SplitBy;
use floorwalker_data::split::{self, Shares};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Share of a fit's rows used for early stopping and for choosing penalties.
const STOP: f64 = 0.15;
/// Fewest rows of the rarest class in every fold.
const ROWS_A_FOLD: usize = 2;

/// Fewest folds of a cross-validation. Classes with too few rows for them are in the training rows of every fold and never held out.
const LEAST_FOLDS: usize = 2;

/// A sample of `n_rows` of `rows`, ascending: stratified by class, grouped by shopper, or the newest rows, as the split says.
pub(super) fn sample(job: &Job<'_>, by: SplitBy, rows: &[usize], n_rows: usize) -> Vec<usize> {
    if n_rows >= rows.len() {
        return rows.to_vec();
    }
    let mut order = match by {
        SplitBy::Time => {
            let mut order = rows.to_vec();
            order.sort_by_key(|&row| std::cmp::Reverse((job.rows.examples.at_ms[row], row)));
            order
        }
        SplitBy::Shopper => {
            let mut shoppers: Vec<u32> = rows.iter().map(|&row| job.rows.examples.shoppers[row]).collect();
            shoppers.sort_unstable();
            shoppers.dedup();
            shoppers.shuffle(&mut ChaCha8Rng::seed_from_u64(job.seed));
            let mut place = vec![0; shoppers.iter().max().map_or(0, |&most| most as usize + 1)];
            shoppers.iter().zip(0_usize..).for_each(|(&shopper, at)| place[shopper as usize] = at);
            let mut order = rows.to_vec();
            order.sort_by_key(|&row| (place[job.rows.examples.shoppers[row] as usize], row));
            order
        }
        SplitBy::Stratified => stratified(job, rows),
    };
    order.truncate(n_rows);
    order.sort_unstable();
    order
}

/// Rows shuffled so that every prefix has each class in about its share.
fn stratified(job: &Job<'_>, rows: &[usize]) -> Vec<usize> {
    let mut shuffled = rows.to_vec();
    shuffled.shuffle(&mut ChaCha8Rng::seed_from_u64(job.seed));
    let mut of_class = vec![Vec::new(); job.target.classes.len().max(1)];
    for row in shuffled {
        let id = job.target.ids.get(row).copied().flatten().unwrap_or(0);
        of_class[usize::from(id)].push(row);
    }
    // The k-th of n rows of a class is placed at (k + ½) / n.
    let mut placed: Vec<(f64, usize)> = Vec::with_capacity(rows.len());
    for class in of_class {
        let n = class.len() as f64;
        placed.extend(class.into_iter().zip(0..).map(|(row, k)| ((f64::from(k) + 0.5) / n, row)));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    placed.into_iter().map(|(_, row)| row).collect()
}

/// Trials of a cross-validation over `rows`; `None` when there are too few rows of a class, too few shoppers or too few different times.
pub(super) fn folds(job: &Job<'_>, by: SplitBy, rows: &[usize], n_folds: usize) -> Option<Vec<Trial>> {
    let examples = job.rows.examples;
    let shoppers: Vec<u32> = rows.iter().map(|&row| examples.shoppers[row]).collect();
    if by == SplitBy::Time {
        return by_time(job, rows, n_folds);
    }
    let (ids, names) = strata(job, rows);
    let mut counts = vec![0_usize; names.len()];
    ids.iter().for_each(|&id| counts[id as usize] += 1);
    let rarest = counts.into_iter().filter(|&count| count >= LEAST_FOLDS * ROWS_A_FOLD).min()?;
    let n_folds = n_folds.min(rarest / ROWS_A_FOLD);
    let folds = match by {
        SplitBy::Shopper => split::grouped_folds(&shoppers, &ids, &names, n_folds, job.seed),
        _ => split::stratified_folds(&ids, &names, n_folds, job.seed),
    };
    let folds = folds.ok()?;
    let trial = |fold| {
        let (kept, held) = folds.parts(fold);
        let of = |part: Vec<usize>| -> Vec<usize> { part.into_iter().map(|at| rows[at]).collect() };
        Some(trial(job, by, &of(kept), of(held)))
    };
    (0..n_folds).map(trial).collect()
}

/// Folds of consecutive periods; the first period is only used for training.
fn by_time(job: &Job<'_>, rows: &[usize], n_folds: usize) -> Option<Vec<Trial>> {
    let at_ms = &job.rows.examples.at_ms;
    let mut order = rows.to_vec();
    order.sort_by_key(|&row| (at_ms[row], row));
    let mut cuts: Vec<usize> = (0..=n_folds + 1).map(|cut| cut * order.len() / (n_folds + 1)).collect();
    for cut in &mut cuts {
        // Rows of the same time stay in one period.
        while *cut > 0 && *cut < order.len() && at_ms[order[*cut]] == at_ms[order[*cut - 1]] {
            *cut += 1;
        }
    }
    let mut trials = Vec::new();
    for pair in cuts[1..].windows(2) {
        let (kept, held) = (order[..pair[0]].to_vec(), order[pair[0]..pair[1]].to_vec());
        let learns = |class: u16| kept.iter().any(|&row| job.target.ids[row] == Some(class));
        let knows_all = job.target.is_number() || (0..job.target.classes.len() as u16).all(learns);
        if !held.is_empty() && knows_all {
            trials.push(trial(job, SplitBy::Time, &kept, held));
        }
    }
    (trials.len() >= 2).then_some(trials)
}

/// A trial whose `kept` rows are split into training rows and early-stopping rows; when that split fails, all are training rows.
fn trial(job: &Job<'_>, by: SplitBy, kept: &[usize], mut held: Vec<usize>) -> Trial {
    let shares = Shares { validation: STOP, test: 0.0 };
    let examples = job.rows.examples;
    let split = match by {
        SplitBy::Stratified => {
            let (ids, names) = strata(job, kept);
            split::stratified(&ids, &names, shares, job.seed)
        }
        SplitBy::Shopper => {
            let shoppers: Vec<u32> = kept.iter().map(|&row| examples.shoppers[row]).collect();
            split::grouped(&shoppers, shares, job.seed)
        }
        SplitBy::Time => {
            split::by_time(&kept.iter().map(|&row| examples.at_ms[row]).collect::<Vec<_>>(), shares)
        }
    };
    held.sort_unstable();
    let of = |part: &[usize]| -> Vec<usize> {
        let mut rows: Vec<usize> = part.iter().map(|&at| kept[at]).collect();
        rows.sort_unstable();
        rows
    };
    match split {
        Ok(split) => Trial { train: of(&split.train), stop: of(&split.validation), held },
        Err(_) => Trial { train: of(&(0..kept.len()).collect::<Vec<_>>()), stop: Vec::new(), held },
    }
}

/// Class of each row, and the names of the classes; for numbers all rows are in one class.
fn strata(job: &Job<'_>, rows: &[usize]) -> (Vec<u32>, Vec<String>) {
    if job.target.is_number() {
        return (vec![0; rows.len()], vec![job.plan.label.clone()]);
    }
    (job.target.ids(rows), job.target.classes.clone())
}
