//! Reading: turns an analyst's files into checked values for the trainer.
//!
//! | file                 | result       | read by                                   |
//! |----------------------|--------------|-------------------------------------------|
//! | CSV (`,` `;` tab `\|`) | [`Table`]  | [`Table::read`]                           |
//! | JSON, flat           | [`Table`]    | [`Table::read`], by the ending `.jsonl`   |
//! | a sheet of an Excel workbook | [`Table`] | [`Table::read`], by its content      |
//! | CoNLL-style intents  | [`Table`]    | [`Table::read`], by the ending `.txt` or `.conll` |
//! | JSON Lines, events   | [`LogEvent`] | [`read_log`], one at a time, or [`Log`]   |
//! | any of these         | [`FileHash`] | [`FileHash::read`], for the model card    |
//!
//! Invariants
//! - Bad input gives an error `file:line:column: what was found; what to do`. Lines and columns count from 1, columns in
//!   characters as an editor shows them.
//! - A number is finite or missing (`NaN`). Infinity is refused here.
//! - The result depends only on the bytes of the file, not on locale, clock or the order of a hash table.
//!
//! Not here: cleaning, encoding, choosing which columns matter (`prepare`).

mod blocks;
mod cells;
mod csv;
mod dates;
mod decode;
mod dialect;
pub mod encoder;
mod hash;
mod infer;
mod json_table;
mod log;
mod log_json;
mod missing;
mod open;
mod raw;
mod reading;
mod source;
mod table;
mod time;
mod values;
pub mod vectors;
mod workbook;

pub use cells::Cells;
pub use hash::FileHash;
pub use json_table::message as json_message;
pub use log::{Log, LogEvent, LogItem, ParamValue, read_log};
pub use missing::is_missing;
pub use reading::{Kind, Kinds, Overrides, ReadAs, Reading};
pub use table::{Column, MISSING_CODE, Table, Values};
pub use time::moment;

#[cfg(test)]
mod tests;
