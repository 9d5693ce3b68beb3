//! Escapes text for HTML, XML and SVG.

/// Longer texts are cut at this many characters.
const MAX_TEXT: usize = 1_000;

/// Escapes text for HTML and XML, without control characters, cut at [`MAX_TEXT`] characters.
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

/// Text without control characters, and without those that change the writing direction.
pub(super) fn clean(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect()
}
