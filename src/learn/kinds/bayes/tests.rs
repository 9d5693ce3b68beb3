//! Tests of naive Bayes against the product computed in `f64`, and against scikit-learn.

use super::*;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{
    BodyDef, Buffers, CalibrationDef, Head, HeadDef, InputDef, Link, Scores, Seen,
};
use floorwalker_engine::symbol::Symbol;

fn numbers(n: usize, f: impl Fn(usize) -> f32) -> Vec<f32> {
    (0..n).map(f).collect()
}

fn part(i: usize, step: f32) -> f32 {
    (i as f32 * step).fract()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The fitted head as the page would check it.
fn page(columns: &[Column<'_>], n: usize, (encodings, fit): (Vec<EncodingDef>, Fit)) -> Head {
    let n_outputs = if n == 2 { 1 } else { n };
    let def = HeadDef {
        name: "intent".to_owned(),
        outputs: (0..n_outputs).map(|output| output.to_string()).collect(),
        link: if n == 2 { Link::Sigmoid } else { Link::Softmax },
        inputs: (0..columns.len() as u16).map(InputDef::Feature).collect(),
        encodings,
        body: fit.body,
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    };
    Head::new(def, columns.len(), &[]).unwrap()
}

/// Probability of each class; with two classes both are returned.
fn scored(head: &Head, values: &[Value]) -> Vec<f64> {
    let mut scores = Scores::default();
    head.score(&Seen { features: values, ..Seen::default() }, &[], &[], &mut Buffers::default(), &mut scores);
    match scores.probabilities[..] {
        [p] => vec![1.0 - f64::from(p), f64::from(p)],
        ref more => more.iter().map(|&p| f64::from(p)).collect(),
    }
}

fn value(column: &Column<'_>, row: usize) -> Value {
    match column {
        Column::Number(x) => Value::number(x[row]),
        Column::Category { codes, .. } if codes[row] == u16::MAX => Value::Missing,
        Column::Category { codes, names } => Value::Category(Symbol::of(&names[usize::from(codes[row])])),
    }
}

/// `ln p(x_row | class)` of one input, straight from the formula, over `(row, weight)` of the class; `None` where it is missing.
fn log_chance(
    columns: &[Column<'_>],
    at: usize,
    row: usize,
    class: &[(usize, f64)],
    all: &[(usize, f64)],
    settings: &BayesSettings,
) -> Option<f64> {
    let sum =
        |rows: &[(usize, f64)], f: &dyn Fn(usize) -> f64| rows.iter().map(|&(i, w)| w * f(i)).sum::<f64>();
    let a = settings.smoothing;
    match columns[at] {
        Column::Category { codes, names } => {
            let known = sum(class, &|i| f64::from(u8::from(codes[i] != u16::MAX)));
            let same = sum(class, &|i| f64::from(u8::from(codes[i] == codes[row])));
            (codes[row] != u16::MAX).then(|| ((same + a) / (known + a * names.len() as f64)).ln())
        }
        Column::Number(x) if x[row].is_nan() => None,
        Column::Number(x) => {
            let known = |i: usize| f64::from(u8::from(!x[i].is_nan()));
            let of = |i: usize| if x[i].is_nan() { 0.0 } else { f64::from(x[i]) };
            let binary = x.iter().all(|x| x.is_nan() || *x == 0.0 || *x == 1.0);
            let threshold = match settings.likelihood {
                Likelihood::Multinomial => {
                    let of_column = |column: &Column<'_>| {
                        let Column::Number(x) = *column else { panic!("no number") };
                        sum(class, &|i| if x[i].is_nan() { 0.0 } else { f64::from(x[i]) })
                    };
                    let every: f64 = columns.iter().map(|column| of_column(column) + a).sum();
                    return Some(of(row) * ((of_column(&columns[at]) + a) / every).ln());
                }
                Likelihood::Bernoulli { threshold } => Some(threshold),
                Likelihood::Mixed if binary => Some(0.5),
                _ => None,
            };
            if let Some(threshold) = threshold {
                let ones = sum(class, &|i| f64::from(u8::from(x[i] > threshold)));
                let chance = (ones + a) / (sum(class, &known) + 2.0 * a);
                return Some(if x[row] > threshold { chance.ln() } else { (1.0 - chance).ln() });
            }
            let moments = |rows: &[(usize, f64)]| {
                let n = sum(rows, &known);
                let mean = sum(rows, &of) / n;
                (mean, sum(rows, &|i| known(i) * (of(i) - mean).powi(2)) / n)
            };
            let (mean, variance) = moments(class);
            let variance = variance + settings.var_smoothing * moments(all).1;
            let off = f64::from(x[row]) - mean;
            Some(-0.5 * (2.0 * std::f64::consts::PI * variance).ln() - off * off / (2.0 * variance))
        }
    }
}

/// Fits, and compares the page's probabilities of every row with the product.
fn check(columns: &[Column<'_>], ids: &[u32], n: usize, weights: Option<&[f32]>, settings: &BayesSettings) {
    let fitted = fit(columns, Target::Classes { ids, n }, weights, settings).unwrap();
    let head = page(columns, n, fitted);
    let all: Vec<(usize, f64)> =
        (0..ids.len()).map(|i| (i, weights.map_or(1.0, |weights| f64::from(weights[i])))).collect();
    let of_class = |class: usize| all.iter().filter(move |(i, _)| ids[*i] as usize == class).copied();
    let classes: Vec<Vec<(usize, f64)>> = (0..n).map(|class| of_class(class).collect()).collect();
    for row in 0..ids.len() {
        let values: Vec<Value> = columns.iter().map(|column| value(column, row)).collect();
        let log_joint = |class: &Vec<(usize, f64)>| {
            let prior = class.iter().map(|(_, w)| w).sum::<f64>().ln();
            let inputs = 0..columns.len();
            prior + inputs.filter_map(|at| log_chance(columns, at, row, class, &all, settings)).sum::<f64>()
        };
        let logs: Vec<f64> = classes.iter().map(log_joint).collect();
        let most = logs.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let sum = logs.iter().map(|l| (l - most).exp()).sum::<f64>();
        for (class, (got, log)) in scored(&head, &values).iter().zip(&logs).enumerate() {
            let wanted = (log - most).exp() / sum;
            assert!(
                (got - wanted).abs() < 1e-4,
                "{settings:?}, row {row}, class {class}: {got}, by the product {wanted}"
            );
        }
    }
}

fn settings(likelihood: Likelihood) -> BayesSettings {
    BayesSettings { likelihood, ..BayesSettings::default() }
}

/// Columns of every kind over 90 rows of up to 3 classes; every seventh cell or so is missing.
struct Shop {
    ids: Vec<u32>,
    dwell: Vec<f32>,
    price: Vec<f32>,
    returning: Vec<f32>,
    views: Vec<f32>,
    codes: Vec<u16>,
    names: Vec<String>,
    weights: Vec<f32>,
}

fn shop(n_classes: u32) -> Shop {
    let class = |i: usize| (part(i, 0.618_034) * n_classes as f32) as u32;
    let gap = |i: usize, at: usize, x: f32| if (i + at).is_multiple_of(7) { f32::NAN } else { x };
    Shop {
        ids: (0..90).map(class).collect(),
        dwell: numbers(90, |i| gap(i, 0, 60_000.0 * part(i, 0.414_214) * (1.0 + class(i) as f32))),
        price: numbers(90, |i| gap(i, 1, 5000.0 + part(i, 0.732_051) - 0.3 * class(i) as f32)),
        returning: numbers(90, |i| {
            gap(i, 2, f32::from(u8::from(part(i, 0.236_068) > 0.3 * class(i) as f32)))
        }),
        views: numbers(90, |i| gap(i, 3, (4.0 * part(i, 0.162_278)).floor() * class(i) as f32)),
        codes: (0..90)
            .map(|i| if i % 7 == 4 { u16::MAX } else { ((i * i + class(i) as usize) % 3) as u16 })
            .collect(),
        names: names(&["ads", "search", "mail", "never seen"]),
        weights: numbers(90, |i| 0.5 + (i % 3) as f32),
    }
}

impl Shop {
    fn category(&self) -> Column<'_> {
        Column::Category { codes: &self.codes, names: &self.names }
    }

    fn all(&self) -> Vec<Column<'_>> {
        let numbers = [&self.dwell, &self.price, &self.returning, &self.views];
        numbers.into_iter().map(|x| Column::Number(x)).chain([self.category()]).collect()
    }
}

#[test]
fn every_likelihood_is_the_product_to_the_fourth_digit() {
    for n in [2, 3] {
        let shop = shop(n as u32);
        let columns = shop.all();
        let cases = [
            (&columns[..2], Likelihood::Gaussian),
            (&columns[2..4], Likelihood::Multinomial),
            (&columns[..4], Likelihood::Bernoulli { threshold: 0.0 }),
            (&columns[..4], Likelihood::Bernoulli { threshold: 5000.0 }),
            (&columns[4..], Likelihood::Categorical),
            (&columns[..], Likelihood::Mixed),
        ];
        for (columns, likelihood) in cases {
            check(columns, &shop.ids, n, None, &settings(likelihood));
            check(columns, &shop.ids, n, Some(&shop.weights), &settings(likelihood));
        }
    }
}

#[test]
fn a_missing_input_is_as_if_it_had_never_been() {
    let shop = shop(3);
    let (with, without) = (shop.all(), shop.all()[..4].to_vec());
    let target = Target::Classes { ids: &shop.ids, n: 3 };
    let mixed = settings(Likelihood::Mixed);
    let long = page(&with, 3, fit(&with, target, None, &mixed).unwrap());
    let short = page(&without, 3, fit(&without, target, None, &mixed).unwrap());
    for last in [Value::Missing, Value::Category(Symbol::of("a name of tomorrow"))] {
        let values = [Value::Number(700.0), Value::Missing, Value::Number(1.0), Value::Missing, last];
        let (a, b) = (scored(&long, &values), scored(&short, &values[..4]));
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
    }
    // When every input is missing, the probabilities are the prior.
    let prior = (0..3).map(|class| shop.ids.iter().filter(|&&id| id == class).count() as f64 / 90.0);
    let got = scored(&long, &[Value::Missing; 5]);
    assert!(got.iter().zip(prior).all(|(p, prior)| (p - prior).abs() < 1e-5), "{got:?}");
}

#[test]
fn classes_too_narrow_for_f32_are_widened() {
    // Two pairs of close classes, the pairs far apart: where the second pair is told apart, terms of 1e8 must cancel.
    let class = |i: usize| (i % 4) as u32;
    let x = numbers(80, |i| {
        1000.0 * (class(i) / 2) as f32 + 0.05 * (class(i) % 2) as f32 + 0.05 * part(i, 0.618_034)
    });
    let ids: Vec<u32> = (0..80).map(class).collect();
    let columns = [Column::Number(&x)];
    let target = Target::Classes { ids: &ids, n: 4 };
    let gaussian = |var_smoothing| {
        let settings = BayesSettings { var_smoothing, ..settings(Likelihood::Gaussian) };
        fit(&columns, target, None, &settings).unwrap()
    };
    let largest = |(_, fit): &(Vec<EncodingDef>, Fit)| {
        let BodyDef::Linear(def) = &fit.body else { panic!("{fit:?}") };
        def.weights.iter().fold(0.0_f32, |most, w| most.max(w.abs()))
    };
    let (narrow, wide) = (gaussian(1e-9), gaussian(1e-2));
    assert!(largest(&narrow) < 1e7 && largest(&wide) < 1e3, "{} {}", largest(&narrow), largest(&wide));
    // The classes of a pair are still separated.
    let head = page(&columns, 4, narrow);
    for (&x, &class) in x.iter().zip(&ids) {
        let p = scored(&head, &[Value::Number(x)]);
        let pair = class as usize / 2 * 2;
        assert!(p[pair] + p[pair + 1] > 0.99, "{x}: {p:?}");
    }
}

#[test]
fn a_number_far_outside_counts_as_the_farthest_seen() {
    let shop = shop(2);
    let columns = [Column::Number(&shop.dwell)];
    let target = Target::Classes { ids: &shop.ids, n: 2 };
    let head = page(&columns, 2, fit(&columns, target, None, &settings(Likelihood::Gaussian)).unwrap());
    let most = shop.dwell.iter().fold(0.0_f32, |a, &b| a.max(b));
    assert_eq!(scored(&head, &[Value::Number(most)]), scored(&head, &[Value::Number(3e38)]));
}

#[test]
fn an_input_that_says_nothing_has_no_columns() {
    let (x, y) = ([7.0; 6], [f32::NAN; 6]);
    let columns =
        [Column::Number(&x), Column::Number(&y), Column::Category { codes: &[u16::MAX; 6], names: &[] }];
    let target = Target::Classes { ids: &[0, 0, 0, 0, 1, 1], n: 2 };
    let (encodings, fit) = fit(&columns, target, None, &BayesSettings::default()).unwrap();
    assert!(encodings.is_empty());
    let p = scored(&page(&columns, 2, (encodings, fit)), &[Value::Missing; 3]);
    assert!((p[1] - 2.0 / 6.0).abs() < 1e-6, "{p:?}");
}

#[test]
fn probabilities_are_those_of_scikit_learn() {
    // scikit-learn 1.7.2: GaussianNB(var_smoothing=1e-9) on one column, MultinomialNB, BernoulliNB on two, CategoricalNB on
    // one, each fitted to the six rows below and asked for class 1 of each.
    let a = [1.0, 2.0, 0.0, 3.0, 4.0, 0.0];
    let b = [0.0, 1.0, 0.0, 0.0, 1.0, 5.0];
    let codes = [0, 0, 1, 1, 2, 1];
    let colours = names(&["red", "green", "blue"]);
    let ids = [0, 0, 0, 1, 1, 1];
    let (a, b) = (Column::Number(&a), Column::Number(&b));
    let colour = Column::Category { codes: &codes, names: &colours };
    let cases: [(&[Column<'_>], Likelihood, [f64; 6]); 4] = [
        (&[a], Likelihood::Gaussian, [0.260_984, 0.499_400, 0.283_843, 0.899_340, 0.996_073, 0.283_843]),
        (
            &[a, b],
            Likelihood::Multinomial,
            [0.444_444, 0.472_574, 0.500_000, 0.338_624, 0.364_450, 0.843_217],
        ),
        (
            &[a, b],
            Likelihood::Bernoulli { threshold: 0.0 },
            [0.400_000, 0.600_000, 0.400_000, 0.400_000, 0.600_000, 0.600_000],
        ),
        (
            &[colour],
            Likelihood::Categorical,
            [0.250_000, 0.250_000, 0.600_000, 0.600_000, 0.666_667, 0.600_000],
        ),
    ];
    for (columns, likelihood, expected) in cases {
        let target = Target::Classes { ids: &ids, n: 2 };
        let head = page(columns, 2, fit(columns, target, None, &settings(likelihood)).unwrap());
        for (row, wanted) in expected.iter().enumerate() {
            let values: Vec<Value> = columns.iter().map(|column| value(column, row)).collect();
            let got = scored(&head, &values)[1];
            assert!((got - wanted).abs() < 1e-5, "{likelihood:?}, row {row}: {got}, not {wanted}");
        }
    }
}

/// The error message of a refused fit.
fn message(column: Column<'_>, ids: &[u32], likelihood: Likelihood) -> String {
    let target = Target::Classes { ids, n: 2 };
    fit(&[column], target, None, &settings(likelihood)).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (x, twice) = ([0.0, -1.0, f32::INFINITY], names(&["a", "a"]));
    let (number, ids) = (Column::Number(&x), [0, 1, 1]);
    let category = Column::Category { codes: &[0, 1, 1], names: &twice };
    assert!(message(number, &ids, Likelihood::Gaussian).starts_with("input 0 is inf in row 3; clip it"));
    assert!(message(number, &ids, Likelihood::Multinomial).starts_with("input 0 is -1 in row 2; counts"));
    assert!(message(number, &ids, Likelihood::Categorical).starts_with("input 0 is a number"));
    assert!(message(category, &ids, Likelihood::Gaussian).starts_with("input 0 is a category"));
    assert!(
        message(category, &ids, Likelihood::Categorical).starts_with("the engine refuses the fitted head")
    );
    assert!(message(category, &[0, 0, 0], Likelihood::Mixed).starts_with("class 1 has no training rows"));
    assert!(message(category, &[0, 1], Likelihood::Mixed).starts_with("input 0 has 3 values for 2 rows"));
    let threshold = Likelihood::Bernoulli { threshold: f32::NAN };
    assert!(message(Column::Number(&[0.0; 3]), &ids, threshold).starts_with("threshold is NaN"));
    let beyond = Column::Category { codes: &[0, 1, 2], names: &twice };
    assert!(message(beyond, &ids, Likelihood::Mixed).starts_with("input 0 has category 2 in row 3"));
    let settings = BayesSettings { smoothing: 0.0, ..BayesSettings::default() };
    let refused = fit(&[number], Target::Classes { ids: &ids, n: 2 }, None, &settings).unwrap_err();
    assert!(refused.to_string().starts_with("smoothing is 0"));
    let refused = fit(&[number], Target::Numbers(&[0.0; 3]), None, &BayesSettings::default()).unwrap_err();
    assert!(refused.to_string().starts_with("naive Bayes predicts classes"));
}
