//! Page: builds HTML piece by piece, and escapes every text.
//!
//! Invariants
//! - The HTML is well-formed XML, too: every tag is closed, every attribute quoted.
//! - Text passes through [`escape`](fn@super::escape::escape); only drawings of `plot` are taken as they are.
//! - No address is loaded and no script is run: no `src`, no `href` except within this page, no script.
//!
//! Not here: the content (`section`), how it looks (`style.css`).

use std::fmt::Write;

use super::escape::escape;
use super::plot::{Key, Series, key};
use super::words::{Words, fill};

/// Largest number of rows of a table; a line says how many more there are.
pub(super) const MAX_ROWS: usize = 200;

/// A table. The first cell of a row is the row's header.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Names of the columns.
    pub(super) head: Vec<String>,
    /// `[n_rows, n_columns]`.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Whether each row becomes a block of lines on a phone.
    pub(super) stacks: bool,
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// Text, left-aligned.
    Words(String),
    /// A number, right-aligned, with digits of equal width.
    Number(String),
    /// A drawing, and a text on what it shows.
    Drawing(String, String),
    /// Emphasised text.
    Strong(String),
}

/// A drawing with its title, note, legend and table.
#[derive(Clone, Debug, Default)]
pub(super) struct Figure {
    /// What it shows.
    pub(super) title: String,
    /// How to read it, or what to see in it.
    pub(super) note: String,
    /// The drawing, as `plot` makes it.
    pub(super) svg: String,
    /// The entries of the legend.
    pub(super) legend: Vec<(Series, Key, String)>,
    /// The drawn figures as a table.
    pub(super) table: Table,
}

/// A page that is being built.
pub(super) struct Page<'a> {
    pub(super) words: &'a Words,
    out: String,
    n_figures: usize,
}

impl<'a> Page<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        Self { words, out: String::new(), n_figures: 0 }
    }

    pub(super) fn into_html(self) -> String {
        self.out
    }

    /// An element with text.
    pub(super) fn text(&mut self, tag: &str, text: &str) {
        self.raw(&format!("<{tag}>{}</{tag}>\n", escape(text)));
    }

    /// Adds markup without escaping it; never used for text from data.
    pub(super) fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    /// A list of labels with texts, such as the lines of the summary.
    pub(super) fn pairs<'b>(&mut self, class: &str, pairs: impl IntoIterator<Item = (&'b str, String)>) {
        self.raw(&format!("<dl class=\"{class}\">\n"));
        for (name, text) in pairs {
            self.raw(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(name), escape(&text)));
        }
        self.raw("</dl>\n");
    }

    /// A table whose caption is read by screen readers but not shown.
    pub(super) fn table(&mut self, caption: &str, table: &Table) {
        if table.rows.is_empty() {
            return;
        }
        let mut html = String::new();
        let class = if table.stacks { " class=\"stacks\"" } else { "" };
        let caption = escape(caption);
        // A region that scrolls must be reachable by keyboard. Roles are explicit, because CSS that stacks a table removes its own.
        push(
            &mut html,
            format_args!("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">"),
        );
        push(
            &mut html,
            format_args!(
                "<table role=\"table\"{class}><caption>{caption}</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">"
            ),
        );
        let is_number =
            |at: usize| table.rows.first().is_some_and(|row| matches!(row.get(at), Some(Cell::Number(_))));
        for (at, name) in table.head.iter().enumerate() {
            let class = if is_number(at) { " class=\"n\"" } else { "" };
            push(
                &mut html,
                format_args!("<th role=\"columnheader\" scope=\"col\"{class}>{}</th>", escape(name)),
            );
        }
        html.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in table.rows.iter().take(MAX_ROWS) {
            html.push_str(if table.stacks { "<tr role=\"row\">" } else { "<tr>" });
            for (at, cell) in row.iter().enumerate() {
                cell.push(&mut html, at, table.head.get(at).map(String::as_str).filter(|_| table.stacks));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table>\n");
        if let Some(more) = table.rows.len().checked_sub(MAX_ROWS + 1) {
            let more = super::number::count(more as u64 + 1);
            push(
                &mut html,
                format_args!("<p class=\"more\">{}</p>", escape(&fill(self.words.and_more, &[("n", &more)]))),
            );
        }
        html.push_str("</div>\n");
        self.raw(&html);
    }

    /// A figure with its legend, and with its table in a closed `<details>`.
    pub(super) fn figure(&mut self, figure: &Figure) {
        self.n_figures += 1;
        let (n, title) = (self.n_figures, escape(&figure.title));
        let note = escape(&figure.note);
        let mut html = String::new();
        push(&mut html, format_args!("<figure>\n<figcaption><b>{title}</b>"));
        if !note.is_empty() {
            push(&mut html, format_args!(" <span>{note}</span>"));
        }
        html.push_str("</figcaption>\n");
        let opening = format!(
            "<svg role=\"img\" aria-labelledby=\"t{n} d{n}\" viewBox=\"{}<title id=\"t{n}\">{title}</title><desc id=\"d{n}\">{note}</desc>",
            figure.svg.trim_start_matches("<svg viewBox=\"").split_inclusive('>').next().unwrap_or_default()
        );
        if let Some((_, body)) = figure.svg.split_once('>') {
            html.push_str(&opening);
            html.push_str(body);
            html.push('\n');
        }
        if !figure.legend.is_empty() {
            html.push_str("<ul class=\"key\">");
            for (series, sign, name) in &figure.legend {
                let sign = key(*series, *sign).replacen("<svg", "<svg aria-hidden=\"true\"", 1);
                push(&mut html, format_args!("<li>{sign}{}</li>", escape(name)));
            }
            html.push_str("</ul>\n");
        }
        self.raw(&html);
        if !figure.table.rows.is_empty() {
            self.raw("<details><summary>");
            self.raw(&escape(self.words.as_table));
            self.raw("</summary>\n");
            self.table(&figure.title, &figure.table);
            self.raw("</details>\n");
        }
        self.raw("</figure>\n");
    }
}

impl Cell {
    fn push(&self, html: &mut String, at: usize, name: Option<&str>) {
        let (tag, close, role) =
            if at == 0 { ("th scope=\"row\"", "th", "rowheader") } else { ("td", "td", "cell") };
        let class = if matches!(self, Self::Number(_)) { " class=\"n\"" } else { "" };
        push(html, format_args!("<{tag}{class}"));
        if let Some(name) = name {
            push(html, format_args!(" role=\"{role}\" data-of=\"{}\"", escape(name)));
        }
        html.push('>');
        match self {
            Self::Words(text) | Self::Number(text) => html.push_str(&escape(text)),
            Self::Strong(text) => push(html, format_args!("<strong>{}</strong>", escape(text))),
            Self::Drawing(svg, text) => {
                let named = format!("<svg role=\"img\" aria-label=\"{}\"", escape(text));
                html.push_str(&svg.replacen("<svg", &named, 1));
            }
        }
        push(html, format_args!("</{close}>"));
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text); // writing to a string does not fail
}
