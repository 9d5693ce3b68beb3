//! The model race, its plot of loss against size, and the loss curves.

use super::{
    MAX_CURVE, MAX_EACH, family_name, head, heads, maybe, measure_axis, measure_name, number, said,
    side_by_side, span, thinned, verdict_words, weight, words, written,
};
use crate::data::{Candidate, LossCurve, Race, ReportData};
use crate::number::{count, figure, plain, tick_log_bytes};
use crate::page::{Cell, Figure, Page, Table};
use crate::plot::{Axis, Key, Layer, Row, Rows, Series, Xy};
use crate::words::{Words, fill};
use floorwalker_metrics::Interval;

/// Largest number of candidates that are drawn.
const MAX_DRAWN: usize = 24;
/// The series of a candidate, by its verdict.
const CHOSEN: Series = Series(0);
const BASELINE: Series = Series(4);
const OTHER: Series = Series(5);

/// The section of races, for every head.
pub(super) fn races(page: &mut Page<'_>, data: &ReportData) {
    page.text("p", page.words.race_intro);
    for race in data.races.iter().take(MAX_EACH) {
        head(page, &race.head);
        page.table(page.words.race, &listed(race, page.words));
        side_by_side(page, |page| {
            page.figure(&dots(race, page.words));
            if race.candidates.iter().any(|c| c.bytes.is_some() && c.loss.is_some()) {
                page.figure(&frontier(race, page.words));
            }
        });
    }
}

fn numbered(at: usize, candidate: &Candidate, w: &Words) -> String {
    format!("{} {}", at + 1, family_name(&candidate.family, w))
}

fn listed(race: &Race, w: &Words) -> Table {
    let show = written(race.measure);
    let row = |(at, c): (usize, &Candidate)| {
        let verdict = verdict_words(&c.verdict, w);
        vec![
            words(numbered(at, c, w)),
            words(said(&c.settings, w)),
            number(maybe(c.loss.map(|l| l.value), show)),
            number(c.loss.map_or_else(|| crate::number::DASH.to_owned(), |l| span(&l, show))),
            number(maybe(c.auc, figure)),
            number(maybe(c.accuracy, figure)),
            number(weight(c.bytes)),
            if c.verdict.is_chosen() { Cell::Strong(verdict) } else { words(verdict) },
        ]
    };
    let name = measure_name(race.measure, w);
    Table {
        head: heads(&[w.candidate, w.settings, name, w.interval, w.auc, w.accuracy, w.bytes, w.verdict]),
        rows: race.candidates.iter().enumerate().map(row).collect(),
        stacks: true,
    }
}

fn series(candidate: &Candidate) -> Series {
    if candidate.verdict.is_chosen() {
        CHOSEN
    } else if candidate.family.is_baseline() {
        BASELINE
    } else {
        OTHER
    }
}

fn legend(race: &Race, w: &Words) -> Vec<(Series, Key, String)> {
    [(CHOSEN, w.chosen), (OTHER, w.others), (BASELINE, w.baseline)]
        .into_iter()
        .filter(|(s, _)| race.candidates.iter().any(|c| series(c) == *s))
        .map(|(s, name)| (s, Key::Dot, name.to_owned()))
        .collect()
}

fn dots(race: &Race, w: &Words) -> Figure {
    let show = written(race.measure);
    let drawn =
        || race.candidates.iter().enumerate().filter_map(|(at, c)| Some((at, c, c.loss?))).take(MAX_DRAWN);
    let named = |at, c: &Candidate| match said(&c.settings, w) {
        "" => numbered(at, c, w),
        settings => fill(w.with_settings, &[("family", &numbered(at, c, w)), ("settings", settings)]),
    };
    let rows = drawn().map(|(at, c, loss)| Row {
        name: named(at, c),
        note: show(loss.value),
        marks: vec![(series(c), loss)],
    });
    let values = drawn().flat_map(|(_, _, l)| [l.low, l.value, l.high]);
    let table = drawn()
        .map(|(at, c, l)| vec![words(numbered(at, c, w)), number(show(l.value)), number(span(&l, show))]);
    Figure {
        title: w.race_figure.to_owned(),
        note: w.race_note.to_owned(),
        svg: Rows {
            axis: Axis::around(measure_axis(race.measure, w), values, false),
            rows: rows.collect(),
            rules: Vec::new(),
            as_bars: false,
        }
        .svg(),
        legend: legend(race, w),
        table: Table {
            head: heads(&[w.candidate, measure_name(race.measure, w), w.interval]),
            rows: table.collect(),
            stacks: false,
        },
    }
}

fn frontier(race: &Race, w: &Words) -> Figure {
    let sized = |(at, c): (usize, &Candidate)| {
        let log = libm::log10(c.bytes.unwrap_or_default().max(1) as f64);
        c.bytes.and(c.loss).map(|loss: Interval| (at, series(c), log, loss))
    };
    let drawn: Vec<_> = race.candidates.iter().enumerate().filter_map(sized).collect();
    let x = Axis::logarithms(w.bytes_axis, drawn.iter().map(|d| d.2)).written(tick_log_bytes);
    let ys = drawn.iter().flat_map(|d| [d.3.low, d.3.value, d.3.high]);
    let y = Axis::around(measure_axis(race.measure, w), ys, false);
    let mut layers = Vec::new();
    for (at, series, log, loss) in &drawn {
        layers.push(Layer::Whiskers(*series, vec![(*log, loss.low, loss.high)]));
        layers.push(Layer::Points(*series, 4.0, 1.0, vec![(*log, loss.value)]));
        layers.push(Layer::Note((*log, loss.value), (at + 1).to_string()));
    }
    let show = written(race.measure);
    let row = |(at, _, _, loss): &(usize, Series, f64, Interval)| {
        let c = &race.candidates[*at];
        vec![words(numbered(*at, c, w)), number(weight(c.bytes)), number(show(loss.value))]
    };
    Figure {
        title: w.frontier.to_owned(),
        note: w.frontier_note.to_owned(),
        table: Table {
            head: heads(&[w.candidate, w.bytes, measure_name(race.measure, w)]),
            rows: drawn.iter().map(row).collect(),
            stacks: false,
        },
        legend: legend(race, w),
        svg: Xy { x, y, height: 270, layers }.svg(),
    }
}

/// The section of loss curves, for every fit.
pub(super) fn losses(page: &mut Page<'_>, data: &ReportData) {
    page.text("p", page.words.losses_intro);
    side_by_side(page, |page| {
        for curve in data.losses.iter().take(MAX_EACH) {
            page.figure(&loss(curve, page.words));
        }
    });
}

fn loss(curve: &LossCurve, w: &Words) -> Figure {
    let points = thinned(&curve.points, MAX_CURVE);
    let train: Vec<_> = points.iter().map(|p| (p.step as f64, p.train)).collect();
    let valid: Vec<_> = points.iter().filter_map(|p| Some((p.step as f64, p.valid?))).collect();
    let x = Axis::around(w.step, points.iter().map(|p| p.step as f64), true);
    let y = Axis::around(measure_axis(curve.measure, w), train.iter().chain(&valid).map(|p| p.1), false);
    let mut layers = Vec::new();
    let mut legend = vec![(Series(0), Key::Line, w.train_rows.to_owned())];
    if let Some(kept) = curve.kept.map(|step| step as f64) {
        layers.push(Layer::Rule((kept, y.range.0), (kept, y.range.1)));
    }
    layers.push(Layer::Line(Series(0), train));
    if !valid.is_empty() {
        layers.push(Layer::Line(Series(1), valid));
        legend.push((Series(1), Key::Line, w.validation_rows.to_owned()));
    }
    let row = |p: &crate::data::LossPoint| {
        vec![number(count(p.step as u64)), number(figure(p.train)), number(maybe(p.valid, figure))]
    };
    Figure {
        title: fill(w.losses_figure, &[("head", &curve.head)]),
        note: curve.kept.map_or_else(String::new, |k| fill(w.kept, &[("step", &plain(k as f64))])),
        table: Table {
            head: heads(&[w.step, w.train_rows, w.validation_rows]),
            rows: points.iter().map(row).collect(),
            stacks: false,
        },
        legend,
        svg: Xy { x, y, height: 240, layers }.svg(),
    }
}
