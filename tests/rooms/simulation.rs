//! Simulation: from a scenario to a comparison of strategies, by the command that ships.

use crate::terminal::{Terminal, refusals};
use std::path::Path;
use std::process::{Command, Output};

const SCENARIO: &str = r#"
hours = 200
warm_up = 5
queues = ["presale", "returns"]
[[kinds]]
name = "size"
queue = "presale"
per_hour = 80
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
        said.contains("difference to random, on the same requests") && said.contains("means of 6 runs"),
        "{said}"
    );
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    for measure in ["mean_wait", "transfers"] {
        // The difference is significant: its interval does not include 0, and the two intervals do not overlap.
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
    // Without `taken_for` in the scenario, every request is classified correctly.
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
    // Five days, Monday to Friday; requests about sizes come from nine to six.
    let scenario = SCENARIO.replace("hours = 200", "hours = 120").replace(
        "per_hour = 80",
        &format!("per_hour = {:?}", [[0; 9], [40; 9], [0; 9]].concat()[..24].to_vec()),
    );
    let flags = ["--strategies", "policy:p.toml", "--runs", "2"];
    let misrouted = |start: &str| {
        let output = simulate(folder.path(), &format!("start = \"{start}\"\n{scenario}"), &flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with("p.toml: a simulation has no value of `cart_value`;"), "{said}");
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
        "start \"soon\" is not a time",
    );
    let nothing = scenario.replace("40", "0");
    check_refused_in(folder.path(), &nothing, &flags, "no request ever arrives");
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
fn check_refused_in(folder: &Path, scenario: &str, flags: &[&str], says: &str) {
    let output = simulate(folder, scenario, flags);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("floorwalker: ") && message.contains(says), "{message}");
}

#[test]
fn a_scenario_that_makes_no_sense_is_refused() {
    let slip = |what, from: &str, to: &str| (what, SCENARIO.replace(from, to));
    let slips = [
        slip("12 rates", "per_hour = 80", "per_hour = [0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100]"),
        slip("a break that ends before it begins", "pace = [1, 0.7]", "breaks = [[12, 11]]"),
        slip("a shift that ends before it begins", "pace = [1, 0.7]", "shifts = [[18, 8]]"),
        slip("shifts that overlap", "pace = [1, 0.7]", "shifts = [[8, 12], [11, 18]]"),
        slip("a queue without agents", "agents = 3", "agents = 0"),
        slip("a misspelt key", "warm_up", "warmup"),
        slip("hours below 0", "hours = 200", "hours = -1"),
    ];
    let said = refusals(&[], "scenario.toml", &slips, "floorwalker simulate scenario.toml --json out.json");
    insta::assert_snapshot!("a_scenario_that_makes_no_sense", said);
    let terminal = Terminal::with(&[("scenario.toml", SCENARIO)]);
    let said = terminal.run_all(&[
        "floorwalker simulate scenario.toml --strategies rihgt",
        "floorwalker simulate scenario.toml --strategies model:2",
    ]);
    insta::assert_snapshot!("a_strategy_that_is_none", said);
}

#[test]
fn times_may_be_written_short_and_what_is_no_time_is_refused_in_the_files_words() {
    let said = |work: &str| {
        let folder = tempfile::tempdir().unwrap();
        let scenario = SCENARIO.replace("work = { exponential = { mean = 240 } }", &format!("work = {work}"));
        let output = simulate(folder.path(), &scenario, &["--strategies", "right", "--runs", "2"]);
        assert!(output.status.success(), "{work}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    assert_eq!(said("240"), said("{ fixed = { seconds = 240 } }"));
    assert_eq!(said("{ fixed = 240.0 }"), said("240"));
    assert_eq!(said("{ exponential = 240 }"), said("{ exponential = { mean = 240 } }"));
    assert_eq!(said("{ each = [100, 200] }"), said("{ each = { seconds = [100, 200] } }"));
    let work = |what, work: &str| {
        (what, SCENARIO.replace("work = { exponential = { mean = 240 } }", &format!("work = {work}")))
    };
    let slip = |what, from: &str, to: &str| (what, SCENARIO.replace(from, to));
    let slips = [
        work("a time that is text", "\"240\""),
        work("a time that is neither", "true"),
        work("seconds that are text", "{ fixed = \"240\" }"),
        work("a median where a mean belongs", "{ exponential = { median = 240 } }"),
        work("one number where two belong", "{ log_normal = 240 }"),
        work("one of two numbers", "{ log_normal = { mean = 240 } }"),
        work("a distribution that is none", "{ gamma = 240 }"),
        work("two distributions", "{ fixed = 1, exponential = 2 }"),
        work("an empty time", "{}"),
        work("a time below 0", "-1"),
        slip("a start that is no moment", "hours = 200", "hours = 200\nstart = true"),
        slip("a rate that is text", "per_hour = 80", "per_hour = \"80\""),
        slip(
            "a team that is a number",
            "[[teams]]\nname = \"presale\"\nagents = 6\nqueues = [\"presale\"]\n",
            "teams = [3]\n",
        ),
        slip("a surge that is a number", "hours = 200", "hours = 200\nsurges = [3]"),
        slip("a repeat that is a number", "hours = 200", "hours = 200\nrepeat = 3"),
    ];
    let said = refusals(&[], "scenario.toml", &slips, "floorwalker simulate scenario.toml");
    assert!(!said.contains("Def") && !said.contains("untagged"), "names of Rust's types: {said}");
    insta::assert_snapshot!(said);
}

#[test]
fn arrivals_on_the_hour_and_work_of_an_hour_leave_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let arrivals: Vec<u32> = (1..24).map(|hour| 3_600 * hour).collect();
    let scenario = format!(
        "hours = 24\nmisroute = 0\nqueues = [\"replayer\"]\n[[kinds]]\nname = \"hourly\"\nqueue = \"replayer\"\narrivals = \
         {arrivals:?}\nwork = {{ fixed = 3600 }}\n[[teams]]\nname = \"one\"\nagents = 1\nqueues = [\"replayer\"]\n"
    );
    let output = simulate(folder.path(), &scenario, &["--strategies", "right", "--runs", "2"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = read(folder.path());
    assert_eq!(figure(&json, 0, "figures", "asa"), [0.0; 3]);
    assert_eq!(figure(&json, 0, "figures", "occupancy"), [23.0 / 24.0; 3]);
    assert_eq!(json[0][1]["overloads"], serde_json::json!([]));
}

fn read(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join("out.json")).unwrap()).unwrap()
}

#[test]
fn a_service_level_can_be_read_by_queue_kind_and_hour() {
    let folder = tempfile::tempdir().unwrap();
    let day = format!("per_hour = {:?}", [[0; 8], [60; 8], [0; 8]].concat());
    let scenario = SCENARIO.replace("per_hour = 40", &day).replace("per_hour = [40]", &day);
    let output = simulate(folder.path(), &scenario, &["--strategies", "random,right", "--runs", "3"]);
    let said = String::from_utf8(output.stdout).unwrap();
    for table in ["by queue", "by kind", "by hour"]
        .map(|part| format!("{part}: share answered within 20 s, and mean wait"))
    {
        assert!(said.contains(&table), "{said}");
    }
    let json = read(folder.path());
    let parts = |what: &str| json[1][1][what].as_array().unwrap().clone();
    let level = |part: &serde_json::Value| part["figures"][0][1]["value"].as_f64();
    for what in ["queues", "kinds"] {
        assert_eq!(parts(what).len(), 2);
        assert!(parts(what).iter().all(|part| level(part).is_some_and(|level| level > 0.1)), "{json}");
    }
    // If all requests go to the right queue, the figures of a queue are those of its kind.
    assert_eq!(level(&parts("queues")[0]), level(&parts("kinds")[0]));
    let hours = parts("hours");
    assert_eq!((hours.len(), &hours[8]["name"]), (24, &serde_json::json!("08:00")));
    assert!(hours[12]["came"].as_f64() > hours[2]["came"].as_f64(), "{hours:?}");
}

#[test]
fn an_overloaded_floor_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = SCENARIO.replace("agents = 3", "agents = 1").replace("pace = [1, 0.7]", "");
    let output = simulate(folder.path(), &scenario, &["--strategies", "right", "--runs", "3"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains(
            "overloaded: `returns` needs the work of 2.7 agents, and `returns` can do that of 1.0 (load 2.67)"
        ),
        "{said}"
    );
    assert!(said.contains("under right the waiting lines were still growing:"), "{said}");
    let json = read(folder.path());
    assert_eq!(json[0][1]["overloads"][0]["queues"], serde_json::json!(["returns"]));
    assert_eq!(json[0][1]["backlog"]["is_growing"], true);
    let quiet = simulate(folder.path(), SCENARIO, &["--strategies", "right", "--runs", "3"]);
    let said = String::from_utf8(quiet.stdout).unwrap();
    assert!(!said.contains("overloaded") && !said.contains("growing"), "{said}");
}

#[test]
fn groups_are_compared_with_a_sign_and_who_is_worse_off_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let grouped = SCENARIO
        .replace("name = \"size\"", "name = \"size\"\ngroup = \"new\"")
        .replace("name = \"return\"", "name = \"return\"\ngroup = \"regular\"");
    let output = simulate(folder.path(), &grouped, &["--strategies", "right", "--runs", "4"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("groups of shoppers under right: the difference of each to all others together"),
        "{said}"
    );
    let json = read(folder.path());
    let group = |at: usize| json[0][1]["groups"][at].clone();
    let by = |at: usize| group(at)["above_others"][1][1]["value"].as_f64().unwrap();
    // With two groups, their differences from each other are equal with opposite signs.
    assert!((by(0) + by(1)).abs() < 1e-9 && by(0) != 0.0, "{json}");
    let worse = |at: usize| group(at)["worse_off"].as_array().unwrap().clone();
    // Shoppers who ask about sizes leave after two minutes on average, and those who return something never leave.
    assert!(worse(0).contains(&"abandonment".into()) && !worse(1).contains(&"abandonment".into()), "{json}");
    assert!(worse(0).iter().all(|figure| !worse(1).contains(figure)), "{json}");
    assert!(said.contains("worse off: new ("), "{said}");
}

#[test]
fn seeds_beside_each_other_share_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = |seed: &str| {
        let flags = ["--strategies", "right", "--runs", "5", "--seed", seed];
        assert!(simulate(folder.path(), SCENARIO, &flags).status.success());
        read(folder.path())[0][1]["seeds"].as_array().unwrap().clone()
    };
    let (one, two) = (seeds("7"), seeds("8"));
    assert!(one.len() == 5 && one.iter().all(|seed| !two.contains(seed)), "{one:?} {two:?}");
}
