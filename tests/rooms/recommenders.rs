//! The contract of every recommender: each method alone and the blend, with and without published sessions.

use floorwalker_ranking::{Act, Basket, Details, Method, RecommendPlan, Shop, Visit, Visits, make};
use floorwalker_retrieval::{Asked, Index, IndexDef, Scratch, Trail, decode, encode};

const N_ITEMS: u32 = 60;

fn draw(state: &mut u32, n: u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*state >> 8) % n
}

/// A shop with brands and titles, whose sessions run through neighbouring items.
fn shop() -> Shop {
    let details = (0..N_ITEMS).map(|item| Details {
        title: Some(format!("{} no {item}", ["lamp", "chair", "table"][item as usize % 3])),
        price: (item % 7 > 0).then(|| f64::from(10 + item)),
        attributes: [("brand".to_owned(), format!("b{}", item % 5))].into(),
        ..Details::default()
    });
    let mut state = 5;
    let visits = (0..900).map(|at_ms| {
        let mut visit = Visit::at(at_ms * 60_000);
        let mut item = draw(&mut state, N_ITEMS);
        for step in 0..2 + draw(&mut state, 6) {
            let act = [Act::View, Act::View, Act::View, Act::Like, Act::Cart, Act::Buy]
                [draw(&mut state, 6) as usize];
            visit.add(item, act);
            item = (item + 1 + draw(&mut state, 3) + step % 2) % N_ITEMS;
        }
        visit
    });
    let baskets = (0..300)
        .map(|at| Basket { session: 3 * at as usize, items: vec![at as u32 % 20, at as u32 % 20 + 20] });
    let ids = (0..N_ITEMS).map(|item| format!("item {item}")).collect();
    Shop {
        visits: Visits { ids, visits: visits.collect() },
        details: details.collect(),
        baskets: baskets.collect(),
        ..Shop::default()
    }
}

/// Every method as an index that ranks by it, by name.
fn recommenders() -> Vec<(String, IndexDef)> {
    let shop = shop();
    let mut all = Vec::new();
    for sessions in [false, true] {
        let plan = RecommendPlan { sessions, ..RecommendPlan::default() };
        let def = make::make(&shop, "shop", &plan).unwrap().def;
        let letter = if sessions { "with sessions" } else { "without sessions" };
        all.extend(Method::alone().into_iter().map(|method| {
            (format!("{}, {letter}", method.name), IndexDef { weights: method.weights, ..def.clone() })
        }));
        all.push((format!("blend, {letter}"), def));
    }
    assert_eq!(all.len(), 18);
    all
}

fn trails() -> Vec<Trail> {
    let mut state = 9;
    let mut trails = vec![Trail::default()];
    for _ in 0..40 {
        let mut trail = Trail::default();
        for _ in 0..1 + draw(&mut state, 9) {
            let act = [Act::View, Act::Like, Act::Dislike, Act::Cart, Act::Uncart, Act::Buy, Act::Rate(4)]
                [draw(&mut state, 7) as usize];
            trail.add(draw(&mut state, N_ITEMS), act);
        }
        trails.push(trail);
    }
    trails
}

fn scores(index: &Index, trail: &Trail) -> Vec<(u32, u32)> {
    let list = index.recommend(trail, &Asked { n: 20, ..Asked::default() }, &mut Scratch::default());
    list.items.iter().map(|one| (one.item, one.score.to_bits())).collect()
}

#[test]
fn every_recommender_is_finite_deterministic_and_explains_itself() {
    for (name, def) in recommenders() {
        let index = Index::new(def).unwrap();
        let mut scratch = Scratch::default();
        for trail in trails() {
            let asked = Asked { n: 20, ..Asked::default() };
            let list = index.recommend(&trail, &asked, &mut scratch);
            assert_eq!(list.items.len(), 20, "{name}: {trail:?}");
            let mut all = 0.0;
            for one in &list.items {
                let sum: f32 = one.reasons.iter().map(|reason| reason.contribution).sum();
                assert!(one.score.is_finite() && (sum - one.score).abs() < 1e-4, "{name}: {one:?}");
                assert!((0.0..=1.0).contains(&one.probability) && one.propensity == 1.0, "{name}: {one:?}");
                all += one.probability;
            }
            assert!(all <= 1.001, "{name}: {all}");
            assert!(list.items.windows(2).all(|two| two[0].score >= two[1].score), "{name}");
            // A search with buffers that were used before is the same as one with fresh buffers.
            let again = scores(&index, &trail);
            assert_eq!(
                list.items.iter().map(|one| (one.item, one.score.to_bits())).collect::<Vec<_>>(),
                again,
                "{name}"
            );
        }
    }
}

#[test]
fn every_recommender_survives_its_bytes() {
    for (name, def) in recommenders() {
        let (read, made) = (decode(&encode(&def).unwrap()).unwrap(), Index::new(def).unwrap());
        for trail in trails() {
            assert_eq!(scores(&read, &trail), scores(&made, &trail), "{name}");
        }
    }
}

#[test]
fn every_recommender_is_safe_for_items_that_do_not_exist() {
    for (name, def) in recommenders() {
        let index = Index::new(def).unwrap();
        let mut trail = Trail::of(&[3, 7]);
        let known = scores(&index, &trail);
        for item in [N_ITEMS, N_ITEMS + 1, u32::MAX] {
            for act in [Act::Dislike, Act::Cart, Act::Uncart, Act::Rate(5), Act::Buy] {
                trail.add(item, act);
                let list = scores(&index, &trail);
                assert!(list.len() == 20 && list.iter().all(|(item, _)| *item < N_ITEMS), "{name}");
            }
        }
        // Steps with unknown items are passed over; what fades does so by steps.
        assert_eq!(scores(&index, &trail).len(), known.len(), "{name}");
        assert!(index.similar(u32::MAX, &trail, &Asked::default()).items.is_empty());
        assert!(index.bought_together(&[u32::MAX], &trail, &Asked::default()).items.is_empty());
    }
}

#[test]
fn no_recommender_lists_what_is_in_the_cart_bought_or_disliked() {
    for (name, def) in recommenders() {
        let index = Index::new(def).unwrap();
        let mut trail = Trail::of(&[5, 6]);
        let asked = Asked { n: 6, ..Asked::default() };
        let before = index.recommend(&trail, &asked, &mut Scratch::default());
        for (one, act) in before.items.iter().zip([Act::Cart, Act::Buy, Act::Dislike]) {
            trail.add(one.item, act);
        }
        let gone: Vec<u32> = before.items.iter().take(3).map(|one| one.item).collect();
        let after = index.recommend(&trail, &asked, &mut Scratch::default());
        assert!(after.items.iter().all(|one| !gone.contains(&one.item)), "{name}");
    }
}

#[test]
fn what_does_not_depend_on_order_is_order_free() {
    for (name, def) in recommenders() {
        let index = Index::new(def).unwrap();
        let (one, other) = (Trail::of(&[4, 9, 14]), Trail::of(&[9, 4, 14]));
        let same = scores(&index, &one) == scores(&index, &other);
        match name.split(',').next() {
            Some("popularity" | "trend") => assert!(same, "{name}"),
            // Of the last item alone.
            Some("markov") => assert!(same, "{name}"),
            Some("sequence" | "item_item" | "content" | "factors") => assert!(!same, "{name}"),
            _ => {}
        }
    }
}
