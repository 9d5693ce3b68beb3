//! libFuzzer's program of the target `store`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::store(bytes));
