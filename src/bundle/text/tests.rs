//! Packed text models: round trips, and damaged bytes that are refused.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "tests may panic")]
use super::*;
use alloc::vec;
use floorwalker_engine::text::{TextModel, TextScratch};

/// A pseudorandom number generator.
struct Noise(u32);

impl Noise {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % n
    }
}

/// A model in which about one cell in `thin` has a weight.
fn def(n_rows: u32, n_outputs: u16, thin: u32) -> TextDef {
    let mut noise = Noise(n_rows + thin);
    let mut def = TextDef {
        grams: GramDef { words: 2, glyphs: 3, long: 5, char_min: 1, char_max: 4, bits: 18 },
        bias: (0..n_outputs).map(|c| f32::from(c) * 0.5 - 1.0).collect(),
        scale: 0.01,
        unknown: 9,
        variants: (0..n_rows as u16 % 7).map(|n| (0x5000 + 3 * n, 0x4E00 + n)).collect(),
        buckets: (0..n_rows).map(|row| row * 100 + noise.below(100)).collect(),
        idf: (0..n_rows).map(|_| 1 + noise.below(255) as u8).collect(),
        starts: vec![0],
        outputs: vec![],
        weights: vec![],
    };
    for _ in 0..n_rows {
        for output in 0..n_outputs {
            if noise.below(thin) == 0 {
                def.outputs.push(output);
                def.weights.push(noise.below(256) as u8 as i8);
            }
        }
        def.starts.push(def.outputs.len() as u32);
    }
    def
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
        for thin in [1, 2, 50] {
            check(&def(n_rows, n_outputs, thin));
        }
    }
}

#[test]
fn few_cells_take_few_bytes() {
    let n_bytes = pack(&def(1_000, 77, 50)).len();
    assert!(n_bytes < 1_000 * 8, "{n_bytes}"); // per row 1 bucket, 1 idf, 2 first level, 1.5 cells of 2
}

#[test]
fn bytes_that_end_early_are_refused() {
    let bytes = pack(&def(200, 5, 3));
    for end in 0..bytes.len() {
        assert_eq!(unpack(&bytes[..end]), Err(TextBytesError::Truncated), "{end}");
    }
}

#[test]
fn flipped_bits_never_panic() {
    let bytes = pack(&def(200, 5, 3));
    let mut noise = Noise(7);
    for _ in 0..3_000 {
        let mut damaged = bytes.clone();
        for _ in 0..=noise.below(3) {
            let at = noise.below(bytes.len() as u32) as usize;
            damaged[at] ^= 1 << noise.below(8);
        }
        survives(&damaged);
    }
}

#[test]
fn claims_without_bytes_are_refused() {
    let mut bytes = pack(&def(1, 1, 1));
    bytes[9..13].copy_from_slice(&(MAX_ROWS as u32).to_le_bytes());
    assert_eq!(unpack(&bytes), Err(TextBytesError::Truncated));
    bytes[9..13].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(unpack(&bytes), Err(TextBytesError::TooLarge { what: "rows", limit: MAX_ROWS }));
    bytes[7..9].copy_from_slice(&u16::MAX.to_le_bytes());
    assert_eq!(unpack(&bytes), Err(TextBytesError::TooLarge { what: "outputs", limit: MAX_OUTPUTS }));
}
