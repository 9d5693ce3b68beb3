//! Text shown to users, in both of the trainer's languages.

use serde::Serialize;

/// The same message in English and in Chinese.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Text {
    /// A text from its English and its Chinese version.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

impl From<&str> for Text {
    /// A text that is the same in both languages, such as a name or a number.
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}
