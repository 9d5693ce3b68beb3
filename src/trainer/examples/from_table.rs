//! Examples from a table: every row a moment, every column that is no label a context feature.

use super::Examples;
use crate::config::Store;
use crate::read::{Kind, MISSING_CODE, Table, Values};
use anyhow::{Result, bail};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{FeatureDef, Op, Window};
use floorwalker_engine::symbol::Symbol;
use std::path::Path;

/// `features` are those of a model that is to be measured: their columns have the kinds that it learnt.
pub(super) fn read(store: &Store, path: &Path, features: &[FeatureDef]) -> Result<Examples> {
    let mut kinds = store.data.kinds.clone();
    for def in features.iter().filter(|def| def.op == Op::ContextCategory) {
        kinds.insert(def.name.clone(), Kind::Category);
    }
    for head in &store.heads {
        kinds.entry(head.label.clone()).or_insert(Kind::Category);
    }
    let asks_for_text = store.heads.iter().any(|head| head.model == crate::config::ModelKind::Text);
    if asks_for_text {
        kinds.entry(store.data.message.clone()).or_insert(Kind::Text);
    }
    let table = Table::read(path, &kinds)?;
    let mut examples = Examples {
        messages: vec![String::new(); table.n_rows],
        shoppers: (0_u32..).take(table.n_rows).collect(),
        at_ms: vec![0; table.n_rows],
        lines: table.line_of_row.clone(),
        ..Examples::default()
    };
    if asks_for_text {
        let Values::Text(texts) = &table.column(&store.data.message)?.values else {
            bail!("{}: column `{}` must be text", path.display(), store.data.message)
        };
        examples.messages = texts.iter().map(|text| text.clone().unwrap_or_default()).collect();
    }
    for head in &store.heads {
        if let Values::Category { codes, names } = &table.column(&head.label)?.values {
            let name = |&code: &u32| (code != MISSING_CODE).then(|| names[code as usize].clone());
            examples.labels.insert(head.label.clone(), codes.iter().map(name).collect());
        }
    }
    let wanted = |name: &str| {
        if store.features.is_empty() {
            !examples.labels.contains_key(name) && !store.data.ignore.iter().any(|ignored| ignored == name)
        } else {
            store.features.iter().any(|def| def.name == name)
        }
    };
    let mut columns = Vec::new();
    for column in table.columns.iter().filter(|column| wanted(&column.name)) {
        let (op, values): (Op, Vec<Value>) = match &column.values {
            Values::Number(numbers) | Values::Boolean(numbers) => {
                (Op::ContextNumber, numbers.iter().map(|&number| Value::number(number)).collect())
            }
            Values::Category { codes, names } => {
                let symbols: Vec<_> = names.iter().map(|name| Symbol::of(name)).collect();
                examples.names.extend(symbols.iter().copied().zip(names.iter().cloned()));
                let value =
                    |&code: &u32| symbols.get(code as usize).map_or(Value::Missing, |&s| Value::category(s));
                (Op::ContextCategory, codes.iter().map(value).collect())
            }
            Values::Text(_) | Values::Time(_) => continue,
        };
        let name = column.name.clone();
        examples.features.push(FeatureDef {
            name,
            op,
            events: Vec::new(),
            field: None,
            only: None,
            window: Window::Session,
        });
        columns.push(values);
    }
    // One row alone is refused by the split, with what to do about it.
    let learns_from_columns = features.is_empty() && !asks_for_text && table.n_rows > 1;
    if learns_from_columns && !columns.iter().any(|values| tells_rows_apart(values)) {
        bail!(
            "{}: every column that a model could learn from is empty or has one value; bring a column that has at least two values",
            path.display()
        );
    }
    examples.values =
        (0..table.n_rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    Ok(examples)
}

/// Whether any two rows differ here.
fn tells_rows_apart(values: &[Value]) -> bool {
    values.windows(2).any(|pair| pair[0] != pair[1])
}
