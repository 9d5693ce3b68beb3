//! Linear regressions as kinds of model: least squares, ridge, lasso and elastic net.

use super::{Penalty, RegressionSettings, fit};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned, variance};
use crate::kinds::kind::{Kind, Labels, Size};
use crate::kinds::settings::{Read, Settings, alpha};
use anyhow::{Context, Result};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::linear::LinearDef;
use ndarray::Array2;

/// Penalties tried, strongest first: for ridge as multiples of the number of rows, for lasso and elastic net as multiples of the
/// target's standard deviation. `DEFAULT_SHARE` is used without validation rows.
const SHARES: [f64; 6] = [0.3, 0.1, 0.03, 0.01, 0.001, 0.0001];
const DEFAULT_SHARE: f64 = 0.001;

/// The settings of least squares: there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinearSettings;

/// Defines the settings of a penalised regression, whose penalty is chosen on validation rows unless it is given.
macro_rules! penalized {
    ($($(#[$doc:meta])* $name:ident: $unit:expr, $penalty:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name {
            /// Penalty on the weights; chosen on validation rows unless it is given.
            pub alpha: Option<f64>,
        }

        impl Read for $name {
            fn read(settings: &mut Settings) -> Result<Self> {
                Ok(Self { alpha: alpha(settings)? })
            }
        }

        impl Kind for $name {
            fn labels(&self) -> Labels {
                Labels::Numbers
            }

            fn seconds(&self, size: Size) -> f64 {
                seconds(size)
            }

            fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
                let alphas = match (self.alpha.or(tuned.alpha), parts.valid.is_empty()) {
                    (Some(alpha), _) => Alphas::Given(alpha),
                    (None, true) => Alphas::Shares(&[DEFAULT_SHARE], $unit),
                    (None, false) => Alphas::Shares(&SHARES, $unit),
                };
                best(bench, parts, &alphas, $penalty)
            }
        }
    )*};
}

penalized! {
    /// Ridge: a squared (L2) penalty.
    RidgeSettings: Unit::Rows, |alpha| Penalty::Ridge { alpha };
    /// Lasso: an absolute (L1) penalty.
    LassoSettings: Unit::Deviations, |alpha| Penalty::Lasso { alpha };
    /// Elastic net: half of each penalty.
    ElasticNetSettings: Unit::Deviations, |alpha| Penalty::ElasticNet { alpha, l1_ratio: 0.5 };
}

impl Read for LinearSettings {
    fn read(_: &mut Settings) -> Result<Self> {
        Ok(Self)
    }
}

impl Kind for LinearSettings {
    fn labels(&self) -> Labels {
        Labels::Numbers
    }

    fn seconds(&self, size: Size) -> f64 {
        seconds(size)
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        best(bench, parts, &Alphas::Given(0.0), |_| Penalty::None)
    }
}

fn seconds(size: Size) -> f64 {
    5e-7 * size.cells
}

/// The unit of `SHARES`: the number of rows for a squared penalty, the target's standard deviation for an absolute one.
#[derive(Clone, Copy)]
enum Unit {
    Rows,
    Deviations,
}

/// The penalties to try.
enum Alphas<'a> {
    Given(f64),
    Shares(&'a [f64], Unit),
}

/// The fit with the least squared error on validation rows.
fn best(
    bench: &dyn Bench,
    parts: Parts<'_>,
    alphas: &Alphas<'_>,
    penalty: impl Fn(f64) -> Penalty,
) -> Result<Fitted> {
    let encodings = bench.encodings(parts.train);
    let (x, y) = (bench.matrix(&encodings, parts.train)?, bench.truths(parts.train));
    let x_valid = bench.matrix(&encodings, parts.valid)?;
    let y_valid = bench.truths(parts.valid).numbers;
    let alphas: Vec<f64> = match alphas {
        Alphas::Given(alpha) => vec![*alpha],
        Alphas::Shares(shares, unit) => {
            let unit = match unit {
                Unit::Rows => y.numbers.len() as f64,
                Unit::Deviations => variance(y.numbers.iter().copied()).sqrt(),
            };
            shares.iter().map(|share| share * unit).collect()
        }
    };
    let mut best: Option<(f64, f64, crate::kinds::Fit)> = None;
    for alpha in alphas {
        let fit = fit(y.dense(&x), &RegressionSettings { kind: penalty(alpha) })?;
        let loss = squared_error(&fit.body, &x_valid, &y_valid);
        if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
            best = Some((loss, alpha, fit));
        }
    }
    let (_, alpha, fit) = best.context("the list of penalties is empty")?;
    let tuned = Tuned { alpha: Some(alpha), ..Tuned::default() };
    Ok(Fitted { tuned, ..Fitted::new(encodings, fit) })
}

/// Mean squared error of a linear model; 0 without rows.
fn squared_error(body: &BodyDef, x: &Array2<f32>, y: &[f64]) -> f64 {
    let BodyDef::Linear(LinearDef { bias, weights }) = body else { return 0.0 };
    let error = |(row, y): (ndarray::ArrayView1<'_, f32>, &f64)| {
        let sum: f64 = row.iter().zip(weights).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
        (sum + f64::from(bias.first().copied().unwrap_or(0.0)) - y).powi(2)
    };
    x.outer_iter().zip(y).map(error).sum::<f64>() / y.len().max(1) as f64
}
