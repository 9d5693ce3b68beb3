//! Hostile bundles: header and checksum are valid, but counts and ranges are chosen to cost much memory or time.

mod draw;
mod odd;

use crate::{Bundle, BundleError, Limit, encode, load};
use alloc::{format, string::String, vec, vec::Vec};
use floorwalker_engine::feature::{FeatureDef, Op, Window};
use floorwalker_engine::head::experts::{CELLS, ExpertsDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::model::ModelDef;
use floorwalker_engine::route::{Op as Term, *};
use floorwalker_engine::text::{GramDef, TextDef};

fn text(text: &str) -> String {
    String::from(text)
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|at| format!("{at}")).collect()
}

fn head(name: &str, n_outputs: usize, body: BodyDef) -> HeadDef {
    HeadDef {
        name: text(name),
        outputs: names(n_outputs),
        link: Link::Softmax,
        inputs: Vec::new(),
        encodings: Vec::new(),
        body,
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    }
}

fn linear(n_outputs: usize) -> BodyDef {
    BodyDef::Linear(LinearDef { bias: vec![0.0; n_outputs], weights: Vec::new() })
}

fn feature(name: &str, op: Op, window: Window) -> FeatureDef {
    FeatureDef { name: text(name), op, events: Vec::new(), field: Some(text("price")), only: None, window }
}

/// A policy with `queues` queues and `intents` intents from the first head; all intents have the same single need.
fn policy(queues: usize, intents: usize) -> PolicyProgram {
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
    PolicyProgram {
        queues: names(queues),
        rows: vec![row; queues],
        intents: vec![Part { first: 0, n: 1 }; intents],
        needs: vec![NeedRow { skill: 0, level: 0.5, required: false, drop: 0 }],
        skills: vec![SkillRow { queue: Place(0), skill: 0, proficiency: 0.5 }],
        strategies: vec![strategy(Look::Skills)],
        settings: Settings {
            intents: Place(0),
            default_queue: Place(0),
            strategy: Part { first: 0, n: 1 },
            fresh: 30.0,
            stale: 300.0,
            ..Settings::default()
        },
        ..PolicyProgram::default()
    }
}

fn strategy(look: Look) -> StrategyRow {
    let none = Part::default();
    StrategyRow { look, weight: 1.0, amount: 0.5, head: Place(0), reads: none, arms: none }
}

fn bundle(features: Vec<FeatureDef>, heads: Vec<HeadDef>, policy: Option<PolicyProgram>) -> Vec<u8> {
    let model = ModelDef { name: text("shop"), idle_s: 1_800, features, heads, policy };
    encode(&Bundle { model, facts: Vec::new() }).unwrap()
}

/// The bundle can be read, but is refused because it exceeds `limit`.
fn check(bytes: &[u8], limit: Limit) {
    assert_eq!(load(bytes).unwrap_err(), BundleError::Cost(limit), "{} bytes", bytes.len());
}

#[test]
fn a_head_of_8_300_times_65_535_buckets_is_refused_for_its_memory() {
    let mut def = head("a", 1, linear(1));
    def.inputs = vec![InputDef::Feature(0)];
    def.encodings = vec![EncodingDef::Hash { input: 0, buckets: u16::MAX }; 8_300];
    check(&bundle(vec![feature("f", Op::Last, Window::Session)], vec![def], None), Limit::Bytes);
}

#[test]
fn twenty_thousand_filters_over_the_same_fifty_thousand_terms_are_refused_for_their_work() {
    let mut program = policy(2, 1);
    let term = Term::Compare { source: Source::Age, relation: Relation::Below, number: 0.0, symbol: 0 };
    program.ops = vec![term; 50_000];
    let whole = Part { first: 0, n: 50_000 };
    let filter = FilterRow {
        when: whole,
        priority: 0.0,
        targets: Part::default(),
        steps: Part::default(),
        overflow: Place::NONE,
        strategy: Part::default(),
    };
    (program.filters, program.filter_names) = (vec![filter; 20_000], names(20_000));
    check(&bundle(Vec::new(), vec![head("a", 1, linear(1))], Some(program)), Limit::Decide);
}

#[test]
fn each_way_to_ask_for_much_in_few_bytes_is_refused() {
    let with = |change: &dyn Fn(&mut PolicyProgram), queues, intents: usize| {
        let mut program = policy(queues, intents);
        change(&mut program);
        bundle(Vec::new(), vec![head("a", intents, linear(intents))], Some(program))
    };
    let part = |n| Part { first: 0, n };
    // Overlapping needs of every intent; skills that no queue has, in a table with every queue; parents of parents.
    check(
        &with(&|p| (p.needs, p.intents) = (vec![p.needs[0]; 9_000], vec![part(9_000); 900]), 60, 900),
        Limit::Decide,
    );
    check(&with(&|p| p.needs[0].skill = u16::MAX - 1, 1_000, 1), Limit::Bytes);
    let parents = |p: &mut PolicyProgram| {
        p.rows.iter_mut().for_each(|row| row.parent = Place(0));
        p.targets = vec![
            TargetRow {
                queues: Part::default(),
                at: 0.0,
                expiry: f32::INFINITY,
                skip_if: Part::default()
            };
            2
        ];
        let filter = FilterRow {
            when: part(0),
            priority: 0.0,
            targets: part(2),
            steps: part(0),
            overflow: Place::NONE,
            strategy: part(0),
        };
        (p.filters, p.filter_names) = (vec![filter], names(1));
    };
    check(&with(&parents, 4_000, 1), Limit::Decide);
    // Strategies that draw, bandits that read many inputs, holidays of every queue's hours.
    check(
        &with(
            &|p| (p.strategies, p.settings.strategy) = (vec![strategy(Look::Random); 30], part(30)),
            4_000,
            1,
        ),
        Limit::Decide,
    );
    let bandit = |p: &mut PolicyProgram| {
        p.inputs = vec![Source::Age; 3_000];
        p.numbers = vec![0.0; 1_000_000];
        p.strategies = vec![StrategyRow { reads: part(3_000), arms: part(1), ..strategy(Look::LinUcb) }];
        p.arms = vec![ArmRow { queue: Place(0), numbers: part(1_000_000) }];
    };
    check(&with(&bandit, 8, 1), Limit::Decide);
    // Thompson sampling looks up the most probable output once for each queue and input.
    let tops = |p: &mut PolicyProgram| {
        p.inputs = vec![Source::Top { head: 0 }; 1_000];
        p.strategies = vec![StrategyRow { reads: part(1_000), ..strategy(Look::Thompson) }];
        p.settings.strategy = part(1);
    };
    check(&with(&tops, 20, 1_000), Limit::Decide);
    // Conditions of extra requirements are evaluated again for each queue that scores about as well as the best.
    let extra = |p: &mut PolicyProgram| {
        p.ops = vec![
            Term::Compare { source: Source::Age, relation: Relation::Below, number: 0.0, symbol: 0 };
            1_000
        ];
        p.extra = vec![(part(1_000), part(0)); 390];
    };
    check(&with(&extra, 40, 1), Limit::Decide);
    let hours = |p: &mut PolicyProgram| {
        p.dates = vec![DateRow { date: 1, from: NEVER, to: NEVER }; 60_000];
        p.hours = vec![HoursRow { zone: ZoneRule::default(), open: part(0), dates: part(60_000) }; 1_000];
    };
    check(&with(&hours, 1, 1), Limit::Decide);
    // Conditions that search for the most probable of many outputs.
    let top = |p: &mut PolicyProgram| {
        let source = Source::Top { head: 0 };
        p.ops = vec![Term::Compare { source, relation: Relation::Below, number: 0.0, symbol: 0 }; 4_000];
        p.extra = vec![(part(4_000), part(0))];
    };
    check(&with(&top, 1, 3_000), Limit::Decide);

    // Trees of one leaf, each in a group of its own; a sliding window per feature; an index of 2^24 buckets per head.
    let tree = |output| TreeDef { output, nodes: vec![NodeDef::Leaf { value: 1 }] };
    let trees = (0..20_000).map(tree).collect();
    let forest = BodyDef::Trees(TreesDef { n_columns: 0, base: vec![0.0; 20_000], scale: 1.0, trees });
    check(&bundle(Vec::new(), vec![head("a", 20_000, forest)], None), Limit::Bytes);
    let windows = names(4_000);
    let windows = windows.iter().map(|name| feature(name, Op::Last, Window::Seconds(60))).collect();
    check(&bundle(windows, Vec::new(), None), Limit::Bytes);
    let heads = names(8).iter().map(|name| head(name, 2, gram(24, 2))).collect();
    check(&bundle(Vec::new(), heads, None), Limit::Bytes);
    // Text heads of many outputs; kernel machines that are explained by switching many inputs on; deep trees.
    let heads = names(4).iter().map(|name| head(name, 4_000, gram(8, 4_000))).collect();
    check(&bundle(Vec::new(), heads, None), Limit::Decide);
    let mut rows = head("a", 1, prototypes(&[1; 400 * 200], 400, 1));
    rows.inputs = vec![InputDef::Feature(0); 400];
    rows.encodings = (0..400).map(|input| EncodingDef::Present { input }).collect();
    check(&bundle(vec![feature("f", Op::Last, Window::Session)], vec![rows], None), Limit::Explain);
    let chain = (0..127_u8).flat_map(|at| {
        let left = 2 * at + 1;
        let split = NodeDef::Split { column: at, threshold: 0.5, missing_left: true, left, left_share: 99 };
        if at == 0 { vec![split] } else { vec![NodeDef::Leaf { value: 1 }, split] }
    });
    let mut nodes: Vec<NodeDef> = chain.collect();
    nodes.extend([NodeDef::Leaf { value: 1 }, NodeDef::Leaf { value: 2 }]);
    let trees = vec![TreeDef { output: 0, nodes }; 40];
    let forest = BodyDef::Trees(TreesDef { n_columns: 127, base: vec![0.0], scale: 1.0, trees });
    check(&bundle(Vec::new(), vec![head("a", 1, forest)], None), Limit::Explain);
}

#[test]
fn lists_of_small_things_take_memory_by_what_they_become() {
    let mut program = policy(1, 1);
    program.ops = vec![Term::And; 1_000_000];
    check(&bundle(Vec::new(), vec![head("a", 1, linear(1))], Some(program)), Limit::Bytes);
    let model = ModelDef { name: text(""), idle_s: 1, features: Vec::new(), heads: Vec::new(), policy: None };
    let facts = vec![(String::new(), String::new()); 500_000];
    check(&encode(&Bundle { model, facts }).unwrap(), Limit::Bytes);
}

#[test]
fn names_that_are_there_twice_are_found_among_many() {
    let mut def = head("a", 60_000, linear(60_000));
    def.outputs[59_999] = text("7");
    assert!(matches!(load(&bundle(Vec::new(), vec![def], None)), Err(BundleError::Model(_))));
    let heads = names(9_000).iter().chain([&text("7")]).map(|name| head(name, 1, linear(1))).collect();
    assert!(matches!(load(&bundle(Vec::new(), heads, None)), Err(BundleError::Model(_))));
}

#[test]
fn experts_are_no_experts_of_experts_and_none_is_asked_twice() {
    let experts = |name: &str, of: &[u16]| {
        let trust = vec![1.0; CELLS * of.len()];
        let def = ExpertsDef { prior: vec![0.0; 2], trust, masses: Vec::new() };
        let mut head = head(name, 2, BodyDef::Experts(def));
        head.inputs =
            of.iter().flat_map(|&head| [0, 1].map(|output| InputDef::Output { head, output })).collect();
        head
    };
    let model = |last| {
        bundle(
            Vec::new(),
            vec![head("a", 2, linear(2)), head("b", 2, linear(2)), experts("c", &[1, 0]), last],
            None,
        )
    };
    assert!(load(&model(experts("d", &[0, 1]))).is_ok());
    for of in [&[2][..], &[0, 2], &[0, 0], &[0, 1, 0]] {
        assert!(matches!(load(&model(experts("d", of))), Err(BundleError::Model(_))), "{of:?}");
    }
}

fn gram(bits: u8, n_outputs: usize) -> BodyDef {
    BodyDef::Text(TextDef {
        grams: GramDef { words: 2, glyphs: 3, long: 4, char_min: 2, char_max: 5, bits },
        bias: vec![0.0; n_outputs],
        scale: 1.0,
        unknown: 3,
        variants: Vec::new(),
        buckets: (0..100).collect(),
        idf: vec![16; 100],
        starts: (0..=100).collect(),
        outputs: vec![0; 100],
        weights: vec![1; 100],
    })
}

fn prototypes(cells: &[i8], n_columns: usize, n_outputs: usize) -> BodyDef {
    BodyDef::Prototypes(PrototypesDef {
        like: Like::Power { gamma: 3e38, constant: 3e38, degree: 8 },
        nearest: 0,
        reach: f32::INFINITY,
        scale: vec![3e38; n_columns],
        cells: cells.to_vec(),
        weights: vec![3e38; cells.len() / n_columns * n_outputs],
        bias: vec![-3e38; n_outputs],
    })
}
