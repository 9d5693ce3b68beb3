//! Languages in which reports, warnings and tables are written.

use serde::Deserialize;

/// The language of reports, warnings and tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}
