//! Fuzz targets: what must hold of every reader of untrusted bytes, whatever the bytes are.
//!
//! | target       | reads                                     | besides no panic, it holds that                                  |
//! |--------------|-------------------------------------------|------------------------------------------------------------------|
//! | `bundle`     | a bundle, as it is and with a good checksum | what loads scores, explains and routes with finite numbers      |
//! | `index`      | an index, as it is and with a good checksum | what is read lists items that exist, with finite scores and reasons that add up |
//! | `csv`        | a table                                   | a table keeps its invariants, an error names the file            |
//! | `json_lines` | a table, an event log, a decision log     | the same                                                         |
//! | `store`      | `store.toml`                              | an error says something                                          |
//! | `policy`     | a policy, TOML or JSON                    | what has no error compiles, no draw refutes its proof, it is written as it was read |
//! | `condition`  | a condition                               | what is displayed reads back as the same condition               |
//! | `snapshot`   | the state of queues                       | what is read passes the engine's check, and a policy routes by it |
//!
//! Invariants
//! - A target's result depends on its bytes alone; it panics if, and only if, the product has a defect.
//!
//! Not here: `hint`, which is JavaScript (`fuzz/hint.mjs`); libFuzzer (`fuzz/fuzz_targets`); the corpus (`fuzz/corpus`).

mod bundle;
mod condition;
mod files;
mod index;
pub mod mutate;
mod policy;
mod snapshot;
mod used;

pub use bundle::bundle;
pub use condition::condition;
pub use files::{csv, json_lines, store};
pub use index::index;
pub use policy::policy;
pub use snapshot::snapshot;

/// A target: it takes any bytes, and panics where the product has a defect.
pub type Target = fn(&[u8]);

/// Every target with its name, which is that of its program in `fuzz/fuzz_targets` and of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 8] = [
    ("bundle", bundle),
    ("index", index),
    ("csv", csv),
    ("json_lines", json_lines),
    ("store", store),
    ("policy", policy),
    ("condition", condition),
    ("snapshot", snapshot),
];
