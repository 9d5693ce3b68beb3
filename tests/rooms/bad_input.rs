//! Bad input: the command refuses it with a message that says what to do, exits with 1, and leaves nothing half-written. Input that only
//! looks bad (a byte order mark, line endings, a column without information) trains like any other.
//!
//! The command is the one that ships, built as a binary of this package.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FLOORWALKER: &str = env!("CARGO_BIN_EXE_floorwalker-under-test");

/// Timeout after which a command that should have stopped fails the test. It is not a measurement.
const LONG: Duration = Duration::from_secs(60);

const TRAIN: &[&str] = &["train", "t.csv", "--label", "label", "--out", "m.fwb", "--quiet"];

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(FLOORWALKER).args(args).current_dir(folder).output().unwrap()
}

/// Every file of a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

/// Expects exit code 1, a single message with these words, and an unchanged folder.
fn check_in(folder: &Path, args: &[&str], says: &[&str]) {
    let before = files(folder);
    let output = run(folder, args);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("floorwalker: ") && !message.contains("panicked"), "{message}");
    for words in says {
        assert!(message.contains(words), "no `{words}` in: {message}");
    }
    assert_eq!(files(folder), before, "{message}");
}

/// Trains a table and expects a refusal.
fn check(table: &[u8], says: &[&str]) {
    check_in(folder(&[("t.csv", table)]).path(), TRAIN, says);
}

/// Trains a table, which must succeed, and returns the bundle without its facts, because those contain the file's hash.
fn trained(table: &[u8]) -> Vec<u8> {
    let folder = folder(&[("t.csv", table)]);
    let output = run(folder.path(), TRAIN);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bundle = floorwalker_bundle::decode(&std::fs::read(folder.path().join("m.fwb")).unwrap()).unwrap();
    floorwalker_bundle::encode(&floorwalker_bundle::Bundle { model: bundle.model, facts: Vec::new() })
        .unwrap()
}

/// A table that trains: `x` predicts the label, except in a seventh of the rows. `more` writes further cells.
fn table(header: &str, more: impl Fn(usize) -> String) -> String {
    let mut text = format!("x{header},label\n");
    for row in 0..200_usize {
        let x = row * 37 % 101;
        let label = if (x > 50) == (row % 7 != 3) { "transfer" } else { "refund" };
        let _ = writeln!(text, "{x}{},{label}", more(row));
    }
    text
}

fn plain() -> String {
    table("", |_| String::new())
}

#[test]
fn an_empty_file_is_refused() {
    check(b"", &["t.csv:1:1: the file is empty; it needs a header and at least one row"]);
    check(b" \n\n", &["t.csv:1:1: the file is empty"]);
    let folder = folder(&[
        ("log.jsonl", b""),
        ("s.toml", b"name = \"s\"\n[data]\nlog = \"log.jsonl\"\n[[heads]]\nname = \"a\"\nlabel = \"a\"\n"),
    ]);
    check_in(
        folder.path(),
        &["train", "s.toml"],
        &["the log holds no event; write one JSON object on each line"],
    );
}

#[test]
fn a_header_alone_is_refused() {
    check(b"x,label\n", &["t.csv:2:1: the file has a header and no rows; add at least one row"]);
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let folder = folder(&[]);
    check_in(folder.path(), TRAIN, &["cannot read t.csv: check the path and its permissions"]);
}

#[test]
fn one_class_is_refused() {
    let text = plain().replace("refund", "transfer");
    check(
        text.as_bytes(),
        &["label `label` has only the value transfer", "name a label with at least two values"],
    );
}

#[test]
fn one_row_is_refused() {
    check(b"x,label\n1,a\n", &["label `label` has only the value a; name a label with at least two values"]);
}

#[test]
fn a_label_without_values_is_refused() {
    let text = plain().replace("refund", "").replace("transfer", "NA");
    check(text.as_bytes(), &["t.csv: the label column `label` is empty in every row"]);
}

#[test]
fn a_column_without_values_or_of_one_value_changes_no_decision_and_alone_is_refused() {
    for cell in ["", "7", "NaN"] {
        let _ = trained(table(",c", |_| format!(",{cell}")).as_bytes());
        let text: String = plain().lines().skip(1).fold("c,label\n".to_owned(), |text, line| {
            text + &format!("{cell},{}\n", line.split_once(',').unwrap().1)
        });
        check(text.as_bytes(), &["add a column with at least two values"]);
    }
}

#[test]
fn ten_thousand_categories_train_as_a_feature_and_are_refused_as_a_label() {
    let mut feature = "x,shop,label\n".to_owned();
    let mut label = "x,label\n".to_owned();
    for row in 0..10_000_usize {
        let _ = writeln!(feature, "{},shop {row},{}", row % 101, if row % 101 > 50 { "a" } else { "b" });
        let _ = writeln!(label, "{},class {row}", row % 101);
    }
    let bytes = trained(feature.as_bytes());
    assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
    check(label.as_bytes(), &["label `label` has a different value in each of 10000 rows"]);
}

#[test]
fn other_encodings_train_alike_and_mixed_ones_are_refused_with_the_place() {
    let wanted = trained(plain().as_bytes());
    let utf16 = |text: &str, mark: &[u8]| {
        [mark, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat()
    };
    assert_eq!(trained(&utf16(&plain(), b"\xFF\xFE")), wanted);
    assert_eq!(trained(&utf16(&plain(), b"")), wanted);
    let chinese = plain().replace("refund", "退款");
    // The same table with 退款 encoded in GB18030.
    let mut gb = Vec::new();
    for part in chinese.split("退款") {
        gb.extend(part.as_bytes());
        gb.extend(b"\xCD\xCB\xBF\xEE");
    }
    gb.truncate(gb.len() - 4);
    assert_eq!(trained(&gb), trained(chinese.as_bytes()));
    // A file that changes its encoding: UTF-8 first, then GB18030.
    let mixed = [plain().as_bytes(), "1,退款\n".as_bytes(), b"2,\xCD\xCB\xBF\xEE\n"].concat();
    check(&mixed, &["t.csv:203:3: byte 0xCD is not UTF-8, unlike the text before it", "GB18030"]);
}

#[test]
fn a_mark_crlf_and_quotes_change_nothing() {
    let wanted = trained(plain().as_bytes());
    assert_eq!(trained(format!("\u{FEFF}{}", plain()).as_bytes()), wanted);
    assert_eq!(trained(plain().replace('\n', "\r\n").as_bytes()), wanted);
    let quoted: String =
        plain().lines().map(|line| format!("\"{}\"\n", line.replace(',', "\",\""))).collect();
    assert_eq!(trained(quoted.as_bytes()), wanted);
}

#[test]
fn a_line_end_inside_quotes_is_part_of_its_cell() {
    let names = |end: &str| table(",note", |row| format!(",\"{}{end}two\"", ["a", "b"][row % 2]));
    let _ = trained(names("\n").as_bytes());
    let _ = trained(names("\r\n").as_bytes());
    // The error of a bad row after cells with line breaks names the row's own line: 1 line of header, 200 rows of two lines.
    check((names("\n") + "1,x\n").as_bytes(), &["t.csv:402:4: this row has 2 fields, and the header has 3"]);
    check((plain() + "1,\"open\n2,refund\n").as_bytes(), &["t.csv:202:3: this quote is never closed"]);
}

#[test]
fn infinities_are_refused_and_nan_is_missing() {
    for cell in ["inf", "-Infinity", "1e39"] {
        let text =
            table(",y", |row| format!(",{}", if row == 9 { cell.to_owned() } else { row.to_string() }));
        check(text.as_bytes(), &["t.csv:11:", "column `y`", "leave the cell empty if the value is missing"]);
    }
    let with = |cell: &str| {
        trained(
            table(",y", |row| if row % 9 == 0 { format!(",{cell}") } else { format!(",{row}") }).as_bytes(),
        )
    };
    assert_eq!(with("NaN"), with(""));
    let folder = folder(&[("t.jsonl", b"{\"x\":1e999,\"label\":\"a\"}\n")]);
    check_in(
        folder.path(),
        &["train", "t.jsonl", "--label", "label"],
        &["t.jsonl:1:", "number out of range"],
    );
}

#[test]
fn a_label_with_a_typo_is_answered_with_what_was_meant() {
    let text = plain().replacen("transfer", "trasnfer", 1);
    let slip = folder(&[("t.csv", text.as_bytes())]);
    let output = run(slip.path(), &TRAIN[..TRAIN.len() - 1]);
    assert!(output.status.success(), "one row of a class stops no training");
    let message = String::from_utf8(output.stdout).unwrap();
    for words in [
        "class `trasnfer` (1 rows), which looks like a misspelling of `transfer`",
        "write [data] rename = { \"trasnfer\" = \"transfer\" }",
    ] {
        assert!(message.contains(words), "no `{words}` in: {message}");
    }
    let folder = folder(&[("t.csv", plain().as_bytes())]);
    let args = ["train", "t.csv", "--label", "lable"];
    check_in(folder.path(), &args, &["there is no column `lable`; did you mean `label`?"]);
}

#[test]
fn a_column_that_vanished_between_train_and_evaluate_is_named() {
    let full = table(",colour", |row| format!(",{}", ["red", "green"][row % 2]));
    let folder = folder(&[("t.csv", full.as_bytes())]);
    assert!(run(folder.path(), TRAIN).status.success());
    let without = |column: usize| -> String {
        let keep = |line: &str| {
            let cells: Vec<&str> =
                line.split(',').enumerate().filter(|(at, _)| *at != column).map(|(_, cell)| cell).collect();
            cells.join(",") + "\n"
        };
        full.lines().map(keep).collect()
    };
    let args = ["evaluate", "m.fwb", "later.csv", "--label", "label", "--json", "report.json"];
    for (column, says) in [
        (0, "the column `x`, which the model reads, is missing; add it"),
        (1, "the column `colour`, which the model reads, is missing; add it"),
        (2, "there is no column `label`; add it"),
    ] {
        std::fs::write(folder.path().join("later.csv"), without(column)).unwrap();
        check_in(folder.path(), &args, &["later.csv", says]);
    }
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let folder = folder(&[("t.csv", plain().as_bytes())]);
    let args = ["train", "t.csv", "--label", "label", "--out", "models/m.fwb", "--quiet"];
    check_in(
        folder.path(),
        &args,
        &["cannot write models/m.fwb: check that the folder exists and the disk has room"],
    );
}

/// The target is a link to `/dev/full`, so that a mistake of ours cannot harm the device.
#[cfg(target_os = "linux")]
#[test]
fn a_device_without_room_is_an_error_and_stays_a_device() {
    let folder = folder(&[("t.csv", plain().as_bytes())]);
    let link = folder.path().join("m.fwb");
    std::os::unix::fs::symlink("/dev/full", &link).unwrap();
    let output = run(folder.path(), TRAIN);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(
        message.contains("cannot write m.fwb: check that the folder exists and the disk has room"),
        "{message}"
    );
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

/// A limit on the file size simulates a disk that fills up while the temporary file beside the target is written.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_leaves_the_old_file_and_nothing_beside_it() {
    let folder = folder(&[("log.jsonl", b"what was there before")]);
    let before = files(folder.path());
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" synth --force --out log.jsonl --shoppers 2000";
    let output =
        Command::new("sh").args(["-c", script, FLOORWALKER]).current_dir(folder.path()).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(
        message.contains("cannot write log.jsonl: check that the folder exists and the disk has room"),
        "{message}"
    );
    assert_eq!(files(folder.path()), before);
}

/// Starts a job that writes for minutes, waits until its temporary file beside the target exists, and sends a signal.
#[cfg(unix)]
fn stopped_by(signal: &str) {
    let folder = folder(&[("log.jsonl", b"what was there before")]);
    let before = files(folder.path());
    let mut job = Command::new(FLOORWALKER)
        .args(["synth", "--force", "--out", "log.jsonl", "--shoppers", "1000000"])
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while files(folder.path()).len() == before.len() && began.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(5));
    }
    let half_written = files(folder.path()).len() > before.len();
    let sent = Command::new("kill").args([signal, &job.id().to_string()]).status().unwrap();
    while job.try_wait().unwrap().is_none() && began.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(5));
    }
    // If the job did not stop, it is killed here.
    let _ = job.kill();
    let output = job.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(half_written && sent.success(), "the job never began to write: {message}");
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(
        message.contains("stopped by Ctrl-C; no partly written file is left; run the command again"),
        "{message}"
    );
    assert_eq!(files(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_the_middle_leaves_the_old_file_and_nothing_beside_it() {
    stopped_by("-INT");
}

#[cfg(unix)]
#[test]
fn so_does_the_end_of_the_machine() {
    stopped_by("-TERM");
}
