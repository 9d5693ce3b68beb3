//! Naive Bayes.

use super::Words;

pub(super) const WORDS: &[Words] = &[Words::of("bayes", ["Naive Bayes", "朴素贝叶斯"])];
