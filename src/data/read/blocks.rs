//! CoNLL-style intent files, in blocks: a line `token<TAB>tag` for each token, then a line with the intent alone, then a blank line.
//!
//! The message is the concatenation of the tokens, with a space before an ASCII word of at least two letters or digits that follows
//! another one; tags are ignored. The columns are `message` and `label`.
//!
//! Not here: slots.

use anyhow::Result;

use super::raw::{Raw, RawColumn};
use super::source::Source;

/// Whether the text looks like blocks: each line has at most one tab, and there are blank lines, which a table with tabs (“text” in
/// Excel) does not have; or it has no tab at all.
pub(super) fn are(source: &Source) -> bool {
    let mut lines = source.text.trim().lines();
    let is_one = |line: &str| line.trim_end().matches('\t').count() <= 1;
    lines.clone().all(is_one) && lines.any(|line| line.trim().is_empty()) || !source.text.contains('\t')
}

/// Reads every block.
pub(super) fn read(source: &Source) -> Result<Raw> {
    let (mut messages, mut labels, mut offset_of_row) = (Vec::new(), Vec::new(), Vec::new());
    let (mut message, mut start, mut offset) = (String::new(), 0, 0);
    for line in source.text.split_inclusive('\n') {
        let here = offset;
        offset += line.len();
        let line = line.trim_end();
        if let Some((token, _)) = line.split_once('\t') {
            if message.is_empty() {
                start = here;
            }
            let is_word = |text: &str| text.len() > 1 && text.bytes().all(|b| b.is_ascii_alphanumeric());
            if is_word(token) && message.bytes().last().is_some_and(|b| b.is_ascii_alphanumeric()) {
                message.push(' ');
            }
            message.push_str(token);
        } else if !line.is_empty() {
            if message.is_empty() {
                return Err(
                    source.refuse(here, "a label has no tokens before it; write `token<TAB>tag` lines first")
                );
            }
            messages.push(Some(std::mem::take(&mut message)));
            labels.push(Some(line.to_owned()));
            offset_of_row.push(start);
        } else if !message.is_empty() {
            return Err(source.refuse(
                here,
                "a blank line stands before the label of its block; end each block with its label",
            ));
        }
    }
    if !message.is_empty() {
        return Err(source.refuse(offset, "the last block has no label; end each block with its label"));
    }
    let columns = [("message", messages), ("label", labels)];
    let columns = columns.map(|(name, cells)| RawColumn { name: name.to_owned(), cells }).into();
    Ok(Raw { columns, offset_of_row, delimiter: None })
}
