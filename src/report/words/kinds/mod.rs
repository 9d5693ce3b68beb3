//! Texts on each kind of model: its name, and the settings by which its plans differ. There is a file for each folder of `learn::kinds`.
//!
//! Invariants
//! - Every kind of [`Model`] has texts; a test compares the two lists.

mod auto;
mod bayes;
mod clusters;
mod forest;
mod fusion;
mod hidden;
mod logistic;
mod margin;
mod mlp;
mod neighbours;
mod regression;
mod text;
mod trees;

use crate::Text;
use floorwalker_learn::kinds::Model;

/// A report's texts on a kind of model.
struct Words {
    /// The kind's name in `store.toml`.
    kind: &'static str,
    /// The kind's name in English and in Chinese.
    name: [&'static str; 2],
    /// The name with more than two classes, in English and in Chinese; empty if it is the same.
    many: [&'static str; 2],
    /// Describes the settings by which plans of the kind differ.
    settings: fn(&Model) -> Text,
}

impl Words {
    /// Texts on a kind whose plans do not differ by settings.
    const fn of(kind: &'static str, name: [&'static str; 2]) -> Self {
        Self { kind, name, many: ["", ""], settings: |_| Text { en: String::new(), zh: String::new() } }
    }
}

/// The texts on every kind.
fn all() -> impl Iterator<Item = &'static Words> {
    [
        auto::WORDS,
        bayes::WORDS,
        clusters::WORDS,
        forest::WORDS,
        fusion::WORDS,
        hidden::WORDS,
        logistic::WORDS,
        margin::WORDS,
        mlp::WORDS,
        neighbours::WORDS,
        regression::WORDS,
        text::WORDS,
        trees::WORDS,
    ]
    .into_iter()
    .flatten()
}

fn words(model: &Model) -> Option<&'static Words> {
    all().find(|words| words.kind == model.name())
}

/// The name of a kind, for a label with so many classes; 0 for a number, or without a label.
pub(crate) fn name(model: &Model, n_classes: usize) -> Text {
    let Some(words) = words(model) else { return Text::from(model.name()) };
    let [en, zh] = if n_classes > 2 && !words.many[0].is_empty() { words.many } else { words.name };
    Text::new(en, zh)
}

/// Describes the settings by which plans of a kind differ; empty if there are none.
#[must_use]
pub fn settings(model: &Model) -> Text {
    words(model).map_or_else(Text::default, |words| (words.settings)(model))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_and_no_word_is_of_a_kind_that_is_gone() {
        let mut known: Vec<&str> = all().map(|words| words.kind).collect();
        let mut kinds = Model::NAMES.to_vec();
        known.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(known, kinds);
        assert!(all().all(|words| words.name.iter().all(|name| !name.is_empty())));
    }
}
