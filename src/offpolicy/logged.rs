//! Logged decisions, checked and in numeric form: actions as indices, contexts as columns.
//!
//! | symbol | shape                  | unit                                                                   |
//! |--------|------------------------|------------------------------------------------------------------------|
//! | `x`    | `[n, n_columns]`       | a standardised number of the context, or 1 where an entry has the column's level |
//! | `a`    | `[n]`                  | index of the logged action, below `n_actions`                          |
//! | `mu`   | `[n]`                  | propensity: the probability with which it was chosen                   |
//! | `r`    | `[n]`                  | reward                                                                 |
//! | `pi`   | `[n, n_actions]`       | probability of each action under the policy that is evaluated          |
//! | `c`    | `[n]`                  | index of the shopper, below `n_shoppers`, by first line; without one, an index of its own |
//!
//! A context entry that is a number wherever it is known becomes one column: standardised, clipped to [`FAR`] standard deviations, 0
//! where it is not known. Any other entry is one-hot encoded: one column for each of its frequent levels. Rewards are not used for this.
//!
//! Invariants
//! - A [`Logged`] that exists is valid: [`Logged::of`] is the only check, and the estimators rely on it.
//! - The order of actions and columns does not depend on the order of lines.
//!
//! Not here: files (`log`), predicting rewards from contexts (`reward`).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow, ensure};

use super::line::Line;
use super::log::DecisionLog;
use super::repeat::Repeats;
use floorwalker_data::read::ParamValue;

/// Numbers are clipped at this many standard deviations from their mean.
pub const FAR: f64 = 4.0;
/// Largest number of columns: numbers first, then levels from the most frequent down.
pub const MOST_COLUMNS: usize = 64;
/// Smallest share of lines for which a level gets a column.
const LEAST_SHARE: f64 = 0.01;

/// Checked decisions, the input of the estimators.
#[derive(Clone, Debug)]
pub struct Logged {
    /// Names of the actions that were logged or that the target policy may choose, sorted.
    pub(super) actions: Vec<String>,
    /// What the columns of `x` stand for.
    pub(super) columns: Vec<Column>,
    pub(super) x: Vec<f64>,
    pub(super) action: Vec<usize>,
    pub(super) propensity: Vec<f64>,
    pub(super) reward: Vec<f64>,
    pub(super) target: Vec<f64>,
    /// Number of lines that each policy version decided.
    pub(super) versions: BTreeMap<String, usize>,
    /// Index of each line's shopper.
    pub(super) shopper: Vec<usize>,
    pub(super) n_shoppers: usize,
    /// Counts of repeated lines.
    pub(super) repeats: Repeats,
}

/// What a column stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Column {
    /// A number of the context.
    Number { name: String, mean: f64, deviation: f64 },
    /// Indicator: 1 where an entry of the context has this level.
    Level { name: String, level: String },
}

impl Logged {
    /// Checks a log whose every line has a target. Cost: `O(n × (n_columns + n_actions))`, in memory, too.
    ///
    /// # Errors
    ///
    /// Fewer than two lines; a line without `target`, or that [`Line::check`] refuses: with file and line.
    pub fn of(log: &DecisionLog) -> Result<Self> {
        let shown = log.path.display();
        let n = log.lines.len();
        ensure!(
            n >= 2,
            "{shown}: the log has {n} decisions; estimates need at least 2, and useful intervals some hundreds"
        );
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut targets = Vec::with_capacity(n);
        for line in &log.lines {
            let place = || format!("{shown}:{}", line.line);
            line.check().with_context(place)?;
            let target = line.target.as_ref().ok_or_else(|| {
                anyhow!(
                    "{}: `target` is missing; give the probability of each action under the evaluated policy, or name it with --policy",
                    place()
                )
            })?;
            names.insert(&line.action);
            names.extend(target.iter().filter(|(_, p)| **p > 0.0).map(|(name, _)| name.as_str()));
            targets.push(target);
        }
        let number: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let mut target = vec![0.0; n * names.len()];
        for (row, of_line) in target.chunks_exact_mut(names.len()).zip(&targets) {
            for (name, p) in *of_line {
                if let Some(&at) = number.get(name.as_str()) {
                    row[at] = *p;
                }
            }
        }
        let columns = columns(&log.lines);
        let (shopper, n_shoppers) = shoppers(&log.lines);
        let x = log.lines.iter().flat_map(|line| columns.iter().map(|column| column.of(line))).collect();
        Ok(Self {
            x,
            columns,
            action: log.lines.iter().filter_map(|line| number.get(line.action.as_str()).copied()).collect(),
            propensity: log.lines.iter().map(|line| line.propensity).collect(),
            reward: log.lines.iter().map(|line| line.reward).collect(),
            target,
            actions: names.into_iter().map(str::to_owned).collect(),
            versions: log.versions(),
            shopper,
            n_shoppers,
            repeats: log.repeats,
        })
    }

    /// Whether any shopper has several lines.
    pub(super) fn is_clustered(&self) -> bool {
        self.n_shoppers < self.n()
    }

    /// `[n_shoppers]`: the sum of `values` over the lines of each shopper.
    pub(super) fn by_shopper(&self, values: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.n_shoppers];
        self.shopper.iter().zip(values).for_each(|(shopper, value)| sums[*shopper] += value);
        sums
    }

    /// Number of lines; at least 2.
    #[must_use]
    pub fn n(&self) -> usize {
        self.reward.len()
    }

    /// Number of actions that were logged or that the target policy may choose.
    #[must_use]
    pub fn n_actions(&self) -> usize {
        self.actions.len()
    }

    /// `[n_columns]`: the context of line `at`.
    pub(super) fn row(&self, at: usize) -> &[f64] {
        &self.x[at * self.columns.len()..][..self.columns.len()]
    }

    /// `[n_actions]`: the target policy's probabilities at line `at`.
    pub(super) fn target(&self, at: usize) -> &[f64] {
        &self.target[at * self.actions.len()..][..self.actions.len()]
    }

    /// `[n]`: importance weights, the target's probability of the logged action divided by its propensity.
    pub(super) fn weights(&self) -> Vec<f64> {
        let weight = |at| self.target(at)[self.action[at]] / self.propensity[at];
        (0..self.n()).map(weight).collect()
    }
}

impl Column {
    fn of(&self, line: &Line) -> f64 {
        match self {
            Self::Number { name, mean, deviation } => match line.context.get(name) {
                Some(ParamValue::Number(value)) => ((value - mean) / deviation).clamp(-FAR, FAR),
                _ => 0.0,
            },
            Self::Level { name, level } => {
                f64::from(u8::from(line.context.get(name).is_some_and(|value| text(value) == *level)))
            }
        }
    }
}

/// The shopper's index of each line, and the number of shoppers.
fn shoppers(lines: &[Line]) -> (Vec<usize>, usize) {
    let (mut known, mut n) = (BTreeMap::new(), 0);
    let mut next = || {
        n += 1;
        n - 1
    };
    let of_line = lines.iter().map(|line| match &line.shopper {
        Some(shopper) => *known.entry(shopper.as_str()).or_insert_with(&mut next),
        None => next(),
    });
    (of_line.collect(), n)
}

/// A value as the name of a level.
fn text(value: &ParamValue) -> String {
    match value {
        ParamValue::Number(number) => number.to_string(),
        ParamValue::Text(text) => text.clone(),
    }
}

/// The columns of these contexts: numbers by name, then levels by frequency and name. Constant columns are left out.
fn columns(lines: &[Line]) -> Vec<Column> {
    let mut values: BTreeMap<&str, Vec<&ParamValue>> = BTreeMap::new();
    for line in lines {
        for (name, value) in &line.context {
            values.entry(name).or_default().push(value);
        }
    }
    let n = lines.len() as f64;
    let (mut numbers, mut levels) = (Vec::new(), Vec::new());
    for (name, values) in values {
        let of_number = |value: &&ParamValue| match value {
            ParamValue::Number(number) => Some(*number),
            ParamValue::Text(_) => None,
        };
        let known: Option<Vec<f64>> = values.iter().map(of_number).collect();
        if let Some(known) = known {
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let square: f64 = known.iter().map(|x| (x - mean).powi(2)).sum();
            let deviation = (square / known.len() as f64).sqrt();
            if deviation > 1e-12 * mean.abs() && deviation.is_finite() {
                numbers.push(Column::Number { name: name.to_owned(), mean, deviation });
            }
            continue;
        }
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for value in values {
            *times.entry(text(value)).or_default() += 1;
        }
        let frequent = times.into_iter().filter(|&(_, t)| t as f64 >= LEAST_SHARE * n && t < lines.len());
        levels.extend(frequent.map(|(level, times)| (times, name.to_owned(), level)));
    }
    levels.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1, &a.2).cmp(&(&b.1, &b.2))));
    let levels = levels.into_iter().map(|(_, name, level)| Column::Level { name, level });
    numbers.into_iter().chain(levels).take(MOST_COLUMNS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn log(contexts: &[&str]) -> DecisionLog {
        let line = |context: &&str| {
            format!(
                r#"{{"context":{context},"action":"b","propensity":0.5,"reward":1,"policy_version":"1","target":{{"a":1,"c":0}}}}"#
            )
        };
        let text: Vec<String> = contexts.iter().map(line).collect();
        DecisionLog::parse(Path::new("log.jsonl"), text.join("\n").as_bytes()).unwrap()
    }

    #[test]
    fn numbers_are_standardised_and_texts_become_levels() {
        let contexts = [r#"{"n":1,"t":"u","one":5}"#, r#"{"n":3,"t":"v","one":5}"#, r#"{"t":"u","one":5}"#];
        let logged = Logged::of(&log(&contexts)).unwrap();
        // `n` has mean 2 and standard deviation 1; `one` is constant; `u` is more frequent than `v`.
        assert_eq!(logged.x, [-1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(logged.columns[2], Column::Level { name: "t".to_owned(), level: "v".to_owned() });
        // `c` is never logged and has probability 0 under the target.
        assert_eq!(logged.actions, ["a", "b"]);
        assert_eq!(logged.target, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(logged.weights(), [0.0; 3]);
    }

    #[test]
    fn an_outlier_stays_within_reach() {
        let mut contexts = vec!["{\"n\":0}"; 99];
        contexts.push("{\"n\":1e9}");
        let logged = Logged::of(&log(&contexts)).unwrap();
        assert_eq!(logged.x.last(), Some(&FAR));
    }

    #[test]
    fn a_line_that_cannot_be_judged_is_refused_by_its_place() {
        let mut unknown = log(&["{}", "{}"]);
        unknown.lines[1].target = None;
        let refused = |log: &DecisionLog| format!("{:#}", Logged::of(log).unwrap_err());
        assert!(refused(&unknown).starts_with("log.jsonl:2: `target` is missing; give the probability"));
        assert!(
            refused(&log(&["{}"]))
                .starts_with("log.jsonl: the log has 1 decisions; estimates need at least 2")
        );
        let mut wrong = log(&["{}", "{}"]);
        wrong.lines[0].reward = f64::NAN;
        assert!(refused(&wrong).starts_with("log.jsonl:1: `reward` is NaN"));
    }
}
