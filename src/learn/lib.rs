//! Learning: from a `store.toml` and its data to a fitted, measured bundle.
//!
//! ```text
//! store ─▶ examples ─▶ prepare ─▶ fit ─▶ calibrate ─▶ bundle ─▶ evaluate
//! ```
//!
//! Invariants
//! - Features and scores come from `engine` alone, the code that runs in the page.
//! - The same store and the same data give the same bundle, byte for byte, whatever the number of threads.
//!
//! Not here: reading files (`data`), formulas of metrics (`metrics`), the report of a run (`report`).

pub mod calibrate;
pub mod conformal;
pub mod evaluate;
pub mod examples;
pub mod kinds;
pub mod label;
pub mod prepare;
pub mod store;
pub mod teacher;
pub mod train;
