//! Tests of curves, intervals, costs and group rates against values computed by hand.

use super::super::*;

fn check(what: &str, got: f64, wanted: f64) {
    assert!((got - wanted).abs() < 1e-6, "{what}: {got}, wanted {wanted}");
}

fn check_interval(what: &str, got: Option<Interval>, wanted: [f64; 3]) {
    let got = got.unwrap();
    for (got, wanted) in [got.value, got.low, got.high].into_iter().zip(wanted) {
        assert!((got - wanted).abs() < 1e-4, "{what}: {got}, wanted {wanted}");
    }
}

const TRUTH: [bool; 4] = [false, false, true, true];
const SCORES: [f32; 4] = [0.1, 0.4, 0.35, 0.8];
const HOW: Resampling = Resampling { resamples: 400, seed: 7 };

#[test]
fn the_roc_curve_goes_through_every_cut() {
    let points: Vec<(f64, f64)> = roc_points(&TRUTH, &SCORES).iter().map(|p| (p.fpr, p.tpr)).collect();
    assert_eq!(points, [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]);
    assert!(roc_points(&[true], &[0.5]).is_empty());
}

#[test]
fn the_area_under_the_roc_lines_is_the_auc_with_ties_too() {
    for scores in [SCORES, [0.1, 0.4, 0.4, 0.8], [0.5; 4]] {
        let points = roc_points(&TRUTH, &scores);
        let area: f64 = points.windows(2).map(|w| (w[1].fpr - w[0].fpr) * (w[1].tpr + w[0].tpr) / 2.0).sum();
        check("area", area, auc(&TRUTH, &scores).unwrap());
    }
}

#[test]
fn average_precision_is_the_area_of_the_steps() {
    // Half the positives at precision 1, the other half at 2/3.
    check("ap", average_precision(&TRUTH, &SCORES).unwrap(), 0.5 * 1.0 + 0.5 * 2.0 / 3.0);
    let last = pr_points(&TRUTH, &SCORES)[3];
    assert_eq!((last.recall, last.precision), (1.0, 0.5));
    assert_eq!(average_precision(&[false], &[0.5]), None);
}

#[test]
fn tied_scores_are_cut_together() {
    let both = cuts(&[true, false, true], &[0.5, 0.5, 0.9]);
    assert_eq!(both, [Cut { threshold: 0.9, tp: 1, fp: 0 }, Cut { threshold: 0.5, tp: 2, fp: 1 }]);
}

#[test]
fn wilson_holds_at_the_ends() {
    check_interval("8 of 10", wilson(8, 10), [0.8, 0.4902, 0.9433]); // Wilson (1927), as in Agresti & Coull (1998)
    check_interval("0 of 10", wilson(0, 10), [0.0, 0.0, 0.2775]); // z² / (n + z²)
    check_interval("10 of 10", wilson(10, 10), [1.0, 0.7225, 1.0]);
    assert_eq!(wilson(0, 0), None);
}

#[test]
fn a_mean_has_its_standard_error() {
    let (interval, error) = mean_interval(&[1.0, 2.0, 3.0]).unwrap();
    check("error", error, (1.0_f64 / 3.0).sqrt()); // variance 1, three values
    check("low", interval.low, 2.0 - Z95 * error);
    assert_eq!(mean_interval(&[1.0]), None);
    assert_eq!(mean_interval(&[1.0, f64::NAN]), None);
}

#[test]
fn the_bootstrap_comes_near_the_formula_and_repeats() {
    let values: Vec<f64> = (0..400).map(|i| f64::from(i % 10)).collect();
    let (formula, _) = mean_interval(&values).unwrap();
    let drawn = bootstrap_mean(&values, Resampling { resamples: 2000, seed: 1 }).unwrap();
    assert!(
        (drawn.low - formula.low).abs() < 0.03 && (drawn.high - formula.high).abs() < 0.03,
        "{drawn:?} {formula:?}"
    );
    assert_eq!(bootstrap_mean(&values, Resampling { resamples: 2000, seed: 1 }), Some(drawn));
    assert_ne!(bootstrap_mean(&values, Resampling { resamples: 2000, seed: 2 }), Some(drawn));
}

#[test]
fn intervals_are_around_the_figures_that_the_report_shows() {
    let p: Vec<f32> = SCORES.iter().flat_map(|s| [1.0 - s, *s]).collect();
    let y = [0, 0, 1, 1];
    check("auc", auc_interval(&TRUTH, &SCORES, HOW).unwrap().value, auc(&TRUTH, &SCORES).unwrap());
    check("loss", log_loss_interval(&y, &p, 2, HOW).unwrap().value, log_loss(&y, &p, 2));
    let accuracy = accuracy_interval(&y, &p, 2, HOW).unwrap();
    check_interval("accuracy", Some(accuracy), [0.75, 0.25, 1.0]); // of 4 rows one is wrong: drawn thrice in 1 of 40
    assert_eq!(auc_interval(&[true, true], &[0.1, 0.2], HOW), None);
}

#[test]
fn bins_hold_about_equally_many_rows_and_never_part_a_tie() {
    let p = [0.1, 0.2, 0.2, 0.2, 0.7, 0.9];
    let truth = [false, false, true, false, true, true];
    let bins = reliability(&truth, &p, 3);
    let rows: Vec<usize> = bins.iter().map(|b| b.n).collect();
    assert_eq!(rows, [4, 2]); // the first bin wants 2 rows and takes the tie; the second has none left
    check("mean", bins[0].mean, 0.175);
    check_interval("observed", Some(bins[0].observed), [0.25, 0.0456, 0.6994]);
    assert!(reliability(&[], &[], 10).is_empty());
}

#[test]
fn the_cheapest_threshold_follows_from_the_costs() {
    let costs = Costs { true_negative: 0.0, false_positive: 1.0, false_negative: 4.0, true_positive: 0.0 };
    let curve = cost_curve(&TRUTH, &SCORES, costs).unwrap();
    check("theory", curve.theory, 0.2); // 1 / (1 + 4)
    check("never", curve.never, 2.0); // two missed of four rows
    let costs_by_cut: Vec<f64> = curve.points.iter().map(|p| p.cost).collect();
    assert_eq!(costs_by_cut, [1.0, 1.25, 0.25, 0.5]);
    let best = curve.best.unwrap();
    check("best", best.threshold, f64::from(0.35_f32));
    check("taken", best.taken, 0.75);
}

#[test]
fn never_can_be_the_cheapest() {
    let costs = Costs { true_negative: 0.0, false_positive: 9.0, false_negative: 1.0, true_positive: 0.0 };
    assert_eq!(cost_curve(&[false, true], &[0.9, 0.1], costs).unwrap().best, None);
}

#[test]
fn costs_that_reward_mistakes_are_refused() {
    let costs = Costs { true_negative: 1.0, false_positive: 1.0, false_negative: 4.0, true_positive: 0.0 };
    assert!(cost_curve(&TRUTH, &SCORES, costs).unwrap_err().to_string().contains("must cost more"));
    assert!(cost_curve(&[], &[], Costs { false_positive: 2.0, ..costs }).is_err());
}

#[test]
fn regression_compares_with_the_mean() {
    let found = regression(&[1.0, 2.0, 3.0], &[1.0, 2.0, 5.0]).unwrap();
    check("r2", found.r2.unwrap(), 1.0 - 4.0 / 2.0);
    check("rmse", found.rmse, (4.0_f64 / 3.0).sqrt());
    check("mae", found.mae, 2.0 / 3.0);
    assert_eq!(regression(&[2.0, 2.0], &[1.0, 2.0]).unwrap().r2, None);
    assert!(regression(&[1.0], &[f64::NAN]).unwrap_err().to_string().starts_with("row 1"));
    assert!(regression(&[], &[]).is_err());
}

fn groups(taken: [u32; 2], of: u32) -> Vec<GroupRates> {
    let mut group = Vec::new();
    let mut p = Vec::new();
    for (at, taken) in (0_u32..).zip(taken) {
        group.extend(std::iter::repeat_n(at, of as usize));
        p.extend((0..of).map(|i| if i < taken { 0.75 } else { 0.25 }));
    }
    let positive: Vec<bool> = (0..group.len()).map(|row| row % 2 == 0).collect();
    let names = ["新客".to_owned(), "old".to_owned()];
    group_rates(&Grouped { group: &group, names: &names, positive: &positive, p: &p, threshold: 0.5 })
}

#[test]
fn groups_are_counted_apart() {
    let rates = groups([2, 4], 4);
    check_interval("selection", rates[0].selection, [0.5, 0.15, 0.85]);
    check_interval("tpr", rates[0].tpr, [0.5, 0.0945, 0.9055]); // of rows 0 and 2, row 0
    check_interval("fpr", rates[1].fpr, [1.0, 0.3424, 1.0]);
    check("gap", rates[0].gap.unwrap().value, 0.0); // mean 0.5, half are positive
    check("gap", rates[1].gap.unwrap().value, 0.25);
}

#[test]
fn a_group_far_below_the_most_selected_is_named_unless_chance_may_do_it() {
    let far = disparities(&groups([50, 100], 200));
    assert_eq!(far.len(), 1);
    assert_eq!((far[0].group.as_str(), far[0].reference.as_str()), ("新客", "old"));
    check("ratio", far[0].ratio, 0.5);
    assert_eq!(disparities(&groups([1, 2], 4)), []); // the same ratio, on four rows
    assert_eq!(disparities(&groups([85, 100], 200)), []); // above four fifths
}

#[test]
fn a_group_without_positives_has_no_rate_of_them() {
    let names = ["a".to_owned()];
    let rows = Grouped { group: &[0], names: &names, positive: &[false], p: &[0.5], threshold: 0.5 };
    let rates = &group_rates(&rows)[0];
    assert_eq!((rates.tpr, rates.gap), (None, None));
    assert_eq!(rates.n, 1);
}

#[test]
fn a_histogram_counts_every_finite_value_once() {
    let h = histogram(&[0.0, 1.0, 2.0, 4.0, f64::NAN], 4).unwrap();
    assert_eq!(h.edges, [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(h.counts, [1, 1, 1, 1]);
    assert_eq!(histogram(&[3.0, 3.0], 4).unwrap().counts, [2]);
    assert_eq!(histogram(&[f64::NAN], 4), None);
    assert_eq!(histogram_in(&[1.0], 1.0, 1.0, 4), None);
    assert_eq!(histogram_in(&[5.0, 0.5], 0.0, 1.0, 2).unwrap().counts, [0, 1]);
}
