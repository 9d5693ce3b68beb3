//! The engine for the page, twice: WebAssembly with SIMD, and the same engine as JavaScript.
//!
//! ```text
//! src/wasm ─ wasm-pack (+simd128) ─ wasm-metadce ─ wasm-opt ─────────────────────────▶ floorwalker.wasm
//!          └ cargo (mvp) ─ wasm-bindgen ─ wasm-metadce ─ wasm-opt lowers ─ wasm2js ─▶ fallback.js
//! ```
//!
//! Invariants
//! - wasm-opt is told its features by name; `--all-features` makes modules that browsers refuse.
//! - The fallback never names `WebAssembly`, and no 64-bit integer crosses its boundary (`fallback.mjs` checks both).
//! - No path of this machine is in either.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::glue;
use crate::shell::Shell;
use crate::tools::WASM_TARGET;

/// What the browser build uses: all of it has been in every browser since Safari 16.4 (March 2023).
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// What Rust's own precompiled library uses although the scalar build asks for none of it, less SIMD.
const SCALAR_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Turns that into the first version of WebAssembly, the one that wasm2js knows.
const LOWERING: [&str; 3] =
    ["--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "--signext-lowering"];

/// What LLVM copies into its callers in the engine: less than by its own number (225), with which the module measured 900 bytes more with brotli
/// and a message was scored no faster. With calls counted four times (`--inline-call-penalty=100`) it was 300 bytes less, and a message took 1.2
/// times as long.
const INLINING: &str = "-Cllvm-args=--inline-threshold=25";

/// Functions with one caller stay functions: inlined, they measured 3 KB more with brotli and no faster. Those that differ in constants alone
/// become one: 100 bytes less. No address below 1 KiB is used, where Rust's stack ends: offsets are folded, 200 bytes less.
const OPTIMISE: [&str; 8] = [
    "-O3",
    "--one-caller-inline-max-function-size=0",
    "--always-inline-max-function-size=6",
    "--flexible-inline-max-function-size=6",
    "--low-memory-unused",
    "--converge",
    "--reorder-functions",
    "--merge-similar-functions",
];

const STRIP: [&str; 2] = ["--strip-producers", "--strip-target-features"];

/// The least JavaScript that every browser with SIMD understands, and the fallback's too.
const JS_TARGET: &str = "--target=es2022";

/// Asks [`script`] for `CommonJS`.
pub(crate) const COMMON_JS: &str = "--format=cjs";

/// A crate that becomes a module of a page.
#[derive(Clone, Copy)]
pub(crate) struct Module {
    /// Its folder.
    pub(crate) source: &'static str,
    /// What its files are called.
    pub(crate) name: &'static str,
    /// Whether values of JavaScript cross, by wasm-bindgen's glue; else numbers alone.
    pub(crate) has_glue: bool,
}

/// The engine.
pub(crate) const ENGINE: Module = Module { source: "src/wasm", name: "floorwalker", has_glue: false };
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

    let glue = fs::read_to_string(work.join(format!("{name}.js"))).context("wasm-pack left no glue")?;
    if glue.contains("import.meta") {
        bail!(
            "the glue names a wasm file of its own: {source}/Cargo.toml needs wasm-pack's `omit-default-module-path = true`"
        );
    }
    fs::write(out.join(format!("{name}.js")), glue::factory(&glue)?).context("could not write the glue")
}

/// The module without what a page never calls, beside it.
fn called(shell: &Shell, module: &Path, features: &[&str]) -> Result<PathBuf> {
    let (graph, kept) = (module.with_extension("json"), module.with_extension("kept.wasm"));
    let json = shell.output(shell.command("node").arg("src/xtask/kept.mjs").arg(module))?;
    fs::write(&graph, json).context("could not write which exports are called")?;
    let mut metadce = shell.command("wasm-metadce");
    metadce.args(features).arg("--graph-file").arg(graph).arg(module).arg("-o").arg(&kept);
    shell.output(&mut metadce)?;
    Ok(kept)
}

/// Builds `fallback.js` into `out`: `start()` gives what the module exports, of an instance of its own each time.
pub(crate) fn fallback(shell: &Shell, out: &Path) -> Result<()> {
    let work = empty(shell.at("target/npm/fallback"))?;
    let built = scalar_module(shell)?;

    // Rust's library says that it uses reference types; without that word wasm-bindgen keeps to plain numbers.
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
    bundle(shell, &work.join("fallback.js"), &out.join("fallback.js"), &EACH_ITS_OWN)?;
    let js = fs::read_to_string(out.join("fallback.js")).context("esbuild left no fallback")?;
    if js.contains("WebAssembly") {
        bail!("the fallback names WebAssembly");
    }
    Ok(())
}

/// Makes a function of what would run once, when the file is loaded.
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
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(out);
    shell.run(esbuild.args(more).arg(outfile))
}

/// A module of a package, an ES module unless `more` asks for [`COMMON_JS`]: what esbuild minified, minified again by terser. That is 400 bytes
/// less (`index.js` and `shopper.js`, brotli); of the fallback, which was no JavaScript to begin with, it makes 1.6 KB more.
pub(crate) fn script(shell: &Shell, entry: &Path, out: &Path, more: &[&str]) -> Result<()> {
    bundle(shell, entry, out, more)?;
    let mut terser = shell.command("terser");
    terser.arg(out).args(["--ecma=2022", "--mangle", "--compress=passes=2,hoist_funs,if_return=false"]);
    if !more.contains(&COMMON_JS) {
        terser.arg("--module");
    }
    shell.run(terser.arg("--output").arg(out))
}

/// Makes a folder, or empties it.
pub(crate) fn empty(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    Ok(folder)
}

/// Compiles without SIMD. The two builds differ in their flags, so cargo keeps both.
fn scalar_module(shell: &Shell) -> Result<PathBuf> {
    let mut build = shell.cargo();
    build.args([
        "build",
        "--quiet",
        "--package",
        "floorwalker-wasm",
        "--lib",
        "--release",
        "--target",
        WASM_TARGET,
    ]);
    shell.run(build.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(shell, "-Ctarget-cpu=mvp", Some(INLINING))))?;
    Ok(shell.target_dir()?.join(WASM_TARGET).join("release/floorwalker_wasm.wasm"))
}

/// `flag`, `more`, and this machine's folders cut from the paths that panics carry. Cargo parts them by the unit separator.
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
