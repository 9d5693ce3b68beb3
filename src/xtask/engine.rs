//! The engine for the page, twice: WebAssembly with SIMD, and the same engine as JavaScript.
//!
//! ```text
//! src/wasm ─ wasm-pack (+simd128) ─ wasm-opt ─────────────────────────▶ floorwalker.wasm, floorwalker.js (glue)
//!          └ cargo (mvp) ─ wasm-bindgen ─ wasm-opt lowers ─ wasm2js ─▶ fallback.js
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

/// Functions with one caller stay functions: inlined, they measured 3 KB more with brotli and no faster.
const OPTIMISE: [&str; 4] =
    ["-O3", "--one-caller-inline-max-function-size=0", "--converge", "--reorder-functions"];

const STRIP: [&str; 2] = ["--strip-producers", "--strip-target-features"];

/// The least JavaScript that every browser with SIMD understands, and the fallback's too.
const JS_TARGET: &str = "--target=es2022";

/// A crate that becomes a module of a page.
#[derive(Clone, Copy)]
pub(crate) struct Module {
    /// Its folder.
    pub(crate) source: &'static str,
    /// What its files are called.
    pub(crate) name: &'static str,
}

/// The engine.
pub(crate) const ENGINE: Module = Module { source: "src/wasm", name: "floorwalker" };
/// The simulator.
pub(crate) const SIMULATOR: Module = Module { source: "src/wasm-simulator", name: "simulator" };

/// Builds a module and its glue, `NAME.wasm` and `NAME.js`, into `out`.
pub(crate) fn wasm(shell: &Shell, module: Module, out: &Path) -> Result<()> {
    let Module { source, name } = module;
    let work = empty(shell.at(&format!("target/npm/wasm/{name}")))?;
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
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(shell, "-Ctarget-feature=+simd128"));
    shell.run(&mut wasm_pack)?;

    let mut wasm_opt = shell.command("wasm-opt");
    wasm_opt.args(OPTIMISE).args(WASM_FEATURES).args(STRIP);
    wasm_opt.arg(work.join(format!("{name}_bg.wasm"))).arg("-o").arg(out.join(format!("{name}.wasm")));
    shell.run(&mut wasm_opt)?;

    let glue = fs::read_to_string(work.join(format!("{name}.js"))).context("wasm-pack left no glue")?;
    if glue.contains("import.meta") {
        bail!(
            "the glue names a wasm file of its own: {source}/Cargo.toml needs wasm-pack's `omit-default-module-path = true`"
        );
    }
    fs::write(out.join(format!("{name}.js")), lazy_decoder(&glue)?).context("could not write the glue")
}

/// Makes the glue's `TextDecoder` when it is first needed: a test environment without one can still import the package.
fn lazy_decoder(glue: &str) -> Result<String> {
    const MADE: &str = "new TextDecoder('utf-8', { ignoreBOM: true });\n";
    let eager = format!("let cachedTextDecoder = {MADE}cachedTextDecoder.decode();\n");
    let use_of_it = "    return cachedTextDecoder.decode(bytes);\n";
    if !glue.contains(&eager) || !glue.contains(use_of_it) {
        bail!("wasm-bindgen's glue makes its TextDecoder in another way than lazy_decoder knows");
    }
    let glue = glue.replace(&eager, "let cachedTextDecoder;\n");
    Ok(glue.replace(use_of_it, &format!("    cachedTextDecoder ??= {MADE}{use_of_it}")))
}

/// Builds `fallback.js` into `out`: the same exports as the glue, and `memory`.
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

    let lowered = work.join("lowered.wasm");
    let mut lower = shell.command("wasm-opt");
    lower.args(LOWERING).args(OPTIMISE).args(SCALAR_FEATURES).args(STRIP);
    shell.run(lower.arg(work.join("floorwalker_bg.wasm")).arg("-o").arg(&lowered))?;
    shell.run(shell.command("node").arg("src/xtask/fallback.mjs").arg(&work))?;
    shell.output(shell.command("wasm2js").arg("-O3").arg(&lowered).arg("-o").arg(work.join("engine.js")))?;

    let bindgen_entry =
        fs::read_to_string(work.join("floorwalker.js")).context("wasm-bindgen left no entry")?;
    let engine = fs::read_to_string(work.join("engine.js")).context("wasm2js left no engine")?;
    let entry = fallback_entry(&bindgen_entry, engine.contains("export var __wbindgen_start "))?;
    fs::write(work.join("fallback.js"), entry).context("could not write the fallback's entry")?;
    bundle(shell, &work.join("fallback.js"), &out.join("fallback.js"), &[])?;
    let js = fs::read_to_string(out.join("fallback.js")).context("esbuild left no fallback")?;
    if js.contains("WebAssembly") {
        bail!("the fallback names WebAssembly");
    }
    Ok(())
}

/// One minified ES module from `entry` and what it imports.
pub(crate) fn bundle(shell: &Shell, entry: &Path, out: &Path, more: &[&str]) -> Result<()> {
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

/// Makes a folder, or empties it.
pub(crate) fn empty(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    Ok(folder)
}

/// Starts the fallback and passes on what wasm-bindgen's own entry would export.
fn fallback_entry(bindgen_entry: &str, has_start: bool) -> Result<String> {
    let exports = bindgen_entry.find("export {").and_then(|start| bindgen_entry.get(start..));
    let exports = exports.context("wasm-bindgen's entry exports nothing")?;
    let start = if has_start { "engine.__wbindgen_start();\n" } else { "" };
    Ok(format!(
        "import * as engine from \"./engine.js\";\n\
         import {{ __wbg_set_wasm }} from \"./floorwalker_bg.js\";\n\
         __wbg_set_wasm(engine);\n\
         {start}\
         export {{ memory }} from \"./engine.js\";\n\
         {exports}"
    ))
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
    shell.run(build.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(shell, "-Ctarget-cpu=mvp")))?;
    Ok(shell.target_dir()?.join(WASM_TARGET).join("release/floorwalker_wasm.wasm"))
}

/// `flag`, and this machine's folders cut from the paths that panics carry. Cargo parts them by the unit separator.
fn rust_flags(shell: &Shell, flag: &str) -> String {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders: Vec<PathBuf> =
        sources.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders.push(shell.root().to_path_buf());
    let cuts = folders.iter().map(|folder| format!("\u{1f}--remap-path-prefix={}/=", folder.display()));
    std::iter::once(flag.to_owned()).chain(cuts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fallback_exports_what_wasm_bindgen_would() -> Result<()> {
        let entry = fallback_entry(
            "import * as wasm from \"./x.wasm\";\nexport {\n    Engine\n} from \"./x_bg.js\";\n",
            false,
        )?;
        assert!(entry.ends_with("export {\n    Engine\n} from \"./x_bg.js\";\n"));
        assert!(!entry.contains("x.wasm"));
        Ok(())
    }
}
