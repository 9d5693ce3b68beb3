//! Hand-written test messages: the files have their committed hashes, and no frame of the simulated training data overlaps with a message.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FILES: [&str; 3] = ["dev", "floor", "release"];
/// A message and a frame may not share this many consecutive words, or this many consecutive Chinese characters.
const WORDS: usize = 5;
const CHARACTERS: usize = 8;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The first three columns of each row: language, label and text.
fn rows(file: &str) -> Vec<[String; 3]> {
    let path = root().join(format!("tests/data/messages/{file}.csv"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| [0, 1, 2].map(|at| record[at].to_owned());
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn the_messages_are_those_that_were_committed() {
    let readme = fs::read_to_string(root().join("tests/data/messages/README.md")).unwrap();
    for file in FILES {
        let bytes = fs::read(root().join(format!("tests/data/messages/{file}.csv"))).unwrap();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(readme.contains(&format!("{digest}  {file}.csv")), "{file}.csv has {digest}");
    }
}

#[test]
fn every_label_has_as_many_messages_in_both_languages() {
    for (file, [intent, human, none]) in FILES.into_iter().zip([[6, 6, 22], [9, 9, 33], [14, 14, 58]]) {
        let rows = rows(file);
        let labels: BTreeSet<&str> = rows.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(labels.len(), 14);
        for label in labels {
            for lang in ["en", "zh"] {
                let n = rows.iter().filter(|row| row[0] == lang && row[1] == label).count();
                let wanted = match label {
                    "human" => human,
                    "none" => none,
                    _ => intent,
                };
                assert_eq!(n, wanted, "{file}: {label} in {lang}");
            }
        }
    }
}

/// All runs of [`WORDS`] words and of [`CHARACTERS`] Chinese characters in a text.
fn runs(text: &str) -> BTreeSet<String> {
    let plain: String = text.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let han: Vec<char> = plain.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    let of_words = words.windows(WORDS).map(|run| run.join(" "));
    of_words.chain(han.windows(CHARACTERS).map(|run| run.iter().collect())).collect()
}

/// Every combination of a frame's alternatives. Slots are left as they are.
fn openings(frame: &str) -> Vec<String> {
    let Some((before, rest)) = frame.split_once('(') else { return vec![frame.to_owned()] };
    let Some((inside, after)) = rest.split_once(')') else { return vec![frame.to_owned()] };
    inside.split('|').flat_map(|one| openings(&format!("{before}{one}{after}"))).collect()
}

#[test]
fn no_message_shares_a_run_of_words_with_a_frame() {
    let mut messages = BTreeSet::new();
    for file in FILES {
        rows(file).iter().for_each(|row| messages.extend(runs(&row[2])));
    }
    let frames = root().join("src/synth/frames");
    let mut n_frames = 0;
    for lang in ["en", "zh"] {
        for entry in fs::read_dir(frames.join(lang)).unwrap() {
            let path = entry.unwrap().path();
            for frame in fs::read_to_string(&path).unwrap().lines() {
                n_frames += 1;
                for opening in openings(frame) {
                    let shared = runs(&opening).intersection(&messages).next().cloned();
                    assert_eq!(shared, None, "{}: {frame}", path.display());
                }
            }
        }
    }
    assert!(n_frames > 8_000, "{n_frames}");
    assert_eq!(runs("Don't you dare, to come HERE").len(), 2);
}
