//! A bundle is untrusted: damaged bytes give an error with a code, or a model with finite scores; never a panic.

use crc::{CRC_32_ISO_HDLC, Crc};
use floorwalker_bundle::{self as bundle, BundleError};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::Scratch;
use floorwalker_engine::symbol::Symbol;
use floorwalker_tests::{starter, trained};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::cell::Cell;
use std::process::Command;
use std::sync::LazyLock;

const HEADER: usize = 16;
const FLIPS: u32 = 100_000;

static BUNDLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let mut bundle = trained(&starter(), 400, folder.path()).bundle;
    // Whether a calibration has a curve depends on the data, so one is added here.
    let curve = &mut bundle.model.heads.last_mut().unwrap().calibration.curve;
    *curve = vec![(-2.0, -1.5), (0.0, 0.25), (3.0, 1.0)];
    bundle::encode(&bundle).unwrap()
});

/// Recomputes length and checksum, as an attacker would.
fn reseal(bytes: &mut [u8]) {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let (header, body) = bytes.split_at_mut(HEADER);
    header[8..12].copy_from_slice(&u32::try_from(body.len()).unwrap().to_le_bytes());
    header[12..16].copy_from_slice(&crc.checksum(body).to_le_bytes());
}

/// Loads `bytes`. A model that loads must give finite scores. Returns whether it loaded.
fn check(bytes: &[u8]) -> bool {
    let model = match bundle::load(bytes) {
        Ok((model, _)) => model,
        Err(error) => {
            assert!(error.code().starts_with("bundle_") && !error.to_string().is_empty());
            return false;
        }
    };
    let (mut features, mut scratch) = (vec![Value::Missing; model.program().len()], Scratch::default());
    for (message, number) in [("", 0.0), ("where is my order? 我要退款", 3.5)] {
        for (at, value) in features.iter_mut().enumerate() {
            *value = if at % 2 == 0 { Value::Number(number) } else { Value::Category(Symbol::of("phones")) };
        }
        let evaluation = model.evaluate(Seen { features: &features, events: 0, message }, &mut scratch);
        for (head, scores) in model.heads().iter().zip(evaluation.scores) {
            assert!(scores.probabilities.iter().all(|p| p.is_finite()), "{}: {scores:?}", head.name());
        }
    }
    true
}

#[test]
fn the_bundle_as_written_loads_and_encodes_to_the_same_bytes() {
    assert!(check(&BUNDLE));
    assert_eq!(bundle::encode(&bundle::decode(&BUNDLE).unwrap()).unwrap(), *BUNDLE);
}

#[test]
fn a_shop_of_today_asks_for_less_than_a_quarter_of_what_a_page_may_spend() {
    let shares = bundle::shares(&BUNDLE).unwrap();
    assert!(shares.iter().all(|share| *share < 0.25), "memory, decision, explanation: {shares:?}");
}

#[test]
fn every_truncation_is_refused() {
    for end in 0..BUNDLE.len() {
        assert!(matches!(bundle::load(&BUNDLE[..end]), Err(BundleError::Length { .. })));
        if end >= HEADER {
            let mut sealed = BUNDLE[..end].to_vec();
            reseal(&mut sealed);
            assert!(!check(&sealed), "{end} of {} bytes loaded", BUNDLE.len());
        }
    }
}

#[test]
fn a_hundred_thousand_flipped_bytes_are_refused_or_score_finitely() {
    let loaded = Cell::new(0);
    let mut runner = TestRunner::new(Config {
        cases: FLIPS,
        rng_seed: RngSeed::Fixed(42),
        failure_persistence: None,
        ..Config::default()
    });
    let held = runner.run(&(any::<Index>(), 1..=u8::MAX), |(at, flip)| {
        let mut bytes = BUNDLE.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(!check(&bytes), "a flip at {at} went unnoticed by the checksum");
        if at >= HEADER {
            reseal(&mut bytes);
            loaded.set(loaded.get() + u32::from(check(&bytes)));
        }
        Ok(())
    });
    held.unwrap();
    let loaded = loaded.get();
    assert!(loaded > FLIPS / 100, "only {loaded} damaged bundles came as far as scoring");
}

#[test]
fn a_file_that_is_larger_than_any_bundle_is_refused_by_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.fwb");
    std::fs::File::create(&path).unwrap().set_len(1 << 33).unwrap(); // sparse: it takes no space on disk
    let output = Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .arg("inspect")
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains("larger than a bundle may be (67108864 bytes)"),
        "{said}"
    );
}
