//! libFuzzer's program of the target `bundle`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| floorwalker_fuzz::bundle(bytes));
