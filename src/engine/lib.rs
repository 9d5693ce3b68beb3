//! Floorwalker's engine: event → feature → score → route, as pure functions of the caller's arguments.
//!
//! Invariants
//! - No clock, no source of randomness, no I/O, no JavaScript: time is the argument `now_ms`, and so is everything else an argument.
//! - A value of a checked type is valid: raw definitions (`*Def`) become usable only through a constructor that
//!   checks them once; scoring relies on it.
//! - The same model and events give the same bits on every target: transcendental functions are `libm`'s or those in `math`, and
//!   sums are computed in a fixed order.
//!
//! Not here: bytes (`bundle`), fitting (`learn`), JavaScript values (`wasm`).
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
#[cfg(test)]
mod property;
pub mod route;
pub mod symbol;
pub mod text;
pub mod visit;
