//! Rules of the repository that are checked automatically: the map names only what exists, files stay small, every file has a header.

use std::path::{Path, PathBuf};

const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file below the folders that people write in.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = ["src", "tests", "www", "pkg-template", "fuzz"].map(|room| root().join(room)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with("node_modules") || path.ends_with("target") => {}
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    files
}

/// Asserts that `holds` is true for every file with one of these extensions.
fn check(endings: &[&str], rule: &str, holds: impl Fn(&Path, &str) -> bool) {
    let mut seen = 0;
    for file in files() {
        if file.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(holds(&file, &text), "{}: {rule}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 0, "no file ends in {endings:?}");
}

#[test]
fn every_rust_file_says_what_it_is() {
    check(&["rs"], "begin with a `//!` header", |_, text| text.starts_with("//!"));
}

#[test]
fn no_file_of_code_is_longer_than_the_house_allows() {
    check(&["rs", "js", "mjs", "ts", "css"], "split it", |_, text| text.lines().count() <= LONGEST);
}

#[test]
fn nothing_is_left_to_do_or_skipped() {
    // The marks are written in two parts, so that this file does not match itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["#[ig", "nore"], ["test.sk", "ip("], ["test.on", "ly("]]
        .map(|mark| mark.concat());
    check(&["rs", "js", "mjs", "ts"], "finish it", |_, text| {
        !marks.iter().any(|mark| text.contains(mark.as_str()))
    });
}

#[test]
fn every_path_that_the_map_names_exists() {
    let map = std::fs::read_to_string(root().join("src/README.md")).unwrap();
    let mut named = 0;
    for path in map.split('`').skip(1).step_by(2).filter(|text| text.contains('/') && !text.contains(' ')) {
        assert!(root().join(path).exists(), "src/README.md names {path}, which is not there");
        named += 1;
    }
    assert!(named >= 6, "the map names only {named} paths");
}

/// The files of this repository that a document links to, without anchors.
fn links(document: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(document).unwrap();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    local.map(|target| document.parent().unwrap().join(target.split('#').next().unwrap())).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut n_links = 0;
    let guides = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let others = [
        "README.md",
        "README.zh-CN.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "src/README.md",
        "src/learn/README.md",
    ];
    let documents = guides.chain(others.map(|name| root().join(name)));
    for document in documents.filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        for link in links(&document) {
            assert!(link.exists(), "{} links to {}, which is not there", document.display(), link.display());
            n_links += 1;
        }
    }
    assert!(n_links > 20, "only {n_links} links were found");
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    for line in
        table.lines().skip(1).take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty())
    {
        assert!(line.contains(" # "), "no reason: {line}");
    }
}
