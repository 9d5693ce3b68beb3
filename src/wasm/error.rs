//! Why a bundle was refused, as a number: the page has codes and words for it (`pkg-template/calls.js`). What a bundle's errors say
//! at length is their `Display`, which the trainer prints (`floorwalker inspect`).

use floorwalker_bundle::BundleError;

/// Its place in the page's list.
pub(crate) fn number(error: &BundleError) -> u32 {
    match error {
        BundleError::NotABundle => 0,
        BundleError::Version(_) => 1,
        BundleError::Length { .. } => 2,
        BundleError::Checksum => 3,
        BundleError::Model(_) => 5,
        BundleError::Cost(_) => 6,
        _ => 4,
    }
}
