//! Teachers: the vectors computed by a model in an ONNX file are correct, and training with them equals training with files of vectors.

use crate::onnx;
use floorwalker_data::progress::Progress;
use floorwalker_data::read::encoder::Encoder;
use floorwalker_data::read::encoder::{EncoderPlan, Pooling};
use floorwalker_learn::store::Store;
use floorwalker_learn::train::{Trained, train};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Words by topic; a message consists of three words of one topic.
const TOPICS: [[&str; 6]; 3] = [
    ["refund", "return", "moneyback", "exchange", "unwanted", "sendback"],
    ["parcel", "courier", "delivery", "shipment", "tracking", "dispatch"],
    ["password", "login", "account", "profile", "signin", "username"],
];
const NAMES: [&str; 3] = ["returns", "shipping", "account"];

fn words() -> Vec<&'static str> {
    TOPICS.concat()
}

/// A vector for each token: words of one topic have similar vectors, and the unknown token is in the middle.
fn table() -> Vec<[f32; onnx::N_DIMS]> {
    let of = |at: usize| {
        let mut vector = [0.05 * (at % 6) as f32; onnx::N_DIMS];
        vector[at / 6] += 1.0;
        vector
    };
    std::iter::once([0.0; onnx::N_DIMS]).chain((0..18).map(of)).collect()
}

fn plan(folder: &Path, model: &[u8], tokenizer: &str) -> EncoderPlan {
    let [onnx, file] = ["model.onnx", "tokenizer.json"].map(|name| folder.join(name));
    fs::write(&onnx, model).unwrap();
    fs::write(&file, tokenizer).unwrap();
    EncoderPlan { onnx, tokenizer: file, pooling: Pooling::Mean, prefix: String::new() }
}

fn vectors(plan: &EncoderPlan, messages: &[&str]) -> anyhow::Result<Vec<Vec<f32>>> {
    let stage = Progress::silent().steps("vectors", messages.len() as u64);
    let vectors = Encoder::open(plan)?.vectors(messages, &stage)?;
    Ok(vectors.outer_iter().map(|row| row.to_vec()).collect())
}

#[test]
fn a_message_has_the_mean_of_its_tokens_or_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let table: Vec<[f32; onnx::N_DIMS]> =
        (0..4_u8).map(|at| [f32::from(at), 1.0, -f32::from(at), 0.5]).collect();
    let model = onnx::model(&table, "input_ids");
    assert!(model.len() < 50_000);
    for tokenizer in [onnx::word_pieces(&["where", "is", "it"]), onnx::unigrams(&["where", "is", "it"])] {
        let mut plan = plan(folder.path(), &model, &tokenizer);
        let found = vectors(&plan, &["where is it", "is", "where what", "where is it"]).unwrap();
        assert_eq!(found[0], [2.0, 1.0, -2.0, 0.5]);
        assert_eq!(found[1], [2.0, 1.0, -2.0, 0.5]);
        assert_eq!(found[2], [0.5, 1.0, -0.5, 0.5], "an unknown word is token 0");
        assert_eq!(found[3], found[0]);
        plan.pooling = Pooling::First;
        assert_eq!(vectors(&plan, &["where is it"]).unwrap()[0], [1.0, 1.0, -1.0, 0.5]);
        plan.prefix = "it ".to_owned();
        assert_eq!(vectors(&plan, &["where is it"]).unwrap()[0], [3.0, 1.0, -3.0, 0.5]);
    }
}

#[test]
fn what_is_no_model_is_refused_with_its_file_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (good, tokenizer) = (onnx::model(&table(), "input_ids"), onnx::word_pieces(&words()));
    let refused = |model: &[u8], tokenizer: &str| {
        format!("{:#}", vectors(&plan(folder.path(), model, tokenizer), &["refund"]).unwrap_err())
    };
    assert!(refused(&good[..good.len() / 2], &tokenizer).contains("model.onnx: this is not an ONNX model"));
    assert!(refused(b"text,label", &tokenizer).contains("model.onnx: this is not an ONNX model"));
    assert!(refused(&onnx::model(&table(), "pixels"), &tokenizer).contains("its input `pixels` is unknown"));
    assert!(refused(&good, "{}").contains("tokenizer.json: this is not a tokenizer.json"));
    let short = refused(&onnx::model(&table()[..1], "input_ids"), &tokenizer);
    assert!(short.contains("model.onnx: message 1"), "{short}");
    let mut gone = plan(folder.path(), &good, &tokenizer);
    gone.tokenizer = folder.path().join("none.json");
    let error = format!("{:#}", vectors(&gone, &["refund"]).unwrap_err());
    assert!(error.contains("none.json: there is no such file") && error.contains("tokenizer"), "{error}");
}

/// `n` messages with their topics: the topics take turns, and each message's three words depend on its number.
fn messages(n: usize, from: usize) -> Vec<(usize, String)> {
    let word = |topic: usize, at: usize| TOPICS[topic][at % 6];
    let of = |at: usize| {
        let topic = at % 3;
        (topic, [at / 3, at / 18 + 1, at / 7 + 3].map(|at| word(topic, at)).join(" "))
    };
    (from..from + n).map(of).collect()
}

fn taught(folder: &Path, teacher: &str) -> Trained {
    let store = format!(
        "name = \"taught\"\n[data]\ntable = \"few.csv\"\ntest = \"test.csv\"\nmessage = \"text\"\n{teacher}\n\
         [[heads]]\nname = \"intent\"\nlabel = \"intent\"\nmodel = \"text\"\ntext = {{ max_bytes = 20000 }}\n"
    );
    fs::write(folder.join("store.toml"), store).unwrap();
    train(&Store::read(&folder.join("store.toml")).unwrap(), Progress::silent()).unwrap()
}

/// The bytes of a `.npy` file (version 1.0) of `float32` numbers.
fn npy(rows: &[Vec<f32>]) -> Vec<u8> {
    let shape = format!("({}, {})", rows.len(), onnx::N_DIMS);
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    header += &" ".repeat(63 - (10 + header.len()) % 64);
    header.push('\n');
    let values = rows.concat().into_iter().flat_map(f32::to_le_bytes);
    [b"\x93NUMPY\x01\x00".to_vec(), (header.len() as u16).to_le_bytes().to_vec(), header.into_bytes()]
        .concat()
        .into_iter()
        .chain(values)
        .collect()
}

#[test]
fn a_model_teaches_what_a_file_of_its_vectors_teaches() {
    let folder = tempfile::tempdir().unwrap();
    let csv = |rows: &[(usize, String)]| -> String {
        rows.iter().map(|(topic, text)| format!("{text},{}\n", NAMES[*topic])).collect()
    };
    let pool = messages(240, 0);
    // In each topic only one word has a label; the test messages use the others.
    let labelled: Vec<(usize, String)> = (0..3).map(|topic| (topic, TOPICS[topic][0].to_owned())).collect();
    fs::write(folder.path().join("few.csv"), format!("text,intent\n{}", csv(&labelled))).unwrap();
    fs::write(folder.path().join("test.csv"), format!("text,intent\n{}", csv(&messages(60, 500)))).unwrap();
    let texts: Vec<&str> = pool.iter().map(|(_, text)| text.as_str()).collect();
    fs::write(folder.path().join("chats.csv"), format!("text\n{}\n", texts.join("\n"))).unwrap();
    let plan = plan(folder.path(), &onnx::model(&table(), "input_ids"), &onnx::word_pieces(&words()));
    fs::write(folder.path().join("chats.npy"), npy(&vectors(&plan, &texts).unwrap())).unwrap();
    let few: Vec<&str> = labelled.iter().map(|(_, text)| text.as_str()).collect();
    fs::write(folder.path().join("few.npy"), npy(&vectors(&plan, &few).unwrap())).unwrap();

    let by_model = taught(folder.path(), "[teacher]\nunlabelled = \"chats.csv\"\nonnx = \"model.onnx\"");
    let by_files = taught(
        folder.path(),
        "[teacher]\nunlabelled = \"chats.csv\"\nvectors = \"chats.npy\"\nlabelled = \"few.npy\"",
    );
    let alone = taught(folder.path(), "");
    assert!(by_model.bytes == by_files.bytes, "the same vectors make the same bundle");
    let [with, without] = [&by_model, &alone].map(|trained| trained.measured[0].report.accuracy);
    assert!(with > without + 0.15, "{with} with the teacher, {without} without");
}

#[test]
fn the_command_writes_the_vector_of_each_row() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), &onnx::model(&table(), "input_ids"), &onnx::word_pieces(&words()));
    fs::write(folder.path().join("chats.csv"), "id,text\n1,refund parcel\n2,login\n3,refund parcel\n")
        .unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let out = run(&["embed", "chats.csv", "--model", "model.onnx", "--prefix", "account "]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(String::from_utf8_lossy(&out.stdout).contains("wrote chats.npy: 3 vectors of 4 numbers"));
    let asked = ["account refund parcel", "account login", "account refund parcel"];
    let written = floorwalker_data::read::vectors::read(&folder.path().join("chats.npy")).unwrap();
    let rows: Vec<Vec<f32>> = written.outer_iter().map(|row| row.to_vec()).collect();
    assert_eq!(rows, vectors(&plan, &asked).unwrap());
    let refused = run(&["embed", "chats.csv", "--model", "none.onnx", "--out", "other.npy"]);
    assert!(!refused.status.success() && !folder.path().join("other.npy").exists());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("none.onnx"));
}
