//! A stage of `cargo xtask bench --real`: accuracy with few labelled messages a class, and a teacher's vectors of unlabelled messages.
//!
//! Measured on BANKING77's test messages, as the mean over three draws of the labelled messages. The vectors are those of
//! multilingual-e5-small, read from a file; for one draw those of all-MiniLM-L6-v2, whose ONNX file the trainer runs.
//!
//! Not here: the teacher itself (`learn::fit::teacher`), the other data sets (`real`).

use crate::peers::Peers;
use crate::real::read;
use crate::row::Bound::{self, AtLeast, AtMost};
use crate::row::{not_measured, row};
use crate::shell::Shell;
use crate::trainer;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Numbers of labelled messages a class, each with the smallest accuracy that is accepted.
const SHOTS: [(usize, f64); 5] = [(1, 0.49), (3, 0.69), (5, 0.77), (10, 0.83), (30, 0.89)];
/// Number of draws for each number of labelled messages.
const DRAWS: usize = 3;
/// Largest size of a bundle, in bytes.
const MAX_BYTES: f64 = 1e6;

/// Number of messages that are proposed for labelling in a round, and number of rounds.
const EACH: usize = 50;
const ROUNDS: usize = 8;
/// Step between the rows that are picked as if by chance.
const CHANCE_STEP: usize = 7919;
/// Labelled messages a class of the draw whose teacher is an ONNX model.
const BY_MODEL: usize = 5;

/// Trains on every draw. Returns a row for each number of labelled messages, and rows for the largest bundle, for labels of proposed
/// messages, and for a draw with an ONNX model instead of vectors.
pub(crate) fn measure(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let trainer = trainer::release(shell)?;
    let train = |name: &str, labels: &str, vectors: &str| -> Result<Value> {
        let work = shell.at("target/real");
        let (store, json) = (work.join(format!("{name}.toml")), format!("{name}.json"));
        std::fs::write(&store, store_of(name, labels, vectors))
            .with_context(|| store.display().to_string())?;
        let mut command = shell.command(&trainer.to_string_lossy());
        command.arg("train").arg(&store).args(["--json", &json, "--quiet", "--no-report"]);
        shell.run(command.env("FLOORWALKER_DATA", data).current_dir(&work))?;
        read(&work.join(json))
    };
    let accuracy = |report: &Value| report["heads"][0]["report"]["accuracy"].as_f64().context("no accuracy");
    let of_draw = |file: &str| format!("$FLOORWALKER_DATA/banking77/fewshot/{file}.csv");
    let (mut rows, mut largest) = (Vec::new(), 0.0_f64);
    for (shots, asked) in SHOTS {
        let mut sum = 0.0;
        for draw in 1..=DRAWS {
            let file = format!("{shots}-{draw}");
            let vectors = "vectors = \"$FLOORWALKER_DATA/banking77/e5_train.npy\"";
            let report = train(&format!("few-{file}"), &of_draw(&file), vectors)?;
            sum += accuracy(&report)?;
            largest = largest.max(report["bytes"].as_f64().context("no bytes")?);
        }
        let what = format!("banking77, {shots} labels a class, teacher: accuracy");
        rows.push(row(&what, sum / DRAWS as f64, "", AtLeast(asked)));
    }
    rows.push(row("banking77, few labels, teacher: largest bundle", largest, "B", AtMost(MAX_BYTES)));
    let train_csv = data.join("banking77/train.csv");
    for (what, is_chosen) in [("chosen by `floorwalker label`", true), ("of messages by chance", false)] {
        let labels =
            if is_chosen { chosen(shell, &trainer, &train_csv)? } else { by_chance(shell, &train_csv)? };
        let vectors = "vectors = \"$FLOORWALKER_DATA/banking77/e5_train.npy\"";
        let report = train("few-chosen", &labels.to_string_lossy(), vectors)?;
        let what = format!("banking77, {} labels {what}, teacher: accuracy", ROUNDS * EACH);
        rows.push(row(&what, accuracy(&report)?, "", Bound::None));
    }
    let what = format!("banking77, {BY_MODEL} labels a class, draw 1, all-MiniLM-L6-v2 by ONNX: accuracy");
    match Peers::install(shell).and_then(|peers| peers.minilm(shell)) {
        Ok([onnx, tokenizer]) => {
            let vectors = format!("onnx = {onnx:?}\ntokenizer = {tokenizer:?}");
            let report = train("few-onnx", &of_draw(&format!("{BY_MODEL}-1")), &vectors)?;
            rows.push(row(&what, accuracy(&report)?, "", Bound::None));
        }
        Err(why) => {
            println!("NOT MEASURED with a model in an ONNX file: {why:#}");
            rows.push(not_measured(&what, ""));
        }
    }
    Ok(rows)
}

/// Writes a file of labelled messages that `floorwalker label` proposed round by round, with their true labels filled in.
fn chosen(shell: &Shell, trainer: &Path, train: &Path) -> Result<PathBuf> {
    let work = shell.at("target/real");
    let (chats, labels) = (work.join("few-chats.csv"), work.join("few-labels.csv"));
    let messages = labelled(train)?;
    let truth: BTreeMap<&str, &str> =
        messages.iter().rev().map(|[text, label]| (text.trim(), label.as_str())).collect();
    write(&chats, &["text"], messages.iter().map(|[text, _]| vec![text.as_str()]))?;
    if labels.exists() {
        std::fs::remove_file(&labels).with_context(|| labels.display().to_string())?;
    }
    for _ in 0..ROUNDS {
        let mut command = shell.command(&trainer.to_string_lossy());
        command.arg("label").arg(&chats).args(["--label", "category", "--quiet", "-n", &EACH.to_string()]);
        command.arg("--out").arg(&labels).arg("--teacher").arg(train.with_file_name("e5_train.npy"));
        shell.run(&mut command)?;
        let proposed = labelled(&labels)?;
        let filled =
            proposed.iter().map(|[text, _]| vec![text.as_str(), truth.get(text.as_str()).unwrap_or(&"")]);
        write(&labels, &["text", "category"], filled)?;
    }
    Ok(labels)
}

/// Writes a file of as many labelled messages that are picked independently of their content, as a baseline.
fn by_chance(shell: &Shell, train: &Path) -> Result<PathBuf> {
    let path = shell.at("target/real/few-chance.csv");
    let messages = labelled(train)?;
    // The table is sorted by class; a step that is coprime to the number of rows picks every class in proportion to its rows.
    let picked = (0..ROUNDS * EACH).map(|at| &messages[at * CHANCE_STEP % messages.len()]);
    write(&path, &["text", "category"], picked.map(|[text, label]| vec![text.as_str(), label.as_str()]))?;
    Ok(path)
}

/// The first two columns of a table.
fn labelled(path: &Path) -> Result<Vec<[String; 2]>> {
    let named = || path.display().to_string();
    let mut reader = csv::Reader::from_path(path).with_context(named)?;
    let row = |record: csv::StringRecord| [0, 1].map(|at| record.get(at).unwrap_or_default().to_owned());
    reader.records().map(|record| Ok(row(record.with_context(named)?))).collect()
}

fn write<'a>(path: &Path, names: &[&str], rows: impl Iterator<Item = Vec<&'a str>>) -> Result<()> {
    let mut out = csv::Writer::from_path(path).with_context(|| path.display().to_string())?;
    out.write_record(names)?;
    for row in rows {
        out.write_record(row)?;
    }
    out.flush().with_context(|| path.display().to_string())
}

/// The text of a store that learns from one file of labelled messages; `vectors` is the line that names the teacher's vectors.
fn store_of(name: &str, labels: &str, vectors: &str) -> String {
    format!(
        r#"name = "{name}"
seed = 42

[data]
table = "{labels}"
test = "$FLOORWALKER_DATA/banking77/test.csv"
message = "text"

[teacher]
unlabelled = "$FLOORWALKER_DATA/banking77/train.csv"
{vectors}

[[heads]]
name = "intent"
label = "category"
model = "text"
text = {{ max_bytes = 1000000 }}
"#
    )
}
