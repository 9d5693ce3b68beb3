//! Support vector machines, linear and with a kernel.
//!
//! ```text
//! linear   f_o(x) = b_o + w_o·x                      a linear head
//! kernel   f_o(x) = b_o + Σ_r β_ro · k(x, p_r)       a head of prototypes, every row counted by its likeness
//! ```
//!
//! | module   | contents                                                            |
//! |----------|---------------------------------------------------------------------|
//! | `linear` | dual coordinate descent on columns of unit variance                 |
//! | `kernel` | one-against-rest kernel machine, and its export                     |
//! | `smo`    | sequential minimal optimisation, second-order working set selection |
//! | `cache`  | least-recently-used cache of rows of the kernel matrix              |
//! | `prune`  | pruning: fewer support vectors with nearly the same decisions       |
//!
//! Two classes have one output, the decision for class 1 against class 0; more classes have one output per class, that class
//! against the rest.
//!
//! Invariants
//! - Decisions are not log-odds: they only rank, and `calibrate` turns them into probabilities.
//! - The same rows, settings and seed give a bit-identical model, whatever the number of threads.
//! - The change of decisions by pruning and quantisation is measured on rows and reported in the result.
//!
//! Not here: calibration, encoding, the choice of `C` and `γ`.

mod cache;
mod kernel;
mod kind;
mod linear;
mod prune;
mod smo;
#[cfg(test)]
mod tests;

pub use kernel::{Change, Kernel, KernelFit, KernelSvmSettings, kernel};
pub use kind::{KernelMachine, KernelName, LinearMachine};
pub use linear::{LinearSvmSettings, linear};

/// The sides of the binary problem of `output`: +1 for its own class, −1 for the rest. `[n_rows]`.
fn sides(ids: &[u32], n_classes: usize, output: usize) -> Vec<f64> {
    let own = if n_classes == 2 { 1 } else { output };
    ids.iter().map(|&class| if class as usize == own { 1.0 } else { -1.0 }).collect()
}

/// Number of outputs of a machine for `n_classes` classes.
fn n_outputs(n_classes: usize) -> usize {
    if n_classes == 2 { 1 } else { n_classes }
}
