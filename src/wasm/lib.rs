//! The page's door: convert, call, convert. The only Rust that knows JavaScript.
//!
//! Hot calls pass numbers: the page writes items, text and flags into two buffers inside WebAssembly memory and reads the
//! answers from a third. Cold calls (what is loaded, why a score is what it is) return structured values.
//!
//! Invariants
//! - No 64-bit integer crosses: the same interface serves WebAssembly and the JavaScript made from it.
//! - Nothing here decides anything; every number comes from `engine`.
//!
//! Not here: names and objects of the public API (`pkg-template/core.js`), storage, clocks.

mod cold;
mod engine;
mod error;
mod layout;

pub use engine::Engine;
