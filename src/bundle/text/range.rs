//! An adaptive binary range coder: a bit costs what its context has learned it to be worth.
//!
//! Invariant: [`Decoder`] reads exactly the bytes that [`Encoder`] wrote, and `None` is its only failure.
//!
//! Not here: which contexts there are.
//!
//! # Source
//!
//! Martin, *Range encoding* (1979), with the carry-less-free byte cache and bit models of Pavlov's LZMA (public domain).

use alloc::vec::Vec;

/// Bits of a probability.
const PRECISION: u32 = 12;
/// How slowly a model learns: one part in 2^RATE per bit.
const RATE: u32 = 5;
/// The range is renewed when it falls below this.
const LOW: u32 = 1 << 24;

/// The probability that a bit is 0, in 1/4096; between 31 and 4065 it can never be certain.
#[derive(Clone, Copy)]
pub(super) struct Model(u16);

impl Model {
    /// Nothing is known yet.
    pub(super) const EVEN: Self = Self(1 << (PRECISION - 1));

    const fn learn(&mut self, bit: bool) {
        if bit {
            self.0 = self.0.saturating_sub(self.0 >> RATE);
        } else {
            self.0 = self.0.saturating_add((1_u16 << PRECISION).saturating_sub(self.0) >> RATE);
        }
    }

    /// The part of `range` that a 0 takes.
    const fn split(self, range: u32) -> u32 {
        (range >> PRECISION).wrapping_mul(self.0 as u32)
    }
}

/// Either direction.
pub(super) trait Coder {
    /// Writes `bit`, or reads one and ignores what was given. `None`: the bytes ended.
    fn bit(&mut self, model: &mut Model, bit: bool) -> Option<bool>;
}

/// Writes bits.
pub(super) struct Encoder {
    bytes: Vec<u8>,
    low: u64,
    range: u32,
    cache: u8,
    pending: usize,
}

impl Encoder {
    /// Writes behind what is in `bytes` already.
    pub(super) const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, low: 0, range: u32::MAX, cache: 0, pending: 1 }
    }

    /// All bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        (0..5).for_each(|_| self.shift());
        self.bytes
    }

    /// Moves the top byte out, once it is known whether a carry reaches it.
    fn shift(&mut self) {
        if self.low < 0xFF00_0000 || self.low > u64::from(u32::MAX) {
            let carry = (self.low >> 32) as u8;
            for _ in 0..self.pending {
                self.bytes.push(self.cache.wrapping_add(carry));
                self.cache = 0xFF;
            }
            self.pending = 0;
            self.cache = (self.low >> 24) as u8;
        }
        self.pending = self.pending.saturating_add(1);
        self.low = (self.low & 0x00FF_FFFF) << 8;
    }
}

impl Coder for Encoder {
    fn bit(&mut self, model: &mut Model, bit: bool) -> Option<bool> {
        let split = model.split(self.range);
        if bit {
            self.low = self.low.wrapping_add(u64::from(split));
            self.range = self.range.wrapping_sub(split);
        } else {
            self.range = split;
        }
        model.learn(bit);
        while self.range < LOW {
            self.range <<= 8;
            self.shift();
        }
        Some(bit)
    }
}

/// Reads bits.
pub(super) struct Decoder<'b> {
    rest: &'b [u8],
    code: u32,
    range: u32,
}

impl<'b> Decoder<'b> {
    /// `None` when there are not even the five bytes of an empty stream.
    pub(super) fn new(bytes: &'b [u8]) -> Option<Self> {
        let (&[_, a, b, c, d], rest) = bytes.split_first_chunk::<5>()?;
        Some(Self { rest, code: u32::from_be_bytes([a, b, c, d]), range: u32::MAX })
    }

    /// Bytes not read yet.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }
}

impl Coder for Decoder<'_> {
    fn bit(&mut self, model: &mut Model, _: bool) -> Option<bool> {
        let split = model.split(self.range);
        let bit = self.code >= split;
        if bit {
            self.code = self.code.wrapping_sub(split);
            self.range = self.range.wrapping_sub(split);
        } else {
            self.range = split;
        }
        model.learn(bit);
        while self.range < LOW {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            self.range <<= 8;
            self.code = (self.code << 8) | u32::from(byte);
        }
        Some(bit)
    }
}
