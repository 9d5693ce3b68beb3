//! Logs in which what the cart says, and what a purchase says, is planted.

use crate::{Basket, Details, RecommendPlan, Shop, Visit, Visits, count, make};
use floorwalker_data::read::{Log, LogEvent, LogItem, ParamValue};
use floorwalker_retrieval::{Act, Signal, Strengths, of_level};

/// A shop of `n` items, each with a colour: the item's number modulo 2.
fn shop(n: u32, visits: Vec<Visit>, baskets: Vec<Basket>) -> Shop {
    let details = |item: u32| {
        let colour = ["red", "blue"][item as usize % 2];
        Details { attributes: [("colour".to_owned(), colour.to_owned())].into(), ..Details::default() }
    };
    let ids = (0..n).map(|item| format!("item{item}")).collect();
    let visits = Visits { ids, visits };
    Shop { visits, details: (0..n).map(details).collect(), baskets, ..Shop::default() }
}

fn visit(at_ms: i64, steps: &[(u32, Act)]) -> Visit {
    let mut visit = Visit::at(at_ms);
    steps.iter().for_each(|(item, act)| visit.add(*item, *act));
    visit
}

/// A pseudo-random number below `n`.
fn draw(state: &mut u32, n: u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*state >> 8) % n
}

#[test]
fn a_cart_speaks_for_what_is_bought_with_it() {
    // Item 0 in the cart leads to item 1, which is bought with it; item 0 that was only looked at leads anywhere.
    let mut state = 1;
    let mut visits = Vec::new();
    let mut baskets = Vec::new();
    for at_ms in 0..1_200 {
        let is_bought = at_ms % 2 == 0;
        let next = if is_bought { 1 } else { 2 + draw(&mut state, 38) };
        let act = if is_bought { Act::Cart } else { Act::View };
        let between = 2 + draw(&mut state, 38);
        visits.push(visit(at_ms, &[(0, act), (between, Act::View), (next, Act::View)]));
        if is_bought {
            baskets.push(Basket { session: at_ms as usize, items: vec![0, 1] });
        } else {
            baskets.push(Basket { session: at_ms as usize, items: vec![2 + draw(&mut state, 38)] });
        }
    }
    let built = make::make(&shop(40, visits, baskets), "shop", &RecommendPlan::default()).unwrap();
    let weight = built.def.weights[Signal::Bought as usize];
    assert!(weight > 0.5, "{weight}");
}

#[test]
fn strengths_are_those_that_tell_what_comes_next_and_rise_from_a_look_to_a_purchase() {
    // After a purchase, 9 of 10 looks are at its colour; or all looks are at any colour.
    let mut state = 2;
    let mut of = |tells: bool| {
        let visits = (0..1_500).map(|at_ms| {
            let bought = draw(&mut state, 40);
            let mut steps = vec![(bought, Act::Buy)];
            for _ in 0..3 {
                let any = draw(&mut state, 40);
                let is_like = tells && draw(&mut state, 10) > 0;
                steps.push((if is_like { any / 2 * 2 + bought % 2 } else { any }, Act::View));
            }
            visit(at_ms, &steps)
        });
        let visits = visits.collect();
        make::make(&shop(40, visits, Vec::new()), "shop", &RecommendPlan::default()).unwrap().def.strengths
    };
    let (told, untold) = (of(true), of(false));
    assert!(told.buy >= 10.0 && untold.buy <= 4.0, "{told:?} {untold:?}");
    for found in [told, untold] {
        assert!(1.0 <= found.like && found.like <= found.cart && found.cart <= found.buy, "{found:?}");
    }
    let looks_alone = (0..400).map(|at_ms| visit(at_ms, &[(1, Act::View), (2, Act::View), (3, Act::View)]));
    let built = make::make(&shop(40, looks_alone.collect(), Vec::new()), "shop", &RecommendPlan::default());
    assert_eq!(built.unwrap().def.strengths, Strengths::default());
}

#[test]
fn baskets_of_the_future_are_not_counted() {
    // What is bought together only in the measured sessions is in the index that ships, and not in the one that is measured.
    let visits: Vec<Visit> =
        (0..100).map(|at_ms| visit(at_ms, &[(at_ms as u32 % 5, Act::View), (5, Act::View)])).collect();
    let baskets: Vec<Basket> = (0..100)
        .map(|session| Basket { session, items: if session >= 95 { vec![6, 7] } else { vec![8] } })
        .collect();
    let shop = shop(9, visits, baskets);
    let plan = RecommendPlan::default();
    let before = make::define(&shop, "shop", &shop.visits.visits[..90], &plan);
    let after = make::define(&shop, "shop", &shop.visits.visits, &plan);
    assert_eq!((before.baskets, before.bought.rows.len()), (90, 0));
    assert_eq!((after.baskets, after.bought.rows[6].len()), (100, 1));
}

#[test]
fn items_of_alike_sessions_are_alike_though_no_session_holds_both() {
    // Two halls of eight items; a session is of one hall. Items 0 and 1 never meet, nor do they with item 15, which is of the other hall.
    let mut state = 3;
    let mut visits = Vec::new();
    for at_ms in 0..400 {
        let hall = 8 * draw(&mut state, 2);
        let mut items: Vec<u32> = (0..4).map(|_| hall + draw(&mut state, 8)).collect();
        if items.contains(&0) {
            items.retain(|item| *item != 1);
        }
        visits.push(Visit::views(&items, at_ms));
    }
    let known = visits.clone();
    let of = |most: usize, min_sessions: u32| crate::factors::alike(&known, 17, min_sessions, most).rows;
    let rows = of(16, 2);
    let likeness =
        |a: usize, b: u32| rows[a].iter().find(|(item, _)| *item == b).map_or(0, |(_, cosine)| *cosine);
    assert!(likeness(0, 1) > 127, "{}", likeness(0, 1));
    assert_eq!((likeness(0, 15), likeness(0, 16)), (0, 0), "another hall; an item that nobody looked at");
    assert!(rows.iter().all(|row| row.windows(2).all(|two| two[0].0 < two[1].0)));
    assert!(of(3, 2).iter().all(|row| row.len() <= 3));
    assert!(of(0, 2).is_empty());
    // Nothing is told of items that fewer sessions hold.
    assert!(of(16, 401).is_empty());
    // An item of two sessions, one of which holds nothing else: its row would be of a single session.
    visits.extend([Visit::views(&[16], 400), Visit::views(&[16, 0, 2], 401)]);
    let rows = crate::factors::alike(&visits, 17, 2, 16).rows;
    assert!(rows[16].is_empty() && !rows[0].is_empty());
}

/// A log of lists of eight items. Item 0 mostly stands first and item 1 mostly last; both are liked alike, as items 2 to 9 are. The items' `index`
/// is counted from 1, and they are not written in the order of their places.
fn lists(examination: &[f64; 8]) -> Log {
    let mut state = 4;
    let mut chance = |p: f64| f64::from(draw(&mut state, 10_000)) < p * 10_000.0;
    let mut log = Log::default();
    let mut say = |shopper: usize, event: &str, items: Vec<LogItem>| {
        let line = log.events.len() + 1;
        let mut said = LogEvent::default();
        (said.line, said.at_ms) = (line, Some(line as i64 * 1_000));
        (said.shopper, said.event, said.items) = (format!("s{shopper}"), event.to_owned(), items);
        log.events.push(said);
    };
    for at in 0..6_000 {
        let mut order: Vec<usize> = (0..10).collect();
        for place in (1..10).rev() {
            order.swap(place, (0..place).find(|_| chance(0.3)).unwrap_or(place));
        }
        for (item, place) in [(0, 0), (1, 7)] {
            if chance(0.9) {
                let now = order.iter().position(|one| *one == item).unwrap();
                order.swap(now, place);
            }
        }
        let item = |item: usize| LogItem { id: Some(format!("item{item}")), ..LogItem::default() };
        let placed = order.iter().take(8).enumerate().map(|(place, one)| LogItem {
            params: vec![("index".to_owned(), ParamValue::Number(place as f64 + 1.0))],
            ..item(*one)
        });
        say(at / 3, "view_item_list", placed.rev().collect());
        for (one, seen) in order.iter().zip(examination) {
            if chance(0.3 * seen) {
                say(at / 3, "select_item", vec![item(*one)]);
            }
        }
    }
    log
}

#[test]
fn a_choice_counts_more_where_few_would_have_seen_the_item() {
    let examination = [1.0, 0.7, 0.55, 0.45, 0.4, 0.35, 0.3, 0.3];
    let shop = Shop::new(&lists(&examination), None, 1_800);
    assert_eq!(shop.places.seen.len(), 8);
    for (found, planted) in shop.places.seen.iter().zip(&examination) {
        assert!((f64::from(*found) - planted).abs() < 0.08, "{:?}", shop.places.seen);
    }
    let looks = |shop: &Shop, id: &str| {
        let item = shop.visits.ids.iter().position(|one| one == id).unwrap();
        f64::from(of_level(count::looks(&shop.visits.visits, shop.details.len()).popular[item])).exp()
    };
    let corrected = looks(&shop, "item0") / looks(&shop, "item1");
    assert!((0.75..1.33).contains(&corrected), "{corrected}");
    // The same choices without the lists that they were made from: what stood first seems to be liked.
    let mut log = lists(&examination);
    log.events.retain(|event| event.event != "view_item_list");
    let plain = Shop::new(&log, None, 1_800);
    assert!(plain.places.seen.is_empty());
    assert!(looks(&plain, "item0") > 2.0 * looks(&plain, "item1"));
}

#[test]
fn a_few_lists_change_nothing() {
    let mut log = lists(&[1.0; 8]);
    log.events.truncate(60);
    let few = Shop::new(&log, None, 1_800);
    assert!(few.places.seen.is_empty() && few.places.showings > 0);
    log.events.retain(|event| event.event != "view_item_list");
    assert_eq!(few.visits, Shop::new(&log, None, 1_800).visits);
}
