//! Outline of a page: its headings, sentences, tables and figures in their order, without cells, values and drawings.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The outline of a page, a line for each text.
pub(super) fn outline(html: &str) -> String {
    let mut reader = Reader::from_str(html);
    let (mut open, mut lines, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open.push(tag.name().as_ref().to_owned());
                text.clear();
            }
            Event::Text(found) => text += &found,
            Event::GeneralRef(name) => text += character(&name),
            Event::End(_) => {
                let tag = open.pop().unwrap();
                let inside = |name: &str| open.iter().any(|tag| tag == name);
                // The drawing has the figure's title again, and the contents have the headings.
                if inside("svg") || inside("nav") {
                    continue;
                }
                let line = std::mem::take(&mut text);
                match tag.as_str() {
                    "title" => lines.push(format!("title: {line}")),
                    "h1" => lines.push(format!("\n# {line}")),
                    "h2" => lines.push(format!("\n## {line}")),
                    "h3" => lines.push(format!("\n### {line}")),
                    "h4" => lines.push(format!("\n#### {line}")),
                    "p" | "pre" | "blockquote" => lines.push(line),
                    "dt" => lines.push(format!("term: {line}")),
                    "li" if inside("figure") => lines.push(format!("  key: {line}")),
                    "li" => lines.push(format!("- {line}")),
                    "b" if inside("figcaption") => lines.push(format!("figure: {line}")),
                    "span" if inside("figcaption") => lines.push(format!("  {line}")),
                    "summary" if !inside("figure") => lines.push(format!("to open: {line}")),
                    "caption" if !inside("figure") => lines.push(format!("table: {line}")),
                    "th" if inside("thead") => columns.push(line),
                    "thead" => lines.push(format!("  columns: {}", std::mem::take(&mut columns).join(" | "))),
                    _ => {}
                }
            }
            Event::Eof => return lines.join("\n"),
            _ => {}
        }
    }
}

/// The character that a reference stands for.
fn character(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "#39" => "'",
        _ => panic!("&{name};"),
    }
}
