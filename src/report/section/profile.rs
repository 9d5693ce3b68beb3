//! The data, column by column, and the balance of classes.

use super::{heads, number, words};
use crate::data::{Column, ColumnKind, ReportData, Spread};
use crate::number::{DASH, count, figure, percent, plain};
use crate::page::{Cell, Figure, Page, Table};
use crate::plot::{Axis, Row, Rows, Series, spark};
use crate::words::{Words, fill, read_as, used_as};
use floorwalker_learn::examples::ColumnUse;
use floorwalker_learn::prepare::Relevance;
use floorwalker_metrics::Interval;

/// Largest number of classes whose balance is drawn.
const MAX_CLASSES: usize = 20;
/// Largest number of features whose relevance is listed.
const MAX_FEATURES: usize = 60;
/// Largest number of categories that a cell names.
const MAX_TOP: usize = 3;
/// Largest number of columns that are listed in a terminal; the report lists all.
const MAX_LISTED: usize = 40;
/// Largest widths in that list, in characters: of a column's name, and of how it was read.
const MAX_NAME: usize = 28;
const MAX_READ: usize = 44;

/// The section of the profile.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let Some(profile) = &data.profile else { return };
    let w = page.words;
    let (rows, columns) = (count(profile.rows), count(profile.columns.len() as u64));
    page.text("p", &fill(w.profile_intro, &[("rows", &rows), ("columns", &columns)]));
    let table = Table {
        head: heads(&[w.column, w.kind, w.missing, w.distinct, w.spread, w.histogram]),
        rows: profile.columns.iter().map(|c| row(c, w)).collect(),
        stacks: true,
    };
    page.table(w.profile, &table);
    if !profile.file.is_empty() {
        let row = |column: &ColumnUse| {
            vec![words(&column.name), words(read_as(column, w)), words(used_as(column, w))]
        };
        let table = Table {
            head: heads(&[w.column, w.read_as, w.used_as]),
            rows: profile.file.iter().map(row).collect(),
            stacks: true,
        };
        page.text("h3", w.file_columns);
        page.table(w.file_columns, &table);
    }
    if !profile.relevance.is_empty() {
        page.text("h3", w.relevance);
        page.text("p", w.relevance_note);
        page.table(w.relevance, &relevance(&profile.relevance, w));
    }
    if !profile.classes.is_empty() {
        super::side_by_side(page, |page| balance(page, &profile.classes));
    }
}

/// One line for each column of a table: what it was read as, and what it is used as.
pub(crate) fn column_lines(columns: &[ColumnUse], w: &Words) -> Vec<String> {
    let reads: Vec<String> = columns.iter().map(|column| read_as(column, w)).collect();
    let name = columns.iter().map(|column| column.name.chars().count()).max().unwrap_or(0).min(MAX_NAME);
    let width = reads.iter().map(|read| read.chars().count()).max().unwrap_or(0).min(MAX_READ);
    let line = |(column, read): (&ColumnUse, &String)| {
        format!("{:<name$}  {read:<width$}  {}", column.name, used_as(column, w))
    };
    let mut lines: Vec<String> = columns.iter().zip(&reads).take(MAX_LISTED).map(line).collect();
    if let Some(rest) = columns.get(MAX_LISTED..).filter(|rest| !rest.is_empty()) {
        let unused = rest.iter().filter(|column| column.is_left_out()).count();
        lines.push(fill(w.more_columns, &[("n", &rest.len().to_string()), ("unused", &unused.to_string())]));
    }
    lines
}

fn row(column: &Column, w: &Words) -> Vec<Cell> {
    let (spread, counts): (String, Vec<u64>) = match &column.spread {
        Spread::Numbers { min, median, max, histogram } => {
            let text = [*min, *median, *max].map(plain).join("\u{202F}·\u{202F}");
            (text, histogram.as_ref().map_or_else(Vec::new, |h| h.counts.iter().take(40).copied().collect()))
        }
        Spread::Categories(top) => {
            let named: Vec<String> =
                top.iter().take(MAX_TOP).map(|(name, n)| format!("{name} ({})", count(*n))).collect();
            (named.join(w.comma), top.iter().take(20).map(|(_, n)| *n).collect())
        }
        Spread::None => (DASH.to_owned(), Vec::new()),
    };
    let drawing = spark(&counts);
    let histogram = if drawing.is_empty() {
        words(DASH)
    } else {
        let listed: Vec<String> = counts.iter().map(|&n| count(n)).collect();
        Cell::Drawing(drawing, fill(w.counts, &[("counts", &listed.join(" "))]))
    };
    vec![
        words(&column.name),
        words(kind(column.kind, w)),
        number(percent(column.missing)),
        number(count(column.distinct)),
        words(spread),
        histogram,
    ]
}

/// The association of each single feature with the target.
fn relevance(features: &[Relevance], w: &Words) -> Table {
    let row = |feature: &Relevance| {
        vec![
            words(&feature.feature),
            number(figure(feature.entropy)),
            number(figure(feature.mutual_information)),
            number(percent(feature.normalised)),
            number(plain(feature.chi_squared)),
            number(figure(feature.p_value)),
            number(figure(feature.cramers_v)),
            number(figure(feature.information_gain)),
        ]
    };
    Table {
        head: heads(&[
            w.feature,
            w.entropy,
            w.mutual_information,
            w.of_known,
            w.chi_squared,
            w.p_value,
            w.cramers_v,
            w.information_gain,
        ]),
        rows: features.iter().take(MAX_FEATURES).map(row).collect(),
        stacks: true,
    }
}

fn balance(page: &mut Page<'_>, classes: &[(String, u64)]) {
    let w = page.words;
    let all: u64 = classes.iter().map(|(_, n)| n).sum();
    let share = |n: u64| n as f64 / all.max(1) as f64;
    let drawn: Vec<Row> = classes
        .iter()
        .take(MAX_CLASSES)
        .map(|(name, n)| Row {
            name: name.clone(),
            note: format!("{} · {}", count(*n), percent(share(*n))),
            marks: vec![(Series(0), Interval { value: share(*n), low: 0.0, high: share(*n) })],
        })
        .collect();
    let mut axis = Axis::share(w.share_of_rows);
    if classes.iter().all(|(_, n)| share(*n) < 0.5) {
        let shares = classes.iter().map(|(_, n)| share(*n));
        axis = Axis::around(w.share_of_rows, shares, true).written(axis.format);
    }
    let table = Table {
        head: heads(&[w.class, w.rows, w.share_of_rows]),
        rows: classes
            .iter()
            .map(|(name, n)| vec![words(name), number(count(*n)), number(percent(share(*n)))])
            .collect(),
        stacks: false,
    };
    page.figure(&Figure {
        title: w.balance.to_owned(),
        note: String::new(),
        svg: Rows { axis, rows: drawn, rules: Vec::new(), as_bars: true }.svg(),
        legend: Vec::new(),
        table,
    });
}

fn kind(kind: ColumnKind, w: &Words) -> &'static str {
    match kind {
        ColumnKind::Number => w.kind_number,
        ColumnKind::Category => w.kind_category,
        ColumnKind::Flag => w.kind_flag,
        ColumnKind::Text => w.kind_text,
        ColumnKind::Target => w.kind_target,
    }
}
