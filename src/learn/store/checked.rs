//! A value that passed its check and is read-only from then on.

use std::ops::Deref;

/// A value that passed its check. It cannot be changed: to change it, take the raw value out and check that again.
#[derive(Clone, Debug)]
pub struct Checked<T>(T);

impl<T> Checked<T> {
    pub(super) fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, to be changed and checked again.
    pub fn into_raw(self) -> T {
        self.0
    }
}

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
