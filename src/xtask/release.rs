//! `cargo xtask release`: everything that must hold before the tarballs are published, then `npm publish`.
//!
//! | step      | what must hold                                                                           |
//! |-----------|------------------------------------------------------------------------------------------|
//! | version   | `Cargo.lock` and both packed manifests have the version of `[workspace.package]`            |
//! | changelog | both changelogs have a section of that version with entries, and none that waits for a version |
//! | tree      | no uncommitted change; the tag `v<version>` is at this commit                             |
//! | trainer   | this machine's program is built, and the folder `--trainers` has those of the other platforms |
//! | tarballs  | every file that a manifest's `exports` names is in its tarball; publint has no objection  |
//! | figures   | measured on the messages that nothing else reads; a person compares them with `docs/benchmarks.md` |
//! | checksums | SHA-256 of each tarball, printed and in `target/npm/SHA256SUMS`                           |
//!
//! Invariants
//! - Every step is carried out and reported, whichever fails: one run names everything that is missing.
//! - Nothing is published with `--dry-run`, or when a step failed.
//! - What only the release itself can mend (entries that wait, the tag, the tree) is a note in a dry run, and a failure otherwise.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use sha2::{Digest, Sha256};

use crate::shell::Shell;
use crate::{binary, pack, tools};

/// The version that is released: that of `[workspace.package]`.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The heading of the entries that have no version yet.
const WAITING: &str = "Not yet released";

/// Their changelogs are read by different people: the repository's and the package's.
const CHANGELOGS: [&str; 2] = ["CHANGELOG.md", "pkg-template/CHANGELOG.md"];

/// The built folders of what is published.
const PACKAGES: [&str; 2] = [pack::PACKAGE, pack::SIMULATOR];

/// How the steps ended.
struct Steps {
    dry: bool,
    failed: usize,
}

impl Steps {
    fn report(&mut self, name: &str, result: Result<String>) {
        match result {
            Ok(said) => println!("release: {name}: {said}"),
            Err(error) => {
                self.failed += 1;
                println!("release: {name}: FAILED: {error:#}");
            }
        }
    }

    /// The same for what only the release itself can mend.
    fn report_last(&mut self, name: &str, result: Result<String>) {
        match result {
            Err(error) if self.dry => println!("release: {name}: to do before the release: {error:#}"),
            other => self.report(name, other),
        }
    }
}

/// Carries out every step; publishes unless `dry` or a step failed. `Ok(true)`: all of them hold.
pub(crate) fn run(shell: &Shell, dry: bool, trainers: Option<&Path>) -> Result<bool> {
    pack::build(shell)?;
    let mut steps = Steps { dry, failed: 0 };
    steps.report("version", version(shell));
    for name in CHANGELOGS {
        let text = fs::read_to_string(shell.at(name)).with_context(|| format!("could not read {name}"))?;
        steps.report(name, entries(&text, VERSION).map(|count| format!("{count} entries of {VERSION}")));
        steps.report_last(name, nothing_waits(&text));
    }
    steps.report_last("tree", committed(shell));
    steps.report_last("tag", tagged(shell));
    let mut tarballs = Vec::new();
    for package in PACKAGES {
        let tarball = pack::tarball_of(shell, package);
        steps.report(package, tarball_holds(shell, package, &tarball));
        tarballs.push(tarball);
    }
    match binary::build(shell, None, None) {
        Ok(built) => {
            steps.report("trainer", Ok(format!("{} tarballs", built.len())));
            tarballs.extend(built);
        }
        Err(error) => steps.report("trainer", Err(error)),
    }
    let others = others(trainers, binary::here());
    steps.report_last(
        "trainer's other platforms",
        others.as_ref().map(|all| format!("{} tarballs", all.len())).map_err(|error| anyhow!("{error:#}")),
    );
    tarballs.extend(others.unwrap_or_default());
    println!("release: figures, to compare with docs/benchmarks.md:");
    let release = ["tests/bench/messages.mjs", "tests/data/messages/release.csv"];
    let figures = shell.run(shell.command("node").args(release));
    steps.report("figures", figures.map(|()| "measured".to_owned()));
    steps.report("checksums", checksums(shell, &tarballs));
    if steps.failed > 0 {
        println!("release: {} steps failed; nothing was published", steps.failed);
        return Ok(false);
    }
    if dry {
        println!("release: dry run, nothing was published; without --dry-run these are published:");
        tarballs.iter().for_each(|tarball| println!("  {}", tarball.display()));
        return Ok(true);
    }
    for tarball in &tarballs {
        shell.run(shell.command("npm").args(["publish", "--access", "public"]).arg(tarball))?;
    }
    Ok(true)
}

/// The tarballs of the trainer's program for the platforms other than `own`, which other machines have built into the folder `trainers`.
///
/// # Errors
///
/// One is missing: npm would then install no program there.
fn others(trainers: Option<&Path>, own: Option<&str>) -> Result<Vec<PathBuf>> {
    let Some(folder) = trainers else {
        bail!("built by the release workflow, which names their folder with --trainers");
    };
    let others = binary::PLATFORMS.into_iter().filter(|platform| Some(*platform) != own);
    let files = others.map(|platform| folder.join(format!("floorwalker-trainer-{platform}-{VERSION}.tgz")));
    let files: Vec<PathBuf> = files.collect();
    for file in &files {
        ensure!(file.exists(), "{} is missing", file.display());
    }
    Ok(files)
}

/// The lock file's and the packed manifests' version is the workspace's.
fn version(shell: &Shell) -> Result<String> {
    let locked = tools::locked_version(shell, "floorwalker-engine")?;
    ensure!(locked == VERSION, "Cargo.lock has {locked}, Cargo.toml {VERSION}; run `cargo check`");
    for package in PACKAGES {
        let packed = manifest(shell, package)?;
        let packed = packed["version"].as_str().unwrap_or_default();
        ensure!(packed == VERSION, "{package}/package.json has {packed}, Cargo.toml {VERSION}");
    }
    Ok(VERSION.to_owned())
}

/// How many entries a changelog has under a version.
///
/// # Errors
///
/// It has no section of that version, or one without an entry.
fn entries(changelog: &str, version: &str) -> Result<usize> {
    let Some(section) = section(changelog, version) else {
        bail!("no section `## {version}`; add it, with what changed");
    };
    // An entry is an item of a list or, in a short changelog, a paragraph.
    let items = section.lines().filter(|line| line.starts_with("- ")).count();
    let paragraphs = section.split("\n\n").filter(|part| !part.trim().is_empty()).count();
    ensure!(paragraphs > 0, "the section `## {version}` is empty; write what changed");
    Ok(items.max(paragraphs))
}

/// Every entry has a version.
fn nothing_waits(changelog: &str) -> Result<String> {
    let waiting = section(changelog, WAITING).unwrap_or_default().trim();
    ensure!(
        waiting.is_empty(),
        "{} lines stand under `## {WAITING}`; move them under a version",
        waiting.lines().count()
    );
    Ok("every entry has a version".to_owned())
}

/// What stands between the heading of this name and the next one of its level.
fn section<'a>(changelog: &'a str, name: &str) -> Option<&'a str> {
    let heading = format!("## {name}");
    let mut at = 0;
    let mut start = None;
    for line in changelog.split_inclusive('\n') {
        if let Some(start) = start
            && line.starts_with("## ")
        {
            return changelog.get(start..at);
        }
        at += line.len();
        if line.trim_end() == heading {
            start = Some(at);
        }
    }
    changelog.get(start?..)
}

fn committed(shell: &Shell) -> Result<String> {
    let changed = shell.output(shell.command("git").args(["status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "uncommitted changes:\n{changed}");
    Ok("no uncommitted change".to_owned())
}

fn tagged(shell: &Shell) -> Result<String> {
    let tag = format!("v{VERSION}");
    let tags = shell.output(shell.command("git").args(["tag", "--points-at", "HEAD"]))?;
    ensure!(tags.lines().any(|line| line == tag), "this commit has no tag {tag}; `git tag {tag}`");
    Ok(tag)
}

/// The tarball holds every file that the manifest offers, and publint has no objection.
fn tarball_holds(shell: &Shell, package: &str, tarball: &Path) -> Result<String> {
    let listed = shell.output(shell.command("tar").arg("-tzf").arg(tarball))?;
    let files: Vec<&str> = listed.lines().filter_map(|line| line.strip_prefix("package/")).collect();
    let mut offered = Vec::new();
    paths(&manifest(shell, package)?["exports"], &mut offered);
    ensure!(!offered.is_empty(), "{package}/package.json exports nothing");
    for path in &offered {
        let wanted = path.trim_start_matches("./");
        // A pattern, `handover/*.js`, stands for at least one file.
        let held = match wanted.split_once('*') {
            Some((start, end)) => files.iter().any(|file| file.starts_with(start) && file.ends_with(end)),
            None => files.contains(&wanted),
        };
        ensure!(held, "`exports` names {path}, which is not in {}", tarball.display());
    }
    shell.run(shell.command("publint").args(["--strict"]).arg(tarball))?;
    Ok(format!("{} files, with all {} that `exports` names", files.len(), offered.len()))
}

/// Every path in `exports`, whatever its conditions.
fn paths(exports: &serde_json::Value, into: &mut Vec<String>) {
    match exports {
        serde_json::Value::String(path) => into.push(path.clone()),
        serde_json::Value::Object(conditions) => conditions.values().for_each(|inner| paths(inner, into)),
        _ => {}
    }
}

fn manifest(shell: &Shell, package: &str) -> Result<serde_json::Value> {
    let file = format!("{package}/package.json");
    let text = fs::read_to_string(shell.at(&file)).with_context(|| format!("could not read {file}"))?;
    serde_json::from_str(&text).with_context(|| format!("{file} is not JSON"))
}

/// Prints the tarballs' SHA-256 in the form that `sha256sum --check` reads, and writes the same beside them.
fn checksums(shell: &Shell, tarballs: &[PathBuf]) -> Result<String> {
    let mut lines = String::new();
    for tarball in tarballs {
        let bytes = fs::read(tarball).with_context(|| format!("could not read {}", tarball.display()))?;
        let hex: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let name = tarball.file_name().unwrap_or_default().to_string_lossy();
        lines.push_str(&format!("{hex}  {name}\n"));
    }
    print!("{lines}");
    fs::write(shell.at("target/npm/SHA256SUMS"), &lines).context("could not write target/npm/SHA256SUMS")?;
    Ok("in target/npm/SHA256SUMS".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str =
        "# Changelog\n\n## Not yet released\n\n- C.\n\n## 0.2.0\n\n- A.\n- B.\n\n## 0.1.0\n\nFirst.\n";

    #[test]
    fn entries_of_a_version_end_where_the_next_version_starts() {
        assert_eq!(entries(CHANGELOG, "0.2.0").ok(), Some(2));
        assert_eq!(entries(CHANGELOG, "0.1.0").ok(), Some(1));
    }

    #[test]
    fn a_version_without_section_or_entry_is_refused() {
        assert!(entries(CHANGELOG, "0.2").is_err());
        assert!(entries("## 0.3.0\n\n## 0.2.0\n\n- A.\n", "0.3.0").is_err());
    }

    #[test]
    fn entries_that_wait_for_a_version_are_named() {
        let error = nothing_waits(CHANGELOG).map_err(|error| error.to_string());
        assert_eq!(error, Err("1 lines stand under `## Not yet released`; move them under a version".into()));
        assert!(nothing_waits("## Not yet released\n\n## 0.1.0\n\n- A.\n").is_ok());
    }

    #[test]
    fn exported_paths_are_found_below_every_condition() {
        let exports = serde_json::json!({ ".": { "import": { "types": "./a.d.ts", "default": "./a.js" } }, "./b": "./b.js" });
        let mut found = Vec::new();
        paths(&exports, &mut found);
        found.sort();
        assert_eq!(found, ["./a.d.ts", "./a.js", "./b.js"]);
    }
}
