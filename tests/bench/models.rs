//! Models of known shapes for the benchmarks, and the sizes of their bundles.
//!
//! `bench-models FOLDER` writes `nothing.fwb` (20 context numbers, one small linear head), `trees.fwb` (the same and 100 trees
//! of 31 leaves), `text.fwb` (the same and a text head of 16 classes), `route.fwb` (60 features, those heads, 20 queues),
//! `full.fwb` (the same heads, 50 queues, 50 filters), `filters.fwb` (500 filters) and `sizes.json`.

use anyhow::{Context, Result};
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_cli::brotli_bytes;
use floorwalker_data::read::{Log, ParamValue};
use floorwalker_engine::feature::{FeatureDef, Op, Window};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::model::{DEFAULT_IDLE_S, ModelDef};
use floorwalker_engine::text::TextDef;
use floorwalker_learn::kinds::text::{self, TextSettings};
use floorwalker_learn::kinds::trees::{self, BoostSettings, Column, Target, Task};
use floorwalker_policy::{PolicyDef, QueueDef, SkillDef};
use floorwalker_synth::{SynthSettings, generate};
use std::path::{Path, PathBuf};

const ROWS: usize = 20_000;
const COLUMNS: u16 = 20;
const CLASSES: usize = 16;
/// Queues and filters of `full.fwb`, and filters of `filters.fwb`.
const FULL_QUEUES: usize = 50;
const FILTERS: usize = 50;
const MANY_FILTERS: usize = 500;
const QUEUES: usize = 20;
/// Bounds for a head of 100 trees of 31 leaves: its bytes in the bundle, and the error of a probability from rounding its leaves.
const TREES_BYTES: f64 = 17.0 * 1024.0;
const TREES_ERROR: f64 = 1e-4;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("bench-models FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    let (trees, error) = trees()?;
    let packed = brotli_bytes(&bundle::trees::pack(&trees)?)? as f64;
    let sizes = format!(
        "[{{\"name\":\"100 trees × 31 leaves, brotli\",\"value\":{packed},\"unit\":\"B\",\"bound\":{TREES_BYTES}}},\
         {{\"name\":\"100 trees × 31 leaves, largest |Δp| by rounding\",\"value\":{error},\"unit\":\"\",\"bound\":{TREES_ERROR}}}]"
    );
    std::fs::write(folder.join("sizes.json"), sizes)?;
    let (words, classes) = words(&folder)?;

    let numbers: Vec<FeatureDef> =
        (0..COLUMNS).map(|at| feature(format!("x{at}"), Op::ContextNumber, None, Window::Session)).collect();
    let all = || (0..COLUMNS).map(InputDef::Feature).collect::<Vec<_>>();
    let nothing = head("nothing", &["x".to_owned()], vec![InputDef::Feature(0)], linear(1, 1));
    let trees = head("trees", &["yes".to_owned()], all(), (raw(COLUMNS), BodyDef::Trees(trees)));
    let words = head("words", &classes, Vec::new(), (Vec::new(), BodyDef::Text(words)));
    write(&folder, "nothing", numbers.clone(), vec![nothing.clone()], None)?;
    write(&folder, "trees", numbers.clone(), vec![nothing.clone(), trees.clone()], None)?;
    write(&folder, "text", numbers, vec![nothing, words.clone()], None)?;

    // The inputs of the intent head: 16 class signals, the trees' signal and 20 features.
    let mut inputs: Vec<InputDef> =
        (0..CLASSES as u16).map(|output| InputDef::Output { head: 0, output }).collect();
    inputs.push(InputDef::Output { head: 1, output: 0 });
    inputs.extend(all());
    let n = inputs.len();
    let intent = head("intent", &classes, inputs, linear(n, CLASSES));
    let queue = |at: usize| QueueDef {
        skills: (0..3)
            .map(|more| SkillDef { skill: classes[(at + more) % CLASSES].clone(), proficiency: 0.9 })
            .collect(),
        ..QueueDef::new(&format!("q{at}"))
    };
    let policy = PolicyDef {
        version: "bench".to_owned(),
        threshold: 0.3,
        margin: 0.05,
        queues: (0..QUEUES).map(queue).collect(),
        ..PolicyDef::plain("intent", "q0")
    };
    let heads = vec![words, trees, intent];
    write(&folder, "full", features(), heads.clone(), Some(full(&classes, FILTERS)?))?;
    write(&folder, "filters", features(), heads.clone(), Some(full(&classes, MANY_FILTERS)?))?;
    write(&folder, "route", features(), heads, Some(policy))
}

/// A policy that uses everything: 50 queues, filters of which the last matches, hours, steps, bounds on agents, three strategies.
fn full(classes: &[String], n_filters: usize) -> Result<PolicyDef> {
    let mut text = r#"
intents = "intent"
default_queue = "q0"
overflow = "q1"
explore = { floor = 0.001, holdout = 0.05 }
agents = { occupancy = [0.4, 0.9], most = 1.5, learning = 0.1 }
preferred = { lifetime = 172800, hold = 30 }
strategy = ["skills", { by = "shortest_wait", weight = 0.5 }, { by = "least_loaded", weight = 0.25 }]
hours = [{ name = "shop", zone = "Europe/Berlin", open = [{ days = "sun-sat", from = "00:00", to = "24:00" }] }]
"#
    .to_owned();
    for queue in 0..FULL_QUEUES {
        let skills: Vec<String> = (0..3)
            .map(|more| {
                format!("{{ skill = {:?}, proficiency = 0.{} }}", classes[(queue + more) % CLASSES], 9 - more)
            })
            .collect();
        text += &format!(
            "[[queues]]\nname = \"q{queue}\"\nhours = \"shop\"\ncapacity = 50\nskills = [{}]\n",
            skills.join(", ")
        );
    }
    for class in classes {
        text += &format!(
            "[[requirements]]\nintent = {class:?}\nneeds = [{{ skill = {class:?}, level = 0.6, drop = 1 }}, {{ skill = {:?} }}]\n",
            classes[0]
        );
    }
    for filter in 1..n_filters {
        text += &format!(
            "[[filters]]\nname = \"f{filter}\"\nwhen = \"intent.{class} > 1 and age > {filter} or floor.waiting > {}\"\n",
            filter * 1_000_000,
            class = classes[filter % CLASSES]
        );
    }
    text += "[[filters]]\nname = \"rest\"\ntargets = [{ skip_if = \"queue.agents = 0\" }]\nsteps = [{ at = 30, drop = 1 }]\n";
    let mut policy: PolicyDef = toml::from_str(&text)?;
    floorwalker_policy::find_zones(&mut policy)?;
    Ok(policy)
}

/// 60 features over GA4 events: 20 counts, 20 sums over sliding windows, and 20 values.
fn features() -> Vec<FeatureDef> {
    let kinds = [
        (Op::Count, None),
        (Op::Sum, Some("price")),
        (Op::Distinct, Some("item_category")),
        (Op::Max, Some("price")),
        (Op::Entropy, Some("item_category")),
        (Op::TimeSince, None),
        (Op::DecayedSum { half_life: 60.0 }, None),
        (Op::Mean, Some("price")),
        (Op::Last, Some("price")),
        (Op::MovingAverage { span: 5.0 }, Some("price")),
    ];
    let windows = [
        Window::Session,
        Window::Lifetime,
        Window::Seconds(60),
        Window::Events(10),
        Window::Seconds(600),
        Window::Events(50),
    ];
    let pairs = windows.iter().flat_map(|window| kinds.iter().map(move |kind| (window, kind)));
    let def = |(at, (&window, (op, field))): (usize, (&Window, &(Op, Option<&str>)))| {
        let fixed = matches!(op, Op::TimeSince | Op::DecayedSum { .. } | Op::MovingAverage { .. });
        feature(format!("f{at}"), op.clone(), *field, if fixed { Window::Session } else { window })
    };
    pairs.enumerate().map(def).collect()
}

fn feature(name: String, op: Op, field: Option<&str>, window: Window) -> FeatureDef {
    let field = field.map(str::to_owned);
    FeatureDef {
        name,
        op,
        events: vec!["view_item".to_owned(), "add_to_cart".to_owned()],
        field,
        only: None,
        window,
    }
}

fn head(
    name: &str,
    outputs: &[String],
    inputs: Vec<InputDef>,
    model: (Vec<EncodingDef>, BodyDef),
) -> HeadDef {
    HeadDef {
        name: name.to_owned(),
        outputs: outputs.to_vec(),
        link: if outputs.len() == 1 { Link::Sigmoid } else { Link::Softmax },
        inputs,
        encodings: model.0,
        body: model.1,
        calibration: CalibrationDef::identity(outputs.len()),
        scope: None,
    }
}

fn raw(n: u16) -> Vec<EncodingDef> {
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    (0..n)
        .map(|input| EncodingDef::Number { input, low, high, offset: 0.0, factor: 1.0, impute: f32::NAN })
        .collect()
}

fn linear(n_inputs: usize, n_outputs: usize) -> (Vec<EncodingDef>, BodyDef) {
    let number = |input| EncodingDef::Number {
        input,
        low: -100.0,
        high: 100.0,
        offset: 0.0,
        factor: 0.01,
        impute: 0.0,
    };
    let weights = (0..n_inputs * n_outputs).map(|at| ((at * 7919) % 13) as f32 / 13.0 - 0.5).collect();
    let body = BodyDef::Linear(LinearDef { bias: vec![0.0; n_outputs], weights });
    ((0..n_inputs as u16).map(number).collect(), body)
}

/// 100 trees of 31 leaves on 20 continuous columns, fitted to `x0 + x1·x2 − 0.7·|x3| + 0.5·[x4 > 0.5]`.
fn trees() -> Result<(floorwalker_engine::head::trees::TreesDef, f64)> {
    let mut random = 1_u64;
    let mut draw = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let columns: Vec<Vec<f32>> =
        (0..COLUMNS).map(|_| (0..ROWS).map(|_| draw() + draw() + draw()).collect()).collect();
    let chances: Vec<f32> = (0..ROWS)
        .map(|row| {
            let x = |column: usize| columns[column][row];
            let z = x(0) + x(1) * x(2) - 0.7 * x(3).abs() + if x(4) > 0.5 { 0.5 } else { 0.0 } + draw();
            if z > 0.0 { 1.0 } else { 0.0 }
        })
        .collect();
    let columns: Vec<Column<'_>> = columns.iter().map(|column| Column::Number(column)).collect();
    let task = Task { columns: &columns, target: Target::Chance(&chances), weights: None, valid: &[] };
    let settings = BoostSettings {
        rounds: 100,
        max_leaves: 31,
        max_depth: 12,
        patience: None,
        ..BoostSettings::default()
    };
    let fit = trees::fit(&task, &settings)?;
    Ok((fit.trees, fit.rounding_error))
}

/// A text head of 16 classes (intents by language), trained on simulated requests.
fn words(folder: &Path) -> Result<(TextDef, Vec<String>)> {
    let path = folder.join("log.jsonl");
    generate(&SynthSettings::default(), &mut std::io::BufWriter::new(std::fs::File::create(&path)?))?;
    let log = Log::read(&path)?;
    let lang = |event: &floorwalker_data::read::LogEvent| {
        event.context.iter().find_map(|(name, value)| match value {
            ParamValue::Text(text) if name == "lang" => Some(text.clone()),
            _ => None,
        })
    };
    let labelled: Vec<(&str, String)> = (log.events.iter())
        .filter_map(|event| {
            Some((event.message.as_deref()?, format!("{}-{}", event.labels.get("intent")?, lang(event)?)))
        })
        .collect();
    let mut classes: Vec<String> = labelled.iter().map(|(_, class)| class.clone()).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.truncate(CLASSES);
    let known = labelled
        .iter()
        .filter_map(|(message, class)| Some((*message, classes.iter().position(|c| c == class)?)));
    let (messages, ids): (Vec<&str>, Vec<usize>) = known.unzip();
    let fit = text::fit(
        text::Lesson::labelled(&messages, &ids),
        CLASSES,
        &TextSettings { max_bytes: 80_000, ..TextSettings::default() },
    )?;
    Ok((fit.def, classes))
}

fn write(
    folder: &Path,
    name: &str,
    features: Vec<FeatureDef>,
    heads: Vec<HeadDef>,
    policy: Option<PolicyDef>,
) -> Result<()> {
    let policy = policy.map(|policy| floorwalker_policy::compile(&policy, &heads, &features)).transpose()?;
    let model = ModelDef { name: name.to_owned(), idle_s: DEFAULT_IDLE_S, features, heads, policy };
    let bytes = bundle::encode(&Bundle { model, facts: Vec::new() })?;
    bundle::load(&bytes).with_context(|| format!("{name}.fwb"))?;
    Ok(std::fs::write(folder.join(format!("{name}.fwb")), bytes)?)
}
