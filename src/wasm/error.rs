//! Errors as JavaScript has them: an `Error` with a message and a stable `code`.
//!
//! What a bundle's errors say at length is their `Display`, which the trainer prints (`floorwalker inspect`). It is not used here: the texts
//! and what formats them are 2 KB of the module, for files that no page should ever meet.

use alloc::string::String;
use floorwalker_bundle::{BundleError, VERSION};
use floorwalker_engine::plain::digits;
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
    let out = Error::new(&message(error));
    out.set_code(error.code());
    out.into()
}

fn message(error: &BundleError) -> String {
    match error {
        BundleError::NotABundle => {
            "these bytes are no Floorwalker bundle; check the address that they came from".into()
        }
        BundleError::Version(found) => [
            "the bundle has format version ",
            &digits((*found).into()),
            ", this engine reads ",
            &digits(VERSION.into()),
            "; train it again or update the package",
        ]
        .concat(),
        BundleError::Length { expected, actual } => [
            "the bundle should have ",
            &digits(*expected),
            " bytes and has ",
            &digits(*actual),
            "; load it again",
        ]
        .concat(),
        BundleError::Checksum => "the bundle is damaged; load it again".into(),
        _ => "the bundle makes no sense; `floorwalker inspect` says why; train it again".into(),
    }
}
