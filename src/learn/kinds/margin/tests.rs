//! Tests of support vector machines against their optimality conditions, against brute force, and through the engine.

use super::cache::{Cache, likeness, likenesses};
use super::*;
use crate::kinds::distances::rows::row;
use crate::kinds::neighbours::page::{largest, scored};
use crate::kinds::{Dense, Target};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::prototypes::Like;
use ndarray::{Array2, array};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Rows around `n_classes` corners, of deviation 1.15 and `apart` from the origin.
fn blobs(n: usize, p: usize, n_classes: usize, apart: f32) -> (Array2<f32>, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let ids: Vec<u32> = (0..n).map(|i| (i % n_classes) as u32).collect();
    let x = Array2::from_shape_fn((n, p), |(i, j)| {
        let noise: f32 = (0..4).map(|_| rng.random::<f32>() - 0.5).sum();
        noise * 2.0 + if j == i % n_classes { apart } else { 0.0 }
    });
    (x, ids)
}

/// A ring around a disc, which are not linearly separable.
fn ring(n: usize) -> (Array2<f32>, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let ids: Vec<u32> = (0..n).map(|i| (i % 2) as u32).collect();
    let mut x = Array2::zeros((n, 2));
    for (i, mut row) in x.outer_iter_mut().enumerate() {
        let (angle, wobble) = (rng.random::<f32>() * std::f32::consts::TAU, rng.random::<f32>());
        let radius = if i % 2 == 1 { 1.6 + wobble } else { 1.4 * wobble };
        row[0] = radius * angle.cos();
        row[1] = radius * angle.sin();
    }
    (x, ids)
}

fn dense<'a>(x: &'a Array2<f32>, ids: &'a [u32], n: usize) -> Dense<'a> {
    Dense { x: x.view(), y: Target::Classes { ids, n }, weights: None }
}

/// Share of rows whose decision is on the right side, or largest for the right class.
fn right(decisions: &Array2<f32>, ids: &[u32]) -> f64 {
    let said = match decisions.ncols() {
        1 => decisions.iter().map(|&decision| usize::from(decision > 0.0)).collect(),
        _ => largest(decisions),
    };
    said.iter().zip(ids).filter(|&(&said, &id)| said == id as usize).count() as f64 / ids.len() as f64
}

/// Linear: solves, and checks the Karush–Kuhn–Tucker conditions for the squared hinge and the duality gap.
fn check_linear(x: &Array2<f64>, y: &[f64], costs: &[f64]) {
    let settings = LinearSvmSettings { tolerance: 1e-7, ..LinearSvmSettings::default() };
    let problem = linear::Problem { x, y, costs };
    let found = problem.solve(&settings, 0).unwrap();
    assert!(problem.gap(&found.w, &found.alpha) <= 1e-7);
    // w = Σ α y x, and α = 2 C max(0, 1 − y w·x).
    for j in 0..x.ncols() {
        let sum: f64 = (0..y.len()).map(|i| found.alpha[i] * y[i] * x[[i, j]]).sum();
        assert!((sum - found.w[j]).abs() < 1e-3 * (1.0 + sum.abs()), "w{j} is {}, not {sum}", found.w[j]);
    }
    for i in 0..y.len() {
        let decision: f64 = x.row(i).iter().zip(&found.w).map(|(x, w)| x * w).sum();
        let wanted = 2.0 * costs[i] * (1.0 - y[i] * decision).max(0.0);
        assert!(
            (found.alpha[i] - wanted).abs() < 3e-3 * costs[i],
            "α{i} is {}, not {wanted}",
            found.alpha[i]
        );
    }
}

#[test]
fn two_rows_have_the_margin_worked_by_hand() {
    // x = ±1 without a bias: ½w² + 2C(1 − w)² is least at w = 4C / (1 + 4C).
    let x = array![[1.0], [-1.0]];
    let problem = linear::Problem { x: &x, y: &[1.0, -1.0], costs: &[0.5, 0.5] };
    let settings = LinearSvmSettings { tolerance: 1e-10, ..LinearSvmSettings::default() };
    let w = problem.solve(&settings, 0).unwrap().w;
    assert!((w[0] - 2.0 / 3.0).abs() < 1e-5, "{w:?}");
}

#[test]
fn a_linear_machine_meets_the_conditions_of_its_optimum() {
    for (n, p, c) in [(60, 3, 1.0), (200, 8, 10.0), (15, 40, 1.0)] {
        let (x, ids) = blobs(n, p, 2, 1.5);
        let costs: Vec<f64> = (0..n).map(|i| c * (1.0 + (i % 3) as f64)).collect();
        check_linear(&x.mapv(f64::from), &sides(&ids, 2, 0), &costs);
    }
}

#[test]
fn columns_that_go_together_still_end_at_the_optimum() {
    let (x, ids) = blobs(300, 4, 2, 1.5);
    // Ten copies of each column with small noise, on which the descent alone converges slowly.
    let copies = Array2::from_shape_fn((300, 40), |(i, j)| {
        f64::from(x[[i, j % 4]]) * 3.0 + 1e-3 * ((i * 7 + j * 13) % 11) as f64
    });
    check_linear(&copies, &sides(&ids, 2, 0), &[5.0; 300]);
}

#[test]
fn the_page_scores_a_linear_machine_of_columns_in_any_unit() {
    let (mut x, ids) = blobs(400, 4, 2, 1.5);
    x.column_mut(0).mapv_inplace(|x| 1_000.0 + 50.0 * x);
    x.column_mut(3).fill(7.0);
    let fit = linear(dense(&x, &ids, 2), &LinearSvmSettings::default()).unwrap();
    let BodyDef::Linear(def) = &fit.body else { panic!("not linear") };
    assert_eq!(def.weights[3], 0.0);
    assert!(right(&scored(&fit.body, &x, 1), &ids) > 0.8);
    assert!(fit.losses.windows(2).all(|pair| pair[0].step < pair[1].step));
    let again = linear(dense(&x, &ids, 2), &LinearSvmSettings::default()).unwrap();
    assert_eq!(fit.body, again.body);
}

#[test]
fn the_page_scores_what_was_fitted() {
    let (x, ids) = blobs(200, 3, 2, 1.5);
    let scale: Vec<(f32, f32)> = x.columns().into_iter().map(|c| (c.mean().unwrap(), c.std(0.0))).collect();
    let standard = Array2::from_shape_fn((200, 4), |(i, j)| match scale.get(j) {
        Some((mean, deviation)) => f64::from((x[[i, j]] - mean) / deviation),
        None => 1.0,
    });
    let y = sides(&ids, 2, 0);
    let settings = LinearSvmSettings { tolerance: 1e-9, ..LinearSvmSettings::default() };
    let w = linear::Problem { x: &standard, y: &y, costs: &[1.0; 200] }.solve(&settings, 0).unwrap().w;
    let page = scored(&linear(dense(&x, &ids, 2), &settings).unwrap().body, &x, 1);
    for (i, said) in page.iter().enumerate() {
        let fitted: f64 = standard.row(i).iter().zip(&w).map(|(x, w)| x * w).sum();
        assert!((f64::from(*said) - fitted).abs() < 1e-4, "{said}, fitted {fitted}");
    }
    let settings = KernelSvmSettings { kernel: Kernel::Rbf { gamma: Some(0.5) }, ..Default::default() };
    let machine = kernel(dense(&x, &ids, 2), &settings).unwrap();
    let like = Like::Rbf { gamma: 0.5 };
    let found = smo::solve(&mut Cache::new(like, &x, 1 << 20), &y, &[1.0; 200], 1e-3, 100_000);
    for (said, sum) in scored(&machine.fit.body, &x, 1).iter().zip(&found.sums) {
        let moved = (f64::from(*said) - sum - found.bias).abs();
        assert!(moved <= machine.change.max + 1e-4, "{moved}, but {:?} was said", machine.change);
    }
    assert!(machine.change.max < 0.05, "{:?}", machine.change);
}

#[test]
fn more_classes_have_an_output_each() {
    let (x, ids) = blobs(600, 4, 4, 3.0);
    let fit = linear(dense(&x, &ids, 4), &LinearSvmSettings::default()).unwrap();
    assert!(right(&scored(&fit.body, &x, 4), &ids) > 0.85);
    let machine = kernel(dense(&x, &ids, 4), &KernelSvmSettings::default()).unwrap();
    assert!(right(&scored(&machine.fit.body, &x, 4), &ids) > 0.85);
}

#[test]
fn a_weight_of_two_is_the_row_twice() {
    let (x, ids) = blobs(80, 3, 2, 1.5);
    let twice = ndarray::concatenate(ndarray::Axis(0), &[x.view(), x.view()]).unwrap();
    let ids_twice = [ids.clone(), ids.clone()].concat();
    let weights = vec![2.0; 80];
    let settings = LinearSvmSettings { tolerance: 1e-9, ..LinearSvmSettings::default() };
    let weighted = linear(Dense { weights: Some(&weights), ..dense(&x, &ids, 2) }, &settings).unwrap();
    let doubled = linear(dense(&twice, &ids_twice, 2), &settings).unwrap();
    let (a, b) = (scored(&weighted.body, &x, 1), scored(&doubled.body, &x, 1));
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-3));
}

/// Kernel: solves, and checks the bounds, the balance, and the margin that corresponds to each multiplier.
fn check_kernel(x: &Array2<f32>, y: &[f64], cost: f64, like: Like, cache_bytes: usize) -> smo::Solution {
    let costs = vec![cost; y.len()];
    let found = smo::solve(&mut Cache::new(like, x, cache_bytes), y, &costs, 1e-4, 100_000);
    assert!(found.violation <= 1e-4, "{}", found.violation);
    let balance: f64 = found.alpha.iter().zip(y).map(|(a, y)| a * y).sum();
    assert!(balance.abs() < 1e-9 * cost * y.len() as f64, "{balance}");
    for i in 0..y.len() {
        let value = |j| f64::from(likeness(like, row(x, i), row(x, j)));
        let sum: f64 = (0..y.len()).map(|j| found.alpha[j] * y[j] * value(j)).sum();
        assert!((sum - found.sums[i]).abs() < 1e-6 * (1.0 + sum.abs()));
        let margin = y[i] * (sum + found.bias);
        let (alpha, slack) = (found.alpha[i], 2e-4);
        assert!((0.0..=cost).contains(&alpha));
        assert!(alpha > 0.0 || margin >= 1.0 - slack, "row {i} is outside and at {margin}");
        assert!(alpha < cost || margin <= 1.0 + slack, "row {i} is at its bound and at {margin}");
        assert!(alpha == 0.0 || alpha == cost || (margin - 1.0).abs() < slack, "row {i} is free at {margin}");
    }
    found
}

#[test]
fn a_kernel_machine_meets_the_conditions_of_its_optimum() {
    let (x, ids) = ring(120);
    let y = sides(&ids, 2, 0);
    let rbf = Like::Rbf { gamma: 0.5 };
    let roomy = check_kernel(&x, &y, 1.0, rbf, 1 << 20);
    check_kernel(&x, &y, 100.0, rbf, 1 << 20);
    check_kernel(&x, &y, 1.0, Like::Power { gamma: 0.5, constant: 1.0, degree: 2 }, 1 << 20);
    // A cache for at most three rows must give bit-identical results.
    let tight = check_kernel(&x, &y, 1.0, rbf, 3 * 4 * 120);
    assert_eq!(roomy.alpha, tight.alpha);
}

#[test]
fn a_kernel_machine_is_no_worse_than_brute_force() {
    let x = array![[0.0, 0.0], [1.0, 0.2], [0.3, 1.1], [1.2, 1.0], [0.6, 0.4]];
    let y = [1.0, -1.0, -1.0, 1.0, 1.0];
    let (like, cost) = (Like::Rbf { gamma: 1.0 }, 1.5);
    let k = likenesses(like, &x, &x).mapv(f64::from);
    let objective = |alpha: &[f64]| {
        let pairs = (0..5).flat_map(|i| (0..5).map(move |j| (i, j)));
        0.5 * pairs.map(|(i, j)| alpha[i] * alpha[j] * y[i] * y[j] * k[[i, j]]).sum::<f64>()
            - alpha.iter().sum::<f64>()
    };
    // Every point of a grid of 31 steps that keeps the balance, the last multiplier from it.
    let (mut best, steps) = (f64::INFINITY, 31_i32);
    let at = |step: i32| cost * f64::from(step) / f64::from(steps - 1);
    for code in 0..steps.pow(4) {
        let digits = [code, code / steps, code / steps.pow(2), code / steps.pow(3)].map(|d| d % steps);
        let mut alpha: Vec<f64> = digits.iter().map(|&d| at(d)).collect();
        let last = -alpha.iter().zip(&y).map(|(a, y)| a * y).sum::<f64>();
        if (0.0..=cost).contains(&last) {
            alpha.push(last);
            best = best.min(objective(&alpha));
        }
    }
    let found = objective(&check_kernel(&x, &y, cost, like, 1 << 20).alpha);
    assert!(found <= best + 1e-6 && found >= best - 0.01, "{found}, brute force {best}");
}

#[test]
fn a_pruned_machine_says_what_the_pruning_changed() {
    let (x, ids) = ring(600);
    let full = kernel(dense(&x, &ids, 2), &KernelSvmSettings::default()).unwrap();
    assert_eq!(full.n_kept, full.n_support);
    assert!(full.change.max < 0.1, "{:?}", full.change);
    let settings = KernelSvmSettings { max_bytes: 20 * (2 + 4), ..KernelSvmSettings::default() };
    let pruned = kernel(dense(&x, &ids, 2), &settings).unwrap();
    assert_eq!((pruned.n_kept, pruned.n_bytes), (20, 120));
    assert!(pruned.n_support > 40 && pruned.change.mean < 0.1, "{} {:?}", pruned.n_support, pruned.change);
    let (a, b) = (scored(&full.fit.body, &x, 1), scored(&pruned.fit.body, &x, 1));
    let changes = || a.iter().zip(&b).map(|(a, b)| f64::from((a - b).abs()));
    let bound = pruned.change.max + full.change.max + 1e-3;
    assert!(changes().all(|change| change <= bound), "a row moved by more than {bound}");
    assert!(right(&a, &ids) > 0.97 && right(&b, &ids) > 0.97);
    let again = kernel(dense(&x, &ids, 2), &settings).unwrap();
    assert_eq!(pruned.fit.body, again.fit.body);
}

#[test]
fn greedy_choice_is_nearer_than_the_largest_multipliers() {
    let (x, ids) = ring(400);
    let (like, costs) = (Like::Rbf { gamma: 0.5 }, vec![1.0; 400]);
    let y = sides(&ids, 2, 0);
    let found = smo::solve(&mut Cache::new(like, &x, 1 << 20), &y, &costs, 1e-3, 100_000);
    let sums = Array2::from_shape_vec((400, 1), found.sums.clone()).unwrap();
    let alpha = Array2::from_shape_vec((400, 1), found.alpha.clone()).unwrap();
    let missed = |kept: &[usize]| {
        let rows = x.select(ndarray::Axis(0), kept);
        let (beta, shift) = prune::refitted(like, &x, &sums, &rows).unwrap();
        let said = likenesses(like, &x, &rows).mapv(f64::from).dot(&beta);
        said.iter().zip(&sums).map(|(a, b)| (a + shift[0] - b).powi(2)).sum::<f64>()
    };
    let greedy = prune::chosen(like, &x, &sums, &x, &alpha, 8);
    let mut largest: Vec<usize> = (0..400).collect();
    largest.sort_by(|&a, &b| found.alpha[b].total_cmp(&found.alpha[a]));
    assert!(missed(&greedy) < 0.5 * missed(&largest[..8]), "{} {}", missed(&greedy), missed(&largest[..8]));
}

#[test]
fn equations_are_solved() {
    let a = array![[4.0, 2.0, 0.4], [2.0, 3.0, 1.0], [0.4, 1.0, 2.0]];
    let wanted = array![[1.0, 0.0], [-2.0, 0.5], [3.0, 1.0]];
    let got = prune::solved(a.clone(), a.dot(&wanted)).unwrap();
    assert!(got.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{got}");
    assert!(prune::solved(array![[1.0, 2.0], [2.0, 1.0]], array![[1.0], [1.0]]).is_none());
}

#[test]
fn too_many_rows_are_sampled_and_said_so() {
    let (x, ids) = ring(300);
    let settings = KernelSvmSettings { max_rows: 100, ..KernelSvmSettings::default() };
    let fit = kernel(dense(&x, &ids, 2), &settings).unwrap();
    assert_eq!(fit.n_rows, 100);
    assert!(fit.warnings[0].contains("100 of 300"), "{:?}", fit.warnings);
    assert!(right(&scored(&fit.fit.body, &x, 1), &ids) > 0.9);
}

#[test]
fn what_cannot_be_learnt_is_refused() {
    let (x, ids) = ring(20);
    let refused = |data: Dense<'_>, settings: KernelSvmSettings| {
        assert!(kernel(data, &settings).is_err());
    };
    refused(dense(&x, &[0; 20], 2), KernelSvmSettings::default());
    refused(Dense { y: Target::Numbers(&[0.0; 20]), ..dense(&x, &ids, 2) }, KernelSvmSettings::default());
    refused(dense(&x, &ids, 2), KernelSvmSettings { max_bytes: 5, ..KernelSvmSettings::default() });
    refused(dense(&x, &ids, 2), KernelSvmSettings { c: 0.0, ..KernelSvmSettings::default() });
    refused(dense(&Array2::ones((20, 2)), &ids, 2), KernelSvmSettings::default());
    let mut holed = x.clone();
    holed[[3, 1]] = f32::NAN;
    let message = linear(dense(&holed, &ids, 2), &LinearSvmSettings::default()).unwrap_err().to_string();
    assert!(message.contains("row 4, column 2"), "{message}");
}
