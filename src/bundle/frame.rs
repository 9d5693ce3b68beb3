//! The header in front of a body: magic number, version, length and checksum. `FORMAT.md` has the table.
//!
//! Not here: what a body holds (`body`; `retrieval` for an index).

use crate::{BundleError, MAX_BYTES};
use alloc::vec::Vec;

/// Length of the header in bytes.
pub(crate) const HEADER_BYTES: usize = 16;

/// A file of `body` behind a header.
///
/// # Errors
///
/// [`BundleError::Length`] if it would be larger than [`MAX_BYTES`].
pub fn close(magic: [u8; 4], version: u16, body: &[u8]) -> Result<Vec<u8>, BundleError> {
    let actual = HEADER_BYTES + body.len();
    let (Ok(length), true) = (u32::try_from(body.len()), actual <= MAX_BYTES) else {
        return Err(BundleError::Length { expected: MAX_BYTES, actual });
    };
    let mut bytes = Vec::with_capacity(actual);
    bytes.extend(magic);
    bytes.extend(version.to_le_bytes());
    bytes.extend([0; 2]);
    bytes.extend(length.to_le_bytes());
    bytes.extend(crc32(body).to_le_bytes());
    bytes.extend(body);
    Ok(bytes)
}

/// The body of a file with this magic number and version.
///
/// # Errors
///
/// [`BundleError::Length`], [`BundleError::NotABundle`], [`BundleError::Version`], [`BundleError::Checksum`].
pub fn open(magic: [u8; 4], version: u16, bytes: &[u8]) -> Result<&[u8], BundleError> {
    let Some((header, body)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Err(BundleError::Length { expected: HEADER_BYTES, actual: bytes.len() });
    };
    let &[m0, m1, m2, m3, v0, v1, r0, r1, l0, l1, l2, l3, c0, c1, c2, c3] = header;
    if [m0, m1, m2, m3] != magic {
        return Err(BundleError::NotABundle);
    }
    let found = u16::from_le_bytes([v0, v1]);
    if found != version || [r0, r1] != [0; 2] {
        return Err(BundleError::Version(found));
    }
    let expected = HEADER_BYTES.saturating_add(u32::from_le_bytes([l0, l1, l2, l3]) as usize);
    if bytes.len() != expected || expected > MAX_BYTES {
        return Err(BundleError::Length { expected, actual: bytes.len() });
    }
    if crc32(body) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(BundleError::Checksum);
    }
    Ok(body)
}

/// CRC-32/ISO-HDLC, as in gzip and PNG. The table is computed at each call, which saves 1 KB of the module.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let halve = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let mut table = [0_u32; 256];
    for (byte, entry) in (0..).zip(&mut table) {
        *entry = (0..8).fold(byte, |crc, _| halve(crc));
    }
    !bytes.iter().fold(!0_u32, |crc, byte| (crc >> 8) ^ table[usize::from(crc as u8 ^ byte)])
}
