//! The model card: how the bundle was made, how to make it again, and what it must not be taken for.

use super::{heads, said, words};
use crate::report::data::ReportData;
use crate::report::page::{Page, Table};

/// The card.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    let Some(card) = &data.card else { return };
    let w = page.words;
    let mut rows: Vec<(String, String)> = card.facts.clone();
    rows.extend(card.data.iter().map(|(file, hash)| (format!("{} SHA-256", file), hash.clone())));
    rows.extend(card.seed.map(|seed| (w.seed.to_owned(), seed.to_string())));
    rows.extend(card.versions.iter().cloned());
    let table = Table {
        head: heads(&[w.fact, w.value]),
        rows: rows.into_iter().map(|(name, value)| vec![words(name), words(value)]).collect(),
        stacks: true,
    };
    page.table(w.card, &table);
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
    for limit in card.limits.iter().take(50) {
        page.text("li", said(limit, w));
    }
    page.raw("</ul>\n");
}
