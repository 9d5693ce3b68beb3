//! The importance of features, and the effects of the most important ones.

use super::{
    MAX_CURVE, MAX_EACH, head, heads, measure_name, number, packed, side_by_side, span, thinned, words,
};
use crate::data::{Effect, EffectShape, Importance, ReportData};
use crate::number::{count, plain, tick, tick_percent};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Layer, Row, Rows, Series, Xy};
use crate::words::{Words, fill};
use floorwalker_metrics::Interval;

/// Largest number of features that are drawn; the table has all.
const MAX_FEATURES: usize = 20;

/// The section of importance and effects.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    page.text("p", w.features_intro);
    for of in data.importance.iter().take(MAX_EACH) {
        head(page, &of.head);
        let measured = if of.learnt { w.importance_learnt } else { w.importance_held };
        page.text("p", &fill(measured, &[("rows", &count(of.rows))]));
        let effects = data.effects.iter().filter(|e| e.head == of.head).take(MAX_EACH);
        packed(page, |page| {
            page.figure(&importance(of, w));
            effects.for_each(|e| page.figure(&effect(e, w)));
        });
    }
    let alone = |e: &&Effect| data.importance.iter().all(|i| i.head != e.head);
    side_by_side(page, |page| {
        data.effects.iter().filter(alone).take(MAX_EACH).for_each(|e| page.figure(&effect(e, w)));
    });
}

fn importance(of: &Importance, w: &Words) -> Figure {
    let mut features: Vec<&(String, Interval)> = of.features.iter().collect();
    features.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
    let drawn = &features[..features.len().min(MAX_FEATURES)];
    let rows = drawn.iter().map(|(name, value)| Row {
        name: name.clone(),
        note: plain(value.value),
        marks: vec![(Series(0), *value)],
    });
    let axis = fill(w.importance_axis, &[("measure", measure_name(of.measure, w))]);
    let values = drawn.iter().flat_map(|(_, v)| [v.low, v.value, v.high]);
    let table =
        features.iter().map(|(name, v)| vec![words(name), number(plain(v.value)), number(span(v, plain))]);
    Figure {
        title: w.importance.to_owned(),
        note: w.importance_note.to_owned(),
        svg: Rows {
            axis: Axis::around(&axis, values, true),
            rows: rows.collect(),
            rules: vec![0.0],
            as_bars: false,
        }
        .svg(),
        legend: Vec::new(),
        table: Table { head: heads(&[w.feature, w.value, w.interval]), rows: table.collect(), stacks: false },
    }
}

fn effect(of: &Effect, w: &Words) -> Figure {
    let output = fill(
        if of.is_probability { w.effect_probability } else { w.effect_value },
        &[("output", &of.output)],
    );
    let show = if of.is_probability { tick_percent } else { tick };
    let (svg, rows) = match &of.shape {
        EffectShape::Numeric(points) => {
            let points = thinned(points, MAX_CURVE);
            let x = Axis::around(&of.feature, points.iter().map(|p| p.0), false);
            let y = Axis::around(&output, points.iter().map(|p| p.1), of.is_probability).written(show);
            let rows = points.iter().map(|p| vec![number(plain(p.0)), number(plain(p.1))]).collect();
            (Xy { x, y, height: 230, layers: vec![Layer::Line(Series(0), points)] }.svg(), rows)
        }
        EffectShape::Categorical(categories) => {
            let drawn = &categories[..categories.len().min(MAX_FEATURES)];
            let axis = Axis::around(&output, drawn.iter().map(|c| c.1), of.is_probability).written(show);
            let dots = drawn.iter().map(|(name, v)| Row {
                name: name.clone(),
                note: show(*v),
                marks: vec![(Series(0), Interval { value: *v, low: *v, high: *v })],
            });
            let rows = categories.iter().map(|(name, v)| vec![words(name), number(plain(*v))]).collect();
            (Rows { axis, rows: dots.collect(), rules: Vec::new(), as_bars: false }.svg(), rows)
        }
    };
    Figure {
        title: fill(w.effect, &[("feature", &of.feature)]),
        note: fill(w.effect_note, &[("rows", &count(of.rows))]),
        svg,
        legend: Vec::new(),
        table: Table { head: vec![of.feature.clone(), output], rows, stacks: false },
    }
}
