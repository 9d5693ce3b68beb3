//! Examples from a table: every row is an example, and every column that is not a label, a key or a time becomes a context feature.

use super::columns::{self, ColumnUse, NothingToLearn, Role};
use super::{Examples, joined};
use crate::kinds::{Labels, Model};
use crate::store::{Data, HeadPlan};
use anyhow::{Result, bail, ensure};
use floorwalker_data::join;
use floorwalker_data::read::{Column, Kinds, MISSING_CODE, Overrides, ReadAs, Reading, Table, Values};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{FeatureDef, Op};
use floorwalker_engine::text::FIELD;
use floorwalker_finding::{Finding, Kind};
use std::collections::BTreeMap;
use std::path::Path;

/// Most features of a model; the engine's own limit.
const MAX_FEATURES: usize = 4096;

/// Reads a table.
///
/// - `declared`: the features that the store names; empty when every column may be one.
/// - `of_model`: the features of a model to be evaluated, whose columns are read as the kinds it was trained with; empty when
///   training.
pub(super) fn read(
    path: &Path,
    data: &Data,
    heads: &[HeadPlan],
    declared: &[FeatureDef],
    of_model: &[FeatureDef],
) -> Result<Examples> {
    let asks_for_text = heads.iter().any(|head| head.model.reads_message());
    let kinds = kinds(data, heads, asks_for_text);
    let asked = Overrides { kinds, learnt: learnt(of_model), missing: data.missing.clone() };
    let base = Table::read(path, &asked)?;
    let found = join::join(&base, &data.sources, Path::new(""))?;
    let (sources, from_sources) = (found.reports.clone(), found.warnings.clone());
    let table = found.append_to(base);
    let (messages, fields) = messages(data, heads, &table, asks_for_text)?;
    let mut examples = Examples {
        messages,
        fields,
        shoppers: shoppers(data, &table)?,
        at_ms: moments(data, &table)?,
        lines: table.line_of_row.clone(),
        sources,
        warnings: from_sources,
        notes: table.notes.clone(),
        ..Examples::default()
    };
    for head in labelled(heads) {
        examples.labels.insert(head.label.clone(), label(&table, &head.label)?);
    }
    let mut note = |kind| examples.notes.push(Finding::new(path.display().to_string(), kind));
    let (missing, kept) = (texts(&table, |reading| &reading.missing), texts(&table, |reading| &reading.kept));
    if !missing.is_empty() {
        note(Kind::ReadAsMissing { texts: missing });
    }
    if !kept.is_empty() {
        note(Kind::ReadAsValue { texts: kept });
    }
    let named = if declared.is_empty() { of_model } else { declared };
    let (columns, uses) = chosen(data, &table, &examples, named, !of_model.is_empty());
    ensure!(
        columns.len() <= MAX_FEATURES,
        "{}: {} columns would become features, and a bundle has at most {MAX_FEATURES}; leave some out with --ignore ([data] ignore in a store)",
        path.display(),
        columns.len()
    );
    joined::add(&mut examples, &columns.iter().collect::<Vec<_>>());
    examples.columns = uses;
    examples.events = n_known(&examples);
    // A table of a single row is refused later by the split, whose message says what to do.
    let learns_from_columns =
        of_model.is_empty() && examples.messages.iter().all(String::is_empty) && table.n_rows > 1;
    let n_features = examples.features.len();
    let tells_rows_apart = |feature: usize| {
        (1..table.n_rows).any(|row| examples.row(row)[feature] != examples.row(row - 1)[feature])
    };
    if learns_from_columns && !(0..n_features).any(tells_rows_apart) {
        let mut left_out = examples.columns;
        left_out.retain(ColumnUse::is_left_out);
        return Err(NothingToLearn { path: path.to_path_buf(), left_out }.into());
    }
    Ok(examples)
}

/// Texts of each column's reading, as column, text and number of rows.
fn texts(table: &Table, of: impl Fn(&Reading) -> &[(String, usize)]) -> Vec<(String, String, usize)> {
    let named =
        |(name, reading)| of(reading).iter().map(move |(text, n)| (String::clone(name), text.clone(), *n));
    table.readings.iter().flat_map(named).collect()
}

/// The number of features that are not missing, of each row.
fn n_known(examples: &Examples) -> Vec<u32> {
    let known =
        |row: usize| examples.row(row).iter().filter(|value| **value != Value::Missing).count() as u32;
    (0..examples.n_rows()).map(known).collect()
}

fn labelled(heads: &[HeadPlan]) -> impl Iterator<Item = &HeadPlan> {
    heads.iter().filter(|head| head.model.labels() != Labels::None)
}

/// The kinds of columns that a model with `features` was trained with: categories, and times when it reads parts of them.
fn learnt(features: &[FeatureDef]) -> Kinds {
    let mut kinds = Kinds::new();
    for def in features {
        if let Some(moment) = columns::moment_of(&def.name) {
            kinds.insert(moment.to_owned(), ReadAs::Time);
        }
        if def.op == Op::ContextCategory {
            kinds.insert(def.name.clone(), ReadAs::Category);
        }
    }
    kinds
}

/// The kinds of columns that the store sets, and those that its other settings imply.
fn kinds(data: &Data, heads: &[HeadPlan], asks_for_text: bool) -> Kinds {
    let mut kinds = join::kinds(&data.sources);
    kinds.extend(data.shopper.clone().map(|name| (name, ReadAs::Text)));
    kinds.extend(data.time.clone().map(|name| (name, ReadAs::Time)));
    kinds.extend(data.kinds.clone());
    for head in labelled(heads) {
        let kind = if head.is_number() { ReadAs::Number } else { ReadAs::Category };
        kinds.entry(head.label.clone()).or_insert(kind);
    }
    if asks_for_text {
        let columns =
            if data.fields.is_empty() { std::slice::from_ref(&data.message) } else { &data.fields[..] };
        for column in columns {
            kinds.entry(column.clone()).or_insert(ReadAs::Text);
        }
    }
    // Ignored columns are read as text, so that no warning about their kind is raised.
    for name in &data.ignore {
        kinds.entry(name.clone()).or_insert(ReadAs::Text);
    }
    kinds
}

/// The values of a label as text, whatever kind the column was read as.
fn label(table: &Table, name: &str) -> Result<Vec<Option<String>>> {
    Ok(match &table.column(name)?.values {
        Values::Category { codes, names } => {
            let name = |&code: &u32| (code != MISSING_CODE).then(|| names[code as usize].clone());
            codes.iter().map(name).collect()
        }
        Values::Number(numbers) => {
            numbers.iter().map(|number| (!number.is_nan()).then(|| number.to_string())).collect()
        }
        Values::Boolean(flags) => {
            let shown = |&flag: &f32| if flag == 1.0 { "true" } else { "false" };
            flags.iter().map(|flag| (!flag.is_nan()).then(|| shown(flag).to_owned())).collect()
        }
        Values::Text(texts) => texts.clone(),
        Values::Time(_) => {
            bail!(
                "{}: label `{name}` is a time; name a label that is a category or a number",
                table.path.display()
            )
        }
    })
}

/// The columns that become features, and the role of every column.
///
/// - `named`: the features that are wanted; empty when every column may be one.
/// - `all_parts`: whether to include parts of a time that are the same in every row.
fn chosen(
    data: &Data,
    table: &Table,
    examples: &Examples,
    named: &[FeatureDef],
    all_parts: bool,
) -> (Vec<Column>, Vec<ColumnUse>) {
    let (mut chosen, mut uses) = (Vec::new(), Vec::new());
    let decided_ms: &[i64] = if data.time.is_some() { &examples.at_ms } else { &[] };
    let is_feature = |name: &str| named.is_empty() || named.iter().any(|def| def.name == name);
    let plain = Reading::default();
    for column in &table.columns {
        let reading = table.readings.get(&column.name).unwrap_or(&plain);
        let name = column.name.as_str();
        let left_out = |kind| Role::LeftOut(Finding::new(name, kind));
        let is_chosen = !named.is_empty() || data.kinds.contains_key(name);
        let given = role(data, examples, name)
            .or_else(|| reason_to_leave_out(&data.ignore, column, reading, is_chosen).map(left_out));
        if let Some(role) = given {
            uses.push(ColumnUse::new(column, reading, role));
            continue;
        }
        let parts = match &column.values {
            Values::Time(_) => columns::parts(column, reading, decided_ms, all_parts),
            _ => vec![column.clone()],
        };
        let parts: Vec<Column> = parts.into_iter().filter(|part| is_feature(&part.name)).collect();
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        let role = match names[..] {
            [] if matches!(column.values, Values::Time(_)) => left_out(Kind::OneMoment),
            [] => left_out(Kind::NoFeature),
            [one] if one == name => Role::Feature,
            _ => Role::Features(names.into_iter().map(str::to_owned).collect()),
        };
        uses.push(ColumnUse::new(column, reading, role));
        chosen.extend(parts);
    }
    (chosen, uses)
}

/// The role of a column that is not a feature: label, message, shopper, time or join key. `None` when it has no such role.
fn role(data: &Data, examples: &Examples, name: &str) -> Option<Role> {
    if examples.labels.contains_key(name) {
        return Some(Role::Label);
    }
    if examples.fields.iter().any(|field| field == name) {
        return Some(if examples.fields.len() > 1 { Role::Field } else { Role::Message });
    }
    if data.shopper.as_deref() == Some(name) {
        return Some(Role::Shopper);
    }
    if data.time.as_deref() == Some(name) {
        return Some(Role::Time);
    }
    let is_key =
        |source: &join::SourcePlan| source.label_key() == name || source.label_time.as_deref() == Some(name);
    data.sources.iter().any(is_key).then_some(Role::Key)
}

/// Why a column that could be a feature is left out; `None` when it is kept. A column that `is_chosen` is kept though it names rows.
fn reason_to_leave_out(
    ignore: &[String],
    column: &Column,
    reading: &Reading,
    is_chosen: bool,
) -> Option<Kind> {
    let name = column.name.as_str();
    if ignore.iter().any(|ignored| ignored == name) {
        return Some(Kind::Ignored);
    }
    if reading.is_json {
        return Some(Kind::Json);
    }
    if matches!(column.values, Values::Text(_)) {
        return Some(Kind::UnreadText);
    }
    let (n_distinct, n_rows) = columns::names_rows(column).filter(|_| !is_chosen)?;
    // Cells that are numbers with a unit may be a quantity rather than codes.
    let with_unit = reading.how.iter().map(|how| &how.kind).find(|how| matches!(how, Kind::WithUnit { .. }));
    Some(Kind::NamesRows { n_distinct, n_rows, how: with_unit.cloned().map(Box::new) })
}

/// The message of each row, and the names of its columns: those that the store names, or for `auto` all text columns. With
/// several columns each is a field of the message.
fn messages(
    data: &Data,
    heads: &[HeadPlan],
    table: &Table,
    asked: bool,
) -> Result<(Vec<String>, Vec<String>)> {
    let is_left_out = |name: &str| {
        data.ignore.iter().any(|ignored| ignored == name)
            || data.shopper.as_deref() == Some(name)
            || data.sources.iter().any(|source| source.label_key() == name)
    };
    let named: Vec<String> = if !data.fields.is_empty() {
        data.fields.clone()
    } else if asked {
        vec![data.message.clone()]
    } else if heads.iter().all(|head| matches!(head.model, Model::Auto(_))) {
        let is_text = |column: &&Column| matches!(column.values, Values::Text(_));
        let texts = table.columns.iter().filter(is_text).filter(|column| !is_left_out(&column.name));
        texts.map(|column| column.name.clone()).collect()
    } else {
        Vec::new()
    };
    let mut fields: Vec<&[Option<String>]> = Vec::new();
    for name in &named {
        match &table.column(name)?.values {
            Values::Text(texts) => fields.push(texts),
            _ => bail!(
                "{}: column `{name}` does not hold text; name another column of messages",
                table.path.display()
            ),
        }
    }
    let message = |row: usize| {
        let texts: Vec<&str> = fields.iter().map(|texts| texts[row].as_deref().unwrap_or_default()).collect();
        if texts.iter().all(|text| text.is_empty()) { String::new() } else { texts.join(&FIELD.to_string()) }
    };
    Ok(((0..table.n_rows).map(message).collect(), named))
}

/// The shopper's number for each row, from the column that the store names; without such a column, and for rows without a value,
/// every row is a shopper of its own.
fn shoppers(data: &Data, table: &Table) -> Result<Vec<u32>> {
    let Some(name) = &data.shopper else { return Ok((0_u32..).take(table.n_rows).collect()) };
    let Values::Text(names) = &table.column(name)?.values else {
        bail!(
            "{}: column `{name}` was not read as text; write [data] kinds = {{ {name} = \"text\" }}",
            table.path.display()
        )
    };
    let (mut known, mut next) = (BTreeMap::new(), 0_u32);
    let mut number = |name: &Option<String>| {
        let fresh = next;
        let found = match name {
            Some(name) => *known.entry(name.clone()).or_insert(fresh),
            None => fresh,
        };
        next += u32::from(found == fresh);
        found
    };
    Ok(names.iter().map(&mut number).collect())
}

/// The decision time of each row, from the column that the store names, or 0 without one.
fn moments(data: &Data, table: &Table) -> Result<Vec<i64>> {
    let Some(name) = &data.time else { return Ok(vec![0; table.n_rows]) };
    let Values::Time(moments) = &table.column(name)?.values else {
        bail!(
            "{}: column `{name}` was not read as a time; write [data] kinds = {{ {name} = \"time\" }}",
            table.path.display()
        )
    };
    let moment = |(row, at): (usize, &Option<i64>)| match at {
        Some(at) => Ok(*at),
        None => bail!(
            "{}:{}: column `{name}` is empty, and the split by time needs it; fill the cell, or leave out `time`",
            table.path.display(),
            table.line_of_row[row]
        ),
    };
    moments.iter().enumerate().map(moment).collect()
}
