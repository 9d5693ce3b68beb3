//! How methods of recommendation rank, what the blend is made of, and what is bought together.

use super::{figure, heads, number, side_by_side, span, spanned, words};
use crate::data::{RankedMethod, Recommendation, ReportData};
use crate::number::{count, percent, plain};
use crate::page::{Cell, Figure, Page, Table};
use crate::plot::{Axis, Row, Rows, Series};
use crate::words::{Words, fill};
use floorwalker_metrics::Interval;

const BLEND: Series = Series(0);
const OTHER: Series = Series(5);

/// The section of recommendation.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let Some(found) = &data.recommendation else { return };
    let w = page.words;
    let counts = [("steps", count(found.steps)), ("sessions", count(found.sessions))];
    page.text("p", &fill(w.recommend_intro, &counts.each_ref().map(|(key, value)| (*key, value.as_str()))));
    page.table(w.recommend, &table(found, w));
    side_by_side(page, |page| {
        page.figure(&ranks(found, w));
        page.figure(&weights(found, w));
    });
    if !found.bundles.is_empty() {
        page.text("p", &fill(w.recommend_bundles_intro, &[("baskets", &count(found.baskets))]));
        page.table(w.recommend_bundles, &bundles(found, w));
    }
}

/// What a method is called; its name in the code for one that has no word.
fn named(method: &RankedMethod, w: &Words) -> String {
    let name = match method.name.as_str() {
        "popularity" => w.by_popularity,
        "trend" => w.by_trend,
        "markov" => w.by_markov,
        "item_item" => w.by_item_item,
        "sequence" => w.by_sequence,
        "content" => w.by_content,
        "factors" => w.by_factors,
        "neighbours" => w.by_neighbours,
        "blend" => w.by_blend,
        other => other,
    };
    name.to_owned()
}

fn is_blend(method: &RankedMethod) -> bool {
    method.name == "blend"
}

fn table(found: &Recommendation, w: &Words) -> Table {
    let row = |method: &RankedMethod| {
        let name = named(method, w);
        vec![
            if is_blend(method) { Cell::Strong(name) } else { words(name) },
            number(spanned(&method.mrr, figure)),
            number(spanned(&method.hit_rate, figure)),
            number(percent(method.coverage)),
            number(format!("{:.1}", method.novelty)),
            number(plain(method.diversity)),
            number(format!("{:.2}", method.popularity)),
        ]
    };
    Table {
        head: heads(&[w.method, w.mrr, w.hit_rate, w.coverage, w.novelty, w.diversity, w.popularity_bias]),
        rows: found.methods.iter().map(row).collect(),
        stacks: true,
    }
}

fn ranks(found: &Recommendation, w: &Words) -> Figure {
    let row = |method: &RankedMethod| Row {
        name: named(method, w),
        note: figure(method.mrr.value),
        marks: vec![(if is_blend(method) { BLEND } else { OTHER }, method.mrr)],
    };
    let values = found.methods.iter().flat_map(|method| [method.mrr.low, method.mrr.high, 0.0]);
    let drawn = |method: &RankedMethod| {
        vec![words(named(method, w)), number(figure(method.mrr.value)), number(span(&method.mrr, figure))]
    };
    Figure {
        title: w.recommend_figure.to_owned(),
        note: w.recommend_note.to_owned(),
        svg: Rows {
            axis: Axis::around(w.mrr, values, false),
            rows: found.methods.iter().map(row).collect(),
            rules: Vec::new(),
            as_bars: false,
        }
        .svg(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.method, w.mrr, w.interval]),
            rows: found.methods.iter().map(drawn).collect(),
            stacks: false,
        },
    }
}

fn weights(found: &Recommendation, w: &Words) -> Figure {
    let bar = |weight: f64| Interval { value: weight, low: weight.min(0.0), high: weight.max(0.0) };
    let row = |(name, weight): &(String, f64)| Row {
        name: name.clone(),
        note: format!("{weight:+.2}"),
        marks: vec![(BLEND, bar(*weight))],
    };
    let values = found.weights.iter().flat_map(|(_, weight)| [0.0, *weight]);
    Figure {
        title: w.recommend_weights.to_owned(),
        note: w.recommend_weights_note.to_owned(),
        svg: Rows {
            axis: Axis::around(w.logit_axis, values, false),
            rows: found.weights.iter().map(row).collect(),
            rules: vec![0.0],
            as_bars: true,
        }
        .svg(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.signal, w.weight]),
            rows: found
                .weights
                .iter()
                .map(|(name, weight)| vec![words(name.clone()), number(format!("{weight:+.3}"))])
                .collect(),
            stacks: false,
        },
    }
}

fn bundles(found: &Recommendation, w: &Words) -> Table {
    let row = |(titles, n): &(Vec<String>, u64)| {
        let share = *n as f64 / found.baskets.max(1) as f64;
        vec![words(titles.join(" + ")), number(count(*n)), number(percent(share))]
    };
    Table {
        head: heads(&[w.recommend_bundles, w.baskets, w.share]),
        rows: found.bundles.iter().map(row).collect(),
        stacks: true,
    }
}
