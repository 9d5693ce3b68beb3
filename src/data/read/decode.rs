//! Decodes the bytes of a file into text, or reports what kind of file it is instead.
//!
//! | beginning               | type                          | result                                                 |
//! |-------------------------|-------------------------------|--------------------------------------------------------|
//! | `1F 8B`                 | gzip                          | the unpacked content, up to [`MAX_BYTES`]              |
//! | a ZIP with `xl/worksheets` | an Excel workbook          | a sheet (`workbook`)                                   |
//! | a byte-order mark, or every other byte 0 | UTF-8 or UTF-16 | text                                                |
//! | valid UTF-8             | UTF-8                         | text                                                   |
//! | other bytes above 0x7F  | an encoding before Unicode    | text, by Firefox's detector (`chardetng`), with a note |
//! | PDF, Parquet, HTML, …   | not a table                   | an error that names the type and says how to export    |
//!
//! Invariants
//! - Errors never quote the content of a file, because a file that is not a table may contain anything.
//! - A detected encoding is always noted, with a word that was decoded by it, so that an analyst can see whether it is right.
//!
//! Not here: what the text means (`csv`, `json_table`).

use std::io::Read;

use anyhow::{Context, Result, anyhow, bail, ensure};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use floorwalker_finding::{Kind, shown};

/// Largest size of a file, packed or unpacked: a table needs about three times its size in memory.
pub(super) const MAX_BYTES: u64 = 2 << 30;

/// The first two bytes of gzip (RFC 1952).
pub(super) const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Number of bytes that are searched for the zeros of UTF-16 without a byte-order mark.
const SAMPLE: usize = 4096;

/// End of the error message on bytes that are in no known encoding.
const UNKNOWN: &str = ", and the encoding of the file is not recognised; save it as UTF-8";

/// The content of a file.
pub(super) enum Content {
    /// Text in some encoding.
    Text(Vec<u8>),
    /// An Excel workbook (`.xlsx`).
    Workbook(Vec<u8>),
}

/// Unpacks gzip and distinguishes text from workbooks.
///
/// # Errors
///
/// A file that is not a table, with its type; a file that is too large, packed or unpacked; a damaged gzip file.
pub(super) fn content(bytes: Vec<u8>, notes: &mut Vec<Kind>) -> Result<Content> {
    ensure!(
        bytes.len() as u64 <= MAX_BYTES,
        "the file has {} MB, at most {} MB are read; split it, or take a sample of its rows",
        bytes.len() >> 20,
        MAX_BYTES >> 20
    );
    let bytes = if bytes.starts_with(&GZIP) {
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(bytes.as_slice())
            .take(MAX_BYTES + 1)
            .read_to_end(&mut unpacked)
            .context("the gzip file is damaged or incomplete; compress it again")?;
        ensure!(
            unpacked.len() as u64 <= MAX_BYTES,
            "the file holds more than {} MB when decompressed; split the table, or take a sample of its rows",
            MAX_BYTES >> 20
        );
        notes.push(Kind::Unpacked);
        unpacked
    } else {
        bytes
    };
    if bytes.starts_with(b"PK\x03\x04") {
        // The names of a ZIP's members are not compressed.
        let is_workbook = bytes.windows(13).any(|window| window == b"xl/worksheets");
        ensure!(is_workbook, "a ZIP archive; extract it, and give the table that is in it");
        return Ok(Content::Workbook(bytes));
    }
    match no_table(&bytes) {
        Some(what) => bail!("{what}; export the table as CSV (UTF-8), .xlsx or JSON Lines"),
        None => Ok(Content::Text(bytes)),
    }
}

/// The type of a file that is not a table.
fn no_table(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 15] = [
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls) or another Office file from before 2007"),
        (b"%PDF", "a PDF document"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"SQLite format 3", "an SQLite database"),
        (b"\x89PNG", "an image (PNG)"),
        (b"\xFF\xD8\xFF", "an image (JPEG)"),
        (b"GIF8", "an image (GIF)"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
        (b"Rar!", "a RAR archive"),
        (b"BZh", "a file compressed by bzip2, which is not read; decompress it, or use gzip"),
        (b"\xFD7zXZ", "a file compressed by xz, which is not read; decompress it, or use gzip"),
        (b"\x28\xB5\x2F\xFD", "a file compressed by zstd, which is not read; decompress it, or use gzip"),
        (b"{\\rtf", "a document (RTF)"),
        (b"\x7FELF", "a program"),
    ];
    if let Some((_, what)) = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return Some(what);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some("a tar archive; extract it, and give the table that is in it");
    }
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let start = start.get(..15).unwrap_or(start).to_ascii_lowercase();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        return Some("a web page (HTML), perhaps a login page that was saved instead of the table");
    }
    start.starts_with(b"<?xml").then_some("an XML document")
}

/// Decodes `bytes` into text.
///
/// # Errors
///
/// Bytes that are in no known encoding, as `line:column: what was found; what to do`.
pub(super) fn text(bytes: Vec<u8>, notes: &mut Vec<Kind>) -> Result<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return decoded(encoding, &bytes[mark..], notes);
    }
    if let Some(encoding) = without_mark(&bytes) {
        return decoded(encoding, &bytes, notes);
    }
    let (bytes, good) = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            (error.into_bytes(), good)
        }
    };
    // If there are valid non-ASCII characters before the first invalid byte, the file is UTF-8 that is damaged there.
    if bytes[..good].iter().any(|byte| !byte.is_ascii()) {
        let also = ", unlike the text before it; save the whole file as UTF-8 (a part of it may be Latin-1 or GB18030)";
        return Err(not_utf8(&bytes, good, also));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes, true);
    let encoding = match detector.guess(None, Utf8Detection::Deny) {
        // GB18030 extends GBK; every GBK text is valid GB18030.
        gbk if gbk == encoding_rs::GBK => encoding_rs::GB18030,
        other => other,
    };
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) else {
        return Err(not_utf8(&bytes, good, UNKNOWN));
    };
    let word: String = text[good..].chars().take_while(|c| c.is_alphanumeric()).collect();
    let before: Vec<char> = text[..good].chars().rev().take_while(|c| c.is_alphanumeric()).collect();
    let word: String = before.into_iter().rev().chain(word.chars()).take(20).collect();
    notes.push(Kind::EncodingGuessed { encoding: encoding.name().to_owned(), word });
    Ok(text.into_owned())
}

/// Detects UTF-16 without a byte-order mark, in which every other byte of Latin text is zero.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    // More than three quarters of every other byte must be zero, and none of the bytes between them.
    let most = sample.len() * 3 / 8;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd > most => Some(UTF_16LE),
        (even, 0) if even > most => Some(UTF_16BE),
        _ => None,
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8], notes: &mut Vec<Kind>) -> Result<String> {
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else {
        let good = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        return Err(match encoding.name() {
            "UTF-8" => not_utf8(bytes, good, UNKNOWN),
            name => anyhow!("1:1: the file begins as {name} and is damaged after that; export it again"),
        });
    };
    if encoding != encoding_rs::UTF_8 {
        notes.push(Kind::Encoding { encoding: encoding.name().to_owned() });
    }
    Ok(text.into_owned())
}

/// An error on the byte at offset `good`; `also` is appended to the message.
fn not_utf8(bytes: &[u8], good: usize, also: &str) -> anyhow::Error {
    let before = String::from_utf8_lossy(&bytes[..good]);
    let (line, column) = shown::place(&before, before.len());
    let bad = bytes.get(good).copied().unwrap_or_default();
    anyhow!("{line}:{column}: byte 0x{bad:02X} is not UTF-8{also}")
}
