//! Text models.

use super::Words;
use crate::Text;
use floorwalker_learn::kinds::Model;

pub(super) const WORDS: &[Words] = &[Words {
    settings,
    ..Words::of("text", ["Text: word and letter n-grams", "文本：词与字符的 n-gram"])
}];

fn settings(model: &Model) -> Text {
    let Model::Text(text) = model else { return Text::default() };
    let bytes = text.max_bytes;
    Text::new(format!("at most {bytes} bytes"), format!("至多 {bytes} 字节"))
}
