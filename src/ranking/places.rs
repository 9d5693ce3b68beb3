//! Places: how often shoppers look at the places of a list, so that what stood first is not taken for what is liked.
//!
//! | symbol | shape       | meaning                                                                |
//! |--------|-------------|------------------------------------------------------------------------|
//! | `θ`    | places      | examination: the probability that a place is looked at, 1 for the best |
//! | `γ`    | items       | attraction: the probability that an item is chosen where it is seen    |
//!
//! Position-based model: an item that a list shows is chosen (`select_item`) with probability `θ γ`. Both are estimated by expectation
//! maximisation from the lists of the log (`view_item_list`). A choice then counts `1 / θ` of its place wherever looks are counted, at most 5.
//!
//! A list stands until the shopper's next one. An item's place is its `index`, counted from the log's smallest, or where it stands.
//!
//! # Source
//!
//! Craswell et al., *An experimental comparison of click position-bias models*, WSDM 2008; Wang et al., *Position bias estimation for unbiased
//! learning to rank in personal search*, WSDM 2018, without features. Deviation: attraction is of an item, whoever the shopper is, and is drawn towards
//! that of all items; what a list knew of its shopper makes its first places look better than they are, the less so the more it explored.

use floorwalker_data::read::{LogEvent, LogItem, ParamValue};
use std::collections::BTreeMap;

/// The name of the event of a list, and of a choice from it.
pub(crate) const LIST: &str = "view_item_list";
const CHOICE: &str = "select_item";
/// The most places that are told apart; later ones are taken as the last.
const MOST: usize = 40;
/// Showings of a place from which on it has a figure of its own; a place with fewer is taken as the one before it.
const ENOUGH: f64 = 200.0;
/// Choices without which nothing is estimated.
const CHOICES: f64 = 50.0;
/// Showings of an item that all items' attraction counts for.
const PRIOR: f64 = 20.0;
/// The most steps; they are many and short, as each moves little.
const STEPS: usize = 2_000;
/// The most that is done in all of them, in items at places.
const WORK: usize = 1_000_000_000;
/// The most that a choice counts.
const LARGEST: f32 = 5.0;

/// How often the places of lists are looked at, relative to the best one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// Examination of each place, from the first.
    pub seen: Vec<f32>,
    /// How many items lists showed; an item that two lists showed counts twice.
    pub showings: usize,
    /// How many of them were chosen.
    pub choices: usize,
    /// By line of the log, the place of the item that was chosen there.
    chosen: BTreeMap<usize, usize>,
}

impl Places {
    /// Estimates examination from the lists of a log. Without enough of them, every place is taken as looked at.
    pub(crate) fn of<'a>(events: impl Iterator<Item = &'a LogEvent> + Clone) -> Self {
        let listed = events.clone().filter(|event| event.event == LIST).flat_map(|event| &event.items);
        let first = listed.filter_map(index).fold(f64::INFINITY, f64::min);
        let mut lists: BTreeMap<&str, Vec<(&str, usize, bool)>> = BTreeMap::new();
        // Showings and choices of each item at each place.
        let mut counts: BTreeMap<(&str, usize), [f64; 2]> = BTreeMap::new();
        let mut places = Self::default();
        let mut close = |list: &mut Vec<(&'a str, usize, bool)>| {
            for (item, place, is_chosen) in list.drain(..) {
                let [shown, chosen] = counts.entry((item, place)).or_default();
                *shown += 1.0;
                *chosen += f64::from(u8::from(is_chosen));
            }
        };
        for event in events {
            let list = lists.entry(&event.shopper).or_default();
            match event.event.as_str() {
                LIST => {
                    close(list);
                    *list = shown(&event.items, first);
                }
                CHOICE => {
                    let [LogItem { id: Some(id), .. }] = &event.items[..] else { continue };
                    if let Some((_, place, is_chosen)) = list.iter_mut().find(|(item, ..)| item == id) {
                        *is_chosen = true;
                        places.chosen.insert(event.line, *place);
                    }
                }
                _ => {}
            }
        }
        lists.values_mut().for_each(&mut close);
        places.showings = counts.values().map(|[shown, _]| *shown as usize).sum();
        places.choices = counts.values().map(|[_, chosen]| *chosen as usize).sum();
        places.seen = examination(&counts);
        places
    }

    /// What was found, in words; `None` if the log has no lists.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let Self { seen, showings, choices, .. } = self;
        if *showings == 0 {
            return None;
        }
        let said = format!("{choices} of {showings} listed items were chosen");
        let of = |at: &usize| {
            seen.get(at - 1)
                .map(|seen| format!("place {at} is looked at {seen:.2} times as often as the best"))
        };
        let told: Vec<String> = [1, 2, 5, 10, 20].iter().filter_map(of).collect();
        Some(if told.is_empty() {
            format!(
                "{said}: too few to tell how often each place is looked at, so every choice counts as one"
            )
        } else {
            format!("{said}; {}; a choice counts the more, the less its place is looked at", told.join(", "))
        })
    }

    /// What a look counts that the event of this line tells of: more where few would have seen the item.
    pub(crate) fn weight(&self, line: usize) -> f32 {
        let place = self.chosen.get(&line).map(|place| *place.min(&(self.seen.len().max(1) - 1)));
        place.and_then(|place| self.seen.get(place)).map_or(1.0, |seen| (1.0 / seen).min(LARGEST))
    }
}

/// The items of a list with their places, none chosen yet.
fn shown(items: &[LogItem], first: f64) -> Vec<(&str, usize, bool)> {
    let of = |(at, item): (usize, &'_ LogItem)| {
        index(item).map_or(at, |index| (index - first) as usize).min(MOST - 1)
    };
    let named =
        items.iter().enumerate().filter_map(|(at, item)| Some((item.id.as_deref()?, of((at, item)), false)));
    named.collect()
}

/// An item's `index` in its list.
fn index(item: &LogItem) -> Option<f64> {
    match item.params.iter().find(|(name, _)| name == "index") {
        Some((_, ParamValue::Number(index))) => Some(*index),
        _ => None,
    }
}

/// Expectation maximisation of the position-based model; empty if there is too little to tell places apart.
fn examination<'a>(counts: &BTreeMap<(&'a str, usize), [f64; 2]>) -> Vec<f32> {
    let mut by_place = [0.0; MOST];
    let mut chosen_by_place = [0.0; MOST];
    for ((_, place), [shown, chosen]) in counts {
        by_place[*place] += shown;
        chosen_by_place[*place] += chosen;
    }
    let all: f64 = by_place.iter().sum();
    let chosen: f64 = chosen_by_place.iter().sum();
    let n_places = by_place.iter().take_while(|shown| **shown >= ENOUGH).count();
    if n_places < 2 || chosen < CHOICES {
        return Vec::new();
    }
    let usual = chosen / all;
    // From the rates of choice; below 1, where the steps would stand still.
    let rates = chosen_by_place.iter().zip(&by_place).map(|(chosen, shown)| chosen / shown);
    let mut seen: Vec<f64> = rates.take(n_places).map(|rate| rate.clamp(0.01, 0.9)).collect();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut cell = |((item, place), [shown, chosen]): (&(&'a str, usize), &[f64; 2])| {
        let next = numbers.len();
        (*numbers.entry(item).or_insert(next), (*place).min(n_places - 1), *shown, *chosen)
    };
    let cells: Vec<(usize, usize, f64, f64)> = counts.iter().map(&mut cell).collect();
    let mut liking = vec![usual; numbers.len()];
    for _ in 0..STEPS.min(WORK / cells.len().max(1)) {
        // Of each place and each item: how often it was looked at, or liked, and how often it was shown.
        let mut looked = vec![[0.0; 2]; n_places];
        let mut liked = vec![[PRIOR * usual, PRIOR]; liking.len()];
        for (item, place, shown, chosen) in &cells {
            let (theta, gamma) = (seen[*place], liking[*item]);
            let neither = (shown - chosen) / (1.0 - theta * gamma).max(1e-9);
            looked[*place][0] += chosen + neither * theta * (1.0 - gamma);
            looked[*place][1] += shown;
            liked[*item][0] += chosen + neither * gamma * (1.0 - theta);
            liked[*item][1] += shown;
        }
        let mut next: Vec<f64> = looked.iter().map(|[looked, shown]| looked / shown).collect();
        // Only the product is known: the best place is looked at for certain.
        let best = next.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        next.iter_mut().for_each(|theta| *theta /= best);
        let moved = next.iter().zip(&seen).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        seen = next;
        liking = liked.iter().map(|[liked, shown]| (best * liked / shown).min(1.0)).collect();
        if moved < 1e-6 {
            break;
        }
    }
    seen.into_iter().map(|theta| theta as f32).collect()
}
