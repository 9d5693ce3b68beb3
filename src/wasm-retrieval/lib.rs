//! The WebAssembly interface of retrieval: converts arguments, calls `retrieval`, converts results.
//!
//! Only numbers cross the boundary, as in `wasm`. Its exports have the same names (`bundle_…`, `engine_…`), so that one loader
//! (`pkg-template/start.js`) serves both modules. Lists are read one number after the other: `pkg-template/retrieval.js` reads what is written
//! here, in the same order.
//!
//! Invariants
//! - One index for each instance of the module, for as long as the instance lives.
//! - No 64-bit integer crosses the boundary.
//! - Nothing is ranked here.
//! - The crate is `no_std`: a panic is a trap.
//!
//! Not here: names and objects of the public API (`pkg-template/recommend.js`).

#![cfg_attr(target_family = "wasm", no_std)]
extern crate alloc;

mod asked;
mod engine;

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
