//! Tests that cross a crate boundary, room by room.

#[path = "rooms/corrupt.rs"]
mod corrupt;
#[path = "rooms/tidy.rs"]
mod tidy;
#[path = "rooms/training.rs"]
mod training;
