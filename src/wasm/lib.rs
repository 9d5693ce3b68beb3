//! The WebAssembly interface of the engine: converts arguments, calls the engine, converts results. The only Rust that knows JavaScript.
//!
//! Only numbers cross the boundary: the page writes items, text and flags into two buffers inside WebAssembly memory and reads the
//! results from a third.
//!
//! Invariants
//! - One engine for each instance of the module, for as long as the instance lives.
//! - No 64-bit integer crosses the boundary: the same interface serves WebAssembly and the JavaScript compiled from it.
//! - No decision is made here; every number comes from `engine`.
//! - The crate is `no_std`: the panics of std would add their messages and the formatting code to the module. A panic here is a trap.
//!
//! Not here: names and objects of the public API (`pkg-template/core.js`), storage, clocks.

#![cfg_attr(target_family = "wasm", no_std)]
extern crate alloc;

mod cold;
mod engine;
mod error;
mod layout;

pub use engine::{Bundle, Engine};

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A panic traps: the page sees a `RuntimeError`, as it would with std.
#[cfg(target_family = "wasm")]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
