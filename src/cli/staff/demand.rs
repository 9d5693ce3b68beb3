//! A demand file: how many requests come in each period.
//!
//! Numbers are read as people write them (`read`). A number that can be read in two ways is an error that asks for a flag such as
//! `--kind requests=decimal_comma`.
//!
//! An empty cell of `aht` or `patience` means unknown, and the flag's value is used; a cell of `requests` must not be empty.
//!
//! Not here: the plan (`staffing`).

use anyhow::{Result, bail};
use floorwalker_data::read::{Kinds, Overrides, ReadAs, Table, Values};
use floorwalker_staffing::{Demand, Period};
use std::path::Path;

/// Names of the table's columns.
pub(super) const PERIOD: &str = "period";
const REQUESTS: &str = "requests";
const AHT: &str = "aht";
const PATIENCE: &str = "patience";

/// Values from the flags, used where the table has none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    /// Length of a period, in minutes, above 0.
    pub(super) minutes: f64,
    /// Average handling time: mean seconds of work for a request.
    pub(super) aht: Option<f64>,
    /// Mean seconds that a shopper would wait before leaving.
    pub(super) patience: Option<f64>,
}

/// The periods, each with its line number; `asked` are the kinds that the user gave for columns.
///
/// # Errors
///
/// The file is not a table or has no column `requests`; a cell is not a number; `requests` or `aht` of a period is unknown.
pub(super) fn read(path: &Path, asked: &Kinds, usual: Usual) -> Result<Vec<(usize, Period)>> {
    let shown = path.display();
    let header = Table::read_columns(path, &Overrides::default(), &[].into())?;
    let has = |name: &str| header.columns.iter().any(|column| column.name == name);
    let names = [PERIOD, REQUESTS, AHT, PATIENCE].into_iter().filter(|name| *name == REQUESTS || has(name));
    let read = |name: &str| if name == PERIOD { ReadAs::Text } else { ReadAs::Number };
    let mut kinds: Kinds = names.map(|name| (name.to_owned(), read(name))).collect();
    let names = kinds.keys().cloned().collect();
    kinds.extend(asked.clone());
    let table = Table::read_columns(path, &kinds.into(), &names)?;
    let numbers = |name: &str| -> Result<&[f32]> {
        match has(name).then(|| table.column(name)).transpose()?.map(|column| &column.values) {
            Some(Values::Number(numbers)) => Ok(numbers),
            Some(_) => bail!("{shown}: column `{name}` does not hold numbers; leave out its --kind"),
            None => Ok(&[]),
        }
    };
    let names = match has(PERIOD).then(|| table.column(PERIOD)).transpose()?.map(|column| &column.values) {
        Some(Values::Text(names)) => names.as_slice(),
        _ => &[],
    };
    let (requests, aht, patience) = (numbers(REQUESTS)?, numbers(AHT)?, numbers(PATIENCE)?);
    let period = |(row, &line): (usize, &usize)| {
        let at = |column: &[f32]| column.get(row).filter(|x| !x.is_nan()).map(|&x| f64::from(x));
        let Some(requests) = at(requests) else {
            bail!("{shown}, line {line}: `{REQUESTS}` is empty; write 0 where no request came")
        };
        let Some(aht) = at(aht).or(usual.aht) else {
            let fix = if has(AHT) { "fill the cell" } else { "add the column" };
            bail!("{shown}, line {line}: `{AHT}` is not known; {fix}, or give --aht SECONDS")
        };
        let name = names.get(row).cloned().flatten().unwrap_or_else(|| (row + 1).to_string());
        let per_hour = requests * 60.0 / usual.minutes;
        Ok((
            line,
            Period { name, demand: Demand { per_hour, aht, patience: at(patience).or(usual.patience) } },
        ))
    };
    table.line_of_row.iter().enumerate().map(period).collect()
}
