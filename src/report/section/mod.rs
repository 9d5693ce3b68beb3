//! Sections: turn data into figures, tables and sentences, in the order in which an analyst reads them.
//!
//! Not here: drawing (`plot`), markup (`page`), texts (`words`).

mod card;
mod cases;
mod classes;
mod clusters;
mod evidence;
mod explain;
mod fairness;
mod measured;
mod profile;
mod race;
mod recommend;
mod shoppers;
mod summary;

pub(super) use profile::column_lines;
#[cfg(test)]
pub(super) use summary::findings;
pub(super) use summary::{five_lines, warning_lines};

use super::data::{Family, Measure, ReportData, Verdict};
use super::escape::escape;
use super::number::{bytes, figure};
use super::page::{Cell, Page};
use super::words::Words;
use crate::Text;
use floorwalker_learn::train::shopper::Shoppers;
use floorwalker_metrics::Interval;

/// Largest number of points of a curve; more would not be visible at this size.
const MAX_CURVE: usize = 240;
/// Largest number of points of a scatter plot.
pub(super) const MAX_POINTS: usize = 5_000;
/// Largest number of heads, races or curves of one kind that are shown.
const MAX_EACH: usize = 12;
/// Largest number of series in one plot that can be distinguished.
const MAX_SERIES: usize = 5;

/// A table of contents, and every section that has data.
pub(super) fn all(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    type Section = fn(&mut Page<'_>, &ReportData);
    let sections: [(&str, &str, bool, Section); 15] = [
        ("summary", w.summary, true, summary::section),
        ("data", w.profile, data.profile.is_some(), profile::section),
        ("race", w.race, !data.races.is_empty(), race::races),
        ("loss", w.losses, !data.losses.is_empty(), race::losses),
        ("heads", w.heads, !data.heads.is_empty(), measured::section),
        ("evidence", w.evidence, !data.evidence.is_empty(), evidence::section),
        ("scope", w.scope, !data.scopes.is_empty(), evidence::scopes),
        ("features", w.features, !data.importance.is_empty() || !data.effects.is_empty(), explain::section),
        ("recommend", w.recommend, data.recommendation.is_some(), recommend::section),
        ("shoppers", w.shoppers, data.shoppers != Shoppers::default(), shoppers::section),
        ("clusters", w.clusters, !data.clusters.is_empty(), clusters::section),
        ("fairness", w.fairness, !data.fairness.is_empty(), fairness::section),
        ("cases", w.cases, !data.cases.is_empty(), cases::section),
        ("sets", w.sets, !data.conformal.is_empty(), measured::sets),
        ("card", w.card, data.card.is_some(), card::section),
    ];
    let shown = || sections.iter().filter(|(_, _, there, _)| *there);
    page.raw(&format!("<nav aria-label=\"{}\"><ol>", escape(w.contents)));
    for (id, title, ..) in shown() {
        page.raw(&format!("<li><a href=\"#{id}\">{}</a></li>", escape(title)));
    }
    page.raw("</ol></nav>\n<main>\n");
    for (id, title, _, section) in shown() {
        page.raw(&format!("<section id=\"{id}\">\n"));
        page.text("h2", title);
        section(page, data);
        page.raw("</section>\n");
    }
    page.raw("</main>\n");
}

/// Figures side by side where there is room.
fn side_by_side(page: &mut Page<'_>, draw: impl FnOnce(&mut Page<'_>)) {
    page.raw("<div class=\"figures\">\n");
    draw(page);
    page.raw("</div>\n");
}

/// Figures of different heights, packed into columns.
fn packed(page: &mut Page<'_>, draw: impl FnOnce(&mut Page<'_>)) {
    page.raw("<div class=\"packed\">\n");
    draw(page);
    page.raw("</div>\n");
}

/// A heading with the name of a head.
fn head(page: &mut Page<'_>, name: &str) {
    let title = super::words::fill(page.words.head, &[("head", name)]);
    page.text("h3", &title);
}

fn said<'a>(text: &'a Text, w: &Words) -> &'a str {
    if w.lang == "en" { &text.en } else { &text.zh }
}

/// At most `most` of the items, evenly spaced, including the first and the last.
fn thinned<T: Copy>(items: &[T], most: usize) -> Vec<T> {
    if items.len() <= most || most < 2 {
        return items.iter().take(most.max(1)).copied().collect();
    }
    (0..most).map(|i| items[i * (items.len() - 1) / (most - 1)]).collect()
}

fn words(text: impl Into<String>) -> Cell {
    Cell::Words(text.into())
}

fn number(text: impl Into<String>) -> Cell {
    Cell::Number(text.into())
}

fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// An interval such as `[0.9281, 0.9399]`; a dash if it has no width.
fn span(interval: &Interval, show: fn(f64) -> String) -> String {
    if interval.low < interval.high {
        format!("[{}, {}]", show(interval.low), show(interval.high))
    } else {
        super::number::DASH.to_owned()
    }
}

fn spanned(interval: &Interval, show: fn(f64) -> String) -> String {
    if interval.low < interval.high {
        format!("{} [{}, {}]", show(interval.value), show(interval.low), show(interval.high))
    } else {
        show(interval.value)
    }
}

fn maybe(value: Option<f64>, show: fn(f64) -> String) -> String {
    value.map_or_else(|| super::number::DASH.to_owned(), show)
}

fn weight(n: Option<u64>) -> String {
    n.map_or_else(|| super::number::DASH.to_owned(), bytes)
}

/// The number format of a measure: errors of numbers in the target's unit, everything else with four decimals.
fn written(measure: Measure) -> fn(f64) -> String {
    match measure {
        Measure::Rmse | Measure::Mae => super::number::plain,
        _ => figure,
    }
}

fn measure_name(measure: Measure, w: &Words) -> &'static str {
    match measure {
        Measure::LogLoss => w.log_loss,
        Measure::Hinge => w.hinge,
        Measure::SquaredError => w.squared_error,
        Measure::Auc => w.auc,
        Measure::Accuracy => w.accuracy,
        Measure::MacroF1 => w.macro_f1,
        Measure::AveragePrecision => w.average_precision,
        Measure::Brier => w.brier,
        Measure::CalibrationError => w.calibration_error,
        Measure::Rmse => w.rmse,
        Measure::Mae => w.mae,
        Measure::R2 => w.r2,
    }
}

/// Name and unit of a measure, for an axis.
fn measure_axis(measure: Measure, w: &Words) -> &'static str {
    match measure {
        Measure::LogLoss => w.log_loss_axis,
        Measure::Hinge => w.hinge_axis,
        Measure::SquaredError => w.squared_error_axis,
        Measure::Rmse => w.rmse_axis,
        Measure::Mae => w.mae_axis,
        other => measure_name(other, w),
    }
}

fn family_name<'a>(family: &'a Family, w: &'a Words) -> &'a str {
    match family {
        Family::Majority => w.majority,
        Family::Prior => w.prior,
        Family::Median => w.always_median,
        Family::Mean => w.always_mean,
        Family::LastValue => w.last_value,
        Family::Kind(name) => said(name, w),
    }
}

fn verdict_words(verdict: &Verdict, w: &Words) -> String {
    match verdict {
        Verdict::Smallest => w.chosen_smallest.to_owned(),
        Verdict::Best => w.chosen_best.to_owned(),
        Verdict::Asked => w.chosen_asked.to_owned(),
        Verdict::Larger => w.passed_larger.to_owned(),
        Verdict::Worse => w.passed_worse.to_owned(),
        Verdict::OverBudget => w.passed_over_budget.to_owned(),
        Verdict::Stopped => w.passed_stopped.to_owned(),
        Verdict::Baseline => w.passed_baseline.to_owned(),
        Verdict::Failed(why) => super::words::fill(w.passed_failed, &[("why", why)]),
    }
}
