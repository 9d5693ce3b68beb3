//! Fits every kind of model with the settings of `tests/peers/families.py`, and measures its quality on the held-out rows.
//!
//! | kind                        | columns it sees                      | figure                               |
//! |-----------------------------|--------------------------------------|--------------------------------------|
//! | logistic, margin, neighbours, perceptron, trees | numbers and one-hot, encoded | AUC of a purchase              |
//! | softmax                     | the same without months              | AUC of each month, mean              |
//! | ridge, lasso, elastic net   | the same without `ExitRates`         | R² of `ExitRates`                    |
//! | naive Bayes                 | numbers; counts; names               | AUC of a purchase                    |
//! | k-means                     | numbers, encoded                     | inertia, as a share of all variance  |
//! | trees of counts             | columns of whole numbers             | accuracy                             |
//!
//! Each figure is the mean over the five folds, on both sides; the number of the fold is the seed of everything random.
//!
//! Not here: the figures of the peers.

use super::score::{self, Said};
use super::shoppers::{FOLDS, Shoppers, picked, rows};
use anyhow::{Context, Result};
use floorwalker_engine::head::BodyDef;
use floorwalker_learn::kinds::bayes::{self, BayesSettings, Likelihood};
use floorwalker_learn::kinds::clusters::{KMeansSettings, k_means};
use floorwalker_learn::kinds::forest::{self, ForestSettings};
use floorwalker_learn::kinds::logistic::gradient::{self, Descent, GradientSettings};
use floorwalker_learn::kinds::logistic::linear::{self, Rows};
use floorwalker_learn::kinds::margin::{self, KernelSvmSettings, LinearSvmSettings};
use floorwalker_learn::kinds::mlp::{self, MlpSettings};
use floorwalker_learn::kinds::neighbours::{NeighboursSettings, neighbours};
use floorwalker_learn::kinds::regression::{self, Penalty, RegressionSettings};
use floorwalker_learn::kinds::trees::{self, BoostSettings, Column, Task};
use floorwalker_learn::kinds::{Dense, Target};
use ndarray::Array2;
use std::path::Path;

/// The number of perceptrons fitted in each fold, because their quality depends on their initial weights.
const PERCEPTRONS: u64 = 4;
/// The number of training rows of the kernel machine, taken from the start.
const KERNEL_ROWS: usize = 4_000;
/// A size limit that is large enough for every row.
const ALL_BYTES: usize = 1 << 30;

/// A kind of model, and the function that measures its quality on the held-out fold.
type Kind = (&'static str, fn(&Fold) -> Result<f64>);

const KINDS: [Kind; 21] = [
    ("logistic", |fold| fold.full.logistic()),
    ("logistic by stochastic gradient descent", |fold| fold.full.stochastic(fold.seed)),
    ("softmax", |fold| softmax(fold.shoppers)),
    ("ridge", |fold| number(fold.shoppers, Penalty::Ridge { alpha: 10.0 })),
    ("lasso", |fold| number(fold.shoppers, Penalty::Lasso { alpha: 1e-3 })),
    ("elastic net", |fold| number(fold.shoppers, Penalty::ElasticNet { alpha: 1e-3, l1_ratio: 0.5 })),
    ("decision tree", |fold| fold.full.forest(tree(), fold.seed)?.auc(&fold.full.y_test)),
    ("random forest", |fold| fold.full.forest(random_forest(), fold.seed)?.auc(&fold.full.y_test)),
    ("extra trees", |fold| fold.full.forest(extra_trees(), fold.seed)?.auc(&fold.full.y_test)),
    ("boosting", |fold| fold.full.boosting()),
    ("linear SVM", |fold| fold.full.linear_svm()),
    ("kernel SVM", |fold| fold.full.kernel_svm()),
    ("Gaussian naive Bayes", |fold| naive(&fold.numbers, Likelihood::Gaussian)),
    ("multinomial naive Bayes", |fold| naive(&fold.counts, Likelihood::Multinomial)),
    ("Bernoulli naive Bayes", |fold| naive(&fold.names, Likelihood::Bernoulli { threshold: 0.5 })),
    ("categorical naive Bayes", |fold| categorical(fold.shoppers)),
    ("perceptron", |fold| fold.full.perceptron(fold.seed)),
    ("nearest neighbours", |fold| fold.full.neighbours()),
    ("k-means", |fold| clusters(&fold.numbers.x)),
    ("counts, decision tree", |fold| {
        Ok(fold.counts.forest(tree(), fold.seed)?.accuracy_of_shares(&fold.counts.y_test))
    }),
    ("counts, random forest", |fold| {
        Ok(fold.counts.forest(random_forest(), fold.seed)?.accuracy_of_shares(&fold.counts.y_test))
    }),
];

/// Prints the figures as a JSON list of `{"key", "value"}`.
pub(crate) fn print(data: &Path) -> Result<()> {
    let mut shoppers = Shoppers::read(data)?;
    let mut sums = [0.0; KINDS.len()];
    for held in 0..FOLDS {
        shoppers.hold_out(held);
        let fold = Fold::of(&shoppers, held as u64)?;
        for ((key, of), sum) in KINDS.iter().zip(&mut sums) {
            *sum += of(&fold).with_context(|| format!("{key}, fold {held}"))?;
        }
    }
    let line = |((key, _), sum): (&Kind, &f64)| {
        format!("{{\"key\": \"{key}\", \"value\": {:.6}}}", sum / FOLDS as f64)
    };
    println!("[{}]", KINDS.iter().zip(&sums).map(line).collect::<Vec<_>>().join(",\n "));
    Ok(())
}

/// The rows of one fold, with each set of columns.
struct Fold<'a> {
    shoppers: &'a Shoppers,
    full: Sides,
    numbers: Sides,
    names: Sides,
    counts: Sides,
    seed: u64,
}

impl<'a> Fold<'a> {
    fn of(shoppers: &'a Shoppers, seed: u64) -> Result<Self> {
        let sides = |x: &Array2<f32>| Sides::of(x, shoppers);
        Ok(Self {
            full: sides(&shoppers.encoded(&[])),
            numbers: sides(&shoppers.encoded_numbers()),
            names: sides(&shoppers.names()),
            counts: sides(&shoppers.counts()?),
            shoppers,
            seed,
        })
    }
}

fn tree() -> ForestSettings {
    ForestSettings { max_leaves: 32, min_leaf_rows: 20, ..ForestSettings::tree() }
}

fn random_forest() -> ForestSettings {
    ForestSettings { trees: 100, max_leaves: 128, min_leaf_rows: 5, ..ForestSettings::default() }
}

fn extra_trees() -> ForestSettings {
    ForestSettings { trees: 100, max_leaves: 128, min_leaf_rows: 5, ..ForestSettings::extra() }
}

/// The training rows and the held-out rows.
struct Sides {
    x: Array2<f32>,
    y: Vec<u32>,
    x_test: Array2<f32>,
    y_test: Vec<u32>,
}

impl Sides {
    fn of(x: &Array2<f32>, shoppers: &Shoppers) -> Self {
        let (train, test) = (&shoppers.train, &shoppers.test);
        Self {
            x: rows(x, train),
            y: picked(&shoppers.purchase, train),
            x_test: rows(x, test),
            y_test: picked(&shoppers.purchase, test),
        }
    }

    fn dense(&self) -> Dense<'_> {
        Dense { x: self.x.view(), y: Target::Classes { ids: &self.y, n: 2 }, weights: None }
    }

    fn auc(&self, body: BodyDef) -> Result<f64> {
        score::dense(body, 1, &self.x_test)?.auc(&self.y_test)
    }

    fn logistic(&self) -> Result<f64> {
        let none = Array2::zeros((0, self.x.ncols()));
        let fit = linear::logistic(Rows { x: &self.x, y: &self.y }, Rows { x: &none, y: &[] }, 2, &[3.0])?;
        score::linear(fit, &self.x_test)?.auc(&self.y_test)
    }

    fn stochastic(&self, seed: u64) -> Result<f64> {
        let descent = Descent::Stochastic { batch: 1 };
        let usual = GradientSettings::default();
        let settings = GradientSettings { descent, alpha: 3.0, passes: 50, tolerance: 0.0, seed, ..usual };
        self.auc(gradient::fit(self.dense(), None, &settings)?.body)
    }

    /// Fits trees to the columns as numbers, and scores the held-out rows.
    fn forest(&self, settings: ForestSettings, seed: u64) -> Result<Said> {
        self.with_task(|task| {
            let fit = forest::fit(task, &ForestSettings { seed, ..settings }, &|_| ())?;
            score::trees(fit.trees, &fit.columns, &self.x_test)
        })
    }

    fn boosting(&self) -> Result<f64> {
        let settings = BoostSettings {
            rounds: 100,
            learning_rate: 0.1,
            max_leaves: 31,
            max_depth: 64,
            max_bins: 254,
            l2: 0.0,
            min_leaf_rows: 20,
            threshold_penalty: 0.0,
            min_gain: 0.0,
            ..BoostSettings::default()
        };
        self.with_task(|task| {
            let fit = trees::fit(task, &settings)?;
            score::trees(fit.trees, &fit.columns, &self.x_test)?.auc(&self.y_test)
        })
    }

    fn with_task<T>(&self, work: impl FnOnce(&Task<'_>) -> Result<T>) -> Result<T> {
        let columns: Vec<Vec<f32>> = self.x.columns().into_iter().map(|column| column.to_vec()).collect();
        let columns: Vec<Column<'_>> = columns.iter().map(|column| Column::Number(column)).collect();
        let chances: Vec<f32> = self.y.iter().map(|&class| class as f32).collect();
        let target = trees::Target::Chance(&chances);
        work(&Task { columns: &columns, target, weights: None, valid: &[] })
    }

    fn linear_svm(&self) -> Result<f64> {
        self.auc(margin::linear(self.dense(), &LinearSvmSettings::default())?.body)
    }

    fn kernel_svm(&self) -> Result<f64> {
        let x = rows(&self.x, &(0..KERNEL_ROWS).collect::<Vec<_>>());
        let y = Target::Classes { ids: &self.y[..KERNEL_ROWS], n: 2 };
        let settings = KernelSvmSettings { max_bytes: ALL_BYTES, ..KernelSvmSettings::default() };
        self.auc(margin::kernel(Dense { x: x.view(), y, weights: None }, &settings)?.fit.body)
    }

    fn perceptron(&self, fold: u64) -> Result<f64> {
        let mut sum = 0.0;
        for more in 0..PERCEPTRONS {
            let seed = PERCEPTRONS * fold + more;
            let settings = MlpSettings { decay: 0.0, passes: 20, seed, ..MlpSettings::default() };
            sum += self.auc(mlp::fit(&self.dense(), None, &settings, &mut |_| {})?.fit.body)?;
        }
        Ok(sum / PERCEPTRONS as f64)
    }

    fn neighbours(&self) -> Result<f64> {
        let settings = NeighboursSettings { max_bytes: ALL_BYTES, ..NeighboursSettings::default() };
        self.auc(neighbours(self.dense(), &settings)?.fit.body)
    }
}

/// Predicts the month from all other columns.
fn softmax(shoppers: &Shoppers) -> Result<f64> {
    let month = shoppers.categories.iter().find(|category| category.name == "Month").context("no Month")?;
    let ids: Vec<u32> = month.codes.iter().map(|&code| u32::from(code)).collect();
    let x = shoppers.encoded(&["Month"]);
    let (x_train, x_test) = (rows(&x, &shoppers.train), rows(&x, &shoppers.test));
    let n = month.names.len();
    let none = Array2::zeros((0, x.ncols()));
    let y = picked(&ids, &shoppers.train);
    let fit = linear::logistic(Rows { x: &x_train, y: &y }, Rows { x: &none, y: &[] }, n, &[3.0])?;
    score::linear(fit, &x_test)?.auc_one_vs_rest(&picked(&ids, &shoppers.test))
}

/// Predicts `ExitRates` from all other columns, both standardised.
fn number(shoppers: &Shoppers, kind: Penalty) -> Result<f64> {
    let x = shoppers.encoded(&["ExitRates"]);
    let target = shoppers.standardised("ExitRates")?;
    let y: Vec<f64> = target.iter().map(|&y| f64::from(y)).collect();
    let (x_train, y_train) = (rows(&x, &shoppers.train), picked(&y, &shoppers.train));
    let dense = Dense { x: x_train.view(), y: Target::Numbers(&y_train), weights: None };
    let fit = regression::fit(dense, &RegressionSettings { kind })?;
    score::fitted(fit, 1, &rows(&x, &shoppers.test))?.r2(&picked(&y, &shoppers.test))
}

/// Naive Bayes over the columns as numbers.
fn naive(sides: &Sides, likelihood: Likelihood) -> Result<f64> {
    let columns: Vec<Vec<f32>> = sides.x.columns().into_iter().map(|column| column.to_vec()).collect();
    let columns: Vec<bayes::Column<'_>> = columns.iter().map(|x| bayes::Column::Number(x)).collect();
    let settings = BayesSettings { likelihood, ..BayesSettings::default() };
    let (encodings, fit) = bayes::fit(&columns, sides.dense().y, None, &settings)?;
    score::with(encodings, fit.body, 1, &sides.x_test)?.auc(&sides.y_test)
}

/// Naive Bayes over the categories, not encoded.
fn categorical(shoppers: &Shoppers) -> Result<f64> {
    let codes: Vec<Vec<u16>> =
        shoppers.categories.iter().map(|category| picked(&category.codes, &shoppers.train)).collect();
    let column = |(codes, category): (_, &super::shoppers::Category)| (codes, category.names.clone());
    let columns: Vec<(&Vec<u16>, Vec<String>)> = codes.iter().zip(&shoppers.categories).map(column).collect();
    let columns: Vec<bayes::Column<'_>> =
        columns.iter().map(|(codes, names)| bayes::Column::Category { codes, names }).collect();
    let y = picked(&shoppers.purchase, &shoppers.train);
    let settings = BayesSettings { likelihood: Likelihood::Categorical, ..BayesSettings::default() };
    let (encodings, fit) = bayes::fit(&columns, Target::Classes { ids: &y, n: 2 }, None, &settings)?;
    score::of_names(encodings, fit.body, &shoppers.categories, &shoppers.test)?
        .auc(&picked(&shoppers.purchase, &shoppers.test))
}

/// Fits eight clusters to the rows of `x`, whose columns have mean 0, and returns the share of the variance within clusters.
fn clusters(x: &Array2<f32>) -> Result<f64> {
    let found = k_means(x.view(), 8, &KMeansSettings { starts: 10, ..KMeansSettings::default() })?;
    Ok(found.inertia / x.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>())
}
