//! Tests of nearest neighbours against an exhaustive search, and through the engine.

use super::page::{largest, scored};
use super::*;
use ndarray::array;
use rand::RngExt;

/// Whole numbers, which are quantised exactly; class 2 is rare.
fn table(n: usize, p: usize) -> (Array2<f32>, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let ids: Vec<u32> = (0..n).map(|i| if i % 20 == 0 { 2 } else { (i % 2) as u32 }).collect();
    let x = Array2::from_shape_fn((n, p), |(i, j)| {
        f32::from(rng.random_range(-30_i8..=30)) + if j as u32 == ids[i] { 25.0 } else { 0.0 }
    });
    (x, ids)
}

fn settings(k: u16, distance: Distance, max_bytes: usize) -> NeighboursSettings {
    NeighboursSettings { k, distance, max_bytes, seed: 1 }
}

/// With room for all rows, the outputs are the shares that a search of all rows by the definition of `far` finds.
fn check(k: u16, distance: Distance, far: fn(&[f64], &[f64]) -> f64) {
    let (x, ids) = table(120, 5);
    let data = Dense { x: x.view(), y: Target::Classes { ids: &ids, n: 3 }, weights: None };
    let fit = neighbours(data, &settings(k, distance, 1 << 20)).unwrap();
    assert_eq!((fit.n_kept, fit.warnings.len()), (120, 0));
    let (asked, _) = table(60, 5);
    let row = |x: ndarray::ArrayView1<'_, f32>| x.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    let mut same = 0;
    for (asked, got) in asked.outer_iter().map(row).zip(scored(&fit.fit.body, &asked, 3).outer_iter()) {
        let mut order: Vec<usize> = (0..120).collect();
        order.sort_by(|&a, &b| far(&asked, &row(x.row(a))).total_cmp(&far(&asked, &row(x.row(b)))));
        let nearest = &order[..usize::from(k)];
        let share = |c: u32| nearest.iter().filter(|&&i| ids[i] == c).count() as f32 / f32::from(k);
        same += usize::from((0..3).all(|class| (got[class as usize] - share(class)).abs() < 1e-6));
    }
    // Angles go through cells that round them; the others are exact but for ties.
    assert!(same >= if distance == Distance::Cosine { 52 } else { 58 }, "{distance:?}: {same} of 60");
}

#[test]
fn shares_are_those_of_the_nearest() {
    check(7, Distance::Euclid, |a, b| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum());
    check(4, Distance::Manhattan, |a, b| a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum());
    check(5, Distance::Cosine, |a, b| {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        -dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    });
}

#[test]
fn two_classes_have_the_share_less_one_half() {
    let x = array![[0.0], [1.0], [2.0], [10.0], [11.0]];
    let data = Dense { x: x.view(), y: Target::Classes { ids: &[0, 0, 1, 1, 1], n: 2 }, weights: None };
    let fit = neighbours(data, &settings(3, Distance::Euclid, 1 << 10)).unwrap();
    let got = scored(&fit.fit.body, &array![[0.0], [9.0]], 1);
    assert!((got[[0, 0]] - (1.0 / 3.0 - 0.5)).abs() < 1e-6 && (got[[1, 0]] - 0.5).abs() < 1e-6, "{got}");
}

#[test]
fn numbers_are_the_mean_of_the_nearest() {
    let x = array![[0.0], [1.0], [2.0], [10.0]];
    let data = Dense { x: x.view(), y: Target::Numbers(&[1.0, 3.0, 8.0, 100.0]), weights: None };
    let fit = neighbours(data, &settings(2, Distance::Euclid, 1 << 10)).unwrap();
    assert_eq!(scored(&fit.fit.body, &array![[0.4], [8.0]], 1), array![[2.0], [54.0]]);
}

#[test]
fn condensed_rows_fit_the_budget_and_still_tell_the_classes_apart() {
    let (x, ids) = table(3_000, 4);
    let data = Dense { x: x.view(), y: Target::Classes { ids: &ids, n: 3 }, weights: None };
    let few = settings(5, Distance::Euclid, 90 * (4 + 12));
    let fit = neighbours(data, &few).unwrap();
    assert_eq!((fit.n_kept, fit.n_bytes), (90, 90 * 16));
    assert!(fit.warnings[0].contains("3000 rows"), "{:?}", fit.warnings);
    let BodyDef::Prototypes(def) = &fit.fit.body else { panic!("not prototypes") };
    for class in 0..3 {
        assert_eq!(def.weights.chunks(3).filter(|w| w[class] > 0.0).count(), 30, "room of class {class}");
    }
    let said = largest(&scored(&fit.fit.body, &x, 3));
    let right = said.iter().zip(&ids).filter(|&(&said, &id)| said == id as usize).count();
    assert!(right > 2_000, "{right} of 3000"); // by chance 1,425
    assert_eq!(fit.fit.body, neighbours(data, &few).unwrap().fit.body);
}

#[test]
fn room_is_shared_alike_and_what_one_leaves_goes_to_the_others() {
    assert_eq!(quotas(&[100, 4, 100], 50), [23, 4, 23]);
    assert_eq!(quotas(&[2, 1], 50), [2, 1]);
    assert_eq!(quotas(&[9, 9], 3).iter().sum::<usize>(), 3);
}

#[test]
fn rows_that_repeat_are_condensed_to_what_differs() {
    let x = Array2::from_shape_fn((100, 1), |(i, _)| (i % 2 * 10 + i % 3) as f32);
    let ids: Vec<u32> = (0..100).map(|i| (i % 2) as u32).collect();
    let data = Dense { x: x.view(), y: Target::Classes { ids: &ids, n: 2 }, weights: None };
    let fit = neighbours(data, &settings(1, Distance::Euclid, 20 * 5)).unwrap();
    assert_eq!(fit.n_kept, 6);
}

#[test]
fn budgets_that_hold_too_little_are_refused() {
    let (x, ids) = table(40, 4);
    let data = Dense { x: x.view(), y: Target::Classes { ids: &ids, n: 3 }, weights: None };
    for refused in [settings(5, Distance::Euclid, 4 * 16), settings(0, Distance::Euclid, 1 << 10)] {
        assert!(neighbours(data, &refused).is_err());
    }
    let few = neighbours(data, &settings(50, Distance::Euclid, 1 << 20)).unwrap_err().to_string();
    assert!(few.contains("40 rows"), "{few}");
}
