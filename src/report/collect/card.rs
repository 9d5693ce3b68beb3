//! Card: how the bundle was made.
//!
//! Not here: the command line, which the command knows.

use crate::data::Card;
use floorwalker_learn::store::Data;
use floorwalker_learn::train::Trained;
use std::path::PathBuf;

/// Facts of the bundle that other fields of the card contain.
const ELSEWHERE: [&str; 4] = ["trainer", "seed", "data_sha256", "test_sha256"];

/// The model card of a training on `data`; `compared` are the features or labels by which groups of shoppers were compared.
pub(super) fn card(data: &Data, seed: u64, compared: &[String], trained: &Trained) -> Card {
    let path = data.table.as_ref().or(data.log.as_ref());
    let files = [(path, Some(&trained.examples)), (data.test.as_ref(), trained.test.as_ref())];
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let file = |(path, examples): (Option<&PathBuf>, Option<&floorwalker_learn::examples::Examples>)| {
        Some((name(path?)?, examples?.hash.clone()))
    };
    let facts = trained.bundle.facts.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
    Card {
        facts: facts.cloned().collect(),
        data: files.into_iter().filter_map(file).collect(),
        seed: Some(seed),
        versions: vec![("floorwalker".to_owned(), env!("CARGO_PKG_VERSION").to_owned())],
        command: None,
        compares_groups: !compared.is_empty(),
    }
}
