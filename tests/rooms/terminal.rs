//! A folder with a terminal: runs command lines as a person types them, and returns what that person sees.
//!
//! What is seen is compared with the snapshots in `snapshots/`. `CONTRIBUTING.md` says how they are renewed.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const FLOORWALKER: &str = env!("CARGO_BIN_EXE_floorwalker-under-test");

/// Width of the terminal, in characters. It is as wide as help texts become in any terminal.
const WIDTH: &str = "100";

/// A folder, and a terminal in it.
pub(crate) struct Terminal(TempDir);

impl Terminal {
    /// A terminal in a new folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let terminal = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            terminal.write(name, text);
        }
        terminal
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    /// Runs a command line, whose words contain no space. Returns the line, what it printed on standard output and (after `2>`) on
    /// standard error, and its exit code unless it is 0.
    pub(crate) fn run(&self, line: &str) -> String {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("floorwalker"), "{line}");
        let output = Command::new(FLOORWALKER)
            .args(words)
            .current_dir(self.path())
            .env("COLUMNS", WIDTH)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let [said, complaint] = [output.stdout, output.stderr].map(|text| {
            // Usage lines show the name of the file that was run.
            String::from_utf8(text).unwrap().replace("floorwalker-under-test", "floorwalker")
        });
        let mut seen = format!("$ {line}\n{said}");
        for line in complaint.lines() {
            seen += format!("2> {}", steady(line)).trim_end();
            seen.push('\n');
        }
        if !output.status.success() {
            writeln!(seen, "exit code {}", output.status.code().unwrap()).unwrap();
        }
        seen
    }

    /// What is seen when these lines are run one after the other.
    pub(crate) fn run_all(&self, lines: &[&str]) -> String {
        lines.iter().map(|line| self.run(line)).collect::<Vec<_>>().join("\n")
    }
}

/// A line without what differs from run to run: the time that a stage took, and the path of a temporary file.
fn steady(line: &str) -> String {
    if let Some((before, _)) = line.split_once(" at path \"") {
        return format!("{before} at path …");
    }
    match line.strip_suffix(" s").and_then(|line| line.rsplit_once(' ')) {
        Some((stage, time)) if time.parse::<f64>().is_ok() => format!("{:<36}#.# s", stage.trim_end()),
        _ => line.to_owned(),
    }
}

/// What is seen when `line` is run for each of the `slips`: what is wrong, and the text of the file `name`. The files `beside` it are right.
/// Every run refuses its input, and writes nothing.
#[track_caller]
pub(crate) fn refusals(
    beside: &[(&str, &str)],
    name: &str,
    slips: &[(&str, impl AsRef<str>)],
    line: &str,
) -> String {
    let mut said = Vec::new();
    for (what, text) in slips {
        let terminal = Terminal::with(beside);
        terminal.write(name, text.as_ref());
        let seen = terminal.run(line);
        assert!(seen.contains("2> floorwalker: ") && seen.ends_with("exit code 1\n"), "{what}: {seen}");
        let n_files = std::fs::read_dir(terminal.path()).unwrap().count();
        assert_eq!(n_files, beside.len() + 1, "{what}: {seen}");
        said.push(format!("# {what}\n{seen}"));
    }
    said.join("\n")
}

/// What was seen, without what a fit on another machine may do otherwise: `#` stands for each digit of sizes, figures and hashes (numbers
/// with a decimal point or three digits or more, and words of at least 32 hexadecimal digits), and one line for a list of mistakes.
pub(crate) fn without_figures(seen: &str) -> String {
    let mut lines: Vec<String> = seen.lines().map(without_digits).collect();
    lines.dedup();
    lines.join("\n")
}

fn without_digits(line: &str) -> String {
    if line.starts_with("$ ") {
        return line.to_owned();
    }
    if line.contains("  taken for ") {
        return "     #  (a class)  taken for (another)".to_owned();
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '.';
    let shown = |word: &str| {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_number = bare.chars().all(|c| c.is_ascii_digit() || c == '.');
        let is_hash = bare.len() >= 32 && bare.chars().all(|c| c.is_ascii_hexdigit());
        if is_hash {
            word.replace(|c: char| c.is_ascii_hexdigit(), "#")
        } else if is_number && (bare.contains('.') || bare.len() >= 3) {
            word.replace(|c: char| c.is_ascii_digit(), "#")
        } else {
            word.to_owned()
        }
    };
    line.split_inclusive(|c| !is_part(c)).map(shown).collect()
}
