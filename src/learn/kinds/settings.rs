//! Settings of a kind, as a store writes them beside `model`: each kind takes its own, and settings that are left are unknown.

use anyhow::{Result, anyhow};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The settings of a head that are specific to its kind.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<String, toml::Value>,
}

impl Settings {
    /// Wraps settings, given by name.
    #[must_use]
    pub fn new(values: BTreeMap<String, toml::Value>) -> Self {
        Self { values }
    }

    /// Takes the setting called `name`, if it is there.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.values.remove(name) else { return Ok(None) };
        value.try_into().map(Some).map_err(|error: toml::de::Error| anyhow!("{name}: {}", error.message()))
    }

    /// Takes the setting called `name`, or its default.
    pub(super) fn take_or<T: DeserializeOwned + Default>(&mut self, name: &str) -> Result<T> {
        Ok(self.take(name)?.unwrap_or_default())
    }

    /// Names of settings that were not taken.
    pub fn left(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// A type that is read from settings.
pub(super) trait Read: Sized {
    /// Takes the type's own settings out of `settings`.
    ///
    /// # Errors
    ///
    /// Fails for a setting that cannot be read or is out of its range.
    fn read(settings: &mut Settings) -> Result<Self>;
}

/// Reads `alpha`, the regularisation penalty, above 0; `None` means it is chosen on validation rows.
pub(super) fn alpha(settings: &mut Settings) -> Result<Option<f64>> {
    let alpha: Option<f64> = settings.take("alpha")?;
    match alpha {
        Some(alpha) if !(alpha > 0.0 && alpha.is_finite()) => {
            Err(anyhow!("alpha is {alpha}; give a number above 0"))
        }
        _ => Ok(alpha),
    }
}
