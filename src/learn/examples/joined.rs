//! Columns as context features: those of a table, and those joined from sources.
//!
//! Not here: which value of a source was known at which time (`join`).

use super::Examples;
use anyhow::{Context, Result, ensure};
use floorwalker_data::join::{self, Moments, SourcePlan};
use floorwalker_data::read::{Column, Values};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::{FeatureDef, Op, Window};
use floorwalker_engine::symbol::Symbol;
use std::path::Path;

/// Adds `columns`, each of as many rows as `examples` has, as context features after the existing ones. Text and time columns are
/// left out, because no model reads them directly.
pub(super) fn add(examples: &mut Examples, columns: &[&Column]) {
    let mut added: Vec<Vec<Value>> = Vec::new();
    let n_before = examples.features.len();
    for column in columns {
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
        added.push(values);
    }
    if added.is_empty() {
        return;
    }
    let before = std::mem::take(&mut examples.values);
    let rows = 0..examples.messages.len();
    let row = |row: usize| {
        let old = before[row * n_before..(row + 1) * n_before].iter().copied();
        old.chain(added.iter().map(move |column| column[row]))
    };
    examples.values = rows.flat_map(row).collect();
}

/// Joins the store's sources to the labelled lines of a log, by shopper and time.
///
/// `shoppers` names the shopper of each row.
pub(super) fn sources(plans: &[SourcePlan], examples: &mut Examples, shoppers: &[String]) -> Result<()> {
    let keys: Vec<Option<&str>> = shoppers.iter().map(|shopper| Some(shopper.as_str())).collect();
    let at_ms: Vec<Option<i64>> = examples.at_ms.iter().map(|&at| Some(at)).collect();
    for plan in plans {
        let moments = Moments { keys: &keys, at_ms: if plan.time.is_some() { &at_ms } else { &[] } };
        let found = join::join_one(plan, Path::new(""), moments)
            .with_context(|| format!("[[data.sources]] `{}`", plan.name))?;
        for column in &found.columns {
            ensure!(
                examples.features.iter().all(|def| def.name != column.name),
                "two joined features are called `{}`; give the source another name",
                column.name
            );
        }
        add(examples, &found.columns.iter().collect::<Vec<_>>());
        examples.sources.extend(found.reports);
        examples.warnings.extend(found.warnings);
    }
    Ok(())
}
