//! Flags on how the columns of a table are read, and lines for the terminal on how they were read and used.
//!
//! Not here: the rules (`read`, `examples`).

use std::collections::{BTreeMap, BTreeSet};

use super::flag::Flag;
use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use floorwalker_data::read::{Kinds, ReadAs};
use floorwalker_finding::Lang;
use floorwalker_finding::shown::quoted;
use floorwalker_finding::text::Text;
use floorwalker_learn::examples::{ColumnUse, Examples};
use floorwalker_learn::store::Store;

/// Largest number of columns that are listed in a terminal; the report lists all.
const MAX_LISTED: usize = 40;

/// Largest widths in that list, in characters: of a column's name, and of how it was read.
const MAX_NAME: usize = 28;
const MAX_READ: usize = 44;

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

/// One line for each column: what it was read as, and what it is used as.
pub(super) fn table(columns: &[ColumnUse], lang: Lang) -> Vec<String> {
    let width = |of: &dyn Fn(&ColumnUse) -> &str, most: usize| {
        columns.iter().map(|column| of(column).chars().count()).max().unwrap_or(0).min(most)
    };
    let name = width(&|column| &column.name, MAX_NAME);
    let read = width(&|column| lang.of(&column.read), MAX_READ);
    let line = |column: &ColumnUse| {
        format!("{:<name$}  {:<read$}  {}", column.name, lang.of(&column.read), lang.of(&column.used))
    };
    let mut lines: Vec<String> = columns.iter().take(MAX_LISTED).map(line).collect();
    if columns.len() > MAX_LISTED {
        let rest = &columns[MAX_LISTED..];
        let left_out = rest.iter().filter(|column| column.is_left_out).count();
        let n = rest.len();
        let said = Text::new(
            format!("… {n} more, {left_out} of them left out; the report lists all"),
            format!("……另有 {n} 列，其中 {left_out} 列未使用；全部列见报告"),
        );
        lines.push(lang.of(&said).to_owned());
    }
    lines
}

/// Closing notes on a file: how it was read, what counts as missing, how many rows have no label.
pub(super) fn closing(store: &Store, examples: &Examples, lang: Lang) -> Vec<String> {
    let mut lines: Vec<Text> = examples.notes.clone();
    if !examples.read_as_missing.is_empty() {
        let shown = by_column(&examples.read_as_missing);
        lines.push(Text::new(
            format!("read as missing, with the number of rows: {shown}; change it with --missing"),
            format!("读作缺失的文字（括号内为行数）：{shown}；可用 --missing 更改"),
        ));
    }
    if !examples.kept.is_empty() {
        let shown = by_column(&examples.kept);
        lines.push(Text::new(
            format!("read as a value, though it often means missing: {shown}; change it with --missing"),
            format!("读作取值、但常表示缺失的文字：{shown}；可用 --missing 更改"),
        ));
    }
    let labelled = store.heads.iter().filter(|head| head.has_label());
    let labels: BTreeSet<&str> = labelled.map(|head| head.label.as_str()).collect();
    for label in labels {
        let Some(values) = examples.labels.get(label) else { continue };
        let (n, without) = (values.len(), values.iter().filter(|value| value.is_none()).count());
        if without > 0 && !examples.columns.is_empty() {
            let share = 100.0 * without as f64 / n as f64;
            lines.push(Text::new(
                format!("{without} of {n} rows ({share:.1} %) have no `{label}`; they were used neither for training nor for measuring"),
                format!("{n} 行中有 {without} 行（{share:.1}%）没有 `{label}`：既未用于训练，也未用于评估"),
            ));
        }
    }
    lines.iter().map(|line| lang.of(line).to_owned()).collect()
}

/// Texts by column: `rating “?” (31), “NA” (13); size “-” (2)`.
fn by_column(counts: &[(String, String, usize)]) -> String {
    let mut by_column: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (column, text, n) in counts {
        by_column.entry(column).or_default().push(format!("“{text}” ({n})"));
    }
    let listed = by_column.into_iter().map(|(column, texts)| format!("{column} {}", texts.join(", ")));
    listed.collect::<Vec<_>>().join("; ")
}
