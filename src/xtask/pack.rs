//! Builds the npm package: a folder and a tarball, as a merchant gets them, from `pkg-template` and the engine.
//!
//! | in the package                 | from                                                        |
//! |--------------------------------|-------------------------------------------------------------|
//! | `index.js`                     | the template's `index.js`, bundled with the loader          |
//! | `whole.js`                     | the same, bundled with what `index.js` imports on demand, since service workers cannot import later |
//! | `node.cjs`, `node.js`          | the same with `loader-node.js` instead of `loader.js`; `node.js` hands on what `node.cjs` has, so that both are one instance |
//! | `inline.js`, `inline.global.js` | the same with the engine's bytes in it, as a module and as a classic script |
//! | `fallback.js`                  | the same with the engine as JavaScript alone                |
//! | `worker.js`, `worker-thread.js` | `pkg-template/worker`: the page's side, and the worker's   |
//! | `react.js`, `vue.js`, `svelte.js`, `element.js` | `pkg-template/frameworks`                  |
//! | `shopper.js`, `storage.js`, `database.js`, `consent.js`, `ledger.js`, `signed.js`, `inputs.js`, `words.js`, `hint.js`, `shards.js` | the template's, each bundled with what it imports |
//! | `handover/`                    | `pkg-template/handover`: the entry and a file for each vendor, whose types are written here |
//! | `starter.js`, `starter.fwb`    | `pkg-template/starter`; the bundle is trained here on a simulated log |
//! | `policy.schema.json`           | `src/policy/schema.json`                                    |
//! | `engine/floorwalker.wasm`      | `engine::wasm`                                              |
//! | `engine/fallback.js`           | `engine::fallback`                                          |
//! | `recommend.js`, `recommend-node.js`, `recommend.cjs` | the template's `recommend.js`, with a loader as above |
//! | `engine/retrieval.wasm`, `engine/retrieval.js` | the same of `src/wasm-retrieval`            |
//! | `package.json`                 | the template's, with the workspace's version                |
//! | types, README, CHANGELOG, LICENSE | copied                                                   |
//!
//! `floorwalker-simulator` is a separate package, so that it adds nothing to the size of the storefront's.
//!
//! The loader is bundled into the entry file, because a file of its own would cost a page one more round trip.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::engine;
use crate::shell::Shell;
use crate::trainer;

/// The folder of the built package, below the workspace's root.
pub(crate) const PACKAGE: &str = "target/npm/floorwalker";

/// The folder of the simulator's package, below the workspace's root.
pub(crate) const SIMULATOR: &str = "target/npm/floorwalker-simulator";

/// An entry file of the package, which starts a module: a script of the template with what it imports, except for what is imported on demand.
struct Entry {
    script: &'static str,
    file: &'static str,
    loader: &'static str,
    more: &'static [&'static str],
}

/// Files that the entry imports on demand, and that are therefore not bundled into it.
const BESIDE: [&str; 7] = [
    "--external:./shopper.js",
    "--external:./storage.js",
    "--external:./database.js",
    "--external:./consent.js",
    "--external:./ledger.js",
    "--external:./signed.js",
    "--external:./inputs.js",
];
/// Options for `CommonJS`, where a module has a file name instead of `import.meta.url`.
const COMMON_JS: [&str; 4] = [
    engine::COMMON_JS,
    "--platform=node",
    "--define:import.meta.url=__address",
    "--banner:js=\"use strict\";const __address=require(\"node:url\").pathToFileURL(__filename).href;",
];

/// Options of the file that has the engine in it.
const INLINE: [&str; 1] = ["--loader:.wasm=binary"];
const CLASSIC: [&str; 4] = [
    "--loader:.wasm=binary",
    engine::CLASSIC,
    "--global-name=floorwalker",
    "--footer:js=self.Floorwalker=floorwalker.Floorwalker;",
];
/// What files in folders leave to the shop's bundler: the framework, and other files of the package.
const BELOW: [&str; 7] = [
    "--external:react",
    "--external:vue",
    "--external:../index.js",
    "--external:../whole.js",
    "--external:../words.js",
    "--external:../inputs.js",
    "--external:../handover/handover.js",
];
/// Scripts of folders of the template, each an entry of the package, and whether it can also be had by `require`. In the package they lie beside
/// `index.js`: tools that do not know `exports`, as Parcel, find them by their names.
const FOLDERS: [(&str, &str, bool); 6] = [
    ("frameworks", "react", true),
    ("frameworks", "vue", true),
    ("frameworks", "svelte", true),
    ("frameworks", "element", false),
    ("worker", "worker", false),
    ("worker", "worker-thread", false),
];
const CLIENT: &str = "\"use client\";";
/// The hand-over's file, from beside `index.js`; in the package it is the index of its folder.
const HANDOVER: &str = "./handover/handover.js";
/// What `import` gets of a file that `require` gets, so that a program that uses both has one instance.
const HANDED_ON: [(&str, &str, &str); 2] =
    [("node.js", "node.cjs", "Floorwalker"), ("recommend-node.js", "recommend.cjs", "Recommender, equip")];

const ENTRIES: [Entry; 8] = [
    Entry { script: "index.js", file: "index.js", loader: "loader.js", more: &BESIDE },
    Entry { script: "index.js", file: "whole.js", loader: "loader.js", more: &[] },
    Entry { script: "inline.js", file: "inline.js", loader: "loader.js", more: &INLINE },
    Entry { script: "inline.js", file: "inline.global.js", loader: "loader.js", more: &CLASSIC },
    Entry { script: "fallback.js", file: "fallback.js", loader: "loader.js", more: &BESIDE },
    Entry { script: "index.js", file: "node.cjs", loader: "loader-node.js", more: &COMMON_JS },
    Entry { script: "recommend.js", file: "recommend.js", loader: "loader.js", more: &[] },
    Entry { script: "recommend.js", file: "recommend.cjs", loader: "loader-node.js", more: &COMMON_JS },
];

const COPIED: [&str; 9] = [
    "index.d.ts",
    "decisions.d.ts",
    "inline.d.ts",
    "words.d.ts",
    "hint.d.ts",
    "recommend.d.ts",
    "shards.d.ts",
    "README.md",
    "CHANGELOG.md",
];
const SCHEMA: &str = "src/policy/schema.json";

/// Builds the package's folder and its tarball, prints the size of every file, and returns the path of the tarball.
pub(crate) fn build(shell: &Shell) -> Result<PathBuf> {
    let package = engine::empty(shell.at(PACKAGE))?;
    let engine_folder = engine::empty(package.join("engine"))?;
    let work = engine::empty(shell.at("target/npm/entry"))?;

    progress("engine as WebAssembly");
    engine::wasm(shell, engine::ENGINE, &engine_folder)?;
    progress("engine as JavaScript");
    engine::fallback(shell, engine::ENGINE, &engine_folder, "fallback.js")?;
    progress("retrieval");
    engine::wasm(shell, engine::RETRIEVAL, &engine_folder)?;
    engine::fallback(shell, engine::RETRIEVAL, &engine_folder, "retrieval.js")?;

    progress("entries");
    for source in scripts(&shell.at("pkg-template"))? {
        copy(&source, &work)?;
    }
    let inputs = engine::empty(work.join("inputs"))?;
    for source in scripts(&shell.at("pkg-template/inputs"))? {
        copy(&source, &inputs)?;
    }
    copy(&engine_folder.join("floorwalker.wasm"), &work)?;
    fs::rename(work.join("floorwalker.wasm"), work.join("engine.wasm")).context("engine.wasm")?;
    for Entry { script, file, loader, more } in ENTRIES {
        fs::copy(shell.at("pkg-template").join(loader), work.join("loader.js")).context(loader)?;
        let globals = format!("--inject:{}", work.join("node-globals.js").display());
        // `--drop:console` removes the glue's warnings about deprecated arguments, which nobody passes.
        let mut options = vec!["--external:./engine/*", "--external:node:*", "--drop:console"];
        options.extend(more);
        if loader == "loader-node.js" {
            options.push(&globals);
        }
        engine::script(shell, &work.join(script), &package.join(file), &options)?;
    }
    for name in
        ["shopper", "storage", "database", "consent", "ledger", "signed", "inputs", "words", "hint", "shards"]
    {
        let file = format!("{name}.js");
        engine::script(shell, &work.join(&file), &package.join(&file), &BESIDE)?;
    }
    for name in ["words", "hint", "shards"] {
        let (from, to) = (work.join(format!("{name}.js")), package.join(format!("{name}.cjs")));
        engine::script(shell, &from, &to, &[engine::COMMON_JS])?;
    }
    for (file, from, name) in HANDED_ON {
        let text = format!("import its from \"./{from}\";\nexport const {{ {name} }} = its;\n");
        fs::write(package.join(file), text).context(file)?;
    }
    folders(shell, &package)?;
    handover(shell, &package)?;
    fs::copy(shell.at(SCHEMA), package.join("policy.schema.json")).context(SCHEMA)?;
    for name in COPIED {
        copy(&shell.at("pkg-template").join(name), &package)?;
    }
    for name in ["index", "decisions", "words", "hint", "recommend", "shards"] {
        let (from, to) = (format!("pkg-template/{name}.d.ts"), package.join(format!("{name}.d.cts")));
        let types = fs::read_to_string(shell.at(&from)).with_context(|| from.clone())?;
        fs::write(to, types.replace(".js\";", ".cjs\";")).context(from)?;
    }
    fs::copy(shell.at("pkg-template/starter/starter.d.ts"), package.join("starter.d.cts"))
        .context("starter.d.ts")?;
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

/// Builds the entries that have folders of their own in the template, with their types.
fn folders(shell: &Shell, package: &Path) -> Result<()> {
    for (folder, name, has_common_js) in FOLDERS {
        let template = shell.at("pkg-template").join(folder);
        let script = template.join(format!("{name}.js"));
        let file = package.join(format!("{name}.js"));
        engine::script(shell, &script, &file, &BELOW)?;
        let built = fs::read_to_string(&file)?;
        // React reads its directive in the first line; a minifier takes it for an expression without effect.
        let is_client = fs::read_to_string(&script)?.starts_with(CLIENT);
        let first = if is_client { CLIENT } else { "" };
        let rest = built
            .trim_start_matches(CLIENT)
            .replace("\"../", "\"./")
            .replace(HANDOVER, "./handover/index.js");
        fs::write(&file, format!("{first}{rest}")).with_context(|| file.display().to_string())?;
        let types = template.join(format!("{name}.d.ts"));
        if types.exists() {
            copy(&types, package)?;
        }
        if has_common_js {
            let alone = ["--external:react", "--external:vue", engine::COMMON_JS];
            engine::script(shell, &script, &package.join(format!("{name}.cjs")), &alone)?;
            fs::copy(&types, package.join(format!("{name}.d.cts")))
                .with_context(|| types.display().to_string())?;
        }
    }
    Ok(())
}

/// Builds the hand-over: its entry, and each vendor as an entry of its own with its types. A vendor is a script beside a file of facts.
fn handover(shell: &Shell, package: &Path) -> Result<()> {
    let template = shell.at("pkg-template/handover");
    let folder = engine::empty(package.join("handover"))?;
    let mut vendors = Vec::new();
    for script in scripts(&template)? {
        if script.with_extension("json").exists() {
            let name = script.file_stem().context("a vendor without a name")?;
            vendors.push(name.to_string_lossy().into_owned());
        }
    }
    vendors.sort();
    let beside: Vec<String> = vendors.iter().map(|name| format!("--external:./{name}.js")).collect();
    let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
    let entry = template.join("handover.js");
    engine::script(shell, &entry, &folder.join("index.js"), &beside)?;
    engine::script(shell, &entry, &folder.join("index.cjs"), &[engine::COMMON_JS])?;
    for types in ["index.d.ts", "index.d.cts"] {
        fs::copy(template.join("handover.d.ts"), folder.join(types)).context("handover.d.ts")?;
    }
    for name in vendors {
        let script = template.join(format!("{name}.js"));
        engine::script(shell, &script, &folder.join(format!("{name}.js")), &[])?;
        engine::script(shell, &script, &folder.join(format!("{name}.cjs")), &[engine::COMMON_JS])?;
        for (types, from) in [("d.ts", "./index.js"), ("d.cts", "./index.cjs")] {
            let text = format!(
                "import type {{ Vendor }} from \"{from}\";\n\n/** The vendor to hand over to: `handOver(decision, {{ to: {name} }})`. */\nexport declare const {name}: Vendor;\n"
            );
            let file = folder.join(format!("{name}.{types}"));
            fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
        }
    }
    Ok(())
}

/// Adds the starter bundle to the package; it is trained again only if the trainer or its store has changed.
fn starter(shell: &Shell, package: &Path) -> Result<()> {
    let template = shell.at("pkg-template/starter");
    for name in ["starter.js", "starter.cjs", "starter.d.ts"] {
        copy(&template.join(name), package)?;
    }
    let bundle = trainer::trained(
        shell,
        &trainer::Shop {
            store: "pkg-template/starter/store.toml",
            data: "target/starter",
            variable: "FLOORWALKER_STARTER",
        },
    )?;
    fs::copy(&bundle, package.join("starter.fwb")).context("could not copy the starter bundle")?;
    Ok(())
}

/// Builds the simulator's package.
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
    engine::script(shell, &entry.join("index.js"), &package.join("index.js"), &["--drop:console"])?;
    for name in ["index.d.ts", "README.md"] {
        copy(&template.join(name), &package)?;
    }
    copy(&shell.at("LICENSE"), &package)?;
    manifest(&template, &package)
}

/// Packs a folder as npm publishes it, and returns the path of the tarball.
pub(crate) fn pack(shell: &Shell, package: &Path) -> Result<PathBuf> {
    let pack = ["pack", "--silent", "--pack-destination", "..", "--ignore-scripts"];
    let name = shell.output(shell.command("npm").args(pack).current_dir(package))?;
    Ok(shell.at("target/npm").join(name.lines().last().context("npm pack printed no name of a tarball")?))
}

/// Path of the storefront's tarball that [`build`] writes.
pub(crate) fn tarball(shell: &Shell) -> PathBuf {
    tarball_of(shell, PACKAGE)
}

/// Path of the tarball of a built package's folder.
pub(crate) fn tarball_of(shell: &Shell, package: &str) -> PathBuf {
    shell.at(&format!("{package}-{}.tgz", env!("CARGO_PKG_VERSION")))
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

/// Copies a file into a folder.
pub(crate) fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
    fs::copy(file, folder.join(name)).with_context(|| format!("could not copy {}", file.display()))?;
    Ok(())
}

fn progress(what: &str) {
    println!("build: {what}");
}
