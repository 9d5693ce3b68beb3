//! The target `index`: any bytes as an index that recommends.

use floorwalker_bundle::frame;
use floorwalker_retrieval::{Act, Asked, Cap, Fairness, Index, List, Rules, Scratch, Trail, VERSION, decode};

/// Size of an index's header, in bytes.
const HEADER: usize = 16;

/// Reads the bytes as they are, and again with the length and the checksum that an attacker would give them.
pub fn index(bytes: &[u8]) {
    check(bytes);
    if let Some(body) = bytes.get(HEADER..)
        && let Ok(sealed) = frame::close(*b"FWI\0", VERSION, body)
    {
        check(&sealed);
    }
}

fn check(bytes: &[u8]) {
    let index = match decode(bytes) {
        Ok(index) => index,
        Err(error) => {
            assert!(error.code().starts_with("index_") && !error.to_string().is_empty());
            return;
        }
    };
    let mut trail = Trail::of(&[0, 1, 0, 7]);
    trail.add(2, Act::Cart);
    trail.add(3, Act::Dislike);
    let mut scratch = Scratch::default();
    let strict = Rules {
        caps: vec![Cap { attribute: 0, most: 1 }],
        diversity: 0.5,
        fairness: Some(Fairness { attribute: 0, strength: 3.0 }),
        out_of_stock: true,
        ..Rules::default()
    };
    let narrow = Rules { only: vec![(0, 0), (7, 3)], ..Rules::default() };
    for rules in [Rules::default(), strict, narrow] {
        let asked = Asked { rules, explore: 0.5, ..Asked::default() };
        used(&index, &index.recommend(&trail, &asked, &mut scratch));
        used(&index, &index.similar(0, &trail, &asked));
        used(&index, &index.bought_together(&[0, 1], &trail, &asked));
    }
    for one in index.preferences(&trail) {
        assert!(one.taste.is_finite() && (0.0..=1.0).contains(&one.confidence), "{one:?}");
    }
}

/// Checks that a list names items of the index, each once, with finite scores that its reasons add up to.
fn used(index: &Index, list: &List) {
    assert!((0.0..=1.0).contains(&list.cost), "{}", list.cost);
    for (at, one) in list.items.iter().enumerate() {
        assert!(index.item(one.item).is_some(), "item {} does not exist", one.item);
        assert!(
            list.items[..at].iter().all(|other| other.item != one.item),
            "item {} is listed twice",
            one.item
        );
        assert!(one.score.is_finite() && (0.0..=1.0).contains(&one.propensity), "{one:?}");
        let sum: f32 = one.reasons.iter().map(|reason| reason.contribution).sum();
        let size: f32 = one.reasons.iter().map(|reason| reason.contribution.abs()).sum();
        assert!((sum - one.score).abs() <= 1e-4 * (1.0 + size), "{sum} is not {}", one.score);
    }
}
