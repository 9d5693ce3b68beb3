//! Off-policy evaluation: a policy is evaluated on the log of another policy, by the command that ships.

use std::path::Path;
use std::process::{Command, Output};

/// A log of 600 decisions, alternating between `a` and `b`, each with propensity 0.5. `b` has reward 1 in three of four lines, `a` in one.
/// The target policy chooses `b` with probability `of_b`, so its value is `0.25 + 0.5 of_b`; the running policy's is 0.5.
fn log(of_b: f64) -> String {
    let line = |at: usize| {
        let (action, pays) = if at.is_multiple_of(2) {
            ("a", (at / 2).is_multiple_of(4))
        } else {
            ("b", !(at / 2).is_multiple_of(4))
        };
        let (version, of_a) = (6 + at / 300, 1.0 - of_b);
        format!(
            r#"{{"context":{{"cart":{},"lang":"{}"}},"action":"{action}","propensity":0.5,"reward":{},"policy_version":"{version}","target":{{"a":{of_a},"b":{of_b}}},"margin":0.1}}"#,
            at % 7,
            if at.is_multiple_of(3) { "zh" } else { "en" },
            u8::from(pays)
        )
    };
    (0..600).map(line).collect::<Vec<_>>().join("\n")
}

fn policy(folder: &Path, what: &str, log: &str, flags: &[&str]) -> Output {
    std::fs::write(folder.join("log.jsonl"), log).unwrap();
    Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(["policy", what, "log.jsonl", "--resamples", "300", "--json", "out.json"])
        .args(flags)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn json(folder: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("out.json")).unwrap()).unwrap()
}

#[test]
fn a_policy_is_estimated_from_the_log_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let output = policy(folder.path(), "evaluate", &log(0.9), &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("log.jsonl: policy_version 6 (300 lines), 7 (300 lines)"), "{said}");
    let found = json(folder.path());
    assert_eq!(found["running"]["value"], 0.5);
    for at in 0..5 {
        let estimate = &found["estimates"][at];
        let value = estimate["value"]["value"].as_f64().unwrap();
        assert!((value - 0.7).abs() < 0.02, "{estimate}");
        assert!(said.contains(estimate["estimator"].as_str().unwrap()), "{said}");
    }
    let again = tempfile::tempdir().unwrap();
    assert_eq!(policy(again.path(), "evaluate", &log(0.9), &[]).stdout, said.as_bytes());
    assert_eq!(json(again.path()), found);
}

#[test]
fn a_better_policy_may_ship() {
    let folder = tempfile::tempdir().unwrap();
    let output = policy(folder.path(), "promote", &log(0.9), &["--estimators", "snips", "--running", "7"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.ends_with("\nmay ship: by dr the policy is no worse than the running one\n"), "{said}");
    assert_eq!(json(folder.path())["ships"], true);
}

#[test]
fn a_policy_is_held_against_the_one_that_runs_and_not_against_earlier_ones() {
    // Version 6 chose `b` in a quarter of its lines, and version 7 in nearly all: a policy that is better than 6 is worse than 7.
    let mut lines = String::new();
    for at in 0..1_200 {
        let (version, often) = if at < 600 { ("6", 0.25) } else { ("7", 0.95) };
        let is_b = f64::from(at % 20) / 20.0 < often;
        let (action, propensity) = if is_b { ("b", often) } else { ("a", 1.0 - often) };
        lines += &format!(
            "{{\"context\":{{}},\"action\":\"{action}\",\"propensity\":{propensity},\"reward\":{},\"policy_version\":\"{version}\",\"target\":{{\"a\":0.3,\"b\":0.7}}}}\n",
            i32::from(is_b)
        );
    }
    check_refused(
        &lines,
        &[],
        1,
        "the lines are of several policies, 6 (600 lines), 7 (600 lines); name the running one",
    );
    check_refused(&lines, &["--running", "8"], 1, "no line has policy_version 8; name one of 6, 7");
    check_refused(&lines, &["--running", "7"], 1, "it is worse over the whole interval");
    let folder = tempfile::tempdir().unwrap();
    let output = policy(folder.path(), "promote", &lines, &["--running", "6"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
fn check_refused(log: &str, flags: &[&str], code: i32, says: &str) {
    let folder = tempfile::tempdir().unwrap();
    let output = policy(folder.path(), "promote", log, flags);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert!(message.contains(says), "{message}");
}

#[test]
fn a_policy_that_may_be_worse_is_refused_with_what_would_help() {
    let not =
        "floorwalker: log.jsonl: the policy is not promoted\n- it may be worse than the running policy: -";
    check_refused(&log(0.1), &["--running", "7"], 1, not);
    check_refused(
        &log(0.1),
        &["--running", "7"],
        1,
        "it is worse over the whole interval: keep the running policy",
    );
    check_refused(
        &log(0.9),
        &["--running", "7", "--least-ess", "295"],
        1,
        "at least 295 is required; log longer, or let the running",
    );
    check_refused(&log(0.5), &["--by", "dm"], 1, "dm cannot decide a promotion");
    check_refused(&log(0.5), &["--by", "chance"], 2, "possible values: ips, snips, dm, dr, switch");
}

#[test]
fn a_log_that_is_none_is_refused_by_line() {
    let bad = |from: &str, to: &str| log(0.9).replacen(from, to, 1);
    check_refused(
        &bad("\"propensity\":0.5", "\"propensity\":0"),
        &[],
        1,
        "log.jsonl:1: `propensity` is 0, must be",
    );
    check_refused(
        &bad("\"b\":0.9", "\"b\":0.5"),
        &[],
        1,
        "log.jsonl:1: the probabilities of `target` sum to 0.6",
    );
    check_refused(
        &bad("\"target\"", "\"targets\""),
        &[],
        1,
        "log.jsonl:1: `target` is missing; give the probability",
    );
    check_refused("", &[], 1, "log.jsonl:1:1: the log holds no decision");
}

/// A log of 400 decisions whose target is the logging policy itself; `b` has rewards more often. `more` adds fields to each line.
fn own(more: impl Fn(usize) -> String) -> String {
    let line = |at: usize| {
        let of_b = [0.2, 0.5, 0.7][at % 3];
        let is_b = (at * 7919 % 1000) as f64 / 1000.0 < of_b;
        let (action, propensity) = if is_b { ("b", of_b) } else { ("a", 1.0 - of_b) };
        let pays = at * 104_729 % 100 < if is_b { 60 } else { 30 };
        format!(
            "{{\"context\":{{\"kind\":{},\"cart\":{at}}},\"action\":\"{action}\",\"propensity\":{propensity},\"reward\":{},\"policy_version\":\"7\",\"target\":{{\"a\":{},\"b\":{of_b}}}{}}}",
            at % 3,
            u8::from(pays),
            1.0 - of_b,
            more(at)
        )
    };
    (0..400).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_running_policy_against_itself_makes_no_difference() {
    for estimator in ["dr", "snips", "ips", "switch"] {
        let folder = tempfile::tempdir().unwrap();
        let output = policy(folder.path(), "promote", &own(|_| String::new()), &["--by", estimator]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{estimator}: {said}");
        assert!(
            said.contains("\nno difference: in every line of the log the policy gives the logged action the same probability"),
            "{said}"
        );
        assert_eq!(json(folder.path())["verdict"]["is_same"], true);
    }
}

#[test]
fn a_log_that_is_there_three_times_says_no_more_than_once() {
    for more in [|at: usize| format!(",\"id\":{at}"), |_: usize| String::new()] {
        let log = own(more);
        let found = |log: &str| {
            let folder = tempfile::tempdir().unwrap();
            let output = policy(folder.path(), "evaluate", log, &[]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            (String::from_utf8(output.stdout).unwrap(), json(folder.path()))
        };
        let (said, once) = found(&log);
        assert!(!said.contains("left out"), "{said}");
        let (said, thrice) = found(&format!("{log}\n{log}\n{log}"));
        assert!(
            said.contains("800 lines repeat the decision of an earlier line, and were left out"),
            "{said}"
        );
        assert_eq!((&once["estimates"], &once["running"]), (&thrice["estimates"], &thrice["running"]));
        assert_eq!(thrice["repeats"]["left_out"], 800);
    }
    let twice = format!(
        "{}\n{}",
        own(|_| ",\"id\":1".to_owned()),
        own(|_| ",\"id\":1".to_owned()).replace("\"reward\":1", "\"reward\":0")
    );
    check_refused(&twice, &[], 1, ", but its reward is 0 and not 1; keep the correct line");
}

#[test]
fn intervals_take_the_lines_of_a_shopper_together() {
    let folder = tempfile::tempdir().unwrap();
    let output = policy(folder.path(), "evaluate", &own(|at| format!(",\"shopper\":\"u{}\"", at / 10)), &[]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("400 lines of 40 shoppers; intervals resample whole shoppers"), "{said}");
    assert_eq!(json(folder.path())["shoppers"], 40);
}
