//! The data set `online_shoppers`, prepared in the same way on both sides.
//!
//! | part       | rule, the same in `tests/peers/shoppers.py`                                                       |
//! |------------|---------------------------------------------------------------------------------------------------|
//! | fold       | row `i`, from 0, is held out in fold `i % 5`                                                       |
//! | numbers    | the ten numeric columns and `Weekend`, in file order                                              |
//! | categories | `Month`, `OperatingSystems`, `Browser`, `Region`, `TrafficType`, `VisitorType`; names sorted as text |
//! | one-hot    | one column for each name that occurs in any row                                                   |
//! | encoded    | numbers, then one-hot; each standardised by mean and deviation of the training rows; 0 if constant |
//! | counts     | the three counts of pages, the three durations in whole minutes, `PageValues` rounded down         |
//!
//! Not here: fits (`families`, `timing`).

use anyhow::{Context, Result};
use floorwalker_data::read::{Kinds, ReadAs, Table, Values};
use ndarray::{Array2, Axis};
use std::path::Path;

/// The number of folds.
pub(crate) const FOLDS: usize = 5;
/// Columns that hold names, whatever they look like.
pub(crate) const CATEGORIES: [&str; 6] =
    ["Month", "OperatingSystems", "Browser", "Region", "TrafficType", "VisitorType"];
/// Numeric columns that are counts, or nearly so, and the divisor of each before it is rounded down.
const COUNTS: [(&str, f32); 7] = [
    ("Administrative", 1.0),
    ("Administrative_Duration", 60.0),
    ("Informational", 1.0),
    ("Informational_Duration", 60.0),
    ("ProductRelated", 1.0),
    ("ProductRelated_Duration", 60.0),
    ("PageValues", 1.0),
];

/// A categorical column.
pub(crate) struct Category {
    pub(crate) name: String,
    /// `[n_rows]`, indices into `names`.
    pub(crate) codes: Vec<u16>,
    pub(crate) names: Vec<String>,
}

/// The whole table.
pub(crate) struct Shoppers {
    pub(crate) numbers: Vec<(String, Vec<f32>)>,
    pub(crate) categories: Vec<Category>,
    /// 1 if the visit ended in a purchase, otherwise 0. `[n_rows]`.
    pub(crate) purchase: Vec<u32>,
    pub(crate) train: Vec<usize>,
    pub(crate) test: Vec<usize>,
}

impl Shoppers {
    /// Reads the table, and holds out the first fold.
    pub(crate) fn read(data: &Path) -> Result<Self> {
        let path = data.join("online_shoppers/online_shoppers_intention.csv");
        let kinds: Kinds = CATEGORIES.iter().map(|name| ((*name).to_owned(), ReadAs::Category)).collect();
        let table = Table::read(&path, &kinds.into())?;
        let (mut numbers, mut categories, mut purchase) = (Vec::new(), Vec::new(), Vec::new());
        for column in table.columns {
            match column.values {
                Values::Boolean(x) if column.name == "Revenue" => {
                    purchase = x.iter().map(|x| *x as u32).collect();
                }
                Values::Number(x) | Values::Boolean(x) => numbers.push((column.name, x)),
                Values::Category { codes, names } => {
                    let codes = codes.iter().map(|code| *code as u16).collect();
                    categories.push(Category { name: column.name, codes, names });
                }
                Values::Text(_) | Values::Time(_) => {}
            }
        }
        let mut shoppers = Self { numbers, categories, purchase, train: Vec::new(), test: Vec::new() };
        shoppers.hold_out(0);
        Ok(shoppers)
    }

    /// Holds another fold out.
    pub(crate) fn hold_out(&mut self, fold: usize) {
        (self.test, self.train) = (0..self.purchase.len()).partition(|row| row % FOLDS == fold);
    }

    /// A numeric column.
    pub(crate) fn number(&self, name: &str) -> Result<&[f32]> {
        let found = self.numbers.iter().find(|(known, _)| known == name);
        found.map(|(_, x)| x.as_slice()).with_context(|| format!("no number `{name}`"))
    }

    /// All columns except those named in `leave_out`, encoded, for all rows.
    pub(crate) fn encoded(&self, leave_out: &[&str]) -> Array2<f32> {
        let wanted = |name: &str| !leave_out.contains(&name);
        let numbers = self.numbers.iter().filter(|(name, _)| wanted(name)).map(|(_, x)| x.clone());
        let mut columns: Vec<Vec<f32>> = numbers.collect();
        for category in self.categories.iter().filter(|category| wanted(&category.name)) {
            columns.extend(one_hot(category));
        }
        columns.iter_mut().for_each(|column| self.standardise(column));
        stacked(&columns)
    }

    /// A numeric column, standardised.
    pub(crate) fn standardised(&self, name: &str) -> Result<Vec<f32>> {
        let mut column = self.number(name)?.to_vec();
        self.standardise(&mut column);
        Ok(column)
    }

    /// Only the numeric columns, encoded.
    pub(crate) fn encoded_numbers(&self) -> Array2<f32> {
        self.encoded(&CATEGORIES)
    }

    /// Only the categorical columns, one-hot.
    pub(crate) fn names(&self) -> Array2<f32> {
        stacked(&self.categories.iter().flat_map(one_hot).collect::<Vec<_>>())
    }

    /// The columns of counts, as whole numbers.
    pub(crate) fn counts(&self) -> Result<Array2<f32>> {
        let whole = |(name, unit): &(&str, f32)| -> Result<Vec<f32>> {
            Ok(self.number(name)?.iter().map(|x| (f64::from(*x) / f64::from(*unit)).floor() as f32).collect())
        };
        Ok(stacked(&COUNTS.iter().map(whole).collect::<Result<Vec<_>>>()?))
    }

    fn standardise(&self, column: &mut [f32]) {
        let n = self.train.len() as f64;
        let mean = self.train.iter().map(|&row| f64::from(column[row])).sum::<f64>() / n;
        let variance = self.train.iter().map(|&row| (f64::from(column[row]) - mean).powi(2)).sum::<f64>() / n;
        let deviation = variance.sqrt();
        for x in column {
            *x = if deviation > 0.0 { ((f64::from(*x) - mean) / deviation) as f32 } else { 0.0 };
        }
    }
}

/// The rows of `x` with the indices `of`.
pub(crate) fn rows(x: &Array2<f32>, of: &[usize]) -> Array2<f32> {
    x.select(Axis(0), of)
}

/// The values with the indices `of`.
pub(crate) fn picked<T: Copy>(values: &[T], of: &[usize]) -> Vec<T> {
    of.iter().map(|&row| values[row]).collect()
}

fn one_hot(category: &Category) -> Vec<Vec<f32>> {
    let column = |name: usize| {
        category.codes.iter().map(|&code| f32::from(u8::from(usize::from(code) == name))).collect()
    };
    (0..category.names.len()).map(column).collect()
}

/// A matrix `[n_rows, n_columns]` from columns of equal length.
fn stacked(columns: &[Vec<f32>]) -> Array2<f32> {
    let n_rows = columns.first().map_or(0, Vec::len);
    Array2::from_shape_fn((n_rows, columns.len()), |(row, column)| columns[column][row])
}
