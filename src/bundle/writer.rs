//! Writes the primitives that [`reader`](crate::reader) reads. A failure is remembered, not returned: the caller asks once at the end.
//!
//! Not here: the order of fields (`body`, `policy`).

use alloc::vec::Vec;

/// The bytes that were written, and whether everything could be.
#[derive(Default)]
pub struct Writer {
    /// The bytes so far.
    pub bytes: Vec<u8>,
    /// Whether something could not be written.
    pub failed: bool,
}

impl Writer {
    /// A byte.
    pub fn u8(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A flag, as a byte.
    pub fn bool(&mut self, is: bool) {
        self.u8(is.into());
    }

    /// An unsigned number in LEB128.
    pub fn u16(&mut self, number: u16) {
        self.u32(number.into());
    }

    /// A signed number: zigzag coding in LEB128.
    pub fn i16(&mut self, number: i16) {
        self.i32(number.into());
    }

    /// A signed number: zigzag coding in LEB128.
    pub fn i32(&mut self, number: i32) {
        self.u32((number << 1 ^ number >> 31) as u32);
    }

    /// An unsigned number in LEB128.
    pub fn u32(&mut self, number: u32) {
        let mut left = number;
        while left >= 0x80 {
            self.u8(left as u8 | 0x80);
            left >>= 7;
        }
        self.u8(left as u8);
    }

    /// A number of four bytes, little-endian.
    pub fn f32(&mut self, number: f32) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// The length of a list. One above 2³² − 1 cannot be written.
    pub fn length(&mut self, length: usize) {
        match u32::try_from(length) {
            Ok(length) => self.u32(length),
            Err(_) => self.failed = true,
        }
    }

    /// Bytes, preceded by their number.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.bytes.extend(bytes);
    }
}
