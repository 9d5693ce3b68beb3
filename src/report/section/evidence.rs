//! The quality of fusions by the evidence that a row offers, and the detection of out-of-scope messages.

use super::{MAX_EACH, head, heads, number, thinned, words};
use crate::data::ReportData;
use crate::number::{DASH, count, percent, plain};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Layer, Series, Xy};
use crate::words::{Words, fill};
use floorwalker_engine::head::experts::EVENTS;
use floorwalker_learn::evaluate::evidence::{ByEvidence, FEW, Kind};
use floorwalker_learn::train::ScopeFound;

/// Height of the curve, in CSS pixels.
const HEIGHT: u32 = 300;
/// Largest number of points of the curve.
const MAX_POINTS: usize = 60;

/// The section of fusions, by evidence.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    page.text("p", w.evidence_intro);
    for of in data.evidence.iter().take(MAX_EACH) {
        head(page, &of.head);
        page.table(w.evidence, &table(of, w));
    }
}

fn table(of: &ByEvidence, w: &Words) -> Table {
    let alone = of.experts.iter().map(|expert| fill(w.evidence_alone, &[("head", expert)]));
    let mut names = heads(&[w.evidence_kind, w.rows, w.accuracy]);
    names.extend(alone);
    names.extend(heads(&[w.evidence_difference, w.calibration_error, w.covered, w.set_size]));
    let row = |kind: &Kind| {
        let mut cells =
            vec![words(named(kind, w)), number(count(kind.rows as u64)), number(percent(kind.accuracy))];
        cells.extend(kind.experts.iter().map(|&share| number(percent(share))));
        let points = |share: f64| format!("{:+.1}", 100.0 * share);
        let difference = match kind.difference {
            _ if kind.rows < FEW => w.evidence_few.to_owned(),
            None => DASH.to_owned(),
            Some((value, low, high)) => format!("{} [{}, {}]", points(value), points(low), points(high)),
        };
        cells.extend([
            number(difference),
            number(percent(kind.calibration_error)),
            number(percent(kind.coverage)),
            number(format!("{:.2}", kind.set_size)),
        ]);
        cells
    };
    Table { head: names, rows: of.kinds.iter().map(row).collect(), stacks: true }
}

/// The name of a kind of evidence, such as `message × 2–3 events`.
fn named(kind: &Kind, w: &Words) -> String {
    let message = if kind.message { w.evidence_message } else { w.evidence_no_message };
    let at = EVENTS.iter().position(|&least| least == kind.events).unwrap_or(0);
    let events = match EVENTS.get(at + 1) {
        Some(&next) if next == kind.events + 1 => kind.events.to_string(),
        Some(&next) => format!("{}–{}", kind.events, next - 1),
        None => format!("{}+", kind.events),
    };
    format!("{message} × {events} {}", w.evidence_events)
}

/// The section of out-of-scope detection, for every text head.
pub(super) fn scopes(page: &mut Page<'_>, data: &ReportData) {
    for (name, found) in data.scopes.iter().take(MAX_EACH) {
        head(page, name);
        let auc = format!("{:.4}", found.auroc);
        let intro = fill(page.words.scope_intro, &[("auc", &auc), ("signs", &found.signs)]);
        page.text("p", &intro);
        if found.by_wording {
            page.text("p", page.words.scope_wording);
        }
        let figure = curve(found, page.words);
        page.figure(&figure);
    }
}

fn curve(found: &ScopeFound, w: &Words) -> Figure {
    let mut bounds: Vec<f32> = found.judged.iter().map(|one| one.0).chain([0.0, 2.0]).collect();
    bounds.sort_unstable_by(f32::total_cmp);
    bounds.dedup();
    let bounds = thinned(&bounds, MAX_POINTS);
    let points: Vec<(f32, f64, f64)> = bounds
        .into_iter()
        .map(|bound| {
            let (kept, caught) = found.at(bound);
            (bound, kept, caught)
        })
        .collect();
    let (kept, caught) = found.at(found.threshold);
    let row = |&(bound, kept, caught): &(f32, f64, f64)| {
        vec![number(plain(bound.into())), number(percent(kept)), number(percent(caught))]
    };
    let note = fill(
        w.scope_note,
        &[
            ("threshold", &plain(found.threshold.into())),
            ("kept", &percent(kept)),
            ("caught", &percent(caught)),
        ],
    );
    Figure {
        title: w.scope.to_owned(),
        note,
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.scope_bound, w.scope_kept, w.scope_caught]),
            rows: points.iter().map(row).collect(),
            stacks: false,
        },
        svg: Xy {
            layers: vec![
                Layer::Line(Series(0), points.iter().map(|point| (point.1, point.2)).collect()),
                Layer::Points(Series(1), 4.0, 1.0, vec![(kept, caught)]),
            ],
            x: Axis::share(w.scope_kept),
            y: Axis::share(w.scope_caught),
            height: HEIGHT,
        }
        .svg(),
    }
}
