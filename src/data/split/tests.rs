//! Tests of the invariants of splits: by hand, and for drawn rows.

use super::folds::NO_FOLD;
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

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

/// Runs a property on the same random rows each time.
fn runner() -> TestRunner {
    let seed = RngSeed::Fixed(42);
    TestRunner::new(Config { cases: 1_000, rng_seed: seed, failure_persistence: None, ..Config::default() })
}

/// Shares in hundredths, of which training keeps at least a fifth; often 0.
fn shares() -> impl Strategy<Value = Shares> {
    let share = || prop_oneof![1 => Just(0), 3 => 1..=40_u8];
    let of = |percent: u8| f64::from(percent) / 100.0;
    (share(), share())
        .prop_map(move |(validation, test)| Shares { validation: of(validation), test: of(test) })
}

/// The group of each row: some have many rows, most have few.
fn groups() -> impl Strategy<Value = Vec<u32>> {
    vec(prop_oneof![0..4_u32, 0..60_u32], 1..200)
}

/// The class of each row, in any order: `n` classes of these numbers of rows.
fn classes(n: usize, rows: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<u32>> {
    vec(rows, 1..=n).prop_map(|counts| labels(&counts)).prop_shuffle()
}

/// The share and the rows of each part: train, validation, test.
fn of_parts(shares: Shares, split: &Split) -> [(f64, &[usize]); 3] {
    let train = 1.0 - shares.validation - shares.test;
    [(train, &split.train), (shares.validation, &split.validation), (shares.test, &split.test)]
}

/// The part of each of `n` rows. Fails if a row is in none or in two, or rows of a part do not ascend.
fn parts(split: &Split, n: usize) -> Result<Vec<usize>, TestCaseError> {
    let mut of_row = vec![None; n];
    for (part, rows) in [&split.train, &split.validation, &split.test].into_iter().enumerate() {
        prop_assert!(rows.is_sorted(), "part {}: {:?}", part, rows);
        for &row in rows {
            prop_assert_eq!(of_row[row].replace(part), None, "row {}", row);
        }
    }
    let all: Option<Vec<usize>> = of_row.into_iter().collect();
    all.ok_or_else(|| TestCaseError::fail("a row is in no part"))
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
    let held = runner().run(&(groups(), shares(), any::<u64>()), |(groups, shares, seed)| {
        let split = match grouped(&groups, shares, seed) {
            Ok(split) => split,
            Err(error) => {
                let says = error.to_string();
                prop_assert!(says.contains("too few for") || says.contains("too unequal"), "{}", says);
                return Ok(());
            }
        };
        let parts = parts(&split, groups.len())?;
        for (row, group) in groups.iter().enumerate() {
            let first = groups.iter().position(|other| other == group).unwrap();
            prop_assert_eq!(parts[row], parts[first], "group {}", group);
        }
        // A part takes another group only while it lacks rows, so it is never larger by more than a group.
        let size = |group: &u32| groups.iter().filter(|other| *other == group).count();
        let largest = groups.iter().map(size).max().unwrap() as f64;
        for (share, rows) in of_parts(shares, &split) {
            let over = rows.len() as f64 - share * groups.len() as f64;
            prop_assert!(over < largest + 1e-6 && over > -2.0 * largest - 1e-6, "{} rows too many", over);
            prop_assert_eq!(rows.is_empty(), share == 0.0);
        }
        prop_assert_eq!(grouped(&groups, shares, seed).unwrap(), split);
        Ok(())
    });
    held.unwrap();
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

#[test]
fn any_class_with_a_row_for_each_part_is_in_every_part_and_others_are_only_learnt_from() {
    let held = runner().run(&(classes(8, 1..=40), shares(), any::<u64>()), |(labels, shares, seed)| {
        let names = names(8);
        let split = stratified(&labels, &names, shares, seed).unwrap();
        parts(&split, labels.len())?;
        let n_parts = of_parts(shares, &split).iter().filter(|(share, _)| *share > 0.0).count();
        let all: Vec<usize> = (0..labels.len()).collect();
        let rows_of_class = counts(&all, &labels, 8);
        for (part, (share, rows)) in of_parts(shares, &split).into_iter().enumerate() {
            for (found, of_class) in counts(rows, &labels, 8).into_iter().zip(&rows_of_class) {
                if *of_class < n_parts {
                    prop_assert_eq!(found, if part == 0 { *of_class } else { 0 });
                } else {
                    prop_assert_eq!(found > 0, share > 0.0 && *of_class > 0, "part {}", part);
                }
            }
        }
        prop_assert_eq!(stratified(&labels, &names, shares, seed).unwrap(), split);
        Ok(())
    });
    held.unwrap();
}

#[test]
fn any_large_class_has_its_share_of_every_part() {
    // So many rows that no part has to be given a row beyond its share.
    let held = runner().run(&(classes(5, 150..=300), shares(), any::<u64>()), |(labels, shares, seed)| {
        let split = stratified(&labels, &names(5), shares, seed).unwrap();
        let all: Vec<usize> = (0..labels.len()).collect();
        let rows_of_class = counts(&all, &labels, 5);
        // What is held out is within one row of its share, and training, which is the rest, within two.
        for ((share, rows), most) in of_parts(shares, &split).into_iter().zip([2.0, 1.0, 1.0]) {
            for (found, of_class) in counts(rows, &labels, 5).into_iter().zip(&rows_of_class) {
                let off = (found as f64 - share * *of_class as f64).abs();
                prop_assert!(off < most + 1e-6, "{found} rows of {of_class} for a share of {share}");
            }
            let off = (rows.len() as f64 - share * labels.len() as f64).abs();
            prop_assert!(off < most / 2.0 + 1e-6, "{} of {} rows", rows.len(), labels.len());
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn any_moments_are_cut_where_their_shares_end_and_never_within_a_moment() {
    let moments = vec(prop_oneof![-5..5_i64, 0..1_000_i64], 1..150);
    let held = runner().run(&(moments, shares()), |(at, shares)| {
        let split = match by_time(&at, shares) {
            Ok(split) => split,
            Err(error) => {
                prop_assert!(error.to_string().contains("too few times differ"), "{}", error);
                return Ok(());
            }
        };
        let parts = parts(&split, at.len())?;
        for (row, part) in parts.iter().enumerate() {
            prop_assert!((0..at.len()).all(|other| at[other] < at[row] || parts[other] >= *part));
        }
        // Without its last moment, what is before an end would have less than its share.
        let (mut share, mut before) = (0.0, Vec::new());
        for (own, rows) in &of_parts(shares, &split)[..2] {
            share += own;
            before.extend(rows.iter().map(|row| at[*row]));
            let wanted = share * at.len() as f64;
            let last = before.iter().max().unwrap();
            let n_earlier = before.iter().filter(|moment| *moment != last).count();
            let is_enough = |n: usize, slack: f64| n as f64 >= wanted - 0.5 + slack;
            prop_assert!(
                is_enough(before.len(), -1e-6) && !is_enough(n_earlier, 1e-6),
                "{wanted}: {before:?}"
            );
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn any_row_is_held_out_by_one_fold_and_every_class_alike_by_all() {
    let held = runner().run(&(classes(6, 1..=30), 2..7_usize, any::<u64>()), |(labels, n_folds, seed)| {
        let all: Vec<usize> = (0..labels.len()).collect();
        let of_class = counts(&all, &labels, 6);
        let folds = match stratified_folds(&labels, &names(6), n_folds, seed) {
            Ok(folds) => folds,
            Err(error) => {
                prop_assert!(of_class.iter().all(|n| *n < n_folds), "{}", error);
                return Ok(());
            }
        };
        let mut sizes = Vec::new();
        for fold in 0..n_folds {
            let (train, out) = folds.parts(fold);
            prop_assert!(train.is_sorted() && out.is_sorted() && train.len() + out.len() == labels.len());
            prop_assert!(out.iter().all(|row| folds.fold_of_row[*row] == fold));
            for (held, n) in counts(&out, &labels, 6).into_iter().zip(&of_class) {
                let fair = n / n_folds..=n.div_ceil(n_folds);
                prop_assert!(if *n < n_folds { held == 0 } else { fair.contains(&held) }, "{held} of {n}");
            }
            sizes.push(out.len());
        }
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{:?}", sizes);
        let is_small = |row: &usize| of_class[labels[*row] as usize] < n_folds;
        prop_assert!(all.iter().all(|row| is_small(row) == (folds.fold_of_row[*row] == NO_FOLD)));
        prop_assert_eq!(stratified_folds(&labels, &names(6), n_folds, seed).unwrap(), folds);
        Ok(())
    });
    held.unwrap();
}

#[test]
fn any_group_is_held_out_whole_and_no_fold_is_empty() {
    let rows = vec((prop_oneof![0..4_u32, 0..60_u32], 0..3_u32), 1..200);
    let held = runner().run(&(rows, 2..7_usize, any::<u64>()), |(rows, n_folds, seed)| {
        let (groups, labels): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
        let n_groups = by_group(&groups).len();
        let folds = match grouped_folds(&groups, &labels, &names(3), n_folds, seed) {
            Ok(folds) => folds,
            Err(error) => {
                prop_assert!(n_groups < n_folds, "{}", error);
                return Ok(());
            }
        };
        for rows in by_group(&groups) {
            prop_assert!(rows.iter().all(|row| folds.fold_of_row[*row] == folds.fold_of_row[rows[0]]));
        }
        let mut n_held = 0;
        for fold in 0..n_folds {
            let out = folds.parts(fold).1;
            prop_assert!(!out.is_empty(), "fold {}", fold);
            n_held += out.len();
        }
        prop_assert_eq!(n_held, groups.len());
        prop_assert_eq!(grouped_folds(&groups, &labels, &names(3), n_folds, seed).unwrap(), folds);
        Ok(())
    });
    held.unwrap();
}
