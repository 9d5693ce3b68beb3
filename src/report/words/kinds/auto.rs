//! The kind `auto`, which chooses among several kinds.

use super::Words;

pub(super) const WORDS: &[Words] = &[Words::of("auto", ["Best of several kinds", "多种模型择优"])];
