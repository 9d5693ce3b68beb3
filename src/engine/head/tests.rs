//! Layers, prototypes and calibration curves: values worked out by hand, explanations that add up, definitions that are refused.

use super::layers::LayerDef;
use super::prototypes::Like;
use super::*;

/// A sigmoid head over `n` numbers, encoded without change.
fn head(n: u16, n_outputs: usize, body: BodyDef) -> HeadDef {
    let number = |input| EncodingDef::Number {
        input,
        low: f32::NEG_INFINITY,
        high: f32::INFINITY,
        offset: 0.0,
        factor: 1.0,
        impute: 0.0,
    };
    HeadDef {
        name: "head".into(),
        outputs: (0..n_outputs).map(|at| alloc::format!("o{at}")).collect(),
        link: Link::Sigmoid,
        inputs: (0..n).map(InputDef::Feature).collect(),
        encodings: (0..n).map(number).collect(),
        body,
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    }
}

fn score(head: &Head, x: &[f32]) -> Vec<f32> {
    let values: Vec<Value> = x.iter().map(|&x| Value::Number(x)).collect();
    let mut out = Scores::default();
    head.score(&Seen { features: &values, ..Seen::default() }, &[], &[], &mut Buffers::default(), &mut out);
    out.logits
}

/// Compares the logits at `x` with `expected`, and checks that base and contributions add up to each logit.
fn check(def: &HeadDef, x: &[f32], expected: &[f32]) {
    let head = Head::new(def.clone(), x.len(), &[]).unwrap();
    let logits = score(&head, x);
    let values: Vec<Value> = x.iter().map(|&x| Value::Number(x)).collect();
    for (output, (&got, &wanted)) in logits.iter().zip(expected).enumerate() {
        let near = |a: f32, b: f32| (a - b).abs() <= 1e-5 * (1.0 + b.abs());
        assert!(near(got, wanted), "{x:?}: logit {output} is {got}, expected {wanted}");
        let mut why = Vec::new();
        let base = head.explain(&Seen { features: &values, ..Seen::default() }, &[], &[], output, &mut why);
        let sum: f32 = why.iter().map(|contribution| contribution.amount).sum();
        assert!(near(base + sum, got), "{x:?}: {base} and {why:?} are not {got}");
    }
    assert_eq!(logits.len(), expected.len());
}

fn layer(bias: &[f32], scale: &[f32], weights: &[i8]) -> LayerDef {
    LayerDef { bias: bias.to_vec(), scale: scale.to_vec(), weights: weights.to_vec() }
}

/// Hidden units `relu(0.1·(10 x0 − 20 x1))` and `relu(1 + 0.5·(2 x1))`; the logit is their sum minus 3.
fn layers() -> HeadDef {
    let hidden = layer(&[0.0, 1.0], &[0.1, 0.5], &[10, 0, -20, 2]);
    let last = layer(&[-3.0], &[1.0], &[1, 1]);
    head(2, 1, BodyDef::Layers(LayersDef { layers: vec![hidden, last] }))
}

/// A head with two outputs; its rows are (0, 0), (2, 0) and (0, 3) with weights (1, 0), (0, 1) and (0, 10).
fn prototypes(like: Like, nearest: u16, reach: f32) -> HeadDef {
    let def = PrototypesDef {
        like,
        nearest,
        reach,
        scale: vec![0.5, 1.0],
        cells: vec![0, 0, 4, 0, 0, 3],
        weights: vec![1.0, 0.0, 0.0, 1.0, 0.0, 10.0],
        bias: vec![0.25, 0.0],
    };
    head(2, 2, BodyDef::Prototypes(def))
}

#[test]
fn layers_give_the_value_worked_by_hand() {
    check(&layers(), &[0.0, 0.0], &[-2.0]);
    check(&layers(), &[3.0, 1.0], &[1.0 + 2.0 - 3.0]);
    check(&layers(), &[0.0, 5.0], &[6.0 - 3.0]); // the first hidden unit is 0
}

#[test]
fn prototypes_give_the_value_worked_by_hand() {
    let all = f32::INFINITY;
    let e = |x: f32| libm::expf(x);
    let rbf = Like::Rbf { gamma: 0.5 };
    check(&prototypes(rbf, 0, all), &[1.0, 0.0], &[0.25 + e(-0.5), e(-0.5) + 10.0 * e(-5.0)]);
    let power = Like::Power { gamma: 1.0, constant: 1.0, degree: 3 };
    check(&prototypes(power, 0, all), &[1.0, 1.0], &[0.25 + 1.0, 27.0 + 640.0]);
    check(&prototypes(Like::Cosine, 0, all), &[3.0, 4.0], &[0.25, 0.6 + 8.0]);
    check(&prototypes(Like::Manhattan, 0, all), &[1.0, 1.0], &[0.25 - 2.0, -2.0 - 30.0]);
    check(&prototypes(Like::Euclid, 1, all), &[1.5, 0.0], &[0.25, 1.0]);
    check(&prototypes(Like::Euclid, 2, all), &[1.5, 0.0], &[1.25, 1.0]);
    check(&prototypes(Like::Euclid, 2, 1.0), &[1.5, 0.0], &[0.25, 1.0]); // the other row is too far away
    check(&prototypes(Like::Euclid, 1, 1.0), &[50.0, 50.0], &[0.25, 0.0]);
}

#[test]
fn a_curve_bends_logits_and_what_explains_them() {
    let curve = vec![(-2.0, -4.0), (0.0, -1.0), (2.0, 1.0)];
    let bent = |slope| {
        let calibration = CalibrationDef { slope, intercept: vec![0.0], curve: curve.clone() };
        HeadDef { calibration, ..layers() }
    };
    check(&bent(1.0), &[0.0, 0.0], &[-4.0]);
    check(&bent(1.0), &[4.0, 1.0], &[0.0]); // 1, halfway between the last two knots
    check(&bent(0.5), &[0.0, 0.0], &[-2.5]);
    check(&bent(1.0), &[0.0, 90.0], &[1.0]); // level beyond the end
}

#[test]
fn definitions_that_make_no_sense_are_refused() {
    let broken = |change: &dyn Fn(&mut HeadDef)| {
        let mut def = prototypes(Like::Cosine, 0, f32::INFINITY);
        change(&mut def);
        Head::new(def, 2, &[]).unwrap_err()
    };
    let of = |change: &dyn Fn(&mut PrototypesDef)| {
        broken(&|def| {
            if let BodyDef::Prototypes(def) = &mut def.body {
                change(def);
            }
        })
    };
    assert_eq!(of(&|def| def.like = Like::Rbf { gamma: -1.0 }), HeadError::Body);
    assert_eq!(of(&|def| def.like = Like::Power { gamma: 1.0, constant: 0.0, degree: 9 }), HeadError::Body);
    assert_eq!(of(&|def| def.reach = f32::NAN), HeadError::Body);
    assert_eq!(of(&|def| def.cells.truncate(5)), HeadError::Body);
    assert_eq!(of(&|def| def.weights.clear()), HeadError::Body);
    let curve = |knots: &[(f32, f32)]| broken(&|def| def.calibration.curve = knots.to_vec());
    assert_eq!(curve(&[(0.0, 0.0), (0.0, 1.0)]), HeadError::Calibration);
    assert_eq!(curve(&[(0.0, 1.0), (1.0, 0.0)]), HeadError::Calibration);
    assert_eq!(curve(&[(f32::NAN, 0.0)]), HeadError::Calibration);
    let mut def = layers();
    def.body = BodyDef::Layers(LayersDef { layers: vec![] });
    assert_eq!(Head::new(def, 2, &[]).unwrap_err(), HeadError::Body);
}

mod together {
    //! A text head, a linear head, and both together.

    use super::experts::{CELLS, cell};
    use super::*;
    use crate::text::{GramDef, Grams, Variants};

    /// A text head that knows `pay`, which gives the first output two logits. With nothing known the first output is ahead by half a logit.
    fn words() -> HeadDef {
        let grams = GramDef { words: 1, glyphs: 1, long: 1, char_min: 1, char_max: 0, bits: 20 };
        let mut buckets = Vec::new();
        Grams::default().read("pay", grams, &Variants::default(), |gram| buckets.push(gram.bucket));
        let text = TextDef {
            grams,
            bias: vec![0.5, 0.0],
            scale: 2.0,
            unknown: 16,
            variants: vec![],
            buckets,
            idf: vec![16],
            starts: vec![0, 1],
            outputs: vec![0],
            weights: vec![16],
        };
        HeadDef { inputs: vec![], encodings: vec![], name: "words".into(), ..softmax(BodyDef::Text(text)) }
    }

    fn softmax(body: BodyDef) -> HeadDef {
        HeadDef { link: Link::Softmax, ..head(1, 2, body) }
    }

    /// A linear head: each unit of the only feature adds one logit to the second output.
    fn actions() -> HeadDef {
        let linear = LinearDef { bias: vec![0.25, 0.0], weights: vec![0.0, 1.0] };
        HeadDef { name: "actions".into(), ..softmax(BodyDef::Linear(linear)) }
    }

    fn both(trust: impl Fn(usize) -> [f32; 2]) -> HeadDef {
        let all = |head| (0..2).map(move |output| InputDef::Output { head, output });
        HeadDef {
            inputs: all(0).chain(all(1)).collect(),
            encodings: vec![],
            ..softmax(BodyDef::Experts(ExpertsDef {
                prior: vec![-0.5, -1.0],
                trust: (0..CELLS).flat_map(trust).collect(),
                masses: (0..CELLS).map(|cell| 0.5 + cell as f32 / 100.0).collect(),
            }))
        }
    }

    fn heads(trust: impl Fn(usize) -> [f32; 2]) -> Vec<Head> {
        let mut heads = Vec::new();
        for def in [words(), actions(), both(trust)] {
            heads.push(Head::new(def, 1, &heads).unwrap());
        }
        heads
    }

    /// Scores of all heads for a feature value, a number of events and a message; also checks that explanations add up.
    fn said(heads: &[Head], x: f32, events: u32, message: &str) -> Vec<Scores> {
        let (features, mut said) = ([Value::Number(x)], Vec::new());
        let seen = Seen { features: &features, events, message };
        for head in heads {
            let mut out = Scores::default();
            head.score(&seen, &said, heads, &mut Buffers::default(), &mut out);
            for output in 0..2 {
                let mut why = Vec::new();
                let base = head.explain(&seen, &said, heads, output, &mut why);
                let sum: f32 = base + why.iter().map(|one| one.amount).sum::<f32>();
                assert!((sum - out.logits[output]).abs() < 1e-5, "{}: {base} {why:?}", head.name());
            }
            said.push(out);
        }
        said
    }

    fn near(a: &[f32], b: &[f32]) {
        assert!(a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{a:?} {b:?}");
    }

    #[test]
    fn with_nothing_seen_it_is_the_prior_and_nothing_explains_it() {
        let heads = heads(|_| [2.0, 3.0]);
        // The value of a feature does not count if no event was seen.
        for message in ["", "something else"] {
            let fused = said(&heads, 7.0, 0, message).pop().unwrap();
            near(&fused.logits, &[-0.5, -1.0]);
            assert!(fused.silent && fused.mass == 0.5);
            let said = said(&heads[..2], 7.0, 0, message);
            let mut why = Vec::new();
            heads[2].explain(
                &Seen { features: &[Value::Number(7.0)], events: 0, message },
                &said,
                &heads,
                0,
                &mut why,
            );
            assert_eq!(why, []);
        }
    }

    #[test]
    fn an_expert_that_is_alone_and_believed_has_the_last_word() {
        let heads = heads(|_| [1.0, 1.0]);
        let said_of_message = said(&heads, 7.0, 0, "pay");
        near(&said_of_message[2].logits, &said_of_message[0].logits);
        near(&said_of_message[0].logits, &[2.5, 0.0]);
        let said_of_events = said(&heads, 7.0, 3, "");
        near(&said_of_events[2].logits, &said_of_events[1].logits);
        assert!(!said_of_events[2].silent);
    }

    #[test]
    fn both_count_by_how_far_they_are_believed_with_so_much_evidence() {
        let with_both = cell(true, 2);
        let heads = heads(|at| if at == with_both { [0.5, 2.0] } else { [9.0, 9.0] });
        let fused = said(&heads, 3.0, 3, "pay").pop().unwrap();
        // ln π + 0.5 (z_words - ln π) + 2 (z_actions - ln π)
        near(&fused.logits, &[-0.5 + 0.5 * 3.0 + 2.0 * 0.75, -1.0 + 0.5 * 1.0 + 2.0 * 4.0]);
        assert!((fused.mass - (0.5 + with_both as f32 / 100.0)).abs() < 1e-6);
    }

    #[test]
    fn kinds_of_evidence_are_by_message_and_events() {
        let kinds: Vec<usize> = [0, 1, 2, 3, 4, 8, 9, 1_000].map(|events| cell(false, events)).to_vec();
        assert_eq!(kinds, [0, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(cell(true, 0), 5);
    }

    #[test]
    fn experts_that_do_not_fit_together_are_refused() {
        let refused = |change: &dyn Fn(&mut HeadDef), error: HeadError| {
            let heads = heads(|_| [1.0, 1.0]);
            let mut def = both(|_| [1.0, 1.0]);
            change(&mut def);
            assert_eq!(Head::new(def, 1, &heads[..2]).err(), Some(error));
        };
        let experts = |def: &mut HeadDef, change: &dyn Fn(&mut ExpertsDef)| match &mut def.body {
            BodyDef::Experts(experts) => change(experts),
            _ => panic!(),
        };
        refused(&|def| def.inputs.truncate(3), HeadError::Body);
        refused(&|def| def.inputs.swap(0, 1), HeadError::Body);
        refused(&|def| def.inputs[0] = InputDef::Feature(0), HeadError::Body);
        refused(&|def| def.outputs[0] = "other".into(), HeadError::Body);
        refused(&|def| def.link = Link::Identity, HeadError::Body);
        refused(&|def| experts(def, &|def| def.trust.truncate(def.trust.len() - 1)), HeadError::Body);
        refused(&|def| experts(def, &|def| def.prior[1] = f32::NAN), HeadError::Body);
        refused(&|def| experts(def, &|def| def.masses.truncate(def.masses.len() - 1)), HeadError::Body);
        let scope = || ScopeDef { weights: [0.0; 4], bias: 0.0, threshold: 0.5, reject: None };
        refused(&|def| def.scope = Some(scope()), HeadError::Scope);
    }

    #[test]
    fn a_message_of_which_nothing_is_known_is_out_of_scope_and_both_heads_say_so() {
        let scope = ScopeDef { weights: [0.0, 0.0, 8.0, 0.0], bias: -4.0, threshold: 0.5, reject: None };
        let mut heads = Vec::new();
        for def in [HeadDef { scope: Some(scope), ..words() }, actions(), both(|_| [1.0, 1.0])] {
            heads.push(Head::new(def, 1, &heads).unwrap());
        }
        for (message, is_outside) in
            [("", false), ("pay", false), ("pay a b c d", true), ("zzz", true), ("!?", false)]
        {
            let said = said(&heads, 0.0, 2, message);
            for head in [0, 2] {
                assert_eq!(said[head].is_outside, is_outside, "{message}: {}", said[head].outside);
            }
        }
    }
}
