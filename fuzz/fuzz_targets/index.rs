//! libFuzzer's program of the target `index`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::index(bytes));
