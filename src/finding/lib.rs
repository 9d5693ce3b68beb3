//! Findings: what the trainer reports about a file, with place, severity and language.
//!
//! Invariants
//! - No I/O: texts come in, texts go out.
//! - Content of files is not trusted: it is escaped before a terminal shows it ([`shown`]).
//!
//! Not here: rules (`policy`, `data`, `learn`), reading files (`data`).

pub mod finding;
pub mod kind;
pub mod lang;
pub mod shown;

pub use finding::{Finding, Place};
pub use kind::{Kind, Severity};
pub use lang::Lang;
