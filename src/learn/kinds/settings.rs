//! Settings of a kind, as a store writes them beside `model`: each kind takes its own, and what is left belongs to none.

use anyhow::{Result, anyhow};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// What a head says besides what every head may.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<String, toml::Value>,
}

impl Settings {
    /// Settings by name.
    #[must_use]
    pub fn new(values: BTreeMap<String, toml::Value>) -> Self {
        Self { values }
    }

    /// Takes the setting called `name`, if it is there.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.values.remove(name) else { return Ok(None) };
        value.try_into().map(Some).map_err(|error: toml::de::Error| anyhow!("{name}: {}", error.message()))
    }

    /// The same, or what is usual.
    pub(super) fn take_or<T: DeserializeOwned + Default>(&mut self, name: &str) -> Result<T> {
        Ok(self.take(name)?.unwrap_or_default())
    }

    /// Names of settings that nobody took.
    pub fn left(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// What is made of settings.
pub(super) trait Read: Sized {
    /// Takes its own out of `settings`.
    ///
    /// # Errors
    ///
    /// A setting that cannot be read, or is out of its range.
    fn read(settings: &mut Settings) -> Result<Self>;
}

/// A penalty on weights, above 0; `None` is chosen on validation rows.
pub(super) fn alpha(settings: &mut Settings) -> Result<Option<f64>> {
    let alpha: Option<f64> = settings.take("alpha")?;
    match alpha {
        Some(alpha) if !(alpha > 0.0 && alpha.is_finite()) => {
            Err(anyhow!("alpha is {alpha}; give a number above 0"))
        }
        _ => Ok(alpha),
    }
}
