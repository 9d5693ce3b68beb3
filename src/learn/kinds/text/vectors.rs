//! Vectors of messages from hashed n-grams with TF-IDF weights, to measure their similarity without an embedding model.
//!
//! `v_d = Σ_g ±(1 + ln n_g) · ln((n + 1) / n_g*)` over the grams `g` of the message that fall into dimension `d`; `n_g` is the
//! number of times the gram occurs in the message, `n` the number of messages, and `n_g*` the number of messages with the gram.
//!
//! # Source
//!
//! Weinberger, Dasgupta, Langford, Smola and Attenberg, *Feature Hashing for Large Scale Multitask Learning* (2009), for the sign.

use super::corpus::all_occurrences;
use super::{TextSettings, variants};
use floorwalker_engine::text::Variants;
use ndarray::Array2;

/// Number of dimensions. Two messages that share nothing have a cosine within 0.09 of zero for 95 % of pairs.
const N_DIMS: usize = 512;

/// The vector of each message, `[n_messages, 512]`.
#[must_use]
pub fn vectors(messages: &[&str]) -> Array2<f32> {
    let def = TextSettings::default().grams;
    let read = all_occurrences(messages, def, &Variants::new(&variants::of(messages)));
    let mut n_with = vec![0_u32; 1 << def.bits];
    for list in &read {
        list.chunk_by(|a, b| a.row == b.row).for_each(|same| n_with[same[0].row as usize] += 1);
    }
    let mut vectors = Array2::zeros((messages.len(), N_DIMS));
    for (mut vector, list) in vectors.outer_iter_mut().zip(&read) {
        for same in list.chunk_by(|a, b| a.row == b.row) {
            let bucket = same[0].row as usize;
            let rarity = ((messages.len() + 1) as f32 / n_with[bucket] as f32).ln();
            let sign = if (bucket / N_DIMS).is_multiple_of(2) { 1.0 } else { -1.0 };
            vector[bucket % N_DIMS] += sign * (1.0 + (same.len() as f32).ln()) * rarity;
        }
    }
    vectors
}
