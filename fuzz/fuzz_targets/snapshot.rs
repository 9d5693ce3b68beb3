//! libFuzzer's program of the target `snapshot`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::snapshot(bytes));
