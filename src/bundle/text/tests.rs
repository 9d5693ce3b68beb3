//! Packed text models: round trips, and damaged bytes that are refused.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "tests may panic")]
use super::*;
use crate::property::holds;
use alloc::vec;
use core::ops::RangeInclusive;
use floorwalker_engine::text::{TextModel, TextScratch};
use proptest::collection::{SizeRange, btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

const GRAMS: GramDef = GramDef { words: 2, glyphs: 3, long: 5, char_min: 1, char_max: 4, bits: 18 };

/// Models of which each row has so many cells.
fn models(
    n_rows: impl Into<SizeRange>,
    n_outputs: u16,
    cells: RangeInclusive<usize>,
) -> impl Strategy<Value = TextDef> {
    // Buckets are near each other, or now and then far.
    let gap = prop_oneof![9 => 0..100_u32, 1 => 0..2_000_u32];
    let all: Vec<u16> = (0..n_outputs).collect();
    let weights = vec(any::<i8>(), *cells.end());
    let rows = vec((gap, 1..=u8::MAX, subsequence(all, cells), weights), n_rows);
    let variants = btree_map(0x5000..0x9000_u16, 0x4E00..0x5000_u16, 0..7);
    (rows, vec(-1.0..9.0_f32, usize::from(n_outputs)), variants, any::<u8>()).prop_map(
        |(rows, bias, variants, unknown)| {
            let mut def = TextDef {
                grams: GRAMS,
                bias,
                scale: 0.01,
                unknown,
                variants: variants.into_iter().collect(),
                buckets: vec![],
                idf: vec![],
                starts: vec![0],
                outputs: vec![],
                weights: vec![],
            };
            let mut next = 0;
            for (gap, idf, outputs, weights) in rows {
                def.buckets.push(next + gap);
                next += gap + 1;
                def.idf.push(idf);
                def.weights.extend(&weights[..outputs.len()]);
                def.outputs.extend(outputs);
                def.starts.push(def.outputs.len() as u32);
            }
            def
        },
    )
}

fn check(def: &TextDef) {
    let bytes = pack(def);
    assert_eq!(unpack(&bytes).as_ref(), Ok(def));
    let more = [bytes.as_slice(), &[0]].concat();
    assert_eq!(unpack(&more), Err(TextBytesError::Trailing(1)));
}

/// Any bytes fail to unpack, are refused by the engine, or score without a panic.
fn survives(bytes: &[u8]) {
    let Ok(def) = unpack(bytes) else { return };
    let Ok(model) = TextModel::new(def) else { return };
    let mut out = vec![0.0; model.n_outputs()];
    let _ = model.logits("where is my card 我的卡", &mut TextScratch::default(), &mut out);
}

#[test]
fn every_model_comes_back_as_it_was() {
    for (n_rows, n_outputs) in [(0, 1), (1, 1), (300, 3), (40, 77), (3, 4_096)] {
        let all = usize::from(n_outputs);
        for cells in [0..=0, 0..=all / 25, 0..=all, all..=all] {
            holds(10, &models(n_rows, n_outputs, cells), |def| check(&def));
        }
    }
    // Around the outputs at which octets and groups end, and at which the first level is left out.
    for n_outputs in [7, 8, 9, 16, 17, 63, 64, 65, 128, 129] {
        holds(20, &models(0..20, n_outputs, 0..=usize::from(n_outputs)), |def| check(&def));
    }
}

#[test]
fn few_cells_take_few_bytes() {
    holds(10, &models(1_000, 77, 0..=3), |def| {
        let n_bytes = pack(&def).len();
        assert!(n_bytes < 1_000 * 8, "{n_bytes}"); // per row 1 bucket, 1 idf, 2 first level, 1.5 cells of 2
    });
}

#[test]
fn bytes_that_end_early_are_refused() {
    for (n_outputs, cells) in [(5, 0..=3), (20, 0..=20)] {
        holds(20, &models(0..200, n_outputs, cells), |def| {
            let bytes = pack(&def);
            for end in 0..bytes.len() {
                assert_eq!(unpack(&bytes[..end]), Err(TextBytesError::Truncated), "{end}");
            }
        });
    }
}

#[test]
fn flipped_bits_never_panic() {
    for (n_outputs, cells) in [(5, 0..=3), (20, 0..=20)] {
        let flips = vec((any::<Index>(), 0..8_u8), 1..=3);
        holds(1_500, &(models(0..60, n_outputs, cells), flips), |(def, flips)| {
            let mut damaged = pack(&def);
            for (at, bit) in flips {
                *at.get_mut(&mut damaged) ^= 1 << bit;
            }
            survives(&damaged);
        });
    }
}

#[test]
fn claims_without_bytes_are_refused() {
    let mut bytes = pack(&TextDef {
        grams: GRAMS,
        bias: vec![0.5],
        scale: 0.01,
        unknown: 9,
        variants: vec![],
        buckets: vec![7],
        idf: vec![1],
        starts: vec![0, 1],
        outputs: vec![0],
        weights: vec![1],
    });
    bytes[9..13].copy_from_slice(&(MAX_ROWS as u32).to_le_bytes());
    assert_eq!(unpack(&bytes), Err(TextBytesError::Truncated));
    bytes[9..13].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(unpack(&bytes), Err(TextBytesError::TooLarge { what: "rows", limit: MAX_ROWS }));
    bytes[7..9].copy_from_slice(&u16::MAX.to_le_bytes());
    assert_eq!(unpack(&bytes), Err(TextBytesError::TooLarge { what: "outputs", limit: MAX_OUTPUTS }));
}
