//! Kernel support vector machine: fit, prune to a budget, export as prototypes.
//!
//! Not here: the optimisation (`smo`), the choice of rows to keep (`prune`).

use super::cache::{Cache, likenesses};
use super::{n_outputs, prune, sides, smo};
use crate::kinds::distances::{cells::Cells, rows};
use crate::kinds::{Dense, Fit};
use anyhow::{Context, Result, ensure};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::prototypes::{Like, MAX_DEGREE, PrototypesDef};
use ndarray::{Array2, Axis};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Rows by which pruning chooses, and on which it weighs and compares decisions, at most.
const MAX_CHOSEN_BY: usize = 2_048;
const MAX_LOOKED: usize = 4_096;
/// Bytes of a weight.
const WEIGHT_BYTES: usize = 4;

/// How alike two rows are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kernel {
    /// `exp(−γ ‖x − p‖²)`.
    Rbf {
        /// Positive; none means `1 / (n_columns · var(X))`, scikit-learn's "scale".
        gamma: Option<f32>,
    },
    /// `(γ x·p + constant)^degree`.
    Power {
        /// As for [`Kernel::Rbf`].
        gamma: Option<f32>,
        /// 0 or more.
        constant: f32,
        /// 1 to [`MAX_DEGREE`].
        degree: u8,
    },
}

/// How a kernel machine is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelSvmSettings {
    /// How alike two rows are. Columns should be of one scale: `encode` sees to that.
    pub kernel: Kernel,
    /// `C`, positive: the most that one row may count, times its weight.
    pub c: f64,
    /// How far the conditions of the optimum may be missed, in units of the decision; positive.
    pub tolerance: f64,
    /// Steps of the optimisation at most, for each output.
    pub max_steps: usize,
    /// Rows fitted on at most; above it a sample is, of every class its share. At least 2 a class.
    pub max_rows: usize,
    /// Bytes of kept rows and their weights at most, before compression: `n_columns + 4 · n_outputs` a row.
    pub max_bytes: usize,
    /// Bytes of kernel rows to hold while fitting.
    pub cache_bytes: usize,
    /// Seed of the sample and of the pruning.
    pub seed: u64,
}

impl Default for KernelSvmSettings {
    /// Kernel, `C` and tolerance are LIBSVM's and scikit-learn's.
    fn default() -> Self {
        Self {
            kernel: Kernel::Rbf { gamma: None },
            c: 1.0,
            tolerance: 1e-3,
            max_steps: 1_000_000,
            max_rows: 10_000,
            max_bytes: 32 * 1024,
            cache_bytes: 256 << 20,
            seed: 0,
        }
    }
}

/// How far the exported decision is from that of the full machine, over the rows looked at and all outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Largest difference, in units of the decision.
    pub max: f64,
    /// Mean difference, in units of the decision.
    pub mean: f64,
}

/// A kernel machine as the page will run it, and what that cost.
#[derive(Clone, Debug)]
pub struct KernelFit {
    /// The model; it has no losses.
    pub fit: Fit,
    /// `γ` used.
    pub gamma: f32,
    /// Rows fitted on.
    pub n_rows: usize,
    /// Support vectors of the full machine: rows that hold up the margin of any output.
    pub n_support: usize,
    /// Rows kept in the model.
    pub n_kept: usize,
    /// Their bytes before compression, without the column scales.
    pub n_bytes: usize,
    /// What pruning and rounding to cells changed.
    pub change: Change,
    /// What the analyst should know: rows left out, an optimum missed.
    pub warnings: Vec<String>,
}

/// Fits a kernel machine: one output for two classes, otherwise one a class against the rest, over one set of rows.
///
/// Cost: between `O(n_rows²)` and `O(n_rows³)` per output, the kernel rows `O(n_columns)` a pair once.
///
/// # Errors
///
/// A target of numbers, a class without rows, a value that is not finite, settings out of range, or a budget that does not
/// hold one row.
///
/// # Source
///
/// Cortes & Vapnik, *Support-Vector Networks* (1995); one class against the rest as in Rifkin & Klautau, *In Defense of
/// One-Vs-All Classification* (2004), since the outputs then share their rows; solver and pruning as said in `smo` and
/// `prune`.
pub fn kernel(data: Dense<'_>, settings: &KernelSvmSettings) -> Result<KernelFit> {
    let all = rows::finite(&data.x)?;
    let (all_ids, n_classes) = rows::classes(&data)?;
    check(settings, n_classes)?;
    let mut warnings = Vec::new();
    let taken = if all_ids.len() > settings.max_rows {
        warnings.push(format!(
            "the kernel machine was fitted on {} of {} rows, of every class its share; raise max_rows for all",
            settings.max_rows,
            all_ids.len()
        ));
        rows::stratified_sample(all_ids, n_classes, settings.max_rows, settings.seed)
    } else {
        (0..all_ids.len()).collect()
    };
    let x = all.select(Axis(0), &taken);
    let ids: Vec<u32> = taken.iter().map(|&i| all_ids[i]).collect();
    let costs: Vec<f64> =
        taken.iter().map(|&i| settings.c * data.weights.map_or(1.0, |w| f64::from(w[i]))).collect();
    let (like, gamma) = like(settings.kernel, &x)?;
    let machine = Machine::fit(like, &x, &ids, n_classes, &costs, settings, &mut warnings);
    let row_bytes = x.ncols() + WEIGHT_BYTES * machine.bias.len();
    let room = settings.max_bytes / row_bytes;
    ensure!(room > 0, "max_bytes is {} and one kept row takes {row_bytes}; raise it", settings.max_bytes);
    let (body, change) = machine.exported(like, &x, room, settings.seed)?;
    let n_kept = body.weights.len() / body.bias.len().max(1);
    Ok(KernelFit {
        gamma,
        n_rows: x.nrows(),
        n_support: machine.support.len(),
        n_kept,
        n_bytes: n_kept * row_bytes,
        change,
        warnings,
        fit: Fit { body: BodyDef::Prototypes(body), losses: Vec::new() },
    })
}

fn check(settings: &KernelSvmSettings, n_classes: usize) -> Result<()> {
    let KernelSvmSettings { kernel, c, tolerance, max_steps, max_rows, .. } = *settings;
    ensure!(c > 0.0 && c.is_finite(), "C is {c}; it must be positive");
    ensure!(tolerance > 0.0 && max_steps > 0, "tolerance must be positive and max_steps at least 1");
    ensure!(
        max_rows >= 2 * n_classes,
        "max_rows is {max_rows}; {n_classes} classes need at least 2 rows each"
    );
    let (Kernel::Rbf { gamma } | Kernel::Power { gamma, .. }) = kernel;
    ensure!(gamma.is_none_or(|gamma| gamma > 0.0 && gamma.is_finite()), "gamma must be positive");
    if let Kernel::Power { constant, degree, .. } = kernel {
        ensure!((1..=MAX_DEGREE).contains(&degree), "degree is {degree}; give 1 to {MAX_DEGREE}");
        ensure!(
            constant >= 0.0 && constant.is_finite(),
            "the kernel's constant is {constant}; give 0 or more"
        );
    }
    Ok(())
}

/// The engine's likeness, and its `γ`.
fn like(kernel: Kernel, x: &Array2<f32>) -> Result<(Like, f32)> {
    let scale = || -> Result<f32> {
        let n = x.len() as f64;
        let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let variance = x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
        ensure!(variance > 0.0, "all columns are the same constant; give the model inputs that vary");
        Ok((1.0 / (x.ncols() as f64 * variance)) as f32)
    };
    Ok(match kernel {
        Kernel::Rbf { gamma } => {
            let gamma = gamma.map_or_else(scale, Ok)?;
            (Like::Rbf { gamma }, gamma)
        }
        Kernel::Power { gamma, constant, degree } => {
            let gamma = gamma.map_or_else(scale, Ok)?;
            (Like::Power { gamma, constant, degree }, gamma)
        }
    })
}

/// The full machine.
struct Machine {
    /// Rows that hold up a margin, ascending.
    support: Vec<usize>,
    /// `y·α`: `[n_support, n_outputs]`.
    multipliers: Array2<f64>,
    /// `[n_outputs]`.
    bias: Vec<f64>,
    /// Decision of each row less the bias: `[n_rows, n_outputs]`.
    sums: Array2<f64>,
}

impl Machine {
    fn fit(
        like: Like,
        x: &Array2<f32>,
        ids: &[u32],
        n_classes: usize,
        costs: &[f64],
        settings: &KernelSvmSettings,
        warnings: &mut Vec<String>,
    ) -> Self {
        let (n, k) = (x.nrows(), n_outputs(n_classes));
        let mut cache = Cache::new(like, x, settings.cache_bytes);
        let (mut all, mut sums) = (Array2::zeros((n, k)), Array2::zeros((n, k)));
        let mut bias = Vec::with_capacity(k);
        // One after the other, since they share the kernel rows; those are made by all threads.
        for output in 0..k {
            let y = sides(ids, n_classes, output);
            let found = smo::solve(&mut cache, &y, costs, settings.tolerance, settings.max_steps);
            if found.violation > settings.tolerance {
                warnings.push(format!(
                    "output {output} of the kernel machine stopped after {} steps, {:.1e} from its optimum; lower C or scale the columns",
                    settings.max_steps, found.violation
                ));
            }
            for i in 0..n {
                all[[i, output]] = y[i] * found.alpha[i];
                sums[[i, output]] = found.sums[i];
            }
            bias.push(found.bias);
        }
        let support: Vec<usize> = (0..n).filter(|&i| all.row(i).iter().any(|&m| m != 0.0)).collect();
        let multipliers = all.select(Axis(0), &support);
        Self { support, multipliers, bias, sums }
    }

    /// The machine over at most `room` rows in cells, and what that changed.
    fn exported(
        &self,
        like: Like,
        x: &Array2<f32>,
        room: usize,
        seed: u64,
    ) -> Result<(PrototypesDef, Change)> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut part = |n| {
            let at = prune::looked_at(x.nrows(), n, &mut rng);
            (x.select(Axis(0), &at), self.sums.select(Axis(0), &at))
        };
        let support = x.select(Axis(0), &self.support);
        let kept = if support.nrows() <= room {
            support
        } else {
            let (rows, sums) = part(MAX_CHOSEN_BY);
            let kept = prune::chosen(like, &rows, &sums, &support, &self.multipliers, room);
            support.select(Axis(0), &kept)
        };
        let cells = Cells::of(&kept);
        let (rows, sums) = part(MAX_LOOKED);
        // Not only after pruning: rounding to cells alone moves a decision by several hundredths.
        let (beta, shift) = prune::refitted(like, &rows, &sums, &cells.read())
            .context("the kept rows are too alike to be weighed; lower max_bytes or raise gamma")?;
        let bias: Vec<f64> = self.bias.iter().zip(&shift).map(|(bias, shift)| bias + shift).collect();
        let said = likenesses(like, &rows, &cells.read()).mapv(f64::from).dot(&beta);
        let changes = said.indexed_iter().map(|((i, o), said)| (said + shift[o] - sums[[i, o]]).abs());
        let (mut change, n) = (Change::default(), said.len() as f64);
        changes.for_each(|c| change = Change { max: change.max.max(c), mean: change.mean + c / n });
        let def = PrototypesDef {
            like,
            nearest: 0,
            reach: f32::INFINITY,
            scale: cells.scale,
            cells: cells.cells,
            weights: beta.iter().map(|&w| w as f32).collect(),
            bias: bias.iter().map(|&b| b as f32).collect(),
        };
        Ok((def, change))
    }
}
