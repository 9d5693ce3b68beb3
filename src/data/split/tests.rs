//! Tests of the invariants of splits.

use super::*;

const SHARES: Shares = Shares { validation: 0.2, test: 0.2 };

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("c{i}")).collect()
}

fn labels(counts: &[usize]) -> Vec<u32> {
    let mut out = Vec::new();
    for (class, &n) in (0..).zip(counts) {
        out.extend(std::iter::repeat_n(class, n));
    }
    out
}

/// Checks that every row is in one part, that parts ascend, and that they have these sizes.
fn check(split: &Split, sizes: [usize; 3]) {
    let parts = [&split.train, &split.validation, &split.test];
    assert_eq!(parts.map(Vec::len), sizes);
    assert!(parts.iter().all(|p| p.is_sorted()));
    let mut all: Vec<usize> = parts.into_iter().flatten().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..sizes.iter().sum()).collect::<Vec<_>>());
}

fn counts(rows: &[usize], labels: &[u32], n: usize) -> Vec<usize> {
    let mut counts = vec![0; n];
    for &row in rows {
        counts[labels[row] as usize] += 1;
    }
    counts
}

#[test]
fn every_part_has_every_class_in_its_share() {
    let labels = labels(&[50, 10, 40]);
    let split = stratified(&labels, &names(3), SHARES, 7).unwrap();
    check(&split, [60, 20, 20]);
    assert_eq!(counts(&split.test, &labels, 3), [10, 2, 8]);
    assert_eq!(counts(&split.validation, &labels, 3), [10, 2, 8]);
}

#[test]
fn many_small_classes_do_not_skew_the_parts() {
    let labels = labels(&[7; 100]); // 1.4 rows a class and part
    check(&stratified(&labels, &names(100), SHARES, 7).unwrap(), [420, 140, 140]);
}

#[test]
fn the_same_seed_splits_alike_and_another_does_not() {
    let labels = labels(&[50, 50]);
    let split = |seed| stratified(&labels, &names(2), SHARES, seed).unwrap();
    assert_eq!(split(1), split(1));
    assert_ne!(split(1), split(2));
}

#[test]
fn a_shopper_is_never_in_two_parts() {
    let groups: Vec<u32> = (0..1000).map(|i| i * i % 97).collect();
    let split = grouped(&groups, SHARES, 7).unwrap();
    for row in &split.test {
        assert!(split.train.iter().chain(&split.validation).all(|other| groups[*other] != groups[*row]));
    }
    assert!((150..250).contains(&split.test.len()) && (150..250).contains(&split.validation.len()));
}

#[test]
fn nothing_learnt_from_is_later_than_the_test() {
    let at: Vec<i64> = (0..100).map(|i| i * 37 % 100).collect();
    let split = by_time(&at, SHARES).unwrap();
    check(&split, [60, 20, 20]);
    let latest = |rows: &[usize]| rows.iter().map(|&r| at[r]).max().unwrap();
    assert_eq!([latest(&split.train), latest(&split.validation), latest(&split.test)], [59, 79, 99]);
}

#[test]
fn rows_of_one_moment_stay_together() {
    let split = by_time(&[1, 1, 1, 1, 2, 2], Shares { validation: 0.0, test: 0.5 }).unwrap();
    check(&split, [4, 0, 2]);
}

#[test]
fn every_fold_has_every_class_and_nearly_the_same_size() {
    let labels = labels(&[23, 11, 17]);
    let folds = stratified_folds(&labels, &names(3), 5, 42).unwrap();
    for fold in 0..5 {
        let (train, held) = folds.parts(fold);
        assert_eq!(train.len() + held.len(), 51);
        assert!((10..=11).contains(&held.len()));
        for (n, share) in counts(&held, &labels, 3).into_iter().zip([4.6, 2.2, 3.4]) {
            assert!((n as f64 - share).abs() < 1.0);
        }
    }
}

#[test]
fn grouped_folds_keep_groups_whole_and_classes_even() {
    let groups: Vec<u32> = (0..600).map(|i| i / 3).collect();
    let labels: Vec<u32> = (0..600).map(|i| u32::from(i % 10 == 0)).collect();
    let folds = grouped_folds(&groups, &labels, &names(2), 4, 42).unwrap();
    for rows in folds.fold_of_row.chunks(3) {
        assert!(rows.iter().all(|f| *f == rows[0]));
    }
    for fold in 0..4 {
        let held = counts(&folds.parts(fold).1, &labels, 2);
        assert!((130..140).contains(&held[0]) && (14..=16).contains(&held[1]), "{held:?}");
    }
}

#[test]
fn impossible_splits_say_what_to_do() {
    let message = |r: Result<Split>| r.unwrap_err().to_string();
    let share = message(stratified(&labels(&[9]), &names(1), Shares { validation: 0.5, test: 0.5 }, 1));
    assert!(share.contains("leave no rows for training"), "{share}");
    assert!(message(by_time(&[5; 9], SHARES)).starts_with("the validation part would be empty"));
    assert!(message(grouped(&[1; 9], SHARES, 1)).starts_with("1 groups are too few for 3 parts"));
    let folds = stratified_folds(&labels(&[4, 2]), &names(2), 5, 1).unwrap_err().to_string();
    assert!(folds.starts_with("no class has 5 rows, one for each of the 5 folds"), "{folds}");
}

#[test]
fn a_class_of_one_or_two_rows_is_learnt_from_and_never_held_out() {
    let labels = labels(&[9, 2]);
    let split = stratified(&labels, &names(2), SHARES, 1).unwrap();
    assert_eq!(counts(&split.train, &labels, 2)[1], 2);
    assert!(!split.validation.is_empty() && !split.test.is_empty());
    let folds = stratified_folds(&labels, &names(2), 5, 1).unwrap();
    let held: usize = (0..5).map(|fold| counts(&folds.parts(fold).1, &labels, 2)[1]).sum();
    assert_eq!(held, 0);
    assert!((0..5).all(|fold| counts(&folds.parts(fold).0, &labels, 2)[1] == 2));
}
