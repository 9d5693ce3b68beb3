//! The npm package: `pkg-template` and the engine become a folder and a tarball, as a merchant gets them.
//!
//! | in the package                 | from                                                        |
//! |--------------------------------|-------------------------------------------------------------|
//! | `index.js`                     | the template's, with loader and glue in one file            |
//! | `node.js`                      | the same with `loader-node.js` in the place of `loader.js`   |
//! | `words.js`, `hint.js`          | the template's, each with what it imports in one file        |
//! | `starter.js`, `starter.fwb`    | `pkg-template/starter`; the bundle is trained here on a simulated log |
//! | `policy.schema.json`           | the trainer's                                               |
//! | `engine/floorwalker.wasm`      | `engine::wasm`                                              |
//! | `engine/fallback.js`           | `engine::fallback`                                          |
//! | `package.json`                 | the template's, with the workspace's version                |
//! | types, README, CHANGELOG, LICENSE | copied                                                   |
//!
//! `floorwalker-simulator` is a package of its own, so that the storefront's weighs nothing more for it.
//!
//! One entry file costs a page one round trip; loader and glue as files of their own would cost two more.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::demo;
use crate::engine;
use crate::shell::Shell;

/// The folder of the built package, below the workspace's root.
pub(crate) const PACKAGE: &str = "target/npm/floorwalker";

/// The simulator's.
pub(crate) const SIMULATOR: &str = "target/npm/floorwalker-simulator";

const COPIED: [&str; 5] = ["index.d.ts", "words.d.ts", "hint.d.ts", "README.md", "CHANGELOG.md"];
const SCHEMA: &str = "src/trainer/policy/schema.json";

/// Builds the package's folder and its tarball, prints what every file weighs, and says where the tarball is.
pub(crate) fn build(shell: &Shell) -> Result<PathBuf> {
    let package = engine::empty(shell.at(PACKAGE))?;
    let engine_folder = engine::empty(package.join("engine"))?;
    let work = engine::empty(shell.at("target/npm/entry"))?;

    progress("engine as WebAssembly");
    let glue = engine::empty(work.join("engine"))?;
    engine::wasm(shell, engine::ENGINE, &glue)?;
    fs::rename(glue.join("floorwalker.wasm"), engine_folder.join("floorwalker.wasm"))
        .context("floorwalker.wasm")?;
    progress("engine as JavaScript");
    engine::fallback(shell, &engine_folder)?;

    progress("entries");
    for (entry, loader) in [("index.js", "loader.js"), ("node.js", "loader-node.js")] {
        for source in scripts(&shell.at("pkg-template"))? {
            copy(&source, &work)?;
        }
        fs::copy(shell.at("pkg-template").join(loader), work.join("loader.js")).context(loader)?;
        // The glue warns of its own deprecated arguments, which nobody passes.
        let external = ["--external:./engine/fallback.js", "--external:node:*", "--drop:console"];
        engine::bundle(shell, &work.join("index.js"), &package.join(entry), &external)?;
    }
    for entry in ["words.js", "hint.js"] {
        engine::bundle(shell, &work.join(entry), &package.join(entry), &[])?;
    }
    fs::copy(shell.at(SCHEMA), package.join("policy.schema.json")).context(SCHEMA)?;
    for name in COPIED {
        copy(&shell.at("pkg-template").join(name), &package)?;
    }
    copy(&shell.at("LICENSE"), &package)?;
    manifest(&shell.at("pkg-template"), &package)?;

    progress("starter bundle");
    starter(shell, &package)?;
    simulator(shell)?;
    progress("tarballs");
    let tarball = pack(shell, &package)?;
    pack(shell, &shell.at(SIMULATOR))?;
    shell.run(shell.command("node").args(["tests/bench/sizes.mjs", PACKAGE]))?;
    println!("{}", tarball.display());
    Ok(tarball)
}

/// Trains the bundle that comes with the package, unless trainer and store are as they were, and puts it in.
fn starter(shell: &Shell, package: &Path) -> Result<()> {
    let template = shell.at("pkg-template/starter");
    for name in ["starter.js", "starter.d.ts"] {
        copy(&template.join(name), package)?;
    }
    let bundle = demo::trained(
        shell,
        &demo::Shop {
            store: "pkg-template/starter/store.toml",
            data: "target/starter",
            variable: "FLOORWALKER_STARTER",
        },
    )?;
    fs::copy(&bundle, package.join("starter.fwb")).context("could not copy the starter bundle")?;
    Ok(())
}

/// Builds the simulator's package beside it.
fn simulator(shell: &Shell) -> Result<()> {
    progress("simulator");
    let package = engine::empty(shell.at(SIMULATOR))?;
    let template = shell.at("pkg-template/simulator");
    let work = engine::empty(shell.at("target/npm/entry-simulator"))?;
    let entry = engine::empty(work.join("simulator"))?;
    engine::wasm(shell, engine::SIMULATOR, &entry)?;
    fs::rename(entry.join("simulator.js"), entry.join("engine.js")).context("simulator.js")?;
    fs::rename(entry.join("simulator.wasm"), package.join("simulator.wasm")).context("simulator.wasm")?;
    copy(&shell.at("pkg-template/failure.js"), &work)?;
    copy(&template.join("index.js"), &entry)?;
    engine::bundle(shell, &entry.join("index.js"), &package.join("index.js"), &["--drop:console"])?;
    for name in ["index.d.ts", "README.md"] {
        copy(&template.join(name), &package)?;
    }
    copy(&shell.at("LICENSE"), &package)?;
    manifest(&template, &package)
}

fn pack(shell: &Shell, package: &Path) -> Result<PathBuf> {
    let pack = ["pack", "--silent", "--pack-destination", "..", "--ignore-scripts"];
    let name = shell.output(shell.command("npm").args(pack).current_dir(package))?;
    Ok(shell.at("target/npm").join(name.lines().last().context("npm pack named no tarball")?))
}

/// The tarball that `build` left last.
pub(crate) fn tarball(shell: &Shell) -> PathBuf {
    shell.at("target/npm").join(format!("floorwalker-{}.tgz", env!("CARGO_PKG_VERSION")))
}

fn manifest(template: &Path, package: &Path) -> Result<()> {
    let text = fs::read_to_string(template.join("package.json")).context("package.json of a template")?;
    let stamped = text.replacen("\"0.0.0\"", &format!("\"{}\"", env!("CARGO_PKG_VERSION")), 1);
    fs::write(package.join("package.json"), stamped).context("could not write package.json")
}

fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "js")).collect())
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
    fs::copy(file, folder.join(name)).with_context(|| format!("could not copy {}", file.display()))?;
    Ok(())
}

fn progress(what: &str) {
    println!("build: {what}");
}
