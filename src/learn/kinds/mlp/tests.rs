//! Tests of networks: gradients, tables with a known answer, and scores through the engine's head.

use super::descent::drawn;
use super::net::Trace;
use super::*;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{
    Buffers, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link, Scores, Seen,
};
use ndarray::{Array2, ArrayView2};

/// Numbers from a fixed stream, in -1 to 1.
fn stream(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f32 / (1_u64 << 30) as f32) - 1.0
    }
}

fn fitted(x: &ArrayView2<'_, f32>, y: Target<'_>, settings: &MlpSettings) -> MlpFit {
    fit(&Dense { x: *x, y, weights: None }, None, settings, &mut |_| {}).unwrap()
}

/// Points of a square, in one of two classes by the sign of their product.
fn xor(n: usize) -> (Array2<f32>, Vec<u32>) {
    let mut next = stream(3);
    let x = Array2::from_shape_fn((n, 2), |_| next());
    let ids = x.outer_iter().map(|row| u32::from(row[0] * row[1] > 0.0)).collect();
    (x, ids)
}

fn quick() -> MlpSettings {
    MlpSettings { hidden: vec![16], rate: 0.01, batch: 16, passes: 80, ..MlpSettings::default() }
}

/// The head over as many numbers as the network has columns, and its logits for each row.
fn page(layers: LayersDef, n_outputs: usize, x: &Array2<f32>) -> Vec<Vec<f32>> {
    let n = x.ncols() as u16;
    let number = |input| EncodingDef::Number {
        input,
        low: f32::NEG_INFINITY,
        high: f32::INFINITY,
        offset: 0.0,
        factor: 1.0,
        impute: 0.0,
    };
    let def = HeadDef {
        name: "net".into(),
        outputs: (0..n_outputs).map(|output| output.to_string()).collect(),
        link: Link::Identity,
        inputs: (0..n).map(InputDef::Feature).collect(),
        encodings: (0..n).map(number).collect(),
        body: BodyDef::Layers(layers),
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    };
    let head = Head::new(def, x.ncols(), &[]).unwrap();
    let (mut buffers, mut out) = (Buffers::default(), Scores::default());
    let logits = |row: ndarray::ArrayView1<'_, f32>| {
        let features: Vec<Value> = row.iter().map(|x| Value::number(*x)).collect();
        head.score(&Seen { features: &features, ..Seen::default() }, &[], &[], &mut buffers, &mut out);
        out.logits.clone()
    };
    x.outer_iter().map(logits).collect()
}

/// Compares the gradient with central differences of the loss.
#[track_caller]
fn check_gradient(truths: Truths<'_>, n_outputs: usize) {
    let mut next = stream(11);
    let x: Vec<f32> = (0..12).map(|_| next()).collect();
    let sample = Sample { x: &x, n_columns: 3, truths, weights: &[0.5, 2.0, 1.0, 0.5] };
    let net = drawn(&[3, 5, 4, n_outputs], &mut ChaCha8Rng::seed_from_u64(5));
    let mut gradient = net.zeros();
    let mut trace = Trace::default();
    let loss: f64 = (0..4).map(|row| net.backward(&sample, row, &mut trace, &mut gradient)).sum();
    assert!((loss / 4.0 - net.mean_loss(&sample)).abs() < 1e-6);
    let eps = 1e-3;
    for layer in 0..3 {
        let n_weights = net.0[layer].weights.len();
        for at in 0..n_weights + net.0[layer].bias.len() {
            let moved = |by: f32| {
                let mut net = net.clone();
                match at.checked_sub(n_weights) {
                    None => net.0[layer].weights[at] += by,
                    Some(at) => net.0[layer].bias[at] += by,
                }
                4.0 * net.mean_loss(&sample)
            };
            let expected = (moved(eps) - moved(-eps)) / (2.0 * f64::from(eps));
            let found = match at.checked_sub(n_weights) {
                None => gradient.0[layer].weights[at],
                Some(at) => gradient.0[layer].bias[at],
            };
            assert!(
                (f64::from(found) - expected).abs() < 3e-3,
                "layer {layer}, {at}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn the_gradient_is_the_slope_of_the_loss() {
    check_gradient(Truths::Chance(&[0, 1, 1, 0]), 1);
    check_gradient(Truths::Classes(&[0, 2, 1, 1]), 3);
    check_gradient(Truths::Numbers(&[0.5, -1.0, 0.0, 2.0]), 1);
}

#[test]
fn a_forward_pass_worked_by_hand() {
    // h = max(0, [1, -2] + [3, 4] · [[1, 1], [-1, 0.5]]) = max(0, [0, 3]); out = 0.5 + 0 * 7 + 3 * 2.
    let net = Net(vec![
        net::Layer { weights: vec![1.0, 1.0, -1.0, 0.5], bias: vec![1.0, -2.0] },
        net::Layer { weights: vec![7.0, 2.0], bias: vec![0.5] },
    ]);
    assert_eq!(net.forward(&[3.0, 4.0], &mut Trace::default()), [6.5]);
}

#[test]
fn exclusive_or_is_learnt() {
    let (x, ids) = xor(600);
    let fit = fitted(&x.view(), Target::Classes { ids: &ids, n: 2 }, &quick());
    let right =
        page(fit.layers, 1, &x).iter().zip(&ids).filter(|(z, id)| (z[0] > 0.0) == (**id == 1)).count();
    assert!(right > 570, "{right} of 600");
    assert!(fit.fit.losses[0].train > 2.0 * fit.fit.losses.last().unwrap().train);
}

#[test]
fn classes_are_told_apart() {
    let mut next = stream(8);
    let x = Array2::from_shape_fn((600, 2), |_| next());
    let ids: Vec<u32> =
        x.outer_iter().map(|row| u32::from(row[0] > 0.3) + u32::from(row[0] * row[1] > 0.0)).collect();
    let fit = fitted(
        &x.view(),
        Target::Classes { ids: &ids, n: 3 },
        &MlpSettings { hidden: vec![16, 8], ..quick() },
    );
    let best = |z: &[f32]| (0..3).max_by(|a, b| z[*a].total_cmp(&z[*b])).unwrap() as u32;
    let right = page(fit.layers, 3, &x).iter().zip(&ids).filter(|(z, id)| best(z) == **id).count();
    assert!(right > 550, "{right} of 600");
}

#[test]
fn numbers_come_out_in_their_own_unit() {
    let mut next = stream(2);
    let x = Array2::from_shape_fn((500, 1), |_| next());
    let y: Vec<f64> = x.iter().map(|x| 5_000.0 + 300.0 * f64::from(x.abs())).collect();
    let fit = fitted(&x.view(), Target::Numbers(&y), &quick());
    let said = page(fit.layers, 1, &x);
    let error = said.iter().zip(&y).map(|(said, y)| (f64::from(said[0]) - y).powi(2)).sum::<f64>() / 500.0;
    assert!(error < 100.0, "{error}");
    let last = fit.fit.losses.last().unwrap().train;
    assert!((last - error).abs() < 0.2 * error + 5.0, "{last} is not {error}");
}

#[test]
fn the_page_computes_what_the_trainer_does() {
    let (x, ids) = xor(300);
    let fit = fitted(&x.view(), Target::Classes { ids: &ids, n: 2 }, &MlpSettings { passes: 20, ..quick() });
    let net = floats(&fit.layers);
    let mut trace = Trace::default();
    for (row, page) in x.outer_iter().zip(page(fit.layers.clone(), 1, &x)) {
        let here = net.forward(row.as_slice().unwrap(), &mut trace)[0];
        assert!((here - page[0]).abs() < 1e-5 * (1.0 + here.abs()), "{here} and {}", page[0]);
    }
    assert!(fit.quantisation_error > 0.0 && fit.quantisation_error <= 0.1, "{}", fit.quantisation_error);
}

#[test]
fn a_weight_in_bytes_is_within_half_a_scale() {
    let net = drawn(&[7, 5, 1], &mut ChaCha8Rng::seed_from_u64(1));
    let def = quantised(&net);
    for ((layer, kept), def) in net.0.iter().zip(&floats(&def).0).zip(&def.layers) {
        for (at, (a, b)) in layer.weights.iter().zip(&kept.weights).enumerate() {
            assert!((a - b).abs() <= 0.5001 * def.scale[at % def.scale.len()]);
        }
        assert!(def.weights.iter().any(|w| w.unsigned_abs() == 127));
    }
}

#[test]
fn what_bytes_cost_is_measured_and_learnt_where_it_is_much() {
    let (x, ids) = xor(300);
    let target = Target::Classes { ids: &ids, n: 2 };
    let with = |tolerance| fitted(&x.view(), target, &MlpSettings { passes: 30, tolerance, ..quick() });
    let (free, strict) = (with(1e9), with(1e-9));
    assert!(!free.learnt_bytes && strict.learnt_bytes);
    assert_eq!((free.fit.losses.len(), strict.fit.losses.len()), (30, 35));
    assert_eq!(free.fit.losses[..30], strict.fit.losses[..30]);
    // The last losses are those of the bytes: what the page would have.
    let loss: f64 = (page(strict.layers, 1, &x).iter().zip(&ids))
        .map(|(z, id)| (1.0 + (-f64::from(z[0]) * if *id == 1 { 1.0 } else { -1.0 }).exp()).ln())
        .sum();
    assert!((loss / 300.0 - strict.fit.losses[34].train).abs() < 1e-4);
}

#[test]
fn a_hidden_layer_can_be_read_as_a_profile() {
    let (x, ids) = xor(100);
    let settings = MlpSettings { hidden: vec![6, 4], passes: 5, ..quick() };
    let fit = fitted(&x.view(), Target::Classes { ids: &ids, n: 2 }, &settings);
    for (layer, n) in [(0, 6), (1, 4)] {
        let units = page(hidden(&fit.layers, layer).unwrap(), n, &x);
        // By hand: the same layers, rectified after each.
        for (row, units) in x.outer_iter().zip(&units) {
            let mut given = row.to_vec();
            for def in &fit.layers.layers[..=layer] {
                let k = def.bias.len();
                let sum = |j: usize| {
                    given.iter().enumerate().map(|(i, x)| x * f32::from(def.weights[i * k + j])).sum::<f32>()
                };
                given = (0..k).map(|j| (def.bias[j] + def.scale[j] * sum(j)).max(0.0)).collect();
            }
            assert!(given.iter().zip(units).all(|(a, b)| (a - b).abs() < 1e-5), "{given:?} and {units:?}");
        }
        assert!(
            units.iter().flatten().any(|unit| *unit == 0.0) && units.iter().flatten().any(|unit| *unit > 0.0)
        );
    }
    assert!(hidden(&fit.layers, 2).is_err());
}

#[test]
fn a_fit_stops_early_and_keeps_the_best_pass() {
    // Random classes: there is nothing to learn, so the validation loss soon rises.
    let mut next = stream(9);
    let x = Array2::from_shape_fn((80, 6), |_| next());
    let ids: Vec<u32> = (0..80).map(|_| u32::from(next() > 0.0)).collect();
    let part = |from: usize, to: usize| Dense {
        x: x.slice_axis(ndarray::Axis(0), (from..to).into()),
        y: Target::Classes { ids: &ids[from..to], n: 2 },
        weights: None,
    };
    let settings = MlpSettings { passes: 500, patience: 5, tolerance: 1e9, rate: 0.02, ..quick() };
    let fit = fit(&part(0, 40), Some(&part(40, 80)), &settings, &mut |_| {}).unwrap();
    let losses: Vec<f64> = fit.fit.losses.iter().map(|loss| loss.valid.unwrap()).collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses.len(), fit.passes + 5);
    assert_eq!(losses[fit.passes - 1], best);
}

#[test]
fn weights_count_rows() {
    // The same point once in each class: only the weights decide which class is likelier.
    let x = Array2::from_shape_vec((2, 1), vec![1.0, 1.0]).unwrap();
    let rows = Dense { x: x.view(), y: Target::Classes { ids: &[0, 1], n: 2 }, weights: Some(&[1.0, 3.0]) };
    let settings = MlpSettings { passes: 400, decay: 0.0, ..quick() };
    let fit = fit(&rows, None, &settings, &mut |_| {}).unwrap();
    let logit = page(fit.layers, 1, &x)[0][0];
    assert!((logit - 3.0_f32.ln()).abs() < 0.05, "{logit}");
}

#[test]
fn neither_threads_nor_a_transposed_table_change_a_bit() {
    let (x, ids) = xor(3_000);
    let target = Target::Classes { ids: &ids, n: 2 };
    let settings = MlpSettings { passes: 3, ..quick() };
    let with = |threads, x: &ArrayView2<'_, f32>| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let fit = pool.install(|| fitted(x, target, &settings));
        (fit.layers, fit.fit.losses)
    };
    let flipped = x.t().as_standard_layout().into_owned();
    assert_eq!(with(1, &x.view()), with(4, &x.view()));
    assert_eq!(with(1, &x.view()), with(2, &flipped.t()));
}

#[track_caller]
fn check_refused(rows: &Dense<'_>, settings: &MlpSettings, expected: &str) {
    let error = fit(rows, None, settings, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn bad_rows_and_settings_are_refused() {
    let x = Array2::from_shape_vec((2, 1), vec![0.0, 1.0]).unwrap();
    let holes = Array2::from_shape_vec((2, 1), vec![0.0, f32::NAN]).unwrap();
    let rows = Dense { x: x.view(), y: Target::Classes { ids: &[0, 1], n: 2 }, weights: None };
    let good = quick();
    check_refused(&Dense { x: holes.view(), ..rows }, &good, "training row 2, column 1");
    check_refused(&Dense { y: Target::Classes { ids: &[0, 2], n: 2 }, ..rows }, &good, "not below 2");
    check_refused(&Dense { y: Target::Numbers(&[1.0]), ..rows }, &good, "2 training rows for 1 targets");
    check_refused(&Dense { y: Target::Numbers(&[1.0, f64::NAN]), ..rows }, &good, "not finite");
    check_refused(&Dense { weights: Some(&[1.0, 0.0]), ..rows }, &good, "not above 0");
    check_refused(&rows, &MlpSettings { hidden: vec![], ..good.clone() }, "`hidden`");
    check_refused(&rows, &MlpSettings { hidden: vec![4; 4], ..good.clone() }, "`hidden`");
    check_refused(&rows, &MlpSettings { rate: 0.0, ..good.clone() }, "`rate`");
    check_refused(&rows, &MlpSettings { batch: 0, ..good }, "`batch`");
    let other = Dense { y: Target::Numbers(&[0.0, 1.0]), ..rows };
    let error = fit(&rows, Some(&other), &quick(), &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("differs in kind"), "{error}");
}
