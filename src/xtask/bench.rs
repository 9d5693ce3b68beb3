//! `cargo xtask bench`: measurements against their bounds, as a table and as JSON.
//!
//! Every bench is a program that writes a list of `{name, value, unit, bound, holds}` to a file it is given.
//! `bound` is `null` for a figure that has none. A timing never fails a build: the table says what does not hold.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell::Shell;
use crate::stage::Stages;
use crate::{demo, pack, real, tools};

/// Runs the benches, prints the table, and writes it to `json` when asked to.
pub(crate) fn run(shell: &Shell, real: bool, json: Option<&Path>) -> Result<()> {
    let mut stages = Stages::default();
    let mut rows = Vec::new();
    stages.run("setup", || tools::install(shell, tools::Need::Browser))?;
    stages.run("build", || demo::assemble(shell, &pack::build(shell)?))?;
    let chromium = tools::chromium(shell)?;
    stages.run("models", || {
        shell.run(shell.cargo().args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "floorwalker-tests",
            "--bins",
        ]))
    })?;
    let models = shell.target_dir()?.join("release/bench-models");
    for (name, script) in [
        ("sizes", "tests/bench/sizes.mjs"),
        ("node", "tests/bench/node.mjs"),
        ("chromium", "tests/bench/chromium.mjs"),
    ] {
        rows.extend(stages.run(name, || {
            measured(shell, name, |file| {
                let mut node = shell.command("node");
                node.arg("--expose-gc").arg(script).args([pack::PACKAGE, "--json"]).arg(file);
                shell.run(node.env("CHROMIUM", &chromium).env("BENCH_MODELS", &models))
            })
        })?);
    }
    if real {
        rows.extend(stages.run("real data", || real::measure(shell))?);
        let bundle = shell.at("target/real/bitext_8k.fwb");
        rows.extend(stages.run("bitext in the page", || {
            measured(shell, "bitext", |file| {
                let mut node = shell.command("node");
                node.arg("tests/bench/bitext.mjs").arg(&bundle).arg("--json").arg(file);
                shell.run(node.env("CHROMIUM", &chromium))
            })
        })?);
    }
    stages.print_times();
    print_table(&rows);
    if let Some(file) = json {
        let text = serde_json::to_string_pretty(&rows).context("could not write the measurements as JSON")?;
        fs::write(file, text + "\n").with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}

/// What a bench wrote to the file that it was given.
fn measured(shell: &Shell, name: &str, bench: impl FnOnce(&Path) -> Result<()>) -> Result<Vec<Value>> {
    let file = shell.at("target").join(format!("bench-{name}.json"));
    bench(&file)?;
    let text = fs::read_to_string(&file).with_context(|| format!("{name} wrote no {}", file.display()))?;
    let Value::Array(rows) = serde_json::from_str(&text).with_context(|| format!("{}", file.display()))?
    else {
        bail!("{} is not a list", file.display());
    };
    Ok(rows)
}

fn print_table(rows: &[Value]) {
    println!("\n{:<58} {:>12} {:<8} {:>10}  holds", "measurement", "value", "unit", "bound");
    for row in rows {
        let text = |key: &str| match &row[key] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let holds = match row["holds"].as_bool() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        println!(
            "{:<58} {:>12} {:<8} {:>10}  {holds}",
            text("name"),
            text("value"),
            text("unit"),
            text("bound")
        );
    }
}
