//! Turns wasm-bindgen's glue into a function. Each call returns new classes and imports, for one instance of the module.
//!
//! The original glue holds a single instance for as long as the page lives. After a trap, that broken instance would also serve everything
//! that the page loads later.
//!
//! ```js
//! const { Engine, imports, use } = glue();
//! use(new WebAssembly.Instance(module, imports()).exports);
//! ```
//!
//! Not here: compiling the module to JavaScript (`engine`), when instances are made (`pkg-template/start.js`).

use anyhow::{Context, Result, bail};

/// The line at which wasm-bindgen's own loading code begins, which is dropped up to the end.
const LOADING: &str = "let wasmModule, wasmInstance, wasm;";
const DECODER: &str = "new TextDecoder('utf-8', { ignoreBOM: true });\n";

/// Turns `glue`, as wasm-bindgen writes it for the target `web`, into a function.
///
/// # Errors
///
/// The glue has another form than this function expects, as after an update of wasm-bindgen.
pub(crate) fn factory(glue: &str) -> Result<String> {
    let (body, _) = glue.split_once(LOADING).context(
        "wasm-bindgen's glue loads in a way that src/xtask/glue.rs does not know; adapt it to this version",
    )?;
    let names: Vec<&str> =
        body.split("export class ").skip(1).filter_map(|class| class.split([' ', '{']).next()).collect();
    let mut body = lazy_decoder(&body.replace("export class ", "class "))?;
    for class in &names {
        body = without_free(&body, class)?;
    }
    if names.is_empty() || body.contains("export ") || body.contains("import ") {
        bail!(
            "wasm-bindgen's glue has exports or imports that src/xtask/glue.rs does not know; adapt it to this version"
        );
    }
    let start = if glue.contains("wasm.__wbindgen_start();") { " wasm.__wbindgen_start();" } else { "" };
    let names = names.join(", ");
    Ok(format!(
        "export function glue() {{\nlet wasm;\n{body}\nconst use = (exports) => {{ wasm = exports;{start} }};\n\
         return {{ {names}, imports: __wbg_get_imports, use }};\n}}\n"
    ))
}

/// Removes the code that frees single objects of a class: an instance is freed as a whole, with all of its objects.
fn without_free(glue: &str, class: &str) -> Result<String> {
    let cuts = [
        ("    __destroy_into_raw() {".to_owned(), "\n    }\n"),
        ("    free() {".to_owned(), "\n    }\n"),
        (format!("if (Symbol.dispose) {class}."), ";\n"),
        (format!("const {class}Finalization = "), "(ptr, 1));\n"),
        (format!("        {class}Finalization.register(this"), ";\n"),
    ];
    cuts.iter().try_fold(glue.to_owned(), |glue, (begins, ends)| {
        let cut = glue.split_once(begins).and_then(|(before, rest)| Some((before, rest.split_once(ends)?.1)));
        let (before, after) =
            cut.with_context(|| format!("wasm-bindgen's glue has no `{begins}`, which src/xtask/glue.rs leaves out; adapt it to this version"))?;
        Ok(format!("{before}{after}"))
    })
}

/// Makes the `TextDecoder` when it is first needed: a test environment without one can still import the package.
fn lazy_decoder(glue: &str) -> Result<String> {
    let eager = format!("let cachedTextDecoder = {DECODER}cachedTextDecoder.decode();\n");
    let use_of_it = "    return cachedTextDecoder.decode(bytes);\n";
    if !glue.contains(&eager) || !glue.contains(use_of_it) {
        bail!(
            "wasm-bindgen's glue makes its TextDecoder in a way that src/xtask/glue.rs does not know; adapt it to this version"
        );
    }
    let glue = glue.replace(&eager, "let cachedTextDecoder;\n");
    Ok(glue.replace(use_of_it, &format!("    cachedTextDecoder ??= {DECODER}{use_of_it}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_glue_exports_is_given_by_a_function() -> Result<()> {
        let web = format!(
            "export class Engine {{\n    __destroy_into_raw() {{\n        x;\n    }}\n    free() {{\n        y;\n    }}\n\
             constructor() {{\n        EngineFinalization.register(this, z, this);\n    }}\n}}\n\
             if (Symbol.dispose) Engine.prototype[Symbol.dispose] = Engine.prototype.free;\n\
             function __wbg_get_imports() {{\n}}\n\
             const EngineFinalization = (a)\n    : new B(ptr => wasm.__wbg_engine_free(ptr, 1));\n\
             let cachedTextDecoder = {DECODER}cachedTextDecoder.decode();\n\
             function decodeText(bytes) {{\n    return cachedTextDecoder.decode(bytes);\n}}\n\
             {LOADING}\nfunction f() {{\n    wasm.__wbindgen_start();\n}}\nexport {{ initSync }};\n"
        );
        let made = factory(&web)?;
        assert_eq!(made.matches("export ").count(), 1);
        assert!(!made.contains("free") && !made.contains("Finalization") && !made.contains("__destroy"));
        assert!(made.contains("return { Engine, imports: __wbg_get_imports, use };"));
        assert!(made.contains("wasm = exports; wasm.__wbindgen_start();"));
        assert!(factory("export const x = 1;").is_err());
        Ok(())
    }
}
