//! Reads the primitives of a body: numbers, texts, lists. A failure is remembered, not returned: after the first failure
//! every read gives 0 or an empty value, and the caller asks once at the end whether there was one ([`Reader::check`]).
//!
//! Memory is counted before it is allocated. Sizes are those in the page's module or larger, so that every target refuses the same
//! files.
//!
//! Invariants
//! - No length is trusted: a list has at most as many items as bytes are left, and its memory is within what the file may take.
//!
//! Not here: the order of fields (`body`, `policy`), writing (`writer`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::text::TextBytesError;
use crate::trees::UnpackError;
use crate::{BundleError, Limit};
use alloc::{string::String, vec::Vec};
use floorwalker_engine::list::list;

/// Memory that is counted for an item of a list, of any type, in bytes.
pub const ITEM: usize = 192;

/// Memory that is counted for a string, without its content, in bytes.
pub const TEXT: usize = 32;

/// The bytes that are still to be read, the memory that may still be taken, and whether a read has failed.
pub struct Reader<'a> {
    /// The bytes that are still to be read.
    pub bytes: &'a [u8],
    /// Memory that may still be taken, in bytes.
    pub room: usize,
    fault: Option<Fault>,
}

/// Why a read failed.
pub enum Fault {
    /// Bytes are missing, or mean nothing.
    Body,
    /// The trees of a head cannot be unpacked.
    Trees(UnpackError),
    /// The text model of a head cannot be unpacked.
    Text(TextBytesError),
}

impl<'a> Reader<'a> {
    /// A reader of `bytes` that takes no more than `room` bytes of memory.
    pub fn new(bytes: &'a [u8], room: usize) -> Self {
        Self { bytes, room, fault: None }
    }

    /// Remembers that a read failed, and returns `instead`.
    pub fn fail<T>(&mut self, instead: T) -> T {
        self.refuse(Fault::Body);
        instead
    }

    /// Remembers the first failure and its reason.
    pub fn refuse(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.bytes = &[];
    }

    /// Returns the memory that may still be taken. `head` gives the name of the head that was read last.
    ///
    /// # Errors
    ///
    /// A read failed, or bytes are left.
    pub fn check(self, head: impl FnOnce() -> String) -> Result<usize, BundleError> {
        match self.fault {
            None if self.bytes.is_empty() => Ok(self.room),
            Some(Fault::Trees(error)) => Err(BundleError::Trees(head(), error)),
            Some(Fault::Text(error)) => Err(BundleError::Text(head(), error)),
            Some(Fault::Body) if self.room == 0 => Err(BundleError::Cost(Limit::Bytes)),
            _ => Err(BundleError::Body),
        }
    }

    /// Counts the memory of `count` items of `size` bytes. Returns `count`, or 0 (and fails) if there is not enough room.
    pub fn take_room(&mut self, count: usize, size: usize) -> usize {
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

    /// A byte.
    #[inline(never)]
    pub fn u8(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// A flag: a byte that is 0 or 1.
    #[inline(never)]
    pub fn bool(&mut self) -> bool {
        match self.u8() {
            0 => false,
            1 => true,
            _ => self.fail(false),
        }
    }

    /// A number of four bytes, little-endian.
    #[inline(never)]
    pub fn f32(&mut self) -> f32 {
        self.take(4).first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
    }

    /// An unsigned number of at most 16 bits, in LEB128.
    #[inline(never)]
    pub fn u16(&mut self) -> u16 {
        u16::try_from(self.u32()).unwrap_or_else(|_| self.fail(0))
    }

    /// A signed number: zigzag coding (0, −1, 1, −2, …) in LEB128.
    pub fn i32(&mut self) -> i32 {
        let coded = self.u32();
        (coded >> 1) as i32 ^ 0_i32.wrapping_sub((coded & 1) as i32)
    }

    /// A signed number of at most 16 bits.
    pub fn i16(&mut self) -> i16 {
        i16::try_from(self.i32()).unwrap_or_else(|_| self.fail(0))
    }

    /// An unsigned number in LEB128.
    #[inline(never)]
    pub fn u32(&mut self) -> u32 {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.u8();
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).unwrap_or_else(|_| self.fail(0));
            }
        }
        self.fail(0)
    }

    /// The length of a list whose items take `size` bytes of memory each. Fails if it is larger than the number of bytes left.
    #[inline(never)]
    pub fn count(&mut self, size: usize) -> usize {
        let count = self.u32() as usize;
        if count > self.bytes.len() { self.fail(0) } else { self.take_room(count, size) }
    }

    /// Bytes, preceded by their number.
    #[inline(never)]
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = self.count(1);
        self.take(length)
    }

    /// Bytes as signed numbers.
    pub fn cells(&mut self) -> Vec<i8> {
        list(self.bytes().iter().map(|&byte| byte as i8))
    }

    /// UTF-8, preceded by its number of bytes.
    #[inline(never)]
    pub fn text(&mut self) -> String {
        let bytes = self.bytes();
        str::from_utf8(bytes).unwrap_or_else(|_| self.fail("")).into()
    }

    /// A list of numbers. One function that is not inlined: code size matters more than speed here.
    #[inline(never)]
    pub fn numbers(&mut self) -> Vec<f32> {
        self.list(4, Self::f32)
    }

    /// A list of strings.
    #[inline(never)]
    pub fn texts(&mut self) -> Vec<String> {
        self.list(TEXT, Self::text)
    }

    /// A list of items that take at most `size` bytes of memory each.
    #[inline(never)]
    pub fn list<T>(&mut self, size: usize, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        debug_assert!(size_of::<T>() <= size);
        let count = self.count(size);
        let mut items = Vec::new();
        items.reserve_exact(count);
        for _ in 0..count {
            items.push(read(self));
            if self.fault.is_some() {
                break;
            }
        }
        items
    }
}
