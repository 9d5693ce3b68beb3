//! Layers, prototypes and curves: values worked by hand, explanations that add up, definitions that are refused.

use super::layers::LayerDef;
use super::prototypes::Like;
use super::*;

/// A sigmoid head over `n` numbers, taken as they are.
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
    }
}

fn score(head: &Head, x: &[f32]) -> Vec<f32> {
    let values: Vec<Value> = x.iter().map(|&x| Value::Number(x)).collect();
    let mut out = Scores::default();
    head.score(&values, "", &[], &[], &mut Buffers::default(), &mut out);
    out.logits
}

/// Compares the logits at `x`, and that base and contributions add up to each.
fn check(def: &HeadDef, x: &[f32], expected: &[f32]) {
    let head = Head::new(def.clone(), x.len(), &[]).unwrap();
    let logits = score(&head, x);
    let values: Vec<Value> = x.iter().map(|&x| Value::Number(x)).collect();
    for (output, (&got, &wanted)) in logits.iter().zip(expected).enumerate() {
        let near = |a: f32, b: f32| (a - b).abs() <= 1e-5 * (1.0 + b.abs());
        assert!(near(got, wanted), "{x:?}: logit {output} is {got}, expected {wanted}");
        let mut why = Vec::new();
        let base = head.explain(&values, "", &[], &[], output, &mut why);
        let sum: f32 = why.iter().map(|contribution| contribution.amount).sum();
        assert!(near(base + sum, got), "{x:?}: {base} and {why:?} are not {got}");
    }
    assert_eq!(logits.len(), expected.len());
}

fn layer(bias: &[f32], scale: &[f32], weights: &[i8]) -> LayerDef {
    LayerDef { bias: bias.to_vec(), scale: scale.to_vec(), weights: weights.to_vec() }
}

/// `relu(0.1·(10 x0 − 20 x1))` and `relu(1 + 0.5·(2 x1))`, then their sum less 3.
fn layers() -> HeadDef {
    let hidden = layer(&[0.0, 1.0], &[0.1, 0.5], &[10, 0, -20, 2]);
    let last = layer(&[-3.0], &[1.0], &[1, 1]);
    head(2, 1, BodyDef::Layers(LayersDef { layers: vec![hidden, last] }))
}

/// Two outputs; rows (0, 0), (2, 0) and (0, 3) with weights (1, 0), (0, 1) and (0, 10).
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
    check(&layers(), &[0.0, 5.0], &[6.0 - 3.0]); // the first unit is off
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
    check(&prototypes(Like::Euclid, 2, 1.0), &[1.5, 0.0], &[0.25, 1.0]); // the other is too far
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
