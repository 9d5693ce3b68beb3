//! Text: what the trainer says, in both of its languages.

use serde::Serialize;

/// The same words in English and in Chinese.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Text {
    /// Both, one beside the other.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

impl From<&str> for Text {
    /// The same in both languages: names, numbers.
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}
