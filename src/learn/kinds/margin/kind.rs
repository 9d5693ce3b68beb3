//! Support vector machines as kinds of model: linear, and with a kernel.

use super::{Kernel, KernelSvmSettings, LinearSvmSettings, kernel, linear};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned, over_columns};
use crate::kinds::kind::{Kind, LossMeasure, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::Result;
use serde::Deserialize;

/// The `svm` table of a linear machine.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinearMachine {
    /// `C`: the penalty for margin violations; larger fits the rows more closely.
    pub c: f64,
}

/// The `svm` table of a machine with a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KernelMachine {
    /// The kernel function.
    pub kernel: KernelName,
    /// `C`: the penalty for margin violations; larger fits the rows more closely.
    pub c: f64,
    /// Most bytes of support vectors, before compression.
    pub max_bytes: usize,
}

/// The kernel of a machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KernelName {
    /// Gaussian (radial basis function).
    #[default]
    Rbf,
    /// Polynomial of this degree.
    Polynomial(u8),
}

impl Default for LinearMachine {
    fn default() -> Self {
        Self { c: KernelMachine::default().c }
    }
}

impl Default for KernelMachine {
    fn default() -> Self {
        let usual = KernelSvmSettings::default();
        Self { kernel: KernelName::Rbf, c: usual.c, max_bytes: usual.max_bytes }
    }
}

impl Read for LinearMachine {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("svm")
    }
}

impl Read for KernelMachine {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("svm")
    }
}

impl Kind for LinearMachine {
    fn loss_measure(&self) -> Option<LossMeasure> {
        Some(LossMeasure::Hinge)
    }

    fn seconds(&self, size: Size) -> f64 {
        4e-6 * size.cells * size.outputs
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        over_columns(bench, parts, |rows| {
            let settings =
                LinearSvmSettings { c: self.c, seed: bench.seed(), ..LinearSvmSettings::default() };
            Ok((linear(rows, &settings)?, Vec::new()))
        })
    }
}

impl Kind for KernelMachine {
    fn seconds(&self, size: Size) -> f64 {
        2e-8 * size.cells * size.rows.min(5e3) * size.outputs
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        over_columns(bench, parts, |rows| {
            let kernel_of = match self.kernel {
                KernelName::Rbf => Kernel::Rbf { gamma: None },
                KernelName::Polynomial(degree) => Kernel::Power { gamma: None, constant: 1.0, degree },
            };
            let settings = KernelSvmSettings {
                kernel: kernel_of,
                c: self.c,
                max_bytes: self.max_bytes,
                seed: bench.seed(),
                ..KernelSvmSettings::default()
            };
            let machine = kernel(rows, &settings)?;
            Ok((machine.fit, machine.warnings))
        })
    }
}
