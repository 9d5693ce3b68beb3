//! Single cases with explanations: the inputs, the probabilities, and the contribution of each feature.

use super::{heads, number, side_by_side, words};
use crate::data::{Case, CaseKind, ReportData};
use crate::number::{DASH, count, percent};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Row, Rows, Series};
use crate::words::{Words, fill};
use floorwalker_metrics::Interval;

/// Largest number of cases, and largest number of contributions of a case that are drawn separately.
const MAX_CASES: usize = 24;
const MAX_CONTRIBUTIONS: usize = 12;
/// Largest numbers of features and of probabilities that are listed as text.
const MAX_LISTED: usize = 30;
const MAX_PROBABILITIES: usize = 5;
/// Smallest probability that is listed.
const LEAST: f64 = 0.0005;

/// The section of cases.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    page.text("p", w.cases_intro);
    if data.cases.iter().any(|case| case.learnt) {
        page.text("p", w.cases_learnt);
    }
    for case in data.cases.iter().take(MAX_CASES) {
        page.raw("<article>\n");
        let kind = match case.kind {
            CaseKind::Hit => w.case_hit,
            CaseKind::Miss => w.case_miss,
            CaseKind::Uncertain => w.case_uncertain,
            CaseKind::Silent => w.case_silent,
            CaseKind::Abstained => w.case_abstained,
        };
        page.text("h3", &fill(w.case_title, &[("kind", kind), ("line", &case.line.to_string())]));
        if let Some(message) = &case.message {
            page.text("blockquote", message);
        }
        side_by_side(page, |page| {
            page.raw("<div>\n");
            page.pairs("facts", outcome(case, w));
            let listed = case.features.iter().take(MAX_LISTED);
            if !case.features.is_empty() {
                page.pairs("facts", listed.map(|(name, value)| (name.as_str(), value.clone())));
            }
            page.raw("</div>\n");
            if !case.contributions.is_empty() {
                page.figure(&contributions(case, w));
            }
        });
        page.raw("</article>\n");
    }
}

fn outcome<'w>(case: &Case, w: &'w Words) -> Vec<(&'w str, String)> {
    let mut best: Vec<&(String, f64)> = case.probabilities.iter().collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    // The two largest are always shown, to compare; others only if they do not round to 0.
    let shown = best.iter().enumerate().filter(|(at, (_, p))| *at < 2 || *p >= LEAST);
    let said: Vec<String> =
        shown.take(MAX_PROBABILITIES).map(|(_, (class, p))| format!("{class} {}", percent(*p))).collect();
    let mut pairs = vec![(w.head_word, case.head.clone()), (w.said, said.join(w.comma))];
    pairs.extend(case.truth.clone().map(|truth| (w.true_class, truth)));
    pairs
}

fn signed(value: f64) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    // A value that rounds to 0 has no sign.
    match format!("{:.2}", value.abs()) {
        size if size == "0.00" => size,
        size if value < 0.0 => format!("\u{2212}{size}"),
        size => format!("+{size}"),
    }
}

/// The largest contributions, and the sum of the rest as one, so that the bars add up to the score.
fn steps(case: &Case, w: &Words) -> Vec<(String, f64)> {
    let mut all = case.contributions.clone();
    all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    if all.len() > MAX_CONTRIBUTIONS {
        let rest = all.split_off(MAX_CONTRIBUTIONS);
        let sum = rest.iter().map(|(_, v)| v).sum();
        all.push((fill(w.rest, &[("n", &count(rest.len() as u64))]), sum));
    }
    all
}

fn contributions(case: &Case, w: &Words) -> Figure {
    let whole = |name: &str, value: f64| Row {
        name: name.to_owned(),
        note: signed(value),
        marks: vec![(Series(5), Interval { value, low: value.min(0.0), high: value.max(0.0) })],
    };
    let mut rows = vec![whole(w.base, case.base)];
    let mut reached = case.base;
    let mut ends = vec![case.base, case.score];
    for (name, value) in steps(case, w) {
        let (from, to) = (reached, reached + value);
        let series = Series(usize::from(value < 0.0));
        rows.push(Row {
            name,
            note: signed(value),
            marks: vec![(series, Interval { value: to, low: from.min(to), high: from.max(to) })],
        });
        reached = to;
        ends.push(to);
    }
    rows.push(whole(&fill(w.score_of, &[("output", &case.output)]), case.score));
    let listed = case.contributions.iter().map(|(name, v)| vec![words(name), number(signed(*v))]);
    let first = std::iter::once(vec![words(w.base), number(signed(case.base))]);
    let last = std::iter::once(vec![words(w.sum), number(signed(case.score))]);
    Figure {
        title: fill(w.contributions, &[("output", &case.output)]),
        note: w.contributions_note.to_owned(),
        svg: Rows { axis: Axis::around(w.logit_axis, ends, true), rows, rules: vec![0.0], as_bars: true }
            .svg(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.feature, w.logit_axis]),
            rows: first.chain(listed).chain(last).collect(),
            stacks: false,
        },
    }
}
