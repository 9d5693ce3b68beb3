//! Boosted trees.

use super::Words;
use crate::Text;
use floorwalker_learn::kinds::Model;
use floorwalker_learn::kinds::trees::TreesSettings;

pub(super) const WORDS: &[Words] =
    &[Words { settings, ..Words::of("trees", ["Gradient-boosted trees", "梯度提升树"]) }];

fn settings(model: &Model) -> Text {
    let Model::Trees(TreesSettings { rounds, leaves, learning_rate, .. }) = model else {
        return Text::default();
    };
    Text::new(
        format!("{leaves} leaves, rate {learning_rate}, at most {rounds} rounds"),
        format!("{leaves} 个叶节点，学习率 {learning_rate}，至多 {rounds} 轮"),
    )
}
