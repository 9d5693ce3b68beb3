//! Logistic regression.

use super::Words;
use crate::Text;
use floorwalker_learn::kinds::Model;
use floorwalker_learn::kinds::logistic::Solver;

pub(super) const WORDS: &[Words] = &[Words {
    many: ["Softmax regression", "Softmax 回归"],
    settings,
    ..Words::of("logistic", ["Logistic regression", "逻辑回归"])
}];

fn settings(model: &Model) -> Text {
    let Model::Logistic(logistic) = model else { return Text::default() };
    match logistic.solver {
        Solver::QuasiNewton => Text::default(),
        Solver::FullBatch => Text::new("full-batch descent", "全批量梯度下降"),
        Solver::Stochastic => Text::new("stochastic descent", "随机梯度下降"),
    }
}
