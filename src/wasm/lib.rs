//! The page's door: convert, call, convert. The only Rust that knows JavaScript.
//!
//! Numbers cross, and nothing else: the page writes items, text and flags into two buffers inside WebAssembly memory and reads the
//! answers from a third.
//!
//! Invariants
//! - One engine for each instance of the module, for as long as the instance lives.
//! - No 64-bit integer crosses: the same interface serves WebAssembly and the JavaScript made from it.
//! - Nothing here decides anything; every number comes from `engine`.
//! - Without std, whose panics bring their text and all that formats it into the module: a panic here is a trap.
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

/// The page sees a `RuntimeError`, as it would with std.
#[cfg(target_family = "wasm")]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
