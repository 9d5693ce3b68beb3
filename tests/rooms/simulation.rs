//! Simulation: from a scenario to strategies compared, by the command that ships.

use std::path::Path;
use std::process::{Command, Output};

const SCENARIO: &str = r#"
hours = 200
warm_up = 5
queues = ["presale", "returns"]
[[kinds]]
name = "size"
queue = "presale"
per_hour = [60, 100]
work = { log_normal = { mean = 176, median = 107 } }
patience = { exponential = { mean = 120 } }
[[kinds]]
name = "return"
queue = "returns"
per_hour = [40]
work = { exponential = { mean = 240 } }
[[teams]]
name = "presale"
agents = 6
queues = ["presale"]
[[teams]]
name = "returns"
agents = 3
queues = ["returns"]
pace = [1, 0.7]
"#;

fn simulate(folder: &Path, scenario: &str, flags: &[&str]) -> Output {
    std::fs::write(folder.join("scenario.toml"), scenario).unwrap();
    Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(["simulate", "scenario.toml", "--json", "out.json"])
        .args(flags)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Mean and interval of a figure of a strategy; `list` is `figures` or `above_first`.
fn figure(json: &serde_json::Value, strategy: usize, list: &str, figure: &str) -> [f64; 3] {
    let all = json[strategy][1][list].as_array().unwrap();
    let found = all.iter().find(|pair| pair[0] == figure).unwrap();
    ["value", "low", "high"].map(|end| found[1][end].as_f64().unwrap())
}

#[test]
fn a_model_beats_chance_and_its_reach_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let output =
            simulate(folder.path(), SCENARIO, &["--strategies", "random,model:0.9,right", "--runs", "6"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), std::fs::read(folder.path().join("out.json")).unwrap())
    };
    let (said, bytes) = run();
    assert!(
        said.contains("against random, on the same requests") && said.contains("means of 6 runs"),
        "{said}"
    );
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    for measure in ["mean_wait", "transfers"] {
        // Not by chance: the interval of the difference does not reach 0, nor the intervals each other.
        let [_, _, high] = figure(&json, 1, "above_first", measure);
        assert!(high < 0.0, "{measure}: {said}");
        assert!(figure(&json, 1, "figures", measure)[2] < figure(&json, 0, "figures", measure)[1], "{said}");
    }
    assert_eq!(figure(&json, 2, "figures", "transfers"), [0.0; 3]);
    assert_eq!(figure(&json, 0, "above_first", "mean_wait"), [0.0; 3]);
    assert_eq!(run(), (said, bytes), "not the same twice");
}

#[test]
fn a_policy_file_is_a_strategy() {
    let folder = tempfile::tempdir().unwrap();
    let policy = r#"
intents = "kind"
default_queue = "presale"
queues = [{ name = "presale", skills = [{ skill = "size" }] }, { name = "returns", skills = [{ skill = "return" }] }]
"#;
    std::fs::write(folder.path().join("p.toml"), policy).unwrap();
    let output = simulate(folder.path(), SCENARIO, &["--strategies", "random,policy:p.toml", "--runs", "2"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("out.json")).unwrap()).unwrap();
    // A scenario that says nothing of a model takes every request for what it is.
    assert_eq!(figure(&json, 1, "figures", "misroutes"), [0.0; 3]);
    std::fs::write(folder.path().join("p.toml"), policy.replace("returns", "elsewhere")).unwrap();
    check_refused_in(folder.path(), SCENARIO, &["--strategies", "policy:p.toml"], "requests to `elsewhere`");
}

#[test]
fn opening_hours_are_those_of_the_scenarios_own_midnight() {
    let folder = tempfile::tempdir().unwrap();
    let policy = r#"
intents = "kind"
default_queue = "returns"
closed = "returns"
hours = [{ name = "shop", zone = "Asia/Shanghai", open = [{ days = "mon-fri", from = "09:00", to = "18:00" }] }]
queues = [{ name = "presale", skills = [{ skill = "size" }], hours = "shop" }, { name = "returns", skills = [{ skill = "return" }] }]
filters = [{ name = "rich", when = "cart_value > 100", targets = [{ queues = ["returns"] }] }, { name = "all" }]
"#;
    std::fs::write(folder.path().join("p.toml"), policy).unwrap();
    // Five days, Monday to Friday; who asks about sizes comes from nine to six.
    let scenario = SCENARIO.replace("hours = 200", "hours = 120").replace(
        "per_hour = [60, 100]",
        &format!("per_hour = {:?}", [[0; 9], [40; 9], [0; 9]].concat()[..24].to_vec()),
    );
    let flags = ["--strategies", "policy:p.toml", "--runs", "2"];
    let misrouted = |start: &str| {
        let output = simulate(folder.path(), &format!("start = \"{start}\"\n{scenario}"), &flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with("p.toml: a simulation knows nothing of `cart_value`:"), "{said}");
        let json = std::fs::read(folder.path().join("out.json")).unwrap();
        figure(&serde_json::from_slice(&json).unwrap(), 0, "figures", "misroutes")[0]
    };
    assert_eq!(misrouted("2026-03-02T00:00:00+08:00"), 0.0);
    assert!(misrouted("2026-03-02T00:00:00Z") > 0.2);
    check_refused_in(folder.path(), &scenario, &flags, "say when hour 0 of the scenario is");
    check_refused_in(
        folder.path(),
        &format!("start = \"soon\"\n{scenario}"),
        &flags,
        "start \"soon\" is no moment",
    );
    let nothing = scenario.replace("40", "0");
    check_refused_in(folder.path(), &nothing, &flags, "nothing comes");
}

#[test]
fn a_scenario_in_json_is_the_same_and_its_report_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let toml: toml::Value = toml::from_str(SCENARIO).unwrap();
    std::fs::write(folder.path().join("same.json"), serde_json::to_string(&toml).unwrap()).unwrap();
    let flags = ["--strategies", "random,right", "--runs", "2"];
    let said = simulate(folder.path(), SCENARIO, &flags).stdout;
    let output = Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(["simulate", "same.json", "--report", "floor.html", "--lang", "zh"])
        .args(flags)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.stdout, said, "{}", String::from_utf8_lossy(&output.stderr));
    let report = std::fs::read_to_string(folder.path().join("floor.html")).unwrap();
    assert!(report.contains("<svg") && report.contains("平均等待") && report.contains("random"), "{report}");
    assert!(
        !report.contains("http://") && !report.contains("https://") && !report.contains("src="),
        "{report}"
    );
}

#[track_caller]
fn check_refused(scenario: &str, flags: &[&str], says: &str) {
    let folder = tempfile::tempdir().unwrap();
    check_refused_in(folder.path(), scenario, flags, says);
    assert!(!folder.path().join("out.json").exists());
}

#[track_caller]
fn check_refused_in(folder: &Path, scenario: &str, flags: &[&str], says: &str) {
    let output = simulate(folder, scenario, flags);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("floorwalker: ") && message.contains(says), "{message}");
}

#[test]
fn a_scenario_that_makes_no_sense_is_refused() {
    check_refused(SCENARIO, &["--strategies", "rihgt"], "there is no strategy `rihgt`; name right,");
    check_refused(SCENARIO, &["--strategies", "model:2"], "write model: and a share from 0 to 1");
    check_refused(&SCENARIO.replace("agents = 3", "agents = 0"), &[], "no agent serves queue `returns`");
    check_refused(&SCENARIO.replace("warm_up", "warmup"), &[], "unknown field `warmup`");
    check_refused(
        &SCENARIO.replace("hours = 200", "hours = -1"),
        &[],
        "scenario.toml: hours must be above 0",
    );
}
