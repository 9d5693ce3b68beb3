//! The trainer: from a shop's log to a proven bundle.
//!
//! ```text
//! read ─▶ examples ─▶ split ─▶ train (fit, calibrate) ─▶ bundle ─▶ measure (metrics)
//! ```
//!
//! Invariants
//! - Features and scores come from `engine` alone, the code that runs in the page.
//! - Same store, same data: same bundle, byte for byte, whatever the number of threads.
//!
//! Not here: bytes (`bundle`), deciding (`engine`).

pub mod calibrate;
pub mod calls;
pub mod command;
pub mod config;
pub mod conformal;
pub mod decide;
pub mod examples;
pub mod fit;
#[cfg(test)]
mod garble;
pub mod join;
pub mod label;
pub mod measure;
pub mod metrics;
pub mod offpolicy;
pub mod policy;
pub mod prepare;
pub mod progress;
pub mod queueing;
pub mod read;
pub mod report;
pub mod shown;
pub mod simulate;
pub mod split;
pub mod synth;
pub mod tell;
pub mod text;
pub mod train;
pub mod write;
