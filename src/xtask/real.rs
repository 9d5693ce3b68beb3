//! `cargo xtask bench --real`: each store in `tests/data`, trained and measured on its held-out data.
//!
//! The data stays outside the repository: `FLOORWALKER_DATA` names its folder, `../shared/data` unless it is set.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::demo;
use crate::shell::Shell;

/// What is asked of a figure.
enum Bound {
    AtLeast(f64),
    AtMost(f64),
    None,
}

use Bound::{AtLeast, AtMost};

/// Store, head, metric in its report, bound.
const HELD_OUT: [(&str, &str, &str, Bound); 9] = [
    ("online_shoppers", "purchase", "auc", AtLeast(0.925)),
    ("online_shoppers", "purchase", "log_loss", AtMost(0.240)),
    ("online_shoppers", "purchase_without_page_values", "auc", Bound::None),
    ("online_shoppers", "purchase_without_page_values", "log_loss", Bound::None),
    ("banking77", "intent", "accuracy", AtLeast(0.905)),
    ("banking77", "intent", "expected_calibration_error", Bound::None),
    ("bitext_8k", "intent", "accuracy", Bound::None),
    ("bitext_20k", "intent", "accuracy", Bound::None),
    ("smp2020_zh", "intent", "accuracy", AtLeast(0.93)),
];

/// Store and the most bytes and seconds that it may take.
const COST: [(&str, Option<f64>, Option<f64>); 6] = [
    ("online_shoppers", None, None),
    ("online_shoppers_once", None, Some(5.0)),
    ("banking77", Some(1.5e6), Some(30.0)),
    ("bitext_8k", None, None),
    ("bitext_20k", None, None),
    ("smp2020_zh", None, None),
];

/// Trained on one release, measured on the other: the honest figure for data made from templates.
const CROSS: [(&str, &str, &str); 2] = [
    ("bitext_8k", "bitext_20k", "bitext_20k_TrainingdatasetBitextsample.csv"),
    ("bitext_20k", "bitext_8k", "bitext_8k_Customer_Service_Training_Dataset.csv"),
];

/// Trains and measures everything; one row a figure.
pub(crate) fn measure(shell: &Shell) -> Result<Vec<Value>> {
    let data = std::env::var_os("FLOORWALKER_DATA").map_or_else(|| shell.at("../shared/data"), PathBuf::from);
    ensure!(
        data.is_dir(),
        "{} is not there: set FLOORWALKER_DATA to the folder with the data sets that README.md names",
        data.display()
    );
    let data = data.canonicalize().context("FLOORWALKER_DATA")?;
    let work = shell.at("target/real");
    std::fs::create_dir_all(&work).with_context(|| format!("could not make {}", work.display()))?;
    let floorwalker = |args: &[&str]| -> Result<()> {
        let mut command = shell.command(&demo::trainer(shell)?.to_string_lossy());
        shell.run(command.args(args).env("FLOORWALKER_DATA", &data).current_dir(&work))
    };
    let mut rows = Vec::new();
    let mut row = |name: String, value: f64, unit: &str, bound: &Bound| {
        let (bound, holds) = match *bound {
            AtLeast(least) => (json!(least), json!(value >= least)),
            AtMost(most) => (json!(most), json!(value <= most)),
            Bound::None => (Value::Null, Value::Null),
        };
        rows.push(json!({ "name": name, "value": value, "unit": unit, "bound": bound, "holds": holds }));
    };
    let read = |file: String| -> Result<Value> {
        let text = std::fs::read_to_string(work.join(&file)).with_context(|| file.clone())?;
        serde_json::from_str(&text).context(file)
    };
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
        let report = read(report)?;
        for (_, head, metric, bound) in HELD_OUT.iter().filter(|(of, ..)| *of == store) {
            let found = report["heads"]
                .as_array()
                .and_then(|heads| heads.iter().find(|found| found["head"] == *head));
            let value = found.and_then(|found| found["report"][*metric].as_f64());
            row(
                format!("{store}: {head}, {metric}"),
                value.with_context(|| format!("no {metric} of {head}"))?,
                "",
                bound,
            );
        }
        routed(&report, store, &mut row);
        let at_most = |bound: Option<f64>| bound.map_or(Bound::None, AtMost);
        row(
            format!("{store}: bundle"),
            report["bytes"].as_f64().unwrap_or(f64::NAN),
            "B",
            &at_most(most_bytes),
        );
        row(format!("{store}: train, wall"), seconds, "s", &at_most(most_seconds));
    }
    for (from, to, file) in CROSS {
        let toml = shell.at(&format!("tests/data/{to}.toml"));
        let (bundle, table, report) =
            (format!("{from}.fwb"), data.join("bitext").join(file), format!("{from}-{to}.json"));
        let (toml, table) = (toml.to_string_lossy(), table.to_string_lossy());
        floorwalker(&["evaluate", &bundle, &table, "--store", &toml, "--json", &report, "--quiet"])?;
        let report = read(report)?;
        let accuracy = report["heads"][0]["report"]["accuracy"].as_f64().context("no accuracy")?;
        row(format!("{from} → {to}: intent, accuracy"), accuracy, "", &Bound::None);
        routed(&report, &format!("{from} → {to}"), &mut row);
    }
    Ok(rows)
}

/// Rows for where requests went, when there is a policy.
fn routed(report: &Value, name: &str, row: &mut impl FnMut(String, f64, &str, &Bound)) {
    let count = |what: &str| report["routed"][what].as_f64();
    let (Some(right), Some(wrong), Some(abstained)) = (count("right"), count("wrong"), count("abstained"))
    else {
        return;
    };
    let n = (right + wrong + abstained).max(1.0);
    row(format!("{name}: sent to the right queue"), right / n, "", &Bound::None);
    row(format!("{name}: misrouted"), wrong / n, "", &Bound::None);
    row(format!("{name}: abstained"), abstained / n, "", &Bound::None);
}
