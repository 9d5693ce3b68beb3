//! Linear regressions.

use super::Words;

pub(super) const WORDS: &[Words] = &[
    Words::of("linear", ["Linear regression", "线性回归"]),
    Words::of("ridge", ["Ridge regression", "岭回归"]),
    Words::of("lasso", ["Lasso", "Lasso 回归"]),
    Words::of("elastic_net", ["Elastic net", "弹性网络"]),
];
