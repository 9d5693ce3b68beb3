//! Policies through the command that ships: checked, used for decisions, evaluated, promoted.

use crate::terminal::{Terminal, refusals};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

/// Runs the command in `folder`; returns its exit code, its standard output and its standard error.
fn floorwalker(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

const RUNNING: &str = r#"
version = "1"
intents = "intent"
default_queue = "general"
strategy = "random"

[[queues]]
name = "phones"
skills = [{ skill = "compatibility" }]
[[queues]]
name = "returns"
skills = [{ skill = "returns" }]
[[queues]]
name = "general"
skills = [{ skill = "compatibility", proficiency = 0.2 }, { skill = "returns", proficiency = 0.2 }, { skill = "price" }]
"#;

/// The pages, and the right queue for shoppers on each.
const PAGES: [&str; 3] = ["orders", "product", "cart"];
const RIGHT: [&str; 3] = ["returns", "phones", "general"];

/// Trains a bundle that predicts intents from the page, and routes at random.
fn trained(folder: &Path) {
    let rows: String = (0..600)
        .map(|row: usize| {
            let page = if row.is_multiple_of(10) { "home" } else { PAGES[row % 3] };
            format!("{page},{}\n", ["returns", "compatibility", "price"][row % 3])
        })
        .collect();
    std::fs::write(folder.join("requests.csv"), format!("page,intent\n{rows}")).unwrap();
    std::fs::write(folder.join("running.toml"), RUNNING).unwrap();
    let store = "name = \"shop\"\npolicy_file = \"running.toml\"\n[data]\ntable = \"requests.csv\"\n[[heads]]\nname = \"intent\"\nlabel = \"intent\"\nmodel = \"logistic\"\n";
    std::fs::write(folder.join("store.toml"), store).unwrap();
    let (code, _, complaint) =
        floorwalker(folder, &["train", "store.toml", "--out", "shop.fwb", "--no-report", "--quiet"]);
    assert_eq!(code, 0, "{complaint}");
}

#[test]
fn a_policy_is_checked_with_line_fix_and_proof() {
    let unused = RUNNING.replace("strategy", "threshold = 0.5\nstrategy");
    let terminal = Terminal::with(&[
        ("right.toml", RUNNING),
        ("unused.toml", &unused),
        ("nobody.toml", &RUNNING.replace("default_queue = \"general\"", "default_queue = \"nobody\"")),
        ("colour.toml", "intents = \"intent\"\ndefault_queue = \"a\"\ncolour = \"red\"\n"),
    ]);
    let said = terminal.run_all(&[
        "floorwalker policy check right.toml --strict --on 2026-11-30",
        "floorwalker policy check unused.toml --strict --on 2026-11-30",
        "floorwalker policy check unused.toml --on 2026-11-30",
        "floorwalker policy check nobody.toml --on 2026-11-30",
        "floorwalker policy check colour.toml --on 2026-11-30",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn a_policy_names_only_what_its_bundle_has() {
    let folder = tempfile::tempdir().unwrap();
    trained(folder.path());
    let filter = "\n[[filters]]\nname = \"x\"\nwhen = \"basket > 3\"\n";
    std::fs::write(folder.path().join("new.toml"), format!("{RUNNING}{filter}")).unwrap();
    let check =
        |more: &[&str]| floorwalker(folder.path(), &[&["policy", "check", "new.toml"], more].concat());
    assert_eq!(check(&[]).0, 0);
    let (code, said, _) = check(&["--bundle", "shop.fwb"]);
    assert_eq!(code, 1);
    let wanted = "new.toml:19:1: error[condition_unknown]: policy: filters[0].when: a condition is not valid at `basket`";
    assert!(said.contains(wanted), "{said}");
}

#[test]
fn a_misspelt_skill_is_found_with_the_bundle() {
    let folder = tempfile::tempdir().unwrap();
    trained(folder.path());
    let slip = RUNNING.replace("[{ skill = \"returns\" }]", "[{ skill = \"retruns\" }]");
    std::fs::write(folder.path().join("slip.toml"), slip).unwrap();
    let (code, said, _) =
        floorwalker(folder.path(), &["policy", "check", "slip.toml", "--bundle", "shop.fwb"]);
    assert_eq!(code, 0);
    let wanted = "slip.toml:12:13: warning[skill_unasked]: queue `returns`: no intent and no requirement needs skill `retruns`; \
                  did you mean `returns`?";
    assert!(said.contains(wanted), "{said}");
}

#[test]
fn a_language_that_nobody_speaks_is_a_finding_and_no_proof() {
    let folder = tempfile::tempdir().unwrap();
    let text = "intents = \"intent\"\ndefault_queue = \"a\"\nlanguage = { from = \"lang\", required = true }\n\
                [[queues]]\nname = \"a\"\nlanguages = [\"en\", \"zh\"]\n[[filters]]\nname = \"all\"\n";
    std::fs::write(folder.path().join("policy.toml"), text).unwrap();
    let (code, said, _) = floorwalker(folder.path(), &["policy", "check", "policy.toml", "--strict"]);
    assert_eq!(code, 1);
    let wanted = "policy.toml:7:1: warning[left_nobody]: filter `all`: a request of intent `any other` in a language that no queue speaks, \
         0 s old goes to the default queue `a` from then on: none of its queues may take it, and no overflow can; ";
    assert!(said.contains(wanted) && said.contains("\nnot proven: "), "{said}");
}

#[test]
fn hours_are_looked_at_from_a_day_on_and_a_date_has_hours_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let hours = "[[hours]]\nname = \"shop\"\nzone = \"Europe/Berlin\"\n\
                 open = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]\n\
                 special = [{ date = \"2026-12-24\", from = \"09:00\", to = \"13:00\" }]\n";
    std::fs::write(
        folder.path().join("policy.toml"),
        format!(
            "{}{hours}",
            RUNNING.replace(
                "\n[[queues]]\nname = \"returns\"",
                "\nhours = \"shop\"\n[[queues]]\nname = \"returns\""
            )
        ),
    )
    .unwrap();
    let check =
        |on: &str| floorwalker(folder.path(), &["policy", "check", "policy.toml", "--strict", "--on", on]);
    let (code, said, complaint) = check("2026-12-24");
    assert_eq!(code, 0, "{said}{complaint}");
    assert!(said.contains("at every minute from 2026-12-24 to 2028-12-24"), "{said}");
    let (code, said, _) = check("2026-12-25");
    assert_eq!(code, 1);
    let wanted =
        "policy.toml:21:1: warning[dates_past]: hours `shop`: all dates of `special` are before 2026-12-25; ";
    assert!(said.contains(wanted), "{said}");
    let (code, _, complaint) = check("tomorrow");
    assert!(
        code == 2 && complaint.contains("`tomorrow` is not a date; write it as 2026-12-25"),
        "{complaint}"
    );

    // Decisions follow the special hours: open at 12:59 in Berlin on the 24th, closed at 13:00, and open at 13:00 a day earlier.
    trained(folder.path());
    let berlin = |minute: i64| (20_811 * 1_440 + minute - 60) * 60_000;
    let requests: String =
        [779, 780, 780 - 1_440].map(|at| format!("{{\"now\": {}}}\n", berlin(at))).concat();
    std::fs::write(folder.path().join("requests.jsonl"), requests).unwrap();
    let (code, said, complaint) =
        floorwalker(folder.path(), &["route", "shop.fwb", "requests.jsonl", "--policy", "policy.toml"]);
    assert_eq!(code, 0, "{complaint}");
    let standing = |line: &str| {
        let decision: Value = serde_json::from_str(line).unwrap();
        let ranking = decision["ranking"].as_array().unwrap().clone();
        ranking.into_iter().find(|ranked| ranked["queue"] == "phones").unwrap()["standing"].clone()
    };
    let standings: Vec<Value> = said.lines().map(standing).collect();
    assert_eq!(standings, ["candidate", "closed", "candidate"]);
}

#[test]
fn the_policy_to_start_from_is_written_shown_whole_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| floorwalker(folder.path(), args);
    let (code, said, complaint) = run(&["policy", "init"]);
    assert_eq!((code, said.starts_with("wrote policy.toml\n")), (0, true), "{said}{complaint}");
    let (code, _, complaint) = run(&["policy", "init"]);
    assert_eq!((code, complaint.contains("already there")), (1, true), "{complaint}");
    assert_eq!(run(&["policy", "init", "--force"]).0, 0);
    assert_eq!(run(&["policy", "check", "policy.toml", "--strict", "--on", "2026-11-29"]).0, 0);
    // The policy in the help text is valid when it is pasted into a file.
    let help = run(&["policy", "check", "--help"]).1;
    let (_, shown) = help.split_once("(JSON has the same keys):\n\n").unwrap();
    std::fs::write(folder.path().join("pasted.toml"), shown).unwrap();
    let (code, said, complaint) = run(&["policy", "check", "pasted.toml", "--on", "2026-11-29"]);
    assert_eq!(code, 0, "{said}{complaint}");
}

#[test]
fn the_policy_of_a_store_is_found_inside_it_and_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let check = || floorwalker(folder.path(), &["policy", "check", "store.toml"]);
    let store = "name = \"shop\"\nDATA[data]\ntable = \"requests.csv\"\n[[heads]]\nname = \"intent\"\nlabel = \"intent\"\n";
    write("running.toml", &RUNNING.replace("strategy", "threshold = 0.5\nstrategy"));
    write("store.toml", &store.replace("DATA", "policy_file = \"running.toml\"\n"));
    let (code, said, complaint) = check();
    assert_eq!(code, 0, "{complaint}");
    assert!(
        said.starts_with("running.toml:5:1: warning[threshold_unused]: the threshold has no effect"),
        "{said}"
    );

    write("store.toml", &store.replace("DATA", ""));
    let (code, _, complaint) = check();
    assert!(code == 1 && complaint.contains("is a store without a policy"), "{complaint}");
    write(
        "store.toml",
        &store.replace("DATA", "policy_file = \"running.toml\"\n[policy]\nintents = \"i\"\n"),
    );
    let (code, _, complaint) = check();
    assert!(code == 1 && complaint.contains("keep one"), "{complaint}");
}

#[test]
fn what_was_learnt_overwrites_nothing_unless_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let bandit = RUNNING.replace("\"random\"", "{ by = \"lin_ucb\", bandit = { inputs = [] } }");
    std::fs::write(folder.path().join("policy.toml"), &bandit).unwrap();
    let args = ["policy", "learn", "log.jsonl", "--policy", "policy.toml", "--bundle", "shop.fwb", "-o"];
    let learn = |more: &[&str]| floorwalker(folder.path(), &[&args, more].concat());
    let (code, _, complaint) = learn(&["policy.toml"]);
    assert_eq!((code, complaint.contains("policy.toml is already there")), (1, true), "{complaint}");
    assert_eq!(std::fs::read_to_string(folder.path().join("policy.toml")).unwrap(), bandit);
    let (code, _, complaint) = learn(&["policy.toml", "--force"]);
    assert!(
        code == 1 && complaint.contains("log.jsonl") && !complaint.contains("already there"),
        "{complaint}"
    );
}

#[cfg(unix)]
#[test]
fn a_secret_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(floorwalker(folder.path(), &["snapshot", "key", "shop.key"]).0, 0);
    let mode = std::fs::metadata(folder.path().join("shop.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_schema_is_printed() {
    let (code, said, _) = floorwalker(Path::new("."), &["policy", "schema"]);
    let schema: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, schema["title"].as_str()), (0, Some("Floorwalker policy")));
}

/// Writes a log of the running policy: shoppers who are sent to the right queue for their page give a reward.
fn log(folder: &Path) {
    let request =
        |at: usize| json!({ "now": 1.8e12, "seed": [at, 3], "features": { "page": PAGES[at % 3] } });
    let requests: Vec<Value> = (0..900).map(request).collect();
    let text: String = requests.iter().map(|request| format!("{request}\n")).collect();
    std::fs::write(folder.join("requests.jsonl"), text).unwrap();
    let (code, said, complaint) = floorwalker(folder, &["route", "shop.fwb", "requests.jsonl"]);
    assert_eq!(code, 0, "{complaint}");
    let decided = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let line = |(at, (request, decision)): (usize, (Value, Value))| {
        let action = decision["goes_to"].as_str().unwrap().to_owned();
        let ranking = decision["ranking"].as_array().unwrap();
        let chosen = ranking.iter().find(|ranked| ranked["queue"] == action.as_str()).unwrap();
        let right = RIGHT[at % 3];
        let line = json!({
            "context": { "page": PAGES[at % 3] },
            "action": action,
            "propensity": chosen["propensity"],
            "reward": u8::from(action == right),
            "policy_version": "1",
            "request": request,
        });
        format!("{line}\n")
    };
    let lines: String = requests.into_iter().zip(decided).enumerate().map(line).collect();
    std::fs::write(folder.join("log.jsonl"), lines).unwrap();
}

#[test]
fn a_better_policy_is_promoted_into_the_bundle_and_a_worse_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    trained(folder.path());
    log(folder.path());
    let promote = |name: &str, policy: &str| {
        std::fs::write(folder.path().join(name), policy).unwrap();
        let args = [
            "policy",
            "promote",
            "log.jsonl",
            "--policy",
            name,
            "--bundle",
            "shop.fwb",
            "--out",
            "new.fwb",
            "--resamples",
            "300",
        ];
        floorwalker(folder.path(), &args)
    };
    let better = RUNNING.replace("\"1\"", "\"2\"").replace("\"random\"", "\"skills\"");
    let worse = better
        .replace("skill = \"compatibility\" }]", "skill = \"x\" }]")
        .replace("skill = \"returns\" }]", "skill = \"compatibility\" }]")
        .replace("skill = \"x\" }]", "skill = \"returns\" }]");
    let (code, _, complaint) = promote("worse.toml", &worse);
    assert_eq!(code, 1);
    assert!(complaint.contains("the policy is not promoted"), "{complaint}");
    assert!(!folder.path().join("new.fwb").exists());

    let (code, said, complaint) = promote("better.toml", &better);
    assert_eq!(code, 0, "{said}{complaint}");
    assert!(said.contains("wrote new.fwb with policy 2"), "{said}");
    let (code, said, _) = floorwalker(folder.path(), &["route", "new.fwb", "log.jsonl"]);
    assert_eq!(code, 0);
    for (at, line) in said.lines().enumerate() {
        let decision: Value = serde_json::from_str(line).unwrap();
        assert_eq!(decision["goes_to"], RIGHT[at % 3]);
    }
}

#[test]
fn what_cannot_be_decided_on_is_refused_with_its_line() {
    let terminal = Terminal::with(&[]);
    trained(terminal.path());
    let refusal = |request: &str| {
        terminal.write("bad.jsonl", format!("{{}}\n{request}\n"));
        let seen = terminal.run("floorwalker route shop.fwb bad.jsonl");
        // The decision on the first line is not of interest.
        let refused = seen.split_once("2> floorwalker: ").map(|(_, refused)| refused.to_owned());
        format!("# {request}\n{}", refused.unwrap())
    };
    let said = [
        r#"{"features": {"basket": 1}}"#,
        r#"{"heads": {"intent": [1]}}"#,
        r#"{"now": 1, "snapshot": {"asOf": 1e12}}"#,
        r#"{"snapshot": [{"queue": "phones", "waiting": -3}]}"#,
        "{",
    ]
    .map(refusal)
    .join("\n");
    insta::assert_snapshot!(said);
}

#[test]
fn what_a_request_does_not_say_is_the_clock_and_its_line_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    trained(folder.path());
    let hours = RUNNING.to_owned()
        + "hours = \"shop\"\n[[hours]]\nname = \"shop\"\nzone = \"Europe/Berlin\"\nopen = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]\n";
    std::fs::write(folder.path().join("hours.toml"), hours).unwrap();
    let route = |name: &str, text: &str, more: &[&str]| {
        std::fs::write(folder.path().join(name), text).unwrap();
        let (code, said, complaint) =
            floorwalker(folder.path(), &[&["route", "shop.fwb", name], more].concat());
        assert_eq!(code, 0, "{complaint}");
        let decided: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (decided, complaint)
    };
    let clock =
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as f64;
    // A request lives ten minutes, so its expiry shows the time at which it was decided.
    let before = clock();
    let (decided, complaint) = route("new.jsonl", "{}\n", &["--policy", "hours.toml"]);
    let decided_at = decided[0]["expires_at"].as_f64().unwrap() - 600_000.0;
    assert!(before - 1.0 <= decided_at && decided_at <= clock(), "{decided_at}");
    assert!(complaint.contains("new.jsonl: 1 requests have no `now`"), "{complaint}");
    let (decided, complaint) = route("old.jsonl", "{\"requestedAt\": 1.8e12, \"seed\": [1, 2]}\n", &[]);
    assert_eq!((decided[0]["expires_at"].as_f64(), complaint.as_str()), (Some(1.8e12 + 600_000.0), ""));
    // Routing is random: 300 empty requests give 300 different draws, the same ones in every run, and not one draw 300 times.
    let lines = "{\"now\": 1.8e12}\n".repeat(300);
    let (decided, complaint) = route("alike.jsonl", &lines, &[]);
    assert!(complaint.contains("alike.jsonl: 300 requests have no `seed`"), "{complaint}");
    for queue in ["phones", "returns", "general"] {
        let n = decided.iter().filter(|decision| decision["goes_to"] == queue).count();
        // Four standard deviations of 300 draws with probability one third are 33.
        assert!(n.abs_diff(100) <= 33, "{queue}: {n}");
    }
    assert_eq!(route("alike.jsonl", &lines, &[]).0, decided);
}

#[test]
fn a_decision_says_its_priority_and_who_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    trained(folder.path());
    let filters = "[[filters]]\nname = \"orders\"\nwhen = \"intent = returns\"\npriority = 90\n[[filters]]\nname = \"rest\"\n";
    std::fs::write(folder.path().join("first.toml"), format!("{RUNNING}{filters}")).unwrap();
    let request = |page: &str, agents: u32| {
        let snapshot = json!([{ "queue": "phones", "agents": agents, "waiting": 0 }]);
        format!(
            "{}\n",
            json!({ "now": 1.8e12, "seed": [1, 1], "features": { "page": page }, "snapshot": snapshot })
        )
    };
    std::fs::write(folder.path().join("two.jsonl"), request("orders", 0) + &request("product", 1)).unwrap();
    let (code, said, complaint) =
        floorwalker(folder.path(), &["route", "shop.fwb", "two.jsonl", "--policy", "first.toml"]);
    assert_eq!((code, complaint.as_str()), (0, ""));
    let decided: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!([&decided[0]["priority"], &decided[1]["priority"]], [&json!(90.0), &json!(0.0)]);
    let phones = |decision: &Value| {
        let ranking = decision["ranking"].as_array().unwrap().clone();
        ranking.into_iter().find(|ranked| ranked["queue"] == "phones").unwrap()
    };
    // Nobody serves the queue: its wait is endless, which is not the same as unknown.
    let empty = phones(&decided[0]);
    assert_eq!((&empty["standing"], &empty["ewt"]), (&json!("unstaffed"), &json!([null, null, null])));
    let served = phones(&decided[1]);
    assert_eq!((&served["standing"], &served["ewt"]), (&json!("candidate"), &json!(null)));
}

#[test]
fn a_key_signs_and_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = floorwalker(folder.path(), &["snapshot", "key", "shop.key"]);
    assert_eq!(code, 0);
    assert!(said.starts_with("[snapshot]\nkey = \""), "{said}");
    let (code, _, complaint) = floorwalker(folder.path(), &["snapshot", "key", "shop.key"]);
    assert_eq!((code, complaint.contains("is already there")), (1, true), "{complaint}");
    let sign = |text: &str| {
        std::fs::write(folder.path().join("state.json"), text).unwrap();
        floorwalker(folder.path(), &["snapshot", "sign", "state.json", "--key", "shop.key"])
    };
    let (code, said, _) = sign(r#"{"asOf": 1700000000000, "queues": []}"#);
    assert_eq!(code, 0);
    assert_eq!(
        serde_json::from_str::<Value>(&said).unwrap()["snapshot"],
        r#"{"asOf": 1700000000000, "queues": []}"#
    );
    let line = "floorwalker snapshot sign state.json --key shop.key";
    let slips = [
        ("no time", r#"{"queues": []}"#),
        ("an empty time", r#"{"asOf": null, "queues": []}"#),
        ("seconds", r#"{"asOf": 1700000000, "queues": []}"#),
        ("a time in the future", r#"{"asOf": 1e14, "queues": []}"#),
        ("agents below 0", r#"{"asOf": 1700000000000, "queues": [{"queue": "a", "agents": -1}]}"#),
        (
            "too many rates",
            r#"{"asOf": 1700000000000, "queues": [{"queue": "a", "ratesPerHour": [1, 2, 3, 4, 5]}]}"#,
        ),
        ("no JSON", "queues"),
    ];
    let said = refusals(&[], "state.json", &slips, line);
    insta::assert_snapshot!(said);
}

/// Targets of the queues of [`RUNNING`] in a chat.
const TARGETS: &str = r#"
[handover.zendesk.queues]
phones = "Phones | team"
returns = { target = "Returns", value = "q_returns" }
"#;

#[test]
fn the_rules_of_a_chat_are_written_in_three_forms_and_queues_without_a_target_are_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.toml"), format!("{RUNNING}{TARGETS}")).unwrap();
    let export = |more: &[&str]| {
        floorwalker(folder.path(), &[&["policy", "export", "policy.toml", "--for", "zendesk"], more].concat())
    };
    let (code, said, warned) = export(&[]);
    assert_eq!(code, 0, "{warned}");
    assert!(said.contains("| returns | `q_returns` |") && said.contains("Phones \\| team"), "{said}");
    assert!(warned.contains("no target in Zendesk Messaging: general"), "{warned}");
    for file in ["rules.csv", "rules.json", "rules.md"] {
        assert_eq!(export(&["--out", file]).0, 0);
        let (code, _, refused) = export(&["--out", file]);
        assert!(code == 1 && refused.contains("--force"), "an existing file is kept: {refused}");
    }
    let rules: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("rules.json")).unwrap()).unwrap();
    assert_eq!(rules["map"], json!({ "phones": "phones", "returns": "q_returns", "general": "general" }));
    assert_eq!(rules["rules"][2]["target"], Value::Null);
    let table = std::fs::read_to_string(folder.path().join("rules.csv")).unwrap();
    assert_eq!(table.lines().count(), 4, "{table}");

    let check =
        |vendor: &str| floorwalker(folder.path(), &["policy", "check", "policy.toml", "--for", vendor]);
    let (code, said, refused) = check("zendesk");
    assert!(code == 1 && said.contains("error[handover_no_target]: queue `general`"), "{said}");
    assert!(refused.contains("1 of 3 queues cannot be handed over to zendesk"), "{refused}");
    let full = format!("{RUNNING}{TARGETS}general = \"All\"\n");
    std::fs::write(folder.path().join("policy.toml"), full).unwrap();
    assert_eq!(check("zendesk").0, 0);
    assert_eq!(check("zendesc").0, 2, "an unknown chat is a mistake of usage");
}
