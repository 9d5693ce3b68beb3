//! Examples from a table: every row a moment, every column that is no label, key or moment a context feature.

use super::{Examples, joined};
use crate::config::{ModelKind, Store};
use crate::join;
use crate::read::{Column, Kind, MISSING_CODE, Table, Values};
use anyhow::{Result, bail};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::feature::Op;
use floorwalker_engine::text::FIELD;
use std::collections::BTreeMap;
use std::path::Path;

/// `features` are those of a model that is to be measured: their columns have the kinds that it learnt.
pub(super) fn read(store: &Store, path: &Path, features: &[FeatureDef]) -> Result<Examples> {
    let data = &store.data;
    let mut kinds = join::kinds(&data.sources);
    kinds.extend(data.shopper.clone().map(|name| (name, Kind::Text)));
    kinds.extend(data.time.clone().map(|name| (name, Kind::Time)));
    kinds.extend(data.kinds.clone());
    for def in features.iter().filter(|def| def.op == Op::ContextCategory) {
        kinds.insert(def.name.clone(), Kind::Category);
    }
    let labelled = || store.heads.iter().filter(|head| !head.model.is_unlabelled());
    for head in labelled() {
        kinds.entry(head.label.clone()).or_insert(Kind::Category);
    }
    let asks_for_text = store.heads.iter().any(|head| head.model == ModelKind::Text);
    if asks_for_text {
        let columns =
            if data.fields.is_empty() { std::slice::from_ref(&data.message) } else { &data.fields[..] };
        for column in columns {
            kinds.entry(column.clone()).or_insert(Kind::Text);
        }
    }
    let base = Table::read(path, &kinds)?;
    let found = join::join(&base, &data.sources, Path::new(""))?;
    let (sources, from_sources) = (found.reports.clone(), found.warnings.clone());
    let table = found.append_to(base);
    let (messages, fields) = messages(store, &table, asks_for_text)?;
    let mut examples = Examples {
        messages,
        fields,
        shoppers: shoppers(store, &table)?,
        at_ms: moments(store, &table)?,
        lines: table.line_of_row.clone(),
        sources,
        warnings: from_sources,
        ..Examples::default()
    };
    for head in labelled() {
        if let Values::Category { codes, names } = &table.column(&head.label)?.values {
            let name = |&code: &u32| (code != MISSING_CODE).then(|| names[code as usize].clone());
            examples.labels.insert(head.label.clone(), codes.iter().map(name).collect());
        }
    }
    let is_key = |name: &str| data.shopper.as_deref() == Some(name) || data.time.as_deref() == Some(name);
    let wanted = |name: &str| {
        if store.features.is_empty() {
            !examples.labels.contains_key(name)
                && !data.ignore.iter().any(|ignored| ignored == name)
                && !is_key(name)
        } else {
            store.features.iter().any(|def| def.name == name)
        }
    };
    let columns: Vec<_> = table.columns.iter().filter(|column| wanted(&column.name)).collect();
    joined::add(&mut examples, &columns);
    // One row alone is refused by the split, with what to do about it.
    let learns_from_columns =
        features.is_empty() && examples.messages.iter().all(String::is_empty) && table.n_rows > 1;
    let n_features = examples.features.len();
    let tells_rows_apart = |feature: usize| {
        (1..table.n_rows).any(|row| examples.row(row)[feature] != examples.row(row - 1)[feature])
    };
    if learns_from_columns && !(0..n_features).any(tells_rows_apart) {
        bail!(
            "{}: every column that a model could learn from is empty or has one value; bring a column that has at least two values",
            path.display()
        );
    }
    Ok(examples)
}

/// What was typed: the columns that the store names, or for `auto` the columns of text; and their names. Of several each is a field.
fn messages(store: &Store, table: &Table, asked: bool) -> Result<(Vec<String>, Vec<String>)> {
    let data = &store.data;
    let is_left_out = |name: &str| {
        data.ignore.iter().any(|ignored| ignored == name)
            || data.shopper.as_deref() == Some(name)
            || data.sources.iter().any(|source| source.label_key() == name)
    };
    let named: Vec<String> = if !data.fields.is_empty() {
        data.fields.clone()
    } else if asked {
        vec![data.message.clone()]
    } else if store.heads.iter().all(|head| head.model == ModelKind::Auto) {
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
            _ => bail!("{}: column `{name}` must be text", table.path.display()),
        }
    }
    let message = |row: usize| {
        let texts: Vec<&str> = fields.iter().map(|texts| texts[row].as_deref().unwrap_or_default()).collect();
        if texts.iter().all(|text| text.is_empty()) { String::new() } else { texts.join(&FIELD.to_string()) }
    };
    Ok(((0..table.n_rows).map(message).collect(), named))
}

/// A number for each shopper: of the column that the store names, or a shopper a row. Rows without a name are each their own.
fn shoppers(store: &Store, table: &Table) -> Result<Vec<u32>> {
    let Some(name) = &store.data.shopper else { return Ok((0_u32..).take(table.n_rows).collect()) };
    let Values::Text(names) = &table.column(name)?.values else {
        bail!(
            "{}: column `{name}` must be text: [data] kinds = {{ {name} = \"text\" }}",
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

/// When each row was decided: of the column that the store names, or 0.
fn moments(store: &Store, table: &Table) -> Result<Vec<i64>> {
    let Some(name) = &store.data.time else { return Ok(vec![0; table.n_rows]) };
    let Values::Time(moments) = &table.column(name)?.values else {
        bail!(
            "{}: column `{name}` must be time: [data] kinds = {{ {name} = \"time\" }}",
            table.path.display()
        )
    };
    let moment = |(row, at): (usize, &Option<i64>)| match at {
        Some(at) => Ok(*at),
        None => bail!(
            "{}:{}: column `{name}` is empty, and [data] time splits by it; mend the row, or leave out `time`",
            table.path.display(),
            table.line_of_row[row]
        ),
    };
    moments.iter().enumerate().map(moment).collect()
}
