//! Runs the examples of the documents and of `--help`, in their order, in an empty folder, by the command that ships.
//!
//! Every line of an `sh` block and every example of a help text is run, or is named in [`NOT_RUN`] with a reason. Flags make some examples
//! smaller ([`SMALLER`]), and files that a reader is assumed to have are created ([`given`]). JavaScript examples are type-checked by
//! `tests/package/examples.test.mjs`.

use clap::Subcommand;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Commands that are not run, and the reason for each.
const NOT_RUN: [(&str, &str); 4] = [
    (
        "cargo xtask demo",
        "builds everything and serves a page until it is stopped; `cargo xtask test` browses that page",
    ),
    ("cargo xtask test", "runs this test"),
    ("cargo install --path src/cli", "builds the command once more; the command under test is that build"),
    ("npm install floorwalker", "asks a registry; tests/package installs the packed package"),
];
/// The guides, in the order in which a reader follows them.
const GUIDES: [&str; 5] = [
    "docs/training.md",
    "docs/recommending.md",
    "docs/policies.md",
    "docs/learning-from-logs.md",
    "docs/simulation.md",
];

/// Flags that are added to an example with this beginning, so that it runs faster: fewer shoppers, fewer runs.
const SMALLER: [(&str, &str); 2] =
    [("floorwalker synth", "--shoppers 400"), ("floorwalker simulate scenario.toml", "--runs 2")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The commands in the `sh` blocks of a document, without comments; several commands on one line are split.
fn lines(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(document)).unwrap();
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    let commands =
        blocks.flat_map(str::lines).flat_map(|line| line.split("  #").next().unwrap_or("").split("&&"));
    commands.map(|command| command.trim().to_owned()).filter(|command| !command.is_empty()).collect()
}

/// Runs a command line in a folder; it must succeed.
#[track_caller]
fn run(folder: &Path, line: &str) -> String {
    let smaller = SMALLER.iter().find(|(start, _)| line.starts_with(start)).map_or("", |(_, flags)| flags);
    // The command from npm is the same program.
    let line = line.replacen("npx floorwalker-trainer", "floorwalker", 1);
    let words: Vec<&str> = line.split_whitespace().chain(smaller.split_whitespace()).collect();
    assert_eq!(words.first(), Some(&"floorwalker"), "`{line}` is neither run nor named with a reason");
    let output = Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(&words[1..])
        .current_dir(folder)
        .output()
        .unwrap();
    let [said, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{line}\n{said}\n{complaint}");
    said
}

/// Runs the commands of a document in a folder, and returns the reasons of those that are not run.
fn run_document(document: &str, folder: &Path) -> BTreeSet<&'static str> {
    let mut reasons = BTreeSet::new();
    let lines = lines(document);
    assert!(!lines.is_empty(), "{document} has no example");
    for line in lines {
        match NOT_RUN.iter().find(|(start, _)| line == *start) {
            Some((start, _)) => _ = reasons.insert(*start),
            None => _ = run(folder, &line),
        }
    }
    reasons
}

/// Writes a file that the reader of an example is assumed to have: messages with their intents.
fn given(folder: &Path) {
    let rows = [
        "where is my parcel,order",
        "when does it arrive,order",
        "I want to send it back,return",
        "give me my money back,return",
    ];
    let rows: String = (0..200).map(|at| format!("{} {}\n", at % 17, rows[at % 4])).collect();
    std::fs::write(folder.join("chats.csv"), format!("message,intent\n{rows}")).unwrap();
}

#[test]
fn the_lines_of_the_readme_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let reasons = run_document("README.md", folder.path());
    assert!(reasons.contains("cargo install --path src/cli"), "{reasons:?}");
    assert!(folder.path().join("my-store.html").is_file());
}

#[test]
fn the_lines_of_the_first_hour_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    run_document("docs/first-hour.md", folder.path());
    assert!(folder.path().join("my-store.fwb").is_file());
}

#[test]
fn the_lines_of_the_guides_and_the_examples_of_the_help_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    for guide in GUIDES {
        run_document(guide, folder.path());
    }
    for file in ["my-store.html", "learnt.toml", "next.fwb", "floor.html", "plan.csv"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let said = run(folder.path(), "floorwalker policy check policy.toml --bundle my-store.fwb --strict");
    assert!(!said.contains("warning") && !said.contains("error"), "{said}");
    help(folder.path());
}

#[test]
fn the_lines_of_the_chinese_readme_and_guide_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    run_document("README.zh-CN.md", folder.path());
    run_document("docs/guide.zh-CN.md", folder.path());
    let report = std::fs::read_to_string(folder.path().join("floor.html")).unwrap();
    assert!(report.contains("按小时"), "the report is not in Chinese");
}

#[test]
fn the_lines_of_the_packages_readme_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    given(folder.path());
    run(folder.path(), "floorwalker synth --out log.jsonl");
    let reasons = run_document("pkg-template/README.md", folder.path());
    assert_eq!(reasons, ["npm install floorwalker"].into());
    assert!(folder.path().join("store.fwb").is_file() && folder.path().join("my-store.fwb").is_file());
}

#[test]
fn what_is_not_run_is_there() {
    let documents = ["README.md", "README.zh-CN.md", "pkg-template/README.md"];
    let lines: Vec<String> = documents.iter().flat_map(|document| lines(document)).collect();
    for (start, reason) in NOT_RUN {
        let is_there = lines.iter().any(|line| line == start);
        assert!(is_there && !reason.is_empty(), "{start}: no example is that any more");
    }
    // These other documents have no commands in `sh` blocks.
    for document in [
        "src/learn/README.md",
        "pkg-template/simulator/README.md",
        "CONTRIBUTING.md",
        "www/README.md",
        "docs/release.md",
    ] {
        let unknown: Vec<String> =
            self::lines(document).into_iter().filter(|line| !line.starts_with("cargo ")).collect();
        assert!(unknown.is_empty(), "{document}: {unknown:?}");
    }
}

/// Collects every help text that shows an example, with its command.
fn helps(of: &clap::Command, path: &str, found: &mut Vec<(String, String)>) {
    for command in of.get_subcommands() {
        let path = format!("{path} {}", command.get_name());
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let is_example = |line: &str| line.starts_with("  ") || line.starts_with("[[");
        if text.lines().any(is_example) {
            found.push((path.trim().to_owned(), text));
        }
        helps(command, &path, found);
    }
}

/// The part of `text` between `from` and `to`.
#[track_caller]
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let found = text.split_once(from);
    assert!(found.is_some(), "no `{from}` in {text}");
    let (_, rest) = found.unwrap();
    rest.split_once(to).map_or(rest, |(part, _)| part)
}

/// Runs the examples of every help text in a folder where the guides were followed.
fn help(folder: &Path) {
    let command = floorwalker_cli::Command::augment_subcommands(clap::Command::new("floorwalker"));
    let mut found = Vec::new();
    helps(&command, "", &mut found);
    let mut known = 0;
    for (path, text) in &found {
        match path.as_str() {
            "simulate" => help_simulate(folder, text),
            "staff" => help_staff(folder, text),
            "route" => help_route(folder, text),
            "policy check" => help_check(folder, text),
            "policy export" => help_export(folder, text),
            "policy learn" => help_learn(folder, text),
            "policy evaluate" | "policy promote" => help_evaluate(folder, text),
            "value" => help_value(folder, text),
            _ => continue,
        }
        known += 1;
    }
    // If a help text with an example is not among these, its example is not run.
    assert_eq!((known, found.len()), (9, 9), "{:?}", found.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

fn help_export(folder: &Path, text: &str) {
    let targets = between(text, "[policy.handover…]):\n\n", "\n\nMost chats");
    let targets: String = targets.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    let queues = ["presale", "returns"]
        .map(|name| format!("[[queues]]\nname = \"{name}\"\nskills = [{{ skill = \"a\" }}]\n"))
        .concat();
    let policy =
        format!("version = \"1\"\nintents = \"intent\"\ndefault_queue = \"presale\"\n{queues}{targets}");
    std::fs::write(folder.join("handed.toml"), policy).unwrap();
    run(folder, "floorwalker policy check handed.toml --for zendesk");
}

fn help_value(folder: &Path, text: &str) {
    // Orders of 40 customers over a year; the n-th one buys every 10 + n days.
    let orders = (0..40).flat_map(|n| (n..360).step_by(10 + n).map(move |day| (n, day)));
    let orders: String = orders
        .map(|(n, day)| format!("c{n},2025-{:02}-{:02},{}.50\n", day / 30 + 1, day % 30 % 28 + 1, 20 + n))
        .collect();
    std::fs::write(folder.join("orders.csv"), format!("customer_id,created_at,total\n{orders}")).unwrap();
    let flags = between(text, "\n  floorwalker value", "\n");
    let said = run(folder, &format!("floorwalker value{flags}"));
    assert!(said.contains("high_value") && folder.join("customers.csv").exists(), "{said}");
}

fn help_simulate(folder: &Path, text: &str) {
    let scenario = between(text, "(times in seconds):\n\n", "\nOther keys of a scenario");
    let more = between(text, "Other keys of a scenario:\n\n", "\n  In a kind:");
    let write = |text: &str| std::fs::write(folder.join("help.toml"), text).unwrap();
    let simulate = || run(folder, "floorwalker simulate help.toml --runs 2 --strategies right --quiet");
    write(scenario);
    simulate();
    write(&format!("{scenario}\n{more}"));
    simulate();
    let kind = between(text, "In a kind: ", "A time is");
    assert!(
        kind.contains("group = \"new\"")
            && kind.contains("arrivals = [12.5, 80]")
            && kind.contains("taken_for = [0.9, 0.1]")
    );
    let kind = "group = \"new\"\ntaken_for = [0.9, 0.1]\nper_hour = 60";
    write(&scenario.replace("per_hour = 60 ", &format!("{kind} ")));
    simulate();
    write(&scenario.replace("per_hour = 60 ", "arrivals = [12.5, 80] "));
    simulate();
    // A patience may be any of the distributions; work may not last for ever.
    write(&scenario.replace("patience = { exponential = { mean = 120 } }", "patience = 90"));
    simulate();
    for name in [
        "fixed = 90",
        "exponential = { mean = 90 }",
        "log_normal = { mean = 176, median = 107 }",
        "sample = [30, 90]",
        "survival = { seconds = [10, 60], alive = [0.8, 0.3] }",
        "each = [31, 12]",
    ] {
        assert!(text.contains(&format!("{{ {name} }}")), "{name}");
        write(
            &scenario
                .replace("patience = { exponential = { mean = 120 } }", &format!("patience = {{ {name} }}")),
        );
        simulate();
    }
}

fn help_staff(folder: &Path, text: &str) {
    let rows = between(text, "to start from:\n\n", "\n\n").replace("  ", "");
    std::fs::write(folder.join("help.csv"), rows).unwrap();
    let said = run(folder, "floorwalker staff help.csv --aht 300 --patience 90");
    assert_eq!(said.matches(":00").count(), 3, "{said}");
}

fn help_route(folder: &Path, text: &str) {
    let request = between(text, "keys in snake_case:\n\n", "\n\n").replace('\n', " ");
    let heads = between(text, "was not kept: ", "}}.").to_owned() + "}}";
    // The example has three intents, but the store of `floorwalker init` has fourteen.
    let heads = heads.replace("0.1]", &format!("0.1{}]", ", 0".repeat(11)));
    std::fs::write(folder.join("help.jsonl"), format!("{request}\n{heads}\n")).unwrap();
    let said = run(folder, "floorwalker route my-store.fwb help.jsonl --out told.jsonl");
    assert!(said.is_empty(), "{said}");
    assert_eq!(std::fs::read_to_string(folder.join("told.jsonl")).unwrap().lines().count(), 2);
}

fn help_check(folder: &Path, text: &str) {
    std::fs::write(folder.join("help.toml"), between(text, "(JSON has the same keys):\n\n", "\u{0}"))
        .unwrap();
    run(folder, "floorwalker policy check help.toml");
}

fn help_learn(folder: &Path, text: &str) {
    let strategy = between(text, "leave out what it has learnt:\n\n  ", "\n");
    let policy = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
    let (before, rest) = policy.split_once("strategy = [").unwrap();
    let (_, after) = rest.split_once("\n]").unwrap();
    std::fs::write(folder.join("help.toml"), format!("{before}{strategy}{after}")).unwrap();
    run(
        folder,
        "floorwalker policy learn may-decisions.jsonl --policy help.toml --bundle my-store.fwb -o help-learnt.toml",
    );
    let line = between(text, "Evaluate it on other lines:\n\n  ", "\n");
    assert!(line.starts_with("floorwalker policy promote later.jsonl --policy learnt.toml"), "{line}");
    std::fs::copy(folder.join("june-decisions.jsonl"), folder.join("later.jsonl")).unwrap();
    run(folder, &format!("{line} --force"));
}

fn help_evaluate(folder: &Path, text: &str) {
    let line = between(text, "split here for reading):\n\n", "\n\n");
    // The text to the right of a value describes it.
    let value = |line: &str| {
        let line = line.trim();
        line.find(",  ").map_or(line.to_owned(), |at| line[..=at].to_owned())
    };
    let line: String = line.lines().map(value).collect();
    let lines: String =
        (0..50).map(|at| line.replacen('{', &format!("{{\"id\": {at}, "), 1) + "\n").collect();
    std::fs::write(folder.join("help.jsonl"), lines).unwrap();
    let said = run(folder, "floorwalker policy evaluate help.jsonl");
    assert!(said.contains("policy_version 7 (50 lines)"), "{said}");
}
