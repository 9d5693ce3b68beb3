//! Tests of the metrics against values computed by hand.

mod curves;

use super::*;

fn check(what: &str, got: f64, wanted: f64) {
    assert!((got - wanted).abs() < 1e-6, "{what}: {got}, wanted {wanted}");
}

/// Rows of `M = [[2, 1], [1, 4]]`, positives last.
fn pairs() -> Vec<(usize, usize)> {
    vec![(0, 0), (0, 0), (0, 1), (1, 0), (1, 1), (1, 1), (1, 1), (1, 1)]
}

/// `[1 - p, p]` for every `p`.
fn two(p: &[f32]) -> Vec<f32> {
    p.iter().flat_map(|p| [1.0 - p, *p]).collect()
}

#[test]
fn precision_recall_and_f1_are_counted_from_the_matrix() {
    let matrix = Confusion::new(2, pairs());
    check("accuracy", matrix.accuracy(), 6.0 / 8.0);
    let positive = matrix.class(1);
    check("precision", positive.precision, 4.0 / 5.0);
    check("recall", positive.recall, 4.0 / 5.0);
    check("f1", positive.f1, 0.8);
    let means = matrix.means();
    check("macro f1", means.macro_.f1, (0.8 + 2.0 / 3.0) / 2.0);
    check("micro f1", means.micro.f1, 0.75);
}

#[test]
fn a_class_that_never_occurs_is_0_and_not_in_the_macro_mean() {
    let matrix = Confusion::new(3, pairs());
    assert_eq!(matrix.class(2), ClassScores::default());
    assert_eq!(matrix.means(), Confusion::new(2, pairs()).means());
}

#[test]
fn ties_count_half_in_the_auc() {
    let truth = [false, false, true, true];
    check("auc", auc(&truth, &[0.1, 0.4, 0.35, 0.8]).unwrap(), 0.75); // 3 of 4 pairs in order
    check("tied", auc(&truth, &[0.1, 0.4, 0.4, 0.8]).unwrap(), 0.875); // 3 and a half
    check("all tied", auc(&truth, &[0.5; 4]).unwrap(), 0.5);
    assert_eq!(auc(&[true, true], &[0.1, 0.2]), None);
}

#[test]
fn with_three_classes_the_auc_is_the_mean_against_the_rest() {
    let p = [0.8, 0.1, 0.1, 0.1, 0.3, 0.6, 0.2, 0.3, 0.5];
    let first = 1.0; // 0.8 above 0.1 and 0.2
    let second = 0.75; // 0.3 above 0.1, level with 0.3
    let third = 0.5; // 0.5 above 0.1, below 0.6
    check("macro", auc_one_vs_rest(&[0, 1, 2], &p, 3).unwrap(), (first + second + third) / 3.0);
}

#[test]
fn log_loss_is_in_nats_and_a_certain_mistake_is_finite() {
    check("loss", log_loss(&[1, 0], &two(&[0.75, 0.5]), 2), (0.287_682_1 + std::f64::consts::LN_2) / 2.0);
    check("certain", log_loss(&[0], &two(&[1.0]), 2), 36.043_653); // -ln 2⁻⁵²
}

#[test]
fn brier_counts_an_error_once_for_two_classes() {
    check("two", brier(&[1, 0], &two(&[0.75, 0.5]), 2), (0.0625 + 0.25) / 2.0);
    check("three", brier(&[2], &[0.25, 0.25, 0.5], 3), 0.0625 + 0.0625 + 0.25);
}

#[test]
fn calibration_error_is_the_gap_between_confidence_and_accuracy() {
    // Four rows in the bin (0.7333, 0.8] with three right, one row in (0.9333, 1] that is wrong.
    let p = two(&[0.75, 0.75, 0.75, 0.75, 1.0]);
    check("ece", expected_calibration_error(&[1, 1, 1, 0, 0], &p, 2), (0.0 + 1.0) / 5.0);
    check("right", expected_calibration_error(&[1], &two(&[1.0]), 2), 0.0);
}

#[test]
fn the_best_threshold_is_found_and_ties_are_cut_together() {
    let best = best_f1(&[true, false, true, false], &[0.9, 0.6, 0.6, 0.1]).unwrap();
    assert_eq!(best.threshold, 0.6);
    check("f1", best.f1, 0.8); // 2 of 3 said, 2 of 2 found
    assert_eq!(best_f1(&[false], &[0.5]), None);
}

#[test]
fn a_report_reads_like_a_table() {
    let classes = ["否".to_owned(), "yes".to_owned()];
    let report = Report::new(&classes, &[0, 1, 1, 0], &two(&[0.25, 0.75, 0.5, 0.25])).unwrap();
    let wanted = "\
accuracy  0.7500   always the largest class 0.5000   rows 4
auc       1.0000   log loss 0.3890   brier 0.1094
ece       0.3125   (15 bins)
best f1   1.0000   at 0.5000, the threshold is chosen on these rows, so this is optimistic: precision 1.0000, recall 1.0000

class  precision  recall      f1    rows
否        0.6667  1.0000  0.8000       2
yes       1.0000  0.5000  0.6667       2
macro     0.8333  0.7500  0.7333       4
micro     0.7500  0.7500  0.7500       4

true class by row, predicted by column
         1  2
 1  否   2  ·
 2  yes  1  1
";
    assert_eq!(report.to_string(), wanted);
}

#[test]
fn many_classes_show_their_worst_mistakes() {
    let classes: Vec<String> = (0..13).map(|i| format!("class {i}")).collect();
    let mut p = vec![0.0; 13];
    p[4] = 1.0;
    let text = Report::new(&classes, &[7], &p).unwrap().to_string();
    assert!(text.ends_with("most frequent mistakes\n     1  class 7   taken for class 4\n"), "{text}");
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let classes = ["a".to_owned(), "b".to_owned()];
    assert!(Report::new(&classes, &[], &[]).is_err());
    assert!(Report::new(&classes, &[2], &[0.5, 0.5]).is_err());
    assert!(Report::new(&classes, &[0], &[f32::NAN, 0.5]).is_err());
    assert!(Report::new(&classes[..1], &[0], &[1.0]).is_err());
}

#[test]
fn an_interval_is_shown_with_two_figures_of_its_width() {
    let digits = |low, high| Interval { value: low, low, high }.digits();
    assert_eq!([digits(0.1, 0.13), digits(0.0, 0.3), digits(0.0, 25.0), digits(-4e5, 4e5)], [3, 2, 0, 0]);
    assert_eq!(digits(0.5, 0.5), 4);
}
