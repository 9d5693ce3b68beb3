//! Waits, compared with values worked out by hand. Decisions are tested in the crate `policy`: `policy::decisions`.

mod waits;

use super::*;
use alloc::{string::String, vec::Vec};

fn state(waiting: f32, agents: f32, in_service: f32) -> QueueState {
    QueueState { waiting, agents, in_service, rate: [0.01, 0.0, 0.0, 0.0], ..QueueState::default() }
}

fn near(found: f32, wanted: f32) {
    assert!((found - wanted).abs() < 1e-5, "{found}, and not {wanted}");
}
