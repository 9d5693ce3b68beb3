//! Text on a terminal: what files, tables and bundles say is shown there, and does nothing.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Longest message of an error, in characters: a screen.
const MAX_ERROR: usize = 4_000;

/// `text` with every character written out (`\u{1b}`) that a terminal obeys instead of showing: control characters but a new line and a
/// tab, and those that turn the order of letters around.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) {
            // To a string it cannot fail.
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The message of an error: [`harmless`], and cut where it is longer than a screen.
#[must_use]
pub fn error(message: &str) -> String {
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
    fn a_long_message_is_cut_and_says_by_how_much() {
        assert_eq!(error("short\u{1b}"), "short\\u{1b}");
        let message = error(&"字".repeat(MAX_ERROR + 7));
        assert!(message.ends_with("字… (7 characters more)"));
    }
}
