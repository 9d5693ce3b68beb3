//! Writes the primitives that [`reader`](crate::reader) reads. A failure is remembered, not returned: the caller asks once at the end.
//!
//! Not here: the order of fields (`body`, `policy`).

use alloc::vec::Vec;

/// The bytes that were written, and whether everything could be.
#[derive(Default)]
pub(crate) struct Writer {
    /// The bytes so far.
    pub(crate) bytes: Vec<u8>,
    /// Whether something could not be written.
    pub(crate) failed: bool,
}

impl Writer {
    pub(crate) fn u8(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn bool(&mut self, is: bool) {
        self.u8(is.into());
    }

    pub(crate) fn u16(&mut self, number: u16) {
        self.u32(number.into());
    }

    pub(crate) fn i16(&mut self, number: i16) {
        self.i32(number.into());
    }

    pub(crate) fn i32(&mut self, number: i32) {
        self.u32((number << 1 ^ number >> 31) as u32);
    }

    pub(crate) fn u32(&mut self, number: u32) {
        let mut left = number;
        while left >= 0x80 {
            self.u8(left as u8 | 0x80);
            left >>= 7;
        }
        self.u8(left as u8);
    }

    pub(crate) fn f32(&mut self, number: f32) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// The length of a list. One above 2³² − 1 cannot be written.
    pub(crate) fn length(&mut self, length: usize) {
        match u32::try_from(length) {
            Ok(length) => self.u32(length),
            Err(_) => self.failed = true,
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.bytes.extend(bytes);
    }
}
