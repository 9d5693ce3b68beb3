//! Fuzzing: models and policies with extreme numbers (huge, tiny, infinite, NaN) among ordinary ones. Checksums and shapes are valid,
//! so that the numbers get past the first checks.
//!
//! Every bundle that loads must observe, score, route and explain with finite numbers, and stay below the limits.

use super::{feature, gram, head, linear, names, policy, prototypes, strategy, text};
use crate::{Bundle, BundleError, MAX_WORK, MEMORY, MEMORY_PER_BYTE, encode, load};
use alloc::{format, vec, vec::Vec};
use floorwalker_engine::event::{Event, Item, Value};
use floorwalker_engine::feature::{Op, Window};
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::Like;
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, EncodingDef, HeadDef, InputDef, Link, Seen};
use floorwalker_engine::model::{ModelDef, Scratch};
use floorwalker_engine::route::{Op as Term, *};
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;

/// A seeded pseudorandom number generator.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }

    fn of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len())]
    }

    /// An extreme number, or an ordinary one.
    fn number(&mut self) -> f32 {
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
        if self.below(3) == 0 { self.of(&ODD) } else { self.below(1_000) as f32 / 999.0 }
    }

    fn numbers(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.finite()).collect()
    }

    fn finite(&mut self) -> f32 {
        let number = self.number();
        if number.is_finite() { number } else { 3e38 }
    }

    fn part(&mut self, n: usize) -> Part {
        let first = self.below(n + 1);
        Part { first: first as u32, n: self.below(n - first + 1) as u32 }
    }

    fn place(&mut self, n: usize) -> Place {
        if self.below(3) == 0 { Place::NONE } else { Place(self.below(n) as u16) }
    }

    fn source(&mut self) -> Source {
        let loads = [Load::Waiting, Load::Agents, Load::Free, Load::Ratio, Load::Wait];
        match self.below(7) {
            0 => Source::Age,
            1 => Source::Feature(self.below(4) as u16),
            2 => Source::Probability { head: self.below(3) as u16, output: self.below(4) as u16 },
            3 => Source::Top { head: self.below(3) as u16 },
            4 => Source::Outside { head: self.below(3) as u16 },
            5 => Source::Floor(self.of(&loads)),
            _ => Source::Queue(self.of(&loads)),
        }
    }

    fn body(&mut self, n_columns: usize, n_outputs: usize) -> BodyDef {
        let cells: Vec<i8> = (0..3 * n_columns.max(1)).map(|_| self.below(256) as u8 as i8).collect();
        match self.below(5) {
            0 => BodyDef::Linear(LinearDef {
                bias: self.numbers(n_outputs),
                weights: self.numbers(n_columns * n_outputs),
            }),
            1 => {
                let split = NodeDef::Split {
                    column: self.below(n_columns) as u8,
                    threshold: self.finite(),
                    missing_left: true,
                    left: 1,
                    left_share: 1 + self.below(254) as u8,
                };
                let leaf = |value| NodeDef::Leaf { value };
                let tree = TreeDef { output: 0, nodes: vec![split, leaf(i16::MIN), leaf(i16::MAX)] };
                let scale = self.of(&[0.01, 1e30]);
                BodyDef::Trees(TreesDef {
                    n_columns: n_columns as u16,
                    base: vec![0.0; n_outputs],
                    scale,
                    trees: vec![tree; 1 + self.below(9)],
                })
            }
            2 => {
                let layer = LayerDef {
                    bias: self.numbers(n_outputs),
                    scale: self.numbers(n_outputs),
                    weights: vec![-128; n_columns * n_outputs],
                };
                BodyDef::Layers(LayersDef { layers: vec![layer] })
            }
            3 => {
                let BodyDef::Prototypes(mut def) = prototypes(&cells, n_columns.max(1), n_outputs) else {
                    unreachable!()
                };
                def.like = match self.below(5) {
                    0 => Like::Rbf { gamma: self.finite() },
                    1 => Like::Power {
                        gamma: self.finite(),
                        constant: self.finite(),
                        degree: 1 + self.below(8) as u8,
                    },
                    2 => Like::Cosine,
                    3 => Like::Euclid,
                    _ => Like::Manhattan,
                };
                (def.nearest, def.reach) = (self.below(4) as u16, self.number());
                def.scale = self.numbers(n_columns);
                BodyDef::Prototypes(def)
            }
            _ => gram(8, n_outputs),
        }
    }

    fn head(&mut self, at: usize) -> HeadDef {
        let n_outputs = 1 + self.below(3);
        let n_inputs = 1 + self.below(3);
        let encoding = |dice: &mut Self, input| match dice.below(4) {
            0 => EncodingDef::Present { input },
            1 => EncodingDef::Hash { input, buckets: 1 + dice.below(9) as u16 },
            2 => EncodingDef::OneHot { input, categories: names(dice.below(4)), other: true },
            _ => {
                let (offset, factor, impute) = (dice.finite(), dice.finite(), dice.finite());
                EncodingDef::Square {
                    input,
                    low: f32::NEG_INFINITY,
                    high: f32::INFINITY,
                    offset,
                    factor,
                    impute,
                }
            }
        };
        let mut encodings: Vec<EncodingDef> =
            (0..n_inputs as u16).map(|input| encoding(self, input)).collect();
        let columns = |def: &EncodingDef| match def {
            EncodingDef::Hash { buckets, .. } => usize::from(*buckets),
            EncodingDef::OneHot { categories, .. } => 1 + categories.len(),
            _ => 1,
        };
        let n_columns = encodings.iter().map(columns).sum();
        let body = self.body(n_columns, n_outputs);
        let feature = |dice: &mut Self| InputDef::Feature(dice.below(4) as u16);
        let mut inputs: Vec<InputDef> = (0..n_inputs).map(|_| feature(self)).collect();
        if at > 0 && self.below(2) == 0 {
            inputs[0] = InputDef::Output { head: self.below(at) as u16, output: 0 };
        }
        if matches!(body, BodyDef::Text(_)) {
            (inputs, encodings) = (Vec::new(), Vec::new());
        }
        let mut def = HeadDef { inputs, encodings, ..head(&format!("{at}"), n_outputs, body) };
        def.link = self.of(&[Link::Identity, Link::Sigmoid, Link::Softmax]);
        def.calibration.slope = self.of(&[1.0, 3e38, 1e-30]);
        def.calibration.intercept = (0..n_outputs).map(|_| self.of(&[0.0, 1e30, -1e30])).collect();
        if self.below(3) == 0 {
            def.calibration.curve = vec![(-1e30, -1e30), (0.0, self.of(&[0.0, 1e30])), (1e-40, 1e30)];
        }
        def
    }

    fn policy(&mut self, n_intents: usize) -> PolicyProgram {
        let looks = [
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
        let n = 1 + self.below(5);
        let mut p = policy(n, n_intents);
        let tame = self.below(3) > 0; // else numbers that validation should have refused
        let number = |dice: &mut Self, tame_one: f32| if tame { tame_one } else { dice.number() };
        for row in &mut p.rows {
            row.parent = self.place(n);
            row.capacity = self.number();
            row.weight = number(self, 0.5);
            row.delay_cost = number(self, 2.0);
            row.rate = self.number();
            row.chats = self.below(6) as u8;
        }
        p.skills = (0..n)
            .map(|queue| SkillRow { queue: Place(queue as u16), skill: 0, proficiency: number(self, 0.7) })
            .collect();
        p.needs = (0..3)
            .map(|_| NeedRow {
                skill: 0,
                level: number(self, 0.4),
                required: self.below(4) == 0,
                drop: self.below(3) as u8,
            })
            .collect();
        p.intents = (0..n_intents).map(|_| self.part(3)).collect();
        let relations = [
            Relation::Equal,
            Relation::Unequal,
            Relation::Below,
            Relation::AtMost,
            Relation::Above,
            Relation::AtLeast,
        ];
        p.ops = (0..6)
            .map(|_| match self.below(5) {
                0 => Term::And,
                1 => Term::Or,
                2 => Term::Not,
                _ => Term::Compare {
                    source: self.source(),
                    relation: self.of(&relations),
                    number: self.number(),
                    symbol: self.below(2) as u32,
                },
            })
            .collect();
        p.inputs = (0..3).map(|_| self.source()).collect();
        p.numbers = (0..40).map(|_| self.number()).collect();
        p.arms = (0..n).map(|queue| ArmRow { queue: Place(queue as u16), numbers: self.part(40) }).collect();
        p.outputs = (0..n).map(|_| self.place(3)).collect();
        p.strategies = (0..3)
            .map(|_| StrategyRow {
                look: self.of(&looks),
                weight: number(self, 0.3),
                amount: number(self, 0.2),
                head: self.place(3),
                reads: self.part(n.min(3)),
                arms: self.part(n),
            })
            .collect();
        p.targeted = (0..4).map(|_| Place(self.below(n) as u16)).collect();
        p.targets = (0..3)
            .map(|_| TargetRow {
                queues: self.part(4),
                at: self.of(&[0.0, 30.0]),
                expiry: self.number(),
                skip_if: self.part(6),
            })
            .collect();
        p.steps = vec![StepDef { at: self.number(), drop: 2 }];
        p.filters = (0..self.below(3))
            .map(|_| FilterRow {
                when: self.part(6),
                priority: self.number(),
                targets: self.part(3),
                steps: self.part(1),
                overflow: self.place(n),
                strategy: self.part(3),
            })
            .collect();
        p.filter_names = names(p.filters.len());
        p.extra = vec![(self.part(6), self.part(3))];
        let settings = &mut p.settings;
        settings.strategy = self.part(3);
        (settings.overflow, settings.closed, settings.bot) = (self.place(n), self.place(n), self.place(n));
        (settings.threshold, settings.margin, settings.certainty) =
            (self.number(), self.number(), self.number());
        (settings.fresh, settings.stale, settings.set_mass) = (self.number(), self.number(), self.number());
        (settings.lifetime, settings.hold, settings.bot_until) =
            (self.number(), self.number(), self.number());
        settings.explore = ExploreDef { floor: number(self, 0.05), holdout: number(self, 0.1) };
        settings.agents = AgentsDef {
            occupancy: Some([self.number(), self.number()]),
            most: Some(self.number()),
            learning: number(self, 0.1),
        };
        settings.language = Some(self.source());
        p
    }

    fn snapshot(&mut self, n: usize) -> Snapshot {
        let count = |dice: &mut Self| dice.of(&[0.0, 1.0, 7.0, 3e38, f32::NAN]);
        let queue = |dice: &mut Self| QueueState {
            open: dice.of(&[None, Some(true), Some(false)]),
            waiting: count(dice),
            agents: count(dice),
            in_service: count(dice),
            idle_s: count(dice),
            patience_s: count(dice),
            rate: [0; LEVELS].map(|_| dice.of(&[0.0, 0.01, 3e38])),
        };
        let agent = |dice: &mut Self| AgentState {
            name: Symbol::of("eva"),
            queue: dice.below(n) as u16,
            holds: count(dice),
            room: count(dice),
            idle_s: count(dice),
            occupancy: count(dice),
            taken: count(dice),
            count: count(dice),
            novice: dice.below(2) == 0,
        };
        let (queues, agents) =
            ((0..n).map(|_| queue(self)).collect(), (0..self.below(4)).map(|_| agent(self)).collect());
        Snapshot { as_of_ms: self.of(&[None, Some(0), Some(990_000)]), queues, agents }
    }
}

/// Observes, scores, explains and routes. Asserts that every number a page would show is finite and probabilities are valid.
fn use_it(bytes: &[u8], dice: &mut Dice) -> bool {
    let Ok((model, _)) = load(bytes) else { return false };
    let now = 1_000_000;
    let mut visit = Visit::new(model.program(), model.idle_s());
    for price in [1.0, 3e38, -3e38, f32::NAN] {
        let item = Item { price, quantity: 3e38, ..Item::EMPTY };
        let event = Event { name: Symbol::of("view_item"), at_ms: None, items: &[item], params: &[] };
        visit.observe(model.program(), &event, now);
    }
    let mut features = vec![Value::Missing; model.program().len()];
    visit.read(model.program(), now, &mut features);
    features.iter_mut().for_each(|value| {
        if dice.below(4) == 0 {
            *value = dice.of(&[
                Value::Number(3e38),
                Value::Number(-3e38),
                Value::Missing,
                Value::Category(Symbol::of("1")),
            ]);
        }
    });
    let message = dice.of(&["", "where is my order? 我要退款"]);
    let mut scratch = Scratch::default();
    let evaluation = model.evaluate(Seen { features: &features, events: 3, message }, &mut scratch);
    let mut causes = Vec::new();
    for (at, scores) in evaluation.scores.iter().enumerate() {
        let numbers = scores.logits.iter().chain(&scores.probabilities).chain([&scores.outside]);
        assert!(numbers.clone().all(|number| number.is_finite()), "head {at}: {scores:?}");
        for output in 0..scores.logits.len() {
            let base = evaluation.explain(at, output, &mut causes);
            assert!(
                base.is_finite() && causes.iter().all(|cause| cause.amount.is_finite()),
                "head {at}: {base} {causes:?}"
            );
        }
    }
    let Some(policy) = model.policy() else { return true };
    let mut decision = Decision::default();
    for _ in 0..4 {
        let snapshot = dice.snapshot(policy.queues().len());
        let request = Request {
            now_ms: now,
            age_s: dice.number(),
            seed: [dice.below(1 << 30) as u32, 1],
            turn: dice.of(&[None, Some(3)]),
            preferred: dice.of(&[None, Some((Symbol::of("eva"), 5.0))]),
            ..Request::default()
        };
        assert!(evaluation.route(request, &snapshot, &mut decision));
        let numbers = [&decision.scored.scores, &decision.eligible.fits, &decision.drawn.propensities]
            .into_iter()
            .flatten();
        let asked = decision.drawn.agent.map_or(1.0, |agent| agent.propensity);
        let odd = numbers
            .chain([&decision.scored.margin, &decision.freshness, &asked])
            .find(|number| !number.is_finite());
        assert!(odd.is_none(), "{decision:?}\n{:?}", policy.program());
        let sum: f32 = decision.drawn.propensities.iter().sum();
        let are_chances = decision
            .drawn
            .propensities
            .iter()
            .chain([&asked, &decision.freshness])
            .all(|p| (0.0..=1.001).contains(p));
        assert!(
            are_chances && (sum < 1e-3 || (sum - 1.0).abs() < 1e-3),
            "{sum}: {:?}\n{:?}",
            decision.drawn.propensities,
            policy.program()
        );
    }
    true
}

#[test]
fn twenty_thousand_models_of_odd_numbers_are_refused_or_stay_finite() {
    let mut dice = Dice(20_261_129);
    let mut loaded = 0;
    for round in 0..20_000 {
        let op = |dice: &mut Dice| dice.of(&[0, 1, 2, 3, 4]);
        let ops = [Op::Sum, Op::Last, Op::Entropy, Op::Max, Op::MovingAverage { span: 3.0 }];
        let windows = [Window::Session, Window::Lifetime];
        let features = names(4)
            .iter()
            .map(|name| feature(name, ops[op(&mut dice)].clone(), dice.of(&windows)))
            .collect();
        let heads: Vec<HeadDef> = (0..1 + dice.below(3)).map(|at| dice.head(at)).collect();
        let policy = (dice.below(4) > 0).then(|| dice.policy(heads[0].outputs.len()));
        let model = ModelDef { name: text("shop"), idle_s: 60, features, heads, policy };
        let Ok(bytes) = encode(&Bundle { model, facts: Vec::new() }) else { continue };
        loaded += usize::from(use_it(&bytes, &mut dice));
        assert!(round < 19_999 || loaded > 4_000, "only {loaded} models came as far as being used");
    }
}

#[test]
fn what_is_accepted_is_within_the_limits_whatever_its_counts_are() {
    let mut dice = Dice(7);
    let mut accepted = 0;
    for _ in 0..300 {
        // Counts are powers of two, so that some are below each limit and some above.
        let size = |dice: &mut Dice, most: u32| 1_usize << dice.below(most as usize);
        let (queues, intents, n) = (size(&mut dice, 11), size(&mut dice, 8), size(&mut dice, 15));
        let mut program = policy(queues, intents);
        program.needs = vec![program.needs[0]; n];
        program.intents = vec![Part { first: 0, n: size(&mut dice, 15).min(n) as u32 }; intents];
        program.strategies = vec![strategy(Look::Random); size(&mut dice, 6)];
        program.settings.strategy = Part { first: 0, n: program.strategies.len() as u32 };
        let mut first = head("a", intents, linear(intents));
        let columns = size(&mut dice, 16) as u16;
        first.inputs = vec![InputDef::Feature(0)];
        first.encodings = vec![EncodingDef::Hash { input: 0, buckets: columns }];
        first.body = BodyDef::Linear(LinearDef {
            bias: vec![0.0; intents],
            weights: vec![0.0; usize::from(columns) * intents],
        });
        let model = ModelDef {
            name: text("shop"),
            idle_s: 60,
            features: vec![feature("f", Op::Last, Window::Session)],
            heads: vec![first],
            policy: Some(program),
        };
        let cost = model.cost();
        let Ok(bytes) = encode(&Bundle { model, facts: Vec::new() }) else { continue };
        match load(&bytes) {
            Ok(_) => {
                accepted += 1;
                let memory = (MEMORY_PER_BYTE * bytes.len() + MEMORY) as f32;
                assert!(
                    cost.decide <= MAX_WORK && cost.explain <= MAX_WORK && cost.bytes <= memory,
                    "{cost:?}"
                );
            }
            Err(error) => assert!(matches!(error, BundleError::Cost(_) | BundleError::Model(_)), "{error}"),
        }
    }
    assert!((30..290).contains(&accepted), "{accepted} of 300 were accepted");
}
