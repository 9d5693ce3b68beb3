//! Errors as JavaScript has them: an `Error` with the Rust message and a stable `code`.

use alloc::string::ToString;
use floorwalker_bundle::BundleError;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// The `Error` for a bundle that was refused.
pub(crate) fn refused(error: &BundleError) -> JsValue {
    let out = Error::new(&error.to_string());
    // Setting a property of a fresh, extensible object cannot fail.
    let _ = Reflect::set(&out, &"code".into(), &error.code().into());
    out.into()
}
