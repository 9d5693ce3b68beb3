//! Error numbers: why a bundle was refused. The page translates them to codes and messages (`pkg-template/calls.js`). The detailed
//! message is the error's `Display`, which the trainer prints (`floorwalker inspect`).

use floorwalker_bundle::BundleError;

/// The error's index in the page's list.
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
