//! Reads the primitives that postcard writes: numbers, texts, lists. What fails is remembered, not returned: after the first failure
//! every reading is empty, and whoever reads asks once at the end ([`Reader::check`]).
//!
//! Memory is counted before it is taken, in bytes of the page's module or more, so that every target refuses the same files.
//!
//! Invariants
//! - No length is trusted: an item takes at least one byte of those that are left, and its memory is within what the file is allowed.
//!
//! Not here: which fields there are (`read`, `policy`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::{BundleError, Limit};
use alloc::{string::String, vec::Vec};
use floorwalker_engine::list::list;

/// Memory that an item of a list is counted with, whatever it is.
pub(crate) const ITEM: usize = 192;

/// The same of a string, its bytes apart.
const TEXT: usize = 32;

/// The bytes and the memory that are left, and whether something was wrong with those before.
pub(crate) struct Reader<'a> {
    /// What is still to be read.
    pub(crate) bytes: &'a [u8],
    /// Memory that may still be taken.
    pub(crate) room: usize,
    failed: bool,
}

impl<'a> Reader<'a> {
    /// A reader of `bytes` that takes no more than `room` bytes of memory.
    pub(crate) fn new(bytes: &'a [u8], room: usize) -> Self {
        Self { bytes, room, failed: false }
    }

    /// Remembers that the bytes make no sense, and hands `instead` on.
    pub(crate) fn fail<T>(&mut self, instead: T) -> T {
        (self.failed, self.bytes) = (true, &[]);
        instead
    }

    /// Refuses the whole if something was wrong: for want of room, of which then nothing is left, or with the bytes.
    pub(crate) fn check(&self) -> Result<(), BundleError> {
        match (self.failed, self.room) {
            (false, _) => Ok(()),
            (true, 0) => Err(BundleError::Cost(Limit::Bytes)),
            (true, _) => Err(BundleError::Body),
        }
    }

    /// Counts the memory of so many items. Returns how many there is room for: all, or none.
    pub(crate) fn take_room(&mut self, count: usize, size: usize) -> usize {
        if let Some(room) = self.room.checked_sub(count.saturating_mul(size)) {
            self.room = room;
            return count;
        }
        self.room = 0;
        self.fail(0)
    }

    #[inline(never)]
    fn take(&mut self, length: usize) -> &'a [u8] {
        match self.bytes.split_at_checked(length) {
            Some((taken, rest)) => {
                self.bytes = rest;
                taken
            }
            None => self.fail(&[]),
        }
    }

    #[inline(never)]
    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    #[inline(never)]
    pub(crate) fn bool(&mut self) -> bool {
        match self.byte() {
            0 => false,
            1 => true,
            _ => self.fail(false),
        }
    }

    #[inline(never)]
    pub(crate) fn f32(&mut self) -> f32 {
        self.take(4).first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
    }

    #[inline(never)]
    pub(crate) fn u16(&mut self) -> u16 {
        u16::try_from(self.u32()).unwrap_or_else(|_| self.fail(0))
    }

    /// Zigzag in LEB128: signs alternate.
    pub(crate) fn i32(&mut self) -> i32 {
        let coded = self.u32();
        (coded >> 1) as i32 ^ 0_i32.wrapping_sub((coded & 1) as i32)
    }

    pub(crate) fn i16(&mut self) -> i16 {
        i16::try_from(self.i32()).unwrap_or_else(|_| self.fail(0))
    }

    /// LEB128.
    #[inline(never)]
    pub(crate) fn u32(&mut self) -> u32 {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).unwrap_or_else(|_| self.fail(0));
            }
        }
        self.fail(0)
    }

    /// How many items of so many bytes in memory follow: no more than bytes in the file.
    #[inline(never)]
    pub(crate) fn count(&mut self, size: usize) -> usize {
        let count = self.u32() as usize;
        if count > self.bytes.len() { self.fail(0) } else { self.take_room(count, size) }
    }

    #[inline(never)]
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let length = self.count(1);
        self.take(length)
    }

    pub(crate) fn cells(&mut self) -> Vec<i8> {
        list(self.bytes().iter().map(|&byte| byte as i8))
    }

    #[inline(never)]
    pub(crate) fn text(&mut self) -> String {
        let bytes = self.bytes();
        str::from_utf8(bytes).unwrap_or_else(|_| self.fail("")).into()
    }

    pub(crate) fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.bool().then(|| read(self))
    }

    /// A list of numbers. One function for all of them: bytes before speed.
    #[inline(never)]
    pub(crate) fn numbers(&mut self) -> Vec<f32> {
        self.list(4, Self::f32)
    }

    /// A list of strings.
    #[inline(never)]
    pub(crate) fn texts(&mut self) -> Vec<String> {
        self.list(TEXT, Self::text)
    }

    /// A list of items that take so many bytes in memory at most.
    #[inline(never)]
    pub(crate) fn list<T>(&mut self, size: usize, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        debug_assert!(size_of::<T>() <= size);
        let count = self.count(size);
        let mut items = Vec::new();
        items.reserve_exact(count);
        for _ in 0..count {
            items.push(read(self));
            if self.failed {
                break;
            }
        }
        items
    }
}
