//! The report of a simulation: compares strategies by their figures with intervals, and by their differences to the first; then by
//! hours, queues, kinds and groups of shoppers.
//!
//! It is a separate file, with the same page, plots and rules as the report of a training.
//!
//! Not here: the figures (`staffing`), the run (`simulator`).

mod parts;
mod words;

use super::escape::escape;
use super::number::{percent, plain, tick_percent};
use super::page::{Cell, Figure as Drawing, Page, Table};
use super::plot::{Axis, Row, Rows, Series};
use super::words::fill;
use super::{Lang, shell};
use floorwalker_metrics::Interval;
use floorwalker_staffing::compare::{Compared, Figure};
use words::Says;

/// The results of a simulation.
#[derive(Clone, Copy, Debug)]
pub struct SimulationData<'a> {
    /// The title of the report: the scenario.
    pub title: &'a str,
    /// The service level is the share of requests that are answered within so many seconds.
    pub within: f64,
    /// Number of runs over which each figure is averaged.
    pub runs: u32,
    /// The strategies' names and results; at least one.
    pub strategies: &'a [(&'a str, &'a Compared)],
}

/// Largest number of strategies in a drawing.
const MOST: usize = 12;

/// The report as one HTML file, which loads nothing and runs no script.
#[must_use]
pub fn simulation(data: &SimulationData<'_>, lang: Lang) -> String {
    let says = Says::of(lang);
    shell(data.title, says.report, lang, |page| {
        page.text("p", &fill(says.intro, &[("runs", &data.runs.to_string())]));
        if let Some(more) = data.strategies.len().checked_sub(MOST + 1) {
            page.text("p", &fill(says.more, &[("more", &(more + 1).to_string())]));
        }
        parts::warnings(page, data, says);
        page.raw("<main>\n");
        section(page, says.figures, "", |page| {
            drawings(page, data, says, data.strategies, |it| &it.figures);
        });
        if let Some(((first, _), others)) =
            data.strategies.split_first().filter(|(_, others)| !others.is_empty())
        {
            let title = fill(says.differences, &[("first", first)]);
            section(page, &title, says.differences_note, |page| {
                drawings(page, data, says, others, |it| &it.above_first);
            });
        }
        parts::hours(page, data, says);
        parts::tables(page, data, says);
        page.raw("</main>\n");
    })
}

fn section(page: &mut Page<'_>, title: &str, note: &str, fill: impl FnOnce(&mut Page<'_>)) {
    page.raw(&format!("<section>\n<h2>{}</h2>\n", escape(title)));
    if !note.is_empty() {
        page.text("p", note);
    }
    page.raw("<div class=\"figures\">\n");
    fill(page);
    page.raw("</div>\n</section>\n");
}

/// Formats the value of a figure.
fn shown(figure: Figure, value: f64) -> String {
    if figure.is_seconds() { plain((value * 10.0).round() / 10.0) } else { percent(value) }
}

/// Adds one drawing for each figure. A figure that is 0 under every strategy is left out.
fn drawings<'a>(
    page: &mut Page<'_>,
    data: &SimulationData<'_>,
    says: &Says,
    strategies: &[(&str, &'a Compared)],
    figures: impl Fn(&'a Compared) -> &'a [(Figure, Interval)],
) {
    for (at, figure) in Figure::ALL.into_iter().enumerate() {
        let found: Vec<(&str, Interval)> = strategies
            .iter()
            .filter_map(|(name, compared)| figures(compared).get(at).map(|(_, value)| (*name, *value)))
            .collect();
        if found.iter().all(|(_, value)| value.low == 0.0 && value.high == 0.0) {
            continue;
        }
        let show = |value: f64| shown(figure, value);
        let (title, note) = says.figure(figure);
        let ends = found.iter().take(MOST).flat_map(|(_, value)| [value.low, value.high]);
        let axis = Axis::around(if figure.is_seconds() { says.seconds } else { says.share }, ends, true);
        let drawn = found.iter().take(MOST).map(|(name, value)| Row {
            name: (*name).to_owned(),
            note: show(value.value),
            marks: vec![(Series(0), *value)],
        });
        let table = found.iter().map(|(name, value)| {
            let span = format!("{} [{}, {}]", show(value.value), show(value.low), show(value.high));
            vec![Cell::Words((*name).to_owned()), Cell::Number(span)]
        });
        page.figure(&Drawing {
            title: title.to_owned(),
            note: fill(note, &[("within", &plain(data.within))]),
            svg: Rows {
                axis: if figure.is_seconds() { axis } else { axis.written(tick_percent) },
                rows: drawn.collect(),
                rules: vec![0.0],
                as_bars: false,
            }
            .svg(),
            legend: Vec::new(),
            table: Table {
                head: vec![says.strategy.to_owned(), title.to_owned()],
                rows: table.collect(),
                stacks: false,
            },
        });
    }
}
