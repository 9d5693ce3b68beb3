//! floorwalker.
fn main() {}
