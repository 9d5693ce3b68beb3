//! The most expensive bundles that are accepted: for each way to make a bundle expensive, the largest bundle that `bundle::load` accepts.
//!
//!   bench-cost FOLDER      writes NAME.fwb, and prints each bundle's estimated cost; `tests/bench/cost.mjs` measures the real cost
//!
//! Not here: what is refused (`src/bundle/untrusted.rs`).

use std::path::Path;

use anyhow::{Context, Result};
use floorwalker_bundle::{self as bundle, Bundle, MAX_WORK};
use floorwalker_engine::feature::{FeatureDef, Op, Window};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::model::ModelDef;
use floorwalker_engine::route::{Op as Term, *};
use floorwalker_engine::text::{GramDef, TextDef};

/// A function that makes a kind of bundle of a given size.
type Kind = fn(usize) -> ModelDef;

/// The largest size that is tried.
const LARGEST: usize = 1 << 22;

const KINDS: [(&str, Kind); 15] = [
    ("hash_buckets", hash_buckets),
    ("text_outputs", text_outputs),
    ("text_heads", |n| model(Vec::new(), heads(n.min(900), |_| text_head(8)), None)),
    ("trees", |n| forest(n, 1, 5)),
    ("deep_trees", |n| forest(n, 1, 127)),
    ("trees_apart", |n| forest(n, n, 1)),
    ("prototypes", prototypes),
    ("windows", |n| {
        model(
            (0..n.min(4_096)).map(|at| feature(at, Op::Entropy, Window::Seconds(60))).collect(),
            Vec::new(),
            None,
        )
    }),
    ("filters", filters),
    ("parents", parents),
    ("draws", |n| routed(n.min(4_096), 1, |program| program.strategies = vec![strategy(Look::Random); 2])),
    ("bandits", bandits),
    ("needs", |n| routed(64, 64, |program| overlap(program, n))),
    ("terms", |n| routed(1, 1, |program| program.ops = vec![Term::And; n])),
    ("outputs", |n| {
        model(Vec::new(), vec![head(0, n.clamp(1, 65_535), linear(n.clamp(1, 65_535), 0))], None)
    }),
];

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("give the folder to write to")?;
    println!("{:14}{:>12}{:>12}{:>10}{:>10}", "kind", "bytes", "memory", "decide", "explain");
    for (name, kind) in KINDS {
        let accepted = |n: usize| {
            let bytes = bundle::encode(&Bundle { model: kind(n), facts: Vec::new() }).ok()?;
            bundle::load(&bytes).ok().map(|_| bytes)
        };
        let (mut low, mut high) = (1, LARGEST);
        if accepted(high).is_some() {
            low = high;
        }
        while high - low > 1 + low / 64 {
            let middle = usize::midpoint(low, high);
            if accepted(middle).is_some() { low = middle } else { high = middle }
        }
        let bytes = accepted(low).with_context(|| format!("no bundle of kind {name} is accepted"))?;
        let cost = kind(low).cost();
        let share = |work: f32| format!("{:.0} %", 100.0 * work / MAX_WORK);
        println!(
            "{name:14}{:>12}{:>12.0}{:>10}{:>10}",
            bytes.len(),
            cost.bytes,
            share(cost.decide),
            share(cost.explain)
        );
        std::fs::write(Path::new(&folder).join(format!("{name}.fwb")), bytes).context(name)?;
    }
    Ok(())
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|at| at.to_string()).collect()
}

fn model(features: Vec<FeatureDef>, heads: Vec<HeadDef>, policy: Option<PolicyProgram>) -> ModelDef {
    ModelDef { name: "worst".into(), idle_s: 1_800, features, heads, policy }
}

fn feature(at: usize, op: Op, window: Window) -> FeatureDef {
    FeatureDef {
        name: format!("f{at}"),
        op,
        events: Vec::new(),
        field: Some(format!("p{at}")),
        only: None,
        window,
    }
}

fn head(at: usize, n_outputs: usize, body: BodyDef) -> HeadDef {
    HeadDef {
        name: format!("h{at}"),
        outputs: names(n_outputs),
        link: Link::Softmax,
        inputs: Vec::new(),
        encodings: Vec::new(),
        body,
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    }
}

fn heads(n: usize, body: fn(usize) -> BodyDef) -> Vec<HeadDef> {
    (0..n)
        .map(|at| head(at, 4, body(at)))
        .map(|head| HeadDef { outputs: names(8), calibration: CalibrationDef::identity(8), ..head })
        .collect()
}

fn linear(n_outputs: usize, n_columns: usize) -> BodyDef {
    BodyDef::Linear(LinearDef { bias: vec![0.0; n_outputs], weights: vec![0.5; n_outputs * n_columns] })
}

/// A head that encodes one category into many columns.
fn hash_buckets(n: usize) -> ModelDef {
    let of = |at: usize, buckets: usize| {
        let mut head = head(at, 1, linear(1, buckets));
        head.inputs = vec![InputDef::Feature(0)];
        head.encodings = vec![EncodingDef::Hash { input: 0, buckets: buckets as u16 }];
        head
    };
    let whole = (0..n / 50_000).map(|at| of(at, 50_000));
    model(
        vec![feature(0, Op::ContextCategory, Window::Session)],
        whole.chain([of(99, 1 + n % 50_000)]).collect(),
        None,
    )
}

/// A text model that knows every gram, so that each gram of a message adds a row of weights.
fn text_head(n_outputs: usize) -> BodyDef {
    let n = 256;
    BodyDef::Text(TextDef {
        grams: GramDef { words: 8, glyphs: 8, long: 8, char_min: 1, char_max: 8, bits: 8 },
        bias: vec![0.0; n_outputs],
        scale: 1.0,
        unknown: 0,
        variants: Vec::new(),
        buckets: (0..n).collect(),
        idf: vec![16; n as usize],
        starts: (0..=n).map(|row| row * n_outputs as u32).collect(),
        outputs: (0..n).flat_map(|_| 0..n_outputs as u16).collect(),
        weights: vec![1; n as usize * n_outputs],
    })
}

fn text_outputs(n: usize) -> ModelDef {
    let n = n.clamp(1, 4_096);
    model(Vec::new(), vec![head(0, n, text_head(n))], None)
}

/// Degenerate trees in which every split has a leaf on its left: their depth is their number of splits.
fn trees(n: usize, n_outputs: usize, depth: u8) -> BodyDef {
    let leaf = |value| NodeDef::Leaf { value };
    let split = |at: u8| NodeDef::Split {
        column: at,
        threshold: 0.5,
        missing_left: false,
        left: 2 * at + 1,
        left_share: 99,
    };
    let mut nodes = vec![split(0)];
    nodes.extend((1..depth).flat_map(|at| [leaf(1), split(at)]));
    nodes.extend([leaf(1), leaf(2)]);
    let trees = (0..n).map(|at| TreeDef { output: (at % n_outputs) as u16, nodes: nodes.clone() }).collect();
    BodyDef::Trees(TreesDef { n_columns: depth.into(), base: vec![0.0; n_outputs], scale: 0.01, trees })
}

/// A tree ensemble over as many columns as its trees are deep.
fn forest(n: usize, n_outputs: usize, depth: u8) -> ModelDef {
    let (n, n_outputs) = (n.clamp(1, 60_000), n_outputs.clamp(1, 60_000));
    let mut head = head(0, n_outputs, trees(n, n_outputs, depth));
    head.inputs = vec![InputDef::Feature(0); depth.into()];
    head.encodings = (0..depth.into()).map(|input| EncodingDef::Present { input }).collect();
    model(vec![feature(0, Op::ContextNumber, Window::Session)], vec![head], None)
}

/// A prototype model whose explanation switches its 64 inputs on one after another.
fn prototypes(n: usize) -> ModelDef {
    let columns = 64;
    let rows = 1 + n / columns;
    let mut head = head(
        0,
        1,
        BodyDef::Prototypes(PrototypesDef {
            like: Like::Rbf { gamma: 0.5 },
            nearest: 0,
            reach: f32::INFINITY,
            scale: vec![0.1; columns],
            cells: vec![1; rows * columns],
            weights: vec![1.0; rows],
            bias: vec![0.0],
        }),
    );
    head.inputs = vec![InputDef::Feature(0); columns];
    head.encodings = (0..columns as u16).map(|input| EncodingDef::Present { input }).collect();
    model(vec![feature(0, Op::ContextNumber, Window::Session)], vec![head], None)
}

fn strategy(look: Look) -> StrategyRow {
    StrategyRow {
        look,
        weight: 0.5,
        amount: 0.5,
        head: Place(0),
        reads: Part::default(),
        arms: Part::default(),
    }
}

fn part(n: usize) -> Part {
    Part { first: 0, n: n as u32 }
}

/// A model with a policy that routes among this many queues, all open, for this many intents.
fn routed(queues: usize, intents: usize, change: impl Fn(&mut PolicyProgram)) -> ModelDef {
    let row = QueueRow {
        hours: Place::NONE,
        parent: Place::NONE,
        capacity: f32::INFINITY,
        channel: Channel::Chat,
        weight: 1.0,
        delay_cost: 1.0,
        rate: 0.01,
        chats: 2,
    };
    let mut program = PolicyProgram {
        queues: names(queues),
        rows: vec![row; queues],
        intents: vec![part(1); intents],
        needs: vec![NeedRow { skill: 0, level: 0.5, required: false, drop: 1 }],
        strategies: vec![strategy(Look::Skills)],
        settings: Settings {
            intents: Place(0),
            default_queue: Place(0),
            fresh: 30.0,
            stale: 300.0,
            ..Settings::default()
        },
        ..PolicyProgram::default()
    };
    change(&mut program);
    program.settings.strategy = part(program.strategies.len());
    model(Vec::new(), vec![head(0, intents, linear(intents, 0))], Some(program))
}

fn filter(when: Part, targets: Part) -> FilterRow {
    FilterRow { when, priority: 0.0, targets, steps: part(0), overflow: Place::NONE, strategy: part(0) }
}

/// A policy whose filters all evaluate the same long condition, and none of which matches.
fn filters(n: usize) -> ModelDef {
    routed(2, 1, |program| {
        let source = Source::Age;
        program.ops =
            vec![Term::Compare { source, relation: Relation::Below, number: 0.0, symbol: 0 }; 2_000];
        program.filters = vec![filter(part(2_000), part(0)); n.min(100_000)];
        program.filter_names = names(program.filters.len());
    })
}

/// A policy whose queues are all full, so that for each queue all its parents are searched.
fn parents(n: usize) -> ModelDef {
    let n = n.clamp(2, 4_096);
    routed(n, 1, |program| {
        for (at, row) in program.rows.iter_mut().enumerate() {
            (row.parent, row.capacity) = (Place(((at + 1) % n) as u16), 0.0);
        }
        let target = TargetRow { queues: part(0), at: 0.0, expiry: f32::INFINITY, skip_if: part(0) };
        (program.targets, program.filters) = (vec![target; 1], vec![filter(part(0), part(1))]);
        program.filter_names = names(1);
    })
}

/// A policy with a bandit that reads many inputs.
fn bandits(n: usize) -> ModelDef {
    routed(64, 1, |program| {
        let inputs = 1 + n / 64;
        let d = inputs + 1;
        program.inputs = vec![Source::Age; inputs];
        program.numbers = vec![0.01; (d + d * d).min(4_000_000)];
        let numbers = part(program.numbers.len());
        program.arms = (0..64).map(|queue| ArmRow { queue: Place(queue), numbers }).collect();
        program.strategies =
            vec![StrategyRow { reads: part(inputs), arms: part(64), ..strategy(Look::LinUcb) }];
    })
}

/// Gives every intent the same long list of needs, and a step that drops some of them.
fn overlap(program: &mut PolicyProgram, n: usize) {
    program.needs = vec![program.needs[0]; n.min(500_000)];
    program.intents = vec![part(program.needs.len()); 64];
    program.filters = vec![FilterRow { steps: part(1), ..filter(part(0), part(0)) }];
    program.filter_names = names(1);
    program.steps = vec![StepDef { at: 0.0, drop: 2 }];
}
