//! The target `bundle`: any bytes as a model file.

use crate::used;
use crc::{CRC_32_ISO_HDLC, Crc};
use floorwalker_bundle as bundle;
use floorwalker_engine::route::Snapshot;

/// Size of a bundle's header, in bytes; `src/bundle/FORMAT.md` says what is where.
const HEADER: usize = 16;

/// Loads the bytes as they are, and again with the length and the checksum that an attacker would give them.
pub fn bundle(bytes: &[u8]) {
    check(bytes);
    if let Some(sealed) = sealed(bytes) {
        check(&sealed);
    }
}

/// The bytes with a valid header; `None` if they are shorter than one.
fn sealed(bytes: &[u8]) -> Option<Vec<u8>> {
    let body = bytes.get(HEADER..)?;
    let length = u32::try_from(body.len()).ok()?;
    let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(body);
    let version = bundle::VERSION.to_le_bytes();
    Some([b"FWB\0", &version[..], &[0; 2], &length.to_le_bytes(), &checksum.to_le_bytes(), body].concat())
}

fn check(bytes: &[u8]) {
    if let Ok(read) = bundle::decode(bytes)
        && let Ok(written) = bundle::encode(&read)
        // A number may take more bytes than it needs, and memory is granted by the byte: what is written shorter may be refused.
        && let Ok(again) = bundle::decode(&written)
    {
        assert_eq!(bundle::encode(&again).ok(), Some(written), "a bundle is not written as it was read");
    }
    match bundle::load(bytes) {
        Ok((model, _)) => used::model(&model, &Snapshot::default()),
        Err(error) => assert!(error.code().starts_with("bundle_") && !error.to_string().is_empty()),
    }
}
