//! The model file: reads bytes into a checked model, and writes a model as bytes. The only code that knows the byte format, and the
//! trust boundary.
//!
//! `FORMAT.md` beside this file defines each byte, and says what an attacker can and cannot do with them.
//!
//! Invariants
//! - Any input gives a [`Model`] or a [`BundleError`] with a stable code: never a panic, an endless loop, or memory out of
//!   proportion to the length of the input.
//! - Equal bundles encode to equal bytes.
//!
//! Not here: what a model means (`engine`), files and networks (the callers).

#![no_std]
extern crate alloc;

mod body;
pub mod frame;
mod policy;
#[cfg(test)]
#[path = "../engine/property.rs"]
mod property;
pub mod reader;
pub mod text;
pub mod trees;
mod wire;
pub mod writer;

use alloc::{string::String, vec::Vec};
use core::fmt;
use floorwalker_engine::model::{self, Model, ModelDef, ModelError};
use floorwalker_engine::plain::{self, digits};

const MAGIC: [u8; 4] = *b"FWB\0";
/// The only format version that this reader accepts.
pub const VERSION: u16 = 3;

/// Largest bundle that is accepted, in bytes: 64 MiB, far above what a page should load.
pub const MAX_BYTES: usize = 64 << 20;

/// Memory limit of a bundle, variable part: bytes of memory for each byte of the file.
pub const MEMORY_PER_BYTE: usize = 8;
/// Memory limit of a bundle, fixed part: bytes of memory on top, whatever the file's size.
pub const MEMORY: usize = 16 << 20;
/// The share of [`MEMORY`] that the WebAssembly module itself takes, in bytes: its stack, its buffers, and unused memory of its allocator.
const MODULE: usize = 3 << 20;
/// Largest work of one decision, and largest work of one explanation, in units of [`Cost`](floorwalker_engine::cost::Cost).
pub const MAX_WORK: f32 = 16e6;

/// A model and the facts about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The model.
    pub model: ModelDef,
    /// The model card: facts written by the trainer, in its order.
    pub facts: Vec<(String, String)>,
}

/// Why a bundle was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleError {
    /// The first bytes are not the magic number of a bundle.
    NotABundle,
    /// The bundle has another version of the format than [`VERSION`].
    Version(u16),
    /// The number of bytes is not what the header says, is below the size of a header, or is above [`MAX_BYTES`].
    Length {
        /// Expected length in bytes: what the header says, the size of a header, or [`MAX_BYTES`].
        expected: usize,
        /// Actual length in bytes.
        actual: usize,
    },
    /// The checksum of the body differs from the one in the header: the bytes were damaged.
    Checksum,
    /// The body is malformed.
    Body,
    /// The trees of the head with this name are malformed.
    Trees(String, trees::UnpackError),
    /// The text model of the head with this name is malformed.
    Text(String, text::TextBytesError),
    /// The bundle needs more memory or work than a page may spend on a bundle of its size.
    Cost(Limit),
    /// The bundle was read, but its definitions are not a valid model.
    Model(ModelError),
}

/// The limit that a bundle exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Memory: see [`MEMORY_PER_BYTE`] and [`MEMORY`].
    Bytes,
    /// Work of one decision: see [`MAX_WORK`].
    Decide,
    /// Work of one explanation: see [`MAX_WORK`].
    Explain,
}

impl BundleError {
    /// A stable code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotABundle => "bundle_not_a_bundle",
            Self::Version(_) => "bundle_version",
            Self::Length { .. } => "bundle_length",
            Self::Checksum => "bundle_checksum",
            Self::Body | Self::Trees(..) | Self::Text(..) => "bundle_body",
            Self::Cost(_) => "bundle_cost",
            Self::Model(_) => "bundle_model",
        }
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABundle => {
                f.write_str("these bytes are not a Floorwalker bundle; check the address it was loaded from")
            }
            Self::Version(found) => {
                let (found, read) = (digits(usize::from(*found)), digits(usize::from(VERSION)));
                plain::write(f, &["bundle has format version ", &found, ", this engine reads ", &read])?;
                f.write_str("; train it again or update the package")
            }
            Self::Length { expected, actual } => {
                let (expected, actual) = (digits(*expected), digits(*actual));
                plain::write(
                    f,
                    &["bundle should have ", &expected, " bytes and has ", &actual, "; load it again"],
                )
            }
            Self::Checksum => f.write_str("bundle is damaged (its checksum differs); load it again"),
            Self::Body => f.write_str("bundle body cannot be read; train it again"),
            Self::Trees(head, error) => in_head(f, head, error),
            Self::Text(head, error) => in_head(f, head, error),
            Self::Cost(limit) => plain::write(
                f,
                &[
                    "bundle asks for more ",
                    match limit {
                        Limit::Bytes => "memory than 8 times its bytes and 16 MiB",
                        Limit::Decide => "work in one decision than a page may spend",
                        Limit::Explain => "work to explain a score than a page may spend",
                    },
                    "; give it fewer or smaller heads, features, filters or queues",
                ],
            ),
            Self::Model(error) => {
                f.write_str("bundle holds no usable model: ")?;
                error.fmt(f)
            }
        }
    }
}

impl core::error::Error for BundleError {}

fn in_head(f: &mut fmt::Formatter<'_>, head: &str, error: &dyn fmt::Display) -> fmt::Result {
    model::in_head(f, head)?;
    error.fmt(f)?;
    f.write_str("; train it again")
}

/// Encodes `bundle`. Of its definitions only the trees are checked here; [`load`] checks all.
///
/// # Errors
///
/// [`BundleError::Length`] if the bundle would be larger than [`MAX_BYTES`]; [`BundleError::Model`] if the trees of a head are not a
/// valid ensemble; [`BundleError::Body`] if a list is too long to be written.
pub fn encode(bundle: &Bundle) -> Result<Vec<u8>, BundleError> {
    frame::close(MAGIC, VERSION, &body::write(bundle)?)
}

/// Decodes the definitions in `bytes`. Format and memory are checked, but not yet whether the definitions are a valid model.
///
/// # Errors
///
/// Any [`BundleError`] but [`BundleError::Model`].
pub fn decode(bytes: &[u8]) -> Result<Bundle, BundleError> {
    Ok(read(bytes)?.0)
}

/// Decodes the definitions in `bytes`. Also returns how much is left of the memory that a bundle of this size may take, in bytes.
fn read(bytes: &[u8]) -> Result<(Bundle, usize), BundleError> {
    let body = frame::open(MAGIC, VERSION, bytes)?;
    body::read(body, room(bytes.len()))
}

/// Memory that may be allocated for a bundle of `bytes` bytes. The file itself is subtracted: it is in memory while it is read.
const fn room(bytes: usize) -> usize {
    (MEMORY_PER_BYTE - 1) * bytes + MEMORY - MODULE
}

/// The cost of a bundle relative to the limits: memory, work of a decision, work of an explanation. [`load`] refuses a bundle for which
/// one of these is above 1.
///
/// # Errors
///
/// Any [`BundleError`] but [`BundleError::Model`].
pub fn shares(bytes: &[u8]) -> Result<[f32; 3], BundleError> {
    let (bundle, left) = read(bytes)?;
    let (cost, all) = (bundle.model.cost(), room(bytes.len()));
    Ok([((all - left) as f32 + cost.bytes) / all as f32, cost.decide / MAX_WORK, cost.explain / MAX_WORK])
}

/// Reads `bytes` into a model that is ready to score, and the model's facts. The cost is checked before anything of that size is
/// allocated.
///
/// # Errors
///
/// Any [`BundleError`].
///
/// # Examples
///
/// ```
/// use floorwalker_bundle::{Bundle, encode, load};
/// use floorwalker_engine::model::ModelDef;
///
/// let model = ModelDef { name: "shop".into(), idle_s: 1_800, features: vec![], heads: vec![], policy: None };
/// let bytes = encode(&Bundle { model, facts: vec![("rows".into(), "12".into())] }).unwrap();
/// let (model, facts) = load(&bytes).unwrap();
/// assert_eq!((model.name(), facts[0].1.as_str()), ("shop", "12"));
/// assert_eq!(load(&bytes[1..]).unwrap_err().code(), "bundle_not_a_bundle");
/// ```
pub fn load(bytes: &[u8]) -> Result<(Model, Vec<(String, String)>), BundleError> {
    let (Bundle { model, facts }, room) = read(bytes)?;
    let cost = model.cost();
    let limits = [
        (cost.bytes, room as f32, Limit::Bytes),
        (cost.decide, MAX_WORK, Limit::Decide),
        (cost.explain, MAX_WORK, Limit::Explain),
    ];
    for (found, most, limit) in limits {
        if found.is_nan() || found > most {
            return Err(BundleError::Cost(limit));
        }
    }
    Ok((Model::new(model).map_err(BundleError::Model)?, facts))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod untrusted;
