//! Replays the corpus: every file of `fuzz/corpus` and seeded mutations of it go through their target, the same ones in every run.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use floorwalker_fuzz::mutate::{Dice, mutated};
use floorwalker_fuzz::{TARGETS, Target};
use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// Number of mutations of each file, and of each file of a target that looks for dates in every cell, which takes longest.
const MUTATIONS: usize = 200;
const FEWER: usize = 30;
/// Largest size of a file of the corpus, and of the whole corpus, in bytes.
const LARGEST: usize = 12_000;
const LARGEST_CORPUS: usize = 300_000;
/// The target that is JavaScript: `fuzz/hint.mjs` replays it.
const HINT: &str = "hint";

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The files of a target's corpus with their names, in the order of these.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fuzz().join("corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Names of the entries of a folder in `fuzz`, without their ending.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(fuzz().join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// Passes bytes to a target. If it panics, they are written to a file, which the message names.
fn run(name: &str, target: Target, bytes: &[u8], what: &str) {
    if catch_unwind(|| target(bytes)).is_err() {
        let kept = std::env::temp_dir().join(format!("floorwalker-fuzz-{name}"));
        std::fs::write(&kept, bytes).unwrap();
        panic!("{name} panics on {what}; the bytes are in {}", kept.display());
    }
}

fn check(name: &str, mutations: usize) {
    let (_, target) = TARGETS.into_iter().find(|(known, _)| *known == name).unwrap();
    let files = corpus(name);
    assert!(files.len() >= 5, "{name} has a corpus of {} files", files.len());
    for (at, (file, bytes)) in files.iter().enumerate() {
        run(name, target, bytes, file);
        let mut dice = Dice::new(at as u64);
        for mutation in 0..mutations {
            let (_, other) = &files[dice.below(files.len())];
            run(name, target, &mutated(bytes, other, &mut dice), &format!("mutation {mutation} of {file}"));
        }
    }
}

#[test]
fn no_bytes_make_a_bundle_panic() {
    check("bundle", MUTATIONS);
}

#[test]
fn no_bytes_make_an_index_panic() {
    check("index", MUTATIONS);
}

#[test]
fn no_bytes_make_a_table_panic() {
    check("csv", FEWER);
}

#[test]
fn no_bytes_make_json_lines_panic() {
    check("json_lines", FEWER);
}

#[test]
fn no_bytes_make_a_store_panic() {
    check("store", MUTATIONS);
}

#[test]
fn no_bytes_make_a_policy_panic() {
    check("policy", MUTATIONS);
}

#[test]
fn no_bytes_make_a_condition_panic() {
    check("condition", MUTATIONS);
}

#[test]
fn no_bytes_make_a_snapshot_panic() {
    check("snapshot", MUTATIONS);
}

#[test]
fn every_target_has_a_corpus_a_program_and_a_name() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), known);
    assert_eq!(names("corpus"), known.into_iter().chain([HINT.to_owned()]).collect());
}

#[test]
fn the_corpus_stays_small() {
    let files: Vec<_> = names("corpus").iter().flat_map(|target| corpus(target)).collect();
    for (name, bytes) in &files {
        assert!(bytes.len() <= LARGEST, "{name} has {} bytes", bytes.len());
    }
    let all: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(all <= LARGEST_CORPUS, "the corpus has {all} bytes");
}
