//! Round trips: what is written is read back, for every variant of every definition. Truncated bodies are refused.

use super::*;
use floorwalker_engine::feature::{self, FeatureDef, Op, Window};
use floorwalker_engine::head::experts::ExpertsDef;
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use floorwalker_engine::head::scope::ScopeDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef, HeadDef, InputDef, Link};
use floorwalker_engine::route::*;
use floorwalker_policy::*;

fn text(text: &str) -> String {
    String::from(text)
}

fn features() -> Vec<FeatureDef> {
    let ops = [
        Op::Count,
        Op::Sum,
        Op::Mean,
        Op::Min,
        Op::Max,
        Op::Last,
        Op::Distinct,
        Op::Entropy,
        Op::TimeSince,
        Op::DecayedSum { half_life: 60.5 },
        Op::MovingAverage { span: 300.0 },
        Op::Ratio { of: text("a"), to: text("商品") },
        Op::Affinity { of: text("a"), to: text("商品"), usual: 0.25 },
        Op::Keep,
        Op::ContextNumber,
        Op::ContextCategory,
    ];
    let windows = [Window::Events(300), Window::Seconds(70_000), Window::Session, Window::Lifetime];
    let def = |(at, op): (usize, Op)| FeatureDef {
        name: "n".repeat(at * 20),
        op,
        events: alloc::vec![text("view_item"); at % 3],
        field: (at % 2 == 0).then(|| text("price")),
        only: (at % 3 == 0).then(|| feature::Condition { field: text("topic"), equals: text("returns") }),
        window: windows[at % 4],
    };
    ops.into_iter().enumerate().map(def).collect()
}

fn heads() -> Vec<HeadDef> {
    let encodings = alloc::vec![
        EncodingDef::Number {
            input: 0,
            low: f32::NEG_INFINITY,
            high: 9.0,
            offset: -1.5,
            factor: 2.0,
            impute: 0.25
        },
        EncodingDef::Square { input: 5, low: -1.0, high: 9.0, offset: -1.5, factor: 2.0, impute: 0.25 },
        EncodingDef::Present { input: 1 },
        EncodingDef::OneHot { input: 2, categories: alloc::vec![text("a"), text("手机")], other: true },
        EncodingDef::Hash { input: 3, buckets: 1_000 },
        EncodingDef::Member { input: 4, categories: Vec::new() },
    ];
    let head = |(link, body)| HeadDef {
        name: text("intent"),
        outputs: alloc::vec![text("yes"), text("否")],
        link,
        inputs: alloc::vec![InputDef::Feature(200), InputDef::Output { head: 1, output: 300 }],
        encodings: encodings.clone(),
        body,
        calibration: CalibrationDef {
            slope: 0.9,
            intercept: alloc::vec![0.1, 0.2],
            curve: alloc::vec![(-2.0, -1.0), (3.0, 1.5)],
        },
        scope: None,
    };
    let linear = BodyDef::Linear(LinearDef {
        bias: alloc::vec![1.0, -0.0],
        weights: alloc::vec![f32::MIN_POSITIVE, 3e38],
    });
    let layer = |weights: &[i8]| LayerDef {
        bias: alloc::vec![0.5, -0.5],
        scale: alloc::vec![0.01, 0.02],
        weights: weights.to_vec(),
    };
    let layers = BodyDef::Layers(LayersDef { layers: alloc::vec![layer(&[1, -128, 127]), layer(&[])] });
    let likes = [
        Like::Rbf { gamma: 0.5 },
        Like::Power { gamma: 0.5, constant: 1.0, degree: 3 },
        Like::Cosine,
        Like::Euclid,
        Like::Manhattan,
    ];
    let prototypes = likes.map(|like| {
        let def = PrototypesDef {
            like,
            nearest: 300,
            reach: f32::INFINITY,
            scale: alloc::vec![0.1],
            cells: alloc::vec![-128, 127],
            weights: alloc::vec![1.0, -1.0, 0.5, 0.25],
            bias: alloc::vec![0.0, 1.0],
        };
        (Link::Softmax, BodyDef::Prototypes(def))
    });
    let experts = BodyDef::Experts(ExpertsDef {
        prior: alloc::vec![-0.5, -1.5],
        trust: alloc::vec![0.25; 3],
        masses: alloc::vec![0.75],
    });
    let scope = ScopeDef { weights: [0.5, -1.0, 0.0, 3e38], bias: -0.25, threshold: 0.75, reject: Some(300) };
    let others = [(Link::Identity, linear.clone()), (Link::Sigmoid, linear.clone()), (Link::Softmax, linear)];
    let others = others.into_iter().chain([(Link::Softmax, layers), (Link::Softmax, experts)]);
    let mut heads: Vec<HeadDef> = others.chain(prototypes).map(head).collect();
    heads[0].scope = Some(scope.clone());
    heads[1].scope = Some(ScopeDef { reject: None, ..scope });
    heads
}

fn policy() -> PolicyProgram {
    let names = |names: &[&str]| names.iter().map(|name| text(name)).collect::<Vec<_>>();
    let (intents, queues) = (names(&["yes", "no"]), names(&["phones"]));
    let heads = alloc::vec![("intent", &intents[..]), ("value", &queues[..])];
    written().compile(&Names { heads, features: alloc::vec!["x", "y", "lang", "a"] }).unwrap()
}

fn written() -> PolicyDef {
    let skill = |name: &str, proficiency| SkillDef { skill: text(name), proficiency };
    PolicyDef {
        version: text("7"),
        threshold: 0.5,
        certainty: 0.25,
        margin: 0.1,
        set_mass: 0.8,
        overflow: Some(text("phones")),
        closed: Some(text("phones")),
        within: Some(20.0),
        ttl: 60,
        strategy: strategies(),
        explore: ExploreDef { floor: 0.01, holdout: 0.05 },
        bot: Some(BotDef { queue: text("general"), until: 30.0, unless: Some(condition()) }),
        language: Some(LanguageDef { from: text("lang"), required: true, drop: 2 }),
        preferred: Some(PreferredDef { lifetime: 259_200.0, hold: 60.0 }),
        agents: AgentsDef { occupancy: Some([0.5, 0.9]), most: Some(1.5), learning: 0.1 },
        snapshot: SnapshotDef { fresh: 10.0, stale: 100.0, key: Some("0f".repeat(32)) },
        queues: alloc::vec![
            QueueDef {
                skills: alloc::vec![skill("a", 1.0), skill("b", 0.25)],
                languages: alloc::vec![text("zh")],
                hours: Some(text("shop")),
                capacity: Some(300),
                channel: Channel::CallBack,
                parent: Some(text("general")),
                weight: 2.0,
                delay_cost: 3.0,
                aht: Some(240.0),
                chats: 3,
                ..QueueDef::new("phones")
            },
            QueueDef { channel: Channel::Bot, ..QueueDef::new("general") },
        ],
        hours: alloc::vec![hours()],
        requirements: alloc::vec![
            RequirementDef {
                intent: Some(text("yes")),
                when: None,
                needs: alloc::vec![NeedDef { skill: text("a"), level: 0.75, required: true, drop: 1 }],
            },
            RequirementDef { intent: None, when: Some(condition()), needs: Vec::new() },
        ],
        filters: alloc::vec![FilterDef {
            name: text("first"),
            when: Some(condition()),
            priority: 60.0,
            targets: alloc::vec![TargetDef {
                queues: alloc::vec![text("phones")],
                at: 5.0,
                expiry: Some(90.0),
                skip_if: Some(condition()),
            }],
            steps: alloc::vec![StepDef { at: 30.0, drop: 1 }],
            overflow: Some(text("general")),
            strategy: Some(strategies()),
        }],
        ..PolicyDef::plain("intent", "general")
    }
}

/// One strategy of each kind.
fn strategies() -> Vec<StrategyDef> {
    let arm = ArmDef {
        queue: text("phones"),
        weights: alloc::vec![0.5, 0.25],
        inverse: alloc::vec![1.0, 0.0, 0.0, 2.0],
    };
    let bandit = BanditDef { inputs: alloc::vec![text("a")], arms: alloc::vec![arm] };
    [
        By::Random,
        By::RoundRobin,
        By::Rules,
        By::Skills,
        By::LongestIdle,
        By::LeastLoaded,
        By::ShortestWait,
        By::Model { head: text("value") },
        By::CMu,
        By::FixedRatio,
        By::EpsilonGreedy { epsilon: 0.1, bandit: bandit.clone() },
        By::LinUcb { alpha: 2.0, bandit: bandit.clone() },
        By::Thompson { spread: 0.5, bandit },
    ]
    .map(StrategyDef::new)
    .into()
}

/// A condition with every kind of term, relation and operand.
fn condition() -> Condition {
    let relations = [
        Relation::Equal,
        Relation::Unequal,
        Relation::Below,
        Relation::AtMost,
        Relation::Above,
        Relation::AtLeast,
    ];
    let compare = |relation| Term::Compare { what: text("x"), relation, to: Operand::Number(1.5) };
    let joints = [Term::And, Term::Or, Term::And, Term::Or, Term::And, Term::Or, Term::Not];
    let word = Term::Compare { what: text("y"), relation: Relation::Equal, to: Operand::Text(text("z")) };
    Condition { terms: relations.map(compare).into_iter().chain([word]).chain(joints).collect() }
}

fn hours() -> HoursDef {
    let change = |month, minute| ClockChange { month, week: 5, weekday: 0, minute };
    let summer = SummerRule { offset: -180, begins: change(3, 120), ends: change(10, -60) };
    HoursDef {
        name: text("shop"),
        zone: ZoneDef {
            name: text("Somewhere"),
            rule: Some(ZoneRule { offset: -210, summer: Some(summer) }),
            shifts: alloc::vec![],
        },
        open: alloc::vec![SpanDef { days: Days(0b11_1110), from: Minute(540), to: Minute(1_440) }],
        holidays: alloc::vec![Date(20_812), Date(-5)],
        special: alloc::vec![SpecialDef { date: Date(20_811), from: Minute(540), to: Minute(780) }],
    }
}

fn bundle(policy: Option<PolicyProgram>) -> Bundle {
    let model = ModelDef { name: text("店"), idle_s: 1_800, features: features(), heads: heads(), policy };
    Bundle { model, facts: alloc::vec![(text("rows"), text("12")), (String::new(), text("…"))] }
}

#[test]
fn the_checksum_is_the_one_of_gzip() {
    assert_eq!(frame::crc32(b"123456789"), 0xcbf4_3926); // the check value in the CRC catalogue
    assert_eq!(frame::crc32(b""), 0);
}

#[test]
fn every_definition_comes_back_as_it_was() {
    for bundle in [bundle(None), bundle(Some(policy()))] {
        assert_eq!(decode(&encode(&bundle).unwrap()).unwrap(), bundle);
    }
}

#[test]
fn a_body_cut_anywhere_is_refused() {
    let bytes = encode(&bundle(Some(policy()))).unwrap();
    let body = &bytes[frame::HEADER_BYTES..];
    for end in 0..body.len() {
        assert_eq!(body::read(&body[..end], MEMORY).unwrap_err(), BundleError::Body, "{end}");
    }
}

#[test]
fn a_count_beyond_the_bytes_is_refused_at_once() {
    let body = [&[0, 1][..], &[0xff, 0xff, 0xff, 0xff, 0x0f]].concat();
    assert_eq!(body::read(&body, MEMORY).unwrap_err(), BundleError::Body);
}
