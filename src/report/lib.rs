//! Report: `report.html`, which an analyst reads before trusting a model. It is one HTML file that loads nothing and runs no script.
//!
//! ```text
//! ReportData ─▶ section ─▶ plot (SVG) ─▶ page (HTML)
//!                  └ words (en, zh)
//! ```
//!
//! A report is in one language. With both languages in one file, every plot would be there twice, because its axes contain words, and
//! screen readers, searches and readers without style sheets would find everything twice. Two calls write two files instead.
//!
//! Invariants
//! - [`html`] is a pure function: equal data and language give equal bytes, whatever the clock, the machine or the order of hash maps.
//! - A section without data is left out. Figures are shown as given; no figure is computed anew.
//! - Texts from data are escaped, and lists are bounded: 5,000 points a plot, 200 rows a table, then "and N more".
//! - Colour is never the only distinction; every plot has a title, a description and its figures as a table.
//!
//! Not here: measuring (`metrics`), writing the file (`cli`).

pub mod collect;
pub mod data;
mod escape;
mod number;
mod page;
mod plot;
mod section;
mod simulation;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use data::ReportData;
use escape::escape;
use floorwalker_finding::shown::harmless;
use floorwalker_finding::{Finding, Lang};
use floorwalker_learn::examples::ColumnUse;
pub(crate) use number::plain;
use page::Page;
pub use simulation::{SimulationData, simulation};
pub use text::Text;
use words::Words;
pub use words::kinds::settings as model_settings;

/// The report's texts in `lang`.
fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &words::EN,
        Lang::Zh => &words::ZH,
    }
}

/// The report as one HTML file.
///
/// Size: 10 to 15 kB for each plot with its table, and about 80 bytes for each point of a scatter plot; an eighth of that compressed.
#[must_use]
pub fn html(data: &ReportData, lang: Lang) -> String {
    shell(&data.title, words(lang).report, lang, |page| section::all(page, data))
}

/// A whole HTML file: `title` says what it is about, `report` which kind of report it is, and `fill` adds the content.
fn shell(title: &str, report: &str, lang: Lang, fill: impl FnOnce(&mut Page<'_>)) -> String {
    let words = words(lang);
    let mut page = Page::new(words);
    let whole = format!("{title} · {report}");
    page.raw("<!DOCTYPE html>\n");
    page.raw(&format!("<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\"/>\n", words.lang));
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    page.text("title", &whole);
    page.raw(&format!("<style>\n{}</style>\n</head>\n<body>\n", include_str!("style.css")));
    page.raw(&format!("<header><p>{}</p><h1>{}</h1></header>\n", escape(report), escape(title)));
    fill(&mut page);
    page.raw("</body>\n</html>\n");
    page.into_html()
}

/// The summary as five lines of plain text for a terminal: what is predicted, which model was chosen and why, its held-out score
/// beside the baseline's, its size in the page, and the strongest warning. Only the last of them where the store predicts no label.
#[must_use]
pub fn five_lines(data: &ReportData, lang: Lang) -> Vec<String> {
    let words = words(lang);
    let lines = section::five_lines(data, words).into_iter();
    lines.map(|(name, text)| escape::clean(&format!("{name}{}{text}", words.colon))).collect()
}

/// Text for a terminal, one line for each of the first columns of a table: what it was read as, and what it is used as.
#[must_use]
pub fn column_lines(columns: &[ColumnUse], lang: Lang) -> Vec<String> {
    section::column_lines(columns, words(lang))
}

/// What a column of a table is used as, or why it is left out.
#[must_use]
pub fn used_as(column: &ColumnUse, lang: Lang) -> String {
    words::used_as(column, words(lang))
}

/// A finding as one line for a terminal, without its severity.
#[must_use]
pub fn finding_line(finding: &Finding, lang: Lang) -> String {
    harmless(&words::sentence(finding, words(lang))).into_owned()
}

/// At most `most` warnings as plain text for a terminal, strongest first, and a line on how many more the report has.
#[must_use]
pub fn warning_lines(data: &ReportData, most: usize, lang: Lang) -> Vec<String> {
    let words = words(lang);
    let (mut lines, more) = section::warning_lines(data, most, words);
    if more > 0 {
        lines.push(words::fill(words.more_in_report, &[("n", &number::count(more as u64))]));
    }
    lines.iter().map(|line| escape::clean(line)).collect()
}
