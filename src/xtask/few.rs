//! A stage of `cargo xtask bench --real`: what a few labelled messages a class reach with a teacher's vectors of messages without labels.
//!
//! BANKING77's test messages; three draws of so many labelled messages a class, the mean of the three.
//!
//! Not here: the trainer's own part (`trainer::fit::teacher`), the other data sets (`real`).

use crate::demo;
use crate::real::read;
use crate::row::Bound::{AtLeast, AtMost};
use crate::row::row;
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

/// Trains on every draw; a row for each number of labelled messages, and the largest bundle.
pub(crate) fn measure(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let work = shell.at("target/real");
    let trainer = demo::trainer(shell)?;
    let (mut rows, mut largest) = (Vec::new(), 0.0_f64);
    for (shots, asked) in SHOTS {
        let mut accuracies = [0.0; DRAWS];
        for (draw, accuracy) in (1..).zip(&mut accuracies) {
            let name = format!("few-{shots}-{draw}");
            let (store, json) = (work.join(format!("{name}.toml")), format!("{name}.json"));
            std::fs::write(&store, store_of(&format!("{shots}-{draw}")))
                .with_context(|| store.display().to_string())?;
            let mut command = shell.command(&trainer.to_string_lossy());
            command.arg("train").arg(&store).args(["--json", &json, "--quiet", "--no-report"]);
            shell.run(command.env("FLOORWALKER_DATA", data).current_dir(&work))?;
            let report = read(&work.join(json))?;
            *accuracy = report["heads"][0]["report"]["accuracy"].as_f64().context("no accuracy")?;
            largest = largest.max(report["bytes"].as_f64().context("no bytes")?);
        }
        let mean = accuracies.iter().sum::<f64>() / DRAWS as f64;
        let what = format!("banking77, {shots} labels a class, teacher: accuracy");
        rows.push(row(&what, mean, "", AtLeast(asked)));
    }
    rows.push(row("banking77, few labels, teacher: largest bundle", largest, "B", AtMost(MAX_BYTES)));
    Ok(rows)
}

/// The store that learns from one file of labelled messages.
fn store_of(file: &str) -> String {
    format!(
        r#"name = "few-{file}"
seed = 42

[data]
table = "$FLOORWALKER_DATA/banking77/fewshot/{file}.csv"
test = "$FLOORWALKER_DATA/banking77/test.csv"
message = "text"

[teacher]
unlabelled = "$FLOORWALKER_DATA/banking77/train.csv"
vectors = "$FLOORWALKER_DATA/banking77/e5_train.npy"

[[heads]]
name = "intent"
label = "category"
model = "text"
text = {{ max_bytes = 1000000 }}
"#
    )
}
