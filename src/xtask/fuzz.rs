//! `cargo xtask fuzz`: a long run of the fuzz targets, and what it found.
//!
//! The targets of `fuzz/fuzz_targets` run in libFuzzer, which follows what they do by the coverage counters that LLVM puts into them. These
//! need no sanitizer, so stable Rust is enough: libFuzzer sees panics, overflows, hangs and much memory, and there is no `unsafe` for a
//! sanitizer to look at. `hint` is JavaScript and runs in Node, by mutations that follow nothing.
//!
//! | path                          | holds                                                              |
//! |-------------------------------|--------------------------------------------------------------------|
//! | `fuzz/corpus/<target>`        | the committed inputs, from which a run starts; it never writes here |
//! | `target/fuzz/corpus/<target>` | inputs that reached something new, from which the next run starts, too |
//! | `target/fuzz/found/<target>`  | inputs that make a target panic, hang or run out of memory          |
//!
//! Not here: what must hold (`fuzz/targets`), the short replay of the corpus (`cargo xtask test`).

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::shell::Shell;

/// Every target, in the order in which they run.
pub(crate) const TARGETS: [&str; 9] =
    ["bundle", "index", "csv", "json_lines", "store", "policy", "condition", "snapshot", HINT];

/// The target that is JavaScript.
const HINT: &str = "hint";

/// Flags of rustc for coverage that libFuzzer reads; those of cargo-fuzz without a sanitizer.
const COVERAGE: [&str; 8] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg",
    "fuzzing",
];

/// Seconds after which an input counts as one that hangs.
const HANGS: u32 = 20;

/// Seconds after which an input is kept as a slow one.
const SLOW: u32 = 5;

/// Memory above which a target has run out of it, in MB.
const MEMORY: u32 = 2_048;

/// Interval between progress lines.
const SILENCE: Duration = Duration::from_secs(20);

/// What a target's run came to.
#[derive(Debug, Default)]
struct Run {
    executions: u64,
    new_inputs: u64,
    found: Vec<PathBuf>,
}

/// Runs the targets in `only`, or all of them, one after another for equal parts of `minutes`. Returns whether nothing was found.
///
/// # Errors
///
/// No C++ compiler, for a target in Rust; a target that cannot be compiled or started.
pub(crate) fn run(shell: &Shell, minutes: f64, only: &[String]) -> Result<bool> {
    let chosen = |target: &&str| only.is_empty() || only.iter().any(|name| name == target);
    let targets: Vec<&str> = TARGETS.into_iter().filter(chosen).collect();
    let programs: Vec<&str> = targets.iter().copied().filter(|target| *target != HINT).collect();
    let folder = if programs.is_empty() { PathBuf::new() } else { build(shell, &programs)? };
    let seconds = ((minutes * 60.0 / targets.len() as f64) as u64).max(1);
    let mut runs = Vec::new();
    for (at, target) in targets.iter().enumerate() {
        println!("\ntarget {} of {}: {target}, {:.1} min", at + 1, targets.len(), seconds as f64 / 60.0);
        let found = shell.at("target/fuzz/found").join(target);
        let kept = shell.at("target/fuzz/corpus").join(target);
        for folder in [&found, &kept] {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        let (mut command, replay) = if *target == HINT {
            let mut node = shell.command("node");
            node.args([
                "fuzz/hint.mjs",
                &format!("--seconds={seconds}"),
                &format!("--found={}", found.display()),
            ]);
            (node, "node fuzz/hint.mjs".to_owned())
        } else {
            let program = folder.join(target);
            let mut fuzzer = shell.command(&program.to_string_lossy());
            fuzzer.args([
                format!("-max_total_time={seconds}"),
                format!("-artifact_prefix={}/", found.display()),
            ]);
            fuzzer.args([format!("-timeout={HANGS}"), format!("-report_slow_units={SLOW}")]);
            fuzzer.args([format!("-rss_limit_mb={MEMORY}"), "-print_final_stats=1".to_owned()]);
            fuzzer.arg(kept).arg(shell.at("fuzz/corpus").join(target));
            (fuzzer, program.display().to_string())
        };
        let run = watch(&mut command).with_context(|| format!("target {target}"))?;
        println!(
            "{target}: {} executions, {} new inputs, {} found",
            run.executions,
            run.new_inputs,
            run.found.len()
        );
        for input in &run.found {
            println!("FOUND {}\n  replay it: {replay} {}", input.display(), input.display());
        }
        runs.push((*target, run));
    }
    println!("\n{:<12} {:>12} {:>11} {:>6}", "target", "executions", "new inputs", "found");
    for (target, run) in &runs {
        println!("{target:<12} {:>12} {:>11} {:>6}", run.executions, run.new_inputs, run.found.len());
    }
    let n_found: usize = runs.iter().map(|(_, run)| run.found.len()).sum();
    println!("{n_found} found");
    if n_found > 0 {
        println!(
            "mend each, and keep its input in fuzz/corpus: `cargo xtask test --only rust` replays it from then on"
        );
    }
    Ok(n_found == 0)
}

/// Compiles the programs of these targets; returns the folder that they are in.
fn build(shell: &Shell, targets: &[&str]) -> Result<PathBuf> {
    let compilers = ["c++", "g++", "clang++"];
    ensure!(
        std::env::var_os("CXX").is_some() || compilers.iter().any(|name| shell.which(name).is_some()),
        "no C++ compiler: libFuzzer is compiled from its C++ sources. Install one (Debian: `sudo apt-get install g++`, macOS: `xcode-select --install`), or set CXX; `--target hint` needs none"
    );
    // The programs are no members of the workspace, but they are compiled with the same versions.
    let (ours, theirs) = (shell.at("Cargo.lock"), shell.at("fuzz/Cargo.lock"));
    let written = |file: &Path| fs::metadata(file).and_then(|file| file.modified());
    if !theirs.exists() || written(&theirs)? < written(&ours)? {
        fs::copy(&ours, &theirs).context("fuzz/Cargo.lock")?;
    }
    println!("fuzz: compiling {} programs with libFuzzer, some minutes the first time", targets.len());
    let host = shell.output(shell.command("rustc").args(["--print", "host-tuple"]))?;
    let mut cargo = shell.cargo();
    cargo.args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", "target/fuzz"]);
    // With a target, the flags are those of the programs alone: build scripts and macros run in rustc, without libFuzzer.
    cargo.args(["--target", &host]).args(targets.iter().flat_map(|target| ["--bin", target]));
    shell.run(cargo.env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\x1f")))?;
    Ok(shell.at("target/fuzz").join(host).join("release"))
}

/// Runs a target to the end of its time, or until it finds something. Shows its progress, and what it says besides.
fn watch(command: &mut Command) -> Result<Run> {
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("could not start it")?;
    let mut run = Run::default();
    let (began, mut told) = (Instant::now(), Instant::now());
    let lines = child.stderr.take().into_iter().flat_map(|said| BufReader::new(said).split(b'\n'));
    for line in lines {
        let line = String::from_utf8_lossy(&line?).into_owned();
        run.read(&line);
        if told.elapsed() >= SILENCE {
            told = Instant::now();
            let minutes = began.elapsed().as_secs_f64() / 60.0;
            println!("  {minutes:.1} min: {} executions, {} new inputs", run.executions, run.new_inputs);
        }
        if is_said(&line) {
            println!("  {line}");
        }
    }
    let status = child.wait()?;
    ensure!(status.success() || !run.found.is_empty(), "it ended with {status}, and kept no input");
    Ok(run)
}

impl Run {
    /// Reads a line of libFuzzer: `#120 NEW cov: …`, where it kept an input, or its closing line on executions.
    fn read(&mut self, line: &str) {
        if let Some((count, rest)) = line.strip_prefix('#').and_then(|line| line.split_once('\t')) {
            self.executions = count.parse().unwrap_or(self.executions);
            self.new_inputs += u64::from(rest.starts_with("NEW"));
        } else if let Some((_, input)) = line.split_once("Test unit written to ") {
            self.found.push(input.into());
        } else if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = count.trim().parse().unwrap_or(self.executions);
        }
    }
}

/// Whether a line tells what went wrong: not one of libFuzzer's own about its progress, nor a dump of an input.
fn is_said(line: &str) -> bool {
    const OWN: [&str; 11] = [
        "#",
        "\"",
        "INFO:",
        "NEW_FUNC",
        "WARNING: Failed to find function",
        "stat::",
        "Done ",
        "0x",
        "\\",
        "artifact_prefix",
        "Base64:",
    ];
    let line = line.trim_start();
    !line.is_empty() && !OWN.iter().any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_libfuzzer_says_is_counted() {
        let mut run = Run::default();
        for line in
            ["INFO: Seed: 7", "#8\tINITED cov: 5 ft: 6", "#90\tNEW    cov: 7 ft: 9", "#95\tREDUCE cov: 7"]
        {
            run.read(line);
        }
        assert_eq!((run.executions, run.new_inputs), (95, 1));
        run.read("stat::number_of_executed_units: 120");
        run.read("artifact_prefix='found/'; Test unit written to found/crash-7");
        assert_eq!(
            (run.executions, run.new_inputs, run.found),
            (120, 1, vec![PathBuf::from("found/crash-7")])
        );
    }

    #[test]
    fn a_panic_is_shown_and_progress_is_not() {
        assert!(is_said("thread '<unnamed>' panicked at src/engine/math.rs:7:5:"));
        for line in [
            "",
            "#8\tpulse  cov: 5",
            "\tNEW_FUNC[1/1]: 0x55fd73417f01",
            "stat::peak_rss_mb: 40",
            "0x7b,0x22,",
        ] {
            assert!(!is_said(line), "{line}");
        }
    }

    #[test]
    fn every_target_has_a_corpus() {
        let shell = Shell::at_workspace_root().unwrap();
        let folders = fs::read_dir(shell.at("fuzz/corpus")).unwrap();
        let corpus: BTreeSet<PathBuf> = folders.map(|entry| entry.unwrap().path()).collect();
        let known: BTreeSet<PathBuf> =
            TARGETS.iter().map(|name| shell.at("fuzz/corpus").join(name)).collect();
        assert_eq!(corpus, known);
    }
}
