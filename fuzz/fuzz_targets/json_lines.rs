//! libFuzzer's program of the target `json_lines`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::json_lines(bytes));
