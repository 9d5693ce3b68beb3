//! How a column of a table was read, and what it is used as.

use super::{Words, fill, sentence};
use floorwalker_learn::examples::{ColumnUse, Content, Role};

/// What `column` was read as.
pub(crate) fn read_as(column: &ColumnUse, w: &Words) -> String {
    let content = match column.content {
        Content::Nothing => w.holds_nothing.to_owned(),
        Content::Numbers => w.holds_numbers.to_owned(),
        Content::Flags => w.holds_flags.to_owned(),
        Content::Names(1) => w.holds_one_name.to_owned(),
        Content::Names(n) => fill(w.holds_names, &[("n", &n.to_string())]),
        Content::Text => w.holds_text.to_owned(),
        Content::Times => w.holds_times.to_owned(),
    };
    match &column.how {
        Some(how) => content + w.colon + &sentence(how, w),
        None => content,
    }
}

/// What `column` is used as, or why it is left out.
pub(crate) fn used_as(column: &ColumnUse, w: &Words) -> String {
    let used = match &column.role {
        Role::Label => w.is_label,
        Role::Message => w.is_message,
        Role::Field => w.is_field,
        Role::Shopper => w.is_shopper,
        Role::Time => w.is_time,
        Role::Key => w.is_key,
        Role::Feature => w.is_feature,
        Role::Features(names) => return fill(w.are_features, &[("names", &names.join(w.comma))]),
        Role::LeftOut(why) => return fill(w.unused, &[("why", &sentence(why, w))]),
    };
    used.to_owned()
}
