//! Forests.

use super::Words;
use crate::Text;
use floorwalker_learn::kinds::Model;
use floorwalker_learn::kinds::forest::{ExtraSettings, ForestTable, RandomSettings};

pub(super) const WORDS: &[Words] = &[
    Words::of("tree", ["Decision tree", "决策树"]),
    Words { settings, ..Words::of("forest", ["Random forest", "随机森林"]) },
    Words { settings, ..Words::of("extra_trees", ["Extra trees", "极端随机树"]) },
];

fn settings(model: &Model) -> Text {
    let (Model::Forest(RandomSettings(table)) | Model::ExtraTrees(ExtraSettings(table))) = model else {
        return Text::default();
    };
    let ForestTable { trees, leaves } = table;
    Text::new(format!("{trees} trees, {leaves} leaves"), format!("{trees} 棵树，{leaves} 个叶节点"))
}
