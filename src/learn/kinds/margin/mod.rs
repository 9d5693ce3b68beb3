//! Margin: support vector machines, linear and with a kernel.
//!
//! ```text
//! linear   f_o(x) = b_o + w_o·x                      a linear head
//! kernel   f_o(x) = b_o + Σ_r β_ro · k(x, p_r)       a head of prototypes, every row counted by its likeness
//! ```
//!
//! | room     | what is there                                                      |
//! |----------|--------------------------------------------------------------------|
//! | `linear` | dual coordinate descent on columns of unit variance                |
//! | `kernel` | the machine of one class against the rest, and its export          |
//! | `smo`    | sequential minimal optimisation, second-order choice of pairs      |
//! | `cache`  | rows of the kernel matrix, the least lately used forgotten          |
//! | `prune`  | fewer support vectors that decide the same                         |
//!
//! Two classes have one output, the decision for class 1 against class 0; more classes one output each, that class
//! against the rest.
//!
//! Invariants
//! - Decisions are not log-odds: they rank, and `calibrate` makes probabilities of them.
//! - Same rows, settings and seed: same bits, whatever the number of threads.
//! - What pruning and rounding to cells changed is measured on rows and said in the result.
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

/// The two sides that output `output` tells apart: +1 for its own class, −1 for the rest. `[n_rows]`.
fn sides(ids: &[u32], n_classes: usize, output: usize) -> Vec<f64> {
    let own = if n_classes == 2 { 1 } else { output };
    ids.iter().map(|&class| if class as usize == own { 1.0 } else { -1.0 }).collect()
}

/// Outputs of a machine for so many classes.
fn n_outputs(n_classes: usize) -> usize {
    if n_classes == 2 { 1 } else { n_classes }
}
