//! Shop: items with their details, the sessions of shoppers, and the baskets that they bought, from an event log and a catalogue.
//!
//! | rule                                | what happens                                                                        |
//! |-------------------------------------|-------------------------------------------------------------------------------------|
//! | an item of the log without a row in the catalogue | it is an item, with what the log says of it                             |
//! | details in both                     | the catalogue's hold                                                                |
//! | details that change within the log  | the latest hold                                                                     |
//! | an event of a shopper without a time | it has the time of the shopper's event before it                                     |
//! | a gap of more than the idle limit   | a new session begins                                                                |
//!
//! Not here: reading the files (`data`, `catalogue`), counting (`count`, `baskets`).

use crate::catalogue::{Catalogue, CataloguePlan};
use crate::details::Details;
use crate::places::{LIST, Places};
use crate::visits::{Visit, Visits};
use anyhow::Result;
use floorwalker_data::read::{Log, LogEvent, LogItem, ParamValue};
use floorwalker_finding::{Finding, Kind};
use floorwalker_retrieval::Act;
use std::collections::BTreeMap;
use std::path::Path;

/// Names of the attributes that GA4's item fields give.
const CATEGORY: &str = "category";
const BRAND: &str = "brand";
const VARIANT: &str = "variant";
/// Name of the attribute that says in which fifth of the prices an item's price lies.
pub const PRICE_BAND: &str = "price_band";
/// How many price bands there are.
const BANDS: usize = 5;

/// A shop as its log and catalogue show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shop {
    /// Sessions, and the ids of items.
    pub visits: Visits,
    /// What is known of each item.
    pub details: Vec<Details>,
    /// What was bought at once, oldest first.
    pub baskets: Vec<Basket>,
    /// How often the places of lists are looked at.
    pub places: Places,
    /// Items that were bought and are not in the catalogue, if there is a catalogue.
    pub unlisted: Vec<String>,
}

/// What was bought at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Basket {
    /// The number of the session in which it was bought, among the sessions by time.
    pub session: usize,
    /// The items, each once.
    pub items: Vec<u32>,
}

impl Shop {
    /// Reads a shop from its log and catalogue, with what was noticed.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, with its place.
    pub fn read(log: &Path, catalogue: Option<&CataloguePlan>, idle_s: u32) -> Result<(Self, Vec<Finding>)> {
        let catalogue = catalogue.map(|plan| Catalogue::read(&plan.file, &plan.ignore)).transpose()?;
        let shop = Self::new(&Log::read(log)?, catalogue.as_ref(), idle_s);
        let mut notes = catalogue.map(|catalogue| catalogue.notes).unwrap_or_default();
        if let Some(first) = shop.unlisted.first() {
            let kind = Kind::UnlistedItems { n_items: shop.unlisted.len(), id: first.clone() };
            notes.push(Finding::new("item_id", kind));
        }
        Ok((shop, notes))
    }

    /// A shop from its log. `idle_s` is the longest gap between events of one session, in seconds.
    #[must_use]
    pub fn new(log: &Log, catalogue: Option<&Catalogue>, idle_s: u32) -> Self {
        let mut shop = Self::default();
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        for (id, details) in catalogue.into_iter().flat_map(|catalogue| &catalogue.items) {
            numbers.insert(id.clone(), shop.details.len() as u32);
            shop.visits.ids.push(id.clone());
            shop.details.push(details.clone());
        }
        let n_listed = shop.details.len();
        let mut by_shopper: BTreeMap<&str, Vec<(i64, &LogEvent)>> = BTreeMap::new();
        for event in log.events.iter().filter(|event| act_of(event).is_some() || event.event == LIST) {
            let events = by_shopper.entry(&event.shopper).or_default();
            let before = events.last().map_or(0, |(at_ms, _)| *at_ms);
            events.push((event.at_ms.filter(|at_ms| *at_ms >= 0).unwrap_or(before), event));
        }
        by_shopper.values_mut().for_each(|events| events.sort_by_key(|(at_ms, _)| *at_ms));
        shop.places = Places::of(by_shopper.values().flatten().map(|(_, event)| *event));
        for events in by_shopper.values() {
            let mut visit = Visit::default();
            for (at_ms, event) in events.iter().filter(|(_, event)| event.event != LIST) {
                if !visit.is_empty() && at_ms - visit.at_ms > i64::from(idle_s) * 1_000 {
                    let next = visit.next();
                    let ended = std::mem::replace(&mut visit, next);
                    shop.visits.visits.extend((!ended.steps.is_empty()).then_some(ended));
                }
                visit.at_ms = *at_ms;
                let act = act_of(event).unwrap_or(Act::View);
                let mut basket = Vec::new();
                for item in &event.items {
                    let Some(id) = item.id.as_ref().filter(|id| !id.is_empty()) else { continue };
                    let at = *numbers.entry(id.clone()).or_insert_with(|| {
                        shop.visits.ids.push(id.clone());
                        shop.details.push(Details::default());
                        shop.details.len() as u32 - 1
                    });
                    if at as usize >= n_listed {
                        learn(&mut shop.details[at as usize], item);
                        if catalogue.is_some() && act == Act::Buy && !shop.unlisted.contains(id) {
                            shop.unlisted.push(id.clone());
                        }
                    }
                    basket.push(at);
                    visit.add_weighed(at, act, shop.places.weight(event.line));
                }
                if act == Act::Buy {
                    basket.sort_unstable();
                    basket.dedup();
                    visit.baskets.push(basket);
                }
            }
            if !visit.steps.is_empty() {
                shop.visits.visits.push(visit);
            }
        }
        shop.visits.visits.sort_by_key(|visit| visit.at_ms);
        for (session, visit) in shop.visits.visits.iter_mut().enumerate() {
            let bought = std::mem::take(&mut visit.baskets).into_iter();
            shop.baskets.extend(bought.map(|items| Basket { session, items }));
        }
        shop
    }

    /// Attributes that are published: names with their values, and for each item the place of its value. Of each name at most 65,534 values,
    /// the most frequent ones, are kept; of names the 15 that most items have, and the price band.
    #[must_use]
    pub fn attributes(&self) -> Vec<(String, BTreeMap<String, Vec<u32>>)> {
        let mut names: BTreeMap<&str, BTreeMap<String, Vec<u32>>> = BTreeMap::new();
        for (item, details) in (0..).zip(&self.details) {
            for (name, value) in &details.attributes {
                names.entry(name).or_default().entry(value.clone()).or_default().push(item);
            }
        }
        let mut all: Vec<(String, BTreeMap<String, Vec<u32>>)> =
            names.into_iter().map(|(name, values)| (name.to_owned(), values)).collect();
        // An attribute with one value, or a value of its own for most items, says nothing of taste.
        all.retain(|(_, values)| values.len() > 1 && values.len() * 2 <= values.values().map(Vec::len).sum());
        all.sort_by_key(|(name, values)| {
            (usize::MAX - values.values().map(Vec::len).sum::<usize>(), name.clone())
        });
        all.truncate(15);
        for (_, values) in &mut all {
            if values.len() > 65_534 {
                let mut by_size: Vec<(String, Vec<u32>)> = std::mem::take(values).into_iter().collect();
                by_size.sort_by_key(|(_, items)| usize::MAX - items.len());
                values.extend(by_size.into_iter().take(65_534));
            }
        }
        if let Some(bands) = self.price_bands() {
            all.push((PRICE_BAND.to_owned(), bands));
        }
        all
    }

    /// Items by fifths of the prices, if there are enough different prices.
    fn price_bands(&self) -> Option<BTreeMap<String, Vec<u32>>> {
        let mut prices: Vec<f64> = self.details.iter().filter_map(|details| details.price).collect();
        prices.sort_by(f64::total_cmp);
        let cuts: Vec<f64> =
            (1..BANDS).filter_map(|at| prices.get(at * prices.len() / BANDS).copied()).collect();
        if cuts.len() < BANDS - 1 || cuts.windows(2).any(|two| two[0] >= two[1]) {
            return None;
        }
        let mut bands: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (item, details) in (0..).zip(&self.details) {
            let Some(price) = details.price else { continue };
            let band = cuts.partition_point(|cut| *cut <= price);
            let name = match (band.checked_sub(1).and_then(|at| cuts.get(at)), cuts.get(band)) {
                (None, Some(high)) => format!("below {high}"),
                (Some(low), Some(high)) => format!("{low} to {high}"),
                (Some(low), None) => format!("from {low}"),
                (None, None) => continue,
            };
            bands.entry(name).or_default().push(item);
        }
        Some(bands)
    }
}

/// What an event does with its items; `None` if that is nothing that ranking needs.
#[must_use]
pub fn act_of(event: &LogEvent) -> Option<Act> {
    let value = event.params.iter().find(|(name, _)| name == "value").map(|(_, value)| value);
    // As the page's door does: half a star is rounded up, what is no number is 0.
    let stars = match value {
        Some(ParamValue::Number(number)) => (number + 0.5) as u8,
        _ => 0,
    };
    Act::of_event(&event.event, stars)
}

/// Takes over what an event says of an item.
fn learn(details: &mut Details, item: &LogItem) {
    if let Some(name) = &item.name {
        details.title = Some(name.clone());
    }
    details.price = item.price.filter(|price| *price >= 0.0).or(details.price);
    for (name, value) in [(CATEGORY, &item.category), (BRAND, &item.brand), (VARIANT, &item.variant)] {
        if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
            details.attributes.insert(name.to_owned(), value.clone());
        }
    }
    for (name, value) in &item.params {
        if let ParamValue::Text(value) = value
            && !value.is_empty()
        {
            details.attributes.insert(name.clone(), value.clone());
        }
    }
}
