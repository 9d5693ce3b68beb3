//! Text as HTML, XML and SVG say it.

/// Most characters of one text.
const MAX_TEXT: usize = 1_000;

/// Text as HTML and XML say it, without control characters, cut where it is too long to be read.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in clean(text).chars().enumerate() {
        if at == MAX_TEXT {
            out.push('…');
            break;
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Text without control characters, and without those that turn the direction of what follows.
pub(super) fn clean(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect()
}
