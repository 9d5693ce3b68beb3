//! Choosing a calibration method by cross-validation: each method is fitted on all parts of the rows but one and judged on the
//! part left out.
//!
//! | symbol | shape                 | unit                                                      |
//! |--------|-----------------------|-----------------------------------------------------------|
//! | `z`    | `[n_rows, n_outputs]` | out-of-fold raw logit: of models that did not see the row |
//! | `part` | `[n_rows]`            | fold of each row                                          |
//! | `p`    | `[n_rows, n_classes]` | probability by calibrations fitted to the other folds     |
//!
//! Invariants
//! - No row is judged by a calibration that was fitted to it.
//! - Methods are tried from the simplest to the most complex, and a more complex one is chosen only when it is better by more
//!   than chance: with few rows an isotonic curve sometimes wins by luck, and where it is flat it ties rows that were ranked.
//!
//! Not here: the formulas of each method (the parent, `isotonic`).

use super::{isotonic, platt, temperature};
use anyhow::{Result, ensure};
use floorwalker_engine::head::{CalibrationDef, Link};
use floorwalker_metrics::{is_as_good, log_loss};
use serde::Serialize;

/// A calibration method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// No calibration: logits stay as they are.
    #[default]
    None,
    /// Temperature scaling: one slope for all logits.
    Temperature,
    /// Platt scaling: slope and intercept of one logit.
    Platt,
    /// Isotonic regression: a rising piecewise-linear curve of one logit.
    Isotonic,
}

impl Method {
    /// The methods that a head of `n_outputs` can use, simplest first.
    pub fn of(n_outputs: usize) -> &'static [Self] {
        if n_outputs == 1 {
            &[Self::None, Self::Temperature, Self::Platt, Self::Isotonic]
        } else {
            &[Self::None, Self::Temperature]
        }
    }

    fn fit(self, logits: &[f32], n_outputs: usize, y: &[u32]) -> Result<CalibrationDef> {
        let positive = || y.iter().map(|&class| class == 1).collect::<Vec<_>>();
        match self {
            Self::None => Ok(CalibrationDef::identity(n_outputs)),
            Self::Temperature if n_outputs == 1 => {
                // A sigmoid is a softmax over the logit and 0.
                let pairs: Vec<f32> = logits.iter().flat_map(|&z| [0.0, z]).collect();
                Ok(CalibrationDef { intercept: vec![0.0], ..temperature(&pairs, 2, y)? })
            }
            Self::Temperature => temperature(logits, n_outputs, y),
            Self::Platt => platt(logits, &positive()),
            Self::Isotonic => isotonic(logits, &positive()),
        }
    }
}

/// The chosen calibration, and the results of all methods tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The chosen method, fitted to all rows.
    pub calibration: CalibrationDef,
    /// The chosen method.
    pub method: Method,
    /// Cross-validated log loss of each method, in nats per row; a method that could not be fitted on every fold is left out.
    pub tried: Vec<(Method, f64)>,
    /// Cross-validated probabilities of the chosen method, `[n_rows, n_classes]`, row-major, two classes for one output: each row
    /// by a calibration that was not fitted to it.
    pub p: Vec<f32>,
}

/// Cross-validates every one of `methods` ([`Method::of`], or fewer) and chooses the simplest one whose log loss is within one
/// standard error of the best (the standard error of the paired difference).
///
/// - `logits`: `[n_rows, n_outputs]`, finite. `y`: `[n_rows]`, below the number of classes. `part`: `[n_rows]`.
///
/// With a single fold no method can be judged, and logits stay as they are. Cost: one fit of each method per fold, and one more fit.
///
/// # Errors
///
/// Fails for no rows, for lengths that do not match, or when the chosen method cannot be fitted to all rows.
pub fn choose(
    logits: &[f32],
    n_outputs: usize,
    methods: &[Method],
    y: &[u32],
    part: &[usize],
) -> Result<Chosen> {
    ensure!(
        !y.is_empty() && n_outputs > 0 && logits.len() == y.len() * n_outputs && part.len() == y.len(),
        "{} logits and {} parts do not fit {} rows of {n_outputs} outputs",
        logits.len(),
        part.len(),
        y.len()
    );
    let n_classes = n_outputs.max(2);
    let by_method = methods.iter().filter_map(|&method| {
        let p = judged(method, logits, n_outputs, y, part)?;
        let rows = y.iter().zip(p.chunks_exact(n_classes));
        let losses: Vec<f64> = rows.map(|(&class, row)| log_loss(&[class], row, n_classes)).collect();
        Some((method, losses, p))
    });
    let all: Vec<(Method, Vec<f64>, Vec<f32>)> = by_method.collect();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let tried = all.iter().map(|(method, losses, _)| (*method, mean(losses))).collect();
    let best = all.iter().min_by(|a, b| mean(&a.1).total_cmp(&mean(&b.1))).map(|best| best.1.clone());
    let best = best.unwrap_or_default();
    let alone: Vec<u32> = (0_u32..).take(y.len()).collect();
    let plainest = all.into_iter().find(|(_, losses, _)| is_as_good(losses, &best, &alone));
    let (method, _, p) = plainest.unwrap_or_default();
    let calibration = method.fit(logits, n_outputs, y)?;
    Ok(Chosen { calibration, method, tried, p })
}

/// Probabilities of every row by `method` fitted to the other folds; `None` when one of these fits fails.
fn judged(method: Method, logits: &[f32], n_outputs: usize, y: &[u32], part: &[usize]) -> Option<Vec<f32>> {
    let mut parts = part.to_vec();
    parts.sort_unstable();
    parts.dedup();
    let n_classes = n_outputs.max(2);
    let mut p = vec![0.0; y.len() * n_classes];
    let row = |at: usize| &logits[at * n_outputs..(at + 1) * n_outputs];
    for held in parts {
        let calibration = if method == Method::None {
            CalibrationDef::identity(n_outputs)
        } else {
            let others: Vec<usize> = (0..y.len()).filter(|&at| part[at] != held).collect();
            let z: Vec<f32> = others.iter().flat_map(|&at| row(at).iter().copied()).collect();
            let ids: Vec<u32> = others.iter().map(|&at| y[at]).collect();
            method.fit(&z, n_outputs, &ids).ok()?
        };
        for at in (0..y.len()).filter(|&at| part[at] == held) {
            probabilities(&calibration, row(at), &mut p[at * n_classes..(at + 1) * n_classes]);
        }
    }
    Some(p)
}

/// Writes the class probabilities of one row of raw logits to `out`; a single logit gives two probabilities.
pub(crate) fn probabilities(calibration: &CalibrationDef, raw: &[f32], out: &mut [f32]) {
    let logits: Vec<f32> = raw.iter().enumerate().map(|(output, &z)| calibration.apply(output, z)).collect();
    if let [first, second] = out
        && logits.len() == 1
    {
        let mut chance = [0.0];
        Link::Sigmoid.probabilities(&logits, &mut chance);
        (*first, *second) = (1.0 - chance[0], chance[0]);
    } else {
        Link::Softmax.probabilities(&logits, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` rows whose true logit is `bend(z)`, dealt into five folds.
    fn rows(n: u32, bend: impl Fn(f64) -> f64) -> (Vec<f32>, Vec<u32>, Vec<usize>) {
        let z: Vec<f32> = (0..n).map(|i| (i % 199) as f32 / 20.0 - 5.0).collect();
        let chance = |z: f32| 1.0 / (1.0 + (-bend(f64::from(z))).exp());
        // A different draw for each visit of a logit, spread evenly over 0 to 1.
        let draw = |i: u32| (f64::from(i / 199) * 0.618_033_988_7 + 0.37 * f64::from(i % 199)).fract();
        let y = z.iter().zip(0..n).map(|(&z, i)| u32::from(draw(i) < chance(z))).collect();
        (z, y, (0..n as usize).map(|i| i / 199 % 5).collect())
    }

    fn check(bend: impl Fn(f64) -> f64, method: Method) {
        let (z, y, part) = rows(19_900, bend);
        let chosen = choose(&z, 1, Method::of(1), &y, &part).unwrap();
        assert_eq!(chosen.method, method, "{:?}", chosen.tried);
        assert_eq!(chosen.p.len(), 2 * y.len());
        let own = chosen.tried.iter().find(|tried| tried.0 == method).unwrap().1;
        assert!((log_loss(&y, &chosen.p, 2) - own).abs() < 1e-12);
    }

    #[test]
    fn a_shifted_logit_calls_for_platt() {
        check(|z| 0.5 * z + 1.5, Method::Platt);
    }

    #[test]
    fn a_staircase_calls_for_isotonic() {
        check(
            |z| {
                if z < -1.0 {
                    -3.0
                } else if z < 2.0 {
                    0.0
                } else {
                    3.0
                }
            },
            Method::Isotonic,
        );
    }

    #[test]
    fn right_logits_are_left_alone() {
        check(|z| z, Method::None);
    }

    #[test]
    fn a_softmax_has_a_temperature_and_nothing_else() {
        let z: Vec<f32> = (0..300).flat_map(|i| [if i % 3 == 0 { 8.0 } else { 0.0 }, 0.0, 0.0]).collect();
        let y: Vec<u32> = (0..300).map(|i| if i % 3 == 0 && i % 2 == 0 { 0 } else { i % 2 + 1 }).collect();
        let part: Vec<usize> = (0..300).map(|i| i % 5).collect();
        let chosen = choose(&z, 3, Method::of(3), &y, &part).unwrap();
        assert_eq!(chosen.method, Method::Temperature);
        assert_eq!(chosen.tried.len(), 2);
    }

    #[test]
    fn one_part_cannot_judge() {
        let chosen = choose(&[3.0, -3.0], 1, Method::of(1), &[0, 1], &[0, 0]).unwrap();
        assert_eq!((chosen.method, chosen.tried.len()), (Method::None, 1));
        assert!(choose(&[], 1, Method::of(1), &[], &[]).is_err());
    }
}
