//! The five lines that matter, and the warnings.

use super::{family_name, measure_name, said, spanned, verdict_words, weight, written};
use crate::data::{ReportData, Severity, Warning, WarningKind};
use crate::number::{count, figure, percent};
use crate::page::Page;
use crate::words::{Words, fill};
use floorwalker_metrics::disparities;

/// Largest number of warnings that are listed.
const MAX_WARNINGS: usize = 50;

/// The section of the summary.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    page.pairs("summary", five_lines(data, w));
    let found = warnings(data);
    if found.len() > 1 {
        page.text("h3", w.warnings);
        page.raw("<ul class=\"warnings\">\n");
        for warning in found.iter().take(MAX_WARNINGS) {
            page.text("li", &warning_line(warning, w));
        }
        if found.len() > MAX_WARNINGS {
            page.text("li", &fill(w.and_more, &[("n", &count((found.len() - MAX_WARNINGS) as u64))]));
        }
        page.raw("</ul>\n");
    }
}

/// Label and text of each line.
pub(crate) fn five_lines<'w>(data: &ReportData, w: &'w Words) -> [(&'w str, String); 5] {
    let s = &data.summary;
    let show = written(s.measure);
    let score = fill(
        w.score_line,
        &[
            ("measure", measure_name(s.measure, w)),
            ("score", &spanned(&s.score, show)),
            ("rows", &count(s.rows)),
            ("baseline", &show(s.baseline)),
        ],
    );
    let settings = said(&s.settings, w);
    let model = fill(
        if settings.is_empty() { w.model_line_bare } else { w.model_line },
        &[
            ("family", family_name(&s.family, w)),
            ("settings", settings),
            ("verdict", &verdict_words(&s.verdict, w)),
        ],
    );
    let size =
        s.bytes.map_or_else(|| w.no_size.to_owned(), |n| fill(w.size_line, &[("bytes", &weight(Some(n)))]));
    let warning = warnings(data).first().map_or_else(|| w.no_warning.to_owned(), |x| warning_line(x, w));
    [
        (w.predicts, said(&s.predicts, w).to_owned()),
        (w.model, model),
        (w.score, score),
        (w.size, size),
        (w.warning, warning),
    ]
}

/// At most `most` warnings, each as a line, strongest first, and how many more there are.
pub(crate) fn warning_lines(data: &ReportData, most: usize, w: &Words) -> (Vec<String>, usize) {
    let all = warnings(data);
    let lines = all.iter().take(most).map(|warning| warning_line(warning, w)).collect();
    (lines, all.len().saturating_sub(most))
}

/// All warnings, including disparities between groups; strongest first, and of equal severity in their original order.
fn warnings(data: &ReportData) -> Vec<Warning> {
    let mut all = data.warnings.clone();
    for of in &data.fairness {
        let found = disparities(&of.groups);
        let Some(least) = found.iter().reduce(|a, b| if b.ratio < a.ratio { b } else { a }) else { continue };
        let named = |group: &str| format!("{} = {group}", of.attribute);
        let kind = WarningKind::Disparity {
            head: of.head.clone(),
            group: named(&least.group),
            reference: named(&least.reference),
            ratio: least.ratio,
            others: found.len() as u64 - 1,
        };
        if all.iter().all(|w| w.kind != kind) {
            all.push(Warning { severity: Severity::Caution, kind });
        }
    }
    all.sort_by_key(|w| std::cmp::Reverse(w.severity));
    all
}

fn warning_line(warning: &Warning, w: &Words) -> String {
    let severity = match warning.severity {
        Severity::Note => w.note,
        Severity::Caution => w.caution,
        Severity::Serious => w.serious,
    };
    format!("{severity}{}{}", w.colon, kind_words(&warning.kind, w))
}

fn kind_words(kind: &WarningKind, w: &Words) -> String {
    match kind {
        WarningKind::Leakage { column, auc } => {
            fill(w.leakage, &[("column", column), ("auc", &figure(*auc))])
        }
        WarningKind::IdColumn { column } => fill(w.id_column, &[("column", column)]),
        WarningKind::AfterTarget { column } => fill(w.after_target, &[("column", column)]),
        WarningKind::Constant { column } => fill(w.constant, &[("column", column)]),
        WarningKind::Missing { column, share } => {
            fill(w.much_missing, &[("column", column), ("share", &percent(*share))])
        }
        WarningKind::ManyCategories { column, n } => {
            fill(w.many_categories, &[("column", column), ("n", &count(*n))])
        }
        WarningKind::Duplicates { rows } => fill(w.duplicates, &[("n", &count(*rows))]),
        WarningKind::RareClass { class, rows } => {
            fill(w.rare_class, &[("class", class), ("n", &count(*rows))])
        }
        WarningKind::NoBetterThanBaseline { head } => fill(w.no_better, &[("head", head)]),
        WarningKind::Disparity { head, group, reference, ratio, others } => {
            let found =
                fill(w.disparity, &[("group", group), ("reference", reference), ("ratio", &percent(*ratio))]);
            let line = fill(w.of_head, &[("head", head), ("found", &found)]);
            if *others == 0 { line } else { line + &fill(w.more_groups, &[("n", &count(*others))]) }
        }
        WarningKind::Other(text) => said(text, w).to_owned(),
    }
}
