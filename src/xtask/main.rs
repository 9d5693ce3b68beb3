//! `cargo xtask`: the commands that build, test, measure and format this repository.
//!
//! | command | result                                                                 |
//! |---------|------------------------------------------------------------------------|
//! | `setup` | pinned tools in `target/tools`, npm tools in `tests/node_modules`       |
//! | `build` | `target/npm/floorwalker/` and its tarball, the package as a merchant gets it |
//! | `demo`  | `target/demo/`, served on this machine                                 |
//! | `test`  | one line, `N passed, N failed`, over every suite                        |
//! | `bench` | a table of measurements against their bounds                           |
//! | `fuzz`  | inputs that make a reader panic, hang or run out of memory, if there are any |
//! | `trainer` | the trainer as npm packages                                            |
//! | `release` | published tarballs; with `--dry-run`, the same checks without publishing |
//! | `fmt`   | formatted sources                                                      |
//!
//! Invariants
//! - Every command does the set-up that it needs, and skips what is already done.
//! - A command that fails prints what was run and exits with a non-zero code.
//!
//! Not here: versions of tools (`tools`, `tests/package-lock.json`), what the suites prove (`tests`).

mod bench;
mod binary;
mod demo;
mod engine;
mod few;
mod fuzz;
mod glue;
mod pack;
mod peers;
mod proof;
mod real;
mod release;
mod row;
mod shell;
mod stage;
mod strange;
mod tally;
mod tools;
mod trainer;
mod turns;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::shell::Shell;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Builds, tests, demonstrates and measures Floorwalker."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what the other commands need: wasm target, wasm-pack, wasm-bindgen, npm tools, Chromium.
    Setup,
    /// Builds the npm package: WebAssembly, JavaScript fallback, tarball. Prints the size of every file.
    Build,
    /// Trains the demo bundle, assembles the storefront and serves it until stopped.
    Demo {
        /// Only print the address; open no browser.
        #[arg(long)]
        no_open: bool,
        /// Port on 127.0.0.1; 0 chooses a free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Runs every check and test suite; the last line counts the tests.
    Test {
        /// Run only the named stages (several may be given).
        #[arg(long, value_name = "STAGE", value_enum)]
        only: Vec<proof::Stage>,
    },
    /// Measures sizes and times against their bounds.
    Bench {
        /// Also train on the real data sets in `FLOORWALKER_DATA` (default `../shared/data`), beside other libraries.
        ///
        /// Their time to fit is measured now, in a virtual environment in target/tools/peers, which needs python3; their accuracy is
        /// read from tests/peers/golden.
        #[arg(long)]
        real: bool,
        /// First measure the accuracy of the other libraries, and rewrite tests/peers/golden (many minutes, needs python3).
        #[arg(long, requires = "real")]
        peers: bool,
        /// Measure only the text models on those data sets: few labels, out of scope, nine languages. No page is opened.
        #[arg(long, conflicts_with = "real")]
        words: bool,
        /// Write the measurements as a list of `{name, value, unit, bound, holds}`, some with `peer` and `peer_value`.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Feeds every reader of untrusted bytes with mutated inputs, and keeps those that make one panic, hang or run out of memory.
    ///
    /// Each target runs in libFuzzer, by coverage, on the pinned stable Rust; `hint`, which is JavaScript, runs in Node. A run starts
    /// from fuzz/corpus and from what earlier runs kept in target/fuzz/corpus. A target ends at the first input that it fails on: that
    /// is kept in target/fuzz/found, and the command that replays it is printed. The exit code is then 1.
    ///
    /// Compiling takes some minutes the first time, which do not count, and needs a C++ compiler. `cargo xtask test` replays
    /// fuzz/corpus, with some mutations that are always the same.
    Fuzz {
        /// Minutes in total, divided equally among the targets.
        #[arg(long, value_name = "N", value_parser = minutes)]
        minutes: f64,
        /// Run only this target (several may be given).
        #[arg(long, value_name = "TARGET", value_parser = fuzz::TARGETS)]
        target: Vec<String>,
    },
    /// Builds the package and runs it in every tool that shops build, serve and test with; writes the table of the package's README.
    Matrix,
    /// Builds the trainer as npm packages: the command, and the program of one platform. Prints the paths of the tarballs.
    Trainer {
        /// The platform, as Node names it; without it, this machine's.
        #[arg(long, value_name = "OS-CPU", value_parser = binary::PLATFORMS, requires = "binary")]
        platform: Option<String>,
        /// The program; without it, the release is built for this machine.
        #[arg(long, value_name = "FILE")]
        binary: Option<PathBuf>,
    },
    /// Checks versions, changelogs, tree and tarballs, measures the figures of docs/benchmarks.md, prints checksums, and publishes.
    Release {
        /// Do everything but publish; what must be done only before the release itself (tag, tree, changelog) is a note.
        #[arg(long)]
        dry_run: bool,
        /// Folder with the tarballs of the trainer's program for the other platforms, as the release workflow builds them.
        #[arg(long, value_name = "FOLDER")]
        trainers: Option<PathBuf>,
    },
    /// Formats the Rust and JavaScript sources.
    Fmt,
}

/// A number of minutes, above 0.
fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().ok().filter(|minutes: &f64| *minutes > 0.0 && minutes.is_finite());
    minutes.ok_or_else(|| "a number of minutes above 0, such as 10".to_owned())
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command; false if one of its checks failed.
fn run(command: Command) -> Result<bool> {
    let shell = Shell::at_workspace_root()?;
    match command {
        Command::Setup => tools::install(&shell, tools::Need::Browser).map(|()| true),
        Command::Build => {
            tools::install(&shell, tools::Need::Build)?;
            pack::build(&shell).map(|_| true)
        }
        Command::Demo { no_open, port } => {
            tools::install(&shell, tools::Need::Build)?;
            demo::run(&shell, port, !no_open).map(|()| true)
        }
        Command::Test { only } => proof::run(&shell, &only),
        Command::Bench { words: true, json, .. } => bench::words(&shell, json.as_deref()).map(|()| true),
        Command::Bench { real, peers, json, .. } => {
            bench::run(&shell, bench::More { real, peers }, json.as_deref()).map(|()| true)
        }
        Command::Fuzz { minutes, target } => fuzz::run(&shell, minutes, &target),
        Command::Matrix => {
            tools::install(&shell, tools::Need::Browser)?;
            tools::npm(&shell, proof::MATRIX)?;
            pack::build(&shell)?;
            let mut node = shell.command("node");
            node.args(["tests/matrix/table.mjs", "pkg-template/README.md"]);
            node.env("CHROMIUM", tools::chromium(&shell)?);
            shell.run(&mut node).map(|()| true)
        }
        Command::Trainer { platform, binary } => {
            binary::build(&shell, platform.as_deref(), binary.as_deref()).map(|_| true)
        }
        Command::Release { dry_run, trainers } => {
            tools::install(&shell, tools::Need::Build)?;
            release::run(&shell, dry_run, trainers.as_deref())
        }
        Command::Fmt => {
            tools::npm(&shell, "tests")?;
            shell.run(shell.cargo().args(["fmt", "--all"]))?;
            shell.run(shell.command("biome").args(["format", "--write"])).map(|()| true)
        }
    }
}
