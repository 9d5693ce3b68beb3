//! Catalogue: the shop's own list of items, a table.
//!
//! | column                                    | holds                                              | when it is missing     |
//! |-------------------------------------------|----------------------------------------------------|------------------------|
//! | `item_id`, `id`, `sku` or `product_id`    | the id, as the events have it                      | refused                |
//! | `item_name`, `title` or `name`            | the title; cut after 200 characters                | no title               |
//! | `price`                                   | a number                                           | not known              |
//! | `currency`                                | the price's currency                               | one for all            |
//! | `kind`                                    | `product`, `service`, `article`, `offer`, `expert` | a product              |
//! | `in_stock`, `consumable`                  | 1 or 0, true or false                              | in stock, not consumable |
//! | `item_category`, `item_brand`, `item_variant` | attributes `category`, `brand`, `variant`      |                        |
//! | any other column of categories            | an attribute                                       |                        |
//!
//! Of rows with one id the last one holds. Prices in another currency than the most frequent one are not known.
//!
//! Not here: which items shoppers look at (`shop`).

use crate::details::Details;
use anyhow::{Context, Result, bail};
use floorwalker_data::read::{Column, Kinds, Overrides, ReadAs, Table, Values};
use floorwalker_finding::{Finding, Kind as Found};
use floorwalker_retrieval::Kind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const IDS: [&str; 4] = ["item_id", "id", "sku", "product_id"];
const TITLES: [&str; 3] = ["item_name", "title", "name"];
/// Longest title, in characters.
const LONGEST: usize = 200;

/// `[catalogue]` of a `store.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CataloguePlan {
    /// The file: a table in any form that the trainer reads.
    pub file: PathBuf,
    /// Columns that are not read.
    #[serde(default)]
    pub ignore: Vec<String>,
}

/// The items of a catalogue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// Ids with details, in the order of the file.
    pub items: Vec<(String, Details)>,
    /// What was noticed.
    pub notes: Vec<Finding>,
}

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    ///
    /// A file that is no table; no column of ids; a kind that is none, with its line.
    pub fn read(path: &Path, ignore: &[String]) -> Result<Self> {
        // Ids and titles are texts: 0042 is not 42.
        let learnt: Kinds =
            IDS.iter().chain(&TITLES).map(|name| ((*name).to_owned(), ReadAs::Text)).collect();
        let table = Table::read(path, &Overrides { learnt, ..Overrides::default() })?;
        let column = |names: &[&str]| {
            let has = |name: &&&str| !ignore.iter().any(|other| other == **name);
            names
                .iter()
                .filter(has)
                .find_map(|name| table.columns.iter().find(|column| column.name == **name))
        };
        let file = path.display();
        let Some(ids) = column(&IDS) else {
            bail!("{file}: a catalogue needs a column of ids; call it {}", IDS.join(", "));
        };
        let titles = column(&TITLES);
        let (prices, currencies) = (column(&["price"]), column(&["currency"]));
        let (kinds, in_stock, consumable) =
            (column(&["kind"]), column(&["in_stock"]), column(&["consumable"]));
        let named = [Some(ids), titles, prices, currencies, kinds, in_stock, consumable];
        let is_named = |column: &&Column| {
            named.iter().flatten().any(|other| other.name == column.name) || ignore.contains(&column.name)
        };
        let is_category =
            |column: &&Column| matches!(column.values, Values::Category { .. } | Values::Boolean(_));
        let attributes: Vec<&Column> =
            table.columns.iter().filter(|column| !is_named(column)).filter(is_category).collect();

        let currency = currencies.and_then(|column| most_frequent(column, table.n_rows));
        let mut foreign = 0;
        let mut long = 0;
        let mut repeated: Vec<String> = Vec::new();
        let mut items: Vec<(String, Details)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for row in 0..table.n_rows {
            let Some(id) = cell(ids, row) else { continue };
            let mut details =
                Details { title: titles.and_then(|column| cell(column, row)), ..Details::default() };
            if let Some(title) = &mut details.title
                && let Some((end, _)) = title.char_indices().nth(LONGEST)
            {
                title.truncate(end);
                long += 1;
            }
            if let Some(kind) = kinds.and_then(|column| cell(column, row)) {
                let line = table.line_of_row.get(row).copied().unwrap_or_default();
                details.kind =
                    Kind::ALL.into_iter().find(|known| known.name() == kind).with_context(|| {
                        let known = Kind::ALL.map(Kind::name).join(", ");
                        format!("{file}:{line}: kind is {known}, and not {kind}")
                    })?;
            }
            details.price = prices.and_then(|column| number(column, row)).filter(|price| *price >= 0.0);
            if details.price.is_some() && currencies.and_then(|column| cell(column, row)) != currency {
                details.price = None;
                foreign += 1;
            }
            details.sold_out = in_stock.and_then(|column| number(column, row)) == Some(0.0);
            details.consumable = consumable.and_then(|column| number(column, row)) == Some(1.0);
            for column in &attributes {
                if let Some(value) = cell(column, row) {
                    let name = column.name.strip_prefix("item_").unwrap_or(&column.name);
                    details.attributes.insert(name.to_owned(), value);
                }
            }
            match places.get(&id).and_then(|at| items.get_mut(*at)) {
                Some((_, before)) => {
                    *before = details;
                    repeated.push(id);
                }
                None => {
                    places.insert(id.clone(), items.len());
                    items.push((id, details));
                }
            }
        }
        let mut notes = table.notes.clone();
        let mut note = |column: &str, kind: Found| notes.push(Finding::new(column, kind));
        if let Some(first) = repeated.first() {
            note(&ids.name, Found::RepeatedItems { n_items: repeated.len(), id: first.clone() });
        }
        if long > 0 {
            note(
                titles.map_or("", |column| &column.name),
                Found::LongTitles { n_items: long, longest: LONGEST },
            );
        }
        if let (Some(currency), true) = (currency, foreign > 0) {
            note("price", Found::OtherCurrencies { currency, n_items: foreign });
        }
        Ok(Self { items, notes })
    }
}

/// The text of a cell; `None` if it is missing.
fn cell(column: &Column, row: usize) -> Option<String> {
    match &column.values {
        Values::Text(values) => values.get(row)?.clone(),
        Values::Category { codes, names } => names.get(*codes.get(row)? as usize).cloned(),
        Values::Number(values) => values.get(row).filter(|value| value.is_finite()).map(f32::to_string),
        Values::Boolean(values) => match values.get(row) {
            Some(1.0) => Some("true".to_owned()),
            Some(0.0) => Some("false".to_owned()),
            _ => None,
        },
        Values::Time(_) => None,
    }
}

/// The number of a cell; `None` if it is missing or none.
fn number(column: &Column, row: usize) -> Option<f64> {
    match &column.values {
        Values::Number(values) | Values::Boolean(values) => {
            values.get(row).filter(|value| value.is_finite()).map(|value| f64::from(*value))
        }
        _ => None,
    }
}

/// The most frequent text of a column; of equally frequent ones, the first by bytes.
fn most_frequent(column: &Column, n_rows: usize) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in (0..n_rows).filter_map(|row| cell(column, row)) {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(value, _)| value)
}
