//! Flags on how the columns of a table are read.
//!
//! Not here: the rules (`read`, `examples`), how columns were read and used (`report`).

use super::flag::Flag;
use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use floorwalker_data::read::{Kinds, ReadAs};
use floorwalker_finding::shown::quoted;
use floorwalker_learn::store::Store;

/// How a table's columns are written.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct KindFlags {
    /// How a column is read: `number`, `decimal_point` (1,234.5), `decimal_comma` (1.234,5), `boolean`, `category`, `text`, `time`,
    /// `day_first` (29.02.2024) or `month_first` (02/29/2024); may be given several times
    #[arg(long = "kind", value_name = "COLUMN=KIND", value_parser = kind)]
    kinds: Vec<(String, ReadAs)>,
}

/// What of a table is learnt from, and how it is read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ColumnFlags {
    /// A column to leave out; may be given several times
    #[arg(long, value_name = "COLUMN")]
    ignore: Vec<String>,
    #[command(flatten)]
    kinds: KindFlags,
    /// Texts that mean a missing value in a column, instead of the usual ones (`?`, `NA`, `-`, …), separated by commas; with `COLUMN=`
    /// no text does; may be given several times
    #[arg(long, value_name = "COLUMN=TEXT,TEXT", value_parser = missing)]
    missing: Vec<(String, Vec<String>)>,
}

/// Parses `COLUMN=KIND`; the name may contain `=`, the kind may not.
fn kind(text: &str) -> Result<(String, ReadAs), String> {
    let (name, kind) = text.rsplit_once('=').ok_or("write COLUMN=KIND, such as price=decimal_comma")?;
    Ok((name.to_owned(), Flag::<ReadAs>::from_str(kind, false)?.0))
}

fn missing(text: &str) -> Result<(String, Vec<String>), String> {
    let (name, texts) = text.split_once('=').ok_or("write COLUMN=TEXT,TEXT, such as rating=?,none")?;
    Ok((name.to_owned(), texts.split(',').filter(|text| !text.is_empty()).map(str::to_owned).collect()))
}

impl KindFlags {
    /// The flags in the form that the reader takes.
    pub(super) fn kinds(&self) -> Kinds {
        self.kinds.iter().cloned().collect()
    }
}

impl ColumnFlags {
    /// Adds the flags to a store for a table.
    ///
    /// # Errors
    ///
    /// A column that is named by both `--ignore` and `--kind`.
    pub(super) fn put_into(&self, store: &mut Store) -> Result<()> {
        for name in &self.ignore {
            let is_named = self.kinds.kinds.iter().any(|(other, _)| other == name);
            ensure!(
                !is_named,
                "column `{name}` is named by both --ignore and --kind; leave one of the two out"
            );
        }
        store.data.ignore.extend(self.ignore.iter().cloned());
        store.data.kinds.extend(self.kinds.kinds());
        store.data.missing.extend(self.missing.iter().cloned());
        Ok(())
    }

    /// Whether none of the flags was given.
    pub(super) fn is_empty(&self) -> bool {
        self.ignore.is_empty() && self.kinds.kinds.is_empty() && self.missing.is_empty()
    }

    /// The flags as they are written on a command line.
    pub(super) fn shown(&self) -> String {
        let ignored = self.ignore.iter().map(|name| format!(" --ignore {}", quoted(name)));
        let kinds =
            self.kinds.kinds.iter().map(|(name, kind)| {
                format!(" --kind {}", quoted(format_args!("{name}={}", Flag(*kind).name())))
            });
        let missing = self.missing.iter().map(|(name, texts)| {
            format!(" --missing {}", quoted(format_args!("{name}={}", texts.join(","))))
        });
        ignored.chain(kinds).chain(missing).collect()
    }
}
