//! Nearest neighbours.

use super::Words;

pub(super) const WORDS: &[Words] = &[Words::of("neighbours", ["Nearest neighbours", "最近邻"])];
