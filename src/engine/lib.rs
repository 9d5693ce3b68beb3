//! Floorwalker's engine: event → feature → score → route, as pure functions of what the caller hands in.
//!
//! Invariants
//! - No clock, no entropy, no I/O, no JavaScript: time is `now_ms`, everything else an argument.
//! - A checked value that exists is valid: raw definitions (`*Def`) become usable only through a constructor that
//!   checks them once; scoring relies on it.
//! - Same model, same events, same bits on every target: transcendental functions are `libm`'s or ours (`math`), sums run in
//!   one order.
//!
//! Not here: bytes (`bundle`), fitting (`learn`), values of JavaScript (`wasm`).
#![no_std]
extern crate alloc;

pub mod cost;
pub mod event;
pub mod feature;
pub mod head;
pub mod list;
mod math;
pub mod model;
pub mod order;
pub mod plain;
pub mod route;
pub mod symbol;
pub mod text;
pub mod visit;
