//! Examples from a table: every row is an example, and every column that is not a label, a key or a time becomes a context feature.

use super::columns::{self, ColumnUse, read_as};
use super::{Examples, joined};
use crate::kinds::{Labels, Model};
use crate::store::{Data, HeadPlan, Store};
use anyhow::{Result, bail, ensure};
use floorwalker_data::join;
use floorwalker_data::read::{Column, Kinds, MISSING_CODE, Overrides, ReadAs, Reading, Table, Values};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::feature::Op;
use floorwalker_engine::text::FIELD;
use floorwalker_finding::shown::quoted;
use floorwalker_finding::text::Text;
use std::collections::BTreeMap;
use std::path::Path;

/// Most features of a model; the engine's own limit.
const MAX_FEATURES: usize = 4096;

/// Reads a table. `features` are those of a model to be evaluated, whose columns are read as the kinds it was trained with; empty
/// when training.
pub(super) fn read(store: &Store, path: &Path, features: &[FeatureDef]) -> Result<Examples> {
    let data = &store.data;
    let asks_for_text = store.heads.iter().any(|head| head.model.reads_message());
    let kinds = kinds(data, &store.heads, asks_for_text);
    let asked = Overrides { kinds, learnt: learnt(features), missing: data.missing.clone() };
    let base = Table::read(path, &asked)?;
    let found = join::join(&base, &data.sources, Path::new(""))?;
    let (sources, from_sources) = (found.reports.clone(), found.warnings.clone());
    let table = found.append_to(base);
    let (messages, fields) = messages(data, &store.heads, &table, asks_for_text)?;
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
    for head in labelled(&store.heads) {
        examples.labels.insert(head.label.clone(), label(&table, &head.label)?);
    }
    for (name, reading) in &table.readings {
        let counts = reading.missing.iter().map(|(text, n)| (name.clone(), text.clone(), *n));
        examples.read_as_missing.extend(counts);
        examples.kept.extend(reading.kept.iter().map(|(text, n)| (name.clone(), text.clone(), *n)));
    }
    let (columns, uses) = chosen(store, &table, &examples, features);
    ensure!(
        columns.len() <= MAX_FEATURES,
        "{}: {} columns would become features, and a bundle has at most {MAX_FEATURES}; leave some out with --ignore ([data] ignore in a store)",
        path.display(),
        columns.len()
    );
    joined::add(&mut examples, &columns.iter().collect::<Vec<_>>());
    examples.columns = uses;
    // A table of a single row is refused later by the split, whose message says what to do.
    let learns_from_columns =
        features.is_empty() && examples.messages.iter().all(String::is_empty) && table.n_rows > 1;
    let n_features = examples.features.len();
    let tells_rows_apart = |feature: usize| {
        (1..table.n_rows).any(|row| examples.row(row)[feature] != examples.row(row - 1)[feature])
    };
    if learns_from_columns && !(0..n_features).any(tells_rows_apart) {
        let left_out: Vec<String> = examples
            .columns
            .iter()
            .filter(|column| column.is_left_out)
            .map(|column| format!("`{}` ({})", column.name, column.used.en))
            .collect();
        let why = if left_out.is_empty() { String::new() } else { format!("; {}", left_out.join(", ")) };
        bail!(
            "{}: every column that could be a feature is empty or has a single value; add a column with at least two values{why}",
            path.display()
        );
    }
    Ok(examples)
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
fn chosen(
    store: &Store,
    table: &Table,
    examples: &Examples,
    features: &[FeatureDef],
) -> (Vec<Column>, Vec<ColumnUse>) {
    let data = &store.data;
    let (mut chosen, mut uses) = (Vec::new(), Vec::new());
    let decided_ms: &[i64] = if data.time.is_some() { &examples.at_ms } else { &[] };
    let is_feature = |name: &str| {
        let is_named = |defs: &[FeatureDef]| defs.iter().any(|def| def.name == name);
        if store.features.is_empty() {
            features.is_empty() || is_named(features)
        } else {
            is_named(&store.features)
        }
    };
    let plain = Reading::default();
    for column in &table.columns {
        let reading = table.readings.get(&column.name).unwrap_or(&plain);
        let name = column.name.as_str();
        let read = read_as(column, reading);
        if let Some(used) = role(data, examples, name) {
            uses.push(ColumnUse::used(name, read, used));
            continue;
        }
        if let Some(why) = reason_to_leave_out(store, column, reading, features) {
            uses.push(ColumnUse::left_out(name, read, &why));
            continue;
        }
        let parts = match &column.values {
            Values::Time(_) => columns::parts(column, reading, decided_ms, !features.is_empty()),
            _ => vec![column.clone()],
        };
        let parts: Vec<Column> = parts.into_iter().filter(|part| is_feature(&part.name)).collect();
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        uses.push(match names[..] {
            [] if matches!(column.values, Values::Time(_)) => {
                let why = Text::new("all of its times are the same", "各行的时间都相同");
                ColumnUse::left_out(name, read, &why)
            }
            [] => ColumnUse::left_out(
                name,
                read,
                &Text::new("it is no feature of the store", "不是店铺配置中的特征"),
            ),
            [one] if one == name => ColumnUse::used(name, read, Text::new("feature", "特征")),
            _ => ColumnUse::used(
                name,
                read,
                Text::new(format!("features {}", names.join(", ")), format!("特征 {}", names.join("、"))),
            ),
        });
        chosen.extend(parts);
    }
    (chosen, uses)
}

/// The role of a column that is not a feature: label, message, shopper, time or join key. `None` when it has no such role.
fn role(data: &Data, examples: &Examples, name: &str) -> Option<Text> {
    if examples.labels.contains_key(name) {
        return Some(Text::new("the label", "预测目标"));
    }
    if examples.fields.iter().any(|field| field == name) {
        return Some(if examples.fields.len() > 1 {
            Text::new("a field of the message", "消息的字段之一")
        } else {
            Text::new("the message", "消息")
        });
    }
    if data.shopper.as_deref() == Some(name) {
        return Some(Text::new("the shopper", "标明该行属于哪位顾客"));
    }
    if data.time.as_deref() == Some(name) {
        return Some(Text::new("the time of the decision", "标明该行的决策时刻"));
    }
    let is_key =
        |source: &join::SourcePlan| source.label_key() == name || source.label_time.as_deref() == Some(name);
    data.sources.iter().any(is_key).then(|| Text::new("the key of other tables", "用于关联其他表"))
}

/// Why a column that could be a feature is left out; `None` when it is kept.
fn reason_to_leave_out(
    store: &Store,
    column: &Column,
    reading: &Reading,
    features: &[FeatureDef],
) -> Option<Text> {
    let name = column.name.as_str();
    if store.data.ignore.iter().any(|ignored| ignored == name) {
        return Some(Text::new("as requested", "按您的要求排除"));
    }
    if reading.is_json {
        return Some(Text::new(
            "it holds JSON; put the values that matter into separate columns",
            "内容为 JSON；请把其中有用的部分导出为单独的列",
        ));
    }
    if matches!(column.values, Values::Text(_)) {
        return Some(Text::new(
            "no head reads it; name it as the message with --message ([data] message or fields in a store)",
            "没有模型头读取它；请用 --message 指定为消息（店铺配置中为 [data] message 或 fields）",
        ));
    }
    let is_chosen = !store.features.is_empty() || !features.is_empty() || store.data.kinds.contains_key(name);
    let (distinct, present) = columns::names_rows(column).filter(|_| !is_chosen)?;
    // Cells with letters may be numbers with a unit rather than codes; the note on how they were read says what to do.
    if let (Values::Category { names, .. }, Some(how)) = (&column.values, &reading.how)
        && names.iter().any(|name| name.contains(char::is_alphabetic))
    {
        return Some(Text::new(
            format!("it identifies rows ({distinct} different values in {present} rows): {}", how.en),
            format!("它只是行的编号（{present} 行中有 {distinct} 个不同取值）：{}", how.zh),
        ));
    }
    let kind = quoted(format_args!("{name}=number"));
    Some(Text::new(
        format!(
            "it identifies rows ({distinct} different values in {present} rows); if it is a quantity, keep it with --kind {kind} \
             ([data] kinds in a store)"
        ),
        format!(
            "它只是行的编号（{present} 行中有 {distinct} 个不同取值）；若它是数量，请用 --kind {kind} 保留（店铺配置中为 [data] kinds）"
        ),
    ))
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
