//! Invalid snapshots, and a property test of arbitrary ones.

use super::*;
use floorwalker_engine::route::SnapshotError;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::cell::Cell;

const NOW: i64 = 1_700_000_000_000;

fn queues() -> Vec<String> {
    ["phones", "returns"].map(str::to_owned).to_vec()
}

fn read(text: &str) -> Result<Snapshot> {
    serde_json::from_str::<SnapshotDef>(text)?.read(&queues(), NOW)
}

#[test]
fn a_snapshot_is_read_as_the_page_reads_it() {
    let snapshot = read(
        r#"{"asOf": "2023-11-14T22:13:00Z", "queues": [{"queue": "returns", "waiting": 3, "open": false, "ratesPerHour": [36]},
            {"queue": "new", "waiting": 1}], "agents": [{"agent": "eva", "queues": ["phones", "returns", "new", "phones"], "holds": 1}]}"#,
    )
    .unwrap();
    assert_eq!((snapshot.age_s(NOW), snapshot.queues.len(), snapshot.agents.len()), (20.0, 2, 2));
    let state = snapshot.queues[1];
    assert_eq!((state.open, state.waiting, state.rate[0]), (Some(false), 3.0, 0.01));
    assert!(state.agents.is_nan() && snapshot.queues[0].waiting.is_nan() && snapshot.agents[0].room.is_nan());
    assert_eq!(read(r#"[{"queue": "phones", "agents": 2}]"#).unwrap().queues[0].agents, 2.0);
}

#[test]
fn a_snapshot_that_cannot_be_is_refused() {
    for (text, error) in [
        (r#"{"asOf": 1800000000000}"#, SnapshotError::Future),
        (r#"[{"queue": "phones", "waiting": -1}]"#, SnapshotError::Number(0)),
        (r#"{"agents": [{"agent": "eva", "queues": ["phones"], "holds": -1}]}"#, SnapshotError::Number(0)),
    ] {
        assert_eq!(read(text).unwrap_err().downcast_ref::<SnapshotError>(), Some(&error), "{text}");
    }
    assert!(read(r#"{"asOf": "soon"}"#).unwrap_err().to_string().contains("`soon` is not a date"));
}

#[test]
fn no_text_makes_the_reader_of_snapshots_panic() {
    let seeds = [
        r#"{"asOf": 1699999990000, "queues": [{"queue": "phones", "waiting": 1e300, "ratesPerHour": [1, 2, 3, 4, 5]}]}"#,
        r#"[{"queue": "returns", "open": null, "agents": 2.5, "inService": 1, "idleSeconds": 0}]"#,
        r#"{"agents": [{"agent": "eva", "queues": ["phones", "phones"], "occupancy": 0.5, "taken": 4, "novice": true}]}"#,
    ];
    let pieces = [
        "-",
        "1e999",
        "null",
        "[",
        "]",
        "{",
        "}",
        "\"",
        ",",
        "true",
        "\"phones\"",
        "9".repeat(40).leak(),
        "\u{0}",
    ];
    let damage = (0..seeds.len(), vec((any::<Index>(), 0..6_usize, 0..pieces.len()), 1..=4));
    let read_well = Cell::new(0);
    let mut runner = TestRunner::new(Config {
        cases: 20_000,
        rng_seed: RngSeed::Fixed(42),
        failure_persistence: None,
        ..Config::default()
    });
    let looked_at = runner.run(&damage, |(seed, cuts)| {
        let mut text = seeds[seed].to_owned();
        for (at, length, piece) in cuts {
            let at = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.ceil_char_boundary((at + length).min(text.len()));
            text.replace_range(at..end, pieces[piece]);
        }
        // A text is either refused, or read into a snapshot of the policy's queues.
        if let Ok(snapshot) = read(&text) {
            read_well.set(read_well.get() + 1);
            prop_assert!(
                snapshot.queues.len() <= 2 && snapshot.agents.iter().all(|agent| agent.queue < 2),
                "{}",
                text
            );
        }
        Ok(())
    });
    looked_at.unwrap();
    assert!(read_well.get() > 100, "{}", read_well.get());
}
