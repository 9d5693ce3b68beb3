//! `cargo xtask bench`: measurements against their bounds, as a table and as JSON.
//!
//! Every bench is a program that writes a list of `{name, value, unit, bound, holds}` to a given file; comparisons with other
//! libraries (peers) add `peer` and `peer_value`.
//! `bound` is `null` for a figure without a bound. A missed bound does not make the command fail: the table shows it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::peers::{self, Peers};
use crate::shell::Shell;
use crate::stage::Stages;
use crate::{demo, few, pack, real, row, strange, tools, trainer, turns};

/// What a run measures besides sizes and times in the page.
#[derive(Clone, Copy)]
pub(crate) struct More {
    /// Whether to measure on the real data sets.
    pub(crate) real: bool,
    /// Whether to measure the other libraries again, instead of reading their golden figures.
    pub(crate) peers: bool,
}

/// The work of a stage; returns the rows that it measured.
type Work<'a> = &'a dyn Fn() -> Result<Vec<Value>>;

/// Runs the benches, prints the table, and writes it to `json` when asked to.
pub(crate) fn run(shell: &Shell, more: More, json: Option<&Path>) -> Result<()> {
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
        ("routing", "tests/bench/routing.mjs"),
    ] {
        rows.extend(stages.run(name, || {
            measured(shell, name, |file| {
                let mut node = shell.command("node");
                node.arg("--expose-gc").arg(script).args([pack::PACKAGE, "--json"]).arg(file);
                shell.run(node.env("CHROMIUM", &chromium).env("BENCH_MODELS", &models))
            })
        })?);
    }
    let simulator = shell.target_dir()?.join("release/bench-simulator");
    rows.extend(stages.run("simulator", || {
        measured(shell, "simulator", |file| {
            shell.run(shell.command(&simulator.to_string_lossy()).arg("--json").arg(file))
        })
    })?);
    let waits = shell.target_dir()?.join("release/bench-waits");
    rows.extend(stages.run("expected waits", || {
        measured(shell, "waits", |file| {
            shell.run(shell.command(&waits.to_string_lossy()).arg("--json").arg(file))
        })
    })?);
    let (worst, writer) = (shell.at("target/worst"), shell.target_dir()?.join("release/bench-cost"));
    rows.extend(stages.run("dearest bundles", || {
        fs::create_dir_all(&worst).context("could not make a folder for the bundles of the largest cost")?;
        shell.run(shell.command(&writer.to_string_lossy()).arg(&worst))?;
        measured(shell, "cost", |file| {
            let mut node = shell.command("node");
            shell.run(node.arg("tests/bench/cost.mjs").arg(pack::PACKAGE).arg(&worst).arg("--json").arg(file))
        })
    })?);
    if more.real {
        rows.extend(against_peers(shell, &mut stages, more.peers)?);
        let bundle = shell.at("target/real/bitext_8k.fwb");
        rows.extend(stages.run("bitext in the page", || {
            measured(shell, "bitext", |file| {
                let mut node = shell.command("node");
                node.arg("tests/bench/bitext.mjs").arg(&bundle).arg("--json").arg(file);
                shell.run(node.env("CHROMIUM", &chromium))
            })
        })?);
        let data = real::data(shell)?;
        rows.extend(stages.run("next item", || next_item(shell, &data))?);
        for (stage, name) in
            [("open bandit", "open-bandit"), ("call centre", "call-centre"), ("customers", "value")]
        {
            let program = shell.target_dir()?.join(format!("release/bench-{name}"));
            rows.extend(stages.run(stage, || {
                measured(shell, name, |file| {
                    let mut bench = shell.command(&program.to_string_lossy());
                    bench.arg(&data).arg("--json").arg(file).env("FLOORWALKER_DATA", &data);
                    shell.run(&mut bench)
                })
            })?);
        }
    }
    print(&stages, &rows, json)
}

/// What is looked at next, beside methods of session-based recommendation that are run here, on the same steps. Without Python, or without libclang,
/// those that need it are left out.
fn next_item(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let ranks = shell.at("target/real/next-item");
    let mut rows = Vec::new();
    match Peers::install(shell) {
        Ok(peers) => shell.run(peers.script(shell, "sessions.py").arg(data).arg(&ranks))?,
        Err(error) => {
            println!("next item: the peers are not measured: {error:#}");
            rows.push(row::not_measured("next item: peers", ""));
        }
    }
    match peers::serenade(shell) {
        Ok(serenade) => shell.run(shell.command(&serenade.to_string_lossy()).arg(data).arg(&ranks))?,
        Err(error) => {
            println!("next item: serenade is not measured: {error:#}");
            rows.push(row::not_measured("next item: serenade", ""));
        }
    }
    let program = shell.target_dir()?.join("release/bench-recommend");
    rows.extend(measured(shell, "recommend", |file| {
        let mut bench = shell.command(&program.to_string_lossy());
        shell.run(bench.arg(data).arg(&ranks).arg("--json").arg(file))
    })?);
    rows.extend(measured(shell, "recommend-page", |file| {
        let mut node = shell.command("node");
        node.arg("tests/bench/recommend.mjs").arg(data).arg(&ranks).arg("--json").arg(file);
        shell.run(node.env("CHROMIUM", tools::chromium(shell)?))
    })?);
    Ok(rows)
}

/// Runs the benches of messages alone.
pub(crate) fn words(shell: &Shell, json: Option<&Path>) -> Result<()> {
    let mut stages = Stages::default();
    let data = real::data(shell)?;
    let mut rows = Vec::new();
    of_words(shell, &data, &mut |name, work| {
        rows.extend(stages.run(name, work).unwrap_or_else(|_| vec![row::not_measured(name, "")]));
    });
    print(&stages, &rows, json)
}

/// Calls `stage` for each of the stages that measure messages.
fn of_words(shell: &Shell, data: &Path, stage: &mut dyn FnMut(&str, Work<'_>)) {
    stage("few labels", &|| few::measure(shell, data));
    stage("strange words", &|| strange::measure(shell, data));
}

/// Prints the times of stages and the table, and writes it to `json` when asked to.
fn print(stages: &Stages, rows: &[Value], json: Option<&Path>) -> Result<()> {
    stages.print_times();
    row::print(rows);
    if let Some(file) = json {
        let text = serde_json::to_string_pretty(rows).context("could not write the measurements as JSON")?;
        fs::write(file, text + "\n").with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}

/// Measures on the real data sets, beside the other libraries. If those cannot be installed, only our figures are measured, and the
/// others are reported as not measured.
fn against_peers(shell: &Shell, stages: &mut Stages, anew: bool) -> Result<Vec<Value>> {
    let data = real::data(shell)?;
    let peers = stages.run("peers", || Ok(Peers::install(shell)))?;
    if let Err(why) = &peers {
        println!("NOT MEASURED against other libraries: {why:#}");
    }
    if anew {
        let peers = peers.as_ref().map_err(|why| anyhow::anyhow!("--peers: {why:#}"))?;
        stages.run("peers anew", || peers.measure(shell, &data))?;
    }
    let mut rows = stages.run("real data", || real::measure(shell, &data))?;
    // A stage that fails does not stop the others: it has printed why, and a row of the table says that it is missing.
    let mut stage = |name: &str, work: Work<'_>| {
        rows.extend(stages.run(name, work).unwrap_or_else(|_| vec![row::not_measured(name, "")]));
    };
    let trainer = trainer::release(shell)?.to_string_lossy().into_owned();
    of_words(shell, &data, &mut stage);
    stage("same settings", &|| peers::families(shell, &data));
    stage("auto", &|| peers::tables(shell, &peers, &trainer));
    stage("time to fit", &|| turns::measure(shell, &peers, &data));
    Ok(rows)
}

/// Runs a bench and reads the rows that it wrote to its file.
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
