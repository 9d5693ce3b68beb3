//! The model card: how the bundle was made, how to make it again, and its limits.

use crate::data::ReportData;
use crate::number::count;
use crate::page::{MAX_ROWS, Page};
use crate::words::fill;

/// The section of the model card.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let Some(card) = &data.card else { return };
    let w = page.words;
    let mut rows: Vec<(String, String)> = card.facts.clone();
    rows.extend(card.data.iter().map(|(file, hash)| (format!("{file} SHA-256"), hash.clone())));
    rows.extend(card.seed.map(|seed| (w.seed.to_owned(), seed.to_string())));
    rows.extend(card.versions.iter().cloned());
    let more = rows.len().saturating_sub(MAX_ROWS);
    page.pairs("facts", rows.iter().take(MAX_ROWS).map(|(name, value)| (name.as_str(), value.clone())));
    if more > 0 {
        page.text("p", &fill(w.and_more, &[("n", &count(more as u64))]));
    }
    if let Some(command) = &card.command {
        page.text("h3", w.reproduce);
        page.text("p", w.reproduce_note);
        page.text("pre", command);
    }
    page.text("h3", w.limits);
    page.raw("<ul>\n");
    for limit in [w.limit_past, w.limit_cause, w.limit_chance, w.limit_groups] {
        page.text("li", limit);
    }
    if !card.compares_groups {
        page.text("li", w.limit_no_groups);
    }
    page.raw("</ul>\n");
}
