//! Tests of data preparation on examples computed by hand, and on data with a planted fault.

use super::*;
use crate::store::*;
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{FeatureDef, Op, Window};
use floorwalker_engine::symbol::Symbol;
use floorwalker_finding::{Finding, Kind};
use std::collections::BTreeMap;

/// Examples with these columns, a label, and line numbers from 2.
struct Made(Examples);

impl Made {
    fn new(labels: &[&str]) -> Self {
        let label =
            labels.iter().map(|name| Some((*name).to_owned()).filter(|name| !name.is_empty())).collect();
        Self(Examples {
            messages: vec![String::new(); labels.len()],
            shoppers: (0..labels.len() as u32).collect(),
            at_ms: vec![0; labels.len()],
            lines: (2..labels.len() + 2).collect(),
            labels: BTreeMap::from([("label".to_owned(), label)]),
            ..Examples::default()
        })
    }

    fn with(mut self, name: &str, values: &[Value]) -> Self {
        let n = self.0.features.len();
        let old = std::mem::take(&mut self.0.values);
        for (row, value) in values.iter().enumerate() {
            self.0.values.extend(&old[row * n..(row + 1) * n]);
            self.0.values.push(*value);
        }
        let def = FeatureDef {
            name: name.to_owned(),
            op: Op::ContextNumber,
            events: Vec::new(),
            field: None,
            only: None,
            window: Window::Session,
        };
        self.0.features.push(def);
        self
    }

    fn numbers(self, name: &str, numbers: impl IntoIterator<Item = f32>) -> Self {
        let values: Vec<Value> = numbers.into_iter().map(Value::number).collect();
        self.with(name, &values)
    }

    fn names(mut self, name: &str, names: &[&str]) -> Self {
        let values: Vec<Value> = names.iter().map(|name| Value::category(Symbol::of(name))).collect();
        self.0.names.extend(names.iter().map(|name| (Symbol::of(name), (*name).to_owned())));
        self.with(name, &values)
    }
}

fn all(examples: &Examples) -> Vec<usize> {
    (0..examples.n_rows()).collect()
}

fn plan(text: &str) -> PreparePlan {
    toml::from_str(text).unwrap()
}

fn feature(examples: &Examples, at: usize) -> Vec<f32> {
    (0..examples.n_rows()).map(|row| examples.row(row)[at].as_f32()).collect()
}

/// Compares numbers; `NaN` counts as equal to itself.
fn check(got: &[f32], expected: &[f32]) {
    assert_eq!(format!("{got:?}"), format!("{expected:?}"));
}

#[test]
fn of_equal_rows_the_first_is_kept_and_rows_not_handed_in_are_left_alone() {
    let mut examples = Made::new(&["a", "a", "b", "a", "a"]).numbers("x", [1.0, 1.0, 1.0, 1.0, f32::NAN]).0;
    let cleaned = clean(&mut examples, &[0, 1, 2, 4], &plan("duplicates = \"drop\"")).unwrap();
    assert_eq!(cleaned.rows, [0, 2, 4]);
    let step = &cleaned.steps[0];
    assert_eq!((step.n_rows, step.action, step.first_lines.as_slice()), (1, "dropped", [3].as_slice()));
}

#[test]
fn rows_that_differ_in_their_message_are_not_equal() {
    let mut examples = Made::new(&["a", "a"]).numbers("x", [1.0, 1.0]).0;
    examples.messages[1] = "hi".to_owned();
    assert_eq!(clean(&mut examples, &[0, 1], &plan("duplicates = \"drop\"")).unwrap().rows, [0, 1]);
}

#[test]
fn impossible_values_become_missing_clipped_or_cost_their_row() {
    let made = || Made::new(&["a"; 5]).numbers("price", [-1.0, 0.0, 5.0, 99.0, 200.0]).0;
    let limits =
        |action: &str| plan(&format!("[limits]\nprice = {{ min = 0, max = 100, action = \"{action}\" }}"));
    let mut examples = made();
    // The last row is a test row.
    let cleaned = clean(&mut examples, &[0, 1, 2, 3], &limits("missing")).unwrap();
    check(&feature(&examples, 0), &[f32::NAN, 0.0, 5.0, 99.0, 200.0]);
    assert_eq!((cleaned.rows.len(), cleaned.steps[0].n_rows), (4, 1));
    assert_eq!(cleaned.steps[0].rule, "allowed from 0 to 100");
    let mut examples = made();
    clean(&mut examples, &all(&made()), &limits("clip")).unwrap();
    check(&feature(&examples, 0), &[0.0, 0.0, 5.0, 99.0, 100.0]);
    let mut examples = made();
    assert_eq!(clean(&mut examples, &all(&made()), &limits("drop")).unwrap().rows, [1, 2, 3]);
    check(&feature(&examples, 0), &feature(&made(), 0));
}

#[test]
fn an_infinity_is_impossible_whatever_the_bounds() {
    let mut examples = Made::new(&["a"; 2]).with("x", &[Value::Number(f32::INFINITY), Value::Number(1.0)]).0;
    clean(&mut examples, &[0, 1], &plan("[limits]\nx = {}")).unwrap();
    check(&feature(&examples, 0), &[f32::NAN, 1.0]);
}

#[test]
fn tukeys_fences_are_those_of_the_quartiles() {
    // 1..=8 and 100: Q1 = 3, Q3 = 7, fences 3 - 6 = -3 and 7 + 6 = 13.
    let made = || Made::new(&["a"; 9]).numbers("x", (1..=8).map(|x| x as f32).chain([100.0])).0;
    let mut examples = made();
    clean(&mut examples, &all(&made()), &plan("outliers = { action = \"clip\" }")).unwrap();
    assert_eq!(feature(&examples, 0)[8], 13.0);
    // "Far out": 7 + 12 = 19.
    let mut examples = made();
    let cleaned =
        clean(&mut examples, &all(&made()), &plan("outliers = { action = \"clip\", beyond = 3.0 }")).unwrap();
    assert_eq!(feature(&examples, 0)[8], 19.0);
    assert_eq!(cleaned.steps[0].first_lines, [10]);
}

#[test]
fn the_modified_z_score_is_iglewicz_and_hoaglins() {
    // Median 5, absolute deviations 4 3 2 1 0 1 2 3 95: MAD 2; 5 ± 3.5 · 2 / 0.6745 = -5.378… and 15.378….
    let mut examples = Made::new(&["a"; 9]).numbers("x", (1..=8).map(|x| x as f32).chain([100.0])).0;
    let rows = all(&examples);
    clean(&mut examples, &rows, &plan("outliers = { rule = \"mad\", action = \"clip\" }")).unwrap();
    assert!((feature(&examples, 0)[8] - 15.378_058).abs() < 1e-4);
}

#[test]
fn where_most_values_are_equal_none_is_an_outlier() {
    for rule in ["iqr", "mad"] {
        let mut examples = Made::new(&["a"; 9]).numbers("x", [0.0; 8].into_iter().chain([7.0])).0;
        let rows = all(&examples);
        let text = format!("outliers = {{ rule = \"{rule}\", action = \"drop\" }}");
        let cleaned = clean(&mut examples, &rows, &plan(&text)).unwrap();
        assert_eq!(cleaned.rows.len(), 9);
        assert!(
            cleaned.steps[0].rule.ends_with("is 0, so no value counts as an outlier"),
            "{}",
            cleaned.steps[0].rule
        );
    }
}

#[test]
fn plans_that_cannot_be_are_refused() {
    let refuse = |text: &str, says: &str| {
        let mut examples = Made::new(&["a"; 3]).numbers("x", [1.0, 2.0, 3.0]).0;
        let error = format!("{:#}", clean(&mut examples, &[0, 1, 2], &plan(text)).unwrap_err());
        assert!(error.contains(says), "{error}");
    };
    refuse("[limits]\ny = {}", "there is no feature `y`; name one of x");
    refuse("[limits]\nx = { min = 2, max = 1 }", "min 2 is above max 1");
    refuse("[limits]\nx = { min = 9, action = \"drop\" }", "cleaning drops every row");
    refuse("outliers = { action = \"drop\", beyond = -1.0 }", "give a number above 0");
    assert!(toml::from_str::<PreparePlan>("outlier = {}").is_err());
}

#[test]
fn fills_are_means_medians_and_modes() {
    let check = |present: &[f64], rule, expected| assert_eq!(fill(&mut present.to_vec(), rule), expected);
    let numbers = [10.0, 1.0, 4.0, 1.0];
    check(&numbers, FillRule::Mean, Some(4.0));
    check(&numbers, FillRule::Median, Some(2.5));
    check(&numbers, FillRule::Mode, Some(1.0));
    check(&[7.0, 2.0], FillRule::Mode, Some(2.0));
    check(&[], FillRule::Mean, None);
}

#[test]
fn a_feature_that_is_the_label_tells_all_and_one_of_its_own_nothing() {
    let labels: Vec<&str> = (0..400).map(|i| if i % 2 == 0 { "no" } else { "yes" }).collect();
    let examples = Made::new(&labels)
        .numbers("same", (0..400).map(|i| (i % 2) as f32))
        .numbers("other", (0..400).map(|i| (i / 2) as f32))
        .numbers("none", [f32::NAN; 400])
        .0;
    let table = relevance(&examples, "label", &all(&examples)).unwrap();
    let ln2 = std::f64::consts::LN_2;
    // Two bins, two classes, two used cells: I = 2 (ln 2 + 1 / 800) - (ln 2 + 1 / 800).
    assert!((table[0].mutual_information - (ln2 + 1.0 / 800.0)).abs() < 1e-12);
    assert!((table[0].information_gain - ln2).abs() < 1e-12);
    assert_eq!((table[0].chi_squared, table[0].cramers_v, table[0].normalised), (400.0, 1.0, 1.0));
    assert!(table[1].mutual_information < 1e-3 && table[1].p_value > 0.9, "{:?}", table[1]);
    assert_eq!((table[2].entropy, table[2].mutual_information, table[2].information_gain), (0.0, 0.0, 0.0));
    assert_eq!(
        select(&table, SelectPlan { by: Measure::MutualInformation, top: Some(1), above: None }).unwrap(),
        [0]
    );
    assert_eq!(
        select(&table, SelectPlan { by: Measure::ChiSquared, top: None, above: Some(0.5) }).unwrap(),
        [0]
    );
    assert_eq!(
        select(&table, SelectPlan { by: Measure::Entropy, top: Some(2), above: None }).unwrap(),
        [0, 1]
    );
    assert!(select(&table, SelectPlan { by: Measure::Entropy, top: None, above: None }).is_err());
}

#[test]
fn information_gain_is_that_of_quinlans_example() {
    // Quinlan (1986), table 1, outlook: 0.246 bits of play, 9 yes and 5 no: sunny 2/3, overcast 4/0, rain 3/2. Each row five
    // times, because categories of fewer than five rows share a bin.
    let outlook = [
        "sunny", "sunny", "overcast", "rain", "rain", "rain", "overcast", "sunny", "sunny", "rain", "sunny",
        "overcast", "overcast", "rain",
    ];
    let play = ["n", "n", "p", "p", "p", "n", "p", "n", "p", "p", "p", "p", "p", "n"];
    let examples = Made::new(&play.repeat(5)).names("outlook", &outlook.repeat(5)).0;
    let table = relevance(&examples, "label", &all(&examples)).unwrap();
    assert!(
        (table[0].information_gain / std::f64::consts::LN_2 - 0.246_749_8).abs() < 1e-6,
        "{:?}",
        table[0]
    );
}

#[test]
fn many_bins_that_know_nothing_look_like_nothing() {
    // 30 categories against an unrelated label: plain counts would find about 29 / 2N = 0.0145 nats.
    let names: Vec<String> =
        (0..1000_u64).map(|i| format!("c{}", (i * i * 7919 + i * 104_729) % 1009 % 30)).collect();
    let labels: Vec<&str> =
        (0..1000_u64).map(|i| if (i * i * 31 + i * 17) % 997 < 498 { "a" } else { "b" }).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let examples = Made::new(&labels).names("noise", &names).0;
    let found = &relevance(&examples, "label", &all(&examples)).unwrap()[0];
    assert!(found.mutual_information < 0.008, "{found:?}");
    assert!(found.information_gain > 0.008, "uncorrected it is not: {found:?}");
    assert!(found.p_value > 0.01, "{found:?}");
}

#[test]
fn relevance_sees_the_rows_handed_in_and_no_others() {
    let labels: Vec<&str> = (0..100).map(|i| if i % 2 == 0 { "no" } else { "yes" }).collect();
    let change = |x: f32| {
        let numbers = (0..100).map(|i| if i < 80 { (i % 5) as f32 } else { x * (i % 2) as f32 });
        let examples = Made::new(&labels).numbers("x", numbers).0;
        relevance(&examples, "label", &(0..80).collect::<Vec<_>>()).unwrap()
    };
    assert_eq!(change(0.0), change(1000.0));
}

#[test]
fn shuffling_a_feature_that_matters_costs_and_one_that_does_not_costs_nothing() {
    let values: Vec<Value> =
        (0..200).flat_map(|i| [Value::number((i % 2) as f32), Value::number(i as f32)]).collect();
    // The model says the first feature; the truth is the same: all right, and half right when it is shuffled.
    let score = |values: &[Value]| {
        let right = values.chunks_exact(2).enumerate().filter(|(i, row)| row[0].as_f32() == (i % 2) as f32);
        right.count() as f64 / 200.0
    };
    let found = permutation(&values, 2, PermutationPlan::default(), score).unwrap();
    assert!((found[0].mean - 0.5).abs() < 0.05 && found[0].low > 0.4 && found[0].high < 0.6, "{found:?}");
    assert_eq!((found[1].mean, found[1].low, found[1].high), (0.0, 0.0, 0.0));
    assert_eq!(found, permutation(&values, 2, PermutationPlan::default(), score).unwrap());
    let other = permutation(&values, 2, PermutationPlan { seed: 7, repeats: 10 }, score).unwrap();
    assert_ne!(found[0], other[0]);
    assert!(permutation(&values, 2, PermutationPlan { seed: 7, repeats: 1 }, score).is_err());
}

#[test]
fn balanced_weights_make_every_class_the_same_in_sum() {
    check(&balanced(&[0, 0, 0, 2], 3), &[4.0 / 6.0, 4.0 / 6.0, 4.0 / 6.0, 2.0]); // n / (k n_c), class 1 absent
    let examples = Made::new(&["no", "no", "yes", ""]).0;
    let classes = Classes::new(&examples, "label", &[0, 1, 2]).unwrap();
    #[derive(serde::Deserialize)]
    struct Head {
        weights: WeightPlan,
    }
    let given = |text: &str| toml::from_str::<Head>(&format!("weights = {text}")).unwrap().weights;
    check(&weights(&classes, &[0, 2], &given("{ given = { yes = 4, no = 1 } }")).unwrap(), &[1.0, 4.0]);
    for (text, rows, says) in [
        ("{ given = { yes = 4 } }", vec![0], "class `no` has no weight"),
        ("{ given = { yes = 4, no = 1, maybe = 1 } }", vec![0], "class `maybe`, which does not exist"),
        ("{ given = { yes = 0, no = 1 } }", vec![0], "give a number above 0"),
        ("\"balanced\"", vec![3], "row 4 has no label"),
    ] {
        let error = format!("{:#}", weights(&classes, &rows, &given(text)).unwrap_err());
        assert!(error.contains(says), "{error}");
    }
}

fn kinds_of(examples: &Examples) -> Vec<(&'static str, String)> {
    let found = warnings(examples, "label", &all(examples)).unwrap();
    found.into_iter().map(|warning| (warning.kind.name(), warning.place.to_string())).collect()
}

/// A number with few repeated values that is independent of the labels.
fn unrelated(i: usize) -> f32 {
    ((i * 31 + i * i) % 23) as f32 + (i * 7919 % 1009) as f32 / 1009.0
}

fn honest(n: usize) -> Made {
    let labels: Vec<&str> = (0..n).map(|i| if i * i % 7 < 3 { "no" } else { "yes" }).collect();
    Made::new(&labels).numbers("x", (0..n).map(unrelated))
}

#[test]
fn an_honest_table_gives_no_warning() {
    let found = warnings(&honest(300).0, "label", &all(&honest(300).0)).unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn each_planted_fault_is_found_and_nothing_else() {
    let expect = |made: Made, kind, column: &str| assert_eq!(kinds_of(&made.0), [(kind, column.to_owned())]);
    let is_yes = |i: usize| i * i % 7 >= 3;
    let n = 300;
    // A number that is the label and a little noise; a category that is the label.
    expect(
        honest(n).numbers("y", (0..n).map(|i| f32::from(u8::from(is_yes(i))) * 9.0 + (i % 8) as f32)),
        "too_good",
        "y",
    );
    let names: Vec<&str> = (0..n).map(|i| if is_yes(i) { "sent" } else { "lost" }).collect();
    expect(honest(n).names("y", &names), "too_informative", "y");
    expect(honest(n).numbers("id", (0..n).map(|i| (i * 17 % 1009) as f32)), "id", "id");
    let ids: Vec<String> = (0..n).map(|i| format!("u{}", i * 17 % 1009)).collect();
    expect(honest(n).names("id", &ids.iter().map(String::as_str).collect::<Vec<_>>()), "id", "id");
    expect(honest(n).numbers("c", vec![3.0; n]), "constant", "c");
    expect(honest(n).numbers("c", vec![f32::NAN; n]), "all_missing", "c");
    expect(honest(n).numbers("z", (0..n).map(|i| 3.0 - 2.0 * unrelated(i))), "correlated", "z");
    // Present only when the label is yes, like a date of cancellation.
    expect(
        honest(n).numbers("w", (0..n).map(|i| if is_yes(i) { (i % 9) as f32 + 0.25 } else { f32::NAN })),
        "missing_tells",
        "w",
    );
}

#[test]
fn a_label_with_a_typo_is_offered_a_rename() {
    let label = |slip: &'static str, meant: &'static str| {
        let labels: Vec<&str> = (0..300)
            .map(|i| {
                if i == 7 {
                    slip
                } else if i % 2 == 0 {
                    meant
                } else {
                    "something_else"
                }
            })
            .collect();
        let made = Made::new(&labels).numbers("x", (0..300).map(unrelated));
        warnings(&made.0, "label", &all(&made.0)).unwrap()
    };
    let found = label("trasnfer", "transfer");
    assert_eq!(found.len(), 1, "{found:?}");
    let typo = |class: &str, n_rows, meant: &str| {
        Finding::new("label", Kind::LabelTypo { class: class.to_owned(), n_rows, meant: meant.to_owned() })
    };
    assert_eq!(found, [typo("trasnfer", 1, "transfer")]);
    assert_eq!(label("Size-Fit", "size_fit")[0], typo("Size-Fit", 1, "size_fit"));
    for (slip, meant) in [("size_38", "size_39"), ("no", "go"), ("return", "refund")] {
        assert!(
            label(slip, meant).iter().all(|warning| warning.kind.name() != "label_typo"),
            "{slip} {meant}"
        );
    }
}

#[test]
fn rare_classes_and_copies_are_told() {
    let labels: Vec<&str> = (0..400).map(|i| if i < 3 { "fraud" } else { "fine" }).collect();
    let made = Made::new(&labels).numbers("x", (0..400).map(|i| (i / 2) as f32 + 0.5));
    let found = warnings(&made.0, "label", &all(&made.0)).unwrap();
    let kinds: Vec<&str> = found.iter().map(|warning| warning.kind.name()).collect();
    assert_eq!(kinds, ["imbalance", "few_rows", "duplicate_rows"]);
    assert!(found.windows(2).all(|pair| pair[0].severity >= pair[1].severity));
    assert!(warnings(&made.0, "lable", &[]).is_err());
}
