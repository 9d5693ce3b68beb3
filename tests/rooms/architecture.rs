//! Checks the architecture that `src/README.md` describes: crates import only crates below them, the modules of a crate form no import
//! cycle, and some dependencies appear only where they are allowed.
//!
//! A module imports another if it names an item of it, by `use` or by path. Naming items of ancestors is allowed, because a module is a
//! part of them. So a cycle is one of siblings: `a` names something in `b` or below it, and `b` something in `a` or below it, directly or
//! through other siblings. Tests are left out.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::{Attribute, Item, UseTree};

/// The crates from the ground up: each imports only earlier ones.
const CRATES: [&str; 20] = [
    "lanes",
    "engine",
    "bundle",
    "retrieval",
    "wasm",
    "wasm-retrieval",
    "finding",
    "policy",
    "simulator",
    "wasm-simulator",
    "metrics",
    "staffing",
    "data",
    "ranking",
    "value",
    "learn",
    "offpolicy",
    "report",
    "synth",
    "cli",
];

/// The crates that a page loads.
const DOORS: [&str; 3] = ["wasm", "wasm-retrieval", "wasm-simulator"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn manifest(krate: &str) -> toml::Table {
    toml::from_str(&std::fs::read_to_string(root().join("src").join(krate).join("Cargo.toml")).unwrap())
        .unwrap()
}

/// The names of the dependencies in one table of a crate's manifest.
fn dependencies(krate: &str, table: &str) -> Vec<String> {
    let manifest = manifest(krate);
    let of = |table: Option<&toml::Value>| -> Vec<String> {
        table.and_then(toml::Value::as_table).map_or_else(Vec::new, |table| table.keys().cloned().collect())
    };
    let mut names = of(manifest.get(table));
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    names.extend(targets.into_iter().flatten().flat_map(|(_, target)| of(target.get(table))));
    names
}

#[test]
fn crates_import_downward_alone() {
    let place = |name: &str| CRATES.iter().position(|krate| *krate == name);
    for (at, krate) in CRATES.iter().enumerate() {
        for name in dependencies(krate, "dependencies") {
            let Some(name) = name.strip_prefix("floorwalker-") else { continue };
            let other =
                place(name).unwrap_or_else(|| panic!("{krate} imports {name}, which is not in the list"));
            assert!(other < at, "{krate} imports {name}, which stands above it");
        }
        // Tests of crates below `policy` may use it to write policies as people do; otherwise not even tests import a higher crate.
        for name in dependencies(krate, "dev-dependencies") {
            let Some(name) = name.strip_prefix("floorwalker-") else { continue };
            assert!(
                name == "policy" || place(name).is_some_and(|other| other < at),
                "tests of {krate} import {name}"
            );
        }
    }
    for folder in std::fs::read_dir(root().join("src")).unwrap() {
        let path = folder.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            !path.join("Cargo.toml").exists() || name == "xtask" || place(&name).is_some(),
            "{name} is a crate and not in the list"
        );
    }
}

#[test]
fn the_command_line_is_known_to_the_command_alone() {
    for krate in CRATES {
        let names = dependencies(krate, "dependencies");
        assert_eq!(names.iter().any(|name| name == "clap"), krate == "cli", "{krate}");
    }
}

/// The names of all packages that a package of the lock file depends on, directly or indirectly, including for its tests.
fn built_from(package: &str) -> BTreeSet<String> {
    let lock: toml::Table =
        toml::from_str(&std::fs::read_to_string(root().join("Cargo.lock")).unwrap()).unwrap();
    let packages = lock["package"].as_array().unwrap();
    let mut seen = BTreeSet::new();
    let mut next = vec![package.to_owned()];
    while let Some(name) = next.pop() {
        for found in packages.iter().filter(|found| found["name"].as_str() == Some(&name)) {
            let names = found.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
            // The lock file writes `name`, or `name version` if it has several versions.
            let names = names.filter_map(|name| name.as_str()?.split(' ').next());
            next.extend(names.filter(|name| seen.insert((*name).to_owned())).map(str::to_owned));
        }
    }
    seen
}

#[test]
fn what_a_page_loads_holds_nothing_of_the_trainer() {
    for door in DOORS {
        let all = built_from(&format!("floorwalker-{door}"));
        assert!(all.contains("floorwalker-engine"), "{all:?}");
        for name in ["smartcore", "ndarray", "clap", "rayon", "floorwalker-data", "floorwalker-learn"] {
            assert!(!all.contains(name), "{door} is built from {name}");
        }
    }
    assert!(built_from("floorwalker-learn").contains("smartcore"), "the lock file is read wrongly");
}

/// A module of a crate: the items that it declares, and the paths that it names.
#[derive(Default)]
struct Module {
    items: BTreeSet<String>,
    children: BTreeSet<String>,
    /// Imported paths, and the name that each has in this module.
    imports: Vec<(Vec<String>, String)>,
    /// Paths of glob imports.
    globs: Vec<Vec<String>>,
    /// All other paths, as they are written.
    paths: Vec<Vec<String>>,
}

/// The modules of a crate by path; the path of the crate's root is empty.
type Crate = BTreeMap<Vec<String>, Module>;

fn is_test(attributes: &[Attribute]) -> bool {
    let is_test = |list: &syn::MetaList| list.tokens.to_string() == "test";
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg") && attribute.meta.require_list().is_ok_and(is_test))
}

fn imports(tree: &UseTree, prefix: &[String], module: &mut Module) {
    let with = |name: String| [prefix, &[name]].concat();
    match tree {
        UseTree::Path(path) => imports(&path.tree, &with(path.ident.to_string()), module),
        UseTree::Name(name) if name.ident == "self" => {
            module.imports.push((prefix.to_vec(), prefix.last().cloned().unwrap_or_default()));
        }
        UseTree::Name(name) => module.imports.push((with(name.ident.to_string()), name.ident.to_string())),
        UseTree::Rename(name) => {
            let path = if name.ident == "self" { prefix.to_vec() } else { with(name.ident.to_string()) };
            module.imports.push((path, name.rename.to_string()));
        }
        UseTree::Glob(_) => module.globs.push(prefix.to_vec()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imports(tree, prefix, module)),
    }
}

/// Collects every path in the tokens: names separated by `::`.
fn paths(tokens: TokenStream, out: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Ident(name) => {
                if colons != 2 {
                    out.push(std::mem::take(&mut path));
                }
                path.push(name.to_string());
                colons = 0;
            }
            other => {
                out.push(std::mem::take(&mut path));
                colons = 0;
                if let TokenTree::Group(group) = other {
                    paths(group.stream(), out);
                }
            }
        }
    }
    out.push(path);
    out.retain(|path| !path.is_empty());
}

/// The attributes and the name of an item.
fn named(item: &Item) -> (&[Attribute], Option<String>) {
    match item {
        Item::Const(item) => (&item.attrs, Some(item.ident.to_string())),
        Item::Enum(item) => (&item.attrs, Some(item.ident.to_string())),
        Item::Fn(item) => (&item.attrs, Some(item.sig.ident.to_string())),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref().map(ToString::to_string)),
        Item::Mod(item) => (&item.attrs, None),
        Item::Static(item) => (&item.attrs, Some(item.ident.to_string())),
        Item::Struct(item) => (&item.attrs, Some(item.ident.to_string())),
        Item::Trait(item) => (&item.attrs, Some(item.ident.to_string())),
        Item::Type(item) => (&item.attrs, Some(item.ident.to_string())),
        Item::Use(item) => (&item.attrs, None),
        _ => (&[], None),
    }
}

fn read(file: &Path, at: &[String], modules: &mut Crate) {
    let syntax = syn::parse_file(&std::fs::read_to_string(file).unwrap()).unwrap();
    let is_root = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| file.ends_with(name));
    let folder = if is_root { file.parent().unwrap().to_owned() } else { file.with_extension("") };
    let mut module = Module::default();
    for item in &syntax.items {
        let (attributes, name) = named(item);
        if is_test(attributes) {
            continue;
        }
        module.items.extend(name);
        match item {
            Item::Use(item) => imports(&item.tree, &[], &mut module),
            Item::Mod(item) if item.content.is_none() => {
                let name = item.ident.to_string();
                let files = [folder.join(format!("{name}.rs")), folder.join(&name).join("mod.rs")];
                let child = files.iter().find(|file| file.exists()).unwrap();
                read(child, &[at, std::slice::from_ref(&name)].concat(), modules);
                module.children.insert(name);
            }
            other => paths(other.to_token_stream(), &mut module.paths),
        }
    }
    modules.insert(at.to_vec(), module);
}

/// The module that declares what `path` names in module `at`; `None` if it is not in this crate. `steps` bounds the number of re-exports
/// that are followed.
fn holder(modules: &Crate, at: &[String], path: &[String], steps: usize) -> Option<Vec<String>> {
    let (mut here, mut rest) = match path.first()?.as_str() {
        "crate" => (Vec::new(), &path[1..]),
        "self" => (at.to_vec(), &path[1..]),
        "super" => {
            let up = path.iter().take_while(|name| *name == "super").count();
            (at[..at.len().checked_sub(up)?].to_vec(), &path[up..])
        }
        first if modules.get(at)?.children.contains(first) => (at.to_vec(), path),
        _ => return None,
    };
    while let Some(name) = rest.first() {
        let module = modules.get(&here)?;
        if module.children.contains(name) {
            here.push(name.clone());
            rest = &rest[1..];
            continue;
        }
        if module.items.contains(name) || steps == 0 {
            return Some(here);
        }
        if let Some((to, _)) = module.imports.iter().find(|(_, known)| known == name) {
            return holder(modules, &here, &[to, &rest[1..]].concat(), steps - 1);
        }
        let through = |glob: &Vec<String>| {
            holder(modules, &here, &[glob, std::slice::from_ref(name)].concat(), steps - 1)
        };
        return module.globs.iter().find_map(through).or(Some(here));
    }
    Some(here)
}

/// The nodes that can be reached from `from`.
fn reached<'a>(edges: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(name) = next.pop() {
        next.extend(edges.get(name).into_iter().flatten().filter(|name| seen.insert(**name)));
    }
    seen
}

/// The cycles: siblings that name each other's items, as `parent: a, b`.
fn circles(modules: &Crate) -> Vec<String> {
    let mut edges: Vec<(&[String], Vec<String>)> = Vec::new();
    for (at, module) in modules {
        let imported = module.imports.iter().map(|(path, _)| path);
        for path in imported.chain(&module.globs).chain(&module.paths) {
            // Naming an item of an ancestor is not an import.
            let to = holder(modules, at, path, 8).filter(|to| !at.starts_with(to));
            edges.extend(to.map(|to| (&at[..], to)));
        }
    }
    let mut found = Vec::new();
    for (parent, module) in modules {
        let depth = parent.len();
        let mut between: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in &edges {
            let inside = |path: &[String]| path.starts_with(parent) && path.len() > depth;
            if inside(from) && inside(to) && from[depth] != to[depth] {
                between.entry(&from[depth]).or_default().insert(&to[depth]);
            }
        }
        let in_circle: Vec<&str> = module
            .children
            .iter()
            .map(String::as_str)
            .filter(|name| reached(&between, name).contains(name))
            .collect();
        if !in_circle.is_empty() {
            found.push(format!("{}: {}", parent.join("::"), in_circle.join(", ")));
        }
    }
    found
}

#[test]
fn no_modules_of_a_crate_import_each_other() {
    for krate in CRATES.into_iter().chain(["xtask"]) {
        let folder = root().join("src").join(krate);
        let file = ["lib.rs", "main.rs"].map(|name| folder.join(name)).into_iter().find(|file| file.exists());
        let mut modules = Crate::new();
        read(&file.unwrap(), &[], &mut modules);
        assert_eq!(circles(&modules), [""; 0], "circles in {krate}");
    }
}

#[test]
fn a_circle_is_found_through_re_exports_and_paths_and_none_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let check = |files: &[(&str, &str)], expected: &[&str]| {
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut modules = Crate::new();
        read(&folder.path().join("lib.rs"), &[], &mut modules);
        assert_eq!(circles(&modules), expected, "{files:?}");
    };
    let lib = ("lib.rs", "mod a;\nmod b;\npub use b::B;\npub struct Own;\n");
    check(
        &[lib, ("a.rs", "use super::Own;\npub struct A;\n"), ("b.rs", "use crate::a::A;\npub struct B;\n")],
        &[],
    );
    check(&[lib, ("a.rs", "use super::B;\npub struct A;\n")], &[": a, b"]);
    check(&[lib, ("a.rs", "pub fn a() { let _ = format!(\"{}\", crate::b::x()); }\n")], &[": a, b"]);
    check(&[lib, ("a.rs", "#[cfg(test)]\nmod tests { use crate::b::B; }\npub struct A;\n")], &[]);
}
