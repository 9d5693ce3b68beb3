//! Errors as JavaScript has them: an `Error` with the Rust message and a stable `code`.

use alloc::string::ToString;
use floorwalker_bundle::BundleError;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Error;
    #[wasm_bindgen(constructor)]
    fn new(message: &str) -> Error;
    #[wasm_bindgen(method, setter)]
    fn set_code(this: &Error, code: &str);
}

/// The `Error` for a bundle that was refused.
pub(crate) fn refused(error: &BundleError) -> JsValue {
    let out = Error::new(&error.to_string());
    out.set_code(error.code());
    out.into()
}
