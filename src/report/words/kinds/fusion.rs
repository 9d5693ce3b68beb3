//! Fusion.

use super::Words;

pub(super) const WORDS: &[Words] = &[Words::of("fusion", ["Fusion of heads", "模型头融合"])];
