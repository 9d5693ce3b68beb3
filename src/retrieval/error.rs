//! Why an index is refused.

use core::fmt;
use floorwalker_bundle::BundleError;

/// Why an index was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexError {
    /// The bytes are not an index, or are damaged.
    Bytes(BundleError),
    /// The index was read, but makes no sense: what is wrong.
    Invalid(&'static str),
}

impl IndexError {
    /// A stable code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Bytes(BundleError::NotABundle) => "index_not_an_index",
            Self::Bytes(BundleError::Version(_)) => "index_version",
            Self::Bytes(BundleError::Length { .. }) => "index_length",
            Self::Bytes(BundleError::Checksum) => "index_checksum",
            Self::Bytes(BundleError::Cost(_)) => "index_cost",
            Self::Bytes(_) => "index_body",
            Self::Invalid(_) => "index_invalid",
        }
    }
}

impl IndexError {
    /// Its place in the page's list of refusals (`pkg-template/recommend.js`).
    #[must_use]
    pub const fn number(&self) -> u32 {
        match self {
            Self::Bytes(BundleError::NotABundle) => 0,
            Self::Bytes(BundleError::Version(_)) => 1,
            Self::Bytes(BundleError::Length { .. }) => 2,
            Self::Bytes(BundleError::Checksum) => 3,
            Self::Bytes(BundleError::Cost(_)) => 6,
            Self::Bytes(_) => 4,
            Self::Invalid(_) => 5,
        }
    }
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes(BundleError::NotABundle) => {
                "these bytes are not a Floorwalker index; check the address that they came from"
            }
            Self::Bytes(BundleError::Version(_)) => {
                "the index has another format version than this package reads; train it again or update the package"
            }
            Self::Bytes(BundleError::Length { .. }) => "the index is cut short or too long; load it again",
            Self::Bytes(BundleError::Checksum) => "the index is damaged; load it again",
            Self::Bytes(BundleError::Cost(_)) => "the index asks for more memory than a page may spend; split it into shards",
            Self::Bytes(_) => "the index cannot be read; train it again",
            Self::Invalid(what) => what,
        })
    }
}

impl core::error::Error for IndexError {}
