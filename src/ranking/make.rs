//! Make: counts, weights and figures of an index.

use crate::blend::{self, Choice};
use crate::count;
use crate::evaluate::{self, Method, Score};
use crate::places::Places;
use crate::plan::RecommendPlan;
use crate::shards::Shards;
use crate::shop::Shop;
use crate::visits::Visit;
use crate::{alike, baskets, factors, strengths};
use anyhow::{Context, Result, ensure};
use floorwalker_retrieval::{
    AttributeDef, Index, IndexDef, ItemDef, NONE, Neighbourhood, PairsDef, SIGNALS, Scratch, SessionsDef,
    Signal, Strengths, Trail, Weights, encode, level,
};
use rayon::prelude::*;

/// The most steps by which weights are learnt.
const MAX_CHOICES: usize = 6_000;
/// How many sets of items that are bought together are told of.
const MOST_BUNDLES: usize = 10;
const DAY_MS: i64 = 24 * 3600 * 1000;
/// The most items of a session that is published.
const LONGEST: usize = 50;

/// An index and how well it ranks.
#[derive(Clone, Debug)]
pub struct Built {
    /// The index, from all sessions.
    pub def: IndexDef,
    /// Its bytes; of a large shop, those of the items that are looked at most lately.
    pub bytes: Vec<u8>,
    /// All items in shards, if they are more than the plan's `shard_items`.
    pub shards: Option<Shards>,
    /// Figures of each method on sessions that nothing was learnt from; the last one is the blend.
    pub race: Vec<Score>,
    /// The session of each measured step.
    pub sessions: Vec<u32>,
    /// Titles (or ids) of what is bought together most often, and in how many baskets.
    pub bundles: Vec<(Vec<String>, u32)>,
    /// How often the places of lists are looked at.
    pub places: Places,
}

/// Makes the index of a shop: counts on the earlier sessions, learns the weights on later ones, measures on the latest, and then counts all.
///
/// # Errors
///
/// Too few sessions; weights that cannot be learnt; an index that would be too large.
pub fn make(shop: &Shop, name: &str, plan: &RecommendPlan) -> Result<Built> {
    let all = &shop.visits.visits;
    let held = (all.len() as f64 * plan.held_out) as usize;
    ensure!(
        held > 0,
        "{} sessions with items are too few to hold some out; log more, or raise `held_out`",
        all.len()
    );
    let (counted, later) = all.split_at(all.len() - 2 * held);
    let (learnt, measured) = later.split_at(held);
    let mut def = define(shop, name, counted, plan);
    learn(&mut def, learnt)?;
    let (steps, sessions) = evaluate::steps(measured);
    let race = race(&def, def.weights, &steps)?;
    let (weights, neighbourhood, strengths) = (def.weights, def.neighbourhood, def.strengths);
    let facts = facts(shop, plan, &race, &sessions);
    let def = IndexDef { weights, neighbourhood, strengths, facts, ..define(shop, name, all, plan) };
    let shards = Shards::of(&def, plan.shard_items);
    ensure!(
        shards.is_none() || !plan.sessions,
        "sessions = true is for one index, and {} items are more than shard_items = {}; raise it, or leave `sessions` out",
        def.items.len(),
        plan.shard_items
    );
    let bytes = encode(shards.as_ref().map_or(&def, |shards| &shards.root)).context("the index")?;
    Ok(Built {
        def,
        bytes,
        shards,
        race,
        sessions,
        bundles: bundles(shop, plan),
        places: shop.places.clone(),
    })
}

/// Learns the weights of the signals, the neighbourhood and the strengths of taste, by sessions that are later than those that `def` was counted from.
///
/// # Errors
///
/// Those of [`blend::fit`]; an index that is not valid.
pub fn learn(def: &mut IndexDef, visits: &[Visit]) -> Result<()> {
    let steps = sample(visits);
    if def.sessions.is_some() {
        def.neighbourhood = tune(def, &steps)?;
    }
    def.strengths = strengths::learn(def, &steps)?;
    let index = Index::new(def.clone()).context("the index")?;
    let choices: Vec<Choice> = steps
        .par_iter()
        .map_init(Scratch::default, |scratch, (trail, next)| {
            index.search(trail, scratch);
            let candidates = scratch.candidates().to_vec();
            let next = candidates.iter().position(|one| one.item == *next)?;
            Some(Choice { candidates, next })
        })
        .flatten()
        .collect();
    def.weights = blend::fit(&choices)?;
    Ok(())
}

/// Steps of sessions, at most [`MAX_CHOICES`], evenly.
fn sample(visits: &[Visit]) -> Vec<(Trail, u32)> {
    let (steps, _) = evaluate::steps(visits);
    let every = steps.len().div_ceil(MAX_CHOICES).max(1);
    steps.into_iter().step_by(every).collect()
}

/// Measures every method alone for which the index holds something, and the blend, on steps that are later than everything `def` was counted from.
///
/// # Errors
///
/// An index that is not valid.
pub fn race(def: &IndexDef, weights: Weights, steps: &[(Trail, u32)]) -> Result<Vec<Score>> {
    let index = Index::new(def.clone()).context("the index")?;
    let mut methods = Method::alone();
    let is_there = |method: &Method| match method.name {
        "neighbours" => def.sessions.is_some(),
        "content" => !def.similar.rows.is_empty(),
        "factors" => !def.factors.rows.is_empty(),
        _ => true,
    };
    methods.retain(is_there);
    methods.push(Method { name: "blend", weights });
    Ok(evaluate::measure(&index, steps, &methods))
}

/// The neighbourhood whose sessions rank the next item best (MRR + hit rate / 4), by one setting after the other.
fn tune(def: &IndexDef, steps: &[(Trail, u32)]) -> Result<Neighbourhood> {
    let mut weights = [0.0; SIGNALS];
    weights[Signal::Neighbours as usize] = 1.0;
    weights[Signal::Current as usize] = -10.0;
    let method = Method { name: "neighbours", weights };
    let every = steps.len().div_ceil(2_000).max(1);
    let steps: Vec<_> = steps.iter().step_by(every).cloned().collect();
    let value = |neighbourhood: Neighbourhood| -> Result<f64> {
        let index = Index::new(IndexDef {
            neighbourhood,
            visited: PairsDef::default(),
            similar: PairsDef::default(),
            factors: PairsDef::default(),
            ..def.clone()
        })?;
        let score = evaluate::measure(&index, &steps, std::slice::from_ref(&method)).remove(0);
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
        Ok(mean(score.reciprocal_ranks()) + mean(score.hits()) / 4.0)
    };
    let mut best = Neighbourhood::default();
    let mut most = value(best)?;
    let settings: [fn(Neighbourhood) -> Vec<Neighbourhood>; 5] = [
        |n| [100, 200, 500, 1_000].map(|k| Neighbourhood { k, ..n }).to_vec(),
        |n| [0.5, 1.0, 1.7, 2.5, 4.0, 8.0].map(|fading| Neighbourhood { fading, ..n }).to_vec(),
        |n| [2.0, 5.0, 10.0, 20.0, 40.0, 1e4].map(|days| Neighbourhood { days, ..n }).to_vec(),
        |n| [0.5, 1.0, 2.0, 4.0, 8.0, 1e3].map(|reach| Neighbourhood { reach, ..n }).to_vec(),
        |n| [0.0, 0.2, 1.0, 5.0].map(|rarity| Neighbourhood { rarity, ..n }).to_vec(),
    ];
    for setting in settings {
        for tried in setting(best) {
            let found = value(tried)?;
            if found > most {
                (best, most) = (tried, found);
            }
        }
    }
    Ok(best)
}

/// The items of the baskets of the first `n` sessions.
fn baskets_of(shop: &Shop, n: usize) -> Vec<&[u32]> {
    let until = shop.baskets.partition_point(|basket| basket.session < n);
    shop.baskets.iter().take(until).map(|basket| &basket.items[..]).collect()
}

/// The sets of items that most baskets hold.
fn bundles(shop: &Shop, plan: &RecommendPlan) -> Vec<(Vec<String>, u32)> {
    let rules = baskets::rules(&baskets_of(shop, usize::MAX), shop.details.len(), plan.min_sessions);
    let title = |item: &u32| {
        let details = &shop.details[*item as usize];
        details.title.clone().unwrap_or_else(|| shop.visits.ids[*item as usize].clone())
    };
    let sets = rules.sets.into_iter().take(MOST_BUNDLES);
    sets.map(|set| (set.items.iter().map(title).collect(), set.count)).collect()
}

/// The index card.
fn facts(shop: &Shop, plan: &RecommendPlan, race: &[Score], sessions: &[u32]) -> Vec<(String, String)> {
    let n_sessions = sessions.last().map_or(0, |last| last + 1);
    let mut facts = vec![
        ("sessions".to_owned(), shop.visits.visits.len().to_string()),
        ("baskets".to_owned(), shop.baskets.len().to_string()),
        ("smallest number of sessions behind a pair".to_owned(), plan.min_sessions.to_string()),
        ("holds sessions".to_owned(), if plan.sessions { "yes" } else { "no" }.to_owned()),
    ];
    if let Some(blend) = race.last() {
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let (hits, mrr) = (mean(blend.hits()), mean(blend.reciprocal_ranks()));
        let n = blend.ranks.len();
        facts.push((
            "held-out sessions".to_owned(),
            format!("{n_sessions} with {n} steps: hit rate@20 {hits:.3}, MRR@20 {mrr:.3}"),
        ));
    }
    facts
}

/// The index of the counted sessions, with weights of 0.
#[must_use]
pub fn define(shop: &Shop, name: &str, counted: &[Visit], plan: &RecommendPlan) -> IndexDef {
    let n_items = shop.details.len();
    let looks = count::looks(counted, n_items);
    let end = counted.last().map_or(0, |visit| visit.at_ms);
    let baskets: Vec<&[u32]> = baskets_of(shop, counted.len());
    let bought = baskets::rules(&baskets, n_items, plan.min_sessions);
    let attributes = shop.attributes();
    let mut values: Vec<Vec<u16>> = vec![vec![NONE; attributes.len()]; n_items];
    for (at, (_, named)) in attributes.iter().enumerate() {
        for (value, items) in (0_u16..).zip(named.values()) {
            items.iter().for_each(|item| values[*item as usize][at] = value);
        }
    }
    let items = shop.visits.ids.iter().zip(&shop.details).zip(values).enumerate().map(
        |(at, ((id, details), attributes))| ItemDef {
            id: id.clone(),
            title: details.title.clone().unwrap_or_default(),
            kind: details.kind,
            price: details.price.map_or(f32::NAN, |price| price as f32),
            in_stock: !details.sold_out,
            consumable: details.consumable,
            popular: looks.popular[at],
            trending: looks.trending[at],
            bought: level(bought.counts[at] as f32),
            attributes,
        },
    );
    let sessions = plan.sessions.then(|| {
        let long = counted.iter().filter(|visit| visit.steps.len() > 1);
        let (items, days) = long
            .map(|visit| {
                let items: Vec<u32> = visit.items().collect();
                let from = items.len().saturating_sub(LONGEST);
                (items[from..].to_vec(), u16::try_from((end - visit.at_ms) / DAY_MS).unwrap_or(u16::MAX))
            })
            .unzip();
        SessionsDef { items, days }
    });
    IndexDef {
        name: name.to_owned(),
        items: items.collect(),
        attributes: attributes
            .into_iter()
            .map(|(name, values)| AttributeDef { name, values: values.into_keys().collect() })
            .collect(),
        visited: count::pairs(counted, n_items, plan.min_sessions, plan.pairs),
        similar: alike::alike(&shop.details),
        factors: factors::alike(counted, n_items, plan.min_sessions, plan.factors),
        bought: bought.rows,
        baskets: baskets.len() as u32,
        sessions,
        neighbourhood: Neighbourhood::default(),
        weights: [0.0; SIGNALS],
        strengths: Strengths::default(),
        facts: Vec::new(),
    }
}
