//! The five lines that matter, and the warnings.

use super::{family_name, measure_name, said, spanned, verdict_words, weight, written};
use crate::data::ReportData;
use crate::number::count;
use crate::page::Page;
use crate::words::{Words, fill, sentence};
use floorwalker_finding::{Finding, Kind, Severity};
use floorwalker_metrics::disparities;

/// Largest number of warnings that are listed.
const MAX_WARNINGS: usize = 50;

/// The section of the summary.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let w = page.words;
    page.pairs("summary", five_lines(data, w));
    let found = findings(data);
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

/// Label and text of each line; only that of the warnings where no label is predicted.
pub(crate) fn five_lines<'w>(data: &ReportData, w: &'w Words) -> Vec<(&'w str, String)> {
    let warning = findings(data).first().map_or_else(|| w.no_warning.to_owned(), |x| warning_line(x, w));
    let Some(s) = &data.summary else { return vec![(w.warning, warning)] };
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
    let predicts = match s.n_classes {
        0 | 2 => s.predicts.clone(),
        n => fill(w.predicts_classes, &[("label", &s.predicts), ("n", &n.to_string())]),
    };
    vec![(w.predicts, predicts), (w.model, model), (w.score, score), (w.size, size), (w.warning, warning)]
}

/// At most `most` warnings, each as a line, strongest first, and how many more there are.
pub(crate) fn warning_lines(data: &ReportData, most: usize, w: &Words) -> (Vec<String>, usize) {
    let all = findings(data);
    let lines = all.iter().take(most).map(|warning| warning_line(warning, w)).collect();
    (lines, all.len().saturating_sub(most))
}

/// All findings, including disparities between groups; strongest first, and of equal severity in their original order.
pub(crate) fn findings(data: &ReportData) -> Vec<Finding> {
    let mut all = data.warnings.clone();
    for of in &data.fairness {
        let found = disparities(&of.groups);
        let Some(least) = found.iter().reduce(|a, b| if b.ratio < a.ratio { b } else { a }) else { continue };
        let named = |group: &str| format!("{} = {group}", of.attribute);
        let kind = Kind::Disparity {
            group: named(&least.group),
            reference: named(&least.reference),
            ratio: least.ratio,
            others: found.len() as u64 - 1,
        };
        let finding = Finding::new(&of.head, kind);
        if !all.contains(&finding) {
            all.push(finding);
        }
    }
    all.sort_by_key(|w| std::cmp::Reverse(w.severity));
    all
}

fn warning_line(warning: &Finding, w: &Words) -> String {
    let severity = match warning.severity {
        Severity::Note => w.note,
        Severity::Caution => w.caution,
        Severity::Serious => w.serious,
    };
    format!("{severity}{}{}", w.colon, sentence(warning, w))
}
