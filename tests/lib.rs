//! Fixtures for tests that cross a crate boundary.
//!
//! Not here: the tests themselves (`rooms.rs` lists them; `package/` and `browser/` hold those that need Node).

use floorwalker_data::progress::Progress;
use floorwalker_learn::store::Store;
use floorwalker_learn::train::{Trained, train};
use floorwalker_synth::{SynthSettings, generate};
use std::path::Path;

/// The starter that `floorwalker init` writes, with a smaller text model and small heads of trees, layers and prototypes, so
/// that a bundle holds every kind of body.
///
/// # Panics
///
/// Never: the starter is part of the trainer.
#[must_use]
pub fn starter() -> String {
    floorwalker_cli::STARTER.replace("max_bytes = 100000", "max_bytes = 6000").replacen(
        "# ---- Policy",
        concat!(
            "[[heads]]\nname = \"purchase\"\nlabel = \"purchase\"\nmodel = \"trees\"\npositive = \"yes\"\ntrees = { rounds = 8, leaves = 6 }\n",
            "[[heads]]\nname = \"layers\"\nlabel = \"purchase\"\nmodel = \"mlp\"\nmlp = { hidden = [3, 2] }\n",
            "[[heads]]\nname = \"kernel\"\nlabel = \"purchase\"\nmodel = \"svm\"\nsvm = { max_bytes = 400 }\n",
            "[[heads]]\nname = \"squares\"\nlabel = \"purchase\"\nmodel = \"bayes\"\n\n",
            "# ---- Policy"
        ),
        1,
    )
}

/// Trains `store` over a simulated log of `shoppers`, in `folder`.
///
/// # Panics
///
/// When it cannot: the test that asked for it fails.
#[must_use]
#[expect(clippy::unwrap_used, reason = "a fixture that fails is a test that fails")]
pub fn trained(store: &str, shoppers: u32, folder: &Path) -> Trained {
    let mut log = Vec::new();
    generate(&SynthSettings { shoppers, ..SynthSettings::default() }, &mut log).unwrap();
    std::fs::write(folder.join("log.jsonl"), log).unwrap();
    let path = folder.join("store.toml");
    std::fs::write(&path, store).unwrap();
    train(&Store::read(&path).unwrap(), Progress::silent()).unwrap()
}
