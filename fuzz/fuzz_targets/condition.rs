//! libFuzzer's program of the target `condition`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::condition(bytes));
