//! Segments of shoppers, early warnings, how early a purchase is foreseen, and purchases expected and made.

use super::{figure, heads, number, side_by_side, span, spanned, words};
use crate::data::ReportData;
use crate::number::{DASH, count, percent, plain};
use crate::page::{Cell, Figure, Page, Table};
use crate::plot::{Axis, Key, Layer, Row, Rows, Series, Xy};
use crate::words::{Words, fill};
use floorwalker_learn::store::SegmentsBy;
use floorwalker_learn::train::shopper::{Alerts, Early, Risk, Segments, Skipped, Worth};

/// The section of shoppers.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let (w, found) = (page.words, &data.shoppers);
    page.text("p", w.shoppers_intro);
    if let Some(segments) = &found.segments {
        of_segments(page, segments);
    }
    if !found.risks.is_empty() {
        page.text("h3", w.risks);
        page.text("p", w.risks_intro);
        page.table(w.risks, &risks(&found.risks, w));
    }
    side_by_side(page, |page| {
        if !found.early.is_empty() {
            page.figure(&early(&found.early, w));
        }
        if let Some(worth) = &found.worth {
            page.figure(&of_worth(worth, w));
        }
    });
    for (head, why) in &found.skipped {
        let why = match why {
            Skipped::NoPurchase => w.skipped_no_purchase,
            Skipped::OneOutcome => w.skipped_one_outcome,
            Skipped::TooShort => w.skipped_too_short,
            Skipped::NoFeature => w.skipped_no_feature,
        };
        page.text("p", &fill(w.skipped, &[("head", head), ("why", why)]));
    }
}

fn of_segments(page: &mut Page<'_>, segments: &Segments) {
    let w = page.words;
    page.text("h3", w.segments);
    let by = match segments.by {
        SegmentsBy::Rfm => w.segments_rfm,
        SegmentsBy::KMeans => w.segments_k_means,
        SegmentsBy::Dbscan => w.segments_dbscan,
    };
    page.text("p", by);
    let stability = if segments.stability.is_finite() { figure(segments.stability) } else { DASH.to_owned() };
    page.text("p", &fill(w.segments_stability, &[("index", &stability)]));
    page.table(w.segments, &profiles(segments, w));
    if !segments.points.is_empty() {
        page.figure(&scatter(segments, w));
    }
}

/// What a segment is called: in words, or, for clusters, the phrases of its name, each in words where there are any.
fn named(name: &str, w: &Words) -> String {
    let phrase = |phrase: &str| -> String {
        match phrase {
            "ordinary" => w.segment_ordinary,
            "at_risk" => w.segment_at_risk,
            "promising" => w.segment_promising,
            "high_value" => w.segment_high_value,
            "noise" => w.noise,
            "like most" => w.segment_like_most,
            "buys often" => w.buys_often,
            "buys rarely" => w.buys_rarely,
            "spends much" => w.spends_much,
            "spends little" => w.spends_little,
            "looks at dear items" => w.looks_dear,
            "looks at cheap items" => w.looks_cheap,
            "looks a lot" => w.looks_a_lot,
            "looks little" => w.looks_little,
            "on weekends" => w.on_weekends,
            "on workdays" => w.on_workdays,
            other => other,
        }
        .to_owned()
    };
    name.split(", ").map(phrase).collect::<Vec<_>>().join(w.comma)
}

/// What a feature of the profile is called, and how its values are shown; the name in the store for any other.
fn told<'a>(feature: &'a str, w: &'a Words) -> (&'a str, fn(f64) -> String) {
    match feature {
        "shopper.since_purchase" => {
            (w.days_since_purchase, |seconds| plain((seconds / 8_640.0).round() / 10.0))
        }
        "shopper.purchases" => (w.purchases, plain),
        "shopper.spent" => (w.spent, plain),
        "shopper.mean_price" => (w.mean_price, plain),
        "shopper.seen" => (w.looks, plain),
        "shopper.weekend" => (w.on_weekends, percent),
        other => (other, plain),
    }
}

fn profiles(segments: &Segments, w: &Words) -> Table {
    let all: usize = segments.profiles.iter().map(|one| one.n).sum();
    let mut head = heads(&[w.segment, w.n_shoppers, w.share]);
    head.extend(segments.features.iter().map(|name| told(name, w).0.to_owned()));
    let rows = segments.profiles.iter().map(|one| {
        let share = one.n as f64 / all.max(1) as f64;
        let mut row = vec![words(named(&one.name, w)), number(count(one.n as u64)), number(percent(share))];
        row.extend(
            one.means.iter().zip(&segments.features).map(|(mean, name)| number(told(name, w).1(*mean))),
        );
        row
    });
    Table { head, rows: rows.collect(), stacks: true }
}

fn scatter(segments: &Segments, w: &Words) -> Figure {
    let mut layers = Vec::new();
    let mut legend = Vec::new();
    let mut rows = Vec::new();
    for (at, one) in segments.profiles.iter().enumerate() {
        let mine: Vec<(f64, f64)> = segments
            .points
            .iter()
            .filter(|(_, _, of)| *of == at)
            .map(|(x, y, _)| (f64::from(*x), f64::from(*y)))
            .collect();
        let mean = |of: fn(&(f64, f64)) -> f64| mine.iter().map(of).sum::<f64>() / mine.len() as f64;
        rows.push(vec![
            words(named(&one.name, w)),
            number(count(mine.len() as u64)),
            number(plain(mean(|point| point.0))),
            number(plain(mean(|point| point.1))),
        ]);
        layers.push(Layer::Points(Series(at), 2.4, 0.6, mine));
        legend.push((Series(at), Key::Dot, named(&one.name, w)));
    }
    let [x, y] = segments.axes.each_ref().map(|name| told(name, w).0);
    let axis = |name: &str, values: &dyn Fn(&(f32, f32, usize)) -> f32| {
        Axis::around(name, segments.points.iter().map(|point| f64::from(values(point))), true)
    };
    Figure {
        title: w.segments_figure.to_owned(),
        note: fill(w.segments_note, &[("n", &count(segments.points.len() as u64))]),
        svg: Xy { x: axis(x, &|point| point.0), y: axis(y, &|point| point.1), height: 300, layers }.svg(),
        legend,
        table: Table { head: heads(&[w.segment, w.n_shoppers, x, y]), rows, stacks: false },
    }
}

fn risks(risks: &[Risk], w: &Words) -> Table {
    let row = |name: Cell, model: &str, alerts: Option<&Alerts>| {
        let show = |of: &dyn Fn(&Alerts) -> String| number(alerts.map_or_else(|| DASH.to_owned(), of));
        vec![
            name,
            words(model),
            show(&|alerts| count(alerts.n_rows as u64)),
            show(&|alerts| percent(alerts.n_positive as f64 / alerts.n_rows.max(1) as f64)),
            show(&|alerts| spanned(&alerts.auc, figure)),
            show(&|alerts| percent(alerts.share)),
            show(&|alerts| spanned(&alerts.precision, figure)),
            show(&|alerts| figure(alerts.recall)),
            show(&|alerts| format!("{:.1}", alerts.lift())),
        ]
    };
    let mut rows = Vec::new();
    for risk in risks {
        let name = match risk.head {
            "abandonment" => w.risk_abandonment,
            "churn" => w.risk_churn,
            _ => w.risk_anomaly,
        };
        rows.push(row(Cell::Strong(name.to_owned()), &risk.model, risk.alerts.as_ref()));
        for (pattern, alerts) in &risk.planted {
            rows.push(row(words(fill(w.risk_planted, &[("pattern", pattern)])), &risk.model, Some(alerts)));
        }
        if let Some((model, alerts)) = &risk.other {
            rows.push(row(words(w.risk_other), model, Some(alerts)));
        }
    }
    let head = heads(&[
        w.head_word,
        w.model,
        w.n_sessions,
        w.share,
        w.auc,
        w.alert_budget,
        w.precision,
        w.recall,
        w.lift,
    ]);
    Table { head, rows, stacks: true }
}

fn early(curve: &[Early], w: &Words) -> Figure {
    let name = |point: &Early| match point.n {
        Some(n) => fill(w.after_events, &[("n", &n.to_string())]),
        None => w.after_all.to_owned(),
    };
    let row = |point: &Early| Row {
        name: name(point),
        note: figure(point.auc.value),
        marks: vec![(Series(0), point.auc)],
    };
    let values = curve.iter().flat_map(|point| [point.auc.low, point.auc.high, 0.5]);
    let drawn = |point: &Early| {
        vec![
            words(name(point)),
            number(count(point.n_rows as u64)),
            number(count(point.n_bought as u64)),
            number(figure(point.auc.value)),
            number(span(&point.auc, figure)),
        ]
    };
    Figure {
        title: w.early.to_owned(),
        note: w.early_note.to_owned(),
        svg: Rows {
            axis: Axis::around(w.auc, values, false),
            rows: curve.iter().map(row).collect(),
            rules: vec![0.5],
            as_bars: false,
        }
        .svg(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.known, w.n_sessions, w.n_bought, w.auc, w.interval]),
            rows: curve.iter().map(drawn).collect(),
            stacks: false,
        },
    }
}

fn of_worth(worth: &Worth, w: &Words) -> Figure {
    let line = |of: fn(&(u32, f64, f64)) -> f64| -> Vec<(f64, f64)> {
        let zero = std::iter::once((0.0, 0.0));
        zero.chain(worth.points.iter().map(|point| (f64::from(point.0), of(point)))).collect()
    };
    let (expected, made) = (line(|point| point.1), line(|point| point.2));
    let mut x = Axis::around(w.weeks, expected.iter().map(|point| point.0), true);
    x.ticks.retain(|tick| tick.fract() == 0.0);
    let values = expected.iter().chain(&made).map(|point| point.1);
    let y = Axis::around(w.purchases, values, true);
    let row = |(week, expected, made): &(u32, f64, f64)| {
        vec![
            number(count(u64::from(*week))),
            number(plain((expected * 10.0).round() / 10.0)),
            number(plain(*made)),
        ]
    };
    Figure {
        title: w.worth.to_owned(),
        note: fill(w.worth_note, &[("n", &count(worth.customers as u64))]),
        svg: Xy {
            x,
            y,
            height: 240,
            layers: vec![Layer::Line(Series(0), expected), Layer::Line(Series(1), made)],
        }
        .svg(),
        legend: vec![
            (Series(0), Key::Line, w.worth_expected.to_owned()),
            (Series(1), Key::Line, w.worth_made.to_owned()),
        ],
        table: Table {
            head: heads(&[w.weeks, w.worth_expected, w.worth_made]),
            rows: worth.points.iter().map(row).collect(),
            stacks: false,
        },
    }
}
