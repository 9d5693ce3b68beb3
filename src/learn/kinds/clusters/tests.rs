//! Tests of clusterings against their definitions, against naive algorithms, and through the engine.

use super::choice::knee;
use super::hierarchy::{cut, merges};
use super::*;
use crate::kinds::neighbours::page::{largest, scored};
use floorwalker_engine::head::prototypes::PrototypesDef;
use ndarray::{ArrayView1, array};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Rows around `k` places, far from zero; a row's place is its index modulo `k`.
fn places(n: usize, p: usize, k: usize, spread: f32) -> Array2<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    let centres = Array2::from_shape_fn((k, p), |_| 50.0 + 20.0 * rng.random::<f32>());
    Array2::from_shape_fn((n, p), |(i, j)| {
        centres[[i % k, j]] + spread * (0..3).map(|_| rng.random::<f32>() - 0.5).sum::<f32>()
    })
}

fn distance(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum::<f64>().sqrt()
}

/// Whether two assignments are equal up to the numbering of clusters.
fn same(a: &[Option<u32>], b: &[Option<u32>]) -> bool {
    let pairs = |x: &[Option<u32>], i: usize, j: usize| (x[i].is_none(), x[i] == x[j]);
    (0..a.len()).all(|i| (0..a.len()).all(|j| pairs(a, i, j) == pairs(b, i, j)))
}

/// Checks that a head made of the body agrees on as many rows as the fit measured.
fn check_page(found: &Clusters, x: &Array2<f32>) {
    let (BodyDef::Linear(LinearDef { bias, .. }) | BodyDef::Prototypes(PrototypesDef { bias, .. })) =
        &found.body
    else {
        panic!("neither linear nor prototypes")
    };
    let said = largest(&scored(&found.body, x, bias.len()));
    let own = |i: usize| found.assignment[i].map_or(found.n, |cluster| cluster as usize);
    let agreed = (0..x.nrows()).filter(|&i| said[i] == own(i)).count();
    assert!((agreed as f64 / x.nrows() as f64 - found.agreement).abs() < 1e-9, "{agreed} rows agree");
}

/// Nearest centre by the definition.
fn check_k_means(x: &Array2<f32>, k: usize) -> Clusters {
    let found = k_means(x.view(), k, &KMeansSettings::default()).unwrap();
    let far = |i: usize, c: usize| distance(x.row(i), found.centres.row(c)).powi(2);
    let own = |i: usize| found.assignment[i].unwrap() as usize;
    let inertia: f64 = (0..x.nrows()).map(|i| far(i, own(i))).sum();
    assert!((found.inertia - inertia).abs() <= 1e-9 * inertia, "{} is not {inertia}", found.inertia);
    for i in 0..x.nrows() {
        let least = (0..k).map(|c| far(i, c)).fold(f64::INFINITY, f64::min);
        // Centres are moved once more after the last assignment, so a row between two may be off by a little.
        assert!(
            far(i, own(i)) <= least * 1.05 + 1e-3,
            "row {i} is at {} and could be at {least}",
            far(i, own(i))
        );
    }
    let falls = found.losses.windows(2).all(|pair| pair[1].train <= pair[0].train * (1.0 + 1e-5));
    assert!(falls, "{:?}", found.losses);
    let members = |c: usize| (0..x.nrows()).filter(|&i| own(i) == c).count();
    assert!((0..k).all(|c| members(c) > 0));
    assert!(found.agreement > 0.99, "{}", found.agreement);
    check_page(&found, x);
    found
}

#[test]
fn k_means_finds_places_and_obeys_its_definition() {
    let x = places(400, 5, 6, 2.0);
    let found = check_k_means(&x, 6);
    let truth: Vec<Option<u32>> = (0..400).map(|i| Some(i % 6)).collect();
    assert!(same(&found.assignment, &truth));
    assert!((found.variance() - found.inertia / 2_000.0).abs() < 1e-12);
    let again = k_means(x.view(), 6, &KMeansSettings::default()).unwrap();
    assert_eq!((found.assignment, found.body), (again.assignment, again.body));
}

#[test]
fn k_means_obeys_its_definition_where_there_are_no_places() {
    check_k_means(&places(700, 3, 1, 30.0), 9);
    check_k_means(&places(50, 3, 1, 30.0), 50);
    check_k_means(&places(50, 3, 1, 30.0), 1);
}

#[test]
fn more_clusters_than_different_rows_are_refused() {
    let x = Array2::from_shape_fn((30, 2), |(i, _)| (i % 3) as f32);
    check_k_means(&x, 3);
    let message = k_means(x.view(), 4, &KMeansSettings::default()).unwrap_err().to_string();
    assert!(message.contains("the 3 different rows"), "{message}");
    assert!(k_means(x.view(), 0, &KMeansSettings::default()).is_err());
    assert!(k_means(x.view(), 31, &KMeansSettings::default()).is_err());
    assert!(k_means(array![[f32::NAN]].view(), 1, &KMeansSettings::default()).is_err());
}

#[test]
fn the_silhouette_is_its_definition() {
    let x = places(90, 2, 1, 20.0);
    let assignment: Vec<Option<u32>> = (0..90)
        .map(|i| {
            if i == 5 {
                Some(3)
            } else if i % 7 == 0 {
                None
            } else {
                Some(i % 3)
            }
        })
        .collect();
    let inside: Vec<usize> = (0..90).filter(|&i| assignment[i].is_some()).collect();
    let mean_to = |i: usize, cluster: u32| {
        let of: Vec<f64> = inside
            .iter()
            .filter(|&&j| j != i && assignment[j] == Some(cluster))
            .map(|&j| distance(x.row(i), x.row(j)))
            .collect();
        (!of.is_empty()).then(|| of.iter().sum::<f64>() / of.len() as f64)
    };
    let one = |&i: &usize| {
        let own = assignment[i].unwrap();
        let others = (0..4).filter(|&c| c != own).filter_map(|c| mean_to(i, c));
        let b = others.fold(f64::INFINITY, f64::min);
        mean_to(i, own).map_or(0.0, |a| (b - a) / a.max(b))
    };
    let wanted = inside.iter().map(one).sum::<f64>() / inside.len() as f64;
    let got = silhouette(x.view(), &assignment, 0).unwrap();
    assert!((got - wanted).abs() < 1e-5, "{got}, not {wanted}");
    assert_eq!(silhouette(x.view(), &[Some(0); 90], 0), None);
    assert_eq!(silhouette(x.view(), &[None; 90], 0), None);
}

#[test]
fn the_number_of_places_is_suggested() {
    // Four corners, 12 and 17 from each other.
    let corner = |(i, j)| if i % 4 == j { 12.0 } else { 0.0 };
    let corners = places(300, 3, 1, 2.0) + Array2::from_shape_fn((300, 3), corner);
    let found = elbow(corners.view(), &[1, 2, 3, 4, 5, 6, 8], &KMeansSettings::default()).unwrap();
    assert_eq!((found.by_silhouette, found.suggested), (Some(4), 4));
    assert_eq!(found.tried[0].silhouette, None);
    assert!(found.tried.windows(2).all(|pair| pair[1].inertia < pair[0].inertia));
    assert!(elbow(places(9, 3, 4, 2.0).view(), &[3, 2], &KMeansSettings::default()).is_err());
    let tried = |k, inertia| Tried { k, inertia, silhouette: None };
    assert_eq!(
        knee(&[tried(1, 100.0), tried(2, 60.0), tried(3, 20.0), tried(4, 15.0), tried(5, 10.0)]),
        Some(3)
    );
    assert_eq!(knee(&[tried(1, 100.0), tried(2, 0.0)]), None);
}

/// DBSCAN by its definition: cores, what they reach, and the nearest core for the rest.
fn naive_dbscan(x: &Array2<f32>, eps: f64, min_rows: usize) -> Vec<Option<u32>> {
    let n = x.nrows();
    let near = |i: usize, j: usize| distance(x.row(i), x.row(j)) <= eps;
    let core: Vec<usize> = (0..n).filter(|&i| (0..n).filter(|&j| near(i, j)).count() >= min_rows).collect();
    let mut label = vec![None; n];
    core.iter().for_each(|&i| label[i] = Some(i as u32));
    for _ in 0..n {
        for &i in &core {
            label[i] = core.iter().filter(|&&j| near(i, j)).filter_map(|&j| label[j]).min();
        }
    }
    let tuned = label.clone();
    for i in (0..n).filter(|i| !core.contains(i)) {
        let far = |j: usize| distance(x.row(i), x.row(j));
        let nearest = core.iter().copied().filter(|&j| near(i, j)).min_by(|&a, &b| far(a).total_cmp(&far(b)));
        label[i] = nearest.and_then(|j| tuned[j]);
    }
    label
}

#[test]
fn dbscan_is_its_definition_and_the_page_agrees() {
    let mut x = places(240, 2, 3, 3.0);
    for i in 0..20 {
        x.row_mut(i * 11).assign(&array![200.0 + 40.0 * i as f32, (i * i) as f32]); // far from all
    }
    let settings = DbscanSettings { eps: 0.6, min_rows: 4, ..DbscanSettings::default() };
    let found = dbscan(x.view(), &settings).unwrap();
    let naive = naive_dbscan(&x, 0.6, 4);
    assert!(same(&found.assignment, &naive));
    let noise = found.assignment.iter().filter(|cluster| cluster.is_none()).count();
    assert!(noise >= 20 && found.n >= 3, "{} clusters, {noise} rows of noise", found.n);
    let BodyDef::Prototypes(def) = &found.body else { panic!("not prototypes") };
    assert_eq!((def.nearest, def.bias.len(), def.bias[found.n]), (1, found.n + 1, 0.5));
    check_page(&found, &x);
}

#[test]
fn core_rows_that_do_not_fit_are_thinned_and_the_rest_still_agrees() {
    let x = places(900, 3, 3, 4.0);
    let all = DbscanSettings { eps: 1.5, min_rows: 6, ..DbscanSettings::default() };
    let full = dbscan(x.view(), &all).unwrap();
    assert!(full.agreement > 0.97 && full.warnings.is_empty(), "{}", full.agreement);
    let thin =
        dbscan(x.view(), &DbscanSettings { max_bytes: 60 * (3 + 4 * (full.n + 1)), ..all.clone() }).unwrap();
    let BodyDef::Prototypes(def) = &thin.body else { panic!("not prototypes") };
    assert_eq!(def.cells.len(), 60 * 3);
    assert_eq!(thin.assignment, full.assignment);
    assert!(thin.agreement > 0.95, "{}", thin.agreement);
    assert!(thin.warnings[0].contains("60 of"), "{:?}", thin.warnings);
    check_page(&full, &x);
    check_page(&thin, &x);
    assert!(dbscan(x.view(), &DbscanSettings { max_bytes: 10, ..all.clone() }).is_err());
    assert!(dbscan(x.view(), &DbscanSettings { eps: 1e-6, ..all }).is_err());
}

/// Merges two nearest clusters by the table at the head of `hierarchy`, over and over.
fn naive_merges(x: &Array2<f32>, linkage: Linkage) -> Vec<Merge> {
    let n = x.nrows();
    let mut clusters: Vec<(u32, Vec<usize>)> = (0..n).map(|i| (i as u32, vec![i])).collect();
    let far = |a: &[usize], b: &[usize]| -> f64 {
        let all = || {
            a.iter().flat_map(|&i| b.iter().map(move |&j| (i, j))).map(|(i, j)| distance(x.row(i), x.row(j)))
        };
        let mean = |rows: &[usize], c: usize| {
            rows.iter().map(|&i| f64::from(x[[i, c]])).sum::<f64>() / rows.len() as f64
        };
        match linkage {
            Linkage::Average => all().sum::<f64>() / (a.len() * b.len()) as f64,
            Linkage::Complete => all().fold(0.0, f64::max),
            Linkage::Single => all().fold(f64::INFINITY, f64::min),
            Linkage::Ward => {
                let square: f64 = (0..x.ncols()).map(|c| (mean(a, c) - mean(b, c)).powi(2)).sum();
                let (n_a, n_b) = (a.len() as f64, b.len() as f64);
                (2.0 * n_a * n_b / (n_a + n_b) * square).sqrt()
            }
        }
    };
    let mut out = Vec::new();
    for at in 0..n - 1 {
        let pairs = (0..clusters.len()).flat_map(|i| (0..i).map(move |j| (j, i)));
        let (i, j, height) = pairs
            .map(|(i, j)| (i, j, far(&clusters[i].1, &clusters[j].1)))
            .min_by(|a, b| a.2.total_cmp(&b.2))
            .unwrap();
        let (name_b, rows_b) = clusters.remove(j);
        let (name_a, rows_a) = clusters.remove(i);
        let rows = [rows_a, rows_b].concat();
        out.push(Merge { a: name_a.min(name_b), b: name_a.max(name_b), height, size: rows.len() as u32 });
        clusters.push(((n + at) as u32, rows));
    }
    out
}

#[test]
fn the_merge_tree_is_that_of_the_naive_algorithm() {
    let x = places(60, 3, 4, 8.0);
    for linkage in [Linkage::Ward, Linkage::Average, Linkage::Complete, Linkage::Single] {
        let (got, wanted) = (merges(&x, linkage), naive_merges(&x, linkage));
        for (got, wanted) in got.iter().zip(&wanted) {
            assert_eq!((got.a, got.b, got.size), (wanted.a, wanted.b, wanted.size), "{linkage:?}");
            assert!((got.height - wanted.height).abs() < 1e-6 * (1.0 + wanted.height), "{linkage:?}");
        }
        assert_eq!((got.len(), got[58].size), (59, 60));
    }
}

#[test]
fn rows_that_are_alike_merge_at_height_zero() {
    let x = array![[1.0], [1.0], [1.0], [5.0]];
    let tree = merges(&x, Linkage::Average);
    assert_eq!(tree.iter().map(|merge| merge.height).collect::<Vec<_>>(), [0.0, 0.0, 4.0]);
    assert_eq!(cut(&tree, 4, 2), [0, 0, 0, 1]);
    assert_eq!(cut(&tree, 4, 4), [0, 1, 2, 3]);
    assert_eq!(cut(&tree, 4, 1), [0, 0, 0, 0]);
    assert!(merges(&array![[1.0]], Linkage::Ward).is_empty());
}

#[test]
fn a_cut_finds_places_and_rows_beyond_the_sample_follow() {
    let x = places(500, 4, 5, 2.0);
    let truth: Vec<Option<u32>> = (0..500).map(|i| Some(i % 5)).collect();
    for max_rows in [1_000, 100] {
        let settings = AgglomerativeSettings { max_rows, ..AgglomerativeSettings::default() };
        let found = agglomerative(x.view(), 5, &settings).unwrap();
        assert!(same(&found.clusters.assignment, &truth));
        assert_eq!(found.merges.len() + 1, found.rows.len());
        assert_eq!(found.rows.len(), max_rows.min(500));
        assert_eq!(found.clusters.warnings.len(), usize::from(max_rows < 500));
        assert_eq!(found.clusters.agreement, 1.0);
        check_page(&found.clusters, &x);
    }
    assert!(agglomerative(x.view(), 0, &AgglomerativeSettings::default()).is_err());
}
