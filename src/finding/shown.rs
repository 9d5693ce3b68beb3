//! Text for a terminal: content of files, tables and bundles is escaped, so that it cannot control the terminal.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

/// Longest error message, in characters: about one screen.
const MAX_ERROR: usize = 4_000;
/// Longest line of a file that an error shows, in characters.
const MAX_LINE: usize = 400;

/// `text` with every character escaped (`\u{1b}`) that a terminal obeys instead of showing: control characters other than newline and
/// tab, and the characters that change the direction of text (bidirectional controls).
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) {
            // Writing to a `String` cannot fail.
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// `word` as an argument for a POSIX shell, in single quotes where it needs them.
#[must_use]
pub fn quoted(word: impl Display) -> String {
    let text = word.to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-=".contains(c);
    let is_bare = !text.is_empty() && !text.starts_with('=') && text.chars().all(is_plain);
    if is_bare { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Line and column, counted from 1, of the byte at `at` in `text`; columns count characters.
#[must_use]
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Line and column of a TOML parse error, and its message. The parser's message shows the whole line; where that line is long, only
/// the message itself is kept. For tables nested too deeply the parser gives no place: then it is the line with the most levels.
#[must_use]
pub fn toml_error(text: &str, error: &toml::de::Error) -> ((usize, usize), String) {
    let Some(span) = error.span() else {
        let depth = |line: &&str| line.matches(['.', '[', '{']).count();
        let deepest = text.lines().max_by_key(depth).filter(|_| error.message().contains("recursion limit"));
        return match deepest.and_then(|line| text.find(line)) {
            Some(at) => {
                let (line, column) = place(text, at);
                let message = format!(
                    "TOML parse error at line {line}, column {column}\ntables or lists are nested more than 80 levels deep, which is the limit"
                );
                ((line, column), message)
            }
            None => ((1, 1), error.to_string()),
        };
    };
    let (line, column) = place(text, span.start);
    let is_short = text.lines().nth(line - 1).is_none_or(|line| line.chars().count() <= MAX_LINE);
    let message = if is_short {
        error.to_string()
    } else {
        format!("TOML parse error at line {line}, column {column}\n{}", error.message())
    };
    ((line, column), message)
}

/// Names of Rust types that parsers say they expected, and the plain words for them.
const EXPECTED: [(&str, &str); 19] = [
    ("struct variant ", "a table"),
    ("tuple struct ", "a list"),
    ("tuple variant ", "a list"),
    ("newtype struct ", "one value"),
    ("newtype variant ", "one value"),
    ("unit variant ", "a name"),
    ("unit struct ", "nothing"),
    ("internally tagged enum ", "a table"),
    ("adjacently tagged enum ", "a table"),
    ("struct ", "a table"),
    ("enum ", "a name"),
    ("variant identifier", "a name"),
    ("field identifier", "the name of a setting"),
    ("a sequence", "a list"),
    ("a map", "a table"),
    ("a boolean", "true or false"),
    ("unit", "nothing"),
    ("option", "a value or nothing"),
    ("a tuple of size ", "a list of "),
];

/// Names of Rust's number types, and the plain words for them.
const NUMBERS: [(&str, &str); 12] = [
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number, 0 or more"),
    ("u64", "a whole number, 0 or more"),
    ("usize", "a whole number, 0 or more"),
    ("i8", "a whole number from -128 to 127"),
    ("i16", "a whole number from -32768 to 32767"),
    ("i32", "a whole number"),
    ("i64", "a whole number"),
    ("isize", "a whole number"),
    ("f32", "a number"),
    ("f64", "a number"),
];

/// `message` without the names of Rust's types, which tell the reader of a file nothing.
fn without_types(message: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let untagged = "data did not match any variant of untagged enum ";
    let mut shown = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = [rest.find("expected "), rest.find(untagged)].into_iter().flatten().min() {
        shown.push_str(&rest[..at]);
        if let Some(behind) = rest[at..].strip_prefix(untagged) {
            shown.push_str("this value has none of the forms that are allowed here");
            rest = behind.trim_start_matches(is_name);
            continue;
        }
        shown.push_str("expected ");
        rest = &rest[at + "expected ".len()..];
        let word_end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        if let Some((_, plain)) = NUMBERS.iter().find(|(name, _)| *name == &rest[..word_end]) {
            shown.push_str(plain);
            rest = &rest[word_end..];
        } else if let Some((name, plain)) = EXPECTED.iter().find(|(name, _)| rest.starts_with(name)) {
            shown.push_str(plain);
            rest = &rest[name.len()..];
            // Skip the type's own name; keep the length of a list.
            if name.ends_with(' ') && !plain.ends_with(' ') {
                rest = rest.trim_start_matches(is_name);
            }
        }
    }
    shown + rest
}

/// The message of an error: [`harmless`], without the names of Rust's types, and cut where it is longer than a screen.
#[must_use]
pub fn error(message: &str) -> String {
    let message = &without_types(message);
    let more = message.chars().count().saturating_sub(MAX_ERROR);
    if more == 0 {
        return harmless(message).into_owned();
    }
    let start: String = message.chars().take(MAX_ERROR).collect();
    format!("{}… ({more} characters more)", harmless(&start))
}

fn is_obeyed(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out_and_all_else_stays() {
        for text in ["", "a\tb\n\u{e9} 手机 🙂", "{\"a\": [1]}"] {
            assert_eq!(harmless(text), text);
        }
        assert_eq!(harmless("a\u{1b}[2Jb\u{7}\r"), "a\\u{1b}[2Jb\\u{7}\\u{d}");
        assert_eq!(harmless("\u{9b}31m\u{7f}\u{202e}txt"), "\\u{9b}31m\\u{7f}\\u{202e}txt");
    }

    #[test]
    fn an_error_names_what_a_file_holds_and_no_type_of_rust() {
        for (said, plain) in [
            (
                "invalid type: integer `3600`, expected struct variant TimeDef::Fixed",
                "invalid type: integer `3600`, expected a table",
            ),
            (
                "invalid type: string \"x\", expected u16\nin `a`",
                "invalid type: string \"x\", expected a whole number from 0 to 65535\nin `a`",
            ),
            ("invalid length 1, expected a tuple of size 2", "invalid length 1, expected a list of 2"),
            (
                "x: data did not match any variant of untagged enum Need",
                "x: this value has none of the forms that are allowed here",
            ),
            (
                "unknown variant `b`, expected one of `c`, `d`",
                "unknown variant `b`, expected one of `c`, `d`",
            ),
            (
                "invalid type: map, expected a sequence at line 3",
                "invalid type: map, expected a list at line 3",
            ),
            ("expected `,` or `}` at line 1 column 7", "expected `,` or `}` at line 1 column 7"),
        ] {
            assert_eq!(error(said), plain);
        }
    }

    #[test]
    fn a_long_message_is_cut_and_says_by_how_much() {
        assert_eq!(error("short\u{1b}"), "short\\u{1b}");
        let message = error(&"字".repeat(MAX_ERROR + 7));
        assert!(message.ends_with("字… (7 characters more)"));
    }

    #[test]
    fn what_is_wrong_with_toml_has_a_place_and_is_not_lost_behind_a_long_line() {
        let wrong = |text: &str| toml_error(text, &toml::from_str::<toml::Table>(text).unwrap_err());
        let (place, message) = wrong("a = 1\nb = [1,\n");
        assert!(place.0 >= 2 && message.contains('|'), "{place:?} {message}");
        let (place, message) = wrong(&format!("a = 1\nb = {}{}", "[".repeat(3_000), "]".repeat(3_000)));
        assert_eq!(place.0, 2);
        assert!(
            message.starts_with("TOML parse error at line 2, column ") && message.len() < 200,
            "{message}"
        );
        let (place, message) = wrong(&format!("a = 1\n[b{}]\n", ".b".repeat(3_000)));
        assert_eq!(place, (2, 1));
        assert!(message.contains("at line 2, column 1") && message.contains("80 levels"), "{message}");
    }
}
