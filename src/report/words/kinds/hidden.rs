//! Hidden layers.

use super::Words;

pub(super) const WORDS: &[Words] = &[Words::of("hidden", ["Hidden layer of a perceptron", "感知机隐藏层"])];
