//! libFuzzer's program of the target `policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::policy(bytes));
