//! Seeded mutations of bytes: the same seed, the same bytes, on every machine.
//!
//! Not here: mutations that follow what the code does with them, which are libFuzzer's.

/// What is written over or into text: numbers at the edge of their range, marks that open or close, odd characters.
const PIECES: [&[u8]; 20] = [
    b"",
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"[[",
    b"}",
    b"(",
    b",",
    b"=",
    b"-",
    b"NaN",
    b"1e999",
    b"-1e308",
    b"9223372036854775808",
    b"null",
    b"\xEF\xBB\xBF",
    b"\xFF",
    "，".as_bytes(),
    "é\u{301}\u{200d}".as_bytes(),
];

/// Longest mutated input, in bytes.
const LONGEST: usize = 64 << 10;

/// A seeded pseudorandom generator: splitmix64.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A generator whose numbers depend on `seed` alone.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 1) as usize % n.max(1)
    }

    /// A part of `bytes`, of at most `most` bytes; perhaps empty.
    fn part(&mut self, bytes: &[u8], most: usize) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        start..start + self.below((bytes.len() - start).min(most) + 1)
    }
}

/// `bytes` with one to four changes: flipped bits, other bytes, pieces, parts that are cut out, doubled or taken from `other`.
#[must_use]
pub fn mutated(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let part = dice.part(&out, 16);
        match dice.below(8) {
            0 | 1 => {
                if let Some(byte) = out.get_mut(part.start) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            2 => {
                if let Some(byte) = out.get_mut(part.start) {
                    *byte = dice.below(256) as u8;
                }
            }
            3 => out.truncate(part.start),
            4 => drop(out.splice(part, [])),
            5 => {
                let of_other = dice.part(other, 200);
                drop(out.splice(part, other[of_other].to_vec()));
            }
            6 => {
                let doubled = out[part.clone()].repeat(1 + dice.below(40));
                drop(out.splice(part, doubled));
            }
            _ => {
                let piece = PIECES[dice.below(PIECES.len())];
                drop(out.splice(part, piece.iter().copied()));
            }
        }
        out.truncate(LONGEST);
    }
    out
}
