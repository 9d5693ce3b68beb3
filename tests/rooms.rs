//! Tests that cross a crate boundary, room by room.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "rooms/bad_input.rs"]
mod bad_input;
#[path = "rooms/choice.rs"]
mod choice;
#[path = "rooms/contract.rs"]
mod contract;
#[path = "rooms/corrupt.rs"]
mod corrupt;
#[path = "rooms/examples.rs"]
mod examples;
#[path = "rooms/labels.rs"]
mod labels;
#[path = "rooms/learning.rs"]
mod learning;
#[path = "rooms/messages.rs"]
mod messages;
#[path = "rooms/offpolicy.rs"]
mod offpolicy;
#[path = "rooms/onnx.rs"]
mod onnx;
#[path = "rooms/outputs.rs"]
mod outputs;
#[path = "rooms/policies.rs"]
mod policies;
#[path = "rooms/reports.rs"]
mod reports;
#[path = "rooms/simulation.rs"]
mod simulation;
#[path = "rooms/staffing.rs"]
mod staffing;
#[path = "rooms/stores.rs"]
mod stores;
#[path = "rooms/tables.rs"]
mod tables;
#[path = "rooms/teacher.rs"]
mod teacher;
#[path = "rooms/tidy.rs"]
mod tidy;
#[path = "rooms/training.rs"]
mod training;
