//! `floorwalker snapshot`: keys and signatures for the state of queues that a shop serves as a file.

use super::say;
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use ed25519_dalek::{Signer, SigningKey};
use floorwalker_data::write;
use floorwalker_offpolicy::replay::SnapshotDef;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in 2001, in milliseconds since 1970. Times below it were probably written in seconds.
const IN_MS: i64 = 1_000_000_000_000;

/// What can be done with a snapshot.
#[derive(Debug, Subcommand)]
pub enum Snapshot {
    /// Make a pair of keys; the public key goes into the policy as [snapshot] key
    Key(Key),
    /// Sign the state of the queues, for `setSignedQueues` in the page
    Sign(Sign),
}

/// Flags of `snapshot key`.
#[derive(Debug, Args)]
pub struct Key {
    /// Where to write the secret key, readable by its owner only; the file must not exist yet
    out: PathBuf,
}

/// Flags of `snapshot sign`.
#[derive(Debug, Args)]
pub struct Sign {
    /// The state of the queues (JSON), with `asOf`
    snapshot: PathBuf,
    /// The file with the secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where to write the signed file [default: standard output]
    #[arg(long, short)]
    out: Option<PathBuf>,
}

impl Snapshot {
    pub(super) fn run(&self) -> Result<()> {
        match self {
            Self::Key(key) => key.run(),
            Self::Sign(sign) => sign.run(),
        }
    }
}

impl Key {
    fn run(&self) -> Result<()> {
        let path = self.out.display();
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| {
            anyhow::anyhow!("cannot make a key: the system gives no random bytes: {error}")
        })?;
        let key = SigningKey::from_bytes(&secret);
        keep(&self.out, &format!("{}\n", hex(&secret)))?;
        say(format_args!("[snapshot]\nkey = \"{}\"", hex(key.verifying_key().as_bytes())))?;
        // Written to standard error, because standard output may be redirected into the policy file.
        eprintln!("keep {path} on the server that signs; put the two lines of [snapshot] into the policy");
        Ok(())
    }
}

/// Writes a secret to a new file that only its owner may read (on Unix).
fn keep(path: &Path, secret: &str) -> Result<()> {
    let shown = path.display();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    let mut file = match file {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{shown} is already there, and an overwritten key cannot be restored; name another file")
        }
        file => file.with_context(|| format!("cannot write {shown}: check that the folder exists"))?,
    };
    let written = file.write_all(secret.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // A partly written key is useless. Whether or not it can be removed, the write error is reported below.
        let _ = std::fs::remove_file(path);
    }
    written.with_context(|| format!("cannot write {shown}: check that the disk has room"))
}

impl Sign {
    fn run(&self) -> Result<()> {
        let (path, key) = (self.snapshot.display(), self.key.display());
        let text = std::fs::read_to_string(&self.snapshot).with_context(|| format!("cannot read {path}"))?;
        let read: Value = serde_json::from_str(&text).with_context(|| format!("{path}: this is not JSON"))?;
        // The text is signed as it stands, and the page compares its `asOf` with that of the previous snapshot, so it must be a number.
        ensure!(
            !read.get("asOf").is_some_and(Value::is_string),
            "{path}: asOf is text; write it as a number, milliseconds since 1970"
        );
        // Its numbers are checked as the page will check them. The names of its queues are not: only the page's bundle knows them.
        let def: SnapshotDef =
            serde_json::from_value(read).with_context(|| format!("{path}: this is not a snapshot"))?;
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let snapshot = def.read(&def.names(), i64::try_from(now_ms)?).with_context(|| format!("{path}"))?;
        match snapshot.as_of_ms {
            None => bail!(
                "{path}: there is no \"asOf\", and without it a signed snapshot would never expire; add the time when it was made"
            ),
            Some(ms) if ms < IN_MS => bail!(
                "{path}: asOf is {ms}, which is before 2002: write milliseconds since 1970, not seconds"
            ),
            Some(_) => {}
        }
        let secret = std::fs::read_to_string(&self.key).with_context(|| format!("cannot read {key}"))?;
        let secret = bytes(secret.trim()).with_context(|| {
            format!("{key}: this is not a secret key of 64 hexadecimal digits; `floorwalker snapshot key` makes one")
        })?;
        let signature = SigningKey::from_bytes(&secret).sign(text.as_bytes()).to_bytes();
        let signed = format!("{}\n", json!({ "snapshot": text, "signature": base64(&signature) }));
        match &self.out {
            Some(out) => write::whole(out, signed.as_bytes()),
            None => say(signed.trim_end()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Parses 64 hexadecimal digits into 32 bytes.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    bytes.try_into().ok()
}

/// Base64 with padding, RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            out.push(if at <= group.len() {
                char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63])
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (text, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    #[test]
    fn a_secret_key_comes_back_from_its_digits() {
        let secret: [u8; 32] = std::array::from_fn(|at| at as u8 * 8);
        assert_eq!(bytes(&hex(&secret)), Some(secret));
        assert_eq!(bytes("0g"), None);
        assert_eq!(bytes("é"), None);
    }
}
