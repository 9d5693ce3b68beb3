//! Builds the engine for the page, and retrieval, in two forms: as WebAssembly with SIMD, and as JavaScript.
//!
//! ```text
//! src/wasm ─ wasm-pack (+simd128) ─ wasm-metadce ─ wasm-opt ─────────────────────────▶ floorwalker.wasm
//!          └ cargo (mvp) ─ wasm-bindgen ─ wasm-metadce ─ wasm-opt lowers ─ wasm2js ─▶ fallback.js
//! src/wasm-retrieval ─ the same ─────────────────────────────────────────────────────▶ retrieval.wasm, retrieval.js
//! ```
//!
//! Invariants
//! - The features for wasm-opt are named one by one; with `--all-features` it makes modules that browsers refuse.
//! - The fallback never names `WebAssembly`, and no 64-bit integer crosses its boundary (`fallback.mjs` checks both).
//! - Neither contains a path of this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::glue;
use crate::shell::Shell;
use crate::tools::WASM_TARGET;

/// WebAssembly features of the browser build; every browser has had all of them since Safari 16.4 (March 2023).
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// WebAssembly features that Rust's precompiled standard library uses although the scalar build does not ask for them; no SIMD.
const SCALAR_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Passes that lower these features to the first version of WebAssembly, the one that wasm2js supports.
const LOWERING: [&str; 3] =
    ["--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "--signext-lowering"];

/// LLVM's inlining threshold for the engine. With the default (225) the module was 900 bytes larger after brotli and scored a message no
/// faster. With a fourfold penalty for calls (`--inline-call-penalty=100`) it was 300 bytes smaller, and a message took 1.2 times as
/// long.
const INLINING: &str = "-Cllvm-args=--inline-threshold=25";

/// Options of wasm-opt. Functions with one caller are not inlined: inlining them cost 3 KB after brotli and was no faster. Functions that
/// differ only in constants are merged, which saves 100 bytes. No address below 1 KiB is used, where Rust's stack ends, so that offsets
/// can be folded, which saves 200 bytes. Locals share indices by a search with a fixed seed, which saves 30 bytes. Of the sizes below
/// which a function is always inlined, 4 to 14, 7 gives the fewest bytes.
const OPTIMISE: [&str; 9] = [
    "-O3",
    "--one-caller-inline-max-function-size=0",
    "--always-inline-max-function-size=7",
    "--flexible-inline-max-function-size=7",
    "--low-memory-unused",
    "--converge",
    "--reorder-functions",
    "--merge-similar-functions",
    "--coalesce-locals-learning",
];

const STRIP: [&str; 2] = ["--strip-producers", "--strip-target-features"];

/// The JavaScript version of all scripts, which every browser with WebAssembly SIMD understands; the fallback is built for it, too.
const JS_TARGET: &str = "--target=es2022";

/// The option that makes [`script`] write `CommonJS`.
pub(crate) const COMMON_JS: &str = "--format=cjs";
/// The first line of a strict script that is no module.
const STRICT: &str = "--banner:js=\"use strict\";";
/// Option of [`script`] for a classic script, which is no module.
pub(crate) const CLASSIC: &str = "--format=iife";

/// A crate that is built as a WebAssembly module for the page.
#[derive(Clone, Copy)]
pub(crate) struct Module {
    /// The crate's folder.
    pub(crate) source: &'static str,
    /// Base name of the files that are built.
    pub(crate) name: &'static str,
    /// Whether JavaScript values cross the boundary, by wasm-bindgen's glue; otherwise only numbers do.
    pub(crate) has_glue: bool,
}

/// The engine.
pub(crate) const ENGINE: Module = Module { source: "src/wasm", name: "floorwalker", has_glue: false };
/// Retrieval: what to show a shopper.
pub(crate) const RETRIEVAL: Module =
    Module { source: "src/wasm-retrieval", name: "retrieval", has_glue: false };
/// The simulator.
pub(crate) const SIMULATOR: Module =
    Module { source: "src/wasm-simulator", name: "simulator", has_glue: true };

/// Builds a module and its glue if it has one, `NAME.wasm` and `NAME.js`, into `out`.
pub(crate) fn wasm(shell: &Shell, module: Module, out: &Path) -> Result<()> {
    let Module { source, name, has_glue } = module;
    let work = empty(shell.at(&format!("target/npm/wasm/{name}")))?;
    let inlining = (!has_glue).then_some(INLINING);
    let mut wasm_pack = shell.command("wasm-pack");
    wasm_pack
        .args([
            "--log-level",
            "warn",
            "build",
            source,
            "--target",
            "web",
            "--release",
            "--mode",
            "no-install",
        ])
        .args(["--no-opt", "--no-pack", "--no-typescript", "--out-name", name, "--out-dir"])
        .arg(&work)
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(shell, "-Ctarget-feature=+simd128", inlining));
    shell.run(&mut wasm_pack)?;

    let mut built = work.join(format!("{name}_bg.wasm"));
    if !has_glue {
        built = called(shell, &built, &WASM_FEATURES)?;
    }
    let mut wasm_opt = shell.command("wasm-opt");
    wasm_opt.args(OPTIMISE).args(WASM_FEATURES).args(STRIP);
    wasm_opt.arg(built).arg("-o").arg(out.join(format!("{name}.wasm")));
    shell.run(&mut wasm_opt)?;
    if !has_glue {
        return Ok(());
    }

    let glue = fs::read_to_string(work.join(format!("{name}.js")))
        .context("wasm-pack wrote no JavaScript (the glue); check its version")?;
    if glue.contains("import.meta") {
        bail!(
            "the glue names a wasm file; write wasm-pack's `omit-default-module-path = true` in {source}/Cargo.toml"
        );
    }
    fs::write(out.join(format!("{name}.js")), glue::factory(&glue)?).context("could not write the glue")
}

/// Writes a copy of the module without what a page never calls, beside it, and returns its path.
fn called(shell: &Shell, module: &Path, features: &[&str]) -> Result<PathBuf> {
    let (graph, kept) = (module.with_extension("json"), module.with_extension("kept.wasm"));
    let json = shell.output(shell.command("node").arg("src/xtask/kept.mjs").arg(module))?;
    fs::write(&graph, json).context("could not write which exports are called")?;
    let mut metadce = shell.command("wasm-metadce");
    metadce.args(features).arg("--graph-file").arg(graph).arg(module).arg("-o").arg(&kept);
    shell.output(&mut metadce)?;
    Ok(kept)
}

/// Builds a module as JavaScript, the file `file` in `out`. Each call of its `start()` makes a new instance and returns the instance's exports.
pub(crate) fn fallback(shell: &Shell, module: Module, out: &Path, file: &str) -> Result<()> {
    let work = empty(shell.at(&format!("target/npm/fallback/{}", module.name)))?;
    let built = scalar_module(shell, module)?;

    // Rust's library declares that it uses reference types; without that declaration wasm-bindgen passes plain numbers.
    let plain = work.join("plain.wasm");
    shell.run(
        shell
            .command("wasm-opt")
            .args(SCALAR_FEATURES)
            .arg("--strip-target-features")
            .arg(built)
            .arg("-o")
            .arg(&plain),
    )?;
    let mut wasm_bindgen = shell.command("wasm-bindgen");
    wasm_bindgen.args(["--target", "bundler", "--no-typescript", "--out-name", "floorwalker", "--out-dir"]);
    shell.run(wasm_bindgen.arg(&work).arg(&plain))?;

    let kept = called(shell, &work.join("floorwalker_bg.wasm"), &SCALAR_FEATURES)?;
    let lowered = work.join("lowered.wasm");
    let mut lower = shell.command("wasm-opt");
    lower.args(LOWERING).args(OPTIMISE).args(SCALAR_FEATURES).args(STRIP);
    shell.run(lower.arg(kept).arg("-o").arg(&lowered))?;
    shell.run(shell.command("node").arg("src/xtask/fallback.mjs").arg(&work))?;
    shell.output(shell.command("wasm2js").arg("-O3").arg(&lowered).arg("-o").arg(work.join("engine.js")))?;

    fs::write(work.join("fallback.js"), "export * from \"./engine.js\";\n")
        .context("could not write the fallback's entry")?;
    bundle(shell, &work.join("fallback.js"), &out.join(file), &EACH_ITS_OWN)?;
    let js = fs::read_to_string(out.join(file)).context("esbuild wrote no fallback")?;
    if js.contains("WebAssembly") {
        bail!("the fallback still uses WebAssembly; check src/xtask/fallback.mjs");
    }
    Ok(())
}

/// Wraps the script in a function `start`, so that each call makes an instance, instead of one instance when the file is loaded.
const EACH_ITS_OWN: [&str; 4] = [
    "--format=iife",
    "--global-name=engine",
    "--banner:js=export function start(){",
    "--footer:js=return engine}",
];

/// One minified ES module from `entry` and what it imports.
fn bundle(shell: &Shell, entry: &Path, out: &Path, more: &[&str]) -> Result<()> {
    let mut esbuild = shell.command("esbuild");
    esbuild.arg(entry).args([
        "--bundle",
        "--minify",
        "--format=esm",
        JS_TARGET,
        "--log-level=warning",
        "--legal-comments=none",
    ]);
    if more.contains(&COMMON_JS) && !more.iter().any(|option| option.starts_with("--banner")) {
        esbuild.arg(STRICT); // a module is strict; esbuild does not say so of what it makes of one
    }
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(out);
    shell.run(esbuild.args(more).arg(outfile))
}

/// Builds a script of a package, an ES module unless `more` has [`COMMON_JS`] or [`CLASSIC`]: esbuild bundles and minifies it, and terser minifies it
/// again. Terser saves 400 bytes (`index.js` and `shopper.js`, brotli), but adds 1.6 KB to the fallback, which is compiled code and
/// therefore not built by this function.
pub(crate) fn script(shell: &Shell, entry: &Path, out: &Path, more: &[&str]) -> Result<()> {
    bundle(shell, entry, out, more)?;
    let mut terser = shell.command("terser");
    terser.arg(out).args(["--ecma=2022", "--mangle", "--compress=passes=2,hoist_funs,if_return=false"]);
    if !more.contains(&COMMON_JS) && !more.contains(&CLASSIC) {
        terser.arg("--module");
    }
    shell.run(terser.arg("--output").arg(out))
}

/// Creates an empty folder; an existing one is deleted with all that it holds.
pub(crate) fn empty(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    Ok(folder)
}

/// Compiles a module without SIMD. Cargo keeps this build beside the one with SIMD, because their flags differ.
fn scalar_module(shell: &Shell, module: Module) -> Result<PathBuf> {
    let package = module.source.replacen("src/", "floorwalker-", 1);
    let mut build = shell.cargo();
    build.args(["build", "--quiet", "--package", &package, "--lib", "--release", "--target", WASM_TARGET]);
    shell.run(build.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(shell, "-Ctarget-cpu=mvp", Some(INLINING))))?;
    let file = format!("release/{}.wasm", package.replace('-', "_"));
    Ok(shell.target_dir()?.join(WASM_TARGET).join(file))
}

/// The compiler flags `flag` and `more`, and those that remove this machine's folders from the paths in panic messages. Cargo expects
/// them separated by the unit separator.
fn rust_flags(shell: &Shell, flag: &str, more: Option<&str>) -> String {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders: Vec<PathBuf> =
        sources.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders.push(shell.root().to_path_buf());
    let more = more.map(|flag| format!("\u{1f}{flag}"));
    let cuts = folders.iter().map(|folder| format!("\u{1f}--remap-path-prefix={}/=", folder.display()));
    std::iter::once(flag.to_owned()).chain(more).chain(cuts).collect()
}
