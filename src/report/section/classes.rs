//! A head that predicts classes: confusion matrix, ranking, calibration, cost, scores.

use super::{MAX_CURVE, MAX_SERIES, heads, maybe, number, side_by_side, spanned, thinned, words};
use crate::data::{Calibration, ClassesMeasured, Ranking, ScoreSpread};
use crate::escape::escape;
use crate::number::{count, figure, percent, plain};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Key, Layer, MOST_CLASSES, Series, Xy, heat};
use crate::words::{Words, fill};
use floorwalker_metrics::{Confusion, CostCurve};

/// Number of errors that are listed.
const N_WORST: usize = 20;
/// Largest number of classes for which the table is shown open.
const MAX_OPEN: usize = 15;
/// Height of a plot whose axes both are shares.
const SQUARE: u32 = 320;

/// All tables and plots of the head.
pub(super) fn section(page: &mut Page<'_>, of: &ClassesMeasured) {
    let w = page.words;
    // A table of many classes is folded, because it is looked up rather than read.
    let folds = of.per_class.len() > MAX_OPEN;
    if folds {
        page.raw(&format!("<details><summary>{}</summary>\n", escape(w.per_class)));
    }
    page.table(w.per_class, &per_class(of, w));
    if folds {
        page.raw("</details>\n");
    }
    if let Some(confusion) = of.confusion.as_ref().filter(|m| m.n_classes > MOST_CLASSES) {
        page.text("h4", w.worst);
        page.table(w.worst, &worst(confusion, &of.classes, w));
    }
    side_by_side(page, |page| {
        if let Some(confusion) = of.confusion.as_ref().filter(|m| (1..=MOST_CLASSES).contains(&m.n_classes)) {
            page.figure(&matrix(confusion, &of.classes, w));
        }
        let rankings = &of.rankings[..of.rankings.len().min(MAX_SERIES)];
        if rankings.iter().any(|r| !r.roc.is_empty()) {
            page.figure(&roc(rankings, w));
        }
        if rankings.iter().any(|r| !r.pr.is_empty()) {
            page.figure(&precision_recall(rankings, w));
        }
        for calibration in of.calibration.iter().filter(|c| !c.bins.is_empty()).take(MAX_SERIES) {
            page.figure(&reliability(calibration, w));
        }
        if let Some(curve) = of.cost.as_ref().filter(|c| !c.points.is_empty()) {
            page.figure(&cost(curve, of.threshold, w));
        }
        if !of.spreads.is_empty() {
            page.figure(&spreads(&of.spreads[..of.spreads.len().min(4)], of.threshold, w));
        }
    });
}

fn per_class(of: &ClassesMeasured, w: &Words) -> Table {
    let scores = of.per_class.iter().map(|c| {
        vec![
            words(&c.class),
            number(figure(c.precision)),
            number(figure(c.recall)),
            number(figure(c.f1)),
            number(count(c.rows)),
        ]
    });
    Table {
        head: heads(&[w.class, w.precision, w.recall, w.f1, w.rows]),
        rows: scores.collect(),
        stacks: false,
    }
}

fn name(classes: &[String], at: usize) -> String {
    classes.get(at).cloned().unwrap_or_else(|| at.to_string())
}

fn worst(confusion: &Confusion, classes: &[String], w: &Words) -> Table {
    let mistakes = confusion.worst(N_WORST).into_iter();
    let rows = mistakes.map(|(truth, taken, n)| {
        vec![words(name(classes, truth)), words(name(classes, taken)), number(count(n))]
    });
    Table { head: heads(&[w.truth, w.taken_for, w.rows]), rows: rows.collect(), stacks: false }
}

fn matrix(confusion: &Confusion, classes: &[String], w: &Words) -> Figure {
    let k = confusion.n_classes;
    let row = |t: usize| {
        let cells = (0..k).map(|p| number(count(confusion.count(t, p))));
        std::iter::once(words(name(classes, t))).chain(cells).collect()
    };
    let corner = format!("{} ↓ {} →", w.truth, w.predicted);
    Figure {
        title: w.confusion.to_owned(),
        note: w.confusion_note.to_owned(),
        svg: heat(classes, confusion, w.truth, w.predicted),
        legend: Vec::new(),
        table: Table {
            head: std::iter::once(corner).chain((0..k).map(|at| name(classes, at))).collect(),
            rows: (0..k).map(row).collect(),
            stacks: false,
        },
    }
}

fn legend(rankings: &[Ranking], area: impl Fn(&Ranking) -> String) -> Vec<(Series, Key, String)> {
    let line = |(at, r): (usize, &Ranking)| (Series(at), Key::Line, format!("{} · {}", r.class, area(r)));
    rankings.iter().enumerate().map(line).collect()
}

fn roc(rankings: &[Ranking], w: &Words) -> Figure {
    let mut layers = vec![Layer::Rule((0.0, 0.0), (1.0, 1.0))];
    let mut rows = Vec::new();
    for (at, r) in rankings.iter().enumerate() {
        let points = thinned(&r.roc, MAX_CURVE);
        layers.push(Layer::Line(Series(at), points.iter().map(|p| (p.fpr, p.tpr)).collect()));
        rows.extend(thinned(&points, 24).iter().map(|p| {
            vec![
                words(&r.class),
                number(maybe(p.threshold.map(f64::from), figure)),
                number(percent(p.fpr)),
                number(percent(p.tpr)),
            ]
        }));
    }
    Figure {
        title: w.roc.to_owned(),
        note: w.roc_note.to_owned(),
        svg: Xy { x: Axis::share(w.fpr_axis), y: Axis::share(w.tpr_axis), height: SQUARE, layers }.svg(),
        legend: legend(rankings, |r| {
            let area = r.auc.map_or_else(|| maybe(None, figure), |a| spanned(&a, figure));
            fill(w.area, &[("area", &area)])
        }),
        table: Table { head: heads(&[w.class, w.threshold, w.fpr, w.tpr]), rows, stacks: false },
    }
}

fn precision_recall(rankings: &[Ranking], w: &Words) -> Figure {
    let mut layers = Vec::new();
    let mut rows = Vec::new();
    for (at, r) in rankings.iter().enumerate() {
        if let [alone] = rankings {
            layers.push(Layer::Rule((0.0, alone.prevalence), (1.0, alone.prevalence)));
        }
        let points = thinned(&r.pr, MAX_CURVE);
        layers.push(Layer::Line(Series(at), points.iter().map(|p| (p.recall, p.precision)).collect()));
        rows.extend(thinned(&points, 24).iter().map(|p| {
            vec![
                words(&r.class),
                number(figure(f64::from(p.threshold))),
                number(percent(p.recall)),
                number(percent(p.precision)),
            ]
        }));
    }
    Figure {
        title: w.pr.to_owned(),
        note: if rankings.len() == 1 { w.pr_note.to_owned() } else { String::new() },
        svg: Xy { x: Axis::share(w.recall), y: Axis::share(w.precision), height: SQUARE, layers }.svg(),
        legend: legend(rankings, |r| {
            let guess = percent(r.prevalence);
            fill(w.area_guess, &[("area", &maybe(r.average_precision, figure)), ("guess", &guess)])
        }),
        table: Table { head: heads(&[w.class, w.threshold, w.recall, w.precision]), rows, stacks: false },
    }
}

fn reliability(of: &Calibration, w: &Words) -> Figure {
    let most = of.bins.iter().map(|b| b.n).max().unwrap_or(1).max(1) as f64;
    let mut layers = vec![
        Layer::Rule((0.0, 0.0), (1.0, 1.0)),
        Layer::Whiskers(
            Series(0),
            of.bins.iter().map(|b| (b.mean, b.observed.low, b.observed.high)).collect(),
        ),
    ];
    // The area of a dot grows with its number of rows.
    layers.extend(of.bins.iter().map(|b| {
        let radius = 1.5 + 3.5 * (b.n as f64 / most).sqrt();
        Layer::Points(Series(0), radius, 1.0, vec![(b.mean, b.observed.value)])
    }));
    let rows = of.bins.iter().map(|b| {
        vec![number(percent(b.mean)), number(spanned(&b.observed, percent)), number(count(b.n as u64))]
    });
    Figure {
        title: of
            .class
            .as_ref()
            .map_or_else(|| w.reliability_top.to_owned(), |class| fill(w.reliability, &[("class", class)])),
        note: w.reliability_note.to_owned(),
        svg: Xy { x: Axis::share(w.said_axis), y: Axis::share(w.happened_axis), height: SQUARE, layers }
            .svg(),
        legend: Vec::new(),
        table: Table { head: heads(&[w.said, w.happened, w.rows]), rows: rows.collect(), stacks: false },
    }
}

fn cost(curve: &CostCurve, threshold: Option<f64>, w: &Words) -> Figure {
    let points = thinned(&curve.points, MAX_CURVE);
    let y = Axis::around(w.cost_axis, points.iter().map(|p| p.cost).chain([curve.never]), true);
    let mut layers = vec![Layer::Rule((0.0, curve.never), (1.0, curve.never))];
    if let Some(t) = threshold {
        layers.push(Layer::Rule((t, y.range.0), (t, y.range.1)));
    }
    layers.push(Layer::Line(Series(0), points.iter().map(|p| (p.threshold, p.cost)).collect()));
    if let Some(best) = curve.best {
        layers.push(Layer::Points(Series(1), 4.5, 1.0, vec![(best.threshold, best.cost)]));
    }
    let best = curve.best.map_or_else(
        || w.cost_never_best.to_owned(),
        |b| {
            fill(
                w.cost_best,
                &[
                    ("threshold", &figure(b.threshold)),
                    ("cost", &plain(b.cost)),
                    ("taken", &percent(b.taken)),
                ],
            )
        },
    );
    let facts = fill(w.cost_note, &[("theory", &figure(curve.theory)), ("never", &plain(curve.never))]);
    let rows = thinned(&points, 40).into_iter();
    let rows =
        rows.map(|p| vec![number(figure(p.threshold)), number(plain(p.cost)), number(percent(p.taken))]);
    Figure {
        title: w.cost.to_owned(),
        note: format!("{best} {facts}"),
        svg: Xy { x: Axis::share(w.threshold).written(plain), y, height: 260, layers }.svg(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.threshold, w.cost_axis, w.taken]),
            rows: rows.collect(),
            stacks: false,
        },
    }
}

fn spreads(of: &[ScoreSpread], threshold: Option<f64>, w: &Words) -> Figure {
    let mut layers = Vec::new();
    let mut legend = Vec::new();
    let mut rows = Vec::new();
    let mut highest = 0.0_f64;
    for (at, spread) in of.iter().enumerate() {
        let h = &spread.histogram;
        let all: u64 = h.counts.iter().sum();
        let bars =
            h.edges.windows(2).zip(&h.counts).map(|(e, n)| (e[0], e[1], *n as f64 / all.max(1) as f64));
        let bars: Vec<(f64, f64, f64)> = bars.collect();
        highest = bars.iter().fold(highest, |highest, b| highest.max(b.2));
        rows.extend(bars.iter().zip(&h.counts).map(|(b, n)| {
            vec![
                words(&spread.class),
                number(figure(b.0)),
                number(figure(b.1)),
                number(count(*n)),
                number(percent(b.2)),
            ]
        }));
        // The first is filled and the others are outlines, so that overlaps stay readable.
        if at == 0 {
            layers.push(Layer::Bars(Series(0), bars));
        } else {
            layers
                .push(Layer::Line(Series(at), bars.iter().flat_map(|b| [(b.0, b.2), (b.1, b.2)]).collect()));
        }
        legend.push((Series(at), if at == 0 { Key::Area } else { Key::Line }, spread.class.clone()));
    }
    let y = Axis::around(w.share_of_class, [highest], true).written(crate::number::tick_percent);
    if let Some(t) = threshold {
        layers.push(Layer::Rule((t, 0.0), (t, y.range.1)));
    }
    Figure {
        title: w.scores.to_owned(),
        note: w.scores_note.to_owned(),
        svg: Xy { x: Axis::share(w.probability), y, height: 260, layers }.svg(),
        legend,
        table: Table {
            head: heads(&[w.true_class, w.from, w.to, w.rows, w.share_of_class]),
            rows,
            stacks: false,
        },
    }
}
