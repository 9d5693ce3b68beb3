//! Tests that cross a crate boundary, room by room.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod bad_input;
mod choice;
mod contract;
mod corrupt;
mod examples;
mod golden;
mod handover;
mod labels;
mod learning;
mod messages;
mod offpolicy;
mod onnx;
mod outputs;
mod policies;
mod recommenders;
mod refusals;
mod reports;
mod shoppers;
mod simulation;
mod staffing;
mod stores;
mod tables;
mod teacher;
mod terminal;
mod tidy;
mod training;
mod words;
