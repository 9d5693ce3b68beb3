//! Runs fits on request: reads a line `TASK`, writes a line `SECONDS QUALITY`, so that another program can alternate it with a peer.
//!
//! | task     | rows                                                  | fit                                            | quality            |
//! |----------|-------------------------------------------------------|------------------------------------------------|--------------------|
//! | boosting | `online_shoppers`, categories not encoded             | 200 rounds, 31 leaves, learning rate 0.05     | AUC, held out     |
//! | forest   | `online_shoppers`, encoded                            | 100 trees of 128 leaves, 5 rows a leaf at least | AUC, held out     |
//! | logistic | `online_shoppers`, encoded                            | penalty 3                                      | AUC, held out      |
//! | text     | `banking77`, the official split                       | the defaults                                   | accuracy, held out |
//! | k-means  | `online_shoppers`, encoded                            | 8 clusters, 10 starts                          | inertia            |
//!
//! The settings are those of `tests/peers/timing.py`. Reading tables and laying out columns is not timed; binning is part of the fit on
//! both sides.
//!
//! Not here: alternating with the peers, and the medians (`src/xtask`).

use super::score;
use super::shoppers::{Shoppers, picked, rows};
use anyhow::{Context, Result, bail};
use floorwalker_data::read::{Kinds, ReadAs, Table, Values};
use floorwalker_engine::head::trees::TreesDef;
use floorwalker_engine::head::{BodyDef, EncodingDef};
use floorwalker_engine::text::{TextModel, TextScratch};
use floorwalker_learn::kinds::clusters::{KMeansSettings, k_means};
use floorwalker_learn::kinds::forest::{self, ForestSettings};
use floorwalker_learn::kinds::logistic::linear::{self, Rows};
use floorwalker_learn::kinds::text::{self, TextSettings};
use floorwalker_learn::kinds::trees::{self, BoostSettings, Column, Target, Task, TreeColumn};
use floorwalker_metrics::argmax;
use ndarray::Array2;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

/// Answers the lines of standard input until its end.
pub(crate) fn obey(data: &Path) -> Result<()> {
    let bench = Bench::read(data)?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let (seconds, quality) = match line?.trim() {
            "boosting" => bench.boosting()?,
            "forest" => bench.forest()?,
            "logistic" => bench.logistic()?,
            "text" => bench.text()?,
            "k-means" => bench.k_means()?,
            other => bail!("`{other}` is not one of boosting, forest, logistic, text, k-means"),
        };
        println!("{seconds} {quality}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// All data, read and laid out before the timing.
struct Bench {
    shoppers: Shoppers,
    x: Array2<f32>,
    x_test: Array2<f32>,
    y: Vec<u32>,
    y_test: Vec<u32>,
    messages: Messages,
    held_out: Messages,
}

/// Messages and their intents.
struct Messages {
    texts: Vec<String>,
    intents: Vec<String>,
}

impl Bench {
    fn read(data: &Path) -> Result<Self> {
        let shoppers = Shoppers::read(data)?;
        let all = shoppers.encoded(&[]);
        Ok(Self {
            x: rows(&all, &shoppers.train),
            x_test: rows(&all, &shoppers.test),
            y: picked(&shoppers.purchase, &shoppers.train),
            y_test: picked(&shoppers.purchase, &shoppers.test),
            messages: Messages::read(&data.join("banking77/train.csv"))?,
            held_out: Messages::read(&data.join("banking77/test.csv"))?,
            shoppers,
        })
    }

    fn boosting(&self) -> Result<(f64, f64)> {
        let settings = BoostSettings {
            rounds: 200,
            learning_rate: 0.05,
            max_leaves: 31,
            max_depth: 64,
            max_bins: 254,
            min_leaf_rows: 20,
            ..BoostSettings::default()
        };
        let train = &self.shoppers.train;
        let numbers: Vec<Vec<f32>> = self.shoppers.numbers.iter().map(|(_, x)| picked(x, train)).collect();
        let codes: Vec<Vec<u16>> =
            self.shoppers.categories.iter().map(|category| picked(&category.codes, train)).collect();
        let mut columns: Vec<Column<'_>> = numbers.iter().map(|x| Column::Number(x)).collect();
        for (codes, category) in codes.iter().zip(&self.shoppers.categories) {
            columns.push(Column::Category { codes, n: category.names.len() as u16 });
        }
        let chances = self.chances();
        let task = Task { columns: &columns, target: Target::Chance(&chances), weights: None, valid: &[] };
        let began = Instant::now();
        let fit = trees::fit(&task, &settings)?;
        let seconds = began.elapsed().as_secs_f64();
        Ok((seconds, self.mixed(fit.trees, &fit.columns)?))
    }

    /// AUC of trees over numeric and categorical columns.
    fn mixed(&self, trees: TreesDef, columns: &[TreeColumn]) -> Result<f64> {
        let n_numbers = self.shoppers.numbers.len();
        let inputs: Vec<Vec<f32>> = self.shoppers.numbers.iter().map(|(_, x)| x.clone()).collect();
        // A split on a set of categories reads whether the row's category is in the set.
        let column = |column: &TreeColumn| match column {
            TreeColumn::Value { input } => inputs[*input].clone(),
            TreeColumn::Member { input, categories } => {
                let codes = &self.shoppers.categories[input - n_numbers].codes;
                codes.iter().map(|code| f32::from(u8::from(categories.contains(code)))).collect()
            }
        };
        let columns: Vec<Vec<f32>> = columns.iter().map(column).collect();
        let test = &self.shoppers.test;
        let x = Array2::from_shape_fn((test.len(), columns.len()), |(at, column)| columns[column][test[at]]);
        let number = |input| EncodingDef::Number {
            input,
            low: f32::NEG_INFINITY,
            high: f32::INFINITY,
            offset: 0.0,
            factor: 1.0,
            impute: f32::NAN,
        };
        let encodings = (0..columns.len() as u16).map(number).collect();
        score::with(encodings, BodyDef::Trees(trees), 1, &x)?.auc(&self.y_test)
    }

    fn forest(&self) -> Result<(f64, f64)> {
        let settings =
            ForestSettings { trees: 100, max_leaves: 128, min_leaf_rows: 5, ..ForestSettings::default() };
        let columns: Vec<Vec<f32>> = self.x.columns().into_iter().map(|column| column.to_vec()).collect();
        let columns: Vec<Column<'_>> = columns.iter().map(|x| Column::Number(x)).collect();
        let chances = self.chances();
        let task = Task { columns: &columns, target: Target::Chance(&chances), weights: None, valid: &[] };
        let began = Instant::now();
        let fit = forest::fit(&task, &settings, &|_| ())?;
        let seconds = began.elapsed().as_secs_f64();
        Ok((seconds, score::trees(fit.trees, &fit.columns, &self.x_test)?.auc(&self.y_test)?))
    }

    fn logistic(&self) -> Result<(f64, f64)> {
        let none = Array2::zeros((0, self.x.ncols()));
        let (train, valid) = (Rows { x: &self.x, y: &self.y }, Rows { x: &none, y: &[] });
        let began = Instant::now();
        let fit = linear::logistic(train, valid, 2, &[3.0])?;
        let seconds = began.elapsed().as_secs_f64();
        Ok((seconds, score::linear(fit, &self.x_test)?.auc(&self.y_test)?))
    }

    fn k_means(&self) -> Result<(f64, f64)> {
        let settings = KMeansSettings { starts: 10, ..KMeansSettings::default() };
        let began = Instant::now();
        let found = k_means(self.x.view(), 8, &settings)?;
        Ok((began.elapsed().as_secs_f64(), found.inertia))
    }

    fn text(&self) -> Result<(f64, f64)> {
        let mut names = self.messages.intents.clone();
        names.sort_unstable();
        names.dedup();
        let id = |intent: &String| names.binary_search(intent).unwrap_or(usize::MAX);
        let texts: Vec<&str> = self.messages.texts.iter().map(String::as_str).collect();
        let ids: Vec<usize> = self.messages.intents.iter().map(id).collect();
        let began = Instant::now();
        let fit = text::fit(text::Lesson::labelled(&texts, &ids), names.len(), &TextSettings::default())?;
        let seconds = began.elapsed().as_secs_f64();
        let model = TextModel::new(fit.def)?;
        let (mut scratch, mut logits) = (TextScratch::default(), vec![0.0; names.len()]);
        let mut right = 0;
        for (text, intent) in self.held_out.texts.iter().zip(&self.held_out.intents) {
            model.logits(text, &mut scratch, &mut logits)?;
            right += usize::from(argmax(&logits) == id(intent));
        }
        Ok((seconds, right as f64 / self.held_out.texts.len() as f64))
    }

    fn chances(&self) -> Vec<f32> {
        self.y.iter().map(|&class| class as f32).collect()
    }
}

impl Messages {
    fn read(path: &Path) -> Result<Self> {
        let kinds = Kinds::from(["text", "category"].map(|name| (name.to_owned(), ReadAs::Text)));
        let mut table = Table::read(path, &kinds.into())?;
        let mut take = |name: &str| -> Result<Vec<String>> {
            let at =
                table.columns.iter().position(|column| column.name == name).context("a column is missing")?;
            match table.columns.swap_remove(at).values {
                Values::Text(texts) => Ok(texts.into_iter().map(Option::unwrap_or_default).collect()),
                _ => bail!("`{name}` is not text"),
            }
        };
        Ok(Self { texts: take("text")?, intents: take("category")? })
    }
}
