//! Tools other than Rust itself: their versions, how they are found, and how they are installed.
//!
//! | tool              | version                                      | comes from                            |
//! |-------------------|----------------------------------------------|---------------------------------------|
//! | wasm target       | that of `rust-toolchain.toml`                | rustup                                |
//! | wasm-pack         | [`WASM_PACK`]                                | found, or `cargo install`, in `target/tools` |
//! | wasm-bindgen      | that of the crate in `Cargo.lock`            | found, or `cargo install`, in `target/tools` |
//! | cargo-deny        | [`CARGO_DENY`]                               | found, or `cargo install`, in `target/tools` |
//! | wasm-opt, esbuild, … | `tests/package.json` and its lock file    | `npm ci`, in `tests/node_modules`     |
//! | Node              | at least [`NODE_MAJOR`]                      | installed by the user                 |
//! | Chromium          | any                                          | found, or Debian's package            |
//!
//! Invariants
//! - A tool that is present in the right version is not installed again.
//! - A tool of another version is never taken from the path: `target/tools/bin` and `tests/node_modules/.bin` come first.
//! - The output of a failed installation is shown only if no other way is left to try.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::Shell;

/// The Rust target of the page's build.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Version of wasm-pack.
const WASM_PACK: &str = "0.15.1";

/// Version of cargo-deny.
const CARGO_DENY: &str = "0.20.2";

/// Smallest major version of Node: it has `node:test` with the spec reporter, and can `import` everything that the npm tools need.
const NODE_MAJOR: u32 = 20;

/// Interval between progress lines while a tool is compiled.
const SILENCE: Duration = Duration::from_secs(15);

/// Names of the programs under which systems install Chromium or Chrome.
const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Paths of the same programs on macOS.
const CHROMIUM_APPS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Which tools a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// The tools that build the package.
    Build,
    /// The tools that build the package, and a browser.
    Browser,
}

/// Installs what is missing.
pub(crate) fn install(shell: &Shell, need: Need) -> Result<()> {
    wasm_target(shell)?;
    node(shell)?;
    npm(shell, "tests")?;
    cargo_tool(shell, "wasm-pack", "wasm-pack", WASM_PACK)?;
    cargo_tool(shell, "wasm-bindgen-cli", "wasm-bindgen", &locked_version(shell, "wasm-bindgen")?)?;
    if need == Need::Browser {
        chromium(shell)?;
    }
    Ok(())
}

/// Installs cargo-deny, the program that reads `deny.toml`.
pub(crate) fn cargo_deny(shell: &Shell) -> Result<()> {
    cargo_tool(shell, "cargo-deny", "cargo-deny", CARGO_DENY)
}

/// Path of Chromium's program; it is installed if it is missing, on Debian as root.
pub(crate) fn chromium(shell: &Shell) -> Result<PathBuf> {
    if let Some(found) = find_chromium(shell) {
        return Ok(found);
    }
    let debian = shell.which("apt-get").is_some();
    if debian && shell.output(shell.command("id").arg("-u"))? == "0" {
        say("installing Chromium by apt-get");
        shell.run(shell.command("apt-get").args(["update", "--quiet"]))?;
        let install = ["install", "--quiet", "--yes", "--no-install-recommends", "chromium"];
        shell.run(shell.command("apt-get").args(install).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    find_chromium(shell).with_context(|| {
        let how = if debian { "run `sudo apt-get install chromium`" } else { "install Chromium or Chrome" };
        format!("no Chromium on this machine: {how}, or set CHROMIUM to its program")
    })
}

fn find_chromium(shell: &Shell) -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let on_path = CHROMIUM_NAMES.iter().find_map(|name| shell.which(name));
    on_path.or_else(|| CHROMIUM_APPS.iter().map(PathBuf::from).find(|app| app.is_file()))
}

fn wasm_target(shell: &Shell) -> Result<()> {
    let sysroot = shell.output(shell.command("rustc").args(["--print", "sysroot"]))?;
    if PathBuf::from(sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    say(&format!("adding the Rust target {WASM_TARGET}"));
    shell
        .run(shell.command("rustup").args(["target", "add", WASM_TARGET]))
        .context("this Rust has no wasm target and no rustup to add it")
}

fn node(shell: &Shell) -> Result<()> {
    let version = shell
        .output(shell.command("node").arg("--version"))
        .with_context(|| format!("Node {NODE_MAJOR} or later is needed and was not found"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        bail!("Node {NODE_MAJOR} or later is needed; this is {version}");
    }
    Ok(())
}

/// Runs `npm ci` in a folder, unless the installed tools are already those of its lock file.
pub(crate) fn npm(shell: &Shell, folder: &str) -> Result<()> {
    let locked = format!("{folder}/package-lock.json");
    let lock = fs::read_to_string(shell.at(&locked)).context(locked.clone())?;
    let stamp = shell.at(folder).join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say(&format!("installing the npm tools of {locked}"));
    let quiet = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    shell.run(shell.command("npm").args(quiet).current_dir(shell.at(folder)))?;
    fs::write(&stamp, lock).context("could not write the stamp of the npm tools")
}

/// Installs a program from a crate, unless that version is in `target/tools` or on the path: by `cargo binstall` if that is installed,
/// else compiled without optimization, which halves the compile time and slows a build of the package by less than that.
fn cargo_tool(shell: &Shell, krate: &str, program: &str, version: &str) -> Result<()> {
    // `target/tools/bin` is first on the shell's path.
    if let Ok(said) = shell.output(shell.command(program).arg("--version"))
        && said.split(' ').nth(1) == Some(version)
    {
        return Ok(());
    }
    let wanted = format!("{krate}@{version}");
    if shell.which("cargo-binstall").is_some() {
        say(&format!("fetching {krate} {version}"));
        let mut binstall = shell.cargo();
        binstall.args(["binstall", "--no-confirm", "--force", "--root", "target/tools", &wanted]);
        if shell.output(&mut binstall).is_ok() {
            return Ok(());
        }
    }
    say(&format!("compiling {krate} {version}, a minute or two, once"));
    let install = |how: &[&str]| {
        let mut command = shell.cargo();
        // The tools are not compiled with the project's flags, nor into its target folder.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        command.args(["install", "--debug", "--force", "--root", "target/tools", &wanted]).args(how);
        let began = Instant::now();
        let (mut crates, mut told) = (0, began);
        shell.quietly(&mut command, |line| {
            crates += u32::from(line.trim_start().starts_with("Compiling"));
            if told.elapsed() >= SILENCE {
                told = Instant::now();
                say(&format!("{krate}: {crates} crates so far, {} s", began.elapsed().as_secs()));
            }
        })
    };
    // A mirror of the registry may lack a version that the crate's own lock file names; then the newest compatible ones are used.
    install(&["--locked"]).or_else(|_| {
        say(&format!("{krate}: this registry lacks a version that its lock file names; the newest versions that fit are used"));
        install(&[])
    })
}

/// The version of a crate in `Cargo.lock`.
pub(crate) fn locked_version(shell: &Shell, krate: &str) -> Result<String> {
    let lock = fs::read_to_string(shell.at("Cargo.lock")).context("Cargo.lock")?;
    version_in_lock(&lock, krate).with_context(|| format!("Cargo.lock does not hold {krate}"))
}

fn version_in_lock(lock: &str, krate: &str) -> Option<String> {
    let after = lock.split_once(&format!("name = \"{krate}\"\nversion = \""))?.1;
    Some(after.split_once('"')?.0.to_owned())
}

fn say(what: &str) {
    println!("setup: {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_found_in_the_lock_file_by_its_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"…\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "bindgen"), None);
    }
}
