//! libFuzzer's program of the target `csv`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::csv(bytes));
