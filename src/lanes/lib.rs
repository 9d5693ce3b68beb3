//! The page's inner loops over many small integers: sums of weights and hashes of n-grams.
//!
//! These loops are a crate of their own because a Cargo profile sets the optimization level per crate. The engine is optimized for
//! size, and a compiler that optimizes for size does not vectorize; this crate is optimized for speed, so its loops use SIMD.
//! All arithmetic is on integers, so results are the same bits with or without SIMD, native or WebAssembly.

#![no_std]

/// How many weights are summed at once: the bytes of one 128-bit SIMD register.
pub const LANES: usize = 16;

/// Adds rows of a table of weights to `sums`.
///
/// - `blocks`: `[n_rows, n_blocks]` of [`LANES`] weights, row-major.
/// - `rows`: indices of the rows to add; a row outside the table counts as zeros.
/// - `sums`: `[n_blocks * LANES]`; only whole blocks of it are written, a shorter rest is left as it is.
#[inline(never)]
pub fn add_rows(blocks: &[[i8; LANES]], n_blocks: usize, rows: &[u32], sums: &mut [i32]) {
    let (chunks, _) = sums.as_chunks_mut::<LANES>();
    for (column, sums) in chunks.iter_mut().enumerate() {
        let mut lanes = *sums; // kept in registers
        for &row in rows {
            if let Some(block) = blocks.get(row as usize * n_blocks + column) {
                for (lane, &weight) in lanes.iter_mut().zip(block) {
                    *lane = lane.wrapping_add(i32::from(weight));
                }
            }
        }
        *sums = lanes;
    }
}

/// Extends each hash by one more character code, and writes the bucket of the new hash.
///
/// - `hashes`, `codes`, `buckets`: processed in parallel up to the length of the shortest.
/// - `shift`: 32 minus the number of bits of a bucket; below 32.
#[inline(never)]
pub fn take_in(hashes: &mut [u32], codes: &[u32], buckets: &mut [u32], shift: u32) {
    for ((hash, &code), to) in hashes.iter_mut().zip(codes).zip(buckets) {
        *hash = step(*hash, code);
        *to = bucket(*hash, shift);
    }
}

/// FNV-1a's prime (RFC 9923).
const PRIME: u32 = 0x0100_0193;
/// Knuth's multiplicative constant, 2³² / φ: its product's high bits depend on every input bit.
const SPREAD: u32 = 0x9e37_79b1;

/// Extends `hash` by one more code: FNV-1a over whole codes instead of bytes, followed by a rotation.
#[must_use]
#[inline]
pub const fn step(hash: u32, code: u32) -> u32 {
    (hash ^ code).wrapping_mul(PRIME).rotate_left(7)
}

/// The bucket of a hash: the `32 - shift` highest bits after mixing.
#[must_use]
#[inline]
pub const fn bucket(hash: u32, shift: u32) -> u32 {
    (hash ^ (hash >> 15)).wrapping_mul(SPREAD) >> (shift % 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_plain_addition_and_a_row_outside_the_table_adds_nothing() {
        let weight = |row: usize, at: usize| ((row * 31 + at * 7) % 256) as u8 as i8;
        let mut blocks = [[0; LANES]; 3 * 2];
        for (at, block) in blocks.iter_mut().enumerate() {
            for (lane, to) in block.iter_mut().enumerate() {
                *to = weight(at / 2, at % 2 * LANES + lane);
            }
        }
        let rows = [0, 2, 2, 1, 9, 0];
        let mut sums = [5; 2 * LANES];
        add_rows(&blocks, 2, &rows, &mut sums);
        for (at, &sum) in sums.iter().enumerate() {
            let known = rows.iter().filter(|&&row| row < 3);
            assert_eq!(sum, known.map(|&row| i32::from(weight(row as usize, at))).sum::<i32>() + 5, "{at}");
        }
    }

    #[test]
    fn hashes_and_buckets_are_those_of_single_steps() {
        let codes = [1, 77, 0x4e00, 0x1_f600, u32::MAX, 0, 9];
        let mut hashes = [3, 1 << 31, 5, u32::MAX, 0, 11, 12];
        let (before, mut buckets) = (hashes, [0; 6]);
        take_in(&mut hashes, &codes, &mut buckets, 12);
        for at in 0..buckets.len() {
            assert_eq!(hashes[at], step(before[at], codes[at]));
            assert_eq!(buckets[at], bucket(hashes[at], 12));
            assert!(buckets[at] < 1 << 20);
        }
        assert_eq!(hashes[6], 12);
    }
}
