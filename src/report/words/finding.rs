//! The sentence of each kind of finding: what was found, with its figures, and what to do.
//!
//! Not here: the severity before the sentence (`section::summary`).

use super::{Words, fill};
use crate::number::{count, figure, percent};
use floorwalker_finding::shown::quoted;
use floorwalker_finding::{Finding, Kind};
use std::collections::BTreeMap;

/// Most classes that are named; of the others only the number is given.
const MAX_CLASSES: usize = 5;

/// The sentence of `finding`, without its severity.
pub(crate) fn sentence(finding: &Finding, w: &Words) -> String {
    let n = |n: usize| count(n as u64);
    let place = finding.place.to_string();
    let say = |template: &str, figures: &[(&str, &str)]| {
        let figures: Vec<_> = figures.iter().copied().chain([("place", place.as_str())]).collect();
        fill(template, &figures)
    };
    match &finding.kind {
        Kind::TooGood { class, auc } => say(w.too_good, &[("class", class), ("auc", &figure(*auc))]),
        Kind::TooInformative { share } => say(w.too_informative, &[("share", &percent(*share))]),
        Kind::MissingTells { class, auc, has_value } => {
            let template = if *has_value { w.missing_tells_has } else { w.missing_tells_lacks };
            say(template, &[("class", class), ("auc", &figure(*auc))])
        }
        Kind::AfterLabel { n_late, n_rows } => {
            say(w.after_label, &[("late", &n(*n_late)), ("rows", &n(*n_rows))])
        }
        Kind::Id { n_distinct, n_rows } => say(w.id, &[("distinct", &n(*n_distinct)), ("rows", &n(*n_rows))]),
        Kind::Constant => say(w.constant, &[]),
        Kind::AllMissing { n_rows } => say(w.all_missing, &[("rows", &n(*n_rows))]),
        Kind::Equal { other } => say(w.equal, &[("other", other)]),
        Kind::Correlated { other, r } => say(w.correlated, &[("other", other), ("r", &figure(*r))]),
        Kind::DuplicateRows { n_repeated, n_rows, line } => say(
            w.duplicate_rows,
            &[("repeated", &n(*n_repeated)), ("rows", &n(*n_rows)), ("line", &line.to_string())],
        ),
        Kind::LabelTypo { class, n_rows, meant } => {
            let quoted = format!("{{ {class:?} = {meant:?} }}");
            say(
                w.label_typo,
                &[("class", class), ("rows", &n(*n_rows)), ("meant", meant), ("quoted", &quoted)],
            )
        }
        Kind::Imbalance { class, n_class, n_rows } => {
            let share = percent(*n_class as f64 / (*n_rows).max(1) as f64);
            let figures =
                [("class", class.as_str()), ("n", &n(*n_class)), ("rows", &n(*n_rows)), ("share", &share)];
            say(w.imbalance, &figures)
        }
        Kind::FewRows { least, classes } => {
            say(w.few_rows, &[("least", &n(*least)), ("classes", &listed(classes, w))])
        }
        Kind::TimeUnit { per_second } => {
            let unit = match per_second {
                1 => w.seconds,
                1_000_000 => w.microseconds,
                _ => w.nanoseconds,
            };
            say(w.time_unit, &[("unit", unit)])
        }
        Kind::NoBetterThanBaseline => say(w.no_better, &[]),
        Kind::WorseThanExpert { has_message, events, difference } => {
            let template = if *has_message { w.worse_with_message } else { w.worse_without_message };
            let points = format!("{:.1}", -100.0 * difference);
            say(template, &[("points", &points), ("events", &events.to_string())])
        }
        Kind::Disparity { group, reference, ratio, others } => {
            let found =
                fill(w.disparity, &[("group", group), ("reference", reference), ("ratio", &percent(*ratio))]);
            let line = fill(w.of_head, &[("head", &place), ("found", &found)]);
            if *others == 0 { line } else { line + &fill(w.more_groups, &[("n", &count(*others))]) }
        }
        Kind::RepeatedItems { n_items, id } => say(w.repeated_items, &[("n", &n(*n_items)), ("id", id)]),
        Kind::LongTitles { n_items, longest } => {
            say(w.long_titles, &[("n", &n(*n_items)), ("longest", &longest.to_string())])
        }
        Kind::OtherCurrencies { currency, n_items } => {
            say(w.other_currencies, &[("currency", currency), ("n", &n(*n_items))])
        }
        Kind::UnlistedItems { n_items, id } => say(w.unlisted_items, &[("n", &n(*n_items)), ("id", id)]),
        Kind::LeftOut { error } => say(w.left_out, &[("error", error)]),
        Kind::Unpacked => say(w.unpacked, &[]),
        Kind::Encoding { encoding } => say(w.encoding, &[("encoding", encoding)]),
        Kind::EncodingGuessed { encoding, word } => {
            say(w.encoding_guessed, &[("encoding", encoding), ("word", word)])
        }
        Kind::Sheet { sheet } => say(w.sheet, &[("sheet", sheet)]),
        Kind::TitleLines { line, title } => {
            say(w.title_lines, &[("line", &line.to_string()), ("title", title)])
        }
        Kind::BlankRows { n_rows } => say(w.blank_rows, &[("rows", &n_rows.to_string())]),
        Kind::NamelessColumns { n_columns } => {
            say(w.nameless_columns, &[("columns", &n_columns.to_string())])
        }
        Kind::ReadAsMissing { texts } => say(w.read_as_missing, &[("texts", &by_column(texts))]),
        Kind::ReadAsValue { texts } => say(w.read_as_value, &[("texts", &by_column(texts))]),
        Kind::Unlabelled { n_without, n_rows } => {
            let share = format!("{:.1}", 100.0 * *n_without as f64 / *n_rows as f64);
            let figures = [
                ("share", share.as_str()),
                ("without", &n_without.to_string()),
                ("rows", &n_rows.to_string()),
            ];
            say(w.unlabelled, &figures)
        }
        Kind::NumberForm { cell, value } => {
            say(w.number_form, &[("cell", cell), ("value", &value.to_string())])
        }
        Kind::DateOrder { is_day_first } => say(if *is_day_first { w.day_first } else { w.month_first }, &[]),
        Kind::Codes => say(w.codes, &[]),
        Kind::WithUnit { cell, unit } => say(w.with_unit, &[("cell", cell), ("unit", unit)]),
        Kind::Ignored => say(w.ignored, &[]),
        Kind::NoFeature => say(w.no_feature, &[]),
        Kind::OneMoment => say(w.one_moment, &[]),
        Kind::Json => say(w.json, &[]),
        Kind::UnreadText => say(w.unread_text, &[]),
        Kind::NamesRows { n_distinct, n_rows, how } => {
            let (distinct, rows) = (n_distinct.to_string(), n_rows.to_string());
            let (template, name, what) = match how {
                Some(how) => {
                    let how = Finding::new(place.as_str(), Kind::clone(how));
                    (w.names_rows_how, "how", sentence(&how, w))
                }
                None => (w.names_rows, "kind", quoted(format_args!("{place}=number"))),
            };
            say(template, &[("distinct", &distinct), ("rows", &rows), (name, &what)])
        }
    }
}

/// Texts by column: `rating “?” (31), “NA” (13); size “-” (2)`.
fn by_column(texts: &[(String, String, usize)]) -> String {
    let mut by_column: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (column, text, n) in texts {
        by_column.entry(column).or_default().push(format!("“{text}” ({n})"));
    }
    let listed = by_column.into_iter().map(|(column, texts)| format!("{column} {}", texts.join(", ")));
    listed.collect::<Vec<_>>().join("; ")
}

/// The classes with the number of their rows, the first [`MAX_CLASSES`] of them by name.
fn listed(classes: &[(String, usize)], w: &Words) -> String {
    let (named, others) = classes.split_at(classes.len().min(MAX_CLASSES));
    let each =
        |(class, n): &(String, usize)| fill(w.few_rows_one, &[("class", class), ("rows", &count(*n as u64))]);
    let names = named.iter().map(each).collect::<Vec<_>>().join(w.few_rows_comma);
    if others.is_empty() {
        return names;
    }
    names + &fill(w.few_rows_more, &[("n", &count(others.len() as u64))])
}
