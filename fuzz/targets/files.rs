//! The targets `csv`, `json_lines` and `store`: any bytes as a file that an analyst gives to the trainer.

use floorwalker_data::read::{Cells, Log, MISSING_CODE, Overrides, Table, Values};
use floorwalker_learn::store::{Store, policy_path};
use floorwalker_offpolicy::DecisionLog;
use std::fmt::Display;
use std::io::Write;
use std::path::Path;

/// Reads the bytes as a table, typed and by its cells.
pub fn csv(bytes: &[u8]) {
    with_file(bytes, ".csv", |path| {
        check(path, Table::read(path, &Overrides::default())).iter().for_each(table);
        check(path, Cells::read(path));
    });
}

/// Reads the bytes as a table in JSON, as an event log and as a decision log.
pub fn json_lines(bytes: &[u8]) {
    with_file(bytes, ".jsonl", |path| {
        check(path, Table::read(path, &Overrides::default())).iter().for_each(table);
        for event in check(path, Log::read(path)).iter().flat_map(|log| &log.events) {
            let numbers = event.items.iter().flat_map(|item| [item.price, item.quantity]).flatten();
            assert!(numbers.into_iter().all(f64::is_finite), "{event:?}");
        }
        for line in check(path, DecisionLog::parse(path, bytes)).iter().flat_map(|log| &log.lines) {
            assert!(line.check().is_ok(), "{line:?}");
        }
    });
}

/// Reads and checks the bytes as a `store.toml`.
pub fn store(bytes: &[u8]) {
    with_file(bytes, ".toml", |path| {
        // What is wrong with a file that the store names is said of that file.
        match Store::read(path) {
            Ok(store) => drop(store.files()),
            Err(error) => assert!(!format!("{error:#}").is_empty()),
        }
        drop(policy_path(path));
    });
}

/// Calls `read` with a file that has these bytes and a name that ends in `ending`. A disk that cannot be written to is no defect of the
/// product: then nothing is read.
fn with_file(bytes: &[u8], ending: &str, read: impl FnOnce(&Path)) {
    if let Ok(mut file) = tempfile::Builder::new().prefix("floorwalker-fuzz-").suffix(ending).tempfile()
        && file.write_all(bytes).is_ok()
    {
        read(file.path());
    }
}

/// What was read of the file; an error must name the file and say something of it.
fn check<T, E: Display>(path: &Path, read: Result<T, E>) -> Option<T> {
    read.map_err(|error| {
        let (said, name) = (format!("{error:#}"), path.display().to_string());
        assert!(said.contains(&name) && said.len() > name.len() + 3, "{said}");
    })
    .ok()
}

/// A table keeps what `data::read` says of every table.
fn table(table: &Table) {
    let n = table.n_rows;
    assert!(n > 0 && table.line_of_row.len() == n && table.line_of_row.is_sorted(), "{table:?}");
    for (at, column) in table.columns.iter().enumerate() {
        let holds = match &column.values {
            Values::Number(list) => list.len() == n && !list.iter().any(|number| number.is_infinite()),
            Values::Boolean(list) => {
                list.len() == n && list.iter().all(|flag| flag.is_nan() || [0.0, 1.0].contains(flag))
            }
            Values::Category { codes, names } => {
                let is_name = |code: &u32| *code == MISSING_CODE || (*code as usize) < names.len();
                codes.len() == n && codes.iter().all(is_name) && names.is_sorted_by(|a, b| a < b)
            }
            Values::Text(list) => list.len() == n,
            Values::Time(list) => list.len() == n,
        };
        let is_distinct = table.columns[..at].iter().all(|other| other.name != column.name);
        assert!(holds && is_distinct, "{column:?}");
    }
}
