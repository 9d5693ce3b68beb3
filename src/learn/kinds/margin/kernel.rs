//! Kernel support vector machine: fitting, pruning to a byte budget, and export as prototypes.
//!
//! Not here: the optimisation (`smo`), the choice of support vectors to keep (`prune`).

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

/// Most rows by which pruning chooses support vectors, and most rows on which weights are refitted and decisions compared.
const MAX_CHOSEN_BY: usize = 2_048;
const MAX_LOOKED: usize = 4_096;
/// Number of bytes of a weight.
const WEIGHT_BYTES: usize = 4;

/// The kernel function of two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kernel {
    /// `exp(−γ ‖x − p‖²)`.
    Rbf {
        /// Positive; `None` means `1 / (n_columns · var(X))`, scikit-learn's "scale".
        gamma: Option<f32>,
    },
    /// `(γ x·p + constant)^degree`.
    Power {
        /// `γ`, as for [`Kernel::Rbf`].
        gamma: Option<f32>,
        /// The constant, 0 or more.
        constant: f32,
        /// The degree, 1 to [`MAX_DEGREE`].
        degree: u8,
    },
}

/// Settings of a kernel support vector machine.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelSvmSettings {
    /// The kernel. Columns should have a common scale, which `encode` provides.
    pub kernel: Kernel,
    /// `C`, positive: upper bound of a row's multiplier, before the row's weight.
    pub c: f64,
    /// Largest violation of the optimality (KKT) conditions, in units of the decision; positive.
    pub tolerance: f64,
    /// Most steps of the optimisation, for each output.
    pub max_steps: usize,
    /// Most rows fitted on; of more rows a stratified sample is used. At least 2 per class.
    pub max_rows: usize,
    /// Most bytes of kept rows and their weights, before compression: `n_columns + 4 · n_outputs` per row.
    pub max_bytes: usize,
    /// Size of the kernel cache while fitting, in bytes.
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

/// Difference between the decisions of the exported and the full machine, over the compared rows and all outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Largest difference, in units of the decision.
    pub max: f64,
    /// Mean difference, in units of the decision.
    pub mean: f64,
}

/// A kernel machine as the page runs it, and how much pruning changed it.
#[derive(Clone, Debug)]
pub struct KernelFit {
    /// The model; it has no losses.
    pub fit: Fit,
    /// The `γ` that was used.
    pub gamma: f32,
    /// Number of rows fitted on.
    pub n_rows: usize,
    /// Number of support vectors of the full machine: rows with a multiplier above 0 in any output.
    pub n_support: usize,
    /// Number of support vectors kept in the model.
    pub n_kept: usize,
    /// Bytes of the kept rows before compression, without the column scales.
    pub n_bytes: usize,
    /// How much pruning and quantisation changed the decisions.
    pub change: Change,
    /// Warnings for the analyst: rows left out, an optimum not reached.
    pub warnings: Vec<String>,
}

/// Fits a kernel machine: one output for two classes, otherwise one per class against the rest, over a shared set of support vectors.
///
/// Cost: between `O(n_rows²)` and `O(n_rows³)` per output, and `O(n_columns)` once for each pair of rows for the kernel.
///
/// # Errors
///
/// Fails for a target of numbers, a class without rows, a value that is not finite, settings out of range, a budget that does not
/// hold one row, or kept rows that are too similar to be weighted.
///
/// # Source
///
/// Cortes & Vapnik, *Support-Vector Networks* (1995); one-against-rest as in Rifkin & Klautau, *In Defense of One-Vs-All
/// Classification* (2004), since the outputs then share their rows; for solver and pruning see `smo` and `prune`.
pub fn kernel(data: Dense<'_>, settings: &KernelSvmSettings) -> Result<KernelFit> {
    let all = rows::finite(&data.x)?;
    let (all_ids, n_classes) = rows::classes(&data)?;
    check(settings, n_classes)?;
    let mut warnings = Vec::new();
    let taken = if all_ids.len() > settings.max_rows {
        warnings.push(format!(
            "the kernel machine was fitted on {} of {} rows, drawn from every class in proportion; raise max_rows to use all",
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
    ensure!(
        room > 0,
        "max_bytes is {}, and a single kept row needs {row_bytes}; raise it",
        settings.max_bytes
    );
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

/// The kernel as the engine defines it, and its `γ`.
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

/// The full machine, before pruning.
struct Machine {
    /// Indices of the support vectors, ascending.
    support: Vec<usize>,
    /// `y·α`: `[n_support, n_outputs]`.
    multipliers: Array2<f64>,
    /// Bias of each output, `[n_outputs]`.
    bias: Vec<f64>,
    /// Decision of each row without the bias: `[n_rows, n_outputs]`.
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
        // Outputs are solved one after the other, because they share the kernel cache; kernel rows are computed in parallel.
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

    /// The exported machine with at most `room` quantised support vectors, and how much its decisions changed.
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
        // Refitted even without pruning, because quantisation alone changes a decision by several hundredths.
        let (beta, shift) = prune::refitted(like, &rows, &sums, &cells.read()).context(
            "the kept rows are too similar to compute their weights; lower max_bytes or raise gamma",
        )?;
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
