//! Errors as JavaScript has them: an `Error` with the Rust message and a stable `code`.

use alloc::string::String;
use core::fmt::Write;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Error;
    #[wasm_bindgen(constructor)]
    fn new(message: &str) -> Error;
    #[wasm_bindgen(method, setter)]
    fn set_code(this: &Error, code: &str);
}

/// The `Error` for a bundle or a snapshot that was refused.
pub(crate) fn refused(error: &dyn core::fmt::Display, code: &str) -> JsValue {
    let mut message = String::new();
    let _ = write!(message, "{error}"); // to a string it cannot fail; `to_string` brings a panic and its padding, 1 KB
    let out = Error::new(&message);
    out.set_code(code);
    out.into()
}
