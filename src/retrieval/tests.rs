//! Small indexes whose lists can be worked out by hand.

use super::*;
use alloc::string::ToString;
use alloc::{format, vec, vec::Vec};

/// An item with a name, a brand (attribute 0) and a price.
fn item(id: &str, brand: u16, price: f32, popular: u8) -> ItemDef {
    ItemDef {
        id: id.to_string(),
        title: format!("the {id}"),
        kind: Kind::Product,
        price,
        in_stock: true,
        consumable: false,
        popular,
        trending: popular,
        bought: 0,
        attributes: vec![brand],
    }
}

/// Six items: a phone, its case and charger (brand 0), another phone and its case (brand 1), and a sold-out radio without a brand.
fn shop() -> IndexDef {
    let items = vec![
        item("phone", 0, 400.0, 60),
        item("case", 0, 20.0, 40),
        item("charger", 0, 30.0, 30),
        item("phone2", 1, 300.0, 50),
        item("case2", 1, 15.0, 10),
        ItemDef { in_stock: false, price: f32::NAN, ..item("radio", NONE, 0.0, 70) },
    ];
    let both = |next: f32, together: f32| share(next) + (share(together) << 4);
    let rows = vec![
        vec![(1, both(0.5, 0.4)), (2, both(0.1, 0.2)), (3, both(0.0, 0.2))],
        vec![(0, both(0.3, 0.5)), (2, both(0.3, 0.3))],
        vec![(0, both(0.2, 0.6))],
        vec![(0, both(0.2, 0.3)), (4, both(0.6, 0.5))],
        vec![(3, both(0.2, 0.9))],
        vec![],
    ];
    let mut weights = [0.0; SIGNALS];
    for (signal, weight) in [
        (Signal::Next, 1.0),
        (Signal::Together, 0.5),
        (Signal::Popular, 0.1),
        (Signal::Current, -4.0),
        (Signal::Seen, 0.5),
        (Signal::Taste, 0.3),
        (Signal::Bought, 2.0),
        (Signal::Similar, 0.5),
        (Signal::Factors, 0.5),
    ] {
        weights[signal as usize] = weight;
    }
    let brands = vec!["acme".to_string(), "bell".to_string()];
    IndexDef {
        name: "shop".to_string(),
        items,
        attributes: vec![AttributeDef { name: "brand".to_string(), values: brands }],
        visited: PairsDef { rows },
        similar: PairsDef {
            rows: vec![vec![(3, 200)], vec![(4, 220)], vec![], vec![(0, 200)], vec![(1, 220)], vec![]],
        },
        factors: PairsDef { rows: vec![vec![(2, 100)], vec![], vec![(0, 100)], vec![], vec![], vec![]] },
        bought: PairsDef {
            rows: vec![vec![(1, 120), (2, 60)], vec![], vec![], vec![(4, 100)], vec![], vec![]],
        },
        baskets: 40,
        sessions: Some(SessionsDef {
            items: vec![vec![0, 1], vec![3, 4, 0], vec![0, 2]],
            days: vec![3, 2, 0],
        }),
        neighbourhood: Neighbourhood::default(),
        weights,
        strengths: Strengths::default(),
        facts: vec![("sessions".to_string(), "3".to_string())],
    }
}

fn ids(index: &Index, list: &List) -> Vec<alloc::string::String> {
    list.items.iter().map(|one| index.item(one.item).unwrap().id.clone()).collect()
}

fn listed(trail: &Trail, asked: &Asked) -> Vec<alloc::string::String> {
    let index = Index::new(shop()).unwrap();
    let list = index.recommend(trail, asked, &mut Scratch::default());
    ids(&index, &list)
}

#[test]
fn what_often_comes_next_is_shown_first() {
    assert_eq!(listed(&Trail::of(&[0]), &Asked { n: 2, ..Asked::default() }), ["case", "charger"]);
    assert_eq!(listed(&Trail::of(&[3]), &Asked { n: 2, ..Asked::default() }), ["case2", "phone"]);
}

#[test]
fn a_shopper_of_whom_nothing_is_known_sees_what_is_popular() {
    // The radio is the most popular item, but cannot be had.
    assert_eq!(listed(&Trail::default(), &Asked::default()), ["phone", "phone2", "case", "charger", "case2"]);
}

#[test]
fn a_score_is_the_sum_of_its_reasons() {
    let index = Index::new(shop()).unwrap();
    let mut trail = Trail::of(&[3, 0]);
    trail.add(0, Act::Cart);
    let list = index.recommend(&trail, &Asked::default(), &mut Scratch::default());
    for one in &list.items {
        let sum: f32 = one.reasons.iter().map(|reason| reason.contribution).sum();
        assert!((sum - one.score).abs() < 1e-4, "{sum} is not {}", one.score);
    }
    let case = list.items.iter().find(|one| one.item == 1).unwrap();
    let bought = case.reasons.iter().find(|reason| reason.signal == Signal::Bought).unwrap();
    assert_eq!(bought.of, Some(0));
}

#[test]
fn rules_hold() {
    let trail = Trail::of(&[0]);
    let with = |rules: Rules| listed(&trail, &Asked { rules, ..Asked::default() });
    let all = with(Rules::default());
    assert!(!all.contains(&"radio".to_string()));
    assert!(with(Rules { out_of_stock: true, ..Rules::default() }).contains(&"radio".to_string()));
    assert!(!with(Rules { exclude: vec![1], ..Rules::default() }).contains(&"case".to_string()));
    assert_eq!(with(Rules { boost: vec![(4, 50.0)], ..Rules::default() })[0], "case2");
    // Prices: what has none is left out.
    let cheap = with(Rules { price: Some((0.0, 25.0)), out_of_stock: true, ..Rules::default() });
    assert_eq!(cheap.iter().map(|id| &**id).collect::<Vec<_>>(), ["case", "case2"]);
    assert!(with(Rules { kinds: vec![Kind::Article], ..Rules::default() }).is_empty());
    let one_each = with(Rules { caps: vec![Cap { attribute: 0, most: 1 }], ..Rules::default() });
    assert_eq!(one_each.len(), 2);
    assert!(!with(Rules { unseen_only: true, ..Rules::default() }).contains(&"phone".to_string()));
}

#[test]
fn what_is_in_the_cart_or_was_bought_is_not_shown() {
    let mut trail = Trail::of(&[0]);
    trail.add(1, Act::Cart);
    trail.add(2, Act::Buy);
    trail.add(3, Act::Dislike);
    let list = listed(&trail, &Asked::default());
    assert_eq!(list, ["phone", "case2"]);
    trail.add(1, Act::Uncart);
    trail.add(3, Act::Like);
    let list = listed(&trail, &Asked::default());
    assert!(list.contains(&"case".to_string()) && list.contains(&"phone2".to_string()));
    // What is used up may be bought again.
    let mut def = shop();
    def.items[2].consumable = true;
    let index = Index::new(def).unwrap();
    let list = index.recommend(&trail, &Asked::default(), &mut Scratch::default());
    assert!(ids(&index, &list).contains(&"charger".to_string()));
}

#[test]
fn diversity_mixes_brands_and_says_what_it_costs() {
    let trail = Trail::of(&[0, 1]);
    let plain = listed(&trail, &Asked { n: 2, ..Asked::default() });
    let asked = Asked { n: 2, rules: Rules { diversity: 0.9, ..Rules::default() }, ..Asked::default() };
    let mixed = listed(&trail, &asked);
    assert_eq!((plain[1].as_str(), mixed[1].as_str()), ("charger", "phone2"));
    let index = Index::new(shop()).unwrap();
    let cost = |asked: &Asked| index.recommend(&trail, asked, &mut Scratch::default()).cost;
    assert_eq!(cost(&Asked::default()), 0.0);
    assert!(cost(&asked) > 0.0);
}

#[test]
fn fairness_gives_a_seller_exposure_in_proportion_to_merit() {
    // Two sellers of almost equal merit: the items of the first are a little more popular.
    let mut def = shop();
    let seller = |at: usize| u16::from(at >= 3);
    for (at, item) in def.items.iter_mut().enumerate() {
        *item = self::item(&format!("item{at}"), seller(at), 10.0, 50 - at as u8);
    }
    let index = Index::new(def).unwrap();
    let sellers = |strength: f32| {
        let rules = Rules { fairness: Some(Fairness { attribute: 0, strength }), ..Rules::default() };
        let list =
            index.recommend(&Trail::default(), &Asked { rules, ..Asked::default() }, &mut Scratch::default());
        (list.items.iter().map(|one| seller(one.item as usize)).collect::<Vec<_>>(), list.cost)
    };
    assert_eq!(sellers(0.0), (vec![0, 0, 0, 1, 1, 1], 0.0));
    let (fair, cost) = sellers(5.0);
    assert_eq!(fair[..3], [0, 1, 1]);
    assert!(cost > 0.0 && cost < 0.05, "{cost}");
}

#[test]
fn a_list_is_drawn_with_the_propensity_that_is_recorded() {
    let index = Index::new(shop()).unwrap();
    let trail = Trail::of(&[0]);
    let mut scratch = Scratch::default();
    let n = 4_000;
    let mut first = [(0.0_f32, 0.0_f32); 6];
    for seed in 0..n {
        let asked = Asked { n: 3, explore: 1.0, seed: [seed, 7], ..Asked::default() };
        let list = index.recommend(&trail, &asked, &mut scratch);
        assert_eq!(list, index.recommend(&trail, &asked, &mut scratch));
        let one = &list.items[0];
        first[one.item as usize].0 += 1.0 / n as f32;
        first[one.item as usize].1 = one.propensity;
    }
    for (seen, said) in first {
        assert!((seen - said).abs() < 0.03, "{seen} of the lists, and the propensity is {said}");
    }
}

#[test]
fn items_like_one_and_items_bought_with_it_are_lists_too() {
    let mut def = shop();
    def.items[0].bought = level(20.0);
    def.items[1].bought = level(10.0);
    let index = Index::new(def).unwrap();
    let like = index.similar(0, &Trail::default(), &Asked::default());
    assert_eq!(ids(&index, &like), ["phone2", "case", "charger"]);
    let with = index.bought_together(&[0, 3], &Trail::default(), &Asked::default());
    assert_eq!(ids(&index, &with), ["case", "case2", "charger"]);
    assert_eq!(with.items[0].reasons[0].of, Some(0));
    let rule = index.rule(0, 1).unwrap();
    let near = |found: f32, wanted: f32| (found / wanted - 1.0).abs() < 0.05;
    // 120 of 255; of 40 baskets 20 hold the phone, and 10 the case.
    assert!(near(rule.confidence, 0.47) && near(rule.support, 0.235) && near(rule.lift, 1.88), "{rule:?}");
    assert_eq!(index.rule(1, 0), None);
}

#[test]
fn taste_is_relative_to_what_shoppers_look_at() {
    let index = Index::new(shop()).unwrap();
    assert_eq!(index.preferences(&Trail::default()), []);
    // Half of all looks are at acme, or nearly: after one look at bell, bell is liked, and acme less than on average.
    let mut trail = Trail::of(&[3]);
    let liked = index.preferences(&trail);
    assert_eq!((liked.len(), liked[0].attribute, liked[0].value, liked[0].looks), (1, 0, 1, 1.0));
    let share = index.common[0][1];
    let taste = ((1.0 + 5.0 * share) / (6.0 * share)).ln();
    assert!(
        (liked[0].taste - taste).abs() < 1e-4 && (liked[0].confidence - 1.0 / 6.0).abs() < 1e-6,
        "{liked:?}"
    );
    for item in [0, 1, 2] {
        trail.add(item, Act::Dislike);
    }
    let after = index.preferences(&trail);
    assert_eq!((after[0].value, after[1].value, after[1].looks), (1, 0, -6.0));
    assert!(after[1].taste < -1.0 && after[1].taste.is_finite());
}

#[test]
fn the_worked_example_of_the_linear_model() {
    // A phone, a computer and a television rated 5, 4 and 3.
    assert_eq!([5, 4, 3].map(preference), [0.8, 0.6, 0.4]);
    // One brand each; a shopper on average likes all alike.
    let mut def = shop();
    def.items.truncate(3);
    for (item, brand) in def.items.iter_mut().zip(0..) {
        (item.attributes, item.popular) = (vec![brand], 10);
    }
    def.attributes[0].values = ["phone", "computer", "television"].map(str::to_string).to_vec();
    (def.visited, def.similar, def.factors, def.bought) = Default::default();
    def.sessions = None;
    let index = Index::new(def).unwrap();
    let mut trail = Trail::default();
    for (item, stars) in [(0, 5), (1, 4), (2, 3)] {
        trail.add(item, Act::of_event("rating", stars).unwrap());
    }
    let liked = index.preferences(&trail);
    let looks: Vec<_> = liked.iter().map(|one| (one.value, libm::roundf(one.looks * 100.0))).collect();
    // Each counts by how far it is above three stars: 10 × 0.4, 10 × 0.2, and nothing.
    assert_eq!(looks, [(0, 400.0), (1, 200.0), (2, 0.0)]);
    assert!(liked.iter().all(|one| one.evidence.counts[Evidence::RATINGS] == 1));
    assert_eq!(Act::of_event("rating", 0), None);
    assert_eq!(Act::of_event("rating", 8), None);
}

#[test]
fn what_says_more_counts_more_and_what_was_said_last_holds() {
    let index = Index::new(shop()).unwrap();
    let looks = |act: Act| {
        let mut trail = Trail::of(&[0]);
        trail.add(3, act);
        index.preferences(&trail).iter().find(|one| one.value == 1).unwrap().looks
    };
    assert_eq!([Act::View, Act::Like, Act::Cart, Act::Buy].map(looks), [1.0, 2.0, 3.0, 4.0]);
    let mut trail = Trail::of(&[0, 3]);
    let taste = |trail: &Trail| index.taste(trail, 3);
    let before = taste(&trail);
    trail.answer(Answer { attribute: 0, value: 1, likes: true });
    let liked = taste(&trail);
    trail.answer(Answer { attribute: 0, value: 1, likes: false });
    let disliked = taste(&trail);
    assert!(disliked < before && before < liked, "{disliked} {before} {liked}");
    assert_eq!(trail.answers.len(), 1);
    let found = index.preferences(&trail);
    assert_eq!(found.last().unwrap().evidence, Evidence { counts: [1, 0, 0, 0, 0, 0], answer: -1 });
    trail.retract(0, 1);
    assert_eq!(taste(&trail), before);
    trail.answer(Answer { attribute: 0, value: 1, likes: false });
    // Numbers that the index does not have change nothing.
    trail.answer(Answer { attribute: 7, value: 1, likes: true });
    trail.answer(Answer { attribute: 0, value: 9, likes: true });
    assert_eq!(index.preferences(&trail), found);
}

#[test]
fn a_trail_forgets_the_oldest_and_joins_repeats() {
    let mut trail = Trail::default();
    for item in 0..60 {
        trail.add(item, Act::View);
        trail.add(item, Act::Cart);
    }
    assert_eq!(trail.seen().len(), MAX_TRAIL);
    assert_eq!(trail.cart.len(), MAX_TRAIL);
    assert_eq!(trail.seen().next(), Some(10));
}

#[test]
fn an_index_comes_back_as_it_was() {
    let bytes = encode(&shop()).unwrap();
    let (read, made) = (decode(&bytes).unwrap(), Index::new(shop()).unwrap());
    assert_eq!(format!("{read:?}"), format!("{made:?}"));
    assert_eq!(read.find("phone2"), Some(3));
    assert_eq!(read.find("phone3"), None);
}

#[test]
fn an_index_that_makes_no_sense_is_refused() {
    let refused = |change: &dyn Fn(&mut IndexDef)| {
        let mut def = shop();
        change(&mut def);
        assert!(matches!(Index::new(def.clone()), Err(IndexError::Invalid(_))));
        if let Ok(bytes) = encode(&def) {
            assert!(decode(&bytes).is_err());
        }
    };
    refused(&|def| def.items[1].id = "phone".to_string());
    refused(&|def| def.items[1].attributes = vec![2]);
    refused(&|def| def.items[1].attributes.clear());
    refused(&|def| def.items[1].price = -1.0);
    refused(&|def| def.weights[3] = f32::NAN);
    refused(&|def| def.visited.rows[0] = vec![(6, 1)]);
    refused(&|def| def.visited.rows[0] = vec![(0, 1)]);
    refused(&|def| def.visited.rows[0] = vec![(2, 1), (1, 1)]);
    refused(&|def| def.similar.rows.truncate(2));
    refused(&|def| def.neighbourhood.reach = 0.0);
    refused(&|def| def.strengths.buy = f32::NAN);
    refused(&|def| def.strengths.like = -1.0);
    refused(&|def| def.sessions.as_mut().unwrap().items[0] = vec![9]);
    refused(&|def| def.sessions.as_mut().unwrap().days.truncate(1));
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = encode(&shop()).unwrap();
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err());
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(decode(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn a_body_that_is_forged_ranks_finitely_or_is_refused() {
    // The checksum is repaired, so that the body is what is tried.
    let bytes = encode(&shop()).unwrap();
    let body = &bytes[16..];
    let mut state = 7_u32;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let mut accepted = 0;
    for _ in 0..100_000 {
        let mut forged = body.to_vec();
        for _ in 0..=draw(3) {
            let at = draw(forged.len());
            forged[at] = [draw(256) as u8, 0, 255, 127, 128, forged[at] ^ 1][draw(6)];
        }
        let forged = floorwalker_bundle::frame::close(*b"FWI\0", VERSION, &forged).unwrap();
        let Ok(index) = decode(&forged) else { continue };
        accepted += 1;
        let n = index.len() as u32;
        let mut trail = Trail::of(&[draw(8) as u32, draw(8) as u32]);
        trail.add(draw(8) as u32, Act::Cart);
        let list =
            index.recommend(&trail, &Asked { explore: 0.5, ..Asked::default() }, &mut Scratch::default());
        for one in &list.items {
            assert!(
                one.item < n && one.score.is_finite() && (0.0..=1.0).contains(&one.propensity),
                "{one:?}"
            );
        }
    }
    assert!(accepted > 10_000, "{accepted}");
}
