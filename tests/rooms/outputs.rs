//! Output files: a command never overwrites a file that it reads, never writes one file twice, and overwrites files that it did not write
//! only with `--force`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const FLOORWALKER: &str = env!("CARGO_BIN_EXE_floorwalker-under-test");
const FOREIGN: &str = "the shop's own\n";
const SCENARIO: &str = r#"
hours = 1
queues = ["a"]
[[kinds]]
name = "x"
queue = "a"
per_hour = [60]
work = { exponential = { mean = 60 } }
[[teams]]
name = "t"
agents = 3
queues = ["a"]
"#;

fn run(folder: &Path, args: &[&str]) -> Result<(), String> {
    let output = Command::new(FLOORWALKER).args(args).current_dir(folder).output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                std::fs::read(entry.path()).unwrap_or_default(),
            )
        })
        .collect()
}

/// A folder with a table, a log, a bundle, a scenario and a demand.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut table = "a,b,label\n".to_owned();
    for n in 0..200 {
        writeln!(table, "{},{},{}", n % 7, n % 3, if n % 7 > 3 { "yes" } else { "no" }).unwrap();
    }
    for (name, text) in [
        ("t.csv", table.as_str()),
        ("scenario.toml", SCENARIO),
        ("demand.csv", "period,requests,aht\n9:00,60,120\n"),
        ("other", FOREIGN),
        ("empty", ""),
    ] {
        std::fs::write(at.join(name), text).unwrap();
    }
    run(at, &["train", "t.csv", "--label", "label", "-o", "m.fwb", "--no-report", "--quiet"]).unwrap();
    run(at, &["synth", "--shoppers", "20", "-o", "log.jsonl"]).unwrap();
    folder
}

/// Every command that writes a file: its arguments up to the file's name, the files that it reads, and whether it recognises files that
/// it wrote itself.
const COMMANDS: &[(&[&str], &[&str], bool)] = &[
    (&["synth", "--shoppers", "20", "--out"], &[], true),
    (&["synth", "--shoppers", "20", "--out", "new.jsonl", "--catalogue"], &[], true),
    (&["train", "t.csv", "--label", "label", "--quiet", "--no-report", "--out"], &["t.csv"], true),
    (&["train", "t.csv", "--label", "label", "--quiet", "--out", "new.fwb", "--report"], &["t.csv"], true),
    (
        &["train", "t.csv", "--label", "label", "--quiet", "--no-report", "--out", "new.fwb", "--json"],
        &["t.csv"],
        true,
    ),
    (&["evaluate", "m.fwb", "t.csv", "--label", "label", "--quiet", "--json"], &["t.csv", "m.fwb"], true),
    (&["score", "m.fwb", "log.jsonl", "--out"], &["log.jsonl", "m.fwb"], true),
    (
        &["simulate", "scenario.toml", "--runs", "2", "--quiet", "--strategies", "right,random", "--json"],
        &["scenario.toml"],
        true,
    ),
    (
        &["simulate", "scenario.toml", "--runs", "2", "--quiet", "--strategies", "right,random", "--report"],
        &["scenario.toml"],
        true,
    ),
    (&["staff", "demand.csv", "--out"], &["demand.csv"], true),
];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

#[test]
fn no_command_writes_over_what_it_reads_by_whatever_name_and_flag() {
    let folder = shop();
    let at = folder.path();
    std::fs::create_dir(at.join("sub")).unwrap();
    let before = files(at);
    for (args, inputs, _) in COMMANDS {
        for input in *inputs {
            for name in [(*input).to_owned(), format!("./{input}"), format!("sub/../{input}")] {
                let said = run(at, &with(args, &[&name, "--force"])).unwrap_err();
                assert!(
                    said.contains("is read by this command and would be overwritten"),
                    "{args:?}: {said}"
                );
                assert_eq!(files(at), before, "{args:?} {name}");
            }
        }
    }
}

#[test]
fn a_file_that_others_wrote_stays_until_force_says_otherwise_and_ours_is_written_anew() {
    let folder = shop();
    let at = folder.path();
    for (args, _, knows_its_own) in COMMANDS {
        let before = files(at);
        let said = run(at, &with(args, &["other"])).unwrap_err();
        assert!(
            said.contains("other is already there, and floorwalker did not write it"),
            "{args:?}: {said}"
        );
        assert!(said.contains("--force"), "{said}");
        assert_eq!(files(at), before, "{args:?}");
        run(at, &with(args, &["empty"])).unwrap();
        assert_ne!(files(at)["empty"], b"", "{args:?}");
        if *knows_its_own {
            run(at, &with(args, &["empty"])).unwrap();
        }
        run(at, &with(args, &["other", "--force"])).unwrap();
        assert_ne!(files(at)["other"], FOREIGN.as_bytes(), "{args:?}");
        std::fs::write(at.join("other"), FOREIGN).unwrap();
        std::fs::write(at.join("empty"), "").unwrap();
    }
}

#[test]
fn two_outputs_are_never_one_file() {
    let folder = shop();
    let at = folder.path();
    let before = files(at);
    let train = ["train", "t.csv", "--label", "label", "--quiet", "--out", "x.fwb"];
    for (args, says) in [
        (with(&train, &["--report", "./x.fwb"]), "--out and --report both name ./x.fwb"),
        (with(&train, &["--report", "y", "--json", "y", "--force"]), "--report and --json both name y"),
        (vec!["synth", "-o", "x", "--catalogue", "./x"], "--out and --catalogue both name ./x"),
        (
            vec!["simulate", "scenario.toml", "--json", "z", "--report", "z"],
            "--json and --report both name z",
        ),
    ] {
        let said = run(at, &args).unwrap_err();
        assert!(said.contains(says), "{args:?}: {said}");
        assert_eq!(files(at), before);
    }
}

#[test]
fn what_files_say_is_shown_and_does_nothing_in_a_terminal_or_a_spreadsheet() {
    let folder = shop();
    let at = folder.path();
    // Terminal control characters in a column name, in a file name and in a TOML key.
    std::fs::write(at.join("evil.csv"), "a\u{1b}[2J,label\n1,x\n2,y\n").unwrap();
    std::fs::write(at.join("evil.toml"), "name = \"x\"\nbell\u{7} = 1\n").unwrap();
    std::fs::write(at.join("no\u{1b}table.csv"), vec![b'x'; 700_000]).unwrap();
    for args in [
        vec!["train", "evil.csv", "--label", "none"],
        vec!["train", "evil.toml"],
        vec!["train", "no\u{1b}table.csv", "--label", "y"],
        vec!["train", "no\u{1b}such.csv", "--label", "y"],
    ] {
        let said = run(at, &args).unwrap_err();
        assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{args:?}: {said:?}");
        assert!(said.len() < 20_000, "{args:?}: {} bytes", said.len());
    }
    // A store's name becomes a file name.
    let store =
        "[data]\ntable = \"t.csv\"\n[[heads]]\nname = \"label\"\nlabel = \"label\"\nmodel = \"logistic\"\n";
    for name in ["../../evil", "/evil/model", "a\\\\b", ".hidden", "", "a\\u001b"] {
        std::fs::write(at.join("s.toml"), format!("name = \"{name}\"\n{store}")).unwrap();
        let said = run(at, &["train", "s.toml", "--quiet"]).unwrap_err();
        assert!(said.contains("cannot be the name of the bundle's file"), "{name}: {said}");
    }
    // Cells that a spreadsheet would evaluate as formulas.
    std::fs::write(at.join("demand.csv"), "period,requests,aht\n=cmd|'/c calc'!A0,60,120\n9:00,10,60\n")
        .unwrap();
    run(at, &["staff", "demand.csv", "-o", "plan.csv"]).unwrap();
    let plan = std::fs::read_to_string(at.join("plan.csv")).unwrap();
    assert!(plan.contains("\n'=cmd|") && plan.contains("\n9:00,"), "{plan}");
    let mut chats = "message\n".to_owned();
    for n in 0..60 {
        writeln!(chats, "=HYPERLINK({n}) where is my order {n}").unwrap();
    }
    std::fs::write(at.join("chats.csv"), chats).unwrap();
    run(at, &["label", "chats.csv", "--n", "5", "--quiet"]).unwrap();
    let labels = at.join("chats.labels.csv");
    let proposed = std::fs::read_to_string(&labels).unwrap();
    assert_eq!(proposed.matches("'=HYPERLINK(").count(), 5, "{proposed}");
    // Filled in and read back, the messages are the original ones: there is no warning of unknown messages, and five labels more.
    let filled: String = proposed
        .lines()
        .enumerate()
        .map(|(at, line)| {
            if at == 0 { format!("{line}\n") } else { format!("{}orders\n", line.trim_end_matches("orders")) }
        })
        .collect();
    std::fs::write(&labels, filled).unwrap();
    run(at, &["label", "chats.csv", "--n", "5", "--quiet"]).unwrap();
    assert_eq!(std::fs::read_to_string(&labels).unwrap().matches("'=HYPERLINK(").count(), 10);
}
