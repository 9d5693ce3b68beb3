//! Draws models, policies and snapshots with extreme numbers (huge, tiny, infinite, NaN) among ordinary ones. Shapes are valid.

use super::{feature, gram, head, names, policy, prototypes, text};
use alloc::{format, vec, vec::Vec};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{Op, Window};
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::model::ModelDef;
use floorwalker_engine::route::{Op as Term, *};
use floorwalker_engine::symbol::Symbol;
use proptest::array::{uniform3, uniform4};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::BoxedStrategy;

/// How many features a model has.
const N_FEATURES: usize = 4;
/// How many heads a model has at most.
const MOST_HEADS: u16 = 3;
/// How many queues a policy has at most.
const MOST_QUEUES: u16 = 5;

/// An extreme number, or an ordinary one.
fn number() -> impl Strategy<Value = f32> {
    const ODD: [f32; 14] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        1e-40,
        1e30,
        -1e30,
        3e38,
        -3e38,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        1e9,
    ];
    prop_oneof![2 => (0..1_000_u16).prop_map(|n| f32::from(n) / 999.0), 1 => select(&ODD[..])]
}

fn finite() -> impl Strategy<Value = f32> {
    number().prop_map(|number| if number.is_finite() { number } else { 3e38 })
}

/// A part of a list of `n`.
fn part(n: u16) -> impl Strategy<Value = Part> {
    let part = move |(first, more): (u16, Index)| Part {
        first: first.into(),
        n: more.index(usize::from(n - first) + 1) as u32,
    };
    (0..=n, any::<Index>()).prop_map(part)
}

/// One of `n`, or none.
fn place(n: u16) -> impl Strategy<Value = Place> {
    prop_oneof![2 => (0..n).prop_map(Place), 1 => Just(Place::NONE)]
}

fn source() -> impl Strategy<Value = Source> {
    const LOADS: [Load; 5] = [Load::Waiting, Load::Agents, Load::Free, Load::Ratio, Load::Wait];
    let head = || 0..MOST_HEADS;
    prop_oneof![
        Just(Source::Age),
        (0..N_FEATURES as u16).prop_map(Source::Feature),
        (head(), 0..4_u16).prop_map(|(head, output)| Source::Probability { head, output }),
        head().prop_map(|head| Source::Top { head }),
        head().prop_map(|head| Source::Outside { head }),
        select(&LOADS[..]).prop_map(Source::Floor),
        select(&LOADS[..]).prop_map(Source::Queue),
    ]
}

fn body(n_columns: usize, n_outputs: usize) -> impl Strategy<Value = BodyDef> {
    let numbers = |n: usize| vec(finite(), n);
    let linear = (numbers(n_outputs), numbers(n_columns * n_outputs))
        .prop_map(|(bias, weights)| BodyDef::Linear(LinearDef { bias, weights }));
    let column = (0..n_columns).prop_map(|column| column as u8);
    let trees = (column, finite(), 1..=254_u8, select(&[0.01_f32, 1e30][..]), 1..=9_usize).prop_map(
        move |(column, threshold, left_share, scale, n_trees)| {
            let split = NodeDef::Split { column, threshold, missing_left: true, left: 1, left_share };
            let leaf = |value| NodeDef::Leaf { value };
            let tree = TreeDef { output: 0, nodes: vec![split, leaf(i16::MIN), leaf(i16::MAX)] };
            let (n_columns, base) = (n_columns as u16, vec![0.0; n_outputs]);
            BodyDef::Trees(TreesDef { n_columns, base, scale, trees: vec![tree; n_trees] })
        },
    );
    let layers = (numbers(n_outputs), numbers(n_outputs)).prop_map(move |(bias, scale)| {
        let weights = vec![-128; n_columns * n_outputs];
        BodyDef::Layers(LayersDef { layers: vec![LayerDef { bias, scale, weights }] })
    });
    let like = prop_oneof![
        finite().prop_map(|gamma| Like::Rbf { gamma }),
        (finite(), finite(), 1..=8_u8).prop_map(|(gamma, constant, degree)| Like::Power {
            gamma,
            constant,
            degree
        }),
        select(&[Like::Cosine, Like::Euclid, Like::Manhattan][..]),
    ];
    let cells = vec(any::<i8>(), 3 * n_columns);
    let prototypes = (like, 0..4_u16, number(), numbers(n_columns), cells).prop_map(
        move |(like, nearest, reach, scale, cells)| {
            let BodyDef::Prototypes(def) = prototypes(&cells, n_columns, n_outputs) else { unreachable!() };
            BodyDef::Prototypes(PrototypesDef { like, nearest, reach, scale, ..def })
        },
    );
    prop_oneof![linear, trees, layers, prototypes, Just(gram(8, n_outputs))]
}

fn encoding(input: u16) -> impl Strategy<Value = EncodingDef> {
    prop_oneof![
        Just(EncodingDef::Present { input }),
        (1..=9_u16).prop_map(move |buckets| EncodingDef::Hash { input, buckets }),
        (0..4_usize).prop_map(move |n| EncodingDef::OneHot { input, categories: names(n), other: true }),
        (finite(), finite(), finite()).prop_map(move |(offset, factor, impute)| EncodingDef::Square {
            input,
            low: f32::NEG_INFINITY,
            high: f32::INFINITY,
            offset,
            factor,
            impute,
        }),
    ]
}

/// The head at index `at`, which may read one of the heads before it.
fn odd_head(at: u16) -> BoxedStrategy<HeadDef> {
    let columns = |def: &EncodingDef| match def {
        EncodingDef::Hash { buckets, .. } => usize::from(*buckets),
        EncodingDef::OneHot { categories, .. } => 1 + categories.len(),
        _ => 1,
    };
    let encodings = (1..=3_u16).prop_flat_map(|n| (0..n).map(encoding).collect::<Vec<_>>());
    (1..=3_usize, encodings)
        .prop_flat_map(move |(n_outputs, encodings)| {
            let n_columns = encodings.iter().map(columns).sum();
            let inputs = vec((0..N_FEATURES as u16).prop_map(InputDef::Feature), encodings.len());
            let earlier = option::of((0..at.max(1)).prop_map(|head| InputDef::Output { head, output: 0 }));
            let curve = option::weighted(1.0 / 3.0, select(&[0.0_f32, 1e30][..]));
            let calibration = (
                select(&[1.0_f32, 3e38, 1e-30][..]),
                vec(select(&[0.0_f32, 1e30, -1e30][..]), n_outputs),
                curve,
            );
            let link = select(&[Link::Identity, Link::Sigmoid, Link::Softmax][..]);
            (body(n_columns, n_outputs), Just(encodings), inputs, earlier, link, calibration)
        })
        .prop_map(move |(body, encodings, mut inputs, earlier, link, (slope, intercept, curve))| {
            if let Some(earlier) = earlier
                && at > 0
            {
                inputs[0] = earlier;
            }
            let mut def = head(&format!("{at}"), intercept.len(), body);
            if !matches!(def.body, BodyDef::Text(_)) {
                (def.inputs, def.encodings) = (inputs, encodings);
            }
            def.link = link;
            (def.calibration.slope, def.calibration.intercept) = (slope, intercept);
            def.calibration.curve =
                curve.map_or(vec![], |middle| vec![(-1e30, -1e30), (0.0, middle), (1e-40, 1e30)]);
            def
        })
        .boxed()
}

fn term() -> impl Strategy<Value = Term> {
    const RELATIONS: [Relation; 6] = [
        Relation::Equal,
        Relation::Unequal,
        Relation::Below,
        Relation::AtMost,
        Relation::Above,
        Relation::AtLeast,
    ];
    let compare = (source(), select(&RELATIONS[..]), number(), 0..2_u32)
        .prop_map(|(source, relation, number, symbol)| Term::Compare { source, relation, number, symbol });
    prop_oneof![2 => compare, 3 => select(&[Term::And, Term::Or, Term::Not][..])]
}

/// A policy over the outputs of the first head.
fn odd_policy(n_intents: usize) -> impl Strategy<Value = PolicyProgram> {
    const LOOKS: [Look; 13] = [
        Look::Random,
        Look::RoundRobin,
        Look::Rules,
        Look::Skills,
        Look::LongestIdle,
        Look::LeastLoaded,
        Look::ShortestWait,
        Look::Model,
        Look::CMu,
        Look::FixedRatio,
        Look::EpsilonGreedy,
        Look::LinUcb,
        Look::Thompson,
    ];
    // One policy in three has numbers that validation should have refused.
    let sizes = (1..=MOST_QUEUES, weighted(2.0 / 3.0));
    sizes.prop_flat_map(move |(n, is_tame)| {
        let n_queues = usize::from(n);
        let tame = |ordinary: f32| if is_tame { Just(ordinary).boxed() } else { number().boxed() };
        let queue = (place(n), number(), tame(0.5), tame(2.0), number(), 0..6_u8);
        let need = (tame(0.4), weighted(0.25), 0..3_u8);
        let strategy = (select(&LOOKS[..]), tame(0.3), tame(0.2), place(3), part(n.min(3)), part(n));
        let target = (part(4), select(&[0.0_f32, 30.0][..]), number(), part(6));
        let filter = (part(6), number(), part(3), part(1), place(n), part(3));
        let queues = (vec(queue, n_queues), vec(tame(0.7), n_queues), vec(need, 3), vec(part(3), n_intents));
        let conditions = (vec(term(), 6), (part(6), part(3)));
        let bandits = (vec(source(), 3), vec(number(), 40), vec(part(40), n_queues), vec(place(3), n_queues));
        let filters = (vec(0..n, 4), vec(target, 3), number(), vec(filter, 0..=2));
        let lists = (queues, conditions, bandits, vec(strategy, 3), filters);
        let settings = (part(3), uniform3(place(n)), uniform3(uniform3(number())), source());
        let shares = (tame(0.05), tame(0.1), tame(0.1), uniform3(number()));
        (lists, settings, shares).prop_map(move |(lists, settings, shares)| {
            let (queues, (ops, extra), (inputs, numbers, arms, outputs), strategies, filters) = lists;
            let (rows, proficiencies, needs, intents) = queues;
            let (targeted, targets, step, filters) = filters;
            let (strategy, [overflow, closed, bot], numbers_of, language) = settings;
            let [[threshold, margin, certainty], [fresh, stale, set_mass], [lifetime, hold, bot_until]] =
                numbers_of;
            let (floor, holdout, learning, [low, high, most]) = shares;
            let plain = policy(n_queues, n_intents);
            PolicyProgram {
                rows: (plain.rows.iter().zip(rows))
                    .map(|(&row, (parent, capacity, weight, delay_cost, rate, chats))| QueueRow {
                        parent,
                        capacity,
                        weight,
                        delay_cost,
                        rate,
                        chats,
                        ..row
                    })
                    .collect(),
                skills: (0..)
                    .zip(proficiencies)
                    .map(|(queue, proficiency)| SkillRow { queue: Place(queue), skill: 0, proficiency })
                    .collect(),
                needs: needs
                    .into_iter()
                    .map(|(level, required, drop)| NeedRow { skill: 0, level, required, drop })
                    .collect(),
                intents,
                extra: vec![extra],
                ops,
                filter_names: names(filters.len()),
                filters: filters
                    .into_iter()
                    .map(|(when, priority, targets, steps, overflow, strategy)| FilterRow {
                        when,
                        priority,
                        targets,
                        steps,
                        overflow,
                        strategy,
                    })
                    .collect(),
                targets: targets
                    .into_iter()
                    .map(|(queues, at, expiry, skip_if)| TargetRow { queues, at, expiry, skip_if })
                    .collect(),
                targeted: targeted.into_iter().map(Place).collect(),
                steps: vec![StepDef { at: step, drop: 2 }],
                strategies: strategies
                    .into_iter()
                    .map(|(look, weight, amount, head, reads, arms)| StrategyRow {
                        look,
                        weight,
                        amount,
                        head,
                        reads,
                        arms,
                    })
                    .collect(),
                outputs,
                inputs,
                arms: (0..)
                    .zip(arms)
                    .map(|(queue, numbers)| ArmRow { queue: Place(queue), numbers })
                    .collect(),
                numbers,
                settings: Settings {
                    strategy,
                    overflow,
                    closed,
                    bot,
                    threshold,
                    margin,
                    certainty,
                    fresh,
                    stale,
                    set_mass,
                    lifetime,
                    hold,
                    bot_until,
                    language: Some(language),
                    explore: ExploreDef { floor, holdout },
                    agents: AgentsDef { occupancy: Some([low, high]), most: Some(most), learning },
                    ..plain.settings
                },
                ..plain
            }
        })
    })
}

/// Models of one to three heads, three in four of them with a policy.
pub(super) fn models() -> impl Strategy<Value = ModelDef> {
    let ops = [Op::Sum, Op::Last, Op::Entropy, Op::Max, Op::MovingAverage { span: 3.0 }];
    let windows = [Window::Session, Window::Lifetime];
    let features = vec((select(ops.to_vec()), select(windows.to_vec())), N_FEATURES);
    let heads = (1..=MOST_HEADS).prop_flat_map(|n| (0..n).map(odd_head).collect::<Vec<_>>());
    let heads = heads.prop_flat_map(|heads| {
        let policy = odd_policy(heads[0].outputs.len());
        (Just(heads), option::weighted(0.75, policy))
    });
    (features, heads).prop_map(|(features, (heads, policy))| {
        let features = (0_u8..).zip(features);
        let features = features.map(|(at, (op, window))| feature(&format!("{at}"), op, window)).collect();
        ModelDef { name: text("shop"), idle_s: 60, features, heads, policy }
    })
}

/// What a page asks of a model: the values that take the place of features, a message, and requests.
pub(super) fn questions() -> impl Strategy<Value = (Vec<Option<Value>>, &'static str, Vec<Asked>)> {
    let values =
        [Value::Number(3e38), Value::Number(-3e38), Value::Missing, Value::Category(Symbol::of("1"))];
    let values = vec(option::weighted(0.25, select(values.to_vec())), N_FEATURES);
    (values, select(&["", "where is my order? 我要退款"][..]), vec(asked(), 4))
}

/// A request and the state of the queues.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) age_s: f32,
    pub(super) seed: u32,
    pub(super) turn: Option<u32>,
    pub(super) preferred: Option<(Symbol, f32)>,
    snapshot: Snapshot,
}

impl Asked {
    /// The state of `n_queues` queues.
    pub(super) fn snapshot(&self, n_queues: usize) -> Snapshot {
        let mut snapshot = self.snapshot.clone();
        snapshot.queues.truncate(n_queues);
        snapshot.agents.iter_mut().for_each(|agent| agent.queue %= n_queues as u16);
        snapshot
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let count = || select(&[0.0_f32, 1.0, 7.0, 3e38, f32::NAN][..]);
    let rates = uniform4(select(&[0.0_f32, 0.01, 3e38][..]));
    let queue =
        (select(&[None, Some(true), Some(false)][..]), [count(), count(), count(), count(), count()], rates)
            .prop_map(|(open, [waiting, agents, in_service, idle_s, patience_s], rate)| QueueState {
                open,
                waiting,
                agents,
                in_service,
                idle_s,
                patience_s,
                rate,
            });
    let counts = [count(), count(), count(), count(), count(), count()];
    let agent = (0..MOST_QUEUES, counts, any::<bool>()).prop_map(
        |(queue, [holds, room, idle_s, occupancy, taken, count], novice)| AgentState {
            name: Symbol::of("eva"),
            queue,
            holds,
            room,
            idle_s,
            occupancy,
            taken,
            count,
            novice,
        },
    );
    let lists = (vec(queue, usize::from(MOST_QUEUES)), vec(agent, 0..=3));
    let snapshot = (select(&[None, Some(0_i64), Some(990_000)][..]), lists)
        .prop_map(|(as_of_ms, (queues, agents))| Snapshot { as_of_ms, queues, agents });
    let turn = select(&[None, Some(3_u32)][..]);
    let preferred = option::of(Just((Symbol::of("eva"), 5.0_f32)));
    (number(), 0..1_u32 << 30, turn, preferred, snapshot)
        .prop_map(|(age_s, seed, turn, preferred, snapshot)| Asked { age_s, seed, turn, preferred, snapshot })
}
