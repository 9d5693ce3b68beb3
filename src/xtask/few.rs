//! A stage of `cargo xtask bench --real`: what a few labelled messages a class reach with a teacher's vectors of messages without labels.
//!
//! BANKING77's test messages; three draws of so many labelled messages a class, the mean of the three. Vectors are those of
//! multilingual-e5-small, from a file; of one draw those of all-MiniLM-L6-v2, whose ONNX file the trainer runs.
//!
//! Not here: the trainer's own part (`trainer::fit::teacher`), the other data sets (`real`).

use crate::demo;
use crate::peers::Peers;
use crate::real::read;
use crate::row::Bound::{self, AtLeast, AtMost};
use crate::row::{not_measured, row};
use crate::shell::Shell;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// Labelled messages a class, and the accuracy that is asked.
const SHOTS: [(usize, f64); 5] = [(1, 0.49), (3, 0.69), (5, 0.77), (10, 0.83), (30, 0.89)];
/// Draws of each.
const DRAWS: usize = 3;
/// Bytes that a bundle may have.
const MAX_BYTES: f64 = 1e6;

/// Labelled messages a class of the draw that a model in an ONNX file teaches.
const BY_MODEL: usize = 5;

/// Trains on every draw; a row for each number of labelled messages, the largest bundle, and one draw by a model instead of vectors.
pub(crate) fn measure(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let trainer = demo::trainer(shell)?;
    let train = |name: &str, file: &str, vectors: &str| -> Result<Value> {
        let work = shell.at("target/real");
        let (store, json) = (work.join(format!("{name}.toml")), format!("{name}.json"));
        std::fs::write(&store, store_of(name, file, vectors)).with_context(|| store.display().to_string())?;
        let mut command = shell.command(&trainer.to_string_lossy());
        command.arg("train").arg(&store).args(["--json", &json, "--quiet", "--no-report"]);
        shell.run(command.env("FLOORWALKER_DATA", data).current_dir(&work))?;
        read(&work.join(json))
    };
    let accuracy = |report: &Value| report["heads"][0]["report"]["accuracy"].as_f64().context("no accuracy");
    let (mut rows, mut largest) = (Vec::new(), 0.0_f64);
    for (shots, asked) in SHOTS {
        let mut sum = 0.0;
        for draw in 1..=DRAWS {
            let file = format!("{shots}-{draw}");
            let vectors = "vectors = \"$FLOORWALKER_DATA/banking77/e5_train.npy\"";
            let report = train(&format!("few-{file}"), &file, vectors)?;
            sum += accuracy(&report)?;
            largest = largest.max(report["bytes"].as_f64().context("no bytes")?);
        }
        let what = format!("banking77, {shots} labels a class, teacher: accuracy");
        rows.push(row(&what, sum / DRAWS as f64, "", AtLeast(asked)));
    }
    rows.push(row("banking77, few labels, teacher: largest bundle", largest, "B", AtMost(MAX_BYTES)));
    let what = format!("banking77, {BY_MODEL} labels a class, draw 1, all-MiniLM-L6-v2 by ONNX: accuracy");
    match Peers::install(shell).and_then(|peers| peers.minilm(shell)) {
        Ok([onnx, tokenizer]) => {
            let vectors = format!("onnx = {onnx:?}\ntokenizer = {tokenizer:?}");
            let report = train("few-onnx", &format!("{BY_MODEL}-1"), &vectors)?;
            rows.push(row(&what, accuracy(&report)?, "", Bound::None));
        }
        Err(why) => {
            println!("NOT MEASURED with a model in an ONNX file: {why:#}");
            rows.push(not_measured(&what, ""));
        }
    }
    Ok(rows)
}

/// The store that learns from one file of labelled messages, with vectors as `vectors` says.
fn store_of(name: &str, file: &str, vectors: &str) -> String {
    format!(
        r#"name = "{name}"
seed = 42

[data]
table = "$FLOORWALKER_DATA/banking77/fewshot/{file}.csv"
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
