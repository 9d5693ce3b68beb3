//! Golden bundles: one of every kind of model, committed, with the scores that the engine gives.
//!
//! Round trips alone would not see reader and writer change together. These files are read by today's reader, scored by today's engine,
//! and written again by today's writer: bytes and bits must be those of the day on which they were made. They are made anew, where the
//! format's version changes, by
//!
//! ```text
//! FLOORWALKER_GOLDEN=write cargo test -p floorwalker-tests --test rooms golden
//! ```

use anyhow::Context;
use floorwalker_bundle as bundle;
use floorwalker_data::progress::Progress;
use floorwalker_engine::event::Value;
use floorwalker_engine::model::{Evaluation, Model};
use floorwalker_engine::route::{Decision, Request, Snapshot};
use floorwalker_engine::symbol::Symbol;
use floorwalker_learn::kinds;
use floorwalker_learn::store::Store;
use floorwalker_learn::train::train;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Rows of the table that a golden bundle learns from.
const ROWS: usize = 90;
/// Rows whose scores are kept.
const KEPT: usize = 12;
/// Largest golden bundle, in bytes.
const LARGEST: usize = 12_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/golden")
}

/// A row: a message, a number that may be missing, and a colour.
fn row(at: usize) -> (String, Option<f32>, &'static str) {
    let (wish, size) = (["send it back", "where is it", "does it fit"][at % 3], (at * 37 % 41) as f32);
    let size = (!at.is_multiple_of(11)).then_some(size);
    (
        format!("{wish} {}", ["please", "now", "today", "again"][at / 3 % 4]),
        size,
        ["red", "green", "blue"][at % 3],
    )
}

fn table() -> String {
    let mut table = "message,size,colour,worth,label\n".to_owned();
    for at in 0..ROWS {
        let (message, size, colour) = row(at);
        let shown = size.map_or_else(String::new, |size| size.to_string());
        let worth = 3.0 + 0.5 * size.unwrap_or(50.0) + at as f32 % 3.0;
        let label = ["return", "order", "advice"][if at % 10 == 9 { at / 10 % 3 } else { at % 3 }];
        table += &format!("{message},{shown},{colour},{worth},{label}\n");
    }
    table
}

/// The heads of a golden bundle: the last is of the kind.
fn heads(kind: &str) -> String {
    let head = |name: &str, rest: &str| format!("[[heads]]\nname = \"{name}\"\n{rest}\n");
    let features = "inputs = [\"size\", \"colour\"]";
    let classes =
        |rest: &str| head("it", &format!("label = \"label\"\nmodel = \"{kind}\"\n{features}\n{rest}"));
    let numbers = head("it", &format!("label = \"worth\"\nmodel = \"{kind}\"\n{features}"));
    match kind {
        "linear" | "ridge" | "lasso" | "elastic_net" => numbers,
        "trees" => classes("trees = { rounds = 6, leaves = 4 }"),
        "forest" | "extra_trees" => classes("forest = { trees = 5, leaves = 4 }"),
        "mlp" => classes("mlp = { hidden = [4] }"),
        "k_means" | "agglomerative" => {
            head("it", &format!("model = \"{kind}\"\n{features}\nclusters = {{ k = 2 }}"))
        }
        "dbscan" => {
            head("it", &format!("model = \"{kind}\"\n{features}\nclusters = {{ eps = 0.5, min_rows = 3 }}"))
        }
        "text" => head("it", "label = \"label\"\nmodel = \"text\"\ntext = { max_bytes = 3000 }"),
        "hidden" => {
            let perceptron =
                format!("label = \"label\"\nmodel = \"mlp\"\n{features}\nmlp = {{ hidden = [4] }}");
            head("of", &perceptron) + &head("it", "model = \"hidden\"\ninputs = [\"head:of\"]")
        }
        "fusion" => {
            head("words", "label = \"label\"\nmodel = \"text\"\ntext = { max_bytes = 3000 }")
                + &head("columns", &format!("label = \"label\"\nmodel = \"logistic\"\n{features}"))
                + &head(
                    "it",
                    "label = \"label\"\nmodel = \"fusion\"\ninputs = [\"head:words\", \"head:columns\"]",
                )
        }
        _ => classes(""),
    }
}

/// What a policy of three queues adds.
const POLICY: &str = r#"
[policy]
version = "golden"
intents = "it"
default_queue = "general"
certainty = 0.4
explore = { floor = 0.02, holdout = 0.05 }
strategy = ["skills", { by = "shortest_wait", weight = 0.3 }]
queues = [
    { name = "returns", skills = [{ skill = "return", proficiency = 0.9 }], hours = "day", aht = 200.0 },
    { name = "shop", skills = [{ skill = "advice" }, { skill = "order", proficiency = 0.6 }] },
    { name = "general" },
]
hours = [{ name = "day", zone = "Europe/Berlin", open = [{ days = "mon-fri", from = "09:00", to = "17:30" }], special = [{ date = "2026-12-24", from = "09:00", to = "12:00" }] }]
filters = [
    { name = "dear", when = "size > 30 and not colour = red", targets = [{ queues = ["shop"] }, { queues = ["general"], at = 60.0 }] },
    { name = "all", steps = [{ at = 30.0, drop = 1 }] },
]
"#;

/// Every golden bundle: each kind of model but the race of them, and a policy.
fn names() -> impl Iterator<Item = &'static str> {
    kinds::Model::NAMES.iter().copied().filter(|name| *name != "auto").chain(["policy"])
}

/// The store behind a golden bundle.
fn store(name: &str) -> String {
    let (kind, policy) = if name == "policy" { ("text", POLICY) } else { (name, "") };
    format!(
        "name = \"{name}\"\n[data]\ntable = \"table.csv\"\nkinds = {{ size = \"number\", colour = \"category\", message = \"text\" }}\n{}{policy}",
        heads(kind)
    )
}

/// Features of a row as the model reads them, by name.
fn features(model: &Model, at: usize) -> Vec<Value> {
    let (_, size, colour) = row(at);
    let value = |name: &str| match name {
        "size" => size.map_or(Value::Missing, Value::Number),
        "colour" => Value::category(Symbol::of(colour)),
        _ => Value::Missing,
    };
    model.program().defs().map(|def| value(&def.name)).collect()
}

/// What the model says of the first rows: each number by its bits.
fn said(model: &Model) -> Json {
    let mut evaluation = Evaluation::new(model);
    let mut decision = Decision::default();
    let bits =
        |numbers: &[f32]| -> Vec<String> { numbers.iter().map(|x| format!("{:08x}", x.to_bits())).collect() };
    let rows = (0..KEPT).map(|at| {
        let message = if at % 4 == 3 { String::new() } else { row(at).0 };
        evaluation.features = features(model, at);
        evaluation.events = at as u32;
        model.score(&message, &mut evaluation);
        let heads = evaluation.scores.iter().map(|scores| json!([bits(&scores.logits), bits(&scores.probabilities)]));
        let heads: Vec<Json> = heads.collect();
        let Some(policy) = model.policy() else { return json!({ "heads": heads }) };
        let request = Request {
            features: &evaluation.features,
            scores: &evaluation.scores,
            now_ms: 1_798_000_000_000 + at as i64 * 7_200_000,
            age_s: at as f32 * 10.0,
            seed: [at as u32, 7],
            ..Request::default()
        };
        policy.route(&request, &Snapshot::default(), &mut decision);
        json!({ "heads": heads, "goes_to": decision.goes_to, "scores": bits(&decision.scores), "propensities": bits(&decision.propensities) })
    });
    rows.collect()
}

/// Trains every golden bundle anew and writes it with what it says.
fn write() {
    let work = tempfile::tempdir().unwrap();
    std::fs::write(work.path().join("table.csv"), table()).unwrap();
    std::fs::create_dir_all(folder()).unwrap();
    for name in names() {
        let path = work.path().join("store.toml");
        std::fs::write(&path, store(name)).unwrap();
        let trained = Store::read(&path).and_then(|store| train(&store, Progress::silent()));
        let bytes = trained.with_context(|| format!("golden bundle `{name}`")).unwrap().bytes;
        let (model, _) = bundle::load(&bytes).unwrap();
        std::fs::write(folder().join(format!("{name}.fwb")), &bytes).unwrap();
        let rows: Vec<String> = said(&model).as_array().unwrap().iter().map(Json::to_string).collect();
        let text = format!("[\n{}\n]\n", rows.join(",\n"));
        std::fs::write(folder().join(format!("{name}.json")), text).unwrap();
    }
}

#[test]
fn golden_bundles_of_every_kind_score_and_are_written_as_they_were() {
    if std::env::var("FLOORWALKER_GOLDEN").is_ok_and(|asked| asked == "write") {
        write();
    }
    for name in names() {
        let read = |ending: &str| {
            let path = folder().join(format!("{name}.{ending}"));
            std::fs::read(&path).with_context(|| path.display().to_string()).unwrap()
        };
        let bytes = read("fwb");
        assert!(bytes.len() <= LARGEST, "{name}: {} bytes; golden bundles are small", bytes.len());
        assert_eq!(
            bundle::encode(&bundle::decode(&bytes).unwrap()).unwrap(),
            bytes,
            "{name}: the writer changed"
        );
        let (model, _) = bundle::load(&bytes).unwrap();
        let kept: Json = serde_json::from_slice(&read("json")).unwrap();
        assert_eq!(said(&model), kept, "{name}: the scores changed");
    }
}
