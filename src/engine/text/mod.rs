//! Text: from what a shopper typed to logits, without a tokenizer.
mod def;
mod explain;
mod fold;
mod gram;
mod model;

pub use def::{MAX_OUTPUTS, MAX_ROWS, TextDef, TextError};
pub use explain::Share;
pub use fold::{Folded, fold};
pub use gram::{Gram, GramDef, Grams, MAX_CHARS, MAX_ORDER, Token};
pub use model::{MAX_DENSE_BYTES, TextModel, TextScratch};
