//! Logs in which what the cart says, and what a purchase says, is planted.

use crate::{Basket, Details, RecommendPlan, Shop, Visit, Visits, make};
use floorwalker_retrieval::{Act, Signal, Strengths};

/// A shop of `n` items, each with a colour: the item's number modulo 2.
fn shop(n: u32, visits: Vec<Visit>, baskets: Vec<Basket>) -> Shop {
    let details = |item: u32| {
        let colour = ["red", "blue"][item as usize % 2];
        Details { attributes: [("colour".to_owned(), colour.to_owned())].into(), ..Details::default() }
    };
    let ids = (0..n).map(|item| format!("item{item}")).collect();
    let visits = Visits { ids, visits };
    Shop { visits, details: (0..n).map(details).collect(), baskets, unlisted: Vec::new() }
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
