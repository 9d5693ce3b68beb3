//! The quality of each head on held-out rows, and its prediction sets.

use super::{
    MAX_EACH, MAX_POINTS, classes, head, heads, maybe, measure_name, number, side_by_side, span, spanned,
    thinned, words, written,
};
use crate::data::{ConformalSets, HeadMeasured, Measured, NumbersMeasured, ReportData};
use crate::number::{count, percent, plain};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Layer, Series, Xy};
use crate::words::{Words, fill};
use floorwalker_metrics::histogram;

/// Number of bins of the histogram of residuals.
const N_BINS: usize = 30;

/// The section of heads.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    for measured in data.heads.iter().take(MAX_EACH) {
        head(page, &measured.head);
        page.text("p", &fill(page.words.heads_intro, &[("rows", &count(measured.rows))]));
        page.table(page.words.figures, &figures(measured, page.words));
        if let Some(of) = &measured.classes {
            classes::section(page, of);
        }
        if let Some(of) = &measured.numbers {
            side_by_side(page, |page| {
                page.figure(&against(of, page.words));
                if let Some(figure) = residuals(of, page.words) {
                    page.figure(&figure);
                }
            });
        }
    }
}

fn figures(measured: &HeadMeasured, w: &Words) -> Table {
    let row = |m: &Measured| {
        let show = written(m.measure);
        let better = if m.measure.less_is_better() { w.less } else { w.more };
        vec![
            words(measure_name(m.measure, w)),
            number(show(m.value.value)),
            number(span(&m.value, show)),
            number(maybe(m.baseline, show)),
            words(better),
        ]
    };
    Table {
        head: heads(&[w.figure, w.value, w.interval, w.baseline, w.better]),
        rows: measured.figures.iter().map(row).collect(),
        stacks: true,
    }
}

/// The name of an axis with the target's unit.
fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
}

fn against(of: &NumbersMeasured, w: &Words) -> Figure {
    let points = thinned(&of.pairs, MAX_POINTS);
    let all = || points.iter().flat_map(|p| [p.0, p.1]);
    let x = Axis::around(&with_unit(w.truth, &of.unit), all(), false);
    let y = Axis::around(&with_unit(w.predicted, &of.unit), all(), false);
    let row = |p: &(f64, f64)| vec![number(plain(p.0)), number(plain(p.1)), number(plain(p.0 - p.1))];
    Figure {
        title: w.against.to_owned(),
        note: fill(
            w.against_note,
            &[("n", &count(points.len() as u64)), ("all", &count(of.pairs.len() as u64))],
        ),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.truth, w.predicted, w.residual]),
            rows: points.iter().map(row).collect(),
            stacks: false,
        },
        svg: Xy {
            layers: vec![
                Layer::Rule((x.range.0, x.range.0), (x.range.1, x.range.1)),
                Layer::Points(Series(0), 2.0, 0.4, points),
            ],
            x,
            y,
            height: 330,
        }
        .svg(),
    }
}

fn residuals(of: &NumbersMeasured, w: &Words) -> Option<Figure> {
    let residuals: Vec<f64> = of.pairs.iter().map(|p| p.0 - p.1).collect();
    let found = histogram(&residuals, N_BINS)?;
    let bars: Vec<(f64, f64, f64)> =
        found.edges.windows(2).zip(&found.counts).map(|(e, n)| (e[0], e[1], *n as f64)).collect();
    let x = Axis::around(&with_unit(w.residual_axis, &of.unit), found.edges.iter().copied(), false);
    let y = Axis::around(w.rows, bars.iter().map(|b| b.2), true);
    let row = |b: &(f64, f64, f64)| vec![number(plain(b.0)), number(plain(b.1)), number(plain(b.2))];
    Some(Figure {
        title: w.residuals.to_owned(),
        note: w.residuals_note.to_owned(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.from, w.to, w.rows]),
            rows: bars.iter().map(row).collect(),
            stacks: false,
        },
        svg: Xy {
            layers: vec![Layer::Bars(Series(0), bars), Layer::Rule((0.0, y.range.0), (0.0, y.range.1))],
            x,
            y,
            height: 240,
        }
        .svg(),
    })
}

/// The section of prediction sets, for every head.
pub(super) fn sets(page: &mut Page<'_>, data: &ReportData) {
    page.text("p", page.words.sets_intro);
    for of in data.conformal.iter().take(MAX_EACH) {
        head(page, &of.head);
        let table = sets_table(of, page.words);
        page.table(page.words.sets, &table);
    }
}

fn sets_table(of: &ConformalSets, w: &Words) -> Table {
    let row = |r: &crate::data::ConformalRow| {
        vec![
            number(percent(r.asked)),
            number(spanned(&r.measured, percent)),
            number(format!("{:.2}", r.mean_size)),
            number(maybe(r.single, percent)),
        ]
    };
    Table {
        head: heads(&[w.asked, w.covered, w.mean_size, w.single]),
        rows: of.rows.iter().map(row).collect(),
        stacks: true,
    }
}
