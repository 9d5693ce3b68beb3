//! Findings: what the trainer says of a file, where in it, how grave it is, and in which language.
//!
//! Invariants
//! - No I/O: texts come in, texts go out.
//! - What a file holds is data: shown on a terminal, it does nothing ([`shown`]).
//!
//! Not here: rules (`policy`, `data`, `learn`), reading files (`data`).

pub mod lang;
pub mod shown;
pub mod text;
pub mod warning;

pub use lang::Lang;
pub use text::Text;
pub use warning::{Severity, Warning, WarningKind};
