//! Builds the trainer, and trains the bundles of simulated shops with it.
//!
//! Not here: where the bundles go (`demo`, `pack`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::engine::empty;
use crate::shell::Shell;

/// Builds the release of the trainer, as it is measured and shipped, and returns its path. Link-time optimization takes minutes.
pub(crate) fn release(shell: &Shell) -> Result<PathBuf> {
    println!("trainer: the release, minutes the first time");
    build(shell, &["--release"], "release")
}

/// Builds the trainer with the profile of the tests, so that its dependencies are compiled once for both, and returns its path. It
/// learns the same bytes as the release, in about a quarter more time.
pub(crate) fn trainer(shell: &Shell) -> Result<PathBuf> {
    println!("trainer: a minute or two the first time");
    build(shell, &[], "debug")
}

fn build(shell: &Shell, how: &[&str], folder: &str) -> Result<PathBuf> {
    let build = ["build", "--quiet", "--package", "floorwalker-cli", "--bin", "floorwalker"];
    shell.run(shell.cargo().args(build).args(how))?;
    Ok(shell.target_dir()?.join(folder).join("floorwalker"))
}

/// A shop that learns from a simulated log.
pub(crate) struct Shop {
    /// Path of its store file, below the workspace's root.
    pub(crate) store: &'static str,
    /// Folder of its log and bundle, below the workspace's root.
    pub(crate) data: &'static str,
    /// Name of the environment variable by which the store file refers to that folder.
    pub(crate) variable: &'static str,
}

/// Trains a shop's bundle from simulated data, unless it is newer than the trainer and the shop's store file. Fails if a fusion is
/// clearly worse than one of its experts (`--strict`).
pub(crate) fn trained(shell: &Shell, shop: &Shop) -> Result<PathBuf> {
    let trainer = trainer(shell)?;
    let bundle = shell.at(shop.data).join("store.fwb");
    if is_newer(&bundle, &[&trainer, &shell.at(shop.store)]) {
        return Ok(bundle);
    }
    println!("{}: simulated log and bundle", shop.store);
    let data = empty(shell.at(shop.data))?;
    let floorwalker = || shell.command(&trainer.to_string_lossy());
    let (log, catalogue) = (data.join("log.jsonl"), data.join("catalogue.json"));
    shell.run(floorwalker().arg("synth").arg("--out").arg(&log).arg("--catalogue").arg(&catalogue))?;
    let mut train = floorwalker();
    train
        .args(["train", shop.store, "--no-report", "--strict", "--out"])
        .arg(&bundle)
        .env(shop.variable, &data);
    shell.run(&mut train)?;
    Ok(bundle)
}

fn is_newer(file: &Path, sources: &[&Path]) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let Some(made) = time(file) else { return false };
    sources.iter().all(|source| time(source).is_some_and(|changed| changed <= made))
}
