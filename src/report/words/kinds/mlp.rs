//! Multilayer perceptrons.

use super::Words;
use crate::Text;
use floorwalker_learn::kinds::Model;

pub(super) const WORDS: &[Words] =
    &[Words { settings, ..Words::of("mlp", ["Multilayer perceptron", "多层感知机"]) }];

fn settings(model: &Model) -> Text {
    let Model::Mlp(perceptron) = model else { return Text::default() };
    let units: Vec<String> = perceptron.hidden.iter().map(ToString::to_string).collect();
    let units = units.join(" – ");
    Text::new(format!("{units} units"), format!("{units} 个单元"))
}
