//! The report that `floorwalker train` writes: its path, its language, and what the command prints about it at the end.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const FLOORWALKER: &str = env!("CARGO_BIN_EXE_floorwalker-under-test");

/// A folder with a table that trains, and a store in Chinese.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "x,label\n".to_owned();
    for row in 0..300_usize {
        let x = row * 37 % 101;
        writeln!(table, "{x},{}", if (x > 50) == (row % 7 != 0) { "yes" } else { "no" }).unwrap();
    }
    std::fs::write(folder.path().join("t.csv"), table).unwrap();
    let store = "name = \"s\"\n[data]\ntable = \"t.csv\"\n[[heads]]\nname = \"label\"\nlabel = \"label\"\nmodel = \"logistic\"\n[report]\nlang = \"zh\"\n";
    std::fs::write(folder.path().join("s.toml"), store).unwrap();
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(FLOORWALKER).arg("train").args(args).current_dir(folder).output().unwrap()
}

/// Trains, and returns what was printed.
fn trained(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_report_is_beside_the_bundle_and_its_path_is_the_last_line() {
    let folder = folder();
    let said = trained(folder.path(), &["t.csv", "--label", "label", "--out", "m.fwb"]);
    let lines: Vec<&str> = said.lines().collect();
    let [.., predicts, model, score, size, warning, path] = &lines[..] else { panic!("{said}") };
    let heads =
        ["Predicts: ", "Model: ", "Held-out score: AUC ", "Size in the page: ", "Strongest warning: "];
    for (line, head) in [predicts, model, score, size, warning].into_iter().zip(heads) {
        assert!(line.starts_with(head), "{line}");
    }
    assert_eq!(*path, "report: m.html");
    let page = std::fs::read_to_string(folder.path().join("m.html")).unwrap();
    assert!(page.contains("<html lang=\"en\">"));
    assert!(page.contains("<pre>floorwalker train t.csv --label label --out m.fwb</pre>"));
    let facts =
        ["t.csv SHA-256", "What the model uses", "Single predictions, explained", "Cost by threshold"];
    assert!(facts.iter().all(|fact| page.contains(fact)), "{page}");
}

#[test]
fn quiet_prints_nothing_and_writes_all_the_same() {
    let folder = folder();
    let output = run(folder.path(), &["t.csv", "--label", "label", "--quiet", "--report", "r.html"]);
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    assert!(folder.path().join("r.html").exists() && folder.path().join("t.fwb").exists());
    assert!(!folder.path().join("t.html").exists());
}

#[test]
fn the_store_says_the_language_and_the_command_overrules_it() {
    let folder = folder();
    let said = trained(folder.path(), &["s.toml"]);
    assert!(said.contains("预测目标：label = yes"), "{said}");
    assert!(std::fs::read_to_string(folder.path().join("s.html")).unwrap().contains("模型报告"));
    let said = trained(folder.path(), &["s.toml", "--lang", "en", "--no-report", "--out", "n.fwb"]);
    assert!(said.contains("Predicts: label = yes") && !said.contains("report:"), "{said}");
    assert!(!folder.path().join("n.html").exists());
}

#[test]
fn a_report_never_overwrites_its_bundle() {
    let folder = folder();
    let output = run(folder.path(), &["t.csv", "--label", "label", "--out", "m.html"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("--out and --report both name m.html"), "{message}");
    assert!(!folder.path().join("m.html").exists());
}
