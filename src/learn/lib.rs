//! Learning: from a store to a proven bundle.
//!
//! ```text
//! store ─▶ examples ─▶ prepare ─▶ fit ─▶ calibrate ─▶ bundle ─▶ evaluate
//! ```
//!
//! Invariants
//! - Features and scores come from `engine` alone, the code that runs in the page.
//! - Same store, same data: same bundle, byte for byte, whatever the number of threads.
//!
//! Not here: reading files (`data`), formulas of metrics (`metrics`), what is shown of a run (`report`).

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
