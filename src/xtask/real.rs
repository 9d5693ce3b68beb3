//! `cargo xtask bench --real`: trains each store in `tests/data`, and measures it on its held-out data, beside the figures of other
//! libraries on the same rows.
//!
//! The data stays outside the repository: `FLOORWALKER_DATA` names its folder, `../shared/data` unless it is set.
//!
//! Not here: the other libraries (`peers`), time to fit (`turns`).

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::peers::{self, Golden};
use crate::row::Bound::{self, AtLeast, AtMost};
use crate::row::{beside, row};
use crate::shell::Shell;
use crate::trainer;

/// Store, index of the head in it, metric in its report, and bound. The peers have figures for the first head only.
const HELD_OUT: [(&str, usize, &str, Bound); 11] = [
    ("online_shoppers", 0, "auc", AtLeast(0.9340)),
    ("online_shoppers", 0, "log_loss", AtMost(0.2223)),
    ("online_shoppers", 0, "best_f1", AtLeast(0.695)),
    ("online_shoppers", 1, "auc", Bound::None),
    ("online_shoppers", 1, "log_loss", Bound::None),
    ("banking77", 0, "accuracy", AtLeast(0.920)),
    ("banking77", 0, "expected_calibration_error", Bound::None),
    ("bitext_8k", 0, "accuracy", Bound::None),
    ("bitext_20k", 0, "accuracy", Bound::None),
    ("smp2020_zh", 0, "accuracy", AtLeast(0.946)),
    ("waimai_zh", 0, "accuracy", AtLeast(0.900)),
];

/// Store, and upper bounds on the bytes of its bundle and on the seconds of training.
const COST: [(&str, Option<f64>, Option<f64>); 7] = [
    ("online_shoppers", None, None),
    ("online_shoppers_once", None, Some(5.0)),
    ("banking77", Some(1e6), Some(30.0)),
    ("bitext_8k", None, None),
    ("bitext_20k", None, None),
    ("smp2020_zh", None, None),
    ("waimai_zh", None, None),
];

/// Store trained on one release of a data set, store that reads the other, and the file to measure on. Both releases were made from
/// templates, so a test set from the same release would flatter.
const CROSS: [(&str, &str, &str); 2] = [
    ("bitext_8k", "bitext_20k", "bitext_20k_TrainingdatasetBitextsample.csv"),
    ("bitext_20k", "bitext_8k", "bitext_8k_Customer_Service_Training_Dataset.csv"),
];

/// The folder of the data sets.
pub(crate) fn data(shell: &Shell) -> Result<PathBuf> {
    let data = std::env::var_os("FLOORWALKER_DATA").map_or_else(|| shell.at("../shared/data"), PathBuf::from);
    ensure!(
        data.is_dir(),
        "{} is not there: set FLOORWALKER_DATA to the folder with the data sets that docs/benchmarks.md names",
        data.display()
    );
    let work = shell.at("target/real");
    std::fs::create_dir_all(&work).with_context(|| format!("could not make {}", work.display()))?;
    data.canonicalize().context("FLOORWALKER_DATA")
}

/// Trains and measures every store; returns one row for each figure.
pub(crate) fn measure(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let work = shell.at("target/real");
    let trainer = trainer::release(shell)?.to_string_lossy().into_owned();
    let floorwalker = |args: &[&str]| -> Result<()> {
        shell.run(shell.command(&trainer).args(args).env("FLOORWALKER_DATA", data).current_dir(&work))
    };
    let golden = Golden::read(shell, "quality")?;
    let mut rows = Vec::new();
    for (store, most_bytes, most_seconds) in COST {
        let toml = shell.at(&format!("tests/data/{store}.toml"));
        let (out, report) = (format!("{store}.fwb"), format!("{store}.json"));
        let began = Instant::now();
        floorwalker(&[
            "train",
            &toml.to_string_lossy(),
            "--out",
            &out,
            "--json",
            &report,
            "--quiet",
            "--no-report",
        ])?;
        let seconds = began.elapsed().as_secs_f64();
        let report = read(&work.join(report))?;
        for (_, at, metric, bound) in HELD_OUT.iter().filter(|(of, ..)| *of == store) {
            let head = &report["heads"][at];
            let name = head["head"].as_str().with_context(|| format!("{store} has no head {at}"))?;
            let value = figure(&head["report"], metric).with_context(|| format!("no {metric} of {name}"))?;
            let peer = if *at == 0 { golden.peer(&format!("{store}: {metric}")) } else { None };
            rows.push(beside(&format!("{store}: {name}, {metric}"), value, "", *bound, peer));
        }
        rows.extend(routed(&report, store));
        let at_most = |bound: Option<f64>| bound.map_or(Bound::None, AtMost);
        let bytes = report["bytes"].as_f64().unwrap_or(f64::NAN);
        rows.push(row(&format!("{store}: bundle"), bytes, "B", at_most(most_bytes)));
        rows.push(row(&format!("{store}: train, wall"), seconds, "s", at_most(most_seconds)));
        if store == "online_shoppers_once" {
            let auc = figure(&report["heads"][0]["report"], "auc").context("no auc")?;
            rows.extend(peers::bytes(shell, &golden, &work.join(out), auc)?);
        }
    }
    for (from, to, file) in CROSS {
        let toml = shell.at(&format!("tests/data/{to}.toml"));
        let (bundle, table, report) =
            (format!("{from}.fwb"), data.join("bitext").join(file), format!("{from}-{to}.json"));
        let (toml, table) = (toml.to_string_lossy(), table.to_string_lossy());
        floorwalker(&["evaluate", &bundle, &table, "--store", &toml, "--json", &report, "--quiet"])?;
        let report = read(&work.join(report))?;
        let accuracy = report["heads"][0]["report"]["accuracy"].as_f64().context("no accuracy")?;
        rows.push(row(&format!("{from} → {to}: intent, accuracy"), accuracy, "", Bound::None));
        rows.extend(routed(&report, &format!("{from} → {to}")));
    }
    Ok(rows)
}

pub(crate) fn read(file: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

/// A metric of a report; if it is an object, as for the best F1, its key `f1`.
fn figure(report: &Value, metric: &str) -> Option<f64> {
    let found = &report[metric];
    found.as_f64().or_else(|| found["f1"].as_f64())
}

/// Rows for the shares of requests that were routed right, routed wrong, or abstained on, if the report has a policy.
fn routed(report: &Value, name: &str) -> Vec<Value> {
    let count = |what: &str| report["routed"][what].as_f64();
    let (Some(right), Some(wrong), Some(abstained)) = (count("right"), count("wrong"), count("abstained"))
    else {
        return Vec::new();
    };
    let n = (right + wrong + abstained).max(1.0);
    let share = |what: &str, part: f64| row(&format!("{name}: {what}"), part / n, "", Bound::None);
    vec![share("sent to the right queue", right), share("misrouted", wrong), share("abstained", abstained)]
}
