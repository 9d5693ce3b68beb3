//! Text: from a typed message to logits, without a tokenizer.
//!
//! ```text
//! message ─▶ fold ─▶ grams ─▶ buckets ─▶ rows ─▶ logits
//!           (letter, (words,   (hash)    (known   (integer sum,
//!            glyph)   characters)         ones)    one norm)
//! ```
//!
//! All scripts share one model: words are separated by white space, and a character of a script without spaces is a word by itself.
//!
//! Invariants
//! - The trainer reads messages with this code too, so a message has the same n-grams there and in the page.
//! - No message costs more than one of [`MAX_CHARS`] characters, and none fails: a message without known n-grams gives the bias.
//!
//! Not here: fitting (`learn`), bytes (`bundle`), probabilities (the head that reads these logits).
mod cost;
mod def;
mod explain;
mod fold;
mod gram;
mod model;
mod variants;

pub use def::{MAX_OUTPUTS, MAX_ROWS, TextDef, TextError};
pub use explain::Share;
pub use fold::{Folded, fold};
pub use gram::{FIELD, Gram, GramDef, Grams, MAX_CHARS, MAX_ORDER, Token};
pub use model::{MAX_DENSE_BYTES, TextModel, TextScratch};
pub use variants::Variants;

#[cfg(test)]
mod tests;
