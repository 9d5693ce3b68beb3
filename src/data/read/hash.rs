//! File hash: identifies the training data in a model card.
//!
//! Not here: the bundle's checksum, which guards against damage and is much shorter (`bundle`).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Number of bytes that are read at a time.
const BLOCK: usize = 1 << 16;

/// Name, size and SHA-256 of one input file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// The file's name without its folder, because a model card must not reveal where an analyst keeps files.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Lower-case hexadecimal, as `sha256sum` prints it.
    pub sha256: String,
}

impl FileHash {
    /// Hashes a file's bytes as they are, byte-order mark and line ends included. Cost: one pass, 64 KB of memory.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    ///
    /// # Source
    ///
    /// FIPS 180-4, *Secure Hash Standard* (2015).
    pub fn read(path: &Path) -> Result<Self> {
        let context = || format!("cannot read {}: check the path and its permissions", path.display());
        let mut file = File::open(path).with_context(context)?;
        let mut hasher = Sha256::new();
        let mut block = vec![0; BLOCK];
        let mut bytes = 0;
        loop {
            let n = file.read(&mut block).with_context(context)?;
            if n == 0 {
                break;
            }
            hasher.update(&block[..n]);
            bytes += n as u64;
        }
        let sha256 = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, bytes, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_sha256sum_prints() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc.csv");
        std::fs::write(&path, "abc").unwrap();
        let hash = FileHash::read(&path).unwrap();
        assert_eq!(hash.name, "abc.csv");
        assert_eq!(hash.bytes, 3);
        assert_eq!(hash.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-2, B.1
    }
}
