//! `cargo xtask test`: runs every check and every test suite, and counts the results.
//!
//! Invariants
//! - A stage that fails without a failing test counts as one failure; so does a suite that ran no test.
//! - A stage is not run, and counts as a failure, if a stage that it needs failed.
//! - The last line is `N passed, N failed`, and no other line has that form.

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::shell::Shell;
use crate::stage::Stages;
use crate::tally::Tally;
use crate::{binary, demo, pack, tools, trainer};

/// The folder of the tests that use the package in each of the tools that shops use.
pub(crate) const MATRIX: &str = "tests/matrix";

/// One part of the proof, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Tools.
    Setup,
    /// `cargo fmt --check`; biome's format and lint of the JavaScript.
    Fmt,
    /// tsc: the types of the JavaScript, from its comments.
    Types,
    /// clippy without warnings, natively and for the page's target.
    Clippy,
    /// rustdoc without warnings.
    Docs,
    /// cargo-deny: licences, sources and versions of dependencies; advisories where their database can be had.
    Deny,
    /// `cargo test`.
    Rust,
    /// WebAssembly, fallback, tarball.
    Build,
    /// The tarball in Node and in bundlers.
    Package,
    /// The storefront's files, with a trained bundle.
    Demo,
    /// The storefront in Chromium.
    Browser,
    /// The tarball in the tools that most shops build, serve and test with.
    Matrix,
}

impl Stage {
    /// The stages whose results this one reads.
    fn needs(self) -> &'static [Self] {
        match self {
            Self::Setup | Self::Docs | Self::Deny => &[],
            Self::Fmt | Self::Types | Self::Clippy | Self::Rust | Self::Build => &[Self::Setup],
            Self::Package | Self::Demo => &[Self::Setup, Self::Build],
            Self::Browser => &[Self::Setup, Self::Build, Self::Demo],
            Self::Matrix => &[Self::Setup, Self::Build],
        }
    }

    fn work(self, shell: &Shell, tally: &mut Tally) -> Result<()> {
        match self {
            Self::Setup => tools::install(shell, tools::Need::Browser),
            Self::Fmt => {
                shell.run(shell.cargo().args(["fmt", "--all", "--check"]))?;
                shell.run(shell.command("biome").args(["ci", "--error-on-warnings"]))
            }
            Self::Types => shell.run(shell.command("tsc").args(["--project", "tsconfig.json"])),
            Self::Clippy => clippy(shell),
            Self::Docs => docs(shell),
            Self::Deny => deny(shell),
            Self::Rust => {
                let mut test = shell.cargo();
                test.args(["test", "--workspace", "--no-fail-fast"]);
                // A snapshot that is missing or differs fails, and is never written, on any machine.
                suite(shell, test.env("INSTA_UPDATE", "no"), tally)
            }
            Self::Build => pack::build(shell).map(drop),
            Self::Package => node_suite(shell, "tests/package", tally),
            Self::Demo => demo::assemble(shell, &pack::tarball(shell)),
            Self::Browser => node_suite(shell, "tests/browser", tally),
            Self::Matrix => {
                tools::npm(shell, MATRIX)?;
                binary::build(shell, None, None)?;
                node_suite(shell, MATRIX, tally)
            }
        }
    }
}

/// Runs the stages (all of them when `only` is empty) and says whether everything passed.
pub(crate) fn run(shell: &Shell, only: &[Stage]) -> Result<bool> {
    let mut stages = Stages::default();
    let mut total = Tally::default();
    let mut failed: Vec<Stage> = Vec::new();
    for &stage in Stage::value_variants().iter().filter(|stage| only.is_empty() || only.contains(stage)) {
        let name = format!("{stage:?}").to_lowercase();
        let mut tally = Tally::default();
        let result = stages.run(&name, || {
            if let Some(before) = stage.needs().iter().find(|before| failed.contains(before)) {
                bail!("not run, because {before:?} failed");
            }
            stage.work(shell, &mut tally)
        });
        if result.is_err() {
            failed.push(stage);
            tally.failed = tally.failed.max(1);
        }
        total += tally;
    }
    stages.print_times();
    for stage in &failed {
        println!("failed: {stage:?}");
    }
    println!("{total}");
    Ok(failed.is_empty() && total.failed == 0)
}

fn clippy(shell: &Shell) -> Result<()> {
    let deny = ["--", "--deny", "warnings"];
    shell.run(shell.cargo().args(["clippy", "--quiet", "--workspace", "--all-targets"]).args(deny))?;
    for page in ["floorwalker-wasm", "floorwalker-wasm-retrieval", "floorwalker-wasm-simulator"] {
        let page = ["clippy", "--quiet", "--package", page, "--target", tools::WASM_TARGET];
        shell.run(shell.cargo().args(page).args(deny))?;
    }
    Ok(())
}

/// Builds the documentation of every item, private ones included, and fails on warnings such as broken links.
fn docs(shell: &Shell) -> Result<()> {
    let doc = ["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"];
    shell.run(shell.cargo().args(doc).env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Checks dependencies against `deny.toml`. The advisories are skipped, with a line that says so, where their database cannot be fetched.
fn deny(shell: &Shell) -> Result<()> {
    tools::cargo_deny(shell)?;
    let check = ["deny", "--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    shell.run(shell.cargo().args(check))?;
    if shell.output(shell.cargo().args(["deny", "fetch", "db"])).is_err() {
        println!(
            "advisories: NOT CHECKED, their database (github.com/rustsec/advisory-db) cannot be reached from here"
        );
        return Ok(());
    }
    shell.run(shell.cargo().args(["deny", "--workspace", "check", "--disable-fetch", "advisories"]))
}

/// Runs every `*.test.mjs` of a folder, one file after the other, since browsers in parallel would compete for few cores.
fn node_suite(shell: &Shell, folder: &str, tally: &mut Tally) -> Result<()> {
    let mut files: Vec<_> = std::fs::read_dir(shell.at(folder))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    let mut node = shell.command("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(files);
    node.env("FLOORWALKER", trainer::trainer(shell)?);
    if let Ok(chromium) = tools::chromium(shell) {
        node.env("CHROMIUM", chromium);
    }
    suite(shell, &mut node, tally)
}

fn suite(shell: &Shell, command: &mut std::process::Command, tally: &mut Tally) -> Result<()> {
    let ended = shell.tee(command, |line| tally.read(line));
    if tally.is_empty() {
        bail!("no test was run");
    }
    ended
}
