//! Rates for each group of shoppers, and the disparities between groups.

use super::{MAX_EACH, head, heads, number, side_by_side, spanned, words};
use crate::data::{Fairness, ReportData};
use crate::number::{DASH, count, percent, plain, tick_percent};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Key, Row, Rows, Series};
use crate::words::{Words, fill};
use floorwalker_metrics::{FOUR_FIFTHS, GroupRates, Interval, disparities};

/// Largest number of groups that are drawn.
const MAX_GROUPS: usize = 20;

/// The section of comparisons between groups.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    page.text("p", w.fairness_intro);
    for of in data.fairness.iter().take(MAX_EACH) {
        head(page, &of.head);
        let by = [
            ("attribute", of.attribute.as_str()),
            ("positive", of.positive.as_str()),
            ("threshold", &plain(of.threshold)),
        ];
        page.text("h4", &fill(w.fairness_by, &by));
        if of.small > 0 {
            page.text("p", &fill(w.fairness_small, &[("n", &count(of.small))]));
        }
        let found = disparities(&of.groups);
        if found.is_empty() {
            page.text("p", w.no_disparity);
        } else {
            page.raw("<ul class=\"warnings\">\n");
            for d in found.iter().take(MAX_GROUPS) {
                let ratio = percent(d.ratio);
                page.text(
                    "li",
                    &fill(
                        w.disparity,
                        &[
                            ("group", named(&d.group, w)),
                            ("reference", named(&d.reference, w)),
                            ("ratio", &ratio),
                        ],
                    ),
                );
            }
            page.raw("</ul>\n");
        }
        side_by_side(page, |page| {
            page.figure(&rates(of, w));
            page.figure(&gaps(of, w));
        });
    }
}

/// The name of a group as it is shown; the group of rows without a value has an empty name.
fn named<'a>(group: &'a str, w: &Words) -> &'a str {
    if group.is_empty() { w.no_value } else { group }
}

fn rates(of: &Fairness, w: &Words) -> Figure {
    let figures = |g: &GroupRates| [(Series(0), g.selection), (Series(1), g.tpr), (Series(2), g.fpr)];
    let rows = of.groups.iter().take(MAX_GROUPS).map(|g| Row {
        name: named(&g.group, w).to_owned(),
        note: fill(w.n_rows, &[("n", &count(g.n))]),
        marks: figures(g).into_iter().filter_map(|(s, v)| Some((s, v?))).collect(),
    });
    let highest = of.groups.iter().filter_map(|g| g.selection).map(|s| s.value).reduce(f64::max);
    let cell = |v: Option<Interval>| number(v.map_or_else(|| DASH.to_owned(), |v| spanned(&v, percent)));
    let table = of.groups.iter().map(|g| {
        vec![words(named(&g.group, w)), number(count(g.n)), cell(g.selection), cell(g.tpr), cell(g.fpr)]
    });
    Figure {
        title: w.rates.to_owned(),
        note: w.rates_note.to_owned(),
        svg: Rows {
            axis: Axis::share(w.share),
            rows: rows.collect(),
            rules: highest.map(|h| FOUR_FIFTHS * h).into_iter().collect(),
            as_bars: false,
        }
        .svg(),
        legend: [w.selection, w.tpr, w.fpr]
            .into_iter()
            .enumerate()
            .map(|(at, name)| (Series(at), Key::Dot, name.to_owned()))
            .collect(),
        table: Table {
            head: heads(&[w.group, w.rows, w.selection, w.tpr, w.fpr]),
            rows: table.collect(),
            stacks: true,
        },
    }
}

fn gaps(of: &Fairness, w: &Words) -> Figure {
    let rows = of.groups.iter().take(MAX_GROUPS).map(|g| Row {
        name: named(&g.group, w).to_owned(),
        note: g.gap.map_or_else(|| DASH.to_owned(), |gap| percent(gap.value)),
        marks: g.gap.map(|gap| (Series(0), gap)).into_iter().collect(),
    });
    let values = of.groups.iter().filter_map(|g| g.gap).flat_map(|g| [g.low, g.high]);
    let cell = |v: Option<Interval>| number(v.map_or_else(|| DASH.to_owned(), |v| spanned(&v, percent)));
    let table = of.groups.iter().map(|g| vec![words(named(&g.group, w)), cell(g.observed), cell(g.gap)]);
    Figure {
        title: w.gaps.to_owned(),
        note: w.gaps_note.to_owned(),
        svg: Rows {
            axis: Axis::around(w.gap_axis, values, true).written(tick_percent),
            rows: rows.collect(),
            rules: vec![0.0],
            as_bars: false,
        }
        .svg(),
        legend: Vec::new(),
        table: Table { head: heads(&[w.group, w.observed, w.gap]), rows: table.collect(), stacks: false },
    }
}
